"""Has a gap narrowed, widened, or is there no clear change? Fixed words, by fixed rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri
from statsmodels.stats.multitest import multipletests

from cswanalytics.answers import SIDES, Gateway, Question
from cswanalytics.catalogue import Better, Measure
from cswanalytics.inference.arms import gap_at_corners
from cswanalytics.inference.comparisons import Gaps, State, gaps, over_corners, started
from cswanalytics.inference.intervals import Limits, Z, difference, p_value
from cswanalytics.inference.pools import pooled
from cswanalytics.remembered import remembered
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, WHO_LONG, ComparedWith, Level, Who, year_label

FALSE_DISCOVERIES = 0.10
"""Benjamini-Hochberg: of the verdicts given in one family, at most this share is expected to be chance."""


class Verdict(StrEnum):
    """What may be said of a change in a gap."""

    NARROWED = "narrowed"
    WIDENED = "widened"
    NO_CLEAR_CHANGE = "no clear change"
    CANNOT_SAY = "cannot say"


@dataclass(frozen=True)
class Change:
    """The change in a gap between two years, and what may be said of it.

    Gaps and `change` are in the measure's unit, positive where CWSW do worse and where the gap widened;
    `low` and `high` are the 95 % interval of the change, with the measure's drift from year to year in it,
    at the worst corner of the rounding box. `cwsw_change` and `peers_change` have the sign of the figure's
    own move. `because` says why nothing can be said, else ''. `would_have_shown` is the least fall in the
    gap that would have been called. Numbers that cannot be had are NaN.
    """

    measure: Measure
    breakdown_item: str
    baseline_year: int | None
    latest_year: int | None
    gap_then: float
    gap_now: float
    change: float
    low: float
    high: float
    cwsw_change: float
    peers_change: float
    verdict: Verdict
    because: str
    would_have_shown: float
    p_value: float
    question: Question | None = None


_NUMBERS = (
    "time_period",
    "pooled_from",
    *(f"{side}_{part}" for side in SIDES for part in ("pupils", "count", "value", "spread")),
)


class _Year(NamedTuple):
    """What a change needs of one row of gaps; `at` is its place."""

    at: int
    time_period: int
    pooled_from: int
    gap: float
    cwsw_point: float
    peers_point: float
    state: State
    because: str
    cannot_say: str


class _CannotSay(Exception):  # noqa: N818  # it ends a line of thought, not the program
    """Why no verdict can be given."""


@remembered
def change(
    gaps: Gaps, breakdown_item: str = TOTAL, since: int | None = None, until: int | None = None
) -> Change:
    """Give the change in a gap from `since` (the first comparable year shown) to `until` (the last shown).

    Unadjusted for how many changes are looked at; see `family`. The gaps must be of one school, or the
    authority.
    """
    years = _years(gaps, breakdown_item)
    nothing = Change(
        gaps.measure, breakdown_item, None, None, *[nan] * 7, Verdict.CANNOT_SAY, "", nan, nan, gaps.question
    )
    then = now = None
    try:
        now = _latest(gaps, years, until)
        _refuse_verdict(gaps)
        then = _baseline(gaps, years, now, since)
        return _between(gaps, then, now, nothing)
    except _CannotSay as reason:
        return replace(
            nothing,
            because=str(reason),
            baseline_year=None if then is None else then.time_period,
            latest_year=None if now is None else now.time_period,
            gap_then=nan if then is None else then.gap,
            gap_now=nan if now is None else now.gap,
        )


def family(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Judge changes together: a verdict that chance could well have given among so many is taken back.

    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57: 289-300, at 10 %. What
    would have shown is raised to what the family would have let pass.
    """
    changes = tuple(changes)
    judged = [at for at, entry in enumerate(changes) if entry.verdict is not Verdict.CANNOT_SAY]
    if not judged:
        return changes
    survives, *_ = multipletests(
        [changes[at].p_value for at in judged], alpha=FALSE_DISCOVERIES, method="fdr_bh"
    )
    # One more to survive would have needed a p-value of this or less.
    needed = min((int(survives.sum()) + 1) / len(judged), 1.0) * FALSE_DISCOVERIES
    raised = max(float(-ndtri(needed / 2)) / Z, 1.0)
    result = list(changes)
    for at, survived in zip(judged, survives, strict=True):
        if not survived:
            result[at] = replace(
                changes[at],
                verdict=Verdict.NO_CLEAR_CHANGE,
                would_have_shown=changes[at].would_have_shown * raised,
            )
    return tuple(result)


def tier_one(
    gateway: Gateway, who: Who = Who.CWSW, compared_with: ComparedWith = ComparedWith.PEERS
) -> dict[str, tuple[Gaps, Change]]:
    """Give every tier-1 measure with its change, judged as one family, in the measures' order.

    So a measure has one verdict on every page and in every document. Measures of which neither way is
    better, and those of one group alone, are given, but are not part of the family. Measures that need
    several years together have them.
    """
    worked_out: dict[str, Gaps] = {}
    for measure in gateway.measures(tier=1):
        asked = Who(measure.only_of) if measure.only_of else who
        answer = gateway.answer(Question(measure.id, who=asked, compared_with=compared_with))
        if measure.pool_years > 1 and not answer.absent:
            answer = pooled(answer, measure.pool_years)
        worked_out[measure.id] = gaps(answer)
    changes = family(change(entry) for entry in worked_out.values())
    return {
        name: (entry, changed) for (name, entry), changed in zip(worked_out.items(), changes, strict=True)
    }


