"""The conditions a release must meet before it may pass the door.

A measure that fails is withheld and named.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from cswanalytics.build.attack.neighbourhoods import Surroundings, without_what_is_found
from cswanalytics.build.counts import PHASE
from cswanalytics.catalogue import Catalogue, Measure
from cswanalytics.vocabulary import RECENCY_BANDS, TOTAL, Group, Level

BY = ["measure", "time_period", "time_identifier", "social_care_group"]
"""A table of cells: what adds up, adds up within one of these."""

PLACE = [
    "measure",
    "time_period",
    "time_identifier",
    "geographic_level",
    "school_urn",
    "breakdown",
    "breakdown_item",
]
FIGURES = ["pupils", "count"]
ATTACK = "no child can be found"


@dataclass(frozen=True)
class Publicly:
    """What everybody knows of the figures before they see them, and so may hold them to.

    `base` is what counts are multiples of, `phases` each school's merged phase by its URN.
    """

    base: int
    catalogue: Catalogue
    phases: Mapping[str, str]

    @property
    def pairs(self) -> Mapping[str, tuple[str, ...]]:
        """Give the two breakdowns each pair joins, by the pair's name."""
        breakdowns = self.catalogue.breakdowns.values()
        return {entry.name: entry.columns for entry in breakdowns if len(entry.columns) > 1}


@dataclass(frozen=True)
class Passed:
    """What passed: the cells to release, the measures withheld with the reason, and what was checked."""

    cells: pd.DataFrame
    withheld: dict[str, str]
    checked: dict[str, str]


def pass_through(cells: pd.DataFrame, publicly: Publicly) -> Passed:
    """Check every condition over all cells, and leave out every measure that breaks one."""
    conditions: dict[str, Callable[[pd.DataFrame], Iterable[str]]] = {
        "multiples of the base": lambda frame: _measures(
            frame, (frame[FIGURES].fillna(0) % publicly.base != 0).any(axis=1)
        ),
        "no count above its pupils": lambda frame: _measures(frame, frame["count"] > frame["pupils"]),
        "no group above all pupils": _above_all_pupils,
        "schools and items add to the authority": lambda frame: _not_adding_up(frame, publicly.pairs),
        "schools add to their phase": lambda frame: _schools_not_adding_to_phases(frame, publicly.phases),
        "no step of a ladder above the one before": lambda frame: _rising(frame, publicly.catalogue),
        "all of several is no more than each": lambda frame: _not_of_all(frame, publicly.catalogue),
        "groups add to children with a social worker": _groups_not_adding_up,
        "no figure beside a symbol": lambda frame: _measures(
            frame, frame["symbol"].notna() & frame[["value", "count"]].notna().any(axis=1)
        ),
    }
    withheld: dict[str, str] = {}
    for name, broken in conditions.items():
        for measure in sorted(set(broken(cells))):
            withheld.setdefault(measure, f"it broke a condition of the gate ({name})")
    kept = cells[~cells["measure"].isin(withheld)].reset_index(drop=True)
    return Passed(kept, withheld, dict.fromkeys(conditions, "held by every measure released"))


def attacked(passed: Passed, around: Surroundings) -> Passed:
    """Attack what passed, as anybody and as each school, and leave out what is broken."""
    cells, left_out = without_what_is_found(passed.cells, around)
    schools = around.counts.schools["school_urn"].nunique()
    said = (
        f"attacked with every exact count at hand, by anybody and by each of {schools} schools that "
        f"knows its own pupils, at {len(around.points)} points in time; what was found is withheld"
    )
    return Passed(cells, {**passed.withheld, **left_out}, {**passed.checked, ATTACK: said})


def not_attacked(passed: Passed) -> Passed:
    """Say of a release of invented data that it was not attacked."""
    return Passed(
        passed.cells, passed.withheld, {**passed.checked, ATTACK: "not attacked: no child in it is real"}
    )


def _measures(frame: pd.DataFrame, broken: pd.Series) -> Iterable[str]:
    return frame.loc[broken.fillna(value=False).astype(bool), "measure"].unique()


def _above_all_pupils(cells: pd.DataFrame) -> Iterable[str]:
    everyone = cells[cells["social_care_group"] == Group.ALL].set_index(PLACE)[FIGURES]
    beside = cells.merge(everyone, left_on=PLACE, right_index=True, suffixes=("", "_of_all"))
    more = (beside["pupils"] > beside["pupils_of_all"]) | (beside["count"] > beside["count_of_all"])
    others = beside["pupils"] - beside["count"] > beside["pupils_of_all"] - beside["count_of_all"]
    return _measures(beside, more.fillna(value=False) | others.fillna(value=False))


