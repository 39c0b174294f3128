"""The invented children: when each was born, where they live, and how long they are on these rolls."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cswanalytics.build.sample.draws import Numbers, Truth, Whole, pick, pick_by_row, ranked, stream
from cswanalytics.build.sample.schools import Schools
from cswanalytics.build.sample.terms import NO_DAY, Years
from cswanalytics.vocabulary import Phase

OUR_ROLLS, ELSEWHERE, AT_HOME = range(3)
"""Where a child goes to school: here, in another authority or an independent school, or at home."""

OLDEST, YOUNGEST = 13, -5
"""Years since reception: year 13; born in the current year."""
YEARS_BEFORE = 7
"""Social care is kept this many years before the first academic year: six can be looked back."""

TURNOVER = 0.022
"""Assumed: share of a year group that moves away each year, and is made up by others who move in."""
NURSERY_FROM_TWO_YEARS_BEFORE, NURSERY_FROM_YEAR_BEFORE = 0.14, 0.50
"""Assumed: shares of children in a school's nursery two years and one year before reception."""
SIXTH_FORM, COLLEGE, STAY_FOR_YEAR_13 = 0.46, 0.34, 0.86
"""Assumed: of year 11, those who stay in a sixth form and who go to college; of year 12, who stay on."""
NOT_ON_OUR_ROLLS = {ELSEWHERE: 0.05, AT_HOME: 0.012}

PUPILS_A_YEAR_GROUP = 1 / (
    NURSERY_FROM_TWO_YEARS_BEFORE + NURSERY_FROM_YEAR_BEFORE + 12 + SIXTH_FORM * (1 + STAY_FOR_YEAR_13)
)

ETHNICITIES = (
    "White",
    "Mixed / Multiple ethnic groups",
    "Asian / Asian British",
    "Black / African / Caribbean / Black British",
    "Other ethnic group",
    "Unknown",
)
ETHNICITY_SHARES = np.array([0.765, 0.065, 0.095, 0.04, 0.02, 0.015])
ADDITIONAL_LANGUAGE = np.array([0.09, 0.12, 0.55, 0.35, 0.6, 0.2])


@dataclass(frozen=True)
class Children:
    """Every child of the area; arrays have one entry a child. Dates are days since 1970, `NO_DAY` for never.

    `cohort` is the year in which the child's year group began reception; `ours` says where they go to school;
    `nursery` is the first year on roll, counted from reception (0, -1, -2); `sixth` is 0 none, 1 sixth form,
    2 college. `deprivation` and `frailty` are about standard normal, and move many of the outcomes together.
    """

    cohort: Whole
    born: Whole
    arrived: Whole
    departed: Whole
    ours: Whole
    nursery: Whole
    sixth: Whole
    year_13: Truth
    sex: Whole
    ethnicity: Whole
    additional_language: Whole
    decile: Whole
    deprivation: Numbers
    frailty: Numbers
    home: Whole
    secondary: Whole

    def __len__(self) -> int:
        return len(self.cohort)

    def year_group(self, start: int) -> Whole:
        """Give each child's year group in the year that begins in `start`: 0 is reception, -1 nursery."""
        return (start - self.cohort).astype(np.int32)

    @property
    def turns_18(self) -> Whole:
        """Give each child's eighteenth birthday."""
        return (self.born + 6574).astype(np.int32)


