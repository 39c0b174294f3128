"""Works out the exact view: of one school's current children, in how many a measure holds. See `exact.py`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from cswanalytics import exact
from cswanalytics.build.checks import checked
from cswanalytics.build.cohort import child_years
from cswanalytics.build.gathered import run
from cswanalytics.catalogue import Catalogue
from cswanalytics.errors import ExactViewRefused
from cswanalytics.exact import Counted, ExactFigures
from cswanalytics.settings import Settings

MEASURES = ("persistent_absence", "severe_absence", "suspended_once_or_more")
"""What a school hears exactly: attendance and suspensions, which it recorded itself. Never results."""


def write_exact_view(
    exports: Path,
    root: Path,
    schools: Iterable[str],
    apart_from: Path,
    settings: Settings,
    catalogue: Catalogue,
    today: date | None = None,
) -> tuple[str, ...]:
    """Write the exact view of schools that are switched on, remove every other, and give the URNs written.

    `apart_from` is the folder of releases, which must be no part of `root`, nor the other way round.
    ExportsRefused if the exports are unfit; ExactViewRefused if the folders are not apart, or a school is not
    in the exports.
    """
    wanted = tuple(dict.fromkeys(schools))
    one, other = root.resolve(), apart_from.resolve()
    if one == other or one in other.parents or other in one.parents:
        raise ExactViewRefused(
            f"{root} and {apart_from} must be apart: releases may be shared, exact figures not"
        )
    with checked(exports, settings) as fit:
        cohort = child_years(fit, settings, today or date.today())
        connection = cohort.connection
        missing = [urn for urn in wanted if urn not in _schools(connection)]
        if missing:
            raise ExactViewRefused(
                f"not in the exports' schools, so nothing was written: {', '.join(missing)}"
            )
        run(connection, "children_now")
        [[newest]] = connection.execute("select max(time_period) from exports.enrolments").fetchall()
        figures = {
            urn: ExactFigures(
                urn, newest, cohort.latest_on, fit.invented, tuple(_counted(connection, urn, catalogue))
            )
            for urn in wanted
        }
    exact.write(root, figures)
    return wanted


def _schools(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {urn for (urn,) in connection.execute("select school_urn from exports.schools").fetchall()}


def _counted(connection: duckdb.DuckDBPyConnection, urn: str, catalogue: Catalogue) -> list[Counted]:
    """Count by the measures' own definitions. A school without such a child has a row of none a measure."""
    found = []
    for name in MEASURES:
        measure = catalogue.measure(name)
        rows = connection.execute(
            f"""
            select
                children_now.period,
                count(case when {measure.population} then 1 end),
                count(case when {measure.population} and {measure.numerator} then 1 end)
            from children_now
            where children_now.school_urn = $1
            group by children_now.period
            order by case when children_now.period = $2 then 0 else 1 end, children_now.period
            """,
            [urn, exact.THIS_YEAR],
        ).fetchall()
        found += [Counted(name, *row) for row in rows or [(exact.THIS_YEAR, 0, 0)]]
    return found
