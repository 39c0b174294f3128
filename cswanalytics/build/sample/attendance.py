"""Attendance: what each child missed in each half-term, with the shape the pandemic gave it."""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from cswanalytics.build.sample.draws import Numbers, Truth, Whole, ranked, stream
from cswanalytics.build.sample.england import CINO, GROUPS, PEERS, targets
from cswanalytics.build.sample.exclusions import Exclusions
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.rolls import MAIN, SUBSIDIARY, Rolls
from cswanalytics.build.sample.terms import Years
from cswanalytics.vocabulary import Phase

BY_YEAR_GROUP = np.interp(
    np.arange(-2, 14), [-2, 0, 2, 6, 7, 9, 11, 13], [0.3, 0.3, 0.0, 0.05, 0.3, 0.75, 1.0, 0.8]
)
"""Assumed, as log odds: absence is lowest in the middle of primary school, and rises to year 11."""
BY_HALF_TERM = np.array([0.82, 1.10, 1.03, 0.98, 1.00, 1.08])
"""Assumed: absence by half-term, about the year's mean: low in September, high with illness and in July."""
HIGHEST_ORDINARY, LEAST_SEVERE = 0.10, 0.50
"""Where persistent and severe absence begin."""
BETWEEN_YEARS = 0.72
"""How far a child's propensity to be absent stays from one year to the next (share of its variance)."""
PART_TIME_SHARE, OFF_SITE_SHARE = 0.10, 0.012
"""Assumed: of children absent a fifth or more, those on a reduced timetable; children taught off site."""
LATE = 0.008
"""Assumed: the usual share of sessions begun late; several times that among children who are often absent."""
NURSERY_SESSIONS = 0.5
"""Children in nursery have fifteen hours a week: half the sessions."""


@dataclass(frozen=True)
class Attendance:
    """One entry a row of `attendance`, by roll and half-term. `roll` is the position in the rolls."""

    roll: Whole
    half_term: Whole
    possible: Whole
    authorised: Whole
    unauthorised: Whole
    late: Whole
    suspended: Whole
    part_time: Whole
    off_site: Whole

    def those(self, rows: NDArray) -> "Attendance":
        """Give some of the rows."""
        return Attendance(**{name: values[rows] for name, values in self.__dict__.items()})


def invent_attendance(lives: Lives, rolls: Rolls, exclusions: Exclusions) -> Attendance:
    """Invent attendance for every enrolment of this authority's pupils, in every half-term it was open in."""
    parts = []
    lasting = (
        stream(lives.seed, "absence").normal(0, 0.9, len(lives.children)) + 0.45 * lives.children.frailty
    )
    for index, start in enumerate(lives.years.starts):
        rng = stream(lives.seed, f"attendance {start}")
        rows = _attending(rolls, index)
        possible, there = _possible(rng, lives, rolls, rows, index)
        rate, unauthorised = _rates(rng, lives, rolls, rows, index, lasting, possible)
        days_missed = _missed(rng, possible, rate)
        # one half-term in ten has an odd half-day
        odd = np.round(rng.uniform(-0.55, 0.55, days_missed.shape)).astype(np.int32) * (days_missed > 0)
        missed = np.minimum(2 * days_missed + odd, possible)
        without_leave = np.minimum(2 * rng.binomial(days_missed, unauthorised[:, None]), missed)
        with_worker = lives.group[rolls.child[rows], index] != PEERS
        late = LATE * np.exp(rng.normal(0, 0.9, len(rows)) + 3.0 * np.minimum(rate, 0.5) + 0.4 * with_worker)
        parts.append(
            _rows(
                rng, rolls, rows, late, index, lives.years, possible, there, missed, without_leave, exclusions
            )
        )
    return Attendance(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Attendance.__dataclass_fields__
        }
    )


def _attending(rolls: Rolls, index: int) -> NDArray:
    """Give the rows of a year whose registers are exported: this authority's pupils, wherever taught."""
    rows = np.flatnonzero((rolls.year == index) & (rolls.ours | (rolls.status == SUBSIDIARY)))
    ours = np.unique(rolls.child[rows[rolls.ours[rows]]])
    return rows[np.isin(rolls.child[rows], ours)]


