"""An answer with figures, gaps and intervals worked out: what charts, tables and sentences are made from."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd

from cswanalytics.answers import SIDES, Answer, Question
from cswanalytics.catalogue import Measure, MeasureKind
from cswanalytics.inference.arms import (
    arm,
    everybody_else,
    everybody_else_pupils,
    gap_at_corners,
    overlaps,
    published,
    rounding_error,
    share_of_all,
)
from cswanalytics.inference.intervals import Array, Limits, ratio
from cswanalytics.remembered import remembered
from cswanalytics.vocabulary import TOTAL, Level, Symbol

LEAST_PUPILS = 10
"""A percentage needs as many published pupils, in each group (disclosure control, 4)."""
LEAST_PUPILS_OF_A_SCHOOLS_RESULTS = 30
LEAST_COUNT_FOR_A_RATIO = 10


class State(StrEnum):
    """Whether a row's figures are shown, and if not, why."""

    SHOWN = "shown"
    TOO_FEW = "too few"
    NOT_COMPARABLE = "not comparable"
    NOT_AVAILABLE = "not available"


@dataclass(frozen=True)
class Gaps:
    """An answer with figures, gaps and intervals worked out.

    `rows` are the answer's, in the same order, with these columns more, in the measure's unit (percent 0 to
    100, per 1,000, per 100, score); NaN where not shown:

    - `cwsw cwsw_low cwsw_high peers peers_low peers_high`: the figures with 95 % intervals;
    - `cwsw_point peers_point`: the published figures themselves;
    - `gap gap_low gap_high`: positive where CWSW do worse (cwsw − peers where neither way is better);
    - `ratio ratio_low ratio_high`: cwsw ÷ peers, of proportions with 10 or more children counted in both
      groups;
    - `state` (State) and `because`, plain English, empty where shown;
    - `cwsw_extreme peers_extreme`: '', 'under' or 'over'. That none or all of a known group has an outcome
      is never asserted: `cwsw` or `peers` then holds the bound it is under or over, true of every count
      that rounds so.

    Intervals are envelopes over the box that rounding leaves open. A school's coarsened values have no
    interval.
    """

    answer: Answer
    rows: pd.DataFrame

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.answer.measure

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.answer.question

    @cached_property
    def _places(self) -> dict[tuple[int, str], int]:
        keys = zip(self.rows["time_period"].tolist(), self.rows["breakdown_item"].tolist(), strict=True)
        return {key: place for place, key in reversed(list(enumerate(keys)))}

    @cached_property
    def _rows_read(self) -> dict[int, pd.Series]:
        return {}

    def row(self, time_period: int, breakdown_item: str = TOTAL) -> pd.Series | None:
        """Give the first row of a year and an item, or None where the release has none."""
        place = self._places.get((int(time_period), breakdown_item))
        if place is None:
            return None
        if place not in self._rows_read:
            self._rows_read[place] = self.rows.iloc[place]
        return self._rows_read[place]

    @cached_property
    def shown(self) -> pd.DataFrame:
        """The rows whose figures are shown."""
        return self.rows[self.rows["state"] == State.SHOWN]

    @remembered
    def last_shown(self, breakdown_item: str = TOTAL, time_period: int | None = None) -> pd.Series | None:
        """Give the last shown row of an item, of one year where named, or None."""
        rows = self.shown[self.shown["breakdown_item"] == breakdown_item]
        if time_period is not None:
            rows = rows[rows["time_period"] == time_period]
        return None if rows.empty else rows.iloc[-1]

    @cached_property
    def latest(self) -> pd.Series | None:
        """The last shown row, or None."""
        shown = self.shown
        return None if shown.empty else shown.iloc[-1]

    @property
    def comparable_years(self) -> tuple[int, ...]:
        """The shown years since the series last started afresh, ascending."""
        years = sorted({int(year) for year in self.shown["time_period"]})
        start = started(self.measure, years[-1]) if years else 0
        return tuple(year for year in years if year >= start)


def started(measure: Measure, time_period: int) -> int:
    """Give the year from which a measure's series runs unbroken to a year; 0 where it never broke."""
    return max((entry.first_year for entry in measure.breaks if entry.first_year <= time_period), default=0)


@remembered
def gaps(answer: Answer) -> Gaps:
    """Work out the figures, gaps, ratios and intervals of every row of an answer, once for each answer."""
    alone = not answer.measure.has_peers
    arms = {side: arm(answer, side) for side in SIDES}
    columns: dict[str, Array] = {}
    extremes = {side: none_or_all(answer, side) for side in SIDES}
    for side, limits in arms.items():
        extreme, bound = extremes[side]
        envelope = over_corners(limits)
        columns[side] = np.where(extreme == "", envelope.point, bound)
        columns[f"{side}_low"], columns[f"{side}_high"] = envelope.low, envelope.high
        columns[f"{side}_point"] = envelope.point
    columns["gap"], columns["gap_low"], columns["gap_high"] = over_corners(gap_at_corners(answer))
    columns["ratio"], columns["ratio_low"], columns["ratio_high"] = _ratio(
        answer, arms["cwsw"], arms["peers"]
    )

    states, because = _states(answer, {side: bound for side, (_, bound) in extremes.items()}, alone)
    shown = states == State.SHOWN
    # Peers stand where they can, beside a group too small to show.
    peers_stand = shown | (
        (states == State.TOO_FEW) & (published(answer, "pupils", "peers") >= least_pupils(answer))
    )
    for name in columns:
        columns[name] = np.where(peers_stand if name.startswith("peers") else shown, columns[name], np.nan)
    words = {"state": pd.Series(states, dtype=object), "because": because}
    for side in SIDES:
        words[f"{side}_extreme"] = np.where(np.isnan(columns[side]), "", extremes[side][0]).astype(object)
    rows = answer.rows.reset_index(drop=True)
    rows = pd.concat([rows, pd.DataFrame({**columns, **words}, index=rows.index)], axis="columns")
    return Gaps(answer, rows)


