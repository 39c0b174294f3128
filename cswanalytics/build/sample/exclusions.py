"""Suspensions and permanent exclusions: many children with one, a few with many."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cswanalytics.build.sample.draws import Numbers, Truth, Whole, pick, ranked, stream
from cswanalytics.build.sample.england import GROUPS, PEERS, figure, targets
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.rolls import Rolls
from cswanalytics.build.sample.terms import NO_DAY, Years, open_days

BY_YEAR_GROUP = np.interp(
    np.arange(-2, 14),
    [-2, 0, 1, 6, 7, 8, 9, 10, 11, 12, 13],
    [-9, -3.6, -3, -1.9, 0, 0.5, 0.75, 0.65, 0.2, -2, -2.5],
)
"""Assumed, as log odds: suspensions rise through year 9 and all but stop at 16 (England's shape)."""
REASONS = ("DB", "PA", "VA", "PP", "VP", "OW", "MT", "DM", "DA", "TH", "BU", "PR", "RA", "SM", "LG")
REASON_WEIGHTS = np.array(
    [0.50, 0.13, 0.14, 0.04, 0.03, 0.02, 0.02, 0.02, 0.03, 0.01, 0.01, 0.01, 0.02, 0.01, 0.01]
)
OUTCOMES = ("upheld", "reinstated", "in review")
IN_PROGRESS_ONCE, IN_PROGRESS_EVENTS = 0.45, 0.37
"""Assumed: of a year's suspended children and of its suspensions, the share by the end of half-term 2."""
MOST_A_YEAR = 24
CONCENTRATION = 0.55
"""Shape of the gamma that spreads repeats: the smaller, the fewer children carry most of them."""


@dataclass(frozen=True)
class Exclusions:
    """One entry a row of `exclusions`, by child and day. `roll` is the position in the rolls."""

    roll: Whole
    start: Whole
    permanent: Truth
    sessions: Whole
    outcome: Whole
    reason: Whole

    def __len__(self) -> int:
        return len(self.roll)


def _proneness(lives: Lives, index: int) -> Numbers:
    """Give the log odds of being suspended that belong to the child, and not to the group or the school."""
    return (
        BY_YEAR_GROUP[np.clip(lives.year_group(index), -2, 13) + 2]
        + 0.6 * (lives.children.sex == 1)
        + np.array([0.0, 0.8, 0.5])[lives.needs.sen[:, index]]
        + 0.6 * lives.needs.free_meals[:, index]
        + 0.8 * lives.children.frailty
    )


def permanent_exclusions(lives: Lives) -> NDArray[np.int32]:
    """Give the day of each permanent exclusion that stood (children × years), `NO_DAY` for none."""
    children, years, pupil, group = lives.children, lives.years, lives.pupil, lives.group
    rng = stream(lives.seed, "permanent exclusions")
    excluded_on = np.full(pupil.shape, NO_DAY, dtype=np.int32)
    gone = np.zeros(len(children), dtype=bool)
    for index, start in enumerate(years.starts):
        days = open_days(years, index)
        # who comes or goes within the year is left out, or the day might fall outside their time here
        who = np.flatnonzero(
            pupil[:, index]
            & ~gone
            & (children.departed == NO_DAY)
            & (children.arrived < years.first_days[index])
            & (lives.year_group(index) >= 0)
        )
        members = np.bincount(group[pupil[:, index], index], minlength=GROUPS)
        share = targets("permanent_exclusion_rate_pct", int(start), members)
        # the share is of all pupils, and falls on those who could be
        share *= members / np.maximum(np.bincount(group[who, index], minlength=GROUPS), 1)
        if years.is_last(index):
            share *= IN_PROGRESS_ONCE
        prone = 1.6 * _proneness(lives, index)[who] + rng.logistic(0, 1, len(who))
        chosen = who[ranked(rng, prone, group[who, index]) >= 1 - np.maximum(share[group[who, index]], 0)]
        excluded_on[chosen, index] = days[rng.integers(0, max(len(days) - 20, 1), len(chosen))]
        gone[chosen] = True
    return excluded_on


def invent_exclusions(lives: Lives, rolls: Rolls, excluded_on: NDArray) -> Exclusions:
    """Invent every suspension and permanent exclusion, each in the child's time at that school."""
    years, group = lives.years, lives.group
    rng = stream(lives.seed, "exclusions")
    parts = []
    for index, start in enumerate(years.starts):
        rows = np.flatnonzero(rolls.ours & (rolls.year == index))
        # a child who moves within the year may be suspended at either school; one of them is taken for all
        _, first = np.unique(rolls.child[rows], return_index=True)
        rows = rows[first]
        child, at = rolls.child[rows], rolls.school[rows]
        groups = group[child, index]
        members = np.bincount(groups, minlength=GROUPS)
        once = targets("one_plus_suspension_rate_pct", int(start), members)
        events = figure("suspension_rate_pct", "all", int(start)) or 0.0
        ever = figure("one_plus_suspension_rate_pct", "all", int(start)) or 1.0
        repeats = events / ever - 1
        if years.is_last(index):
            once *= IN_PROGRESS_ONCE
            repeats = (repeats + 1) * IN_PROGRESS_EVENTS / IN_PROGRESS_ONCE - 1
        prone = _proneness(lives, index)[child] + lives.schools.suspension[at]
        prone += rng.logistic(0, 1, len(rows))
        suspended = np.flatnonzero(ranked(rng, prone, groups) >= 1 - np.maximum(once[groups], 0))
        number = 1 + _repeats(rng, prone[suspended], groups[suspended], repeats)
        roll = np.repeat(rows[suspended], number)
        days = open_days(years, index)
        parts.append(_suspensions(rng, rolls, roll, days, int(years.first_days[index])))
        parts.append(_permanent(rng, rolls, years, rows, excluded_on[:, index], index))
    columns = [np.concatenate([part[place] for part in parts]) for place in range(6)]
    if not len(columns[0]):
        columns = [np.concatenate(pair) for pair in zip(columns, _one_at_least(lives, rolls), strict=True)]
    order = np.lexsort((columns[1], columns[0]))
    return Exclusions(*(column[order] for column in columns))


def _one_at_least(lives: Lives, rolls: Rolls) -> tuple[NDArray, ...]:
    """Give one suspension of one child: in the smallest samples too, the table must not be empty."""
    row = np.flatnonzero(rolls.ours)[-1:]
    days = open_days(lives.years, int(rolls.year[row[0]])) if len(row) else np.zeros(1)
    when = np.maximum(rolls.entry[row], days[0])
    none = np.full(len(row), -1)
    return (
        row,
        when,
        np.zeros(len(row), dtype=bool),
        np.full(len(row), 2),
        none,
        np.zeros(len(row), dtype=int),
    )


def _repeats(rng: np.random.Generator, prone: Numbers, groups: NDArray, mean: float) -> Whole:
    """Draw how many further suspensions each suspended child has: most none, a few very many."""
    if not len(prone):
        return np.zeros(0, dtype=np.int32)
    weight = np.exp(0.25 * (prone - prone.mean())) * np.where(groups == PEERS, 1.0, 1.25)
    rate = rng.gamma(CONCENTRATION, mean / CONCENTRATION, len(prone)) * weight / weight.mean()
    return np.minimum(rng.poisson(rate), MOST_A_YEAR).astype(np.int32)


def _suspensions(
    rng: np.random.Generator, rolls: Rolls, roll: NDArray, days: NDArray, first_day: int
) -> tuple[NDArray, ...]:
    low = np.searchsorted(days, np.maximum(rolls.entry[roll], first_day))
    high = np.searchsorted(days, rolls.leaving[roll])
    possible = high > low
    roll, low, high = roll[possible], low[possible], high[possible]
    when = days[(low + np.floor(rng.random(len(roll)) * (high - low))).astype(np.int64)]
    sessions = 2 * (1 + np.minimum(rng.poisson(0.75, len(roll)), 9)) - (rng.random(len(roll)) < 0.15)
    nothing = np.full(len(roll), -1)
    return (
        roll,
        when,
        np.zeros(len(roll), dtype=bool),
        sessions,
        nothing,
        pick(rng, REASON_WEIGHTS, len(roll)),
    )


def _permanent(
    rng: np.random.Generator, rolls: Rolls, years: Years, rows: NDArray, excluded_on: NDArray, index: int
) -> tuple[NDArray, ...]:
    """Give the permanent exclusions of a year, and a few that the governors did not let stand."""
    child = rolls.child[rows]
    standing = excluded_on[child] < NO_DAY
    # a reinstated child stays on the roll, and is counted nowhere
    reinstated = (
        ~standing & (rng.random(len(rows)) < 0.00006) & (rolls.entry[rows] <= years.first_days[index] + 30)
    )
    reinstated &= rolls.leaving[rows] == NO_DAY
    stood, undone = rows[standing], rows[reinstated]
    roll = np.r_[stood, undone]
    when = np.r_[
        excluded_on[rolls.child[stood]], years.half_term_first[index, 1] + rng.integers(0, 30, len(undone))
    ]
    recent = when > years.extracted - 60
    outcome = np.where(recent, 2, np.where(rng.random(len(roll)) < 0.6, 0, -1))
    outcome[len(stood) :] = 1
    none = np.full(len(roll), -1)
    weights = np.where(np.isin(REASONS, ["OW", "PA", "PP"]), 3, 1) * REASON_WEIGHTS
    return roll, when, np.ones(len(roll), dtype=bool), none, outcome, pick(rng, weights, len(roll))
