"""What the server tells of itself: a JSON line an event on stderr, never a figure, a question or a person.

A line has `at`, `level` and `event`; the events of ours, and what else they hold, stand in
`docs/operations.md`. What a library says comes as the event `said`. A fault is told by its kind and the lines
of code that it passed through: what it says itself may hold a value, so it is left out. Who asked what is in
the audit log (`cswanalytics/audit.py`), which is another file and another matter.
"""

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from streamlit import logger as streamlit_logging

from cswanalytics.errors import CswanalyticsError

if TYPE_CHECKING:
    from cswanalytics.answers import Gateway

OURS = "cswanalytics.events"
VISITS = ("uvicorn", "websockets")
"""Loggers that tell of every connection, and from where: only what went wrong is kept of them."""

REQUESTS = "uvicorn.access"
"""The one that tells of every request with all that was asked, as long as it has anywhere to write to."""

LONG = 2.0
"""Seconds from which on work is worth a line."""

PLACES = 6
"""Lines of code told of a fault, the innermost last."""

ROOT = Path(__file__).parents[2]

Asked = ParamSpec("Asked")
Opened = TypeVar("Opened", bound="Gateway")

_events = logging.getLogger(OURS)
_latest = [""]
"""What was told last of the release in use: its name, or why it is refused."""
_telling = threading.Lock()


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        about: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == OURS:
            about |= {"event": record.getMessage(), **getattr(record, "about", {})}
        else:
            about |= {"event": "said", "by": record.name, "says": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            about |= {"event": "request failed", **fault(record.exc_info[1])}
        return json.dumps(about, ensure_ascii=False, default=str)


def begin() -> None:
    """Have everything that is logged in this process written as lines of JSON, what Streamlit says too."""
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [_handler()]
    logging.getLogger("cswanalytics").setLevel(logging.INFO)
    # Streamlit gives each of its loggers a handler of its own, some of them only when they are first used.
    streamlit_logging.setup_formatter = _as_lines  # ty: ignore[invalid-assignment]
    streamlit_logging.update_formatter()


def tell(event: str, level: int = logging.INFO, **about: object) -> None:
    """Write an event down."""
    _events.log(level, event, extra={"about": about})


def opening(open_release: Callable[Asked, Opened]) -> Callable[Asked, Opened]:
    """Have what opens the release in use write down which it is, or why it is refused: when that changes."""

    @wraps(open_release)
    def told(*args: Asked.args, **kwargs: Asked.kwargs) -> Opened:
        began = time.monotonic()
        try:
            opened = open_release(*args, **kwargs)
        except CswanalyticsError as error:
            said = f"{type(error).__name__}: {error}"
            if _is_news(said):
                tell("release refused", logging.ERROR, because=said)
            raise
        facts = opened.facts
        if _is_news(facts.release):
            took = round(time.monotonic() - began, 2)
            tell(
                "release loaded",
                release=facts.release, data_to=facts.data_to, invented=facts.invented, seconds=took,
            )  # fmt: skip
        return opened

    return told


@contextmanager
def timed(work: str) -> Generator[None]:
    """Write work down that takes long."""
    began = time.monotonic()
    try:
        yield
    finally:
        took = time.monotonic() - began
        if took >= LONG:
            tell("long work", work=work, seconds=round(took, 1))


def fault(error: BaseException) -> dict[str, object]:
    """Give what is told of a fault: its kind, and where it was. Not what it says."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    return {
        "fault": type(error).__name__,
        "where": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _is_news(said: str) -> bool:
    with _telling:
        was, _latest[0] = _latest[0], said
    return was != said


def _short(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else "/".join(path.parts[-2:])


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    return handler


def _as_lines(logger: logging.Logger) -> None:
    """Take the place of `streamlit.logger.setup_formatter`."""
    handler = _handler()
    if logger.name.startswith(VISITS):
        handler.setLevel(logging.WARNING)
    logger.handlers[:] = [] if logger.name == REQUESTS else [handler]
    logger.propagate = False  # or the root writes it too
