"""Files that reach the disk whole or not at all, and what is said where they cannot."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from cswanalytics.errors import NotWritten

UNFINISHED = ".unfinished-"
"""How the name of what is being written begins. What a killed program left under it is nobody's."""


@contextmanager
def told_plainly(
    what: str, folder: Path, stays: str = "What was there before stays as it was."
) -> Generator[None]:
    """Turn a disk that is full, or a folder that may not be written to, into NotWritten."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error) or "no reason given"
        raise NotWritten(
            f"{what} cannot be written to {folder}: {reason}. {stays} Make room on the disk, or see that the "
            "folder may be written to, and run it again"
        ) from error


def write_whole(file: Path, text: str, mode: int = 0o644) -> None:
    """Write a text file whole or not at all: what was there stays until all of the new one is on disk."""
    new = file.with_name(f"{UNFINISHED}{file.name}-{os.getpid()}")
    try:
        # readable by those it is meant for from its first byte on, and not only once it is all there
        with os.fdopen(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8"
        ) as opened:
            opened.write(text)
        new.chmod(mode)
        flush(new)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    flush(file.parent)


def clear_unfinished(folder: Path) -> None:
    """Remove what a program that was killed left half written in a folder."""
    for leftover in folder.glob(f"{UNFINISHED}*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """See a file or a folder onto the disk.

    A rename that reached the disk before the bytes it names would leave an empty release after a power cut.
    """
    if path.is_dir() and os.name == "nt":
        return  # Windows does not open folders; it orders a rename after the writes before it
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