def _possible(
    rng: np.random.Generator, lives: Lives, rolls: Rolls, rows: NDArray, index: int
) -> tuple[Whole, Truth]:
    """Give possible sessions (rows × half-terms), and where there is a row at all."""
    years, child = lives.years, rolls.child[rows]
    entry, leaving = rolls.entry[rows][:, None], rolls.leaving[rows][:, None]
    first, last = years.half_term_first[index], years.half_term_last[index]
    length = last - first + 1
    there = (entry <= last) & (leaving > first) & (np.arange(6) < years.half_terms_done(index))

    def overlap(begin: NDArray, end: NDArray) -> Numbers:
        return np.clip(np.minimum(end, last + 1) - np.maximum(begin, first), 0, length) / length

    sessions = years.sessions[index] * overlap(entry, leaving)
    is_main = (rolls.status[rows] == MAIN)[:, None]
    is_second = (rolls.status[rows] == SUBSIDIARY)[:, None]
    shared = overlap(rolls.shared_from[rows][:, None], rolls.shared_to[rows][:, None])
    sessions *= np.where(is_main, 1 - 0.6 * shared, np.where(is_second, 0.6, 1.0))
    year_group = lives.year_group(index)[child]
    sessions *= np.where(year_group < 0, NURSERY_SESSIONS, 1.0)[:, None]
    open_to = _pandemic(rng, int(years.starts[index]), year_group, lives.group[child, index])
    return np.round(sessions * open_to).astype(np.int32), there


def _pandemic(rng: np.random.Generator, start: int, year_group: NDArray, group: NDArray) -> Numbers:
    """Give the share of sessions that were possible in each half-term: few in the spring of 2020 and 2021.

    Children with a social worker could come throughout, and about half did; sessions not offered, and those
    of children told to stay at home, are not possible sessions.
    """
    count = len(group)
    share = np.ones((count, 6))
    current = (group > PEERS) & (group <= CINO)
    if start == 2019:
        here = rng.random(count) < np.where(current, 0.30, 0.06)
        back = np.isin(year_group, [0, 1, 6]) & (rng.random(count) < 0.75)
        share[:, 3] = 0.8
        share[:, 4] = np.where(here, 0.6, 0.0)
        share[:, 5] = np.where(here, 0.8, np.where(back, 0.6, np.where(year_group == 10, 0.1, 0.0)))
    if start == 2020:
        here = rng.random(count) < np.where(current, 0.55, 0.14)
        share[:, 2] = np.where(here, 0.9, 0.0)
        share[:, 3] = np.where(here, 1.0, 0.65)
        for half_term, isolating in ((0, 0.35), (1, 0.5), (4, 0.15), (5, 0.4)):
            weeks = rng.integers(1, 3, count) / 7
            share[:, half_term] = 1 - np.where(rng.random(count) < isolating, weeks, 0)
    return share


