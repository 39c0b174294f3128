"""What somebody knows of whole numbers they cannot see: bounds on each, and on sums of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

Terms = Mapping[int, int]
"""A sum of unknowns: how many times each counts in it."""

UNBOUNDED = np.inf


@dataclass
class Notes:
    """Knowledge in the making: unknowns are numbered as they are added, and bounds may only narrow."""

    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    sums: dict[tuple[tuple[int, int], ...], tuple[float, float]] = field(default_factory=dict)

    def unknown(self) -> int:
        """Add an unknown whole number, nought or more; give its place."""
        self.least.append(0.0)
        self.most.append(UNBOUNDED)
        return len(self.least) - 1

    def know(self, terms: Terms, least: float = -UNBOUNDED, most: float = UNBOUNDED) -> None:
        """Note that a sum of unknowns lies between two numbers, both included."""
        kept = tuple(sorted((unknown, times) for unknown, times in terms.items() if times))
        if len(kept) == 1 and kept[0][1] == 1:
            unknown = kept[0][0]
            self.least[unknown] = max(self.least[unknown], least)
            self.most[unknown] = min(self.most[unknown], most)
        elif kept:
            lower, upper = self.sums.get(kept, (-UNBOUNDED, UNBOUNDED))
            self.sums[kept] = (max(lower, least), min(upper, most))

    def written_up(self) -> "Knowledge":
        """Give the knowledge noted so far."""
        return Knowledge(
            np.array(self.least, dtype=float),
            np.array(self.most, dtype=float),
            matrix_of(map(dict, self.sums), len(self.least)),
            np.array([least for least, _ in self.sums.values()], dtype=float),
            np.array([most for _, most in self.sums.values()], dtype=float),
        )


@dataclass(frozen=True)
class Knowledge:
    """Bounds on each unknown (`least`, `most`), and on the `sums` of them (`sums_least`, `sums_most`)."""

    least: np.ndarray
    most: np.ndarray
    sums: csr_array
    sums_least: np.ndarray
    sums_most: np.ndarray

    @property
    def unknowns(self) -> int:
        """Give how many whole numbers are not known."""
        return len(self.least)

    @cached_property
    def everything(self) -> csc_array:
        """Give the matrix of all bounds, of single unknowns first."""
        own = csr_array((np.ones(self.unknowns), np.arange(self.unknowns), np.arange(self.unknowns + 1)))
        return csc_array(vstack([own, self.sums]))

    @property
    def everything_least(self) -> np.ndarray:
        """Give the lower bounds in the order of `everything`."""
        return np.concatenate([self.least, self.sums_least])

    @property
    def everything_most(self) -> np.ndarray:
        """Give the upper bounds in the order of `everything`."""
        return np.concatenate([self.most, self.sums_most])

    def allows(self, truth: np.ndarray) -> bool:
        """Say whether whole numbers are consistent with all that is known."""
        reached = self.everything @ truth
        return bool(np.all(reached >= self.everything_least) and np.all(reached <= self.everything_most))

    def narrowed(
        self,
        least: np.ndarray | None = None,
        most: np.ndarray | None = None,
        sums_least: np.ndarray | None = None,
        sums_most: np.ndarray | None = None,
    ) -> "Knowledge":
        """Give this knowledge with narrower bounds; the sums are shared, not copied."""
        narrower = replace(
            self,
            least=self.least if least is None else np.maximum(self.least, least),
            most=self.most if most is None else np.minimum(self.most, most),
            sums_least=self.sums_least if sums_least is None else np.maximum(self.sums_least, sums_least),
            sums_most=self.sums_most if sums_most is None else np.minimum(self.sums_most, sums_most),
        )
        narrower.__dict__["everything"] = self.everything
        return narrower


def matrix_of(sums: Iterable[Terms], unknowns: int) -> csr_array:
    """Give sums of unknowns as the rows of a sparse matrix."""
    starts, columns, times = [0], [], []
    for terms in sums:
        columns.extend(terms.keys())
        times.extend(terms.values())
        starts.append(len(columns))
    return csr_array(
        (np.array(times, dtype=float), np.array(columns, dtype=np.int32), np.array(starts, dtype=np.int32)),
        shape=(len(starts) - 1, unknowns),
    )
