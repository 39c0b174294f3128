"""Streamlit's own files, compressed once and kept: a fresh browser waits for a quarter of the bytes.

Streamlit serves them as they are on disk, 10 MB for a page with a chart. What the browser needs again on its
next visit it keeps: Streamlit says so of every file with a hash in its name.
"""

import asyncio
import gzip
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FOLDER = Path(streamlit.__file__).parent / "static"
HASHED = re.compile(r"/static/(?:js|css)/[\w.-]+\.(js|css)")
"""Texts of which a page consists; their names change when they do."""

KINDS = {"js": b"text/javascript; charset=utf-8", "css": b"text/css; charset=utf-8"}
LEVEL = 6
"""Of gzip: 9 takes three times as long for a hundredth less."""

MOST_KEPT = 256
"""Files kept compressed: more than Streamlit has for all it can draw, 7 MB together."""

FOR_A_YEAR = b"public, immutable, max-age=31536000"


class CompressedFiles:
    """Answers for Streamlit's scripts and styles where the browser takes gzip; the rest is left to `app`."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file compressed, or pass the request on."""
        file = asked_for(scope)
        if file is None:
            await self._app(scope, receive, send)
            return
        body = await asyncio.to_thread(compressed, file)
        headers = [
            (b"content-type", KINDS[file.suffix[1:]]),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", FOR_A_YEAR),
            (b"vary", b"Accept-Encoding"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def asked_for(scope: Scope) -> Path | None:
    """Give the file a request asks for, if it can be sent compressed: one of Streamlit's own, whole."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return None
    found = HASHED.fullmatch(scope["path"])
    given = {name.lower(): value for name, value in scope["headers"]}
    if found is None or b"range" in given or b"gzip" not in given.get(b"accept-encoding", b""):
        return None
    file = FOLDER.joinpath(*scope["path"].split("/")[1:])
    return file if file.is_file() else None


@lru_cache(maxsize=MOST_KEPT)
def compressed(file: Path) -> bytes:
    """Give a file's bytes as gzip, worked out once."""
    return gzip.compress(file.read_bytes(), LEVEL, mtime=0)
