"""The true counts of an authority as unknown whole numbers, and every relation they are known to obey.

No published number is in here: only what anybody knows beforehand of children who are counted by school, by
breakdown and by group.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from cswanalytics.build.attack.knowledge import UNBOUNDED, Knowledge, Notes, Terms
from cswanalytics.build.counts import HEADS, PHASE, SCHOOL_BREAKDOWN, WHOLE_ROLL, Ladder, Layout
from cswanalytics.build.rounding import ONLY_GROWS
from cswanalytics.vocabulary import ACADEMIC_YEAR, PEERS, RECENCY_BANDS, TOTAL, Group


class Cell(NamedTuple):
    """Where a count stands; `breakdown` is 'school' and `item` its number for a school."""

    time_period: int
    time_identifier: str
    group: str
    breakdown: str
    item: str

    def of(self, group: str) -> "Cell":
        """Give the same cell of another group."""
        return self._replace(group=group)

    def at(self, breakdown: str, item: str) -> "Cell":
        """Give another cell of the same point and group."""
        return self._replace(breakdown=breakdown, item=item)


class Quantity(NamedTuple):
    """A count of pupils of a cell that is published, or is the difference of two that are.

    `whole` names the quantity of the same cell it is counted among; `measure` the measure it belongs to.
    """

    name: str
    terms: Terms
    whole: str
    measure: str
    is_outcome: bool


@dataclass(frozen=True)
class Cube:
    """The unknowns of a set of cells.

    `columns` gives for each cell which columns of Counts are published there, `phases` the merged phase of
    each school, `pairs` the two single breakdowns that each pair joins.
    """

    layout: Layout
    columns: Mapping[Cell, frozenset[str]]
    phases: Mapping[str, str]
    pairs: Mapping[str, tuple[str, ...]]

    @cached_property
    def places(self) -> Mapping[tuple[Cell, str], int]:
        """Give which unknown each column of each cell is."""
        return {
            place: number
            for number, place in enumerate(
                (cell, column) for cell, columns in self.columns.items() for column in sorted(columns)
            )
        }

    def terms(self, cell: Cell, column: str) -> Terms:
        """Give the sum that a column of a cell is: all pupils less CWSW for peers; empty if unpublished."""
        if cell.group == PEERS:
            everyone, cwsw = (self.places.get((cell.of(group), column)) for group in (Group.ALL, Group.CWSW))
            return {} if everyone is None or cwsw is None else {everyone: 1, cwsw: -1}
        place = self.places.get((cell, column))
        return {} if place is None else {place: 1}

    @cached_property
    def quantities(self) -> Mapping[Cell, tuple[Quantity, ...]]:
        """Give every quantity of every cell, those of peers included: counts and differences, all ≥ 0."""
        peers = [
            cell.of(PEERS)
            for cell in self.columns
            if cell.group == Group.ALL and cell.of(Group.CWSW) in self.columns
        ]
        return {cell: tuple(self._quantities(cell)) for cell in (*self.columns, *peers)}

    def _quantities(self, cell: Cell) -> Iterator[Quantity]:
        plan = self.layout
        heads = self.terms(cell, HEADS)
        if heads:
            yield Quantity(HEADS, heads, "", HEADS, is_outcome=False)
        for population in plan.populations:
            column = plan.in_population(population)
            inside = self.terms(cell, column)
            if not inside:
                continue
            yield Quantity(column, inside, HEADS, population, is_outcome=False)
            for other in (HEADS, *map(plan.in_population, plan.around(population))):
                if around := self.terms(cell, other):
                    outside = less(around, inside)
                    yield Quantity(f"{other} less {column}", outside, other, population, is_outcome=False)
        for ladder in plan.ladders:
            base = plan.in_population(ladder.population)
            rungs = [(base, ladder.steps[0].id)] + [
                (ladder.column(step.step), step.id) for step in ladder.steps
            ]
            there = [(column, of, terms) for column, of in rungs if (terms := self.terms(cell, column))]
            for column, measure, terms in there:
                if column != base:
                    yield Quantity(column, terms, base, measure, self._is_outcome(cell, ladder))
            for (lower, _, more), (upper, measure, fewer) in pairwise(there):
                yield Quantity(f"{lower} less {upper}", less(more, fewer), base, measure, is_outcome=False)

    @staticmethod
    def item_counted(ladder: Ladder) -> tuple[str, str] | None:
        """Give the breakdown and item whose pupils a measure counts, as SEN support does; None for others."""
        breakdown, _, item = ladder.steps[0].item_of.partition("=")
        return (breakdown, item) if breakdown else None

    def _is_outcome(self, cell: Cell, ladder: Ladder) -> bool:
        """Say whether it says anything of a cell's pupils that the cell's own name does not."""
        counted = self.item_counted(ladder)
        return counted is None or counted[0] not in self.pairs.get(cell.breakdown, (cell.breakdown,))

    def notes(self) -> Notes:
        """Give the unknowns with every relation between them, and no published number."""
        notes = Notes()
        for _ in self.places:
            notes.unknown()
        for quantities in self.quantities.values():
            for quantity in quantities:
                notes.know(quantity.terms, least=0)
        for cell in self.quantities:
            self._met_all(notes, cell)
            self._items_are_of_the_roll(notes, cell)
        self._items_add_up(notes)
        self._groups_add_up(notes)
        self._one_set_one_number(notes)
        self._points_never_fall(notes)
        return notes

    def _met_all(self, notes: Notes, cell: Cell) -> None:
        """Note that who met all of some measures met each, and are no fewer than must have met all.

        Of n pupils, at least the sum of those who met each of k, less (k - 1) n, met all (Bonferroni).
        """
        columns = {
            step.id: ladder.column(step.step) for ladder in self.layout.ladders for step in ladder.steps
        }
        for ladder in self.layout.ladders:
            for step in ladder.steps:
                if not step.all_of or not columns.keys() >= set(step.all_of):
                    continue
                met_all = self.terms(cell, columns[step.id])
                pupils = self.terms(cell, self.layout.in_population(step.population))
                each = [self.terms(cell, columns[one]) for one in step.all_of]
                if not (met_all and all(each)):
                    continue
                for met in each:
                    notes.know(less(met, met_all), least=0)
                if pupils:
                    must = [(met_all, 1), (pupils, len(each) - 1), *((met, -1) for met in each)]
                    notes.know(_total(must), least=0)

    def _items_are_of_the_roll(self, notes: Notes, cell: Cell) -> None:
        """Note that the pupils of several items of one breakdown are no more than all of a cell."""
        heads = self.terms(cell, HEADS)
        by_breakdown: dict[str, list[Terms]] = {}
        for ladder in self.layout.ladders:
            counted = self.item_counted(ladder)
            if counted and (terms := self.terms(cell, ladder.column(1))):
                by_breakdown.setdefault(counted[0], []).append(terms)
        for terms in by_breakdown.values():
            if heads:
                notes.know(less(heads, _total((one, 1) for one in terms)), least=0)

    def _items_add_up(self, notes: Notes) -> None:
        parts: dict[tuple[Cell, str], dict[str, list[Terms]]] = {}
        for (cell, column), place in self.places.items():
            for whole, by in self._wholes(cell):
                if (whole, column) in self.places:
                    parts.setdefault((whole, column), {}).setdefault(by, []).append({place: 1})
        for (whole, column), ways in parts.items():
            for terms in ways.values():
                self._same(notes, _total((part, 1) for part in terms), self.terms(whole, column))

    def _wholes(self, cell: Cell) -> Iterator[tuple[Cell, str]]:
        """Give the cells that a cell is a part of, with the name of the way they are parted."""
        if cell.breakdown == TOTAL:
            return
        yield cell.at(TOTAL, TOTAL), cell.breakdown
        if cell.breakdown == SCHOOL_BREAKDOWN and cell.item in self.phases:
            yield cell.at(PHASE, self.phases[cell.item]), SCHOOL_BREAKDOWN
        for single, item in zip(self.pairs.get(cell.breakdown, ()), cell.item.split("×"), strict=False):
            yield cell.at(single, item), cell.breakdown

    def _groups_add_up(self, notes: Notes) -> None:
        for (cell, column), place in self.places.items():
            for whole, parts in (
                (Group.CWSW, (Group.CLA, Group.CPPO, Group.CINO, Group.PREVIOUS)),
                (Group.PREVIOUS, RECENCY_BANDS),
            ):
                if cell.group == whole:
                    terms = [self.terms(cell.of(part), column) for part in parts]
                    rest = less({place: 1}, _total((part, 1) for part in terms))
                    notes.know(rest, least=0, most=0 if all(terms) else UNBOUNDED)

    def _one_set_one_number(self, notes: Notes) -> None:
        """Note that a measure which counts an item of a breakdown is that item's head-count."""
        for ladder in self.layout.ladders:
            counted = self.item_counted(ladder)
            if counted is None:
                continue
            breakdown, item = counted
            for cell in self.columns:
                step = self.terms(cell, ladder.column(1))
                if not step:
                    continue
                singles, items = self.pairs.get(cell.breakdown, (cell.breakdown,)), cell.item.split("×")
                if breakdown in singles:
                    inside = items[singles.index(breakdown)] == item
                    self._same(notes, step, self.terms(cell, HEADS) if inside else {})
                elif (inner := self._joined(cell, breakdown, item)) and (heads := self.terms(inner, HEADS)):
                    self._same(notes, step, heads)

    def _joined(self, cell: Cell, breakdown: str, item: str) -> Cell | None:
        if cell.breakdown == TOTAL:
            return cell.at(breakdown, item)
        if (f"{breakdown}×{cell.breakdown}") in self.pairs:
            return cell.at(f"{breakdown}×{cell.breakdown}", f"{item}×{cell.item}")
        if (f"{cell.breakdown}×{breakdown}") in self.pairs:
            return cell.at(f"{cell.breakdown}×{breakdown}", f"{cell.item}×{item}")
        return None

    def _points_never_fall(self, notes: Notes) -> None:
        """Note that head-counts and events of all pupils never fall from one point of a year to the next."""
        grows = {HEADS} | {
            ladder.column(step.step)
            for ladder in self.layout.ladders
            if ladder.population == WHOLE_ROLL
            for step in ladder.steps
            if ONLY_GROWS.issuperset(re.findall(r"[a-z_]+", step.numerator)) and not step.item_of
        }
        years: dict[tuple[int, str], list[tuple[str, int]]] = {}
        for (cell, column), place in self.places.items():
            if cell.group == Group.ALL and cell.breakdown == TOTAL and column in grows:
                order = "~" if cell.time_identifier == ACADEMIC_YEAR else cell.time_identifier
                years.setdefault((cell.time_period, column), []).append((order, place))
        for points in years.values():
            for (_, before), (_, after) in pairwise(sorted(points)):
                notes.know({after: 1, before: -1}, least=0)

    @staticmethod
    def _same(notes: Notes, one: Terms, other: Terms) -> None:
        notes.know(less(one, other), least=0, most=0)

    def knowledge(self) -> Knowledge:
        """Give what is known without any published number."""
        return self.notes().written_up()


def less(one: Terms, other: Terms) -> dict[int, int]:
    """Give one sum less another."""
    return _total([(one, 1), (other, -1)])


def _total(parts: Iterable[tuple[Terms, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for terms, times in parts:
        for unknown, by in terms.items():
            total[unknown] = total.get(unknown, 0) + by * times
    return total
