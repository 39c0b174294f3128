"""How the time of checks, cohort and counts grows with the pupils: 1 ×, 4 ×, 16 ×, and England by authority.

The three sizes run in turn; an exponent of 1 means that four times the pupils take four times as long.
England (`--england 153`) is invented and counted one authority after another: hours, no part of `make bench`.

    python -m benchmarks.build_growth [--pupils 10000] [--rounds 3] [--england AUTHORITIES]
"""

import argparse
import math
import statistics
import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from benchmarks.figures import Figure, spread, table
from benchmarks.processes import PRODUCT, Cost, cost
from cswanalytics.build.sample.national import AUTHORITIES, make_authority, sizes

PUPILS, PUPILS_A_SCHOOL, ROUNDS = 10_000, 375, 3
STEP, STEPS = 4, 3
MOST_GROWTH = 1.05
MOST_MEMORY = 8_000
YEARS_OF_ENGLAND, SEED = 6, 7


def measured(pupils: int = PUPILS, rounds: int = ROUNDS) -> Iterable[Figure]:
    """Count three sizes in turn, and give how the time grows from each to the next."""
    sizes = [pupils * STEP**step for step in range(STEPS)]
    costs: dict[int, list[Cost]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            schools = str(max(4, size // PUPILS_A_SCHOOL))
            cost([*PRODUCT, "sample", _exports(folder, size), "--pupils", str(size), "--schools", schools])
        for _ in range(rounds):
            for size in sizes:
                costs[size].append(_counted(_exports(folder, size), folder))
    for size, found in costs.items():
        times = spread([entry.processor for entry in found], "s of processor time")
        memory = max(entry.memory for entry in found)
        yield Figure(
            f"{size:,} pupils × 7 years", f"{times}, {memory:,.0f} MB", "under 8,000 MB", memory < MOST_MEMORY
        )
    for smaller, larger in pairwise(sizes):
        grown = [
            math.log(after.processor / before.processor) / math.log(STEP)
            for before, after in zip(costs[smaller], costs[larger], strict=True)
        ]
        yield Figure(
            f"growth from {smaller:,} to {larger:,} pupils, as a power of size",
            spread(grown, "", 2),
            f"at most {MOST_GROWTH}",
            statistics.median(grown) <= MOST_GROWTH,
        )


def england(authorities: int) -> Iterable[Figure]:
    """Invent and count so many authorities of England, one after another, and give what they took."""
    found, pupils = [], sizes(SEED)[:authorities]
    for number in range(1, authorities + 1):
        with tempfile.TemporaryDirectory() as folder:
            exports = make_authority(Path(folder), number, YEARS_OF_ENGLAND, SEED)
            found.append(_counted(str(exports), folder))
    memory = max(entry.memory for entry in found)
    of_all = f"{authorities} of England's {AUTHORITIES} authorities"
    yield Figure(
        f"{of_all}, {sum(pupils):,} pupils × {YEARS_OF_ENGLAND} years",
        f"{sum(entry.processor for entry in found):,.0f} s of processor time, {memory:,.0f} MB at most",
        "under 8,000 MB",
        memory < MOST_MEMORY,
    )
    small, large = pupils.index(min(pupils)), pupils.index(max(pupils))
    if pupils[small] < pupils[large]:
        slower = found[large].processor / found[small].processor
        power = math.log(slower) / math.log(pupils[large] / pupils[small])
        yield Figure(
            "growth from the smallest of them to the largest, as a power of size",
            f"{power:.2f}",
            f"at most {MOST_GROWTH}",
            power <= MOST_GROWTH,
            "Authority by authority: the time of England is the sum of theirs.",
        )


def _exports(folder: str, size: int) -> str:
    return str(Path(folder) / str(size))


def _counted(exports: str, folder: str) -> Cost:
    return cost([*PRODUCT, "count", exports, "--to", str(Path(folder) / "exact.parquet")])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--england", type=int, metavar="AUTHORITIES", help="count these instead")
    chosen = parser.parse_args()
    print(table(england(chosen.england) if chosen.england else measured(chosen.pupils, chosen.rounds)))


if __name__ == "__main__":
    main()
