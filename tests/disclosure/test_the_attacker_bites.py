"""Ways of publishing small counts that are in use, each broken by the attacker: it is fit to guard."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cswanalytics.build.attack.cube import Cube
from cswanalytics.build.attack.goals import Finding, Goal, Proof, goals
from cswanalytics.build.attack.knowledge import Knowledge, Notes
from cswanalytics.build.attack.published import Published, in_columns
from cswanalytics.build.attack.recovery import recovered
from cswanalytics.build.cells import released_cells
from cswanalytics.build.counts import HEADS

from .attacking import Released, released, rounded, truth_of
from .small_authorities import random_authority

SCHOOLS = (14, 25, 33, 18, 40)
SOME_COUNTS = 150
"""On how many true counts of one to five a way of publishing is tried."""


@pytest.fixture(scope="module")
def release() -> Released:
    """Give an authority of five schools, rounded and safe."""
    return released(random_authority(11, SCHOOLS), 11)


def known(
    release: Released, say: Callable[[Notes, Cube, np.ndarray], None]
) -> tuple[Cube, Knowledge, np.ndarray]:
    """Give what is known where figures are made public as `say` notes them, beside what true counts obey."""
    cube = release.published.cube()
    notes, truth = cube.notes(), truth_of(cube, release.counts)
    say(notes, cube, truth)
    return cube, notes.written_up(), truth


def found(release: Released, say: Callable[[Notes, Cube, np.ndarray], None], of: str = "") -> list[Finding]:
    """Give what anybody works out of a few true counts, where figures are made public otherwise."""
    cube, knowledge, truth = known(release, say)
    few = [
        Goal(cell, column, "", {place: 1}, 1, 5, Proof.SMALL)
        for ((cell, column), place), number in zip(cube.places.items(), truth, strict=True)
        if 1 <= number <= 5 and of in ("", column)
    ]
    return recovered(cube, knowledge, few[:: max(1, len(few) // SOME_COUNTS)], truth)


def test_counts_of_one_to_five_left_out_beside_all_others_are_worked_out_exactly(release):
    def naively(notes: Notes, cube: Cube, truth: np.ndarray) -> None:
        for place, number in enumerate(truth):
            hidden = 1 <= number <= 5
            notes.know({place: 1}, *((1, 5) if hidden else (number, number)))

    cube, knowledge, truth = known(release, naively)
    # that they are one to five is what a gap says; the goal is the very number
    exact = [
        Goal(cell, column, "", {place: 1}, number, number, Proof.SMALL)
        for ((cell, column), place), number in zip(cube.places.items(), truth, strict=True)
        if 1 <= number <= 5
    ]
    exact = exact[:: max(1, len(exact) // 20)]
    assert len(recovered(cube, knowledge, exact, truth)) > len(exact) / 10


def test_one_to_seven_left_out_and_the_rest_rounded_to_the_nearest_five_is_broken(release):
    def conventionally(notes: Notes, cube: Cube, truth: np.ndarray) -> None:
        for place, number in enumerate(truth):
            nearest = 5 * round(number / 5)
            hidden = 1 <= number <= 7
            notes.know({place: 1}, *((1, 7) if hidden else (max(0, nearest - 2), nearest + 2)))

    assert found(release, conventionally)


def test_percentages_of_unrounded_counts_beside_rounded_ones_are_broken(release):
    published = release.published.numbers[0]

    def with_percentages(notes: Notes, cube: Cube, truth: np.ndarray) -> None:
        for (cell, column), place in cube.places.items():
            number = published[cell, column]
            notes.know({place: 1}, number - 4, number + 4)
            pupils = cube.places.get((cell, HEADS))
            if pupils is not None and column != HEADS and truth[pupils]:
                # to a tenth of a per cent: count × 1000 is within half a pupil of per mille × pupils
                rate = round(1000 * truth[place] / truth[pupils])
                notes.know({place: 2000, pupils: -(2 * rate - 1)}, least=0)
                notes.know({place: 2000, pupils: -(2 * rate + 1)}, most=0)

    assert found(release, with_percentages, of="absence_at_step_1")


def test_sessions_possible_that_were_not_rounded_are_broken(release):
    published = release.published.numbers[0]
    attending = release.counts.layout.in_population(
        release.authority.catalogue.measure("persistent_absence").population
    )

    def with_sessions(notes: Notes, cube: Cube, truth: np.ndarray) -> None:
        for (cell, column), place in cube.places.items():
            number = published[cell, column]
            notes.know({place: 1}, number - 4, number + 4)
            if column == attending:
                sessions = int(truth[place]) * 378
                # a pupil of a whole year has 372 to 380
                notes.know({place: 1}, -(-sessions // 380), sessions // 372)

    assert found(release, with_sessions, of=attending)


def test_steps_of_a_ladder_rounded_without_regard_to_each_other_are_broken(release):
    """Each step by itself: two programmes, each of which adds up and is beside the truth."""
    ladder = next(one for one in release.counts.layout.ladders if one.name == "absence")
    persistent, severe = ladder.column(1), ladder.column(2)
    broken = []
    for seed in range(20):
        one, other = (rounded(release.authority, secret)[1] for secret in (seed, 1_000 + seed))
        mixed = one.cells.copy()
        mixed[severe] = other.cells[severe]
        if (mixed[severe] > mixed[persistent]).any():
            cells = released_cells(release.counts, replace(one, cells=mixed))
            mixed_up = replace(release, cells=cells).published
            cube = mixed_up.cube()
            broken.append(recovered(cube, mixed_up.knowledge(cube), goals(cube, mixed_up.numbers[0])))
            break
    assert broken, "no secret of twenty puts severe above persistent"
    assert broken[0]


def test_a_release_rounded_anew_with_another_secret_is_broken(release):
    def numbers(seed: int):
        counts, done = rounded(release.authority, seed)
        cells = released_cells(counts, done)
        return in_columns(cells, counts.layout, release.authority.catalogue, release.authority.schools)[0]

    once = release.published
    twice = Published(
        tuple(numbers(seed) for seed in (1, 2, 3)), once.base, once.layout, once.phases, once.pairs
    )
    cube = twice.cube()
    truth = truth_of(cube, release.counts)
    assert recovered(cube, twice.knowledge(cube), goals(cube, twice.numbers[0]), truth)
