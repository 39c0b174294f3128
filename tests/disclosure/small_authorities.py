"""Small invented authorities made directly as exact counts, child by child, without an export."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from cswanalytics import catalogue
from cswanalytics.build.cohort import Point
from cswanalytics.build.counts import CELL_OF_COUNTS, HEADS, SCHOOL_BREAKDOWN, Counts, layout, members_of
from cswanalytics.build.phases import merged_phases
from cswanalytics.catalogue import Catalogue
from cswanalytics.vocabulary import ACADEMIC_YEAR, FINEST_GROUPS, PEERS, TOTAL, Group

TABLES = frozenset({"attendance", "exclusions", "key_stage_2", "social_care_episodes"})
FEW = ("education_phase", "sex")
MORE = (*FEW, "sen_provision", "sen_provision×sex", "education_phase×sen_provision")
YEAR = 202425
MEASURES = (
    "persistent_absence", "severe_absence", "suspended_once_or_more", "suspended_twice_or_more",
    "ks2_rwm_expected", "ks2_rwm_higher", "ks2_reading_expected", "ks2_writing_expected",
    "ks2_maths_expected", "prevalence",
)  # fmt: skip


@cache
def few_measures(breakdowns: tuple[str, ...] = FEW) -> Catalogue:
    """Give a ladder of the whole roll, one of a part of it, and all of key stage 2; few breakdowns."""
    whole = catalogue.load()
    measures = [whole.measure(name) for name in MEASURES]
    if "sen_provision" in breakdowns:
        measures.append(whole.measure("sen_support"))
    return Catalogue(
        {measure.id: measure for measure in measures}, {name: whole.breakdowns[name] for name in breakdowns}
    )


@dataclass(frozen=True)
class Authority:
    """An authority's children of a year, a row each, and its schools."""

    children: pd.DataFrame
    schools: pd.DataFrame
    breakdowns: tuple[str, ...] = FEW

    @property
    def catalogue(self) -> Catalogue:
        """Give the measures and breakdowns that are published of it."""
        return few_measures(self.breakdowns)

    @property
    def counts(self) -> Counts:
        """Give the exact counts of everything published of it."""
        return _counts(self.children, self)


def random_authority(
    seed: int,
    sizes: tuple[int, ...] | None = None,
    breakdowns: tuple[str, ...] = FEW,
    phases: tuple[str, ...] = (),
) -> Authority:
    """Invent an authority of 4 to 7 schools of 4 to 60 pupils, with outcomes that are rare or common.

    Of one phase, of three secondary schools, or of any phases; of some of `phases` where they are named.
    """
    draw = np.random.default_rng(seed)
    if sizes is None:
        sizes = tuple(int(size) for size in draw.integers(4, 61, size=int(draw.integers(4, 8))))
    number = len(sizes)
    kinds = [("Primary",) * number, ("Primary",) * max(number - 3, 1) + ("Secondary",) * 3,
             tuple(draw.choice(["Primary", "Secondary", "Special"], size=number))]  # fmt: skip
    kind = draw.choice(phases, size=number) if phases else kinds[int(draw.integers(3))][:number]
    kind = [str(phase) for phase in kind]
    schools = pd.DataFrame(
        {
            "school_urn": [str(100_001 + at) for at in range(number)],
            "education_phase": [str(phase) for phase in kind],
        }
    )
    labels = merged_phases(schools)
    schools["merged_phase"] = schools["education_phase"].map(labels)
    school = np.repeat(schools["school_urn"].to_numpy(), sizes)
    pupils = len(school)
    cwsw = draw.random(pupils) < draw.choice([0.05, 0.15, 0.4, 0.9])
    persistent, severe = draw.choice([0.02, 0.1, 0.3]), draw.choice([0.01, 0.05, 0.3])
    absent = draw.random(pupils)
    times = draw.poisson(draw.choice([0.02, 0.1, 0.5]), size=pupils)
    key_stage_2 = draw.random(pupils) < 0.25
    ability = draw.random((pupils, 3)) < draw.choice([0.1, 0.6, 0.95])
    children = pd.DataFrame(
        {
            "school": school,
            "education_phase": pd.Series(school).map(schools.set_index("school_urn")["merged_phase"]),
            "sex": draw.choice(["F", "M", "U"], size=pupils, p=[0.49, 0.49, 0.02]),
            "sen_provision": draw.choice(["N", "K", "E"], size=pupils, p=[0.75, 0.18, 0.07]),
            "group": np.where(cwsw, draw.choice(FINEST_GROUPS, size=pupils), PEERS),
            "attends": draw.random(pupils) < 0.9,
            "absence": (absent < persistent).astype(int) + (absent < persistent * severe),
            "suspensions": np.minimum(times, 2),
            "key_stage_2": key_stage_2,
            "reading": ability[:, 0],
            "writing": ability[:, 1],
            "maths": ability[:, 2],
            "higher": draw.random(pupils) < 0.2,
        }
    )
    return Authority(children, schools, breakdowns)


