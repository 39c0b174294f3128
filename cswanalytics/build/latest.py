"""How far the data of each table run: from `extract`, else from the latest event in the data."""

import datetime as dt

import duckdb

from cswanalytics.build.contract import HALF_TERM_ENDS

EVENT_DATE = {
    "enrolments": "entry_date",
    "social_care_episodes": "start_date",
    "exclusions": "start_date",
    "pep_meetings": "meeting_date",
    "sdq": "completed_date",
    "training": "delivered_date",
    "support_activity": "activity_date",
    "provision": "start_date",
}
"""The column that dates a row by what happened; ends and reviews may be planned."""


def extracted(connection: duckdb.DuckDBPyConnection) -> dict[str, dt.date]:
    """Give the day of the extract of each table that the `extract` table names."""
    rows = connection.cursor().execute(
        "select table_name, max(extracted_on) from exports.extract"
        " where extracted_on between date '1000-01-01' and date '9999-12-31' and table_name is not null"
        " group by table_name"
    )
    return dict(rows.fetchall())


def latest_date(
    connection: duckdb.DuckDBPyConnection, table: str, last_day: dt.date, has_calendar: bool
) -> dt.date | None:
    """Give the latest entry, start, incident or half-term end of a table, not after a last day, if any."""
    if table == "attendance":
        return _latest_half_term_end(connection, last_day, has_calendar)
    column = EVENT_DATE.get(table)
    if column is None:
        return None
    row = (
        connection.cursor()
        .execute(f"select max({column}) from exports.{table} where {column} <= ?", [last_day])
        .fetchone()
    )
    return row[0] if row else None


def _latest_half_term_end(
    connection: duckdb.DuckDBPyConnection, last_day: dt.date, has_calendar: bool
) -> dt.date | None:
    cursor = connection.cursor()
    points = cursor.execute(
        "select distinct time_period, half_term from exports.attendance"
        " where time_period between 199091 and 210001 and half_term between 1 and 6"
    ).fetchall()
    ends = {}
    if has_calendar:
        rows = cursor.execute("select time_period, half_term, end_date from exports.calendar").fetchall()
        ends = {(year, half_term): end for year, half_term, end in rows if end is not None}
    # The half-term in progress ends after the extract: its data run to the extract.
    return max((min(ends.get(point) or half_term_end(*point), last_day) for point in points), default=None)


def half_term_end(time_period: int, half_term: int) -> dt.date:
    """Give the day a half-term ends where no calendar says: 202425 and 3 give 20 February 2025."""
    month, day = HALF_TERM_ENDS[half_term]
    return dt.date(time_period // 100 + (0 if half_term <= 2 else 1), month, day)
