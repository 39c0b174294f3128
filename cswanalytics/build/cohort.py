"""From checked exports to `child_year`: one row for each child and point in time, by the contract's rules.

The statements stand in `sql/`, one a file, named after the table or view it makes; its first comment states
the grain.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb

from cswanalytics.build.checks import CheckedExports
from cswanalytics.build.contract import DUCKDB_TYPES, HALF_TERM_ENDS, TABLES
from cswanalytics.build.gathered import gather, run
from cswanalytics.settings import Settings, Window

ATTENDANCE = "attendance"
STEPS = (
    ATTENDANCE,
    "half_terms",
    "school_years",
    "latest_date",
    "points",
    "several_enrolments",
    "ranked_enrolments",
    "enrolments_at_point",
    "social_care_groups",
    "attendance_at_point",
    "exclusions_at_point",
    "provision_at_point",
    "looked_after_spells",
    "looked_after_at_point",
    "peps_at_point",
    "sdqs_at_point",
    "child_year",
    "suspension_events",
)
"""Attendance added up, and the statements in the order in which each finds the tables it reads."""


@dataclass(frozen=True)
class Point:
    """A point in time that is worked out: a whole academic year, or a year to the end of a half-term.

    `number` stands for it wherever rows of children are joined. `has_ended` is false for the whole of a year
    in progress: it is counted, and never released.
    """

    number: int
    time_period: int
    time_identifier: str
    last_half_term: int
    reference_date: date
    has_ended: bool


@dataclass(frozen=True)
class ChildYears:
    """A database that sees children: its view `child_year` has one row for each child and point."""

    connection: duckdb.DuckDBPyConnection
    exports: CheckedExports
    points: tuple[Point, ...]
    latest_on: date


def child_years(
    exports: CheckedExports,
    settings: Settings,
    today: date,
    progress: Callable[[str], None] = lambda step: None,
) -> ChildYears:
    """Work out who is counted, in which group and at which school, at every point in time.

    `today` stands for the day of the extract where the exports do not tell it. `progress` is told each
    step's name.
    """
    connection = exports.connection
    _settle(connection, exports, settings, today)
    for step in STEPS:
        progress(step)
        if step == ATTENDANCE:
            gather(connection)
        else:
            run(connection, step)
    rows = connection.execute(
        """
        select point, time_period, time_identifier, last_half_term, reference_date, has_ended
        from points
        order by point
        """
    ).fetchall()
    [[latest_on]] = connection.execute("select latest_on from latest_date").fetchall()
    return ChildYears(connection, exports, tuple(Point(*row) for row in rows), latest_on)


def _settle(
    connection: duckdb.DuckDBPyConnection, exports: CheckedExports, settings: Settings, today: date
) -> None:
    """Lay down what the statements read besides: settings, usual half-terms, tables not exported."""
    for table in TABLES.values():
        if table.name not in exports.tables:
            columns = ", ".join(
                f'cast(null as {DUCKDB_TYPES[column.kind]}) as "{column.name}"' for column in table.columns
            )
            connection.execute(f"create or replace view exports.{table.name} as select {columns} where false")
    dates = [day for table in TABLES if (day := exports.extracted_on(table))]
    connection.execute("create or replace table cohort_settings (extracted_on date, counts_ever boolean)")
    connection.execute(
        "insert into cohort_settings values ($1, $2)",
        [max(dates) if dates else today, settings.window is Window.EVER],
    )
    connection.execute("create or replace table closed_without_need (close_reason varchar)")
    for reason in settings.left_out_of_previous:
        connection.execute("insert into closed_without_need values ($1)", [reason])
    connection.execute(
        "create or replace table usual_half_terms (half_term bigint, end_month integer, end_day integer)"
    )
    for half_term, (month, day) in HALF_TERM_ENDS.items():
        connection.execute("insert into usual_half_terms values ($1, $2, $3)", [half_term, month, day])
