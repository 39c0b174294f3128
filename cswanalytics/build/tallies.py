"""Adds up what the children of a point contribute, cell by cell, as one product of two matrices.

A child is in one cell of each breakdown, which is a column of `membership`, and contributes a row of `facts`.
The product reads each child once for all breakdowns, where SQL's grouping sets go through all for each.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from cswanalytics.errors import ExportsRefused
from cswanalytics.vocabulary import TOTAL

POINT = "point"

CHILDREN_AT_ONCE = 2**16
"""Rows of the matrix of facts that are held at once."""

READ_AT_ONCE = 2**17
"""Rows that are held as texts at once."""

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


class Tallies:
    """Children, read once; each `tally` adds those of one point up by other breakdowns."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        source: str,
        point: str,
        texts: Mapping[str, str],
        facts: Mapping[str, str],
    ) -> None:
        """Read children from `source`, SQL that follows 'from'.

        `point` is the expression that tells points apart, `texts` gives that of each column that cells are
        told apart by, `facts` that of each whole number that is added up; none is null.
        """
        selected = [f"{of} as {name}" for name, of in {POINT: point, **texts, **facts}.items()]
        batches = connection.sql(f"select {', '.join(selected)} from {source}").to_arrow_reader(READ_AT_ONCE)
        self._items: dict[str, dict[str, int]] = {name: {} for name in (POINT, *texts)}
        codes: dict[str, list[NDArray]] = {name: [] for name in self._items}
        amounts: dict[str, list[NDArray]] = {name: [] for name in facts}
        # A batch of texts becomes a batch of codes before the next is read: texts take many times the memory.
        for batch in batches:
            for name, items in self._items.items():
                told = batch[name].dictionary_encode()
                known = [items.setdefault(item, len(items)) for item in told.dictionary.to_pylist()]
                codes[name].append(np.array(known, dtype=np.int32)[told.indices.to_numpy()])
            for name in facts:
                amounts[name].append(batch[name].to_numpy())
        self._codes = {name: _joined(parts, np.int32) for name, parts in codes.items()}
        self._facts = {name: _joined(parts, np.int64) for name, parts in amounts.items()}

    @property
    def points(self) -> list[str]:
        """Give the points at which there are children, in order."""
        return sorted(self._items[POINT])

    def tally(
        self,
        point: str,
        by: tuple[str, ...],
        breakdowns: Mapping[str, tuple[str, ...]],
        figures: Sequence[Figure],
        heads: str,
    ) -> pd.DataFrame:
        """Give a row for each cell that holds a child: `by`, breakdown, breakdown_item, `heads`, figures."""
        [children] = np.nonzero(self._codes[POINT] == self._items[POINT][point])
        starts, cells = [0], np.empty((len(children), len(breakdowns)), dtype=np.int32)
        codes = {
            name: self._codes[name][children] for name in {*by, *chain.from_iterable(breakdowns.values())}
        }
        for place, own in enumerate(breakdowns.values()):
            cell = np.zeros(len(children), dtype=np.int32)
            for name in (*by, *own):
                cell = cell * len(self._items[name]) + codes[name]
            cells[:, place] = cell + starts[-1]
            starts.append(starts[-1] + math.prod(len(self._items[name]) for name in (*by, *own)))
        # Measures share what stands below them: each product of facts is added up once.
        summed = list(dict.fromkeys(figure.of for figure in figures if not figure.of.is_most))
        sums = self._summed(children, cells, starts[-1], summed)
        [held] = np.nonzero(sums[:, 0])
        named = [
            self._named(held[(held >= start) & (held < end)] - start, by, own, breakdown)
            for (breakdown, own), start, end in zip(breakdowns.items(), starts[:-1], starts[1:], strict=True)
        ]
        columns = {heads: sums[held, 0].astype(np.int64)}
        for figure in figures:
            columns[figure.name] = (
                self._most(children, cells, starts[-1], figure.of)[held]
                if figure.of.is_most
                else sums[held, 1 + summed.index(figure.of)].astype(np.int64)
            )
        return pd.concat([pd.concat(named, ignore_index=True), pd.DataFrame(columns)], axis="columns")

    def _summed(self, children: NDArray, cells: NDArray, size: int, sums: Sequence[Sum]) -> NDArray:
        """Give the sums of every cell: how many children first, then the others."""
        found = np.zeros((size, 1 + len(sums)))
        largest = np.zeros(1 + len(sums))
        for start in range(0, len(children), CHILDREN_AT_ONCE):
            rows, within = children[start : start + CHILDREN_AT_ONCE], cells[start : start + CHILDREN_AT_ONCE]
            facts = np.ones((len(rows), 1 + len(sums)))
            for place, of in enumerate(sums, start=1):
                facts[:, place] = self._contributed(rows, of)
            ends = np.arange(0, within.size + 1, within.shape[1])
            membership = sparse.csc_array((np.ones(within.size), within.ravel(), ends), (size, len(rows)))
            found += membership @ facts
            largest += np.abs(facts).sum(axis=0)
        if (largest >= MOST_EXACT).any():
            raise ExportsRefused("the numbers of the exports are too large to add up, so nothing was built.")
        return found

    def _contributed(self, rows: NDArray, of: Sum) -> NDArray:
        fact = self._facts[of.fact][rows]
        if of.counts_givers:
            return fact > 0
        return fact.astype(np.float64) * self._facts[of.by][rows] if of.by else fact

    def _most(self, children: NDArray, cells: NDArray, size: int, of: Sum) -> NDArray:
        most = np.zeros(size, dtype=np.int64)
        fact = self._facts[of.fact][children]
        [givers] = np.nonzero(fact > 0)
        for place in range(cells.shape[1]):
            np.maximum.at(most, cells[givers, place], fact[givers])
        return most

    def _named(
        self, cells: NDArray, by: tuple[str, ...], own: tuple[str, ...], breakdown: str
    ) -> pd.DataFrame:
        """Give what tells cells of one breakdown apart, in words."""
        told = {}
        for name in reversed((*by, *own)):
            cells, code = np.divmod(cells, len(self._items[name]))
            told[name] = np.array(list(self._items[name]), dtype=object)[code]
        items = ["×".join(item) for item in zip(*(told[name] for name in own), strict=True)] if own else TOTAL
        columns = {name: told[name] for name in by}
        return pd.DataFrame({**columns, "breakdown": breakdown, "breakdown_item": items}, dtype="str")


def _joined(parts: list[NDArray], kind: type) -> NDArray:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
