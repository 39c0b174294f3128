"""Phases merged until each has at least four schools, so that none can be worked out from the others."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cswanalytics.build.counts import CELL_OF_COUNTS, PHASE, SCHOOL_BREAKDOWN, Counts, summed
from cswanalytics.vocabulary import Phase

FEWEST_SCHOOLS = 4

NEIGHBOURS = {
    Phase.NURSERY: Phase.PRIMARY,
    Phase.SIXTEEN_PLUS: Phase.SECONDARY,
    Phase.ALL_THROUGH: Phase.SECONDARY,
    Phase.ALTERNATIVE_PROVISION: Phase.SPECIAL,
    Phase.SPECIAL: Phase.SECONDARY,
    Phase.SECONDARY: Phase.PRIMARY,
    Phase.PRIMARY: Phase.SECONDARY,
}
"""The neighbour a phase of too few schools joins; taken in this order."""


def merged_phases(schools: pd.DataFrame) -> Mapping[str, str]:
    """Give for every GIAS phase in `schools` the label of its merged phase ('Primary and nursery').

    `schools` has `school_urn` and `education_phase`. A group of phases stays smaller than four schools only
    where the whole authority has fewer: then there is one, of all its schools.
    """
    numbers = schools.groupby("education_phase")["school_urn"].nunique().to_dict()
    groups: list[set[Phase]] = [{phase} for phase in Phase if numbers.get(phase.value)]

    def size(group: set[Phase]) -> int:
        return sum(numbers.get(phase.value, 0) for phase in group)

    for phase, neighbour in NEIGHBOURS.items():
        own = next((group for group in groups if phase in group), None)
        if own is None or size(own) >= FEWEST_SCHOOLS or len(groups) == 1:
            continue
        others = [group for group in groups if group is not own]
        joined = next((group for group in others if neighbour in group), None) or max(others, key=size)
        joined |= own
        groups.remove(own)
    return {phase.value: label(group, numbers) for group in groups for phase in group}


def label(phases: set[Phase], numbers: Mapping[str, int]) -> str:
    """Give a merged phase's name: the one with most schools first, the others as a child meets them."""
    names = [phase.value for phase in Phase if phase in phases]
    first = max(names, key=lambda name: numbers.get(name, 0))
    rest = [name[0].lower() + name[1:] for name in names if name != first]
    return " and ".join([", ".join([first, *rest[:-1]]), rest[-1]]) if rest else first


def with_merged_phases(counts: Counts, labels: Mapping[str, str]) -> Counts:
    """Give the same counts as they may be published: every phase of school under its merged label.

    In pairs with phase too, and of each school's own. An authority with fewer than four schools has no school
    level: each of them could work out the others.
    """
    cells = counts.cells
    if counts.schools["school_urn"].nunique() < FEWEST_SCHOOLS:
        cells = cells[cells["breakdown"] != SCHOOL_BREAKDOWN]
    at_schools = counts.at_schools
    if len(at_schools):
        at_schools = summed(_relabelled(at_schools, labels), ["school_urn", *CELL_OF_COUNTS])
    return replace(
        counts,
        cells=summed(_relabelled(cells, labels), CELL_OF_COUNTS),
        schools=counts.schools.assign(merged_phase=counts.schools["education_phase"].map(labels)),
        at_schools=at_schools,
    )


def _relabelled(cells: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    cells = cells.copy()
    single = cells["breakdown"] == PHASE
    paired = cells["breakdown"].str.startswith(f"{PHASE}×")
    cells.loc[single, "breakdown_item"] = cells.loc[single, "breakdown_item"].map(labels)
    parts = cells.loc[paired, "breakdown_item"].str.split("×", n=1, expand=True)
    if len(parts):
        cells.loc[paired, "breakdown_item"] = parts[0].map(labels) + "×" + parts[1]
    return cells
