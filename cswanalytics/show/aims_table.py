"""The aims as tables of words, and as numbers to take away."""

import csv
import io
import math
from collections.abc import Callable, Iterable

import pandas as pd

from cswanalytics.aims import Course, Status, Step
from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import Measure, Unit
from cswanalytics.show import aims_words, words
from cswanalytics.show.downloads import as_shown
from cswanalytics.show.figures import NO_FIGURE
from cswanalytics.vocabulary import ACADEMIC_YEAR, ComparedWith, Level, Symbol, year_label

COLUMNS = (
    "time_period", "time_identifier", "geographic_level", "la_name", "measure", "unit", "social_care_group",
    "compared_with", "gap", "gap_low", "gap_high", "path", "why_not", "baseline_year", "baseline_gap",
    "target_year", "target_gap", "status_year", "status", "status_because", "owner", "next_review",
)  # fmt: skip
PLACES_OF_AN_AIM = 1
"""An aim is what an authority writes down, not a figure of children: it keeps its decimal."""


def all_aims(courses: Iterable[Course], link: Callable[[Course], str]) -> pd.DataFrame:
    """Give a row for each aim: the latest gap with its interval, the path then, the target, the status."""
    records = []
    for course in courses:
        measure, target = course.measure, course.aim.target
        gap = _gap(course.gap, measure)
        reach = words.interval(course.low, course.high, measure)
        asked = NO_FIGURE if course.status is Status.CANNOT_SAY else _gap(course.asked, measure)
        records.append(
            (
                link(course),
                f"{gap} {reach}".strip(),
                asked,
                f"{_gap(target.gap, measure, finer=bool(target.gap % 1))} by {year_label(target.year)}",
                aims_words.status(course.status),
            )
        )
    return pd.DataFrame(records, columns=["Aim", "Behind by", "Path", "Target", "Status"])


def year_by_year(courses: Iterable[Course]) -> pd.DataFrame:
    """Give a row for each year of each aim: the gap there was, and the gap the path asks for."""
    records = [
        (aims_words.heading(course), year_label(step.time_period), *_cells(step, course.measure))
        for course in courses
        for step in course.steps
    ]
    return pd.DataFrame(records, columns=["Aim", "Year", "Behind by", "Path"])


def numbers(courses: Iterable[Course], facts: ReleaseFacts) -> str:
    """Give every year of every aim as CSV: 'x' where there is no gap to show, 'z' where none is due."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for course in courses:
        for step in course.steps:
            writer.writerow(_record(course, step, facts))
    return text.getvalue()


def _gap(gap: float, measure: Measure, finer: bool = False) -> str:
    return words.behind(gap, measure, finer).replace(" behind", "")


def _cells(step: Step, measure: Measure) -> tuple[str, str]:
    path = NO_FIGURE if math.isnan(step.asked) else _gap(step.asked, measure)
    if math.isnan(step.gap):
        return (step.because or "not yet"), path
    return f"{_gap(step.gap, measure)} {words.interval(step.low, step.high, measure)}".strip(), path


def _record(course: Course, step: Step, facts: ReleaseFacts) -> dict[str, object]:
    aim, measure = course.aim, course.measure
    places = 0 if measure.unit is Unit.PERCENT else 1
    none = Symbol.NOT_AVAILABLE if step.because else Symbol.NOTHING_TO_COUNT

    def number(value: float, to: int, instead: Symbol) -> str:
        return instead.value if math.isnan(value) else as_shown(value, to)

    return {
        "time_period": step.time_period,
        "time_identifier": ACADEMIC_YEAR,
        "geographic_level": Level.AUTHORITY.value,
        "la_name": facts.authority,
        "measure": measure.id,
        "unit": measure.unit.value,
        "social_care_group": aim.who.value,
        "compared_with": ComparedWith.PEERS.value,
        "gap": number(step.gap, places, none),
        "gap_low": number(step.low, places, none),
        "gap_high": number(step.high, places, none),
        "path": number(step.asked, PLACES_OF_AN_AIM, Symbol.NOTHING_TO_COUNT),
        "why_not": step.because,
        "baseline_year": aim.baseline.year,
        "baseline_gap": as_shown(aim.baseline.gap, PLACES_OF_AN_AIM),
        "target_year": aim.target.year,
        "target_gap": as_shown(aim.target.gap, PLACES_OF_AN_AIM),
        "status_year": course.latest_year or "",
        "status": course.status.value,
        "status_because": words.absent(course.because) if course.because else "",
        "owner": aim.owner,
        "next_review": aim.next_review.isoformat(),
    }