def _counts(children: pd.DataFrame, authority: Authority) -> Counts:
    plan = layout(authority.catalogue, TABLES)
    attends, key_stage_2 = children["attends"], children["key_stage_2"]
    three = key_stage_2 & children["reading"] & children["writing"] & children["maths"]
    reached = {
        "sen_support": children["sen_provision"] == "K",
        "persistent_absence": attends & (children["absence"] >= 1),
        "severe_absence": attends & (children["absence"] >= 2),
        "suspended_once_or_more": children["suspensions"] >= 1,
        "suspended_twice_or_more": children["suspensions"] >= 2,
        "ks2_rwm_expected": three,
        "ks2_rwm_higher": three & children["higher"],
        **{
            f"ks2_{subject}_expected": key_stage_2 & children[subject]
            for subject in ("reading", "writing", "maths")
        },
    }
    inside = {"has_key_stage_2": key_stage_2}
    facts = pd.DataFrame({HEADS: 1}, index=children.index)
    for population in plan.populations:
        facts[plan.in_population(population)] = inside.get(population, attends).astype(int)
    for ladder in plan.ladders:
        for step in ladder.steps:
            facts[ladder.column(step.step)] = reached[step.id].astype(int)
    facts["social_care_group"], facts["school_urn"] = children["group"], children["school"]
    items = {TOTAL: pd.Series(TOTAL, index=children.index)}
    for name in authority.breakdowns:
        first, *rest = name.split("×")
        items[name] = children[first] if not rest else children[first] + "×" + children[rest[0]]
    items[SCHOOL_BREAKDOWN] = children["school"]
    counted = [_summed(facts, name, item, ["social_care_group"]) for name, item in items.items()]
    known = [
        _summed(facts[facts["social_care_group"].isin(members_of(group))], name, item, ["school_urn"]).assign(
            social_care_group=group.value
        )
        for group in Group
        for name, item in items.items()
        if name != SCHOOL_BREAKDOWN and (name == TOTAL or group in (Group.ALL, Group.CWSW))
    ]
    at_schools = pd.concat(known, ignore_index=True).assign(time_period=YEAR, time_identifier=ACADEMIC_YEAR)
    cells = pd.concat(counted, ignore_index=True).assign(time_period=YEAR, time_identifier=ACADEMIC_YEAR)
    columns = [*CELL_OF_COUNTS, *(column for column in cells if column not in CELL_OF_COUNTS)]
    point = Point(1, YEAR, ACADEMIC_YEAR, 6, date(2025, 3, 31), has_ended=True)
    return Counts(cells[columns], plan, authority.schools, (point,), at_schools[["school_urn", *columns]])


def _summed(facts: pd.DataFrame, name: str, item: pd.Series, by: list[str]) -> pd.DataFrame:
    numbers = facts.columns.difference(["social_care_group", "school_urn"]).tolist()
    here = facts.assign(breakdown=name, breakdown_item=item.loc[facts.index])
    return here.groupby(["breakdown", "breakdown_item", *by], as_index=False)[numbers].sum()
