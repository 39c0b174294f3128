"""Attendance added up once for each child and year; nothing after that goes through all its rows for sums.

Most rows of an export are attendance. The checks add it up when its rows are sound, to see that no key is
repeated, and the cohort and the warnings read what they made.
"""

from pathlib import Path

import duckdb

SQL = Path(__file__).parent / "sql"

ATTENDANCE = "attendance_by_pupil"
HALF_TERMS = "half_terms_attended"
KEY = ("pupil_id", "time_period", "school_urn", "half_term")
"""The key of attendance, which `repeats` looks at."""


def run(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    """Make the table or view that a statement of `sql/` is named after."""
    connection.cursor().execute((SQL / f"{step}.sql").read_text(encoding="utf-8"))


def gather(connection: duckdb.DuckDBPyConnection) -> None:
    """Add attendance up, unless that has been done."""
    found = connection.cursor().execute(
        "select count(*) from information_schema.tables where table_name in ($1, $2)",
        [ATTENDANCE, HALF_TERMS],
    )
    if found.fetchall() != [(2,)]:
        run(connection, ATTENDANCE)
        run(connection, HALF_TERMS)


def repeats(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a half-term of a child at a school is there twice.

    Only a child with more rows in a year than half-terms can have one, and most such have changed schools.
    """
    if not holds(connection, "half_term_rows <> bit_count(half_terms)"):
        return False
    found = connection.cursor().execute(f"""
        select count(*)
        from (
            select 1
            from exports.attendance as attendance
            inner join {ATTENDANCE} as gathered
                on gathered.pupil_id = attendance.pupil_id
                and gathered.time_period = attendance.time_period
                and gathered.half_term_rows <> bit_count(gathered.half_terms)
            group by {", ".join(f"attendance.{name}" for name in KEY)}
            having count(*) > 1
        )
    """)
    return found.fetchall() != [(0,)]


def holds(connection: duckdb.DuckDBPyConnection, condition: str) -> bool:
    """Say whether a condition on what tells children and years apart is true of any row."""
    found = connection.cursor().execute(f"select count(*) from {ATTENDANCE} where {condition}")
    return found.fetchall() != [(0,)]
