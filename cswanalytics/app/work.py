"""Long work in a process of its own, so that it can be left and come back to."""

import logging
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from cswanalytics.app import events

LINES_KEPT = 12


@dataclass
class Work:
    """A command of ours under way, with how far it has got: it tells so in tab-separated lines."""

    process: subprocess.Popen[str]
    name: str = ""
    reader: threading.Thread = field(init=False)
    step: str = "Starting"
    done: int = 0
    total: int = 1
    stopped: bool = False
    said: deque[str] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))

    @property
    def running(self) -> bool:
        """Say whether it is still at work."""
        return self.process.poll() is None

    @property
    def failed(self) -> bool:
        """Say whether it ended without having done what it was to."""
        return self.process.poll() not in (None, 0)

    @property
    def share(self) -> float:
        """Give how much of it is done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def so_far(self) -> str:
        """Say how far it has got: the step, and how much of how much where there is more than one thing."""
        return f"{self.step}: {self.done} of {self.total}" if self.total > 1 else self.step

    def stop(self) -> None:
        """Ask it to stop: it keeps what it has made."""
        if self.running:
            self.stopped = True
            self.process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)


def start(arguments: Sequence[str], given: str = "") -> Work:
    """Start a command of the command line; `given` is what it reads."""
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and our own command
        [sys.executable, "-m", "cswanalytics", *arguments, "--progress", "lines"],
        stdin=subprocess.PIPE if given else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    work = Work(process, named(arguments))
    if given and process.stdin:
        process.stdin.write(given)
        process.stdin.close()
    work.reader = threading.Thread(target=_read, args=(work,), daemon=True)
    work.reader.start()
    return work


def named(arguments: Sequence[str]) -> str:
    """Give what the log calls a command: its name alone, because its options may say which schools."""
    return " ".join(takewhile(lambda word: not word.startswith("-"), arguments))


def _read(work: Work) -> None:
    with events.timed(work.name):
        _listen(work)
        status = work.process.wait()
    if status:
        events.tell("work stopped", logging.WARNING, work=work.name, status=status)


def _listen(work: Work) -> None:
    for line in work.process.stdout or ():
        parts = line.rstrip("\n").split("\t")
        if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
            work.step, work.done, work.total = parts[0], int(parts[1]), int(parts[2])
        elif line.strip():
            work.said.append(line.strip())
