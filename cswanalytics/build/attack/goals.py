"""What must never be worked out: a count of one to five, and that all or none of a group has an outcome."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cswanalytics.build.attack.cube import Cell, Cube, Quantity, less
from cswanalytics.build.attack.knowledge import Terms
from cswanalytics.build.counts import HEADS
from cswanalytics.vocabulary import PEERS, Group

THRESHOLD = 5
"""The largest count that must not be worked out."""

KNOWN_GROUP = 30
"""A group of up to so many published pupils is one whose members somebody could name."""


class Proof(StrEnum):
    """What was worked out."""

    SMALL = "the count is between one and five"
    NONE = "nobody in the group has it"
    ALL = "everybody in the group has it"
    IMPOSSIBLE = "no true counts at all are consistent with what is published"
    NOT_SETTLED = "it was not settled in the steps allowed"


@dataclass(frozen=True)
class Goal:
    """A sum of unknowns to be proved to lie between two numbers.

    `members` is the group it is about: with nobody in it, nothing is proved of anybody.
    """

    cell: Cell
    quantity: str
    measure: str
    terms: Terms
    least: float
    most: float
    proof: Proof
    members: Terms | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that was worked out: where, of which measure, and what. Never the count itself."""

    measure: str
    time_period: int
    time_identifier: str
    group: str
    breakdown: str
    item: str
    quantity: str
    proof: Proof
    by: str = "anybody"

    def __str__(self) -> str:
        """Give it as a line of a report."""
        return (
            f"{self.measure} ({self.quantity}), {self.time_period} {self.time_identifier}, {self.group}, "
            f"{self.breakdown} {self.item}: {self.proof} (worked out by {self.by})"
        )


def finding(goal: Goal, proof: Proof, by: str) -> Finding:
    """Give the finding that a goal was reached."""
    return Finding(goal.measure, *goal.cell, goal.quantity, proof, by)


def goals(cube: Cube, published: Mapping[tuple[Cell, str], int]) -> list[Goal]:
    """Give everything that must not be worked out from a cube.

    `published` holds the published number of each column of each cell: whether a group is one whose members
    somebody could name is a matter of what is published of it.
    """
    return list(_goals(cube, published))


def _goals(cube: Cube, published: Mapping[tuple[Cell, str], int]) -> Iterator[Goal]:
    for cell, quantities in cube.quantities.items():
        by_name = {quantity.name: quantity for quantity in quantities}
        for one in quantities:
            yield Goal(cell, one.name, one.measure, one.terms, 1, THRESHOLD, Proof.SMALL)
        for part, whole, place in _outcomes(cube, cell, by_name):
            if not 0 < _size(place, whole.name, published) <= KNOWN_GROUP:
                continue
            rest = less(whole.terms, part.terms)
            yield Goal(cell, part.name, part.measure, part.terms, -np.inf, 0, Proof.NONE, whole.terms)
            yield Goal(cell, part.name, part.measure, rest, -np.inf, 0, Proof.ALL, whole.terms)


def _outcomes(
    cube: Cube, cell: Cell, by_name: Mapping[str, Quantity]
) -> Iterator[tuple[Quantity, Quantity, Cell]]:
    """Give every outcome of a cell beside the group that may have it, and the cell of that group."""
    for quantity in by_name.values():
        if quantity.is_outcome and quantity.whole in by_name:
            yield quantity, by_name[quantity.whole], cell
    if cell.group in (Group.ALL, PEERS) or HEADS not in by_name:
        return
    everyone = cell.of(Group.ALL)
    for quantity in cube.quantities.get(everyone, ()):
        if quantity.name == HEADS:
            yield by_name[HEADS], quantity, everyone


def _size(cell: Cell, column: str, published: Mapping[tuple[Cell, str], int]) -> int:
    if cell.group == PEERS:
        return _size(cell.of(Group.ALL), column, published) - _size(cell.of(Group.CWSW), column, published)
    return published.get((cell, column), 0)
