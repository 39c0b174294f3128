"""An integer programme in the making: which multiple of the base each number is published as.

Each variable counts bases. A *cell* goes to one of the two multiples beside its exact number (a multiple
stays); a *margin* stays beside it where it can, and as near as it can where its cells leave no other way.
Which of the two it is to be is weighed by a secret draw that is right on average, because nearest-as-possible
drifts back to conventional rounding, which can be undone.

Source of the method: Cox, L. H. (1987), A constructive procedure for unbiased controlled rounding, JASA 82,
520-524; solved by HiGHS through `scipy.optimize.milp`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from scipy.special import ndtri

from cswanalytics.errors import RoundingFailed

NEAR_ENOUGH = 0.3
"""Relative gap at which the solver may stop: any publishable table is good, none has to be the best."""

MOST_NODES = 20_000
"""Where the solver gives up: in steps of its search and not seconds, so that every machine gives up alike."""

MARGIN_WEIGHT = 10.0
"""How much a margin's error weighs, in bases, beside the draw of one cell (a standard normal)."""

FARTHEST = 2
"""How many bases beyond its neighbours a margin may go where its cells leave no other way."""

FAR_WEIGHT = 40.0
"""What each of those costs: never taken unless there is no other way."""

LEANING = 4.0
"""How much a reason to go up weighs, beside the draw of one cell: it is all but always followed."""

CARRY_WEIGHT = 1.0
"""How much the error of the years before weighs, in bases: it keeps sums of three years near the truth."""


@dataclass
class Programme:
    """An integer programme. Add cells, margins and what they must obey; then `solve` once."""

    base: int
    draw: np.random.Generator
    least: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    _entries: list[tuple[int, int, float]] = field(default_factory=list)
    _lower: list[float] = field(default_factory=list)
    _upper: list[float] = field(default_factory=list)

    def cell(self, exact: int, carried: int = 0) -> int:
        """Add a finest cell, which goes to a multiple of the base beside `exact`; give its variable.

        `carried` is by how much what was published of it in the two years before is above the truth.
        """
        below, over = divmod(int(exact), self.base)
        above = below + (1 if over else 0)
        return self._variable(below, above, self._leaning(over) + CARRY_WEIGHT * carried / self.base)

    def margin(self, exact: int, carried: int = 0) -> int:
        """Add a sum of cells, which stays beside `exact` if it can and near it if not; give its variable."""
        below, over = divmod(int(exact), self.base)
        above = below + (1 if over else 0)
        # going up costs base − over, going down costs over: their difference, and the secret draw
        cost = MARGIN_WEIGHT * (1 - 2 * over / self.base) + self._leaning(over)
        cost += CARRY_WEIGHT * carried / self.base
        margin = self._variable(max(0, below - FARTHEST), above + FARTHEST, cost)
        far = self._variable(0, FARTHEST, FAR_WEIGHT)
        self._row([(margin, 1.0), (far, -1.0)], -np.inf, above)
        self._row([(margin, 1.0), (far, 1.0)], below, np.inf)
        return margin

    def known(self, published: int) -> int:
        """Add a number that is published already, and stays; give its variable."""
        return self._variable(int(published) // self.base, int(published) // self.base, 0.0)

    def keep_if_possible(self, variable: int, published: int) -> None:
        """Make leaving a number as it was published the cheapest that can be done with it."""
        was = int(published) // self.base
        apart = self._variable(0, max(self.most[variable] - was, was - self.least[variable], 0), FAR_WEIGHT)
        self._row([(variable, 1.0), (apart, -1.0)], -np.inf, was)
        self._row([(variable, 1.0), (apart, 1.0)], was, np.inf)

    def fix(self, variable: int, published: int) -> None:
        """Hold a number to what it is published as, whatever it goes to otherwise."""
        self.least[variable] = self.most[variable] = int(published) // self.base

    def hold_at_least(self, variable: int, published: int) -> None:
        """Hold a number to so many pupils at least, or to the most it may be."""
        least = min(-(-int(published) // self.base), self.most[variable])
        self.least[variable] = max(self.least[variable], least)

    def lean_up(self, variable: int) -> None:
        """Let a number go up rather than down, wherever the others leave the choice."""
        self.cost[variable] -= LEANING

    def adds_up(self, parts: Iterable[int], whole: int) -> None:
        """Require that some numbers add to another."""
        self._row([*((part, 1.0) for part in parts), (whole, -1.0)], 0.0, 0.0)

    def at_most(self, terms: Iterable[tuple[int, float]]) -> None:
        """Require that a sum of numbers, each times a factor, is at most nought."""
        self._row(list(terms), -np.inf, 0.0)

    def solve(self) -> np.ndarray:
        """Give what every variable is published as, a multiple of the base. RoundingFailed if none can be."""
        rows, columns, factors = (
            (np.array(part) for part in zip(*self._entries, strict=True)) if self._entries else ([], [], [])
        )
        matrix = coo_array((factors, (rows, columns)), shape=(len(self._lower), len(self.cost)))
        found = milp(
            np.array(self.cost),
            integrality=np.ones(len(self.cost)),
            bounds=Bounds(np.array(self.least), np.array(self.most)),
            constraints=LinearConstraint(matrix.tocsr(), np.array(self._lower), np.array(self._upper)),
            options={"mip_rel_gap": NEAR_ENOUGH, "node_limit": MOST_NODES},
        )
        if found.x is None:
            raise RoundingFailed("no table of multiples of the base obeys every relation the counts obey")
        return np.rint(found.x).astype(int) * self.base

    def _leaning(self, over: int) -> float:
        """Give what going up costs: a draw that lets it up as often as keeps the error nought on average."""
        return float(self.draw.normal()) - (float(ndtri(over / self.base)) if over else 0.0)

    def _variable(self, least: int, most: int, cost: float) -> int:
        self.least.append(least)
        self.most.append(most)
        self.cost.append(cost)
        return len(self.cost) - 1

    def _row(self, terms: list[tuple[int, float]], lower: float, upper: float) -> None:
        row = len(self._lower)
        self._entries += [(row, variable, factor) for variable, factor in terms]
        self._lower.append(lower)
        self._upper.append(upper)
