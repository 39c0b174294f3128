"""Published numbers that add up, are near the truth, and still give children away: each as small as can be.

What is missing in each is one relation that the true counts are known to obey. They are the attacker's own
finds.
"""

import numpy as np
import pytest

from cswanalytics.build.attack.cube import Cell
from cswanalytics.build.attack.goals import Proof, goals
from cswanalytics.build.attack.published import Published
from cswanalytics.build.attack.recovery import recovered
from cswanalytics.build.counts import HEADS, PHASE, SCHOOL_BREAKDOWN, layout
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL

from .small_authorities import TABLES, YEAR, few_measures

LAYOUT = layout(few_measures(), TABLES)
ATTENDING = LAYOUT.in_population(few_measures().measure("persistent_absence").population)
PERSISTENT = next(ladder for ladder in LAYOUT.ladders if ladder.name == "absence").column(1)
TOTALS = (TOTAL, TOTAL)


def schools(*numbers: int) -> dict[tuple[str, str], int]:
    return {(SCHOOL_BREAKDOWN, str(at)): number for at, number in enumerate(numbers)}


def published(numbers: dict[str, dict[str, dict[tuple[str, str], int]]], phases: dict[str, str]) -> Published:
    """Give what is published, by group, column and place."""
    said = {
        (Cell(YEAR, ACADEMIC_YEAR, group, *place), column): number
        for group, columns in numbers.items()
        for column, places in columns.items()
        for place, number in places.items()
    }
    return Published((said,), 5, LAYOUT, phases, {})


def found(release: Published, school: str = "", own: dict[tuple[str, str], int] | None = None) -> set[tuple]:
    """Give what is worked out by anybody, or by a school that knows its own pupils.

    `own` is by group and column; the school's own pupils stand in its own cell, its phase and the total.
    """
    cube = release.cube()
    mine = np.zeros(len(cube.places))
    if own:
        at = ((SCHOOL_BREAKDOWN, school), (PHASE, release.phases.get(school, "")), TOTALS)
        for (cell, column), place in cube.places.items():
            if (cell.breakdown, cell.item) in at:
                mine[place] = own[cell.group, column]
    findings = recovered(
        cube, release.knowledge(cube), goals(cube, release.numbers[0]),
        schools=[school] if own else [], own=np.array([mine]) if own else None,
    )  # fmt: skip
    return {(one.group, one.breakdown, one.item, one.quantity, one.proof) for one in findings}


def test_the_schools_of_a_phase_must_add_to_the_phase():
    """A school shown as 5 in a phase shown as 0 puts the phase in 1 to 4, though both add up."""
    phases = {str(at): "Primary" if at < 4 else "Secondary" for at in range(8)}
    by_phase = {(PHASE, "Primary"): 0, (PHASE, "Secondary"): 10}
    release = published({"all": {HEADS: {TOTALS: 10, **schools(5, 0, 0, 0, 5, 0, 0, 0), **by_phase}}}, phases)

    assert ("all", PHASE, "Primary", HEADS, Proof.SMALL) in found(release)

    by_phase = {(PHASE, "Primary"): 5, (PHASE, "Secondary"): 5}
    kept = published({"all": {HEADS: {TOTALS: 10, **schools(5, 0, 0, 0, 5, 0, 0, 0), **by_phase}}}, phases)
    assert found(kept) == set()


NINE = {("all", HEADS): 30, ("cwsw", HEADS): 9}


@pytest.mark.parametrize(
    ("total", "shown", "is_found"),
    [
        # 9 at the first school, shown as 5, and 1 at another, shown as 5: at most 14, so 1 to 5 others
        (10, (5, 5, 0, 0), True),
        # the one child's school shown as nought: at most 5 others, and perhaps none
        (10, (10, 0, 0, 0), False),
    ],
)
def test_a_school_that_was_rounded_down_must_not_learn_how_few_the_others_are(total, shown, is_found):
    everyone = {TOTALS: 120, **schools(30, 30, 30, 30)}
    release = published({"all": {HEADS: everyone}, "cwsw": {HEADS: {TOTALS: total, **schools(*shown)}}}, {})

    assert found(release) == set()
    assert (("cwsw", *TOTALS, HEADS, Proof.SMALL) in found(release, "0", NINE)) is is_found


@pytest.mark.parametrize(("total", "is_found"), [(0, True), (5, False)])
def test_a_school_that_was_rounded_down_must_not_learn_that_nobody_else_has_an_outcome(total, is_found):
    """Four were persistently absent at the first school and nobody elsewhere: shown as 0, it knows."""
    heads = {TOTALS: 60, **schools(15, 15, 15, 15)}
    release = published(
        {"all": {HEADS: heads, ATTENDING: heads, PERSISTENT: {TOTALS: total, **schools(total, 0, 0, 0)}}}, {}
    )
    own = {("all", HEADS): 15, ("all", ATTENDING): 15, ("all", PERSISTENT): 4}

    assert found(release) == set()
    others = {("all", SCHOOL_BREAKDOWN, school, PERSISTENT, Proof.NONE) for school in ("1", "2", "3")}
    assert (others <= found(release, "0", own)) is is_found
    assert is_found or found(release, "0", own) == set()
