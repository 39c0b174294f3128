"""Adds up what the children of a point contribute, cell by cell, in a few passes for all breakdowns.

Breakdowns are counted together where their columns have few cells crossed with each other: the cells of one
are then sums over the columns of the others. A fact is added up over the children who have it, and most facts
few have.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cswanalytics.errors import ExportsRefused
from cswanalytics.vocabulary import TOTAL

POINT = "point"

READ_AT_ONCE = 2**17
"""Rows that are held as texts at once."""

CHILDREN_A_CELL = 16
"""Breakdowns are counted crossed with each other while their cells hold so many children on average."""

MOST_EXACT = 2**53
"""Doubles add whole numbers exactly below this, in whatever order."""


@dataclass(frozen=True)
class Sum:
    """What is added up: a fact or a product of two (`by`), how many children have it, or the most of any."""

    fact: str
    by: str = ""
    counts_givers: bool = False
    is_most: bool = False


@dataclass(frozen=True)
class Figure:
    """A column of the cells, and what is added up in it."""

    name: str
    of: Sum


EACH = Sum("")
"""Every child, once."""


@dataclass(frozen=True, repr=False)
class Children:
    """The children of one point: what tells their cells apart, as numbers, and what each contributes.

    `items` gives the texts that the numbers in `codes` stand for; `codes` and `facts` have an entry for each
    of the `number` of children.
    """

    number: int
    items: Mapping[str, Sequence[str]]
    codes: Mapping[str, NDArray]
    facts: Mapping[str, NDArray]

    def tally(
        self,
        by: tuple[str, ...],
        breakdowns: Mapping[str, tuple[str, ...]],
        figures: Sequence[Figure],
        heads: str,
    ) -> pd.DataFrame:
        """Give a row for each cell that holds a child: `by`, breakdown, breakdown_item, `heads`, figures."""
        # Measures share what stands below them: each product of facts is added up once.
        sums = list(dict.fromkeys((EACH, *(figure.of for figure in figures))))
        place = {heads: 0, **{figure.name: sums.index(figure.of) for figure in figures}}
        crossed = self._crossed(by, tuple(breakdowns.values()))
        frames = []
        for columns, added in zip(crossed, self._added(by, crossed, sums), strict=True):
            told_apart = (*by, *columns)
            for breakdown, own in breakdowns.items():
                if next(other for other in crossed if set(own) <= set(other)) != columns:
                    continue
                cells = self._added_up(added, told_apart, (*by, *own), sums)
                [held] = np.nonzero(cells[0])
                named = self._named(held, by, own, breakdown)
                numbers = {name: cells[at, held].astype(np.int64) for name, at in place.items()}
                frames.append(pd.concat([named, pd.DataFrame(numbers)], axis="columns"))
        return pd.concat(frames, ignore_index=True)

    def _crossed(self, by: tuple[str, ...], breakdowns: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]]:
        """Put the columns of breakdowns together where their cells, crossed with each other, are few."""
        crossed: list[tuple[str, ...]] = []
        for own in sorted(breakdowns, key=len, reverse=True):
            for at, columns in enumerate(crossed):
                together = tuple(dict.fromkeys((*columns, *own)))
                cells = self._size((*by, *together))
                if len(together) == len(columns) or cells * CHILDREN_A_CELL <= self.number:
                    crossed[at] = together
                    break
            else:
                crossed.append(own)
        return crossed

    def _size(self, columns: Sequence[str]) -> int:
        return math.prod(len(self.items[name]) for name in columns)

    def _added(
        self, by: tuple[str, ...], crossed: Sequence[tuple[str, ...]], sums: Sequence[Sum]
    ) -> list[NDArray]:
        """Give for each set of columns the sums of its cells, a row a sum."""
        cells = [self._cell((*by, *columns)) for columns in crossed]
        added = [np.zeros((len(sums), self._size((*by, *columns)))) for columns in crossed]
        for at, of in enumerate(sums):
            contributed = self._contributed(of)
            [givers] = np.nonzero(contributed)
            amounts = contributed[givers].astype(np.float64)
            if np.abs(amounts).sum() >= MOST_EXACT:
                raise ExportsRefused(
                    "the numbers of the exports are too large to add up, so nothing was built."
                )
            for own, of_cells in zip(cells, added, strict=True):
                if of.is_most:
                    np.maximum.at(of_cells[at], own[givers], amounts)
                else:
                    of_cells[at] = np.bincount(own[givers], amounts, minlength=of_cells.shape[1])
        return added

    def _cell(self, columns: Sequence[str]) -> NDArray:
        """Give the number of the cell that each child is in: the last column's items follow each other."""
        cell = np.zeros(self.number, dtype=np.int32)
        for name in columns:
            cell = cell * len(self.items[name]) + self.codes[name]
        return cell

    def _contributed(self, of: Sum) -> NDArray:
        if of == EACH:
            return np.ones(self.number, dtype=np.int8)
        fact = self.facts[of.fact]
        if of.counts_givers:
            return fact > 0
        if of.is_most:
            return np.maximum(fact, 0)
        return fact.astype(np.float64) * self.facts[of.by] if of.by else fact

    def _added_up(
        self, added: NDArray, columns: Sequence[str], kept: Sequence[str], sums: Sequence[Sum]
    ) -> NDArray:
        """Add the cells of some columns up to those of fewer of them; the most of several is that of any."""
        shaped = added.reshape(len(sums), *(len(self.items[name]) for name in columns))
        others = tuple(at for at, name in enumerate(columns, start=1) if name not in kept)
        found = shaped.sum(axis=others)
        for at, of in enumerate(sums):
            if of.is_most:
                found[at] = shaped[at].max(axis=tuple(axis - 1 for axis in others))
        order = [name for name in columns if name in kept]
        axes = (0, *(order.index(name) + 1 for name in kept))
        return found.transpose(axes).reshape(len(sums), -1)

    def _named(
        self, cells: NDArray, by: tuple[str, ...], own: tuple[str, ...], breakdown: str
    ) -> pd.DataFrame:
        """Give what tells cells of one breakdown apart, in words."""
        told = {}
        for name in reversed((*by, *own)):
            cells, code = np.divmod(cells, len(self.items[name]))
            told[name] = np.array(self.items[name], dtype=object)[code]
        items = ["×".join(item) for item in zip(*(told[name] for name in own), strict=True)] if own else TOTAL
        columns = {name: told[name] for name in by}
        return pd.DataFrame({**columns, "breakdown": breakdown, "breakdown_item": items}, dtype="str")


