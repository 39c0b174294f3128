"""Attendance added up once for each child, year and school; nothing after that goes through all its rows.

Most rows of an export are attendance. The checks add it up when its rows are sound, to see that no key is
repeated, and the cohort and the warnings read what they made.
"""

from pathlib import Path

import duckdb

SQL = Path(__file__).parent / "sql"

ATTENDANCE = "attendance_by_school"
KEY = ("pupil_id", "time_period", "school_urn", "half_term")
"""What `repeats` looks at: the columns it is added up by, and the half-terms that are told apart in it."""


def run(connection: duckdb.DuckDBPyConnection, step: str) -> None:
    """Make the table that a statement of `sql/` is named after."""
    connection.cursor().execute((SQL / f"{step}.sql").read_text(encoding="utf-8"))


def is_gathered(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether attendance has been added up already."""
    found = connection.cursor().execute(
        "select count(*) from information_schema.tables where table_name = $1", [ATTENDANCE]
    )
    return found.fetchall() != [(0,)]


def repeats(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a half-term of a child at a school is there twice: more rows than half-terms."""
    return holds(connection, "half_term_rows <> bit_count(half_terms)")


def holds(connection: duckdb.DuckDBPyConnection, condition: str) -> bool:
    """Say whether a condition on what tells children and schools apart is true of any row."""
    found = connection.cursor().execute(f"select count(*) from {ATTENDANCE} where {condition}")
    return found.fetchall() != [(0,)]
