"""Moves that may refute goals, proposed by linear programmes of which each serves many goals at once.

A programme changes the truth at hand as little as it can while each of some chosen goals is left behind.
Goals are chosen from parts of the cube that do not touch one another: what is free to change decides which
parts there are. Whatever it proposes is held against every bound elsewhere (`refuting`), so a poor proposal
does no harm.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from cswanalytics.build.attack.refuting import OpenGoals
from cswanalytics.build.attack.solver import quiet_highs

LEAVING = 10_000.0
"""What one pupil towards leaving a goal behind is worth, beside one pupil changed anywhere."""

BLOCK = 6
"""How many schools of a phase exchange pupils among themselves, where schools are parted into blocks."""

NEAR = 1e-5

FEWEST_REFUTED = 0.02
"""A kind of proposal is given up when a round refutes less than this share of what it aimed at."""


@dataclass
class Proposals:
    """Linear programmes over what is `free` to change.

    In `blocks`, schools exchange pupils only with few others, so that many goals are served at once; then
    what schools add to must not be free.
    """

    goals: OpenGoals
    free: np.ndarray
    draw: np.random.Generator
    blocks: bool = False

    def __post_init__(self) -> None:
        goals, unknowns = self.goals, self.goals.knowledge.unknowns
        self._free = np.flatnonzero(self.free)
        sums = goals.knowledge.sums
        rows = np.flatnonzero(self._of_one_block(sums) if self.blocks else np.ones(sums.shape[0], dtype=bool))
        used = sums[rows][:, self._free]
        rows = rows[np.diff(used.indptr) > 0]
        used = sums[rows][:, self._free]
        self._rows = rows + unknowns
        self._kept = self._block_sums() if self.blocks else used[:0]
        self._matrix = csr_array(vstack([used, self._kept]))
        together = abs(self._matrix)
        self._parts, self._part_of = connected_components(csr_array(together.T @ together), directed=False)
        self._tried = np.zeros((*goals.left.shape, 2), dtype=bool)
        self._programme = self._written()

    def refute(self, each: int, attackers: int = 0, rounds: int = 50) -> None:
        """Propose moves until little more is refuted: for `each` goals of every part at once.

        Schools chosen at random, `attackers` of them, are left alone, and their pupils stay where they are:
        with none, moves are looked for that refute what anybody could work out.
        """
        for _ in range(rounds):
            chosen = self._some(attackers) if attackers else np.array([0])
            before = self.goals.left.sum()
            aimed_at = self._round(each, chosen)
            if not aimed_at or before - self.goals.left.sum() < FEWEST_REFUTED * aimed_at:
                return

    def refute_one_by_one(self, each: int) -> None:
        """Propose moves for each attacker with goals left, until each has been aimed at on either side."""
        self._tried[:] = False
        for attacker in np.flatnonzero(self.goals.left.any(axis=0)):
            while self._round(each, np.array([attacker])):
                pass

    def _some(self, number: int) -> np.ndarray:
        left = self.goals.left.sum(axis=0)
        some = np.flatnonzero(left)
        likely = left[some] / max(left.sum(), 1)
        return (
            self.draw.choice(some, size=min(number, len(some)), replace=False, p=likely)
            if len(some)
            else some
        )

    def _round(self, each: int, attackers: np.ndarray) -> int:
        """Propose once, and give how many goals that aimed at."""
        if not len(attackers):
            return 0
        least = np.maximum(self.goals.least, self.goals.own_least[:, attackers].max(axis=1))
        at_home = self.goals.attacker_of[self._free]
        still = np.isin(at_home, attackers) & (at_home > 0)
        unknowns = self.goals.knowledge.unknowns
        truth = self.goals.truth[self._free]
        more = np.where(still, 0, self.goals.most[:unknowns][self._free] - truth)
        fewer = np.where(still, 0, truth - np.minimum(least[:unknowns][self._free], truth))
        chosen, need, signs = self._chosen(each, attackers, more, fewer)
        if not len(chosen):
            return 0
        self._bound(least, more, fewer)
        change, left_by = self._solved(chosen, need, signs)
        if each == 1 and self._tells(attackers):
            # the only goal aimed at, and everything free: how far it was left behind is as far as can be
            short = left_by < need - NEAR
            self.goals.unreachable[chosen[short], attackers[0], np.where(signs[short] > 0, 0, 1)] = True
        self._propose(change)
        return len(chosen)

    def _chosen(
        self, each: int, attackers: np.ndarray, more: np.ndarray, fewer: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Choose goals, how far each is to be left behind, and to which side (1 up, −1 down)."""
        goals = self.goals
        open_ = np.flatnonzero(goals.left[:, attackers].any(axis=1))
        sums = goals.sums[open_][:, self._free]
        goal, unknown, times = _entries(sums)
        up = np.bincount(goal, np.where(times > 0, more[unknown], fewer[unknown]), len(open_))
        down = np.bincount(goal, np.where(times > 0, fewer[unknown], more[unknown]), len(open_))
        part = np.full(len(open_), -1)
        part[goal] = self._part_of[unknown]
        left = goals.left[np.ix_(open_, attackers)]
        of = attackers[np.argmax(left * self.draw.random(left.shape), axis=1)]
        there = goals.there[open_]
        found = []
        for side, (room, need) in enumerate(
            ((up, goals.to[open_, of] + 1 - there), (down, there - goals.from_[open_, of] + 1))
        ):
            if self._tells(attackers):
                goals.unreachable[open_, of, side] |= room < need
            fit = np.flatnonzero((room >= need) & (part >= 0) & ~self._tried[open_, of, side])
            found.append(np.stack([fit, np.full(len(fit), side), need[fit]]))
        both = np.concatenate(found, axis=1)
        both = both[:, self.draw.permutation(both.shape[1])]
        both = both[:, np.argsort(part[both[0].astype(int)], kind="stable")]
        at, side = both[0].astype(int), both[1].astype(int)
        first = both[:, _rank_within(part[at]) < each]
        at, side = first[0].astype(int), first[1].astype(int)
        self._tried[open_[at], of[at], side] = True
        return open_[at], first[2], np.where(side == 0, 1.0, -1.0)

    def _solved(
        self, chosen: np.ndarray, need: np.ndarray, signs: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give by how much each free unknown changes, and how far each goal is left behind."""
        programme, number = self._programme, len(chosen)
        columns, rows = 2 * len(self._free), self._matrix.shape[0]
        sums = self.goals.sums[chosen][:, self._free]
        sums = csr_array(
            (sums.data * np.repeat(signs, np.diff(sums.indptr)), sums.indices, sums.indptr), sums.shape
        )
        nothing = np.array([], dtype=np.int32)
        programme.addCols(
            number, np.full(number, -LEAVING), np.zeros(number), need, 0, nothing, nothing, np.array([])
        )
        leaving = csr_array((np.ones(number), np.arange(number), np.arange(number + 1)), (number, number))
        entries = csr_array(hstack([sums, -sums, -leaving]))
        programme.addRows(
            number, np.zeros(number), np.full(number, highspy.kHighsInf), entries.nnz,
            entries.indptr[:-1].astype(np.int32), entries.indices.astype(np.int32), entries.data,
        )  # fmt: skip
        programme.run()
        answer = np.array(programme.getSolution().col_value)
        solved = programme.getModelStatus() == highspy.HighsModelStatus.kOptimal
        programme.deleteRows(number, np.arange(rows, rows + number, dtype=np.int32))
        programme.deleteCols(number, np.arange(columns, columns + number, dtype=np.int32))
        half = len(self._free)
        if not solved:
            return np.zeros(half), need
        return answer[:half] - answer[half:columns], answer[columns:]

    def _tells(self, attackers: np.ndarray) -> bool:
        """Say whether it is about one attacker alone, and everything is free."""
        return len(attackers) == 1 and not self.blocks and len(self._free) == self.goals.knowledge.unknowns

    def _propose(self, change: np.ndarray) -> None:
        """Take an answer apart into moves that stand alone, and try each that is in whole numbers."""
        whole = np.rint(change)
        broken = np.zeros(self._parts, dtype=bool)
        broken[self._part_of[np.abs(change - whole) > 1e-6]] = True
        whole[broken[self._part_of]] = 0
        changed = np.flatnonzero(whole)
        if not len(changed):
            return
        shared = abs(self.goals.knowledge.sums[:, self._free[changed]])
        number, move = connected_components(csr_array(shared.T @ shared), directed=False)
        moves = csc_array(
            (whole[changed], (self._free[changed], move)), shape=(self.goals.knowledge.unknowns, number)
        )
        self.goals.try_moves(moves)

    def _of_one_block(self, sums: csr_array) -> np.ndarray:
        """Say of each sum whether it is of schools alone or of none: others have block sums instead."""
        pattern = csr_array((np.ones(sums.nnz), sums.indices, sums.indptr), shape=sums.shape)
        at_school = self.goals.school_of >= 0
        return ((pattern @ at_school.astype(float)) == 0) | ((pattern @ (~at_school).astype(float)) == 0)

    def _block_sums(self) -> csr_array:
        """Give, for each block of schools, group and column, the sum over its schools, which is to stay."""
        goals = self.goals
        phases = np.array([goals.cube.phases.get(school, "") for school in goals.every_school])
        block, number = np.zeros(len(phases), dtype=int), 0
        for phase in dict.fromkeys(phases):
            schools = self.draw.permutation(np.flatnonzero(phases == phase))
            for part in np.array_split(schools, max(1, len(schools) // BLOCK)):
                block[part] = number
                number += 1
        sums: dict[tuple[object, ...], int] = {}
        rows = np.full(len(self._free), -1)
        places = list(goals.cube.places)
        for at in np.flatnonzero(goals.school_of[self._free] >= 0):
            cell, column = places[self._free[at]]
            key = (block[goals.school_of[self._free[at]]], *cell[:3], column)
            rows[at] = sums.setdefault(key, len(sums))
        [at] = np.nonzero(rows >= 0)
        return csr_array((np.ones(len(at)), (rows[at], at)), shape=(len(sums), len(self._free)))

    def _written(self) -> highspy.Highs:
        programme = quiet_highs()
        # presolving would throw away where the simplex method ended last
        programme.setOptionValue("presolve", "off")
        programme.setOptionValue("solver", "simplex")
        matrix = csr_array(hstack([self._matrix, -self._matrix]))
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.ones(matrix.shape[1])
        model.col_lower_, model.col_upper_ = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1])
        model.row_lower_, model.row_upper_ = np.zeros(matrix.shape[0]), np.zeros(matrix.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        programme.passModel(model)
        return programme

    def _bound(self, least: np.ndarray, more: np.ndarray, fewer: np.ndarray) -> None:
        """Give the programme the room there is for each unknown, and for each sum."""
        there = self.goals.reached[self._rows]
        stays = np.zeros(self._kept.shape[0])
        lower = np.concatenate([np.minimum(least[self._rows] - there, 0), stays])
        upper = np.concatenate([self.goals.most[self._rows] - there, stays])
        columns, rows = 2 * len(self._free), len(lower)
        self._programme.changeColsBounds(
            columns, np.arange(columns, dtype=np.int32), np.zeros(columns), np.concatenate([more, fewer])
        )
        programme = self._programme
        programme.changeRowsBounds(rows, np.arange(rows, dtype=np.int32), lower, upper)  # ty: ignore[missing-attribute]


def _entries(matrix: csr_array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    entries = matrix.tocoo()
    rows, columns = entries.coords
    return rows, columns, entries.data


def _rank_within(sorted_keys: np.ndarray) -> np.ndarray:
    """Give of each of some sorted keys how many of the same stand before it."""
    at = np.arange(len(sorted_keys))
    starts = np.r_[True, sorted_keys[1:] != sorted_keys[:-1]] if len(at) else np.zeros(0, dtype=bool)
    return at - np.maximum.accumulate(np.where(starts, at, 0)) if len(at) else at
