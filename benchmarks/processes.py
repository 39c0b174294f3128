"""What commands and running processes take, as the operating system accounts for it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PRODUCT = (sys.executable, "-m", "cswanalytics")


@dataclass(frozen=True)
class Cost:
    """What one process took: processor seconds, wall seconds and its peak memory in megabytes."""

    processor: float
    wall: float
    memory: float


def cost(command: list[str]) -> Cost:
    """Run a command and give what it took. CalledProcessError if it fails."""
    start = os.times().elapsed
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())
    said = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    return Cost(used.ru_utime + used.ru_stime, os.times().elapsed - start, used.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Give an environment in which what Python has compiled is kept, as wherever a program is run again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def tree(pid: int) -> list[int]:
    """Give a process and all under it; itself alone where the system does not tell."""
    try:
        under = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(deeper for child in under for deeper in tree(int(child)))]


def at_work(pid: int) -> float:
    """Give the seconds of processor a process has had so far; 0 where that is not told."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