def over_corners(limits: Limits) -> Limits:
    """Give the figure as published with the envelope of its intervals over the corners."""
    return Limits(limits.point[0], limits.low.min(axis=0), limits.high.max(axis=0))


def least_pupils(answer: Answer) -> int:
    """Give the published pupils a figure needs."""
    of_a_schools_results = answer.question.level is Level.SCHOOL and answer.measure.theme == "attainment"
    return LEAST_PUPILS_OF_A_SCHOOLS_RESULTS if of_a_schools_results else LEAST_PUPILS


def _ratio(answer: Answer, cwsw: Limits, peers: Limits) -> tuple[Array, ...]:
    """Give cwsw ÷ peers as published, with its interval.

    Beside all pupils it is 1 ÷ (w + (1 − w) ÷ r), w being CWSW's share of them and r the ratio to everybody
    else: it rises with r, so the ends of r's interval give its own.
    """
    if answer.measure.kind is not MeasureKind.PROPORTION:
        return tuple(np.full(len(answer.rows), np.nan) for _ in range(3))
    counts = [published(answer, "count", side) for side in SIDES]
    if overlaps(answer):
        peers = everybody_else(answer)
        counts[1] = counts[1] - counts[0]
    enough = (np.vstack(counts) >= LEAST_COUNT_FOR_A_RATIO).all(axis=0)
    one, other = (Limits(*(np.where(enough, part[0], np.nan) for part in side)) for side in (cwsw, peers))
    ratios = ratio(one, other)
    if not overlaps(answer):
        return ratios
    share = share_of_all(answer)
    return tuple(1 / (share + (1 - share) / part) for part in ratios)


def none_or_all(answer: Answer, side: str) -> tuple[np.ndarray, Array]:
    """Give where a published count is none or all ('under', 'over', else ''), and the bound said instead.

    The bound is base ÷ pupils, or, where so few pupils leave more open, the next whole number above what
    the largest count and smallest head-count that round so would give.
    """
    nothing = np.full(len(answer.rows), "", dtype=object)
    if not answer.measure.is_counted:
        return nothing, np.full(len(answer.rows), np.nan)
    count, pupils = published(answer, "count", side), published(answer, "pupils", side)
    known = pupils > 0
    nothing[known & (count == 0)] = "under"
    nothing[known & (count == pupils)] = "over"
    error, scale = rounding_error(answer, side), answer.measure.unit.scale
    usual = np.divide(answer.base * scale, pupils, out=np.full_like(pupils, np.nan), where=known)
    fewest = np.maximum(pupils - error, 1)
    attained = error * scale / fewest
    bound = np.where(attained < usual, usual, np.floor(attained) + 1)
    bound = np.where(nothing == "over", scale - bound, bound)
    return nothing, np.where(nothing == "", np.nan, bound)


def _states(answer: Answer, bounds: dict[str, Array], alone: bool) -> tuple[np.ndarray, np.ndarray]:
    rows, measure = answer.rows, answer.measure
    sides = SIDES[:1] if alone else SIDES
    least = least_pupils(answer)
    comparable = {year: measure.not_comparable_because(year) for year in rows["time_period"].unique()}
    not_comparable = rows["time_period"].map(comparable).to_numpy(dtype=object)
    figure = "count" if measure.is_counted else "value"
    symbols = rows[[f"{side}_symbol" for side in sides]].to_numpy(dtype=object)
    pupils = np.vstack([published(answer, "pupils", side) for side in sides])
    figures = np.vstack([published(answer, figure, side) for side in sides])
    beside = pupils[0] if alone else everybody_else_pupils(answer)
    # A bound past all or none says nothing: the group is too small.
    said = np.vstack(
        [
            np.isnan(bounds[side]) | ((bounds[side] > 0) & (bounds[side] < measure.unit.scale))
            for side in sides
        ]
    )
    few = (pupils < least).any(axis=0) | (beside < least) | ~said.all(axis=0)
    withheld = (symbols == Symbol.WITHHELD).any(axis=1)
    missing = np.isnan(figures).any(axis=0)
    reasons = rows["cannot_say"].fillna("").to_numpy(dtype=object)
    unavailable = (symbols == Symbol.NOT_AVAILABLE).any(axis=1)
    nobody = (symbols == Symbol.NOTHING_TO_COUNT).any(axis=1)

    chosen = [not_comparable != "", unavailable, few, withheld, nobody | missing]
    states = np.select(
        chosen,
        [State.NOT_COMPARABLE, State.NOT_AVAILABLE, State.TOO_FEW, State.TOO_FEW, State.NOT_AVAILABLE],
        State.SHOWN,
    ).astype(object)
    because = np.select(
        chosen,
        [
            not_comparable,
            np.where(reasons != "", reasons, "not available for this year"),
            f"fewer than {least} children",
            "withheld so that no child can be picked out",
            np.where(nobody, "there were no children to count", "not available for this year"),
        ],
        "",
    ).astype(object)
    return np.array([State(state) for state in states], dtype=object), because
