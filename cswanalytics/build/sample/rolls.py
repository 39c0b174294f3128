"""School rolls: who goes to which school in each year, who moves, leaves, is registered twice or visits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cswanalytics.build.sample.children import Children
from cswanalytics.build.sample.draws import Truth, Whole, pick, stream
from cswanalytics.build.sample.lives import Lives
from cswanalytics.build.sample.needs import PLAN_OF_NEEDS
from cswanalytics.build.sample.schools import Schools
from cswanalytics.build.sample.terms import NO_DAY, Years
from cswanalytics.vocabulary import Phase

STATUSES = ("C", "M", "S", "G", "F", "O")
SOLE, MAIN, SUBSIDIARY, GUEST, COLLEGE, OTHER = range(6)

MOVES = np.array([0.018, 0.15, 0.085, 0.065, 0.05, 0.04, 0.03])
"""Assumed: share of each group (in the order of `england`) who change school within a year."""
DUAL = np.array([0.0016, 0.03, 0.03, 0.025, 0.012, 0.008, 0.006])
"""Assumed: share of each group, in years 7 to 11, taught in alternative provision beside their school."""
RETURNS_TO_MAINSTREAM = 0.35
VISITORS = {SUBSIDIARY: 0.0008, GUEST: 0.0015, OTHER: 0.0004}
"""Assumed: children of other authorities' schools who visit these, as a share of pupils."""
NURSERY, PRIMARY, SECONDARY, AFTER_16 = range(4)


@dataclass(frozen=True)
class Rolls:
    """One entry a row of `enrolments`, in order of child, year and first day.

    `child` beyond the number of children are visitors; `year` is a position in the years. From
    `shared_from` to `shared_to` the child of a main registration is taught mostly at the other school.
    """

    child: Whole
    year: Whole
    school: Whole
    status: Whole
    entry: Whole
    leaving: Whole
    shared_from: Whole
    shared_to: Whole

    def __len__(self) -> int:
        return len(self.child)

    def those(self, rows: NDArray) -> "Rolls":
        """Give some of the rows."""
        return Rolls(**{name: values[rows] for name, values in self.__dict__.items()})

    @property
    def ours(self) -> Truth:
        """Say which rows make a child one of this authority's pupils."""
        return (self.status == SOLE) | (self.status == MAIN)


def stages(year_group: NDArray) -> Whole:
    """Give the stage of schooling of each year group."""
    return np.digitize(year_group, [0, 7, 12]).astype(np.int32)


