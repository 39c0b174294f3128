"""Options that several commands share, and how their progress is shown."""

import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Config = Annotated[
    Path | None, typer.Option(help="Folder with authority.toml; or CSWANALYTICS_CONFIG", show_default=False)
]
Releases = Annotated[
    Path | None,
    typer.Option(help="Folder of releases; or CSWANALYTICS_RELEASES; else releases/", show_default=False),
]


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class ProgressOption(StrEnum):
    """How progress is shown: a bar on a terminal, lines for another program, or nothing."""

    AUTO = "auto"
    LINES = "lines"
    NONE = "none"


ShowProgress = Annotated[
    ProgressOption, typer.Option("--progress", help="A bar, tab-separated lines, or nothing")
]


def _end_with_the_reader() -> None:
    """Stop this command, as Ctrl-C would, once the program that reads its lines is gone.

    Where the system cannot tell, the next line that nobody takes ends it.
    """
    if not hasattr(select, "poll"):
        return
    try:
        out = sys.stdout.fileno()
    except (OSError, ValueError):  # not a file of the system's
        return
    if stat.S_ISFIFO(os.fstat(out).st_mode):
        # whoever was started in the background of a shell would take no notice of it
        signal.signal(signal.SIGINT, signal.default_int_handler)
        main = threading.get_ident()
        threading.Thread(target=_stop_when_closed, args=(out, main), name="reader", daemon=True).start()


def _stop_when_closed(out: int, thread: int) -> None:
    pipe = select.poll()
    pipe.register(out, 0)  # nothing but that its other end is closed
    pipe.poll()
    signal.pthread_kill(thread, signal.SIGINT)


@contextmanager
def showing(how: ProgressOption) -> Generator[Callable[[str, int, int], None]]:
    """Give what long work tells its progress to: step, done, total."""
    if how is ProgressOption.LINES:

        def line(step: str, done: int, total: int) -> None:
            sys.stdout.write(f"{step}\t{done}\t{total}\n")
            sys.stdout.flush()

        _end_with_the_reader()
        yield line
    elif how is ProgressOption.NONE or not sys.stderr.isatty():
        yield lambda step, done, total: None
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Starting")
            yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total)
