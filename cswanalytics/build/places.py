"""Where the counts of one point stand, and how those places add up.

A place is a group, a breakdown and an item of it; schools are a breakdown of their own. All pupils (ALL) and
children with a social worker (CWSW) have every place; the groups that part the latter have the total, and the
items of the breakdown whose head-counts are a measure of their own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cswanalytics.build.counts import PHASE, SCHOOL_BREAKDOWN
from cswanalytics.vocabulary import RECENCY_BANDS, TOTAL, Group

Place = tuple[Group, str, str]
"""A group, a breakdown ('total', 'school', a name, or two joined by ×) and an item."""

LAYERS = (Group.ALL, Group.CWSW)
GROUPS_OF_THE_TOTAL = (Group.CLA, Group.CPPO, Group.CINO, Group.PREVIOUS, *RECENCY_BANDS)
PARTS = {
    Group.CWSW: (Group.CLA, Group.CPPO, Group.CINO, Group.PREVIOUS),
    Group.PREVIOUS: RECENCY_BANDS,
}
"""The groups that part a group: each of its children is in exactly one of them."""


@dataclass(frozen=True)
class Places:
    """The places of a table and what binds them.

    `sums` names the places that add to another; `nested` the places of children with a social worker and,
    beside each, that of all pupils; `joined` the breakdowns that pairs join, whose items are sums of pairs.
    """

    every: tuple[Place, ...]
    sums: tuple[tuple[tuple[Place, ...], Place], ...]
    nested: tuple[tuple[Place, Place], ...]
    joined: frozenset[str]


def places_of(
    items: Sequence[tuple[str, str]],
    pairs: Iterable[str],
    phases: Mapping[str, str],
    offered: Callable[[str], bool] = lambda breakdown: True,
    groups_by: str = "",
) -> Places:
    """Give the places of a table over (breakdown, item) `items`, of the breakdowns that are `offered`.

    `phases` gives each school's merged phase, to which its phase's schools add. `groups_by` is a breakdown by
    which the groups within children with a social worker are parted too.
    """
    here = [(breakdown, item) for breakdown, item in items if breakdown == TOTAL or offered(breakdown)]
    by_breakdown: dict[str, list[str]] = {}
    for breakdown, item in here:
        by_breakdown.setdefault(breakdown, []).append(item)
    of_groups = [(TOTAL, TOTAL), *((groups_by, item) for item in by_breakdown.get(groups_by, ()))]
    every = [(group, *place) for group in LAYERS for place in here]
    every += [(group, *place) for group in GROUPS_OF_THE_TOTAL for place in of_groups]
    pairs = [pair for pair in pairs if pair in by_breakdown]
    return Places(
        tuple(every),
        (*_sums(by_breakdown, pairs, of_groups), *_schools_of_phases(by_breakdown, phases)),
        tuple(((Group.CWSW, *place), (Group.ALL, *place)) for place in here),
        frozenset(single for pair in pairs for single in pair.split("×")),
    )


def only_place(group: Group) -> Places:
    """Give the one place of a measure that is about one group alone."""
    return Places(((group, TOTAL, TOTAL),), (), (), frozenset())


def _sums(
    by_breakdown: Mapping[str, list[str]], pairs: Iterable[str], of_groups: Iterable[tuple[str, str]]
) -> Iterable[tuple[tuple[Place, ...], Place]]:
    for group in LAYERS:
        for breakdown, items in by_breakdown.items():
            if breakdown != TOTAL:
                yield tuple((group, breakdown, item) for item in items), (group, TOTAL, TOTAL)
        for pair in pairs:
            for side, single in enumerate(pair.split("×")):
                for item in by_breakdown.get(single, ()):
                    cells = [both for both in by_breakdown[pair] if both.split("×")[side] == item]
                    if cells:
                        yield tuple((group, pair, both) for both in cells), (group, single, item)
    of_groups = list(of_groups)
    for whole, parts in PARTS.items():
        for place in of_groups:
            yield tuple((part, *place) for part in parts), (whole, *place)
    grouped = [place for place in of_groups if place[0] not in (TOTAL, SCHOOL_BREAKDOWN)]
    for group in GROUPS_OF_THE_TOTAL if grouped else ():
        yield tuple((group, *place) for place in grouped), (group, TOTAL, TOTAL)


def _schools_of_phases(
    by_breakdown: Mapping[str, list[str]], phases: Mapping[str, str]
) -> Iterable[tuple[tuple[Place, ...], Place]]:
    """Give the schools that add to each phase: a phase is its schools' pupils, as everybody knows."""
    if SCHOOL_BREAKDOWN not in by_breakdown:
        return
    for phase in by_breakdown.get(PHASE, ()):
        schools = [school for school in by_breakdown[SCHOOL_BREAKDOWN] if phases.get(school) == phase]
        for group in LAYERS:
            yield tuple((group, SCHOOL_BREAKDOWN, school) for school in schools), (group, PHASE, phase)