def until(results: Mapping[str, tuple[Gaps, Change]], year: int) -> dict[str, tuple[Gaps, Change]]:
    """Give outcomes and their changes as they stood in an earlier year, judged as one family."""
    earlier = {
        name: replace(worked_out, rows=worked_out.rows[worked_out.rows["time_period"] <= year])
        for name, (worked_out, _) in results.items()
    }
    changes = family(change(worked_out, until=year) for worked_out in earlier.values())
    return {
        name: (worked_out, moved) for (name, worked_out), moved in zip(earlier.items(), changes, strict=True)
    }


def _years(gaps: Gaps, breakdown_item: str) -> list[_Year]:
    """Give the years of one item, ascending."""
    rows = gaps.rows
    at = np.flatnonzero(rows["breakdown_item"].to_numpy(dtype=object) == breakdown_item)
    columns = {name: rows[name].to_numpy()[at] for name in _Year._fields if name in rows}
    columns.setdefault("pooled_from", columns["time_period"])
    years = [
        _Year(at=int(place), **dict(zip(columns, cells, strict=True)))
        for place, *cells in zip(at, *(column.tolist() for column in columns.values()), strict=True)
    ]
    if len({year.time_period for year in years}) < len(years):
        raise ValueError("a change is of one school: take the answer's rows of one school first")
    return years


def _latest(gaps: Gaps, years: list[_Year], until: int | None) -> _Year:
    if gaps.answer.absent:
        raise _CannotSay(gaps.answer.absent)
    if until is not None:
        return _year(years, until)
    shown = [year for year in years if year.state == State.SHOWN]
    if not shown:
        raise _CannotSay(years[-1].because if years else "there are no figures")
    return shown[-1]


def _refuse_verdict(gaps: Gaps) -> None:
    if gaps.measure.only_of:
        only = WHO_LONG[Who(gaps.measure.only_of)]
        raise _CannotSay(f"it is about {only} alone, and nobody is set beside them")
    if gaps.measure.better is Better.NONE or gaps.measure.of_all_pupils:
        raise _CannotSay("neither more nor less of it is better")
    if gaps.question.time_identifier != ACADEMIC_YEAR:
        raise _CannotSay("the year is not over, and its figures are provisional")
    if gaps.question.level is Level.SCHOOL and "pooled_from" not in gaps.rows:
        raise _CannotSay("at one school, chance alone moves the gap too far from one year to the next")


def _baseline(gaps: Gaps, years: list[_Year], now: _Year, since: int | None) -> _Year:
    start = started(gaps.measure, now.time_period)
    if since is None:
        usable = (year for year in years if year.state == State.SHOWN and not year.cannot_say)
        then = next((year for year in usable if year.time_period >= start), now)
    elif since < start:
        because = next(entry.because for entry in gaps.measure.breaks if entry.first_year == start)
        raise _CannotSay(f"the series starts afresh in {year_label(start)}: {because}")
    else:
        then = _year(years, since)
    # Pools that share a year are not independent.
    if "pooled_from" in gaps.rows and then.time_period >= now.pooled_from:
        raise _CannotSay("there are not yet enough earlier years to set these beside")
    if then.time_period >= now.time_period:
        raise _CannotSay("there is only one comparable year so far")
    return then


def _year(years: list[_Year], time_period: int) -> _Year:
    found = next((year for year in years if year.time_period == time_period), None)
    if found is None:
        raise _CannotSay(f"there are no figures for {year_label(time_period)}")
    if found.state != State.SHOWN:
        raise _CannotSay(found.because)
    return found


def _between(gaps: Gaps, then: _Year, now: _Year, nothing: Change) -> Change:
    for year in (then, now):
        if year.cannot_say:
            raise _CannotSay(year.cannot_say)
    numbers = gaps.answer.rows[[name for name in _NUMBERS if name in gaps.answer.rows]]
    corners = gap_at_corners(replace(gaps.answer, rows=numbers.iloc[[then.at, now.at]]))
    at_then, at_now = (Limits(*(part[:, row] for part in corners)) for row in (0, 1))
    moved = difference(
        Limits(*(part[:, None] for part in at_now)),
        Limits(*(part[None, :] for part in at_then)),
        drift=gaps.measure.drift,
    )
    moved = Limits(*(part.reshape(-1) for part in moved))
    overall = over_corners(moved)
    if np.isnan(overall.low):
        raise _CannotSay("how far chance alone moves the figures is not known")
    least = gaps.measure.least_change
    verdict = Verdict.NO_CLEAR_CHANGE
    if overall.high < 0 and moved.point.max() <= -least:
        verdict = Verdict.NARROWED
    elif overall.low > 0 and moved.point.min() >= least:
        verdict = Verdict.WIDENED
    # A fall is called when at every corner it is at least `least`, and further from 0 than its interval.
    needed = np.maximum(moved.high - moved.point, least) + (moved.point - overall.point)
    return replace(
        nothing,
        baseline_year=then.time_period,
        latest_year=now.time_period,
        gap_then=then.gap,
        gap_now=now.gap,
        change=float(overall.point),
        low=float(overall.low),
        high=float(overall.high),
        cwsw_change=now.cwsw_point - then.cwsw_point,
        peers_change=now.peers_point - then.peers_point,
        verdict=verdict,
        would_have_shown=float(needed.max()),
        p_value=float(p_value(overall)),
    )