def invent_rolls(lives: Lives, excluded_on: NDArray) -> Rolls:
    """Invent the rolls, year by year. `excluded_on` (children × years): day of a permanent exclusion."""
    children, schools, years, needs = lives.children, lives.schools, lives.years, lives.needs
    pupil, at_college, group = lives.pupil, lives.at_college, lives.group
    rng = stream(lives.seed, "rolls")
    count = len(children)
    at = np.full(count, -1, dtype=np.int32)
    since = np.full(count, NO_DAY, dtype=np.int32)
    stage = np.full(count, -1, dtype=np.int32)
    usual = _usual_schools(rng, children, schools)
    special_schools = schools.of(Phase.SPECIAL)
    own_special = (
        special_schools[pick(rng, np.ones(len(special_schools)), count)] if len(special_schools) else None
    )
    provision = schools.of(Phase.ALTERNATIVE_PROVISION)
    own_provision = provision[pick(rng, np.ones(len(provision)), count)] if len(provision) else None
    is_special = schools.are(Phase.SPECIAL)
    is_provision = schools.are(Phase.ALTERNATIVE_PROVISION)
    years_rows: list[dict[str, NDArray]] = []
    for index, start in enumerate(years.starts):
        year_group = children.year_group(int(start))
        here = pupil[:, index]
        first, last = int(years.first_days[index]), int(years.last_days[index])
        stage_now = stages(year_group)
        wanted = usual[stage_now, np.arange(count)]
        in_special = here & needs.special & (needs.sen[:, index] == PLAN_OF_NEEDS) & (year_group >= 0)
        if own_special is not None:
            wanted = np.where(in_special, own_special, wanted)
        # a child stays at their school, unless the stage, a special school or coming back says otherwise
        at_special = (at >= 0) & is_special[np.maximum(at, 0)]
        back = (at >= 0) & is_provision[np.maximum(at, 0)] & (rng.random(count) < RETURNS_TO_MAINSTREAM)
        changes = here & (
            (at < 0) | ((stage_now != stage) & ~(at_special & in_special)) | (in_special & ~at_special)
        )
        changes |= here & back & (stage_now == stage)
        new = here & changes & (wanted != at)
        _leave_at_end(years_rows, at, new | ~here, index, years)
        began = np.maximum(first, children.arrived)
        # where the rolls begin, most children have been at their school for some years
        at_start = np.where(index == 0, _since_stage(children, stage_now, int(start)), began)
        since = np.where(new, np.where(at < 0, np.maximum(at_start, children.arrived), first), since)
        at = np.where(here, np.where(new, wanted, at), -1).astype(np.int32)
        stage = np.where(here, stage_now, -1).astype(np.int32)

        left = np.where(here & (children.departed <= last), children.departed, NO_DAY)
        rows = [_rows(np.flatnonzero(here), index, at, SOLE, since, left)]
        quiet = here & (left == NO_DAY) & (since <= first) & (year_group >= 0)
        moved, when = _movers(rng, quiet, group[:, index], excluded_on[:, index], years, index)
        elsewhere = _another_school(rng, schools, at, moved)
        excluded = moved & (excluded_on[:, index] < NO_DAY)
        if own_provision is not None:
            elsewhere = np.where(excluded, own_provision, elsewhere)
        moved &= elsewhere != at
        rows[0]["leaving"] = np.where(moved[rows[0]["child"]], when[rows[0]["child"]], rows[0]["leaving"])
        since = np.where(moved, when + rng.integers(1, 12, count), since).astype(np.int32)
        moved_on = moved & (since <= years.extracted)
        at = np.where(moved, elsewhere, at).astype(np.int32)
        rows.append(_rows(np.flatnonzero(moved_on), index, at, SOLE, since, np.full(count, NO_DAY)))
        if own_provision is not None:
            twice = quiet & ~moved & (stage_now == SECONDARY) & ~is_special[np.maximum(at, 0)]
            twice &= ~is_provision[np.maximum(at, 0)] & (rng.random(count) < DUAL[group[:, index]])
            rows.append(_second_school(rng, rows[0], twice, own_provision, years, index))
        college = schools.of(Phase.SIXTEEN_PLUS)
        if len(college):
            fe = np.flatnonzero(at_college[:, index])
            place = college[fe % len(college)]
            whole = np.full(count, 0, dtype=np.int32)
            whole[fe] = place
            entered = np.maximum(first + 3, children.arrived)
            gone = np.where(children.departed <= last, children.departed, NO_DAY)
            rows.append(_rows(fe, index, whole, COLLEGE, entered, gone))
        years_rows.append({name: np.concatenate([part[name] for part in rows]) for name in rows[0]})
    years_rows.append(_visitors(rng, count, schools, years, pupil.sum(axis=0)))
    joined = {
        name: np.concatenate([part[name] for part in years_rows]) for name in Rolls.__dataclass_fields__
    }
    order = np.lexsort((joined["school"], joined["entry"], joined["year"], joined["child"]))
    return Rolls(**{name: values[order] for name, values in joined.items()})


def _usual_schools(rng: np.random.Generator, children: Children, schools: Schools) -> NDArray[np.int32]:
    """Give each child's usual school at each stage (4 × children)."""
    count = len(children)
    nurseries = schools.of(Phase.NURSERY)
    nursery = children.home.copy()
    if len(nurseries):
        chosen = rng.random(count) < 0.22
        nursery[chosen] = nurseries[pick(rng, np.ones(len(nurseries)), count)][chosen]
    sixth = children.secondary.copy()
    colleges = schools.of(Phase.SIXTEEN_PLUS)
    if len(colleges):
        chosen = rng.random(count) < 0.15
        sixth[chosen] = colleges[pick(rng, np.ones(len(colleges)), count)][chosen]
    return np.stack([nursery, children.home, children.secondary, sixth]).astype(np.int32)


def _since_stage(children: Children, stage: Whole, start: int) -> Whole:
    """Give the September in which a child's present stage began."""
    begins = np.array([0, 0, 7, 12])[stage] + np.where(stage == NURSERY, children.nursery, 0)
    year = np.minimum(children.cohort + begins, start).astype(np.int64)
    return (np.datetime64("1970-09", "M") + 12 * (year - 1970)).astype("datetime64[D]").astype(np.int32) + 2


def _rows(
    who: NDArray, index: int, at: NDArray, status: int, entry: NDArray, leaving: NDArray
) -> dict[str, NDArray]:
    return {
        "child": who.astype(np.int32),
        "year": np.full(len(who), index, dtype=np.int32),
        "school": at[who].astype(np.int32),
        "status": np.full(len(who), status, dtype=np.int32),
        "entry": entry[who].astype(np.int32),
        "leaving": leaving[who].astype(np.int32),
        "shared_from": np.full(len(who), NO_DAY, dtype=np.int32),
        "shared_to": np.full(len(who), NO_DAY, dtype=np.int32),
    }


