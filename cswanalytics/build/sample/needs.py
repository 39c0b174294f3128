"""What schools record of a child: special educational needs, free school meals, and having left care."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cswanalytics.build.sample.children import Children
from cswanalytics.build.sample.draws import Truth, ranked, stream
from cswanalytics.build.sample.social_care import DISABILITY, ORDERS, Spells
from cswanalytics.build.sample.terms import NO_DAY, Years

NONE, SUPPORT, PLAN_OF_NEEDS = range(3)
SEN_CODES = ("N", "K", "E")

# By the heaviest kind of spell in the child's life: none, closed after assessment, short, long, plan, care,
# disability. Fitted so that groups come near England's shares at 31 March 2022 (`national.csv`).
HEAVIEST_ORDER = (0, 1, 2, 3, 6, 4, 5)
"""Rank of no spell and of each kind of spell (as numbered in `social_care`): disability outweighs all."""
EHC_PLAN = np.array([0.020, 0.033, 0.070, 0.125, 0.085, 0.32, 0.90])
SEN_SUPPORT = np.array([0.113, 0.17, 0.25, 0.31, 0.31, 0.27, 0.08])
EHC_BY_YEAR_GROUP = np.interp(np.arange(-2, 14), [-2, 0, 3, 7, 11, 13], [0.25, 0.55, 0.8, 1.1, 1.2, 1.2])
SUPPORT_BY_YEAR_GROUP = np.interp(
    np.arange(-2, 14), [-2, 0, 2, 5, 7, 11, 13], [0.3, 0.6, 1.0, 1.2, 1.05, 1.0, 0.6]
)
EHC_GROWTH_A_YEAR = 0.055
"""England's share of pupils with a plan grew by about a twentieth of itself each year around 2021/22."""

FREE_MEALS = np.array([0.195, 0.36, 0.55, 0.60, 0.52, 0.44, 0.40])
"""Assumed, in the same order; England's children in need are about half eligible."""
FREE_MEALS_GROWTH_A_YEAR = 0.035

SPECIAL_SCHOOL = 0.42
"""Share of children with a plan who go to a special school: about 40 in a hundred in England."""
ADOPTED_FROM_ELSEWHERE = 0.0035
"""Assumed: children whose care ended for good before they came to this authority."""


@dataclass(frozen=True)
class Needs:
    """What schools record, children × years; `special`: goes to a special school while they have a plan."""

    sen: NDArray[np.int8]
    free_meals: Truth
    special: Truth
    no_year_group: Truth
    post_looked_after: NDArray[np.int8]


def invent_needs(seed: int, children: Children, spells: Spells, years: Years) -> Needs:
    """Invent the needs of every child in every year, steady over a child's years as they are in life."""
    rng = stream(seed, "needs")
    count = len(children)
    heaviest = np.zeros(count, dtype=np.int64)
    np.maximum.at(heaviest, spells.child, np.array(HEAVIEST_ORDER)[spells.kind + 1])
    boy = children.sex == 1
    sen_place = 1 - ranked(
        rng,
        rng.normal(0, 1, count) + 0.35 * boy + 0.25 * children.deprivation + 0.2 * children.frailty,
        heaviest,
    )
    meals_place = 1 - ranked(rng, rng.normal(0, 0.8, count) + children.deprivation, heaviest)
    sen = np.zeros((count, len(years)), dtype=np.int8)
    free_meals = np.zeros_like(sen, dtype=bool)
    for index, start in enumerate(years.starts):
        group = np.clip(children.year_group(int(start)), -2, 13) + 2
        growth = 1 + EHC_GROWTH_A_YEAR * (start - 2021)
        plans = np.minimum(EHC_PLAN[heaviest] * EHC_BY_YEAR_GROUP[group] * growth, 0.97)
        support = plans + SEN_SUPPORT[heaviest] * SUPPORT_BY_YEAR_GROUP[group]
        sen[:, index] = np.where(
            sen_place < plans, PLAN_OF_NEEDS, np.where(sen_place < support, SUPPORT, NONE)
        )
        grown = FREE_MEALS[heaviest] * (1 + FREE_MEALS_GROWTH_A_YEAR * (start - 2021))
        free_meals[:, index] = meals_place + rng.normal(0, 0.012, count) < grown
    special = rng.random(count) < np.where(
        heaviest == HEAVIEST_ORDER[DISABILITY + 1], 0.62, SPECIAL_SCHOOL - 0.04
    )
    return Needs(
        sen, free_meals, special, rng.random(count) < 0.22, _post_looked_after(rng, children, spells, years)
    )


def _post_looked_after(
    rng: np.random.Generator, children: Children, spells: Spells, years: Years
) -> NDArray[np.int8]:
    """Give the census item by year: a position in `ORDERS` from 1, 0 none declared, -1 not known."""
    since = np.full(len(children), NO_DAY, dtype=np.int64)
    how = np.zeros(len(children), dtype=np.int8)
    lasting = np.flatnonzero(spells.lasting > 0)
    since[spells.child[lasting]] = spells.care_end[lasting]
    how[spells.child[lasting]] = spells.lasting[lasting]
    before = rng.random(len(children)) < ADOPTED_FROM_ELSEWHERE
    how[before] = 1 + rng.choice(len(ORDERS), size=int(before.sum()), p=[0.55, 0.33, 0.02, 0.10])
    since[before] = -NO_DAY
    declared = rng.random(len(children)) < 0.93
    result = np.zeros((len(children), len(years)), dtype=np.int8)
    for index in range(len(years)):
        result[:, index] = np.where(declared & (since <= years.census[index]), how, 0)
    result[rng.random(len(children)) < 0.004] = -1
    return result
