"""What every request passes before Streamlit sees it: closed doors, headers, and the way back after sign-in.

Streamlit serves more than a dashboard needs, and few headers. Only what is on the lists here is let through.
"""

import logging
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import streamlit

from cswanalytics.app import events

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

OPEN_CORE = ("health", "host-config", "stream")
"""What a page needs of Streamlit's own addresses. Not metrics, not uploads, not the interface for agents."""

OPEN_FOLDER = "bidi-components/"
"""Where the button that copies a sentence comes from."""

CLOSED = ("component",)
"""Addresses that are not served: components of Streamlit's older kind, of which there are none."""

SIGNING_IN = ("auth", "oauth2callback")

READ = ("GET", "HEAD")
"""All that is ever asked for: nothing is sent to this server but through its web socket."""

FAILED = 500
TELLS_OF_ITSELF = ("/readyz",)
"""Not a failure: it is asked every few seconds, and its refusal stands in the log once."""

KEPT_OUT_OF_CACHES = ("media", *SIGNING_IN)

WAY_BACK = "cswanalytics_way_back"
"""The cookie that keeps, while somebody signs in, the address at which they came."""

WAY_BACK_SECONDS = 600
LONGEST_WAY_BACK = 2000
PLAIN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f-\uffff]*")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # the sign-in reads from the referrer where to come back to; nobody else is told anything
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
            "microphone", "midi", "payment", "usb",
        )
    ),
}  # fmt: skip


class FrontDoor:
    """The first piece of the server that a request meets; `app` is all the rest of it."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if it is for something that is open, and put the headers on what comes back."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if not is_open(path) or scope.get("method", "GET") not in READ or _is_from_elsewhere(scope):
            await _closed(scope, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] >= FAILED and path not in TELLS_OF_ITSELF:
                    events.tell("request failed", logging.ERROR, path=path, status=message["status"])
                message = {**message, "headers": headers(scope, message["status"], list(message["headers"]))}
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:
            events.tell("request failed", logging.ERROR, path=path, **events.fault(error))
            raise


def is_open(path: str) -> bool:
    """Say whether an address is served. Streamlit's own addresses also stand under those of pages."""
    parts = path.split("/")
    if set(CLOSED) & {part.casefold() for part in parts[1:-1]}:
        return False
    _, core, rest = path.partition("/_stcore/")
    return not core or rest in OPEN_CORE or rest.startswith(OPEN_FOLDER)


def headers(scope: Scope, status: int, given: list[Header]) -> list[Header]:
    """Give the headers of an answer: those it had, made safer, and ours."""
    path = scope["path"].rstrip("/")
    ours = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
    ours[b"content-security-policy"] = content_security_policy().encode()
    if set(KEPT_OUT_OF_CACHES) & set(path.split("/")):
        ours[b"cache-control"] = b"no-store"
    kept = [(name, value) for name, value in given if name.lower() not in ours]
    if path.endswith("/auth/login") and status in (302, 303, 307):
        kept += _keep_way_back(scope)
    elif path.endswith("/oauth2callback"):
        kept = _lead_back(scope, kept)
    if _is_secure(scope):
        ours[b"strict-transport-security"] = b"max-age=31536000"
        kept = [(name, _secure(value) if name.lower() == b"set-cookie" else value) for name, value in kept]
    return kept + list(ours.items())


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """Give the policy: everything from this server alone, and never inside another page.

    The one inline script is Streamlit's own, and is named by its hash. Styles are inline because Streamlit
    writes them so; components and charts are made from data: and blob: addresses.
    """
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        )
    )


def own_path(address: str, host: str) -> str:
    """Give the path and query of an address on this server; empty where it is another's, or no plain one."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_ours = parts.scheme in ("http", "https") and parts.netloc.casefold() == host.casefold() != ""
    return path if is_ours and len(path) <= LONGEST_WAY_BACK and PLAIN_PATH.fullmatch(path) else ""


def _keep_way_back(scope: Scope) -> list[Header]:
    path = own_path(_header(scope, b"referer"), _header(scope, b"host"))
    if path in ("", "/") or set(SIGNING_IN) & set(urlsplit(path).path.split("/")):
        return []
    cookie = f"{WAY_BACK}={quote(path, safe='')}; Max-Age={WAY_BACK_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
    return [(b"set-cookie", cookie.encode("ascii"))]


def _lead_back(scope: Scope, given: list[Header]) -> list[Header]:
    """Send whoever has just signed in to where they came, and forget it."""
    try:
        kept = SimpleCookie(_header(scope, b"cookie")).get(WAY_BACK)
    except CookieError:
        kept = None
    path = unquote(kept.value) if kept else ""
    if not PLAIN_PATH.fullmatch(path) or len(path) > LONGEST_WAY_BACK:
        return given
    forget = (b"set-cookie", f"{WAY_BACK}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax".encode())
    led = [(name, path.encode("ascii") if name.lower() == b"location" else value) for name, value in given]
    return [*led, forget]


def _is_from_elsewhere(scope: Scope) -> bool:
    """Say whether another site's page opens a web socket.

    Streamlit refuses it too, but only after it has asked a server on the internet for its own address.
    """
    origin = _header(scope, b"origin")
    if scope["type"] != "websocket" or not origin:
        return False
    return urlsplit(origin).netloc.casefold() != _header(scope, b"host").casefold()


def _is_secure(scope: Scope) -> bool:
    return "https" in (scope.get("scheme"), _header(scope, b"x-forwarded-proto").split(",")[0].strip())


def _secure(cookie: bytes) -> bytes:
    return cookie if b"secure" in cookie.lower().split(b"; ") else cookie + b"; Secure"


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), "")


async def _closed(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    found = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 404, "headers": headers(scope, 404, found)})
    await send({"type": "http.response.body", "body": b"Not found"})