def _leave_at_end(rows: list[dict[str, NDArray]], at: Whole, gone: Truth, index: int, years: Years) -> None:
    """Close last year's rows, on its last day, of children who are not at the same school this year."""
    if not rows:
        return
    before = rows[-1]
    child = before["child"]
    ends = gone[child] & (before["leaving"] == NO_DAY) & (before["school"] == at[child])
    ends |= (before["status"] == COLLEGE) & (before["leaving"] == NO_DAY)
    before["leaving"] = np.where(ends, years.half_term_last[index - 1, 5], before["leaving"]).astype(np.int32)


def _movers(
    rng: np.random.Generator, quiet: Truth, group: NDArray, excluded_on: NDArray, years: Years, index: int
) -> tuple[Truth, Whole]:
    """Say who leaves their school within the year for another, and on what day."""
    begin, end = years.half_term_first[index, 0] + 20, years.half_term_last[index, 5] - 25
    when = rng.integers(begin, end, len(quiet))
    moved = quiet & (rng.random(len(quiet)) < MOVES[group])
    excluded = quiet & (excluded_on < NO_DAY)
    # the governors must have met before the name comes off the roll
    when = np.where(excluded, np.minimum(excluded_on + 25, end + 8), when)
    moved = (moved | excluded) & (when <= years.extracted - 14)
    return moved, when.astype(np.int32)


def _another_school(rng: np.random.Generator, schools: Schools, at: Whole, moved: Truth) -> Whole:
    """Choose another school of the same phase for those who move; the same one where there is no other."""
    result = at.copy()
    for phase in Phase:
        places = schools.of(phase)
        going = np.flatnonzero(moved & (at >= 0) & (schools.phase[np.maximum(at, 0)] == phase.value))
        if len(places) > 1 and len(going):
            chosen = places[pick(rng, schools.places[places], len(going))]
            nearest = places[(np.searchsorted(places, chosen) + 1) % len(places)]
            result[going] = np.where(chosen == at[going], nearest, chosen)
    return result.astype(np.int32)


def _second_school(
    rng: np.random.Generator,
    first: dict[str, NDArray],
    twice: Truth,
    provision: Whole,
    years: Years,
    index: int,
) -> dict[str, NDArray]:
    """Register some children at a second school; their own becomes the main one."""
    main = twice[first["child"]]
    first["status"] = np.where(main, MAIN, first["status"])
    who = first["child"][main]
    begin = years.half_term_first[index, 0] + rng.integers(0, 90, len(twice))
    begin = np.minimum(begin, years.extracted - 10)
    finish = np.where(rng.random(len(twice)) < 0.4, begin + rng.integers(60, 180, len(twice)), NO_DAY)
    # a place that runs to July ends with the year, unless July has not come
    finish = np.minimum(finish, years.half_term_last[index, 5])
    finish = np.where(finish <= years.extracted, finish, NO_DAY)
    rows = _rows(who, index, provision, SUBSIDIARY, begin, finish)
    first["shared_from"][main], first["shared_to"][main] = rows["entry"], rows["leaving"]
    return rows


def _visitors(
    rng: np.random.Generator, count: int, schools: Schools, years: Years, pupils: NDArray
) -> dict[str, NDArray]:
    """Give the rows of children whose own school is another authority's."""
    parts = []
    for status, share in VISITORS.items():
        at = schools.of(Phase.ALTERNATIVE_PROVISION, Phase.SPECIAL) if status == SUBSIDIARY else ()
        places = at if len(at) else schools.of(Phase.PRIMARY, Phase.SECONDARY, Phase.ALL_THROUGH)
        for index in range(len(years)):
            number = int(np.ceil(share * pupils[index]))
            latest = min(int(years.half_term_first[index, 3]), years.extracted - 20)
            entry = rng.integers(years.half_term_first[index, 0], latest, number)
            leaving = np.minimum(entry + rng.integers(14, 120, number), years.half_term_last[index, 5])
            rows = _rows(
                np.arange(number),
                index,
                places[pick(rng, schools.places[places], number)],
                status,
                entry,
                np.where(leaving <= years.extracted, leaving, NO_DAY),
            )
            rows["child"] = (rows["child"] + count).astype(np.int32)
            count += number
            parts.append(rows)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
