"""Whole builds killed at a hundred random moments: what served meanwhile, and whether the next completed.

Prints Markdown. Each build is a process of its own, killed with SIGKILL after a random part of the time that
an undisturbed one takes; after each the release in use is opened and its every byte verified.

    python benchmarks/killed_builds.py [--moments 100] [--pupils 300] [--seed 7]
"""

import argparse
import platform
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cswanalytics import release
from cswanalytics.build import ledger
from cswanalytics.build.sample import make_sample
from cswanalytics.on_disk import UNFINISHED


@dataclass
class Seen:
    """How many builds were killed, how many were done before, and how often another release served after."""

    killed: int = 0
    done: int = 0
    newly_in_use_though_killed: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--pupils", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(report(Path(folder), chosen.moments, chosen.pupils, chosen.seed))


def report(root: Path, moments: int, pupils: int, seed: int) -> str:
    """Kill builds of an invented authority, and say what was seen. AssertionError if a release was harmed."""
    make_sample(root / "exports", pupils=pupils, schools=4, years=2, seed=3)
    started = time.monotonic()
    build(root, None)
    length = time.monotonic() - started
    chance, seen = random.Random(seed), Seen()
    for _ in range(moments):
        before = release.current_name(root / "releases")
        was_killed = build(root, chance.random() * length)
        opened = release.open_current(root / "releases")
        kept = ledger.opened(root / "ledger", opened.manifest.new_la_code)
        assert kept.entries, "a ledger lost its points"
        seen.killed += was_killed
        seen.done += not was_killed
        seen.newly_in_use_though_killed += was_killed and opened.folder.name != before
    before = release.current_name(root / "releases")
    assert not build(root, None)
    assert release.open_current(root / "releases").folder.name != before
    assert not list(root.rglob(f"{UNFINISHED}*")), "something half written was left"
    return "\n".join(
        (
            "| builds begun | killed | done before | killed once the new release was in use |",
            "|---|---|---|---|",
            f"| {moments} | {seen.killed} | {seen.done} | {seen.newly_in_use_though_killed} |",
            "",
            f"After each a whole release served; the next build completed and left nothing half written. An "
            f"undisturbed build took {length:.1f} s. Python {platform.python_version()}, seed {seed}.",
        )
    )


def build(root: Path, seconds: float | None) -> bool:
    """Build in a process of its own; True if it was killed after a time. CalledProcessError if it failed."""
    command = [sys.executable, "-m", "cswanalytics", "build", str(root / "exports"), "--force", "--to"]
    command += [str(root / "releases"), "--ledger", str(root / "ledger")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return False


if __name__ == "__main__":
    main()
