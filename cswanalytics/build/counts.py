"""The exact cells of the whole cube, counted point by point over `child_year`; never for a reader.

A ladder's steps are counted inside one population, so that numerator and denominator come from one programme.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np
import pandas as pd

from cswanalytics.build.cohort import ChildYears, Point
from cswanalytics.build.tallies import POINT, Children, Figure, Sum, read_children
from cswanalytics.catalogue import Catalogue, Measure, MeasureKind
from cswanalytics.offer import OfferFigure
from cswanalytics.vocabulary import (
    ACADEMIC_YEAR,
    FINEST_GROUPS,
    PEERS,
    RECENCY_BANDS,
    TOTAL,
    Group,
)

SCHOOL_BREAKDOWN = "school"
"""How the cells of single schools are told from the breakdowns of the authority, inside the build."""

PLACE = ["time_period", "time_identifier", "breakdown", "breakdown_item"]
"""Where a cell of counts stands, whatever its group."""

CELL_OF_COUNTS = [*PLACE, "social_care_group"]
HEADS = "heads"
WHOLE_ROLL = "true"
"""The population of a measure of every pupil."""

SIDE = "side"
"""Whether a child counts as one with a social worker or as a peer."""

PHASE = "education_phase"
IN_YEAR_BREAKDOWNS = (PHASE,)


@dataclass(frozen=True)
class Ladder:
    """Counted measures of one population, each step inside the one before; a measure may stand alone."""

    name: str
    population: str
    steps: tuple[Measure, ...]

    def column(self, step: int) -> str:
        """Give the column that holds how many pupils reach a step (1 or more)."""
        return f"{self.name}_at_step_{step}"

    def offered_by(self, breakdown: str) -> bool:
        """Say whether it is counted by a breakdown, or by school."""
        first = self.steps[0]
        return (
            first.school_level
            if breakdown == SCHOOL_BREAKDOWN
            else breakdown not in first.breakdowns_left_out
        )


@dataclass(frozen=True)
class Layout:
    """How measures become columns: populations, ladders, and the sums behind value measures."""

    populations: tuple[str, ...]
    ladders: tuple[Ladder, ...]
    values: tuple[Measure, ...]
    of_all_pupils: tuple[Measure, ...]

    def in_population(self, population: str) -> str:
        """Give the column that holds how many pupils are in a population."""
        return HEADS if population == WHOLE_ROLL else f"in_population_{self.populations.index(population)}"

    def around(self, population: str) -> tuple[str, ...]:
        """Give the other populations that hold every pupil of this one, the narrowest first.

        Told by their conditions: whoever meets all of them meets some of them.
        """
        own = _conditions(population)
        return tuple(other for other in reversed(self.populations) if _conditions(other) < own)

    def ladder_of(self, measure: Measure) -> Ladder:
        """Give the ladder a counted measure is a step of."""
        return next(ladder for ladder in self.ladders if ladder.name == measure.ladder_name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Give the columns that hold numbers of pupils: everybody, populations, steps."""
        steps = (ladder.column(step.step) for ladder in self.ladders for step in ladder.steps)
        return (HEADS, *(self.in_population(population) for population in self.populations), *steps)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Give every measure laid out."""
        return (
            *chain.from_iterable(ladder.steps for ladder in self.ladders),
            *self.values,
            *self.of_all_pupils,
        )


@dataclass(frozen=True, repr=False)
class Counts:
    """Exact counts. Only `rounding` and the data team's own file read them; they cannot be printed.

    `cells` has one row for each CELL_OF_COUNTS key, `social_care_group` being a finest group or peers, and
    whole-number columns: `heads`, one a population, one a ladder's step, and the sums behind value measures.
    `schools` is the exports' table. `at_schools` is what each school knows of its own pupils: a row a school,
    point, group of a release (all, cwsw, and at the total each other), breakdown and item, with `school_urn`
    and the columns of counts.
    """

    cells: pd.DataFrame
    layout: Layout
    schools: pd.DataFrame
    points: tuple[Point, ...]
    at_schools: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return "Counts(exact: not for reading)"

    @cached_property
    def by_group(self) -> pd.DataFrame:
        """Give the cells of every group of a release: one row for each point, breakdown, item and group.

        Indexed by those, the group first. Every group has a row wherever all pupils have one, noughts
        included.
        """
        stacked = pd.concat(
            {
                group.value: self.cells[self.cells["social_care_group"].isin(members_of(group))]
                for group in Group
            },
            names=["group"],
        ).reset_index("group")
        sums = summed(stacked.drop(columns="social_care_group"), ["group", *PLACE]).set_index(
            ["group", *PLACE]
        )
        places = sums.loc[Group.ALL.value].index
        every = pd.MultiIndex.from_tuples(
            [(group.value, *place) for group in Group for place in places], names=["group", *PLACE]
        )
        return sums.reindex(every, fill_value=0)

    @property
    def phase_of_school(self) -> Mapping[str, str]:
        """Give each school's phase by its URN: the merged one where phases have been merged."""
        merged = "merged_phase" if "merged_phase" in self.schools else "education_phase"
        return dict(zip(self.schools["school_urn"], self.schools[merged], strict=True))

    def of_group(self, group: Group) -> pd.DataFrame:
        """Give the cells of one group, indexed by PLACE."""
        return self.by_group.loc[group.value]


