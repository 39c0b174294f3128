"""Goals that are still open, and how moves close them: each leads from one possible truth to another.

One truth is at hand. A move is what a few children more, fewer or elsewhere would change of it; where the
changed numbers are consistent with all that an attacker knows, and lie where a goal says they do not, that
attacker has not reached the goal. Every move is held against every bound before it counts, so it does not
matter who proposed it.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from scipy.sparse import csc_array, csr_array

from cswanalytics.build.attack.cube import Cube
from cswanalytics.build.attack.goals import Goal
from cswanalytics.build.attack.knowledge import Knowledge, matrix_of
from cswanalytics.build.counts import SCHOOL_BREAKDOWN

ROUNDING = 1e-6
"""Whole numbers worked out in floating point are this near."""


class OpenGoals:
    """The goals that have not been refuted: `left` says so of each goal (row) and attacker (column).

    The first attacker is anybody; the others are `schools`, of whom `own` holds the pupils they know, a row
    each, for every unknown. `truth` must be consistent with `knowledge`. `unreachable` says of each goal and
    attacker that no truth, not even one in fractions, lies above it (first) or below (second).
    """

    def __init__(
        self, cube: Cube, knowledge: Knowledge, goals: Sequence[Goal], truth: np.ndarray,
        schools: Sequence[str] = (), own: np.ndarray | None = None,
    ) -> None:  # fmt: skip
        self.cube, self.knowledge, self.goals, self.truth = cube, knowledge, goals, truth
        self.schools = list(schools)
        unknowns = knowledge.unknowns
        known = np.vstack([np.zeros(unknowns), np.zeros((0, unknowns)) if own is None else own]).T
        self.own = known
        self.bounds = csc_array(knowledge.everything)
        self.reached = self.bounds @ truth
        self.least, self.most = knowledge.everything_least, knowledge.everything_most
        self.sums = matrix_of((goal.terms for goal in goals), unknowns)
        self._members = matrix_of((goal.members or {} for goal in goals), unknowns)
        self._sums_by_unknown, self._members_by_unknown = csc_array(self.sums), csc_array(self._members)
        own_sums = self.sums @ known
        self.from_, self.to = (
            np.array([getattr(goal, side) for goal in goals], dtype=float).reshape(-1, 1) + own_sums
            for side in ("least", "most")
        )
        self.there, self._members_there = self.sums @ truth, self._members @ truth
        # a goal without members is about everybody, and nobody can be missing
        about_some = np.array([goal.members is not None for goal in goals], dtype=bool).reshape(-1, 1)
        self._own_members = np.where(about_some, self._members @ known, -1)
        self.left = (self.there[:, None] >= self.from_) & (self.there[:, None] <= self.to)
        self.left &= self._members_there[:, None] != self._own_members
        self.unreachable = np.zeros((*self.left.shape, 2), dtype=bool)

    @cached_property
    def every_school(self) -> list[str]:
        """Give every school that has cells."""
        return list(
            dict.fromkeys(cell.item for cell in self.cube.columns if cell.breakdown == SCHOOL_BREAKDOWN)
        )

    @cached_property
    def school_of(self) -> np.ndarray:
        """Give for each unknown the place of its school in `every_school`; -1 where it is not of one."""
        number = {school: at for at, school in enumerate(self.every_school)}
        return np.array(
            [number[cell.item] if cell.breakdown == SCHOOL_BREAKDOWN else -1 for cell, _ in self.cube.places]
        )

    @cached_property
    def attacker_of(self) -> np.ndarray:
        """Give for each unknown the attacker at whose school it is, who knows it; 0 where nobody does."""
        at = {school: number for number, school in enumerate(self.schools, start=1)}
        return np.array([*(at.get(school, 0) for school in self.every_school), 0])[self.school_of]

    @cached_property
    def own_least(self) -> np.ndarray:
        """Give the least each bounded sum can be for each attacker: as many as their own pupils.

        What is known to be nought or more of everybody is so of the others too. Where it is not true of
        them, as of children who came from another school, nobody knows it.
        """
        relation = np.concatenate([np.ones(self.knowledge.unknowns), self.knowledge.sums_least >= 0]).astype(
            bool
        )
        own = self.bounds @ self.own
        holds = relation[:, None] & (own <= self.reached[:, None])
        return np.where(holds, own, -np.inf)

    def try_moves(self, moves: csc_array) -> None:
        """Refute what moves refute, each taken by itself: a column of changes of every unknown each."""
        moves.eliminate_zeros()
        rows, of, change = _entries(self.bounds @ moves)
        barred = np.zeros((moves.shape[1], self.left.shape[1]), dtype=bool)
        after = self.reached[rows] + change
        impossible = (after < self.least[rows] - ROUNDING) | (after > self.most[rows] + ROUNDING)
        barred[of[impossible]] = True
        np.logical_or.at(barred, of, after[:, None] < self.own_least[rows] - ROUNDING)
        unknown, of, _ = _entries(moves)
        knows = self.attacker_of[unknown]
        barred[of[knows > 0], knows[knows > 0]] = True
        goal, of, change = _entries(self._sums_by_unknown @ moves)
        there = (self.there[goal] + change)[:, None]
        self._refute(goal, ((there < self.from_[goal]) | (there > self.to[goal])) & ~barred[of])
        goal, of, change = _entries(self._members_by_unknown @ moves)
        nobody = (self._members_there[goal] + change)[:, None] == self._own_members[goal]
        self._refute(goal, nobody & ~barred[of])

    def _refute(self, goals: np.ndarray, refuted: np.ndarray) -> None:
        some = refuted.any(axis=1)
        np.logical_and.at(self.left, goals[some], ~refuted[some])


def _entries(matrix: csc_array | csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give row, column and number of everything in a sparse matrix that is not nought."""
    entries = matrix.tocoo()
    rows, columns = entries.coords
    return rows, columns, entries.data
