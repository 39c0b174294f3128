"""What is worked out: goals of which all whole numbers consistent with what is known lie where they say.

Counter-examples are looked for in this order, the quick ways first: a truth at hand; moves of a few children
away from it, proposed by linear programmes that serve many goals at once; then each goal by itself, first by
the linear programme over everything known, then in whole numbers. A goal is reached only when that programme
says that there is no counter-example.
"""

from collections.abc import Sequence

import highspy
import numpy as np

from cswanalytics.build.attack.cube import Cube
from cswanalytics.build.attack.goals import Finding, Goal, Proof, finding
from cswanalytics.build.attack.insiders import as_insider
from cswanalytics.build.attack.knowledge import Knowledge, Terms
from cswanalytics.build.attack.proposing import Proposals
from cswanalytics.build.attack.refuting import OpenGoals
from cswanalytics.build.attack.solver import quiet_highs
from cswanalytics.build.counts import HEADS, PHASE
from cswanalytics.vocabulary import TOTAL, Group

MOST_NODES = 500
"""Where a question is left unsettled: in steps of the search and not seconds, so that a busy machine finds
what a quiet one does."""

ANYBODY = "anybody"

NEAR = 1e-5
"""A linear bound is taken to reach a whole number from so near."""


def recovered(
    cube: Cube, knowledge: Knowledge, goals: Sequence[Goal], truth: np.ndarray | None = None,
    schools: Sequence[str] = (), own: np.ndarray | None = None, seed: int = 0,
) -> list[Finding]:  # fmt: skip
    """Give everything that anybody, or one of `schools` with the pupils it knows (`own`), works out.

    `truth` are whole numbers at hand that may be consistent with what is known: the exact counts where they
    are to be had, else what is published.
    """
    own = np.zeros((0, knowledge.unknowns)) if own is None else own
    known = [as_insider(knowledge, cube, school, pupils) for school, pupils in zip(schools, own, strict=True)]
    if truth is not None and all(one.allows(truth) for one in (knowledge, *known)):
        left = OpenGoals(cube, knowledge, goals, truth, schools, own)
        refute_quickly(left, seed)
        return settled(left)
    found = []
    # no truth that all of them hold for possible is at hand, so each begins with one of their own
    for attacker, one in enumerate((knowledge, *known)):
        number = slice(attacker - 1, attacker) if attacker else slice(0)
        start = _Solver(one).any_truth()
        if start is None or start is NOT_SETTLED:
            proof = Proof.IMPOSSIBLE if start is None else Proof.NOT_SETTLED
            found += [finding(goal, proof, [ANYBODY, *schools][attacker]) for goal in goals[:1]]
            continue
        left = OpenGoals(cube, knowledge, goals, start, schools[number], own[number])
        # what the others can work out is asked of them
        left.left[:, : min(attacker, 1)] = False
        refute_quickly(left, seed)
        found += settled(left)
    return found


def refute_quickly(goals: OpenGoals, seed: int = 0) -> None:
    """Refute most goals by moves that linear programmes propose."""
    draw = np.random.default_rng(seed)
    cells = [cell for cell, _ in goals.cube.places]
    sums = np.array(
        [cell.breakdown in (TOTAL, PHASE) and cell.group in (Group.ALL, Group.CWSW) for cell in cells]
    )
    heads = np.array([column == HEADS for _, column in goals.cube.places])
    everything = np.ones(len(cells), dtype=bool)
    if goals.schools:
        for _ in range(2):
            Proposals(goals, ~sums & ~heads, draw, blocks=True).refute(each=2)
            Proposals(goals, ~sums, draw, blocks=True).refute(each=8)
        Proposals(goals, ~sums & ~heads, draw).refute(each=8, attackers=12)
        Proposals(goals, ~heads, draw).refute(each=8, attackers=6)
    last = Proposals(goals, everything, draw)
    last.refute(each=40, attackers=6)
    last.refute_one_by_one(each=40)
    last.refute_one_by_one(each=1)


def settled(left: OpenGoals) -> list[Finding]:
    """Settle every goal that is open still, by itself, and give those that are reached."""
    found = []
    for attacker in np.flatnonzero(left.left.any(axis=0)):
        own, by, knowledge = left.own[:, attacker], ANYBODY, left.knowledge
        if attacker:
            by = left.schools[attacker - 1]
            knowledge = as_insider(knowledge, left.cube, by, own)
        solver = _Solver(knowledge)
        for number in np.flatnonzero(left.left[:, attacker]):
            proof = _settled(solver, left.goals[number], own, left.unreachable[number, attacker])
            if proof is not None:
                found.append(finding(left.goals[number], proof, by))
    return found


