"""The audit log: who asked what, and when, a line each, never a figure.

A line is a JSON object; see `docs/sign-in.md` for its keys. Lines are added by one write each to a file that
is opened for it: threads and several servers may share a file, and one that is moved away begins anew.
"""

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from cswanalytics.errors import LogNotWritten

ONLY_ITS_OWNER = 0o600

_writing = threading.Lock()


class AuditLog:
    """A log in a file. Its folder is made if it is missing; only the server's own user may read the file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, event: str, **entries: object) -> None:
        """Add a line: when, what happened, and the entries. LogNotWritten where that is not possible."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, "event": event, **entries}, ensure_ascii=False, default=str) + "\n"
        written = line.encode("utf-8")
        try:
            with _writing:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                opened = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, ONLY_ITS_OWNER)
                try:
                    complete = os.write(opened, written) == len(written)
                finally:
                    os.close(opened)
        except OSError as error:
            raise LogNotWritten(f"the audit log {self.file} cannot be written: {error.strerror}") from error
        if not complete:
            raise LogNotWritten(f"the audit log {self.file} could not take a whole line: is its disk full?")