def members_of(group: Group) -> tuple[str, ...]:
    """Give the finest groups that make up a group."""
    if group is Group.ALL:
        return (*FINEST_GROUPS, PEERS)
    if group is Group.CWSW:
        return FINEST_GROUPS
    if group is Group.PREVIOUS:
        return RECENCY_BANDS
    return (group,)


def layout(catalogue: Catalogue, tables: frozenset[str]) -> Layout:
    """Lay out the measures that the exported tables allow."""
    measures = [measure for measure in catalogue.measures.values() if not missing_table(measure, tables)]
    steps: dict[str, list[Measure]] = {}
    for measure in measures:
        if measure.is_counted and not measure.of_all_pupils:
            steps.setdefault(measure.ladder_name, []).append(measure)
    ladders = tuple(
        Ladder(name, rungs[0].population, tuple(sorted(rungs, key=lambda rung: rung.step)))
        for name, rungs in steps.items()
    )
    values = tuple(measure for measure in measures if not measure.is_counted)
    populations = dict.fromkeys(
        population
        for population in (
            *(ladder.population for ladder in ladders),
            *(value.population for value in values),
        )
        if population != WHOLE_ROLL
    )
    return Layout(
        # the wider first: what lies inside another comes after it
        tuple(sorted(populations, key=lambda population: len(_conditions(population)))),
        ladders,
        values,
        tuple(measure for measure in measures if measure.of_all_pupils),
    )


def _conditions(population: str) -> frozenset[str]:
    """Give the conditions that a population joins by 'and'; the one it is where anything else joins them."""
    return frozenset([population] if " or " in population else population.split(" and "))


def missing_table(measure: Measure | OfferFigure, tables: frozenset[str]) -> str:
    """Give the first export table a figure needs and has not; empty where it has them all."""
    return next((table for table in measure.needs if table not in tables), "")


def count(cohort: ChildYears, catalogue: Catalogue, for_release: bool = True) -> Counts:
    """Count the whole cube exactly: every point, breakdown, school and finest group.

    What each school knows of its own pupils is counted for a release alone: rounding guards against it.
    """
    plan = layout(catalogue, cohort.exports.tables)
    every = {TOTAL: (), **{name: breakdown.columns for name, breakdown in catalogue.breakdowns.items()}}
    in_year = {name: columns for name, columns in every.items() if name in (TOTAL, *IN_YEAR_BREAKDOWNS)}
    everybody = _children(cohort, plan, every)
    counted, at_schools = [], []
    for point in cohort.points:
        children = everybody.get(point.number)
        if children is None:
            continue
        place = {"time_period": np.int32(point.time_period), "time_identifier": point.time_identifier}
        is_whole = point.time_identifier == ACADEMIC_YEAR
        breakdowns = every if is_whole else in_year
        by_school = {SCHOOL_BREAKDOWN: ("school_urn",)} if is_whole else {}
        own = children.tally(("social_care_group",), {**breakdowns, **by_school}, _figures(plan), HEADS)
        counted.append(own.assign(**place))
        if for_release:
            at_schools.append(_known_at_schools(children, plan, breakdowns).assign(**place))
    cells = _with_events_where_given(pd.concat(counted, ignore_index=True), cohort, plan)
    figures = [column for column in cells.columns if column not in CELL_OF_COUNTS]
    cells[figures] = cells[figures].fillna(0).astype("int64")
    schools = cohort.connection.sql("select * from exports.schools order by school_urn").df()
    known = pd.concat(at_schools, ignore_index=True) if at_schools else pd.DataFrame()
    return Counts(cells, plan, schools, cohort.points, known)


def _children(
    cohort: ChildYears, plan: Layout, breakdowns: Mapping[str, tuple[str, ...]]
) -> dict[int, Children]:
    """Read the children of every point: what tells their cells apart, and what each contributes."""
    texts = dict.fromkeys(("school_urn", "social_care_group", *chain.from_iterable(breakdowns.values())))
    side = f"case when social_care_group = '{PEERS}' then '{PEERS}' else '{Group.CWSW.value}' end"
    return read_children(
        cohort.connection, "child_year", POINT, {**{name: name for name in texts}, SIDE: side}, _facts(plan)
    )


