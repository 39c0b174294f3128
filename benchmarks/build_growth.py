"""How the time of checks, cohort and counts grows with the pupils: 1 ×, 4 ×, 16 ×, and England by authority.

The three sizes run in turn; an exponent of 1 means that four times the pupils take four times as long.
England's authorities are invented and counted one after another, as each builds its own. All 153 take hours;
unless more are asked for, a few are measured, from the smallest to the largest.

    python -m benchmarks.build_growth [--pupils 10000] [--rounds 3] [--england 3]
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
YEARS, YEARS_OF_ENGLAND, SEED = 7, 6, 7
MEASURED_OF_ENGLAND = 3
"""How many authorities stand for England unless asked for more: the smallest, the middle one, the largest."""


def measured(
    pupils: int = PUPILS, rounds: int = ROUNDS, authorities: int = MEASURED_OF_ENGLAND
) -> Iterable[Figure]:
    """Count three sizes in turn and some authorities of England, and give how the time grows."""
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
            f"{size:,} pupils × {YEARS} years",
            f"{times}, {memory:,.0f} MB",
            "under 8,000 MB",
            memory < MOST_MEMORY,
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
    first = statistics.median(entry.processor for entry in costs[pupils])
    yield from england(authorities, pupils * YEARS, first)


def england(authorities: int, rows: int, processor: float) -> Iterable[Figure]:
    """Invent and count so many authorities of England, one after another, and give what they took.

    `rows` and `processor` are pupils × years and seconds of the exports they are set beside.
    """
    numbers = _spread(authorities)
    pupils = [sizes(SEED)[number - 1] for number in numbers]
    found = []
    for number in numbers:
        with tempfile.TemporaryDirectory() as folder:
            exports = make_authority(Path(folder), number, YEARS_OF_ENGLAND, SEED)
            found.append(_counted(str(exports), folder))
    memory = max(entry.memory for entry in found)
    which = (
        f"England, all {AUTHORITIES}"
        if authorities == AUTHORITIES
        else f"a part of England, {authorities} of {AUTHORITIES}"
    )
    yield Figure(
        f"{which} authorities: {sum(pupils):,} pupils × {YEARS_OF_ENGLAND} years",
        f"{sum(entry.processor for entry in found):,.0f} s of processor time, {memory:,.0f} MB at most",
        "under 8,000 MB",
        memory < MOST_MEMORY,
        f"Of {min(pupils):,} to {max(pupils):,} pupils, one after another and once each: the time of England "
        "is the sum of its authorities' times.",
    )
    large = pupils.index(max(pupils))
    slower, larger = found[large].processor / processor, pupils[large] * YEARS_OF_ENGLAND / rows
    if larger > STEP:
        power = math.log(slower) / math.log(larger)
        yield Figure(
            f"growth from {rows // YEARS:,} pupils to the largest authority, as a power of size",
            f"{power:.2f}",
            f"at most {MOST_GROWTH}",
            power <= MOST_GROWTH,
        )


def _spread(authorities: int) -> list[int]:
    """Give the numbers of so many authorities, evenly from the smallest to the largest."""
    by_size = sorted(range(1, AUTHORITIES + 1), key=lambda number: sizes(SEED)[number - 1])
    if authorities == 1:
        return by_size[-1:]
    return [by_size[place * (AUTHORITIES - 1) // (authorities - 1)] for place in range(authorities)]


def _exports(folder: str, size: int) -> str:
    return str(Path(folder) / str(size))


def _counted(exports: str, folder: str) -> Cost:
    return cost([*PRODUCT, "count", exports, "--to", str(Path(folder) / "exact.parquet")])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--england", type=int, default=MEASURED_OF_ENGLAND, choices=range(1, AUTHORITIES + 1),
        metavar="AUTHORITIES", help="how many of England's authorities are counted",
    )  # fmt: skip
    chosen = parser.parse_args()
    print(table(measured(chosen.pupils, chosen.rounds, chosen.england)))


if __name__ == "__main__":
    main()
