"""What a release lets anybody know: each published number as a bound on the true counts of its cell.

The attacker may assume what the code of the rounding says, and nothing that it does not: each published
number of a finest cell and of the total went to one of the two multiples of the base beside the truth. The
items of breakdowns that pairs join may have gone `FARTHEST` multiples further. A rung, being the difference
of two published numbers, is bounded by those two alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cswanalytics.build.attack.cube import Cell, Cube
from cswanalytics.build.attack.knowledge import Knowledge, Notes
from cswanalytics.build.counts import HEADS, PHASE, SCHOOL_BREAKDOWN, Layout
from cswanalytics.build.programme import FARTHEST
from cswanalytics.catalogue import Catalogue, Measure
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, Group, Level

Numbers = Mapping[tuple[Cell, str], int]
"""The published number of each column of each cell."""


@dataclass(frozen=True)
class Published:
    """Published numbers, one set for each release, in the columns of Counts, and their base."""

    numbers: tuple[Numbers, ...]
    base: int
    layout: Layout
    phases: Mapping[str, str]
    pairs: Mapping[str, tuple[str, ...]]

    def cube(self, points: Iterable[tuple[int, str]] | None = None) -> Cube:
        """Give the unknown counts behind it, of all points or of some."""
        chosen = None if points is None else set(points)
        columns: dict[Cell, set[str]] = {}
        for numbers in self.numbers:
            for cell, column in numbers:
                if chosen is None or (cell.time_period, cell.time_identifier) in chosen:
                    columns.setdefault(cell, set()).add(column)
        return Cube(
            self.layout, {cell: frozenset(found) for cell, found in columns.items()}, self.phases, self.pairs
        )

    def knowledge(self, cube: Cube) -> Knowledge:
        """Give what the numbers, and the relations between counts, let anybody know."""
        notes = cube.notes()
        for numbers in self.numbers:
            self._note(notes, cube, numbers)
        return notes.written_up()

    def _note(self, notes: Notes, cube: Cube, numbers: Numbers) -> None:
        joined = {
            (single, column) for cell, column in numbers for single in self.pairs.get(cell.breakdown, ())
        }
        for (cell, column), place in cube.places.items():
            number = numbers.get((cell, column))
            if number is not None:
                reach = self.base - 1
                if (cell.breakdown, column) in joined:
                    reach += FARTHEST * self.base
                notes.know({place: 1}, least=number - reach, most=number + reach)


def in_columns(
    cells: pd.DataFrame, layout: Layout, catalogue: Catalogue, schools: pd.DataFrame
) -> tuple[Numbers, ...]:
    """Give the numbers of a release's cells by the column of Counts that each is.

    One set of numbers; more only where measures say different numbers of the same pupils. An item or school
    without a row stands there as nought: that is what its absence says.
    """
    said: list[dict[tuple[Cell, str], int]] = [{}]
    counted = cells[cells["pupils"].notna()]
    for measure in layout.measures:
        own = counted[counted["measure"] == measure.id]
        for cell, pupils, number in _rows(own):
            for place, column, figure in _columns_of(measure, layout, cell, pupils, number):
                _say(said, (place, column), figure)
    return ({**said[0], **_noughts(said[0], catalogue, schools)}, *said[1:])


def _say(said: list[dict[tuple[Cell, str], int]], place: tuple[Cell, str], figure: int) -> None:
    for numbers in said:
        if numbers.setdefault(place, figure) == figure:
            return
    said.append({place: figure})


def _rows(own: pd.DataFrame) -> Iterator[tuple[Cell, int, int | None]]:
    schools = own["geographic_level"] == Level.SCHOOL.value
    breakdowns = own["breakdown"].where(~schools, SCHOOL_BREAKDOWN)
    items = own["breakdown_item"].where(~schools, own["school_urn"])
    for period, identifier, group, breakdown, item, pupils, number in zip(
        own["time_period"], own["time_identifier"], own["social_care_group"], breakdowns, items,
        own["pupils"], own["count"], strict=True,
    ):  # fmt: skip
        cell = Cell(int(period), str(identifier), str(group), str(breakdown), str(item))
        yield cell, int(pupils), None if pd.isna(number) else int(number)


def _columns_of(
    measure: Measure, layout: Layout, cell: Cell, pupils: int, number: int | None
) -> Iterator[tuple[Cell, str, int]]:
    if measure.of_all_pupils:
        yield cell.of(Group.ALL), HEADS, pupils
        if number is not None:
            yield cell, HEADS, number
        return
    yield cell, layout.in_population(measure.population), pupils
    if measure.is_counted and number is not None:
        yield cell, layout.ladder_of(measure).column(measure.step), number


def _noughts(numbers: Numbers, catalogue: Catalogue, schools: pd.DataFrame) -> dict[tuple[Cell, str], int]:
    """Give the noughts that a release leaves out, where its total has the column and its group is parted."""
    places = _places(catalogue, schools)
    offered = {(cell[:3], cell.breakdown, column) for cell, column in numbers}
    found = {}
    for cell, column in numbers:
        if cell.breakdown != TOTAL or cell.group not in (Group.ALL, Group.CWSW):
            continue
        for breakdown, items in places.items():
            # a breakdown of which nothing is published is not offered of this column at this point
            if (cell.of(Group.ALL)[:3], breakdown, column) in offered:
                missing = ((cell.at(breakdown, item), column) for item in items)
                found.update((place, 0) for place in missing if place not in numbers)
    return found


def _places(catalogue: Catalogue, schools: pd.DataFrame) -> dict[str, list[str]]:
    phases = list(dict.fromkeys(schools["merged_phase"]))
    places = {SCHOOL_BREAKDOWN: list(schools["school_urn"])}
    for name, breakdown in catalogue.breakdowns.items():
        items = list(breakdown.items)
        if breakdown.columns == (PHASE,):
            items = phases
        elif PHASE in breakdown.columns:
            other = breakdown.columns[1 - breakdown.columns.index(PHASE)]
            rest = list(next(one.items for one in catalogue.breakdowns.values() if one.columns == (other,)))
            first = breakdown.columns[0] == PHASE
            items = [f"{phase}×{item}" if first else f"{item}×{phase}" for phase in phases for item in rest]
        places[name] = items
    return places


def pairs_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Give the two single breakdowns that each pair joins, by the pair's name."""
    return {name: entry.columns for name, entry in catalogue.breakdowns.items() if len(entry.columns) > 1}


def points_of(numbers: Sequence[Numbers]) -> list[tuple[int, str]]:
    """Give every point in published numbers, in order."""
    found = {(cell.time_period, cell.time_identifier) for published in numbers for cell, _ in published}
    return sorted(found, key=lambda point: (point[0], point[1] == ACADEMIC_YEAR, point[1]))