def _known_at_schools(
    children: Children, plan: Layout, breakdowns: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Count what each school knows of its own pupils: all and CWSW by every breakdown, else in total."""
    numbers = _numbers(plan)
    by_side = children.tally(("school_urn", SIDE), breakdowns, numbers, HEADS)
    in_total = children.tally(("school_urn", "social_care_group"), {TOTAL: ()}, numbers, HEADS)
    frames = []
    for group in Group:
        if group is Group.ALL:
            own = by_side
        elif group is Group.CWSW:
            own = by_side[by_side[SIDE] == group.value]
        else:
            own = in_total[in_total["social_care_group"].isin(members_of(group))]
        figures = own.drop(columns=[SIDE, "social_care_group"], errors="ignore")
        added = figures.groupby(["school_urn", "breakdown", "breakdown_item"]).sum()
        frames.append(added.reset_index().assign(social_care_group=group.value))
    return pd.concat(frames, ignore_index=True)


def _facts(plan: Layout) -> dict[str, str]:
    """Give what each child contributes: in a population or not, at a step or not, how much."""
    facts = {plan.in_population(population): _one_if(f"({population})") for population in plan.populations}
    for ladder in plan.ladders:
        for measure in ladder.steps:
            reached = f"({ladder.population}) and ({measure.numerator})"
            facts[ladder.column(measure.step)] = _one_if(reached)
    return {**facts, **{name: amount for amount, name in _amounts(plan).items()}}


def _one_if(condition: str) -> str:
    return f"cast(case when {condition} then 1 else 0 end as tinyint)"


def _amounts(plan: Layout) -> dict[str, str]:
    """Name each amount that value measures are made of: several measures have one denominator."""
    amounts = dict.fromkeys(
        _amount(measure, expression)
        for measure in plan.values
        for expression in (measure.numerator, measure.denominator)
        if expression
    )
    return {amount: f"amount_{number}" for number, amount in enumerate(amounts)}


def _amount(measure: Measure, expression: str) -> str:
    return f"coalesce(case when {measure.population} then {expression} else 0 end, 0)"


def _numbers(plan: Layout) -> list[Figure]:
    """Give what counts pupils: populations and steps."""
    return [Figure(column, Sum(column)) for column in plan.columns if column != HEADS]


def _figures(plan: Layout) -> list[Figure]:
    """Give everything that is added up in a cell: pupils, and the sums behind value measures."""
    figures, names = _numbers(plan), _amounts(plan)
    for measure in plan.values:
        top = names[_amount(measure, measure.numerator)]
        figures += [Figure(f"{measure.id}_top", Sum(top)), Figure(f"{measure.id}_top_squared", Sum(top, top))]
        if measure.kind is MeasureKind.SHARE:
            bottom = names[_amount(measure, measure.denominator)]
            figures += [
                Figure(f"{measure.id}_bottom", Sum(bottom)),
                Figure(f"{measure.id}_bottom_squared", Sum(bottom, bottom)),
                Figure(f"{measure.id}_crossed", Sum(top, bottom)),
            ]
        elif measure.kind is MeasureKind.RATE:
            figures += [
                Figure(f"{measure.id}_givers", Sum(top, counts_givers=True)),
                Figure(f"{measure.id}_most", Sum(top, is_most=True)),
            ]
    return figures


def _sum(expression: str, name: str) -> str:
    return f"cast(sum({expression}) as bigint) as {name}"


def _with_events_where_given(cells: pd.DataFrame, cohort: ChildYears, plan: Layout) -> pd.DataFrame:
    """Put events at the school that gave them: in every other cell they follow the child."""
    rates = [measure for measure in plan.values if measure.kind is MeasureKind.RATE]
    if not rates:
        return cells
    sums = [
        part
        for measure in rates
        for part in (
            _sum(measure.events, f"{measure.id}_top"),
            _sum(f"{measure.events} * {measure.events}", f"{measure.id}_top_squared"),
            f"count(*) filter (where {measure.events} > 0) as {measure.id}_givers",
            f"max({measure.events}) as {measure.id}_most",
        )
    ]
    given = cohort.connection.sql(f"""
        select
            time_period, '{ACADEMIC_YEAR}' as time_identifier, '{SCHOOL_BREAKDOWN}' as breakdown,
            school_urn as breakdown_item, social_care_group,
            {", ".join(sums)}
        from suspension_events
        group by time_period, school_urn, social_care_group
    """).df()
    figures = [column for column in given.columns if column not in CELL_OF_COUNTS]
    at_school = cells["breakdown"] == SCHOOL_BREAKDOWN
    moved = cells[at_school].drop(columns=figures).merge(given, on=CELL_OF_COUNTS, how="outer")
    return pd.concat([cells[~at_school], moved], ignore_index=True)


def summed(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add cells up by their keys; the largest contributor of several is the largest of any."""
    most = [column for column in cells.columns if column.endswith("_most")]
    sums = [column for column in cells.columns if column not in (*keys, *CELL_OF_COUNTS, *most)]
    grouped = cells.groupby(keys, sort=True)
    return pd.concat([grouped[sums].sum(), grouped[most].max()], axis="columns").reset_index()


def offered_cells(cells: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say at which cells a measure is offered: not each has all groups, breakdowns, schools, half-terms."""
    offered = ~cells["breakdown"].isin(measure.breakdowns_left_out)
    if not measure.school_level:
        offered &= cells["breakdown"] != SCHOOL_BREAKDOWN
    if measure.only_of:
        offered &= cells["social_care_group"] == measure.only_of
    if not measure.in_year:
        offered &= cells["time_identifier"] == ACADEMIC_YEAR
    return offered
