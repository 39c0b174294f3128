"""Social care: each child's life course of referrals, plans and care, and the episodes it leaves on record.

A spell is one time that a child is open to social care: a child in need from its first day to its last,
perhaps with a protection plan or time in care inside it. Some children's cases reopen.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cswanalytics.build.sample.children import Children
from cswanalytics.build.sample.draws import Numbers, Truth, Whole, pick, pick_by_row, stream
from cswanalytics.build.sample.terms import NO_DAY, Years

NO_ACTION, SHORT, LONG, DISABILITY, PLAN, CARE = range(6)
"""Kinds of spell: closed after assessment, in need for months or years, disabled, protection plan, care."""

# Assumed shares and durations, fitted so that on 31 March about 2.4 % of pupils are in need only, 0.4 % on a
# plan and 0.65 % looked after, which is about England's, and 11 % have, or had in six years, a social worker.
EVER_REFERRED = 0.345
FIRST_KIND = np.array([0.29, 0.29, 0.192, 0.026, 0.136, 0.066])
NEXT_KIND = np.array(
    [
        [0.30, 0.35, 0.15, 0.00, 0.14, 0.06],
        [0.15, 0.35, 0.25, 0.00, 0.18, 0.07],
        [0.15, 0.30, 0.25, 0.00, 0.21, 0.09],
        [0.00, 0.50, 0.50, 0.00, 0.00, 0.00],
        [0.12, 0.30, 0.20, 0.00, 0.26, 0.12],
        [0.10, 0.30, 0.30, 0.00, 0.10, 0.20],
    ]
)
REOPENS = np.array([0.30, 0.36, 0.34, 0.05, 0.38, 0.25])
YEARS_TO_REOPENING = 1.6
MOST_SPELLS = 5
AGE_SHAPE = np.array([[1.0, 1.1], [1.0, 1.15], [0.95, 1.15], [0.9, 2.0], [0.75, 1.35], [0.85, 1.25]])
"""Parameters of the beta distribution, over 17 years, of the age at which a spell of each kind starts."""

NEEDS = tuple(f"N{number}" for number in range(10))
NEED_SHARES = np.array([0.02, 0.55, 0.0, 0.03, 0.09, 0.19, 0.04, 0.01, 0.03, 0.04])
DISABLED_NEED = 2
CLOSE_REASONS = tuple(f"RC{number}" for number in range(1, 10))
LEGAL_STATUSES = ("C1", "C2", "V2", "E1", "V3", "V4")
INTERIM, FULL_ORDER, ACCOMMODATED, PLACEMENT_ORDER, ONE_BREAK, SERIES_OF_BREAKS = 1, 0, 2, 3, 4, 5
TYPES = ("CIN", "CPP", "CLA")
CIN, CPP, CLA = range(3)


@dataclass(frozen=True)
class Spells:
    """One entry a spell, by child and start; the days of what it held are `NO_DAY` where it held none.

    `lasting` says how care ended: 0 not, or not for good; else the code of `ORDERS` (from 1). `number` counts
    a child's spells.
    """

    child: Whole
    number: Whole
    kind: Whole
    start: Whole
    end: Whole
    plan_start: Whole
    plan_end: Whole
    care_start: Whole
    care_end: Whole
    lasting: Whole
    left_area: Truth


ORDERS = ("A", "G", "R", "C")
"""How care ended for good: adoption, special guardianship, residence order, child arrangements order."""


@dataclass(frozen=True)
class Episodes:
    """One entry a row of `social_care_episodes`; codes are positions in the lists above, -1 for none."""

    child: Whole
    spell_number: Whole
    kind: Whole
    start: Whole
    end: Whole
    close_reason: Whole
    need: Whole
    legal_status: Whole

    def __len__(self) -> int:
        return len(self.child)

    def those(self, rows: NDArray) -> "Episodes":
        """Give some of the episodes."""
        return Episodes(**{name: values[rows] for name, values in self.__dict__.items()})


def invent_spells(seed: int, children: Children, years: Years) -> Spells:
    """Invent every spell of every child from birth to 18, as far as it is known on the day of the extract."""
    rng = stream(seed, "spells")
    logit = (
        np.log(EVER_REFERRED / (1 - EVER_REFERRED))
        - 0.22
        + 0.55 * children.deprivation
        + 0.45 * children.frailty
    )
    child = np.flatnonzero(rng.random(len(children)) < 1 / (1 + np.exp(-logit))).astype(np.int32)
    kind = pick(rng, FIRST_KIND, len(child))
    age = rng.beta(AGE_SHAPE[kind, 0], AGE_SHAPE[kind, 1]) * 365.25 * 17
    start = (children.born[child] + age).astype(np.int32)
    found = []
    for number in range(MOST_SPELLS):
        spells = _one_round(rng, children, years, child, number, kind, start)
        found.append(spells)
        again = rng.random(len(child)) < REOPENS[kind]
        gap = 20 + rng.exponential(YEARS_TO_REOPENING * 365, len(child))
        over = spells.end < NO_DAY
        child, kind = child[again & over], pick_by_row(rng, NEXT_KIND, kind[again & over])
        start = (spells.end + gap)[again & over].astype(np.int32)
    joined = {
        name: np.concatenate([getattr(spells, name) for spells in found])
        for name in Spells.__dataclass_fields__
    }
    known = _known(joined, children, years)
    order = np.lexsort((joined["start"], joined["child"]))
    order = order[known[order]]
    return Spells(**{name: values[order] for name, values in joined.items()})


def _one_round(
    rng: np.random.Generator,
    children: Children,
    years: Years,
    child: Whole,
    number: int,
    kind: Whole,
    start: Whole,
) -> Spells:
    count = len(child)
    adult = children.turns_18[child]
    length = np.select(
        [kind == NO_ACTION, kind == SHORT, kind == LONG, kind == DISABILITY],
        [
            rng.uniform(12, 55, count),
            25 + rng.gamma(1.6, 105, count),
            120 + rng.gamma(1.9, 370, count),
            np.where(rng.random(count) < 0.75, 9e3, rng.gamma(2, 900, count)),
        ],
        0,
    )
    planned = (kind == PLAN) | ((kind == CARE) & (rng.random(count) < 0.55))
    plan_start = np.where(planned, start + rng.integers(14, 60, count), NO_DAY)
    plan_length = 70 + rng.gamma(2.1, 145, count)
    plan_end = np.where(planned, plan_start + plan_length, NO_DAY)
    cared = kind == CARE
    # care begins when a plan has not kept the child safe, or at once
    care_start = np.where(cared, np.where(planned, plan_end, start + rng.integers(0, 60, count)), NO_DAY)
    short_care = rng.random(count) < 0.36
    to_adult = rng.random(count) < 0.42
    care_length = np.where(
        short_care, 5 + rng.gamma(1.1, 95, count), np.where(to_adult, 9e3, 200 + rng.gamma(1.5, 800, count))
    )
    care_end = np.where(cared, care_start + care_length, NO_DAY)
    for_good = cared & ~short_care & ~to_adult & (rng.random(count) < 0.6)
    lasting = np.where(for_good, 1 + pick(rng, np.array([0.35, 0.42, 0.05, 0.18]), count), 0)
    step_down = rng.gamma(1.4, 85, count)
    end = np.where(cared, care_end + np.where(for_good, 0, step_down), start + length)
    end = np.where(kind == PLAN, plan_end + step_down, end)
    left = children.departed[child]
    last_day = np.minimum(adult, left)

    def until(days: Numbers, within: NDArray) -> Whole:
        capped = np.minimum(days, last_day)
        return np.where(within & (capped <= years.extracted), capped, NO_DAY).astype(np.int32)

    left_area = (end > left) & (left < adult)
    always = np.ones(count, dtype=bool)
    # what would only begin after the extract, at 18 or elsewhere has not begun
    begun_plan = planned & (plan_start < np.minimum(last_day, years.extracted + 1))
    begun_care = cared & (care_start < np.minimum(last_day, years.extracted + 1))
    return Spells(
        child=child,
        number=np.full(count, number, dtype=np.int32),
        kind=kind.astype(np.int32),
        start=start.astype(np.int32),
        end=until(end, always),
        plan_start=np.where(begun_plan, plan_start, NO_DAY).astype(np.int32),
        plan_end=until(plan_end, begun_plan),
        care_start=np.where(begun_care, care_start, NO_DAY).astype(np.int32),
        care_end=until(care_end, begun_care),
        lasting=np.where(begun_care & (care_end <= last_day), lasting, 0).astype(np.int32),
        left_area=left_area & (left <= years.extracted),
    )


def complete_from(years: Years) -> int:
    """Give the day from which social care is complete: over six years before the first reference date."""
    return int(years.first_days[0] - 365 * 6)


def _known(spells: dict[str, NDArray], children: Children, years: Years) -> Truth:
    """Say which spells are on record: begun by the extract, while the child lived here, as a child."""
    child = spells["child"]
    begun = spells["start"] <= np.minimum(children.departed[child], years.extracted)
    here = (spells["start"] >= children.arrived[child]) & (spells["start"] < children.departed[child])
    return (
        begun
        & here
        & (spells["start"] < children.turns_18[child] - 30)
        & (spells["end"] >= complete_from(years))
    )


def invent_episodes(seed: int, spells: Spells, years: Years) -> Episodes:
    """Give the episodes that the spells leave on record, in order of child and start."""
    rng = stream(seed, "episodes")
    count = len(spells.child)
    need = np.where(spells.kind == DISABILITY, DISABLED_NEED, pick(rng, NEED_SHARES, count))
    ended = spells.end < NO_DAY
    reason = np.where(spells.kind == NO_ACTION, np.where(rng.random(count) < 0.55, 7, 8), 6)
    ended_in_care = (spells.care_end == spells.end) & ended & (spells.care_start < NO_DAY)
    reason = np.where(ended_in_care & (spells.lasting == 0), 5, reason)
    reason = np.where(spells.lasting > 0, np.array([6, 0, 3, 2, 2])[spells.lasting], reason)
    reason = np.where(spells.left_area, 4, reason)
    parts = [(spells, np.arange(count), CIN, spells.start, spells.end, np.where(ended, reason, -1), -1)]
    planned = np.flatnonzero(spells.plan_start < NO_DAY)
    parts.append((spells, planned, CPP, spells.plan_start[planned], spells.plan_end[planned], -1, -1))
    parts += [(spells, *part) for part in _care(rng, spells, years)]
    parts += [(spells, *part) for part in _respite(rng, spells, years)]

    def column(values: object, rows: NDArray) -> Whole:
        return np.broadcast_to(np.asarray(values), rows.shape).astype(np.int32)

    rows = np.concatenate([part[1] for part in parts])
    kind, start, end, close_reason, legal_status = (
        np.concatenate([column(part[place], part[1]) for part in parts]) for place in range(2, 7)
    )
    order = np.lexsort((kind, start, spells.child[rows]))
    order = order[(end >= start)[order]]
    rows = rows[order]
    return Episodes(
        child=spells.child[rows],
        spell_number=spells.number[rows],
        kind=kind[order],
        start=start[order],
        end=end[order],
        close_reason=close_reason[order],
        need=need[rows].astype(np.int32),
        legal_status=legal_status[order],
    )


def _care(rng: np.random.Generator, spells: Spells, years: Years) -> list[tuple]:
    """Split care into the episodes of the SSDA903 return: a new one when the legal status changes."""
    rows = np.flatnonzero(spells.care_start < NO_DAY)
    start, end = spells.care_start[rows], spells.care_end[rows]
    first = pick(rng, np.array([0.10, 0.45, 0.45]), len(rows))
    ordered = rng.random(len(rows)) < 0.8
    change = start + rng.integers(120, 330, len(rows))
    # a change that lies beyond the end of care, or has not come yet, was none
    changes = ordered & (first != FULL_ORDER) & (change < np.minimum(end, years.extracted + 1))
    placed = changes & (spells.lasting[rows] == 1)
    then = np.where(placed, PLACEMENT_ORDER, FULL_ORDER)
    second = np.flatnonzero(changes)
    return [
        (rows, CLA, start, np.where(changes, change, end), -1, first),
        (rows[second], CLA, change[second], end[second], -1, then[second]),
    ]


def _respite(rng: np.random.Generator, spells: Spells, years: Years) -> list[tuple]:
    """Give short breaks of disabled children: rows of care that are not counted as looked after."""
    rows = np.flatnonzero((spells.kind == DISABILITY) & (rng.random(len(spells.kind)) < 0.35))
    parts = []
    for _ in range(2):
        start = spells.start[rows] + rng.integers(90, 1500, len(rows))
        series = rng.random(len(rows)) < 0.6
        end = start + np.where(series, rng.integers(150, 900, len(rows)), rng.integers(2, 16, len(rows)))
        last = np.minimum(spells.end[rows], NO_DAY)
        # an agreement that runs on is open on the day of the extract
        end = np.where(end > np.minimum(years.extracted, last), last, end)
        taken = start < np.minimum(years.extracted, last)
        parts.append(
            (
                rows[taken],
                CLA,
                start[taken],
                end[taken],
                -1,
                np.where(series, SERIES_OF_BREAKS, ONE_BREAK)[taken],
            )
        )
    return parts


def kept_in_education(children: Children, episodes: Episodes) -> Children:
    """Give the children with a place after year 11 for all who are still open to social care."""
    last = np.full(len(children), -NO_DAY, dtype=np.int64)
    np.maximum.at(last, episodes.child, episodes.end)
    september = (np.datetime64("1970-09", "M") + 12 * (children.cohort.astype(np.int64) + 12 - 1970)).astype(
        "datetime64[D]"
    )
    after_16, after_17 = (last >= (september + extra).astype(np.int64) for extra in (0, 365))
    return replace(
        children,
        sixth=np.where(after_16 & (children.sixth == 0), 2, children.sixth).astype(np.int32),
        year_13=children.year_13 | after_17,
    )


def groups(children: int, episodes: Episodes, years: Years) -> NDArray[np.int8]:
    """Give each child's group on the reference date of each year (children × years), by the contract's rules.

    0 peers, 1 looked after, 2 protection plan, 3 in need, then those whose last episode ended less than one,
    three and six years before.
    """
    result = np.zeros((children, len(years)), dtype=np.int8)
    counts = ~np.isin(episodes.legal_status, [ONE_BREAK, SERIES_OF_BREAKS])
    held = counts & ~np.isin(episodes.close_reason, [7, 8])
    for index in range(len(years)):
        on = years.reference[index]
        group = result[:, index]
        past = held & (episodes.end <= on)
        latest = np.full(children, -NO_DAY, dtype=np.int64)
        np.maximum.at(latest, episodes.child[past], episodes.end[past])
        group[latest > years.six_years_before[index]] = 6
        group[latest > years.three_years_before[index]] = 5
        group[latest > years.one_year_before[index]] = 4
        now = counts & (episodes.start <= on) & (episodes.end > on)
        for kind, code in ((CIN, 3), (CPP, 2), (CLA, 1)):
            group[episodes.child[now & (episodes.kind == kind)]] = code
    return result