def _not_adding_up(cells: pd.DataFrame, pairs: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    counted = cells[cells["pupils"].notna()]
    authority = counted[counted["geographic_level"] == Level.AUTHORITY]
    totals = authority[authority["breakdown"] == TOTAL].set_index(BY)[FIGURES]
    yield from _differing(counted[counted["geographic_level"] == Level.SCHOOL], BY, totals)
    for breakdown, items in authority[authority["breakdown"] != TOTAL].groupby("breakdown"):
        yield from _differing(items, BY, totals)
        for place, single in enumerate(pairs.get(str(breakdown), ())):
            joined = items.assign(breakdown_item=items["breakdown_item"].str.split("×").str[place])
            whole = authority[authority["breakdown"] == single].set_index([*BY, "breakdown_item"])[FIGURES]
            yield from _differing(joined, [*BY, "breakdown_item"], whole)


def _schools_not_adding_to_phases(cells: pd.DataFrame, phases: Mapping[str, str]) -> Iterable[str]:
    at_school = cells[(cells["geographic_level"] == Level.SCHOOL) & cells["pupils"].notna()]
    of_phases = at_school.assign(breakdown_item=at_school["school_urn"].map(phases))
    by_phase = cells[cells["breakdown"] == PHASE].set_index([*BY, "breakdown_item"])[FIGURES]
    with_phases = of_phases["measure"].isin(by_phase.index.get_level_values("measure"))
    yield from _differing(of_phases[with_phases], [*BY, "breakdown_item"], by_phase)


def _layers(cells: pd.DataFrame, measures: Iterable[str]) -> Iterable[pd.DataFrame]:
    """Give the counts and pupils of some measures side by side: of each group, and of the peers of CWSW."""
    key = [*PLACE[1:], "social_care_group"]
    # a measure of which nothing is released has a column all the same, of which nothing is above or below
    columns = pd.MultiIndex.from_product([FIGURES, measures := list(measures)])
    some = cells[cells["measure"].isin(measures) & cells["count"].notna()]
    wide = some.assign(school_urn=some["school_urn"].fillna("")).pivot(
        index=key, columns="measure", values=FIGURES
    )
    wide = wide.reindex(columns=columns)
    yield wide
    groups = wide.index.get_level_values("social_care_group")
    if {Group.ALL.value, Group.CWSW.value} <= set(groups):  # a measure of one group has no peers
        of_all, of_cwsw = (
            wide[groups == group].droplevel("social_care_group") for group in (Group.ALL, Group.CWSW)
        )
        yield of_all.reindex(of_cwsw.index) - of_cwsw


def _rising(cells: pd.DataFrame, catalogue: Catalogue) -> Iterable[str]:
    ladders: dict[str, list[Measure]] = {}
    present = set(cells["measure"])
    for measure in sorted(catalogue.measures.values(), key=lambda measure: measure.step):
        if measure.ladder and measure.id in present:
            ladders.setdefault(measure.ladder, []).append(measure)
    for steps in ladders.values():
        for lower, higher in pairwise(steps):
            for layer in _layers(cells, [lower.id, higher.id]):
                if (layer["count", higher.id] > layer["count", lower.id]).any():
                    yield higher.id


def _not_of_all(cells: pd.DataFrame, catalogue: Catalogue) -> Iterable[str]:
    present = set(cells["measure"])
    for measure in catalogue.measures.values():
        if not measure.all_of or not present.issuperset({measure.id, *measure.all_of}):
            continue
        for layer in _layers(cells, [measure.id, *measure.all_of]):
            met_all, met_each = layer["count", measure.id], [layer["count", one] for one in measure.all_of]
            fewest = sum(met_each) - (len(met_each) - 1) * layer["pupils", measure.id]
            if (met_all < fewest).any() or any((met_all > met).any() for met in met_each):
                yield measure.id


def _differing(parts: pd.DataFrame, by: list[str], whole: pd.DataFrame) -> Iterable[str]:
    sums = parts.groupby(by)[FIGURES].sum()
    differ = (sums != whole.reindex(sums.index).fillna(0)).any(axis="columns")
    return sums.index[differ.to_numpy(dtype=bool)].get_level_values("measure").unique()


def _groups_not_adding_up(cells: pd.DataFrame) -> Iterable[str]:
    total = cells[(cells["geographic_level"] == Level.AUTHORITY) & (cells["breakdown"] == TOTAL)]
    # a measure of one group alone has no others to add to
    total = total[total.groupby("measure")["social_care_group"].transform("nunique") > 1]
    # a group's share of all pupils has everybody in `pupils`; the group itself is its `count`
    of_all_pupils = ~total["measure"].isin(total.loc[total["social_care_group"] == Group.ALL, "measure"])
    members = total["count"].where(of_all_pupils, total["pupils"]).fillna(0)
    wide = (
        total.assign(members=members)
        .pivot_table(index=BY[:-1], columns="social_care_group", values="members", aggfunc="sum")
        .reindex(columns=[group.value for group in Group])
        .fillna(0)
    )
    parts = wide[[Group.CLA, Group.CPPO, Group.CINO, Group.PREVIOUS]].sum(axis="columns")
    bands = wide[[band.value for band in RECENCY_BANDS]].sum(axis="columns")
    differ = (parts != wide[Group.CWSW]) | (bands != wide[Group.PREVIOUS])
    return wide.index[differ.to_numpy(dtype=bool)].get_level_values("measure").unique()
