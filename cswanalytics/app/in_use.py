"""The release in use, opened once for all who look at it, and every reader's view of it.

When another release comes into use, the one before goes with all that was worked out of it, as soon as
nobody is in the middle of reading it.
"""

import gc
import threading
from functools import lru_cache
from pathlib import Path

from cswanalytics import release, settings
from cswanalytics.access import Actor
from cswanalytics.answers import Gateway
from cswanalytics.app import events
from cswanalytics.gateway import ReleaseGateway, open_gateway
from cswanalytics.vocabulary import Role

MOST_VIEWS = 64
"""Of how many readers what was worked out is kept: all who see every school share one view, heads do not."""

NOBODY = Actor(Role.HEADTEACHER)


class _Opened:
    """A release as it is, which nobody is given, and the views of it that are read."""

    def __init__(self, releases: Path) -> None:
        self.whole = open_gateway(releases, NOBODY, settings.config_folder(None))
        # The key is the role and the schools: nothing of one person's view is ever given to another.
        self.view = lru_cache(maxsize=MOST_VIEWS)(self.whole.seen_by)


_held: dict[tuple[Path, str], _Opened] = {}
_opening = threading.Lock()


@events.opening
def load(releases: Path) -> ReleaseGateway:
    """Give the release in use as nobody sees it, loaded once for all."""
    return _opened(releases).whole


@events.opening
def gateway_for(releases: Path, actor: Actor) -> Gateway:
    """Give an actor's view of the release in use now; a new release is picked up by the next question."""
    return _opened(releases).view(actor)


def forget() -> None:
    """Let go of the release in use and of all that was worked out of it."""
    _held.clear()


def settle() -> None:
    """Take what is in memory by now as there to stay: the collector need not look through it each time."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _opened(releases: Path) -> _Opened:
    found = _held.get((releases, release.current_name(releases)))
    if found is not None:
        return found
    with _opening:
        key = (releases, release.current_name(releases))
        found = _held.get(key)
        if found is None:
            found = _Opened(releases)
            _held.clear()
            _held[key] = found
            settle()
        return found
