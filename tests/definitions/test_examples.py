"""Every worked example of every measure is run: a child of one row, counted by the build itself."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

import duckdb
import pandas as pd
import pytest

from cswanalytics import catalogue
from cswanalytics.build import counts
from cswanalytics.build.coarsening import exact_values
from cswanalytics.build.cohort import ChildYears, Point
from cswanalytics.build.contract import TABLES
from cswanalytics.build.gathered import SQL
from cswanalytics.catalogue import Example, Measure
from cswanalytics.expressions import CHILD_YEAR_COLUMNS
from cswanalytics.vocabulary import ACADEMIC_YEAR, PEERS, TOTAL, UNKNOWN, Group

CATALOGUE = catalogue.load()
EXAMPLES = [(measure, example) for measure in CATALOGUE.measures.values() for example in measure.examples]
NAMES = [f"{measure.id}: {example.because}" for measure, example in EXAMPLES]

OF_SCHOOL_AGE = re.search(
    r"^    enrolments\.(ncy_year not in .+) as of_statutory_school_age,$",
    (SQL / "child_year.sql").read_text(encoding="utf-8"),
    re.MULTILINE,
)
"""The build's own rule, from the statement that makes `child_year`."""

TEXTS = {
    "ncy_year": "7",
    "year_group_band": "KS3",
    "education_phase": "Secondary",
    "sex": "F",
    "sen_provision": "N",
    "social_care_group": PEERS,
}
SCORES = {"attainment8_tenths", "ebacc_aps_hundredths", "progress8_hundredths"}
"""Empty where there is no result."""

FLAG = re.compile(r"has_|good_level_|phonics_met_|ks2_|ks4_|looked_after_|latest_pep_")


@dataclass
class Exported:
    tables: frozenset[str]


@dataclass
class Cohort:
    """What the count reads of a cohort: a database with `child_year`, the tables exported, the points."""

    connection: duckdb.DuckDBPyConnection
    exports: Exported
    points: tuple[Point, ...]


def child(example: Example) -> dict[str, object]:
    """Give a pupil of year 7 of whom nothing else is known but what the example says."""
    said = dict(example.child)
    row: dict[str, object] = {
        column: TEXTS.get(column, None if column in SCORES else False if FLAG.match(column) else 0)
        for column in CHILD_YEAR_COLUMNS
        if column != "of_statutory_school_age"
    }
    return {**row, **said}


@cache
def counted() -> counts.Counts:
    """Count every example's child by the build, each in an academic year of their own."""
    columns = {column for breakdown in CATALOGUE.breakdowns.values() for column in breakdown.columns}
    others = dict.fromkeys(columns - set(CHILD_YEAR_COLUMNS), UNKNOWN)
    rows = pd.DataFrame(
        [
            {**others, "school_urn": "100000", **child(example), "point": at}
            for at, (_, example) in enumerate(EXAMPLES)
        ]
    )
    rows = rows.astype(dict.fromkeys(SCORES, "Int64"))
    connection = duckdb.connect(config={"threads": "1"})
    connection.register("said", rows)
    assert OF_SCHOOL_AGE is not None
    connection.execute(f"""
        create schema exports;
        create table exports.schools (school_urn varchar);
        create table child_year as select *, {OF_SCHOOL_AGE.group(1)} as of_statutory_school_age from said;
        create table suspension_events as
        select point as time_period, school_urn, social_care_group, suspensions, suspended_sessions
        from child_year;
    """)
    years = tuple(
        Point(at, at, ACADEMIC_YEAR, 6, date(2025, 3, 31), has_ended=True) for at in range(len(EXAMPLES))
    )
    cohort = Cohort(connection, Exported(frozenset(TABLES)), years)
    return counts.count(cast("ChildYears", cohort), CATALOGUE)


def total_of(at: int, group: Group = Group.ALL) -> pd.DataFrame:
    """Give the one cell of the authority's total in which an example's child is counted."""
    cells = counted().of_group(group).reset_index()
    return cells[(cells["time_period"] == at) & (cells["breakdown"] == TOTAL)]


def counted_in(measure: Measure, at: int) -> str:
    plan, everyone = counted().layout, total_of(at)
    if measure.of_all_pupils:
        inside, with_it = everyone[counts.HEADS].item(), total_of(at, Group.CWSW)[counts.HEADS].item()
    else:
        inside = everyone[plan.in_population(measure.population)].item()
        with_it = 0
        if measure.is_counted:
            with_it = everyone[plan.ladder_of(measure).column(measure.step)].item()
    return {(0, 0): "in neither", (1, 0): "in denominator", (1, 1): "in both"}[inside, with_it]


@pytest.mark.parametrize("at", range(len(EXAMPLES)), ids=NAMES)
def test_a_worked_example_is_counted_as_it_says(at: int):
    measure, example = EXAMPLES[at]

    if example.counted:
        assert counted_in(measure, at) == example.counted
    else:
        cell = total_of(at)
        pupils = cell[counted().layout.in_population(measure.population)]
        [value] = exact_values(cell, measure, pupils)["value"]
        assert value == pytest.approx(example.value)


@pytest.mark.parametrize(("measure", "example"), EXAMPLES, ids=NAMES)
def test_a_worked_example_says_either_how_the_child_counts_or_for_how_much(
    measure: Measure, example: Example
):
    assert (example.counted == "") == (example.value is not None)
    assert example.counted in ("", "in both", "in denominator", "in neither")
    assert example.value is None or not measure.is_counted
    assert set(example.child) <= set(CHILD_YEAR_COLUMNS)
    assert example.because


@pytest.mark.parametrize("measure", CATALOGUE.measures.values(), ids=list(CATALOGUE.measures))
def test_every_measure_has_an_example_that_reaches_it(measure: Measure):
    assert any(example.counted == "in both" or example.value for example in measure.examples)
