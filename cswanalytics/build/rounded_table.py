"""One table of counts, rounded by one programme: the places it has, and the numbers each of them holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cswanalytics.build.counts import SCHOOL_BREAKDOWN
from cswanalytics.build.places import Place, Places
from cswanalytics.build.programme import Programme
from cswanalytics.vocabulary import TOTAL

FEW = 5
"""The most of which it must not be proved that there are only so many."""

Numbers = dict[str, dict[Place, int]]
"""Numbers by column and place."""


@dataclass(frozen=True)
class Chain:
    """Columns of which each counts pupils of the one before, and the places at which they are published.

    What a column has that the next has not is a rung. A rung must not be below nought, and on none may
    children with a social worker be more than all pupils. It is not published itself, so it may be further
    from its number than what is.
    """

    columns: tuple[str, ...]
    places: Places


@dataclass(frozen=True)
class MetAll:
    """That who met all of some measures, of one population, met each: the columns of each, and where."""

    all_of_them: str
    each: tuple[str, ...]
    population: str
    places: Places


@dataclass(frozen=True)
class Known:
    """What binds the numbers of a point besides one another.

    `exact` and `carried` give, for a column and place, the true number and by how much what was published of
    it in the two years before is above the truth. `kept` has been published and stays; `wanted` was published
    and stays where it still may; `least` is what a number may not fall under; `nought` are the columns and
    places that must be published as none. `most_of_a_school` gives the most that any school has of a number.
    """

    exact: Callable[[str, Place], int]
    carried: Callable[[str, Place], int]
    kept: Numbers
    wanted: Numbers
    least: Numbers
    nought: frozenset[tuple[str, Place]]
    most_of_a_school: Callable[[str, Place], int]


@dataclass
class Table:
    """A table in the making: `rounded` gives it, all chains together.

    `above` holds what is published already. The items that pairs join are margins, which may go further than
    beside their numbers where their cells leave no other way; so are the totals, where they are `free`.
    """

    programme: Programme
    known: Known
    above: Numbers
    totals_are_free: bool
    _variables: dict[str, dict[Place, int]] = field(default_factory=dict)

    def rounded(self, chains: Sequence[Chain], met_all: Iterable[MetAll] = ()) -> Numbers:
        """Give what is published, by column and place. RoundingFailed where no table is possible."""
        new: dict[str, Places] = {}
        for chain in chains:
            for column in chain.columns:
                if column not in self.above:
                    new.setdefault(column, chain.places)
                self._add(column, chain.places)
        for column, places in new.items():
            own = self._variables[column]
            for parts, whole in places.sums:
                self.programme.adds_up([own[part] for part in parts], own[whole])
            for inside, around in places.nested:
                self.programme.at_most([(own[inside], 1.0), (own[around], -1.0)])
            self._hide_others(column, places)
        for chain in chains:
            for column, lower in pairwise(chain.columns):
                self._descends(column, lower, chain.places)
        for tie in met_all:
            self._tie(tie)
        solution = self.programme.solve()
        return {
            column: {place: int(solution[variable]) for place, variable in self._variables[column].items()}
            for column in new
        }

    def _add(self, column: str, places: Places) -> None:
        """Add a column's numbers at the places where they have not been added."""
        own = self._variables.setdefault(column, {})
        for place in places.every:
            if place in own:
                continue
            if column in self.above:
                own[place] = self.programme.known(self.above[column].get(place, 0))
            else:
                own[place] = self._number(column, place, is_margin=self._is_margin(place, places))

    def _is_margin(self, place: Place, places: Places) -> bool:
        _, breakdown, _ = place
        return breakdown in places.joined or (self.totals_are_free and breakdown == TOTAL)

    def _number(self, column: str, place: Place, is_margin: bool) -> int:
        """Add a number, held to what is published of it already, within the year, and in public."""
        programme, known = self.programme, self.known
        add = programme.margin if is_margin else programme.cell
        variable = add(known.exact(column, place), known.carried(column, place))
        if place in known.kept.get(column, ()):
            programme.fix(variable, known.kept[column][place])
            return variable
        if place in known.wanted.get(column, ()):
            programme.keep_if_possible(variable, known.wanted[column][place])
        if place in known.least.get(column, ()):
            programme.hold_at_least(variable, known.least[column][place])
        if (column, place) in known.nought:
            programme.fix(variable, 0)
        elif place[1] != SCHOOL_BREAKDOWN:
            self._hide_from_the_largest(column, place, variable)
        return variable

    def _hide_from_the_largest(self, column: str, place: Place, variable: int) -> None:
        """Keep the school that has most of a number from learning that the others have none, or a few."""
        exact, most = self.known.exact(column, place), self.known.most_of_a_school(column, place)
        reach = self.programme.base - 1
        if 0 < exact == most:
            self.programme.hold_at_least(variable, exact + 1 - reach)
        elif 0 < exact - most <= FEW and most:
            # of rare outcomes in many items not all can go up; what that leaves open, the gate attacks
            self.programme.lean_up(variable)

    def _descends(self, column: str, lower: str, places: Places) -> None:
        """Hold a rung to nought or more, of each group, of all pupils and of their peers."""
        for place in places.every:
            self.programme.at_most(
                [(self._variables[lower][place], 1.0), (self._variables[column][place], -1.0)]
            )
        for inside, around in places.nested:
            fewer, more = {inside: 1.0, around: -1.0}, {inside: -1.0, around: 1.0}
            self.programme.at_most([*self._times((column,), fewer), *self._times((lower,), more)])

    def _hide_others(self, column: str, places: Places) -> None:
        """Hold what schools add to so high that none of them, knowing its own pupils, learns of few others.

        A published number is within `reach` of the truth, so a school that has `own` of those it counts knows
        that the others have at most number + reach − own of them. Where another school is shown to have some,
        that must be more than FEW.
        """
        programme, own = self.programme, self._variables[column]
        reach = programme.base - 1
        for schools, whole in places.sums:
            if schools[0][1] != SCHOOL_BREAKDOWN:
                continue
            total = self.known.exact(column, whole)
            having = {school: number for school in schools if (number := self.known.exact(column, school))}
            for school, number in having.items():
                if 0 < total - number <= FEW:
                    bases = -(-(number + FEW + 1 - reach) // programme.base)
                    # what another has is FEW or fewer, so it is published as nothing or as one base
                    for other in having.keys() - {school}:
                        programme.at_most([(own[other], float(bases)), (own[whole], -1.0)])

    def _tie(self, tie: MetAll) -> None:
        """Hold who met all to at most each, and to no fewer than must have met all: of peers as well."""
        for place in tie.places.every:
            self._tie_at(tie, {place: 1.0})
        for inside, around in tie.places.nested:
            self._tie_at(tie, {around: 1.0, inside: -1.0})

    def _tie_at(self, tie: MetAll, places: Mapping[Place, float]) -> None:
        opposite = {place: -sign for place, sign in places.items()}
        could_miss_one = {place: (1 - len(tie.each)) * sign for place, sign in places.items()}
        self.programme.at_most([
            *self._times(tie.each, places),
            *self._times((tie.all_of_them,), opposite),
            *self._times((tie.population,), could_miss_one),
        ])  # fmt: skip
        for column in tie.each:
            self.programme.at_most(
                [*self._times((tie.all_of_them,), places), *self._times((column,), opposite)]
            )

    def _times(self, columns: Iterable[str], factors: Mapping[Place, float]) -> list[tuple[int, float]]:
        """Give the terms of some columns' numbers at some places, each times the place's factor."""
        return [
            (self._variables[column][place], factor)
            for column in columns
            for place, factor in factors.items()
        ]
