"""The dashboard served as a person serves it, for benchmarks to visit, and what its processes hold."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import PRODUCT, tree

START_SECONDS = 240.0


@contextmanager
def served(releases: Path, **environment: str) -> Generator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve a releases folder to this machine alone; give the port and the process, which ends after."""
    port = free_port()
    command = [*PRODUCT, "serve", "--headless", "--address", "127.0.0.1", "--port", str(port)]
    command += ["--releases", str(releases)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=quiet, stderr=quiet)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield port, process
    finally:
        for one in reversed(tree(process.pid)):
            os.kill(one, 15)
        process.wait(timeout=20)


@contextmanager
def plainly_served(folder: Path, script: str) -> Generator[int]:
    """Serve a script by Streamlit alone, as it comes; give the port."""
    file, port = folder / "plain.py", free_port()
    file.write_text(script, encoding="utf-8")
    options = ("--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", file.name, *options, "--browser.gatherUsageStats=false"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def resident(pid: int) -> float:
    """Give the megabytes the largest process of a tree holds in memory; 0 where that is not told."""
    return max(map(_resident, tree(pid)))


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the dashboard did not start")
