"""What a build costs beside a plain scan of every row of the same Parquet, and how much memory it takes.

Every figure is a whole process's, as the operating system accounts for it: processor time (user and system,
all cores) and peak memory. Scan and count run in turn, so that a machine that speeds up or slows down does so
for both; a whole build, most of which is rounding, is run once.

    python -m benchmarks.build_speed [--pupils 150000] [--rounds 3] [--exports FOLDER]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.figures import Figure, spread, table
from benchmarks.processes import PRODUCT, Cost, cost

PUPILS, PUPILS_A_SCHOOL, ROUNDS = 150_000, 375, 3
TARGET = 6

SCAN = """
import sys, duckdb
from pathlib import Path
connection = duckdb.connect()
# With statistics DuckDB answers a largest value from a file's footer, and reads no row.
connection.execute("set disabled_optimizers = 'statistics_propagation'")
for file in sorted(Path(sys.argv[1]).rglob("*.parquet")):
    names = [row[0] for row in connection.sql(f"describe select * from read_parquet('{file}')").fetchall()]
    largest = ", ".join(f'max("{name}")' for name in names)
    connection.sql(f"select count(*), {largest} from read_parquet('{file}')").fetchall()
"""


def measured(pupils: int = PUPILS, rounds: int = ROUNDS, exports: Path | None = None) -> Iterable[Figure]:
    """Scan and count the same exports in turn, build them once, and give what each took."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _measured(pupils, rounds, exports, Path(folder))


def _measured(pupils: int, rounds: int, exports: Path | None, folder: Path) -> Iterable[Figure]:
    if exports is None:
        exports = folder / "exports"
        schools = max(4, pupils // PUPILS_A_SCHOOL)
        cost([*PRODUCT, "sample", str(exports), "--pupils", str(pupils), "--schools", str(schools)])
    commands = {
        "scan": [sys.executable, "-c", SCAN, str(exports)],
        "count": [*PRODUCT, "count", str(exports), "--to", str(folder / "exact.parquet")],
        "build": [*PRODUCT, "build", str(exports), "--to", str(folder / "releases"), "--force"],
    }
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name in ("scan", "count"):
            found[name].append(cost(commands[name]))
    found["build"].append(cost(commands["build"]))
    processor = {name: [entry.processor for entry in costs] for name, costs in found.items()}
    ratios = [count / scan for count, scan in zip(processor["count"], processor["scan"], strict=True)]
    rest = processor["build"][0] - statistics.median(processor["count"])
    memory = {name: max(entry.memory for entry in costs) for name, costs in found.items()}
    yield Figure("scan of every row and column", spread(processor["scan"], "s of processor time", 2))
    yield Figure("checks, cohort and counts", spread(processor["count"], "s of processor time"))
    yield Figure(
        "checks, cohort and counts, × the scan",
        spread(ratios, "×"),
        f"at most {TARGET} ×",
        statistics.median(ratios) <= TARGET,
        "Whole processes, the start of Python included. Decision 28 says what was tried.",
    )
    yield Figure(
        "rounding, gate and release besides",
        f"{rest:,.0f} s of processor time",
        note="One run. Invented exports are not attacked; half_term measures builds that are.",
    )
    yield Figure("peak memory of checks, cohort and counts", f"{memory['count']:,.0f} MB")
    yield Figure(
        "peak memory of a whole build",
        f"{memory['build']:,.0f} MB",
        "under 8,000 MB",
        memory["build"] < 8_000,
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--exports", type=Path, help="exports made before; invented anew by default")
    chosen = parser.parse_args()
    print(table(measured(chosen.pupils, chosen.rounds, chosen.exports)))


if __name__ == "__main__":
    main()