def _settled(solver: "_Solver", goal: Goal, own: np.ndarray, unreachable: np.ndarray) -> Proof | None:
    """Give what is proved of a goal, or None where a counter-example is found."""
    known = _sum(goal.terms, own)
    for sign, bound, never in (
        (1, goal.most + known, unreachable[0]),
        (-1, -goal.least - known, unreachable[1]),
    ):
        if never or not np.isfinite(bound):
            continue
        truth = solver.beyond({unknown: sign * times for unknown, times in goal.terms.items()}, bound + 1)
        if truth is NOT_SETTLED:
            return Proof.NOT_SETTLED
        if truth is not None:
            return None
    if goal.members is not None:
        fewest = {unknown: -times for unknown, times in goal.members.items()}
        if solver.beyond(fewest, -_sum(goal.members, own)) is not None:
            return None
    return goal.proof


def _sum(terms: Terms, numbers: np.ndarray) -> float:
    return sum(times * numbers[unknown] for unknown, times in terms.items())


NOT_SETTLED = np.array([np.nan])
"""Given in place of a truth where the search was left off."""


class _Solver:
    """One linear programme and one in whole numbers over the same knowledge; only the objective changes.

    The linear one is solved by the simplex method, which begins where it ended last.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._linear: highspy.Highs | None = None
        self._whole: highspy.Highs | None = None

    def any_truth(self) -> np.ndarray | None:
        """Give whole numbers consistent with what is known; None where there are none."""
        return self._in_whole_numbers({}, None)

    def beyond(self, terms: dict[int, int], bound: float) -> np.ndarray | None:
        """Give a consistent truth in which a sum is at least `bound`; None where there is none."""
        linear = self._linear_programme()
        self._aim(linear, terms)
        linear.run()
        status = linear.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            best = -linear.getInfo().objective_function_value
            if best < bound - NEAR:
                return None
            truth = np.rint(np.array(linear.getSolution().col_value))
            if _sum(terms, truth) >= bound and self.knowledge.allows(truth):
                return truth
        return self._in_whole_numbers(terms, bound)

    def _in_whole_numbers(self, terms: dict[int, int], bound: float | None) -> np.ndarray | None:
        whole = self._whole_programme()
        self._aim(whole, terms)
        whole.setOptionValue("objective_target", -highspy.kHighsInf if bound is None else -bound + 0.5)
        whole.run()
        status = whole.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        info = whole.getInfo()
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            truth = np.rint(np.array(whole.getSolution().col_value))
            if self.knowledge.allows(truth) and (bound is None or _sum(terms, truth) >= bound):
                return truth
            if status == highspy.HighsModelStatus.kOptimal:
                return None
        return NOT_SETTLED

    def _linear_programme(self) -> highspy.Highs:
        if self._linear is None:
            self._linear = _programme(self.knowledge)
            # presolving would throw away where the simplex method ended last
            self._linear.setOptionValue("presolve", "off")
            self._linear.setOptionValue("solver", "simplex")
        return self._linear

    def _whole_programme(self) -> highspy.Highs:
        if self._whole is None:
            self._whole = _programme(self.knowledge)
            unknowns = self.knowledge.unknowns
            kinds = np.full(unknowns, highspy.HighsVarType.kInteger.value, dtype=np.uint8)
            self._whole.changeColsIntegrality(unknowns, np.arange(unknowns, dtype=np.int32), kinds)
            self._whole.setOptionValue("mip_max_nodes", MOST_NODES)
        return self._whole

    def _aim(self, programme: highspy.Highs, terms: dict[int, int]) -> None:
        """Have a programme make a sum as large as can be: minimise what is taken from nought."""
        nothing = np.zeros(self.knowledge.unknowns)
        for unknown, times in terms.items():
            nothing[unknown] = -times
        programme.changeColsCost(len(nothing), np.arange(len(nothing), dtype=np.int32), nothing)


def _programme(knowledge: Knowledge) -> highspy.Highs:
    programme = quiet_highs()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = knowledge.unknowns, knowledge.sums.shape[0]
    model.col_cost_ = np.zeros(knowledge.unknowns)
    model.col_lower_, model.col_upper_ = knowledge.least, knowledge.most
    model.row_lower_, model.row_upper_ = knowledge.sums_least, knowledge.sums_most
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = knowledge.sums.indptr
    model.a_matrix_.index_ = knowledge.sums.indices
    model.a_matrix_.value_ = knowledge.sums.data
    programme.passModel(model)
    return programme
