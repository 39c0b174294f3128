"""What a release says of the data behind it: dates, match rate, findings of the checks.

No exact count passes.
"""

import hashlib
import json
from datetime import date

import pandas as pd

from cswanalytics.build.checks import CheckedExports
from cswanalytics.build.cohort import ChildYears
from cswanalytics.build.contract import TABLES
from cswanalytics.catalogue import Catalogue
from cswanalytics.settings import Settings

MOST_UNEXPLAINED = 0.1
"""The share of children in social care unmatched without explanation above which no verdict is given."""

FEWEST_FOR_A_SHARE = 100
"""Children in social care under whom no match rate is released."""

MATCHING = ("matched", "educated elsewhere", "home educated", "unexplained", "not of school age")
"""How a child in social care was matched to a school roll. Only the unexplained count against the data."""

UNSETTLED = ("provisional", "revised")
"""Results that can still change, the least settled first."""

FORM = "7"
"""Raised when the build works out the same exports otherwise, so that the next build is not skipped."""


def fingerprint(exports: str, settings: Settings, catalogue: Catalogue) -> str:
    """Give what tells builds apart: the exports' bytes, the settings, the definitions, this program."""
    decided = {name: str(value) for name, value in settings.__dict__.items() if name != "config"}
    text = json.dumps([FORM, exports, decided, repr(catalogue)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def findings(exports: CheckedExports) -> pd.DataFrame:
    """Give the checks' findings as a release holds them: row counts to the nearest 10."""
    rows = [
        {
            "severity": finding.severity.value,
            "table": finding.table,
            "column": finding.column,
            "rule": finding.rule,
            "says": finding.says_rounded,
            "rows_to_nearest_10": round(finding.count / 10) * 10,
        }
        for finding in exports.report.findings
    ]
    return pd.DataFrame(rows, columns=["severity", "table", "column", "rule", "says", "rows_to_nearest_10"])


def warnings(exports: CheckedExports) -> tuple[str, ...]:
    """Give the warnings as sentences without an exact count."""
    return tuple(finding.says_rounded for finding in exports.report.warnings)


def data_dates(cohort: ChildYears) -> dict[str, date]:
    """Give the day to which each table runs: as `extract` says, else its own latest date."""
    tables = sorted(cohort.exports.tables)
    return {table: day for table in tables if (day := cohort.exports.data_to(table))}


def unsettled_results(cohort: ChildYears) -> dict[str, str]:
    """Give the table and year ('key_stage_4 202425') of results that can still change, and how.

    'provisional' where any of them is, else 'revised'; years in which all are final are left out.
    """
    found = {}
    for table in (name for name, table in TABLES.items() if "result_status" in table.column_names):
        rows = cohort.connection.execute(
            f"""
            select time_period, min(list_position($unsettled, result_status))
            from exports.{table}
            where list_contains($unsettled, result_status)
            group by time_period
            order by time_period
            """,
            {"unsettled": list(UNSETTLED)},
        ).fetchall()
        found |= {f"{table} {year}": UNSETTLED[place - 1] for year, place in rows}
    return found


def unexplained_share(cohort: ChildYears) -> float | None:
    """Give the exact share of children in social care, of school age, unmatched and unexplained."""
    unexplained, of_school_age = _unexplained(cohort)
    return unexplained / of_school_age if of_school_age else None


def matched_share(cohort: ChildYears) -> float | None:
    """Give the share, of school age, matched or unmatched for a stated reason, as a release may hold it.

    Both counts go to the nearest 10 first, and under 100 children there is none: 95 % of 20 is all but one.
    """
    unexplained, of_school_age = (round(count / 10) * 10 for count in _unexplained(cohort))
    return round(1 - unexplained / of_school_age, 2) if of_school_age >= FEWEST_FOR_A_SHARE else None


def matching(cohort: ChildYears) -> dict[str, float]:
    """Give, for each reason in MATCHING, the share of all children in social care, as `matched_share` is."""
    counts = {reason: round(count / 10) * 10 for reason, count in _by_match(cohort).items()}
    everybody = sum(counts.values())
    if everybody < FEWEST_FOR_A_SHARE:
        return {}
    return {reason: round(count / everybody, 2) for reason, count in counts.items()}


def _unexplained(cohort: ChildYears) -> tuple[int, int]:
    """Count the unmatched and unexplained, and all of school age: a child once, matched if any episode is."""
    counts = _by_match(cohort)
    return counts["unexplained"], sum(counts.values()) - counts["not of school age"]


def _by_match(cohort: ChildYears) -> dict[str, int]:
    """Count the children in social care by how they were matched; a child once, by the first in MATCHING."""
    found = cohort.connection.execute(
        """
        select best, count(*)
        from (
            select min(list_position($reasons, match_status)) as best
            from exports.social_care_episodes
            group by person_id
        )
        group by best
        """,
        {"reasons": list(MATCHING)},
    ).fetchall()
    counts = dict(found)
    return {reason: counts.get(at, 0) for at, reason in enumerate(MATCHING, start=1)}


def social_care_complete_from(cohort: ChildYears) -> date | None:
    """Give the day from which social care is complete: as `extract` says, else its earliest episode."""
    [[complete_from]] = cohort.connection.execute(
        "select max(complete_from) from exports.extract where table_name = 'social_care_episodes'"
    ).fetchall()
    if complete_from:
        return complete_from
    [[earliest]] = cohort.connection.execute(
        "select min(start_date) from exports.social_care_episodes"
    ).fetchall()
    return earliest


def half_terms_reported(cohort: ChildYears) -> dict[str, tuple[int, int]]:
    """Give, for each half-term point, how many schools sent its last half-term, and of how many.

    Keyed '202526 To half-term 2'. A school is expected when a C or M pupil is counted at it.
    """
    rows = cohort.connection.execute("""
        with expected as (
            select distinct points.time_period, points.time_identifier, enrolments.school_urn
            from enrolments_at_point as enrolments
            inner join points
                on points.point = enrolments.point
            where points.time_identifier <> 'Academic year'
                -- of statutory school age
                and enrolments.ncy_year not in ('N1', 'N2', 'R', '12', '13', '14')
        ),
        reported as (
            select points.time_period, points.time_identifier, attended.school_urn
            from half_terms_attended as attended
            inner join points
                on points.time_period = attended.time_period
                and points.last_half_term = attended.half_term
            where points.time_identifier <> 'Academic year'
        )
        select
            expected.time_period, expected.time_identifier,
            count(reported.school_urn), count(*)
        from expected
        left join reported
            on reported.time_period = expected.time_period
            and reported.time_identifier = expected.time_identifier
            and reported.school_urn = expected.school_urn
        group by expected.time_period, expected.time_identifier
        order by expected.time_period, expected.time_identifier
    """).fetchall()
    return {f"{year} {point}": (reported, expected) for year, point, reported, expected in rows}
