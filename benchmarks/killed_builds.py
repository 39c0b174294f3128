"""Whole builds killed at a hundred random moments: what served meanwhile, and whether the next completed.

Each build is a process of its own, killed with SIGKILL after a random part of the time that an undisturbed
one takes; after each, the release in use is opened, its every byte verified, and the ledger read.

    python -m benchmarks.killed_builds [--moments 100] [--pupils 300] [--seed 7]
"""

import argparse
import random
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, table
from benchmarks.processes import PRODUCT
from cswanalytics import release
from cswanalytics.build import ledger
from cswanalytics.build.sample import make_sample
from cswanalytics.errors import CswanalyticsError
from cswanalytics.on_disk import UNFINISHED


@dataclass
class Seen:
    """What became of builds: killed or done before; served by a whole release, old or new, or harmed."""

    killed: int = 0
    done: int = 0
    newly_in_use: int = 0
    harmed: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--pupils", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    print(table(measured(chosen.moments, chosen.pupils, chosen.seed)))


def measured(moments: int = 100, pupils: int = 300, seed: int = 7) -> list[Figure]:
    """Kill builds of an invented authority, and say what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        return killed(Path(folder), moments, pupils, seed)


def killed(root: Path, moments: int, pupils: int, seed: int) -> list[Figure]:
    """Kill builds in a folder of their own, and say what was seen."""
    make_sample(root / "exports", pupils=pupils, schools=4, years=2, seed=3)
    started = time.monotonic()
    build(root, None)
    length = time.monotonic() - started
    chance, seen = random.Random(seed), Seen()
    for _ in range(moments):
        before = release.current_name(root / "releases")
        was_killed = build(root, chance.random() * length)
        seen.killed += was_killed
        seen.done += not was_killed
        try:
            opened = release.open_current(root / "releases")
            kept = ledger.opened(root / "ledger", opened.manifest.new_la_code)
        except CswanalyticsError:
            seen.harmed += 1
            continue
        seen.harmed += not kept.entries
        seen.newly_in_use += was_killed and opened.folder.name != before
    before = release.current_name(root / "releases")
    completed = not build(root, None) and release.open_current(root / "releases").folder.name != before
    left = len(list(root.rglob(f"{UNFINISHED}*")))
    return [
        Figure(
            f"of {moments} builds: killed", str(seen.killed),
            note=f"at random moments of the {length:.1f} s an undisturbed one took; {seen.done} were done "
            f"before, {seen.newly_in_use} were killed when the new release was in use already",
        ),
        Figure(
            "after which no whole release served, or the ledger lost its points", str(seen.harmed), "0",
            met=not seen.harmed,
        ),
        Figure("the next build completes", "yes" if completed else "no", "yes", met=completed),
        Figure("half-written files left after it", str(left), "0", met=not left),
    ]  # fmt: skip


def build(root: Path, seconds: float | None) -> bool:
    """Build in a process of its own; True if it was killed after a time. CalledProcessError if it failed."""
    command = [*PRODUCT, "build", str(root / "exports"), "--force", "--to", str(root / "releases")]
    command += ["--ledger", str(root / "ledger")]
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