def read_children(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    point: str,
    texts: Mapping[str, str],
    facts: Mapping[str, str],
) -> dict[int, Children]:
    """Read children from `source`, SQL that follows 'from', once, and give those of each point.

    `point` is the expression that numbers points, `texts` gives that of each column that cells are told apart
    by, `facts` that of each whole number that is added up; none is null.
    """
    selected = [f"{of} as {name}" for name, of in {POINT: point, **texts, **facts}.items()]
    batches = connection.sql(f"select {', '.join(selected)} from {source}").to_arrow_reader(READ_AT_ONCE)
    items: dict[str, dict[str, int]] = {name: {} for name in texts}
    parts: dict[int, list[dict[str, NDArray]]] = {}
    # A batch of texts becomes a batch of codes before the next is read: texts take many times the memory.
    for batch in batches:
        columns = {name: batch[name].to_numpy() for name in (POINT, *facts)}
        for name, known in items.items():
            told = batch[name].dictionary_encode()
            code = [known.setdefault(item, len(known)) for item in told.dictionary.to_pylist()]
            columns[name] = np.array(code, dtype=np.int32)[told.indices.to_numpy()]
        points = columns.pop(POINT)
        here = np.unique(points)
        for number in here:
            # most batches are of one year, whose rows need not be picked out
            rows = slice(None) if len(here) == 1 else np.flatnonzero(points == number)
            parts.setdefault(int(number), []).append({name: of[rows] for name, of in columns.items()})
    told_apart = {name: list(known) for name, known in items.items()}
    return {number: _together(told_apart, facts, own) for number, own in parts.items()}


def _together(
    items: Mapping[str, Sequence[str]], facts: Iterable[str], parts: Sequence[Mapping[str, NDArray]]
) -> Children:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in (*items, *facts)}
    codes = {name: columns[name] for name in items}
    return Children(len(next(iter(codes.values()))), items, codes, {name: columns[name] for name in facts})
