"""The attack of the gate: on every point about to be released, by anybody and by every school.

The exact counts are at hand, so most of what might be worked out is refuted from them: they are a possible
truth, and so is what a few children elsewhere would make of them. Years are attacked one by one: no count of
one year is known to bind that of another.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cswanalytics.build.attack.cube import Cell, Cube
from cswanalytics.build.attack.goals import Finding, Proof, goals
from cswanalytics.build.attack.insiders import exactly, own_pupils
from cswanalytics.build.attack.knowledge import Knowledge
from cswanalytics.build.attack.published import Numbers, Published, in_columns, pairs_of, points_of
from cswanalytics.build.attack.recovery import recovered
from cswanalytics.build.counts import HEADS, SCHOOL_BREAKDOWN, WHOLE_ROLL, Counts, Layout
from cswanalytics.build.rounding import PublicNumber
from cswanalytics.catalogue import Catalogue
from cswanalytics.vocabulary import TOTAL, Group, Level, Symbol

MOST_ROUNDS = 3
"""How often what is found is withheld and the rest attacked again, before a whole point is withheld."""

BESIDE_WHAT_STAYS = ", from it and the figures released of the same point before"


@dataclass(frozen=True)
class Surroundings:
    """What the gate's attacker is told besides the figures: exact counts, and what is public otherwise.

    `points` are to be attacked, by 'time_period time_identifier'; `before` holds the cells that restated
    points had. `stays` gives by point the measures released there before, of which nothing is withheld;
    `beside` are points of which everything stays, known together with those of their year.
    """

    counts: Counts
    catalogue: Catalogue
    base: int
    public: Sequence[PublicNumber] = ()
    points: Collection[str] = ()
    before: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    stays: Mapping[str, Collection[str]] = field(default_factory=dict)
    beside: Collection[str] = ()


def without_what_is_found(cells: pd.DataFrame, around: Surroundings) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give a release's cells without what could be worked out of children, and why each is left out.

    The cells of a measure that is withheld at a point keep their places, and hold no number.
    """
    left_out: dict[str, str] = {}
    years: set[int] | None = None
    for attempt in range(MOST_ROUNDS + 1):
        found = attack_neighbourhoods(cells, around, years)
        if not found:
            break
        open_ = [point for point in around.points if _may_go(cells, point, around).any()]
        for point in open_:
            blamed = [one for one in found if _is_blamed_on(point, one, open_)]
            if not blamed:
                continue
            withheld = may_go = _may_go(cells, point, around)
            if attempt < MOST_ROUNDS:
                withheld = may_go & _broken(cells, blamed, around)
            if not withheld.any():  # it is about what stays, so what is new beside it told
                withheld = may_go
            for measure, own in cells[withheld].groupby("measure"):
                at_school = own["geographic_level"] == Level.SCHOOL.value
                by = set(own["breakdown"].where(~at_school, SCHOOL_BREAKDOWN))
                only = "" if TOTAL in by else f" (only by {', '.join(sorted(by))})"
                beside = BESIDE_WHAT_STAYS if point in around.stays else ""
                left_out[f"{measure} {point}"] = _because(blamed) + beside + only
            cells = cells.copy()
            cells.loc[withheld, ["pupils", "count", "value", "spread"]] = None
            cells.loc[withheld, "symbol"] = Symbol.WITHHELD.value
        # a year's points are attacked together
        years = {one.time_period for one in found}
        years &= {_year(point) for point in around.points if _may_go(cells, point, around).any()}
    return cells, left_out


def attack_neighbourhoods(
    cells: pd.DataFrame, around: Surroundings, years: Collection[int] | None = None
) -> list[Finding]:
    """Give what anybody, or a school that knows its own pupils, could work out from a release's cells."""
    counts, catalogue = around.counts, around.catalogue
    [numbers, *more] = in_columns(cells, counts.layout, catalogue, counts.schools)
    published = Published(
        (numbers, *more), around.base, counts.layout, counts.phase_of_school, pairs_of(catalogue)
    )
    schools = list(counts.schools["school_urn"])
    attacked = {_year(point) for point in around.points}
    attacked = attacked if years is None else attacked & set(years)
    known = {*around.points, *around.beside}
    by_year: dict[int, list[tuple[int, str]]] = {}
    for period, identifier in points_of(published.numbers):
        if period in attacked and f"{period} {identifier}" in known:
            by_year.setdefault(period, []).append((period, identifier))

    def found_in(chosen: list[tuple[int, str]]) -> list[Finding]:
        cube = published.cube(chosen)
        truth = exactly(cube, counts.by_group)
        knowledge = _told_truly(published.knowledge(cube), truth)
        knowledge, public = _with_public_figures(knowledge, cube, truth, around.public)
        knowledge = _with_what_was_before(knowledge, cube, truth, numbers, around)
        hidden = [goal for goal in goals(cube, numbers) if not public.issuperset(goal.terms)]
        own = own_pupils(cube, counts.at_schools, schools)
        return recovered(cube, knowledge, hidden, truth, schools, own)

    # threads are enough: two thirds of the time goes into programmes that HiGHS solves beside Python
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return [one for of_year in threads.map(found_in, by_year.values()) for one in of_year]