def invent_children(seed: int, pupils: int, years: Years, schools: Schools) -> Children:
    """Invent the children of an authority with about `pupils` on roll in any year, and those on none."""
    rng = stream(seed, "children")
    cohorts = np.arange(years.starts[0] - YEARS_BEFORE - OLDEST, years.starts[-1] - YOUNGEST + 1)
    # all arrivals through thirteen years are children of the cohort too
    each = pupils * PUPILS_A_YEAR_GROUP * (1 + TURNOVER * OLDEST) / (1 - sum(NOT_ON_OUR_ROLLS.values()))
    sizes = np.maximum(np.floor(each + (np.arange(len(cohorts)) * 0.618 % 1)).astype(int), 1)
    cohort = np.repeat(cohorts, sizes)
    count = len(cohort)

    neighbourhoods = schools.of(Phase.PRIMARY, Phase.ALL_THROUGH)
    # an all-through school takes most of its children at 11
    intake = np.minimum(schools.places[neighbourhoods], 60 + 30 * (schools.places[neighbourhoods] == 90))
    home = pick(rng, intake, count)
    # children in order of neighbourhood within their cohort: files sorted by child then compress well
    home = neighbourhoods[home[np.lexsort((home, rng.permutation(cohort)))]]
    deprivation = schools.deprivation[home] + rng.normal(0, 0.75, count)
    deprivation = (deprivation - deprivation.mean()) / deprivation.std()
    in_order = ranked(rng, -deprivation, np.zeros(count))
    ethnicity = pick(rng, ETHNICITY_SHARES, count)
    language = (rng.random(count) < ADDITIONAL_LANGUAGE[ethnicity]).astype(np.int32)
    born = _birthdays(rng, cohort)
    arrived, departed = _moves(rng, cohort, born)
    ours = np.zeros(count, dtype=np.int32)
    drawn = rng.random(count)
    ours[drawn < sum(NOT_ON_OUR_ROLLS.values())] = ELSEWHERE
    ours[drawn < NOT_ON_OUR_ROLLS[AT_HOME]] = AT_HOME
    first, nursery = rng.random(count), np.zeros(count, dtype=np.int32)
    nursery[first < NURSERY_FROM_YEAR_BEFORE] = -1
    nursery[first < NURSERY_FROM_TWO_YEARS_BEFORE] = -2
    after_16 = rng.random(count) + 0.08 * deprivation
    sixth = np.where(after_16 < SIXTH_FORM, 1, np.where(after_16 < SIXTH_FORM + COLLEGE, 2, 0)).astype(
        np.int32
    )
    return Children(
        cohort=cohort.astype(np.int32),
        born=born,
        arrived=arrived,
        departed=np.where(departed > years.extracted, NO_DAY, departed).astype(np.int32),
        ours=ours,
        nursery=nursery,
        sixth=sixth,
        year_13=rng.random(count) < STAY_FOR_YEAR_13,
        sex=pick(rng, np.array([0.487, 0.512, 0.001]), count),
        ethnicity=ethnicity,
        additional_language=np.where(rng.random(count) < 0.012, -1, language).astype(np.int32),
        decile=np.where(rng.random(count) < 0.01, 0, 1 + np.floor(in_order * 10)).astype(np.int32),
        deprivation=deprivation,
        frailty=rng.normal(0, 1, count),
        home=home,
        secondary=_secondary_schools(rng, schools, home),
    )


def on_roll(children: Children, years: Years) -> tuple[Truth, Truth]:
    """Say who is on a roll as a pupil in each year, and who is at college (children × years each)."""
    pupil = np.zeros((len(children), len(years)), dtype=bool)
    college = np.zeros_like(pupil)
    for index, start in enumerate(years.starts):
        group = children.year_group(int(start))
        there = (
            (children.ours == OUR_ROLLS)
            & (children.arrived <= min(years.last_days[index], years.extracted))
            & (children.departed > years.first_days[index])
        )
        older = (group == 12) | ((group == 13) & children.year_13)
        pupil[:, index] = there & (
            ((group >= children.nursery) & (group <= 11)) | (older & (children.sixth == 1))
        )
        college[:, index] = there & older & (children.sixth == 2)
    return pupil, college


def _first_of_september(start: NDArray) -> NDArray[np.int64]:
    return (np.datetime64("1970-09", "M") + 12 * (start - 1970)).astype("datetime64[D]").astype(np.int64)


def _birthdays(rng: np.random.Generator, cohort: NDArray) -> Whole:
    """Give birthdays: a year group is born from 1 September to 31 August, and begins reception at four."""
    return (_first_of_september(cohort - 5) + rng.integers(0, 365, len(cohort))).astype(np.int32)


def _moves(rng: np.random.Generator, cohort: NDArray, born: Whole) -> tuple[Whole, Whole]:
    """Draw the day on which each child came to the area (their birth, mostly) and the day they left it.

    Nearly half come with a new school year and leave at the end of one; the others at any time.
    """
    count = len(cohort)
    within_year = rng.integers(25, 295, (2, count))
    between_years = rng.random((2, count)) < 0.45
    newcomer = rng.random(count) < TURNOVER * OLDEST / (1 + TURNOVER * OLDEST)
    first = np.where(newcomer, rng.integers(0, OLDEST - 1, count), 0)
    came = _first_of_september(cohort + first) + np.where(between_years[0], 0, within_year[0])
    stay = np.floor(np.log(1 - rng.random(count)) / np.log(1 - TURNOVER)).astype(np.int64)
    last = first + newcomer + np.minimum(stay, 50)
    # a child who leaves between years goes in August, within the year that ends
    went = _first_of_september(cohort + last) + np.where(between_years[1], -12, within_year[1])
    went = np.where(last <= OLDEST, went, NO_DAY)
    return np.where(newcomer, came, born).astype(np.int32), went.astype(np.int32)


def _secondary_schools(rng: np.random.Generator, schools: Schools, home: Whole) -> Whole:
    """Choose each child's secondary school: mostly one near their primary school, or the same one."""
    choices = schools.of(Phase.SECONDARY, Phase.ALL_THROUGH)
    if not len(choices):
        return home
    apart = np.hypot(
        schools.across[:, None] - schools.across[choices], schools.along[:, None] - schools.along[choices]
    )
    weights = schools.places[choices] * np.exp(-apart / 0.12)
    weights += np.where(
        np.arange(len(schools))[:, None] == choices, 12 * weights.max(axis=1, keepdims=True), 0
    )
    return choices[pick_by_row(rng, weights, home)]
