"""What the gate's attacker finds is withheld where it was found, and the rest is released."""

from dataclasses import replace

import pytest

from cswanalytics.build.attack.neighbourhoods import attack_neighbourhoods, without_what_is_found
from cswanalytics.build.cells import released_cells
from cswanalytics.build.counts import HEADS, SCHOOL_BREAKDOWN
from cswanalytics.build.rounding import PublicNumber
from cswanalytics.vocabulary import Group, Symbol

from .attacking import POINT, Released, released, rounded
from .small_authorities import random_authority

SCHOOLS = (14, 25, 33, 18, 40)
ABSENCE = {"persistent_absence", "severe_absence"}


@pytest.fixture(scope="module")
def safe() -> Released:
    """Give an authority in whose release nothing can be found."""
    return released(random_authority(11, SCHOOLS), 11)


@pytest.fixture(scope="module")
def broken() -> Released:
    """Give a release in which a school's severe absence is shown as 5, and its persistent absence as 0."""
    for seed in range(100):
        authority = random_authority(seed, SCHOOLS)
        counts, done = rounded(authority, seed)
        ladder = next(one for one in counts.layout.ladders if one.name == "absence")
        cells, (persistent, severe) = done.cells.copy(), (ladder.column(1), ladder.column(2))
        exact = counts.by_group.loc[Group.ALL.value].reset_index().set_index(["breakdown", "breakdown_item"])
        here = cells[(cells["social_care_group"] == Group.ALL) & (cells[persistent] == 0)]
        some = exact[severe].reindex(here.set_index(["breakdown", "breakdown_item"]).index).to_numpy() > 0
        if some.any():
            cells.loc[here.index[some], severe] = 5
            return Released(authority, counts, released_cells(counts, replace(done, cells=cells)), {})
    pytest.fail("no authority of a hundred has severe absence where persistent is shown as 0")


def test_a_measure_that_is_broken_is_withheld_at_that_point_and_named(broken):
    assert broken.found()

    cells, withheld = without_what_is_found(broken.cells, broken.around())

    assert {name.removesuffix(f" {POINT}") for name in withheld} & ABSENCE
    assert all(because.startswith("withheld: ") for because in withheld.values())
    named = cells["measure"].isin([name.removesuffix(f" {POINT}") for name in withheld])
    gone = named & (cells["symbol"] == Symbol.WITHHELD.value)
    assert gone.any()
    assert cells.loc[gone, ["pupils", "count", "value", "spread"]].isna().all(axis=None)
    # they keep their places, and nothing else changes
    assert len(cells) == len(broken.cells)
    assert cells[~gone].equals(broken.cells[~gone])
    assert attack_neighbourhoods(cells, broken.around()) == []


def test_beside_what_was_released_before_only_what_is_new_is_withheld(broken):
    old = set(broken.cells["measure"]) - {"severe_absence"}
    cells, withheld = without_what_is_found(broken.cells, broken.around(stays={POINT: old}))

    assert list(withheld) == [f"severe_absence {POINT}"]
    assert "the figures released of the same point before" in withheld[f"severe_absence {POINT}"]
    stays = cells["measure"].isin(old)
    assert cells[stays].equals(broken.cells[stays])
    assert not [
        one for one in attack_neighbourhoods(cells, broken.around()) if one.measure not in old | {HEADS}
    ]


def test_a_figure_that_is_public_exactly_is_known_to_the_attacker(safe):
    """Absence of every school public exactly: no goal is about it, and what follows from it is looked for."""
    counts = safe.counts
    ladder = next(one for one in counts.layout.ladders if one.name == "absence")
    everybody = counts.by_group.loc[Group.ALL.value].reset_index()
    schools = everybody[everybody["breakdown"] == SCHOOL_BREAKDOWN]
    figures = [
        PublicNumber(POINT, column, SCHOOL_BREAKDOWN, school, int(number))
        for column in (ladder.column(1), ladder.column(2))
        for school, number in zip(schools["breakdown_item"], schools[column], strict=True)
    ]
    findings = attack_neighbourhoods(safe.cells, safe.around(public=figures))
    public = {ladder.column(1), ladder.column(2)}
    at_schools = [one for one in findings if (one.group, one.breakdown) == (Group.ALL, SCHOOL_BREAKDOWN)]
    assert not public & {one.quantity for one in at_schools}
    assert len(findings) >= len(safe.found())
