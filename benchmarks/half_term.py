"""What a new half-term costs beside a full build: exports a half-term longer, with the ledger kept.

An invented authority's exports are cut to the end of a half-term, as they would have been taken that day, and
built from nothing; then cut to the end of the next one, and built where the ledger and the release of the
first stand. Both builds check, count, round, attack and release: the exports carry no mark of invented data,
which would spare the attack.

    python -m benchmarks.half_term [--pupils 20000] [--schools 60]
"""

import argparse
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.figures import Figure, table
from benchmarks.processes import PRODUCT, cost
from cswanalytics.build.contract import TABLES, DateRule, Table
from cswanalytics.build.latest import EVENT_DATE
from cswanalytics.build.sql_text import literal, parquet_source, quoted

PUPILS, SCHOOLS = 20_000, 60
YEARS = 8
"""One more than are built: of the last, in progress, nothing is left."""
YEAR, HALF_TERMS = 202425, (3, 4)
"""The year in progress, and the half-terms at whose ends the exports are taken."""
TARGET = 0.2

RESULTS = ("early_years_profile", "phonics", "key_stage_2", "key_stage_4")
"""Tables of results, which come after the year they are of."""


def measured(pupils: int = PUPILS, schools: int = SCHOOLS) -> Iterable[Figure]:
    """Build to the end of a half-term from nothing, then to the end of the next, and give what each took."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        whole = root / "whole"
        sample = ["sample", str(whole), "--pupils", str(pupils), "--schools", str(schools)]
        cost([*PRODUCT, *sample, "--years", str(YEARS)])
        found = []
        for half_term in HALF_TERMS:
            exports = root / f"to-half-term-{half_term}"
            cut(whole, exports, half_term)
            build = ["build", str(exports), "--to", str(root / "releases"), "--ledger", str(root / "ledger")]
            found.append(cost([*PRODUCT, *build]))
    full, more = found
    yield Figure(f"full build, {pupils:,} pupils at {schools} schools", _said(full.processor, full.wall))
    yield Figure("a half-term later", _said(more.processor, more.wall))
    ratio = more.processor / full.processor
    yield Figure(
        "a half-term later, of the processor time of a full build",
        f"{ratio:.2f}",
        f"at most {TARGET}",
        ratio <= TARGET,
        "One run of each, from the command to the release, the attack included.",
    )
    yield Figure("the same, of the time on the clock", f"{more.wall / full.wall:.2f}")


def _said(processor: float, wall: float) -> str:
    return f"{processor:,.0f} s of processor time, {wall:,.0f} s on the clock"


def cut(whole: Path, folder: Path, half_term: int) -> None:
    """Write exports as they would have been taken when a half-term of YEAR had ended."""
    folder.mkdir()
    connection = duckdb.connect()
    calendar = parquet_source([str(whole / "calendar.parquet")])
    [[taken_on]] = connection.execute(
        f"select end_date from {calendar} where time_period = $1 and half_term = $2", [YEAR, half_term]
    ).fetchall()
    for name, contract in TABLES.items():
        source = parquet_source([str(whole / f"{name}.parquet")])
        kept = _kept(contract, taken_on, half_term)
        rows = f"select {_columns(contract, taken_on)} from {source} where {kept}"
        file = literal(str(folder / f"{name}.parquet"))
        connection.execute(f"copy ({rows}) to {file} (format parquet)")


def _columns(contract: Table, taken_on: date) -> str:
    """Give a table's columns as they stood on a day: an end that was still to come was empty."""
    columns = []
    for column in contract.columns:
        name = quoted(column.name)
        if column.name == "extracted_on":
            columns.append(f"date '{taken_on}' as {name}")
        elif column.name in ("leaving_date", "end_date") and column.dates is DateRule.EVENT:
            columns.append(f"case when {name} <= date '{taken_on}' then {name} end as {name}")
        else:
            columns.append(name)
    return ", ".join(columns)


def _kept(contract: Table, taken_on: date, half_term: int) -> str:
    """Give the condition on the rows that were there on a day."""
    if contract.name == "attendance":
        return f"time_period < {YEAR} or (time_period = {YEAR} and half_term <= {half_term})"
    conditions = []
    if "time_period" in contract.column_names and contract.name != "calendar":
        conditions.append(f"time_period {'<' if contract.name in RESULTS else '<='} {YEAR}")
    if event := EVENT_DATE.get(contract.name):
        conditions.append(f"{event} <= date '{taken_on}'")
    return " and ".join(conditions) or "true"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--schools", type=int, default=SCHOOLS)
    chosen = parser.parse_args()
    print(table(measured(chosen.pupils, chosen.schools)))


if __name__ == "__main__":
    main()
