"""What is rounded by one programme each, from the head-counts down: populations, then ladders inside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cswanalytics.build.counts import HEADS, SCHOOL_BREAKDOWN, Ladder, Layout
from cswanalytics.build.places import Place, Places, only_place, places_of
from cswanalytics.build.rounded_table import Chain, MetAll, Numbers
from cswanalytics.catalogue import Measure
from cswanalytics.vocabulary import TOTAL, Group


@dataclass(frozen=True)
class Cube:
    """What a point is counted by: breakdowns and items, which are pairs, and each school's merged phase."""

    items: list[tuple[str, str]]
    pairs: list[str]
    phases: Mapping[str, str]

    def places(self, measures: Iterable[Measure]) -> Places:
        """Give the places of a table: those at which any of its measures is offered."""
        measures = list(measures)
        only = {measure.only_of for measure in measures}
        if "" not in only:
            return only_place(Group(min(only)))

        def offered(breakdown: str) -> bool:
            return any(
                measure.school_level
                if breakdown == SCHOOL_BREAKDOWN
                else breakdown not in measure.breakdowns_left_out
                for measure in measures
            )

        return places_of(self.items, self.pairs, self.phases, offered)


@dataclass(frozen=True)
class Task:
    """Numbers that are rounded by one programme, and the measures that are withheld where they cannot be.

    `name` is the column it publishes first, `stands_on` the one it parts: empty for the head-counts.
    """

    name: str
    stands_on: str
    measures: tuple[Measure, ...]
    chains: tuple[Chain, ...]
    ties: tuple[MetAll, ...] = ()


def tasks_of(plan: Layout, cube: Cube) -> Iterable[Task]:
    """Give every task, each after the one it stands on: the one head-count first."""
    by_item = [breakdown for breakdown, _ in _items_meant(plan).values()]
    whole = places_of(cube.items, cube.pairs, cube.phases, groups_by=by_item[0] if by_item else "")
    yield Task(HEADS, "", (), (Chain((HEADS,), whole),))
    places_of_population: dict[str, Places] = {}
    for population in plan.populations:
        measures = tuple(measure for measure in plan.measures if measure.population == population)
        column = plan.in_population(population)
        places = places_of_population[population] = cube.places(measures)
        wider = next(
            (
                plan.in_population(other)
                for other in plan.around(population)
                if set(places.every) <= set(places_of_population[other].every)
            ),
            HEADS,
        )
        yield Task(column, wider, measures, (Chain((wider, column), places),))
    for ladders in _families(plan):
        steps = tuple(step for ladder in ladders for step in ladder.steps)
        population = plan.in_population(steps[0].population)
        places = cube.places(steps)
        chains = tuple(
            Chain((population, *(ladder.column(step.step) for step in ladder.steps)), places)
            for ladder in ladders
        )
        yield Task(chains[0].columns[1], population, steps, chains, tuple(_ties(plan, ladders, places)))


def numbers_of_items(plan: Layout, cube: Cube, heads: Mapping[Place, int]) -> Numbers:
    """Give measures whose count is the head-count of an item the number which that item has.

    A set of children is rounded once: under whichever name it stands, it has one number.
    """
    found: Numbers = {}
    for ladder in plan.ladders:
        meant = _items_meant(plan).get(ladder.name)
        if meant:
            (step,) = ladder.steps
            places = {
                (group, breakdown, item): _where_both(group, meant, (breakdown, item), cube.pairs)
                for group, breakdown, item in cube.places([step]).every
            }
            found[ladder.column(step.step)] = {
                place: heads.get(both, 0) for place, both in places.items() if both
            }
    return found


def _families(plan: Layout) -> Iterable[list[Ladder]]:
    """Give the ladders that are rounded together: those of `all_of`, and each other one by itself."""
    ladders = {ladder.name: ladder for ladder in plan.ladders if ladder.name not in _items_meant(plan)}
    for ladder in plan.ladders:
        tied = {other for tie in _tied(plan, ladder) for other in tie}
        names = [ladder.name, *(other.ladder_name for other in plan.measures if other.id in tied)]
        if tied:
            yield [ladders.pop(name) for name in dict.fromkeys(names) if name in ladders]
    yield from ([ladder] for ladder in ladders.values())


def _tied(plan: Layout, ladder: Ladder) -> list[tuple[str, ...]]:
    """Give the measures that a ladder's steps are all of, where the exports hold every one of them."""
    counted = {measure.id for measure in plan.measures}
    return [step.all_of for step in ladder.steps if step.all_of and counted.issuperset(step.all_of)]


def _ties(plan: Layout, ladders: list[Ladder], places: Places) -> Iterable[MetAll]:
    column = {step.id: ladder.column(step.step) for ladder in ladders for step in ladder.steps}
    for ladder in ladders:
        for step in ladder.steps:
            if step.all_of in _tied(plan, ladder):
                population = plan.in_population(step.population)
                yield MetAll(column[step.id], tuple(column[one] for one in step.all_of), population, places)


def _items_meant(plan: Layout) -> Mapping[str, tuple[str, str]]:
    """Give the breakdown and item whose head-count a measure's count is, by its ladder."""
    named = {ladder.name: ladder.steps[0].item_of.partition("=") for ladder in plan.ladders}
    return {name: (breakdown, item) for name, (breakdown, _, item) in named.items() if breakdown}


def _where_both(
    group: Group, meant: tuple[str, str], by: tuple[str, str], pairs: Iterable[str]
) -> Place | None:
    """Give where those of an item stand who are in another item too; None where no pair joins the two."""
    if by[0] == TOTAL:
        return (group, *meant)
    for pair in pairs:
        if pair == f"{meant[0]}×{by[0]}":
            return (group, pair, f"{meant[1]}×{by[1]}")
        if pair == f"{by[0]}×{meant[0]}":
            return (group, pair, f"{by[1]}×{meant[1]}")
    return None