def _rates(
    rng: np.random.Generator,
    lives: Lives,
    rolls: Rolls,
    rows: NDArray,
    index: int,
    lasting: Numbers,
    possible: Whole,
) -> tuple[Numbers, Numbers]:
    """Give for each row the share of sessions that the child misses, and of those the share without leave."""
    schools, needs, start = lives.schools, lives.needs, int(lives.years.starts[index])
    who, first, back = np.unique(rolls.child[rows], return_index=True, return_inverse=True)
    at = rolls.school[rows][first]
    year_group = lives.year_group(index)[who]
    groups = lives.group[who, index].astype(np.int64)
    prone = (
        1.15
        * (np.sqrt(BETWEEN_YEARS) * lasting[who] + np.sqrt(1 - BETWEEN_YEARS) * rng.normal(0, 1, len(who)))
        + BY_YEAR_GROUP[np.clip(year_group, -2, 13) + 2]
        + np.array([0.0, 0.3, 0.45])[needs.sen[who, index]]
        + 0.55 * needs.free_meals[who, index]
        + schools.absence[at]
        + np.where(groups != PEERS, schools.absence_of_cwsw[at], 0.0)
        + 0.8 * schools.are(Phase.ALTERNATIVE_PROVISION)[at]
    )
    # children outside years 1 to 11 are in no published figure: laid over the same distribution, apart
    counted = (year_group >= 1) & (year_group <= 11)
    place = ranked(rng, prone, groups + GROUPS * counted)
    members = np.bincount(groups[counted], minlength=GROUPS)
    overall, persistent, severe = (
        np.clip(targets(measure, start, members), 0.001, 0.95)[groups]
        for measure in ("overall_absence_rate_pct", "persistent_absence_pct", "severe_absence_pct")
    )
    rate = absence_rate(place, overall, persistent, severe)
    weight = np.bincount(back, weights=possible.sum(axis=1), minlength=len(who)) * counted
    share = _without_leave(
        rng, rate, groups, weight, targets("unauthorised_absence_rate_pct", start, members)
    )
    return rate[back], share[back]


def absence_rate(place: Numbers, overall: Numbers, persistent: Numbers, severe: Numbers) -> Numbers:
    """Give the share of sessions missed by the child at `place` (0 to 1) in a group with these three figures.

    Three pieces joined at a tenth and a half: each holds its share of children, and the two outer ones are
    bent so that the mean is `overall`.
    """
    grid, low, middle, high = _pieces()
    ordinary, between = 1 - persistent, np.maximum(persistent - severe, 1e-9)
    severe_mean = LEAST_SEVERE + (1 - LEAST_SEVERE) * high.mean()
    middle_mean = HIGHEST_ORDINARY + (LEAST_SEVERE - HIGHEST_ORDINARY) * middle.mean()
    left = overall - severe * severe_mean - between * middle_mean
    # what remains is the ordinary children's: between a hundredth and a twentieth of their sessions
    low_mean = np.clip(left / ordinary, 0.012, 0.055)
    missing = left - low_mean * ordinary
    middle_mean = np.clip(middle_mean + missing / between, 0.14, 0.30)
    in_low = np.interp(place / ordinary, grid, low)
    in_low = HIGHEST_ORDINARY * in_low ** _power(low, low_mean / HIGHEST_ORDINARY)
    span = LEAST_SEVERE - HIGHEST_ORDINARY
    in_middle = np.interp((place - ordinary) / between, grid, middle)
    in_middle = HIGHEST_ORDINARY + span * in_middle ** _power(middle, (middle_mean - HIGHEST_ORDINARY) / span)
    in_high = LEAST_SEVERE + (1 - LEAST_SEVERE) * np.interp(
        (place - 1 + severe) / np.maximum(severe, 1e-9), grid, high
    )
    return np.select([place < ordinary, place < 1 - severe], [in_low, in_middle], in_high)