def _told_truly(knowledge: Knowledge, truth: np.ndarray) -> Knowledge:
    """Give knowledge without what is not true: a number that had to go further misleads nobody here."""
    return Knowledge(
        np.minimum(knowledge.least, truth), np.maximum(knowledge.most, truth),
        knowledge.sums, knowledge.sums_least, knowledge.sums_most,
    )  # fmt: skip


def _with_public_figures(
    knowledge: Knowledge, cube: Cube, truth: np.ndarray, public: Iterable[PublicNumber]
) -> tuple[Knowledge, set[int]]:
    """Give knowledge with figures that are public exactly, and which unknowns they are."""
    told = set()
    for figure in public:
        period, identifier = figure.point.split(" ", 1)
        cell = Cell(int(period), identifier, Group.ALL.value, figure.breakdown, figure.breakdown_item)
        place = cube.places.get((cell, figure.column))
        # what has been counted anew since is no longer the truth of what is published
        if place is not None and truth[place] == figure.number:
            told.add(place)
    least, most = np.full(len(truth), -np.inf), np.full(len(truth), np.inf)
    at = sorted(told)
    least[at] = most[at] = truth[at]
    return knowledge.narrowed(least, most), told


def _with_what_was_before(
    knowledge: Knowledge, cube: Cube, truth: np.ndarray, numbers: Numbers, around: Surroundings
) -> Knowledge:
    """Give knowledge with what a restatement tells: a number that moved is no longer near what it was."""
    if not around.before:
        return knowledge
    counts = around.counts
    cells = pd.concat(around.before.values(), ignore_index=True)
    was = in_columns(cells, counts.layout, around.catalogue, counts.schools)[0]
    return knowledge.narrowed(*moved(cube, was, numbers, around.base, truth))


def moved(
    cube: Cube, was: Numbers, now: Numbers, base: int, truth: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and most of each unknown that a restated number tells by having changed.

    A number stays while it is within the base of the new count. What is not true, `truth` being at hand, is
    left out.
    """
    least, most = np.full(len(cube.places), -np.inf), np.full(len(cube.places), np.inf)
    for (cell, column), place in cube.places.items():
        before, after = was.get((cell, column)), now.get((cell, column))
        if before is None or after is None or before == after:
            continue
        if after < before and (truth is None or truth[place] <= before - base):
            most[place] = before - base
        elif after > before and (truth is None or truth[place] >= before + base):
            least[place] = before + base
    return least, most


def _point(finding: Finding) -> str:
    return f"{finding.time_period} {finding.time_identifier}"


def _year(point: str) -> int:
    return int(point.split(" ", 1)[0])


def _may_go(cells: pd.DataFrame, point: str, around: Surroundings) -> pd.Series:
    """Say which cells hold numbers of a point that were not released before."""
    time_period, time_identifier = point.split(" ", 1)
    here = (cells["time_period"] == int(time_period)) & (cells["time_identifier"] == time_identifier)
    return here & cells["pupils"].notna() & ~cells["measure"].isin(list(around.stays.get(point, ())))


def _is_blamed_on(point: str, finding: Finding, may_change: Collection[str]) -> bool:
    """Say whether what is found is put down to a point: its own, or one of its year where its own stays."""
    at = _point(finding)
    return at == point or (at not in may_change and _year(at) == _year(point))


def _told(finding: Finding, layout: Layout) -> Iterator[str]:
    """Give the measures without which a finding could not be made: those that publish its number."""
    for measure in layout.measures:
        published = {measure.id, measure.population}
        if measure.of_all_pupils or measure.population == WHOLE_ROLL:
            published.add(HEADS)
        if finding.measure in published:
            yield measure.id


def _broken(cells: pd.DataFrame, found: Iterable[Finding], around: Surroundings) -> pd.Series:
    """Say which cells are to be withheld for what was found: by breakdown, or the whole measure at a total.

    With a breakdown go the pairs it is joined in, whose cells add to it.
    """
    pairs = pairs_of(around.catalogue)
    broken = pd.Series(data=False, index=cells.index)
    at_school = cells["geographic_level"] == Level.SCHOOL.value
    for one in set(found):
        own = cells["measure"].isin(list(_told(one, around.counts.layout)))
        if one.breakdown == SCHOOL_BREAKDOWN:
            own &= at_school
        elif one.breakdown != TOTAL:
            by = [one.breakdown, *(pair for pair, joined in pairs.items() if one.breakdown in joined)]
            own &= ~at_school & cells["breakdown"].isin(by)
        broken |= own
    return broken


def _because(found: Iterable[Finding]) -> str:
    proofs = {one.proof for one in found}
    if proofs & {Proof.NOT_SETTLED, Proof.IMPOSSIBLE}:
        return "withheld: it could not be shown that no child can be found"
    return "withheld: a school that knows its own pupils could work out how few others there are"
