"""Controlled rounding: every published count is a multiple of the base, and every table still adds up.

What is published of a point in time is itself a possible truth:

* the items of a breakdown, and the schools, add to the authority, and schools to their phase; pairs add to
  their single breakdowns; the groups to children with a social worker, and the bands of "previously" to it;
* children with a social worker are never more than all pupils, cell by cell and rung by rung, so that their
  peers are a possible truth as well;
* no step of a ladder is above the one before it, nor its population above the one head-count;
* who met all of several measures is no more than met each, and no fewer than must have met all;
* a set of children has one number, whichever measure it stands under;
* what only grows within a year (pupils, and those suspended) never falls from one half-term to the next.

It is worked out from the top: first the head-counts of every place, then who is in each population, then each
ladder inside its population, each by one integer programme in which the numbers above stay. Every number of a
finest cell, and of the authority's total, goes to one of the two multiples of the base beside it; the items
that pairs of breakdowns join do too, unless no table allows it.
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cswanalytics.build.cohort import Point
from cswanalytics.build.counts import HEADS, WHOLE_ROLL, Counts, Layout
from cswanalytics.build.places import GROUPS_OF_THE_TOTAL, LAYERS, Place
from cswanalytics.build.programme import Programme
from cswanalytics.build.rounded_table import Known, Numbers, Table
from cswanalytics.build.tasks import Cube, Task, numbers_of_items, tasks_of
from cswanalytics.catalogue import Catalogue
from cswanalytics.errors import RoundingFailed
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, Group

ONLY_GROWS = frozenset({"suspensions", "suspended_sessions", "permanent_exclusions"})
"""Columns of `child_year` that never fall within a year: nor does the number of pupils who have any."""

OF_GROUPS: list[Place] = [(group, TOTAL, TOTAL) for group in GROUPS_OF_THE_TOTAL]
WHERE = ("social_care_group", "breakdown", "breakdown_item")
MOST_TOGETHER = 4
"""How many tasks may be rounded together with the head-counts, for want of a solution under them."""

YEARS_OF_A_POOL = 3
SMALL_IN_PUBLIC = 5
"""Beside a public figure of so many pupils or fewer, children with a social worker are published as none."""


@dataclass(frozen=True)
class Earlier:
    """What was published of a point before, a frame as `Rounded.cells`.

    It stays; `restated` says that it is to be worked out anew, and stays only where it still may.
    `takes_more` says that what was not published of it may be. `withheld` holds by column the places at which
    the number was withheld; what is neither there nor in `cells` was published as nought.
    """

    cells: pd.DataFrame
    restated: bool = False
    takes_more: bool = True
    withheld: Mapping[str, Sequence[Place]] = field(default_factory=dict)

    @property
    def stays(self) -> bool:
        """Say whether it stays as it is."""
        return not self.restated


@dataclass(frozen=True)
class PublicNumber:
    """A number of all pupils that is public exactly: a column of counts at a point and an item."""

    point: str
    column: str
    breakdown: str
    breakdown_item: str
    number: int


@dataclass(frozen=True)
class Rounded:
    """Rounded head-counts, populations and steps: a row a point, group and item, with the columns of Counts.

    A number that is not offered at a place is empty. `failed` maps 'time_period time_identifier' to why that
    point's counts are withheld, and `withheld` a measure to why no table of it could be published; where it
    is missing beside what stays of one point alone, 'measure time_period time_identifier' is.
    """

    cells: pd.DataFrame
    failed: Mapping[str, str]
    withheld: Mapping[str, str] = field(default_factory=dict)


def point_name(point: Point) -> str:
    """Give how a manifest names a point: '202425 Academic year'."""
    return f"{point.time_period} {point.time_identifier}"


def secret_seed(secret: bytes) -> int:
    """Give the seed of the draw, which is known only to whoever holds the secret."""
    return int.from_bytes(hashlib.sha256(b"controlled rounding\0" + secret).digest()[:8], "big")


def round_counts(
    counts: Counts,
    catalogue: Catalogue,
    base: int,
    seed: int,
    progress: Callable[[Point], None] = lambda point: None,
    earlier: Mapping[str, Earlier] | None = None,
    public: Iterable[PublicNumber] = (),
) -> Rounded:
    """Round the counts of every point that has ended, in the order of time.

    Phases must have been merged. `earlier` holds, by `point_name`, what was published of a point before. A
    point without a solution is withheld and named, and so is a measure; neither is ever released loosely.
    """
    frames: list[pd.DataFrame] = []
    failed: dict[str, str] = {}
    withheld: dict[str, str] = {}
    pairs = [entry.name for entry in catalogue.breakdowns.values() if len(entry.columns) > 1]
    before: _PointRounding | None = None
    years: list[_PointRounding] = []
    for point in sorted(counts.points, key=lambda point: (point.time_period, point.last_half_term)):
        if not point.has_ended:
            continue
        progress(point)
        name = point_name(point)
        rounding = _PointRounding(
            point, counts, pairs,
            seed=[seed, point.time_period, point.last_half_term],
            base=base,
            before=before if before and before.point.time_period == point.time_period else None,
            years=years[-(YEARS_OF_A_POOL - 1) :] if point.time_identifier == ACADEMIC_YEAR else [],
            earlier=(earlier or {}).get(name),
            public=[figure for figure in public if figure.point == name],
        )  # fmt: skip
        try:
            rounding.work_out()
        except RoundingFailed as error:
            failed[name] = str(error)
            continue
        before = rounding
        if point.time_identifier == ACADEMIC_YEAR:
            years.append(rounding)
        stays = name in (earlier or {}) and (earlier or {})[name].stays
        for measure in rounding.failed:
            where = f"{measure} {name}" if stays else measure
            withheld.setdefault(where, f"no table of it that adds up could be published for {name}")
        frames.append(rounding.published_cells())
    return Rounded(pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(), failed, withheld)


class _PointRounding:
    """The rounding of one point: `published` grows from the head-counts down."""

    def __init__(
        self, point: Point, counts: Counts, pairs: list[str], seed: list[int], base: int,
        before: "_PointRounding | None", years: "list[_PointRounding]", earlier: Earlier | None,
        public: list[PublicNumber],
    ) -> None:  # fmt: skip
        self.point = point
        self.published: Numbers = {}
        self.failed: list[str] = []
        self._plan, self._seed, self._base = counts.layout, seed, base
        self._exact = _numbers(
            counts.by_group.xs(
                (point.time_period, point.time_identifier), level=("time_period", "time_identifier")
            )
        )
        was = (
            _numbers(earlier.cells.set_index(["social_care_group", "breakdown", "breakdown_item"]))
            if earlier
            else {}
        )
        self._kept: Numbers = {} if earlier and earlier.restated else was
        withheld = earlier.withheld if earlier else {}
        # a point that stays has the places it had: a phase merged otherwise since does not change it
        heads = [*self._kept.get(HEADS, ()), *withheld.get(HEADS, ())] if self._kept else []
        places = list(dict.fromkeys(heads)) or list(self._exact[HEADS])
        items = [(breakdown, item) for group, breakdown, item in places if group is Group.ALL]
        self._cube = Cube(items, pairs, counts.phase_of_school)
        # where there was nobody in public, a release has no row
        shown = [*((group, *item) for group in LAYERS for item in items), *OF_GROUPS]
        hidden = {column: set(own) - self._kept.get(column, {}).keys() for column, own in withheld.items()}
        self._kept = {
            column: {**{place: 0 for place in shown if place not in hidden.get(column, ())}, **own}
            for column, own in self._kept.items()
        }
        self._stays = {column: own for column, own in self._kept.items() if not hidden.get(column)}
        self._tasks = [
            task
            for task in tasks_of(self._plan, self._cube)
            if task.name == HEADS
            or earlier is None
            or earlier.takes_more
            or self._stays.keys() >= {column for chain in task.chains for column in chain.columns}
        ]
        most = _most_of_a_school(counts.at_schools, point)
        self._known = Known(
            exact=self.exact,
            carried=lambda column, place: sum(year.error(column, place) for year in years),
            kept=self._kept,
            wanted=self._still_near(was) if earlier and earlier.restated else {},
            least=self._never_falling(before),
            nought=frozenset(_beside_small_figures(public)),
            most_of_a_school=lambda column, place: most.get(column, {}).get(place, 0),
        )  # fmt: skip

    def exact(self, column: str, place: Place) -> int:
        """Give a true number."""
        return self._exact.get(column, {}).get(place, 0)

    def error(self, column: str, place: Place) -> int:
        """Give by how much a published number is above the truth; nought where there is none."""
        published = self.published.get(column, {}).get(place)
        return 0 if published is None else published - self.exact(column, place)

    def work_out(self) -> None:
        """Round everything, from the top. RoundingFailed if there are no head-counts.

        A task without a solution under the numbers above it is worked out once more together with them; then,
        if need be, with totals that may go further. What has none even so is in `failed`.
        """
        heads, *tasks = self._tasks
        together: list[Task] = []
        without: list[Task] = []
        while True:
            self.published = {}
            if not self._fits(heads, *together):
                if not together:
                    self._round([heads], totals_are_free=True)
                else:
                    without.append(together.pop())
                    continue
            settled = [*together, *without]
            failing = [task for task in tasks if task not in settled and not self._fits(task)]
            if not failing or len(together) >= MOST_TOGETHER:
                break
            # what a task stands on is worked out with it
            under = [task for task in tasks if task.name == failing[0].stands_on and task not in together]
            together += [*under, failing[0]]
        without = [task for task in tasks if task in without or task in failing]
        self.failed = sorted(
            {
                measure.id
                for task in without
                if not self._fits(task, totals_are_free=True)
                for measure in task.measures
            }
        )
        self.published |= numbers_of_items(self._plan, self._cube, self.published[HEADS])

    def _fits(self, *tasks: Task, totals_are_free: bool = False) -> bool:
        """Round tasks together under what is above them, and say whether they had a solution."""
        if tasks[0].stands_on and tasks[0].stands_on not in self.published:
            return False
        try:
            self._round(list(tasks), totals_are_free)
        except RoundingFailed:
            return False
        return True

    def published_cells(self) -> pd.DataFrame:
        """Give the rows of `Rounded.cells` of this point."""
        shown = [(group, *place) for group in LAYERS for place in self._cube.items]
        shown += OF_GROUPS
        columns = [HEADS, *(self._plan.in_population(population) for population in self._plan.populations)]
        columns += [ladder.column(step.step) for ladder in self._plan.ladders for step in ladder.steps]
        numbers = {
            column: [self.published.get(column, {}).get(place, np.nan) for place in shown]
            for column in dict.fromkeys(columns)
        }
        groups, breakdowns, items = zip(*shown, strict=True)
        return pd.DataFrame(
            {
                "social_care_group": [group.value for group in groups],
                "breakdown": breakdowns,
                "breakdown_item": items,
                **numbers,
                "time_period": self.point.time_period,
                "time_identifier": self.point.time_identifier,
            }
        )

    def _round(self, tasks: list[Task], totals_are_free: bool) -> None:
        """Round tasks together, and put what is published of them under what is above it. RoundingFailed."""
        chains = [chain for task in tasks for chain in task.chains]
        columns = {column for chain in chains for column in chain.columns}
        self.published |= {column: self._stays[column] for column in columns if column in self._stays}
        if columns <= self.published.keys():
            return
        draw = np.random.default_rng([*self._seed, *(zlib.crc32(task.name.encode()) for task in tasks)])
        table = Table(Programme(self._base, draw), self._known, self.published, totals_are_free)
        self.published |= table.rounded(chains, [tie for task in tasks for tie in task.ties])

    def _still_near(self, was: Numbers) -> Numbers:
        """Give the numbers published before that are still within the base of the truth."""
        return {
            column: {
                place: number
                for place, number in numbers.items()
                if abs(number - self.exact(column, place)) < self._base
            }
            for column, numbers in was.items()
        }

    def _never_falling(self, before: "_PointRounding | None") -> Numbers:
        """Give what is published of the half-term before of all pupils, where it can only grow."""
        if before is None:
            return {}
        everybody = (Group.ALL, TOTAL, TOTAL)
        return {
            column: {everybody: before.published[column][everybody]}
            for column in _only_growing(self._plan)
            if everybody in before.published.get(column, ())
        }


def _most_of_a_school(at_schools: pd.DataFrame, point: Point) -> Numbers:
    """Give the most that any one school has of each number of a point."""
    if at_schools.empty:
        return {}
    at_point = (
        at_schools[["time_period", "time_identifier"]] == [point.time_period, point.time_identifier]
    ).all(axis=1)
    own = at_schools[at_point].drop(columns=["time_period", "time_identifier", "school_urn"])
    return _numbers(own.groupby(list(WHERE)).max())


def _beside_small_figures(public: list[PublicNumber]) -> Iterable[tuple[str, Place]]:
    """Give where children with a social worker, and each group of them, are published as none."""
    for figure in public:
        if figure.number <= SMALL_IN_PUBLIC:
            for group in Group:
                if group is not Group.ALL:
                    yield figure.column, (group, figure.breakdown, figure.breakdown_item)


def _numbers(cells: pd.DataFrame) -> Numbers:
    """Give the numbers of a frame indexed by group, breakdown and item, by column and place."""
    places = [(Group(group), breakdown, item) for group, breakdown, item in cells.index]
    return {
        str(column): {
            place: int(number)
            for place, number in zip(places, cells[column], strict=True)
            if number == number
        }
        for column in cells.columns
        if pd.api.types.is_numeric_dtype(cells[column])
    }


def _only_growing(plan: Layout) -> Iterable[str]:
    """Give the columns that count pupils of whom there can only be more from one half-term to the next."""
    yield HEADS
    for ladder in plan.ladders:
        for step in ladder.steps:
            words = set(re.findall(r"[a-z_]+", step.numerator))
            if words and words <= ONLY_GROWS and ladder.population == WHOLE_ROLL:
                yield ladder.column(step.step)
