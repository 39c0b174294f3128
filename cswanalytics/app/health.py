"""Whether the server is well, for whoever watches it: `/healthz` and `/readyz`, in a word and no more.

They need no sign-in, so they tell no figure, no authority, no release and no folder: why a release is refused
stands in the server's log.
"""

import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cswanalytics import __version__, settings
from cswanalytics.app import events
from cswanalytics.errors import CswanalyticsError, NoRelease, ReleaseDamaged

LOOK_AGAIN = 5.0
"""Seconds between two looks at which release is in use."""

_rehearsing = threading.Event()
"""Set from the start of a server until it has drawn the pages at which people begin."""

NOT_KEPT = {"cache-control": "no-store"}


async def alive(request: Request) -> PlainTextResponse:
    """Answer as long as the server answers at all."""
    return PlainTextResponse("alive\n", headers=NOT_KEPT)


async def ready(request: Request) -> PlainTextResponse:
    """Answer 200 if a valid release is loaded, having loaded it if need be; else 503 and why.

    A server just started is ready once the pages at which people begin have been drawn.
    """
    why_not = await run_in_threadpool(not_ready) or (_rehearsing.is_set() and "getting ready")
    return PlainTextResponse(f"{why_not or 'ready'}\n", 503 if why_not else 200, NOT_KEPT)


def not_ready() -> str:
    """Give why no page can be shown just now, in words fit for anybody; empty if one can."""
    # takes seconds the first time: the server answers meanwhile
    from cswanalytics.app import in_use

    try:
        in_use.load(settings.releases_folder(None))
    except NoRelease:
        return "no release yet"
    except ReleaseDamaged:
        return "the release in use is damaged"
    except CswanalyticsError:
        return "the settings have faults"
    return ""


@asynccontextmanager
async def started(server: Any) -> AsyncGenerator[None]:
    """Have it written down that the server runs and ends, and the release loaded before a visitor comes."""
    events.tell("started", version=__version__, releases=str(settings.releases_folder(None).absolute()))
    _rehearsing.set()
    ended = threading.Event()
    threading.Thread(target=_watch, args=(ended,), name="loading", daemon=True).start()
    yield
    ended.set()
    events.tell("stopped")


def _watch(ended: threading.Event) -> None:
    """Open the release in use, and each that comes into use, and draw the pages most wanted."""
    from cswanalytics.app import in_use, rehearsal

    rehearsed = None
    while not ended.is_set():
        releases = settings.releases_folder(None)
        try:
            opened = in_use.load(releases)
            if opened is not rehearsed:
                rehearsed = opened
                view_for = partial(in_use.gateway_for, releases)
                rehearsal.rehearse(view_for, opened.facts.invented, begun=_rehearsing.clear)
        except CswanalyticsError:
            pass  # it is in the log, and whoever asks is told
        finally:
            _rehearsing.clear()
        ended.wait(LOOK_AGAIN)


ROUTES = (Route("/healthz", alive), Route("/readyz", ready))
"""Both answer GET and HEAD."""