@functools.cache
def _pieces() -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Give places from 0 to 1, and there the values, from 0 to 1, of the three pieces before bending."""
    grid = (np.arange(256) + 0.5) / 256
    return grid, betaincinv(1.15, 1.75, grid), betaincinv(0.85, 2.6, grid), betaincinv(0.9, 1.15, grid)


def _power(values: Numbers, mean: Numbers) -> Numbers:
    """Give the power to which values from 0 to 1 are raised so that their mean becomes `mean`."""
    powers = np.linspace(0.3, 5.0, 95)
    means = np.array([(values**power).mean() for power in powers])
    return np.interp(-mean, -means, powers)


def _without_leave(
    rng: np.random.Generator, rate: Numbers, groups: NDArray, weight: Numbers, target: Numbers
) -> Numbers:
    """Give the share of each child's absence that nobody agreed to, larger where more is missed.

    Its level in each group is found by halving, so that the group misses `target` of its sessions without
    leave.
    """
    slope = -1.4 + 3.2 * np.minimum(rate, 0.6) + rng.normal(0, 0.9, len(rate))
    sessions = np.maximum(np.bincount(groups, weights=weight, minlength=GROUPS), 1e-9)
    low, high = np.full(GROUPS, -6.0), np.full(GROUPS, 6.0)
    for _ in range(24):
        level = (low + high) / 2
        share = 1 / (1 + np.exp(-(slope + level[groups])))
        missed = np.bincount(groups, weights=share * rate * weight, minlength=GROUPS) / sessions
        low, high = np.where(missed < target, level, low), np.where(missed < target, high, level)
    return 1 / (1 + np.exp(-(slope + ((low + high) / 2)[groups])))


def _missed(rng: np.random.Generator, possible: Whole, rate: Numbers) -> Whole:
    """Spread the days that each row misses over its half-terms: illness comes in spells, not evenly."""
    spread = 0.55 * (1 - rate[:, None])
    weight = possible * BY_HALF_TERM * np.exp(spread * rng.normal(0, 1, possible.shape))
    weight = np.where(rate[:, None] > 0.45, possible * (0.9 + 0.2 * rng.random(possible.shape)), weight)
    days = rate * possible.sum(axis=1) / 2
    steps = weight / np.maximum(weight.sum(axis=1), 1e-9)[:, None] * days[:, None]
    # rounded as a running total, so that the year's total is right to within a day
    upto = np.cumsum(np.concatenate([rng.random((len(rate), 1)), steps], axis=1), axis=1)
    return np.minimum(np.diff(np.floor(upto), axis=1), (possible + 1) // 2).astype(np.int32)


def _rows(
    rng: np.random.Generator,
    rolls: Rolls,
    rows: NDArray,
    prone_to_lateness: Numbers,
    index: int,
    years: Years,
    possible: Whole,
    there: Truth,
    missed: Whole,
    without_leave: Whole,
    exclusions: Exclusions,
) -> Attendance:
    """Give the year's rows, with what is recorded beside the absence itself."""
    suspended = np.minimum(_suspended(rolls, rows, exclusions, years, index), possible)
    # days of suspension are absence with leave: of those missed where there are enough, more where not
    authorised = np.maximum(missed - without_leave, suspended)
    unauthorised = np.minimum(without_leave, possible - authorised)
    much = (missed * 5 >= possible) & (possible > 0)
    reduced = much & (rng.random(len(rows)) < PART_TIME_SHARE)[:, None] & (rng.random(missed.shape) < 0.6)
    part_time = np.where(reduced, (authorised - suspended) * rng.uniform(0.4, 0.9, missed.shape), 0).astype(
        np.int32
    )
    attended = possible - authorised - unauthorised
    late = np.minimum(rng.poisson(attended * prone_to_lateness[:, None]), attended)
    away = (rng.random(len(rows)) < OFF_SITE_SHARE)[:, None] & (rng.random(missed.shape) < 0.7)
    off_site = np.where(away, (attended - late) * rng.uniform(0.05, 0.5, missed.shape), 0).astype(np.int32)
    kept = there.ravel()
    return Attendance(
        roll=np.repeat(rows, 6)[kept].astype(np.int32),
        half_term=np.tile(np.arange(1, 7), len(rows))[kept].astype(np.int32),
        **{
            name: values.ravel()[kept].astype(np.int32)
            for name, values in {
                "possible": possible,
                "authorised": authorised,
                "unauthorised": unauthorised,
                "late": late,
                "suspended": suspended,
                "part_time": part_time,
                "off_site": off_site,
            }.items()
        },
    )


def _suspended(rolls: Rolls, rows: NDArray, exclusions: Exclusions, years: Years, index: int) -> Whole:
    """Give the sessions missed while suspended (rows × half-terms), in the half-term in which they began."""
    these = (rolls.year[exclusions.roll] == index) & ~exclusions.permanent
    half_term = np.searchsorted(years.half_term_first[index], exclusions.start[these], side="right") - 1
    total = np.zeros((len(rows), 6), dtype=np.int32)
    np.add.at(total, (np.searchsorted(rows, exclusions.roll[these]), half_term), exclusions.sessions[these])
    return total
