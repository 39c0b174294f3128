"""A gap against the path to its aim: on course, off course, too close to call, or why that cannot be said.

An aim is read from `authority.toml` (`settings.Aim`) and kept in the release. Its gap is set beside peers,
positive where children with a social worker do worse: smaller is better.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import nan

import numpy as np
import pandas as pd

from cswanalytics.answers import Gateway, Question
from cswanalytics.catalogue import Better, Measure, MeasureKind
from cswanalytics.inference import Gaps, State, gaps, pooled
from cswanalytics.inference.arms import COUNT_CORNERS, orientation, published, rounding_error
from cswanalytics.inference.comparisons import started
from cswanalytics.remembered import remembered
from cswanalytics.settings import Aim, Milestone
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, ComparedWith, next_year, year_label

__all__ = [
    "Aim",
    "Children",
    "Course",
    "Milestone",
    "Status",
    "Step",
    "course",
    "courses",
    "in_children",
    "path",
    "question",
]

LEAST_PUPILS_IN_CHILDREN = 100
"""Published pupils from which a gap is also said in children: below, rounding leaves too much open."""


class Status(StrEnum):
    """Where a gap stands against the path to its aim."""

    ON_COURSE = "on course"
    TOO_CLOSE_TO_CALL = "too close to call"
    OFF_COURSE = "off course"
    CANNOT_SAY = "cannot say"


@dataclass(frozen=True)
class Children:
    """How many children lie between a year's gap and the path: more than nought where they are too many.

    `point` is to the nearest multiple of the base; `low` and `high` are multiples of the base that hold
    every number the rounded counts leave open. Where a measure is better when higher, they are the children
    still missing. How far chance moves the gap is not in them: that many children it is, this year.
    """

    low: int
    point: int
    high: int


@dataclass(frozen=True)
class Step:
    """One academic year of an aim: the gap the path asks for, and the gap there was.

    `asked` is NaN before the baseline's year; `gap`, `low` and `high` are NaN where there is no gap to show,
    and `because` then says why (empty for years not yet released).
    """

    time_period: int
    asked: float
    gap: float
    low: float
    high: float
    because: str


@dataclass(frozen=True)
class Course:
    """An aim, the latest gap with its 95 % interval, and where it stands against the path.

    Numbers are in the measure's unit, NaN where `status` is cannot say and they cannot be had; `because`
    then says why, else ''. `latest_year` is the year of the latest gap. `in_children` is None for measures
    that count no children in one year, and under 100 published pupils. `steps` has every academic year from
    the first released, or the baseline's, to the last released, or the target's.
    """

    aim: Aim
    measure: Measure
    status: Status
    because: str
    latest_year: int | None
    gap: float
    low: float
    high: float
    asked: float
    in_children: Children | None
    steps: tuple[Step, ...]


class _CannotSay(Exception):  # noqa: N818  # it ends a line of thought, not the program
    """Why a gap cannot be held against its path."""


def question(aim: Aim) -> Question:
    """Give the question whose answer an aim is about."""
    return Question(aim.measure, who=aim.who, compared_with=ComparedWith.PEERS)


def courses(gateway: Gateway) -> tuple[Course, ...]:
    """Give every aim of an authority with its course, in the order of `authority.toml`.

    Measures that need several years together have them. An aim on a measure that these definitions no longer
    have raises QuestionRefused.
    """
    found = []
    for aim in gateway.aims():
        answer = gateway.answer(question(aim))
        if answer.measure.pool_years > 1 and not answer.absent:
            answer = pooled(answer, answer.measure.pool_years)
        found.append(course(gaps(answer), aim))
    return tuple(found)


def path(aim: Aim, time_period: int) -> float:
    """Give the gap that an aim asks for in an academic year, in the measure's unit.

    Straight from the baseline to the target, through the milestones where there are any; the target's gap
    after the target's year, and NaN before the baseline's.
    """
    if time_period < aim.baseline.year:
        return nan
    marks = (aim.baseline, *aim.milestones, aim.target)
    years = [mark.year // 100 for mark in marks]
    return float(np.interp(time_period // 100, years, [mark.gap for mark in marks]))


@remembered
def course(gaps: Gaps, aim: Aim) -> Course:
    """Hold a gap against the path to its aim.

    On course or off course only where the 95 % interval of the latest gap, at every corner of the rounding
    box, lies wholly on one side of the path; else too close to call. It cannot be said where the baseline
    was counted otherwise (a break in the series, a year that is not comparable, a gap that lies outside this
    release's interval for that year), or where the latest gap carries no verdict.

    The gaps must be of the aim's measure and group, of the authority's whole years, beside peers.
    """
    asked = question(aim)
    if gaps.question != asked:
        raise ValueError(f"the aim is about {asked}, the gaps are of {gaps.question}")
    rows = gaps.rows[gaps.rows["breakdown_item"] == TOTAL]
    latest = None
    status, because = Status.CANNOT_SAY, ""
    try:
        latest = _latest(gaps, rows)
        _refuse_unlike(gaps.measure, rows, aim, latest)
        status = _status(latest, path(aim, int(latest["time_period"])))
    except _CannotSay as reason:
        because = str(reason)
    year = None if latest is None else int(latest["time_period"])
    return Course(
        aim=aim,
        measure=gaps.measure,
        status=status,
        because=because,
        latest_year=year,
        gap=nan if latest is None else float(latest["gap"]),
        low=nan if latest is None else float(latest["gap_low"]),
        high=nan if latest is None else float(latest["gap_high"]),
        asked=nan if year is None else path(aim, year),
        in_children=None if year is None or status is Status.CANNOT_SAY else in_children(gaps, aim, year),
        steps=_steps(rows, aim),
    )


def in_children(gaps: Gaps, aim: Aim, time_period: int) -> Children | None:
    """Give how many children lie between a year's gap and the path; None where that is not said.

    With x of n children counted and a share q of their peers, the gap asked for is met by moving
    x − n (q ± asked) of them. Worked out as published and at every corner of the rounding box, whose corners
    are enough: the number is linear in x and n, and rises or falls with q alone.
    """
    answer = gaps.answer
    at = np.flatnonzero(
        (gaps.rows["time_period"] == time_period).to_numpy()
        & (gaps.rows["breakdown_item"] == TOTAL).to_numpy()
    )
    if answer.measure.kind is not MeasureKind.PROPORTION or "pooled_from" in gaps.rows or len(at) != 1:
        return None
    cells = {
        (part, side): published(answer, part, side)[at[0]]
        for part in ("count", "pupils")
        for side in ("cwsw", "peers")
    }
    if not all(cells["pupils", side] >= LEAST_PUPILS_IN_CHILDREN for side in ("cwsw", "peers")):
        return None
    corners: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for side in ("cwsw", "peers"):
        error = rounding_error(answer, side)
        pupils = cells["pupils", side] + error * COUNT_CORNERS[:, 1]
        corners[side] = np.clip(cells["count", side] + error * COUNT_CORNERS[:, 0], 0, pupils), pupils
    count, pupils = (part[:, None] for part in corners["cwsw"])
    peers_share = (corners["peers"][0] / corners["peers"][1])[None, :]
    asked = path(aim, time_period) / answer.measure.unit.scale
    needed = orientation(answer.measure) * (count - pupils * peers_share) - pupils * asked
    steps = needed / answer.base
    return Children(
        low=int(np.floor(steps.min())) * answer.base,
        point=int(np.floor(steps[0, 0] + 0.5)) * answer.base,
        high=int(np.ceil(steps.max())) * answer.base,
    )


def _latest(gaps: Gaps, rows: pd.DataFrame) -> pd.Series:
    """Give the last row shown. _CannotSay where there is none, or where it is of no use to an aim."""
    measure = gaps.measure
    if gaps.answer.absent:
        raise _CannotSay(gaps.answer.absent)
    if measure.better is Better.NONE or not measure.has_peers:
        raise _CannotSay("neither more nor less of it is better")
    shown = rows[rows["state"] == State.SHOWN]
    if shown.empty:
        raise _CannotSay(rows["because"].iloc[-1] if len(rows) else "there are no figures")
    return shown.iloc[-1]


def _refuse_unlike(measure: Measure, rows: pd.DataFrame, aim: Aim, latest: pd.Series) -> None:
    """Refuse a latest gap that was not counted as the baseline was."""
    year, start = int(latest["time_period"]), aim.baseline.year
    if latest["cannot_say"]:
        raise _CannotSay(latest["cannot_say"])
    if np.isnan(latest["gap_low"]) or np.isnan(latest["gap_high"]):
        raise _CannotSay("how far chance alone moves the figures is not known")
    if because := measure.not_comparable_because(start):
        raise _CannotSay(f"the baseline's year, {year_label(start)}, is not comparable: {because}")
    if (afresh := started(measure, year)) > start:
        because = next(entry.because for entry in measure.breaks if entry.first_year == afresh)
        raise _CannotSay(f"since the baseline the series started afresh in {year_label(afresh)}: {because}")
    if year <= start:
        raise _CannotSay(f"there is no comparable year yet after the baseline's, {year_label(start)}")
    if "pooled_from" in rows and int(latest["pooled_from"]) <= start:
        raise _CannotSay("there are not yet enough years after the baseline's to set these beside")
    then = rows[rows["time_period"] == start]
    if then.empty:
        raise _CannotSay(f"there are no figures for the baseline's year, {year_label(start)}")
    baseline = then.iloc[0]
    if baseline["state"] != State.SHOWN or baseline["cannot_say"]:
        because = baseline["because"] or baseline["cannot_say"]
        raise _CannotSay(f"the baseline's year, {year_label(start)}, cannot be read: {because}")
    if np.isnan(baseline["gap_low"]):
        raise _CannotSay("how far chance alone moves the baseline's year is not known")
    if not baseline["gap_low"] <= aim.baseline.gap <= baseline["gap_high"]:
        raise _CannotSay(
            f"the baseline given for {year_label(start)} lies outside this release's interval for that "
            "year, so it was counted in another way"
        )


def _status(latest: pd.Series, asked: float) -> Status:
    if latest["gap_high"] <= asked:
        return Status.ON_COURSE
    return Status.OFF_COURSE if latest["gap_low"] > asked else Status.TOO_CLOSE_TO_CALL


def _steps(rows: pd.DataFrame, aim: Aim) -> tuple[Step, ...]:
    whole_years = rows[rows["time_period"].notna() & (rows["time_identifier"] == ACADEMIC_YEAR)]
    of_year = {int(row["time_period"]): row for row in whole_years.to_dict("records")}
    year = min([aim.baseline.year, *of_year])
    last = max([aim.target.year, *of_year])
    steps = []
    while year <= last:
        row = of_year.get(year, {"gap": nan, "gap_low": nan, "gap_high": nan, "because": ""})
        steps.append(
            Step(year, path(aim, year), row["gap"], row["gap_low"], row["gap_high"], str(row["because"]))
        )
        year = next_year(year)
    return tuple(steps)
