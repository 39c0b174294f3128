"""Figures that are public already: what is beside them is rounded so that nobody learns of few children."""

from dataclasses import replace

import pytest

from cswanalytics import catalogue
from cswanalytics.build.anchors import public_numbers
from cswanalytics.build.counts import HEADS
from cswanalytics.build.rounding import round_counts
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.settings import PublicFigure, load
from tests.disclosure.small_authorities import random_authority

YEAR = 202425


@pytest.fixture(scope="module")
def counts():
    return random_authority(20).counts


def numbers(counts, public=(), seed=1):
    cells = round_counts(counts, catalogue.load(), 5, seed, public=public).cells
    return cells.set_index(["social_care_group", "breakdown", "breakdown_item"])


def test_beside_a_small_public_figure_no_child_is_shown(counts):
    column = counts.layout.ladder_of(catalogue.load().measure("persistent_absence")).column(1)
    exact = counts.by_group.xs((YEAR, "Academic year"), level=("time_period", "time_identifier"))[column]
    everybody, cwsw = exact.loc["all"].loc["school"], exact.loc["cwsw"].loc["school"]
    school = min(cwsw.index[(everybody <= 5) & (cwsw > 0)])
    place = ("cwsw", "school", school)
    assert any(numbers(counts, seed=seed).loc[place, column] > 0 for seed in range(6))
    figure = PublicFigure("persistent_absence", YEAR, count=int(everybody[school]), school_urn=school)
    public = public_numbers([figure], counts.layout, catalogue.load())
    for seed in range(6):
        cells = numbers(counts, public, seed)[column]
        assert cells.loc[place] == 0
        # the figures still add up
        assert cells.loc["cwsw"].loc["school"].sum() == cells.loc[("cwsw", "total", "total")]


def test_a_public_figure_names_a_column_of_counts_and_one_not_exported_none(counts):
    layout = counts.layout
    heads = PublicFigure("prevalence", YEAR, pupils=412, school_urn="100001")
    both = PublicFigure("ks2_rwm_expected", YEAR, pupils=31, count=4)
    not_exported = PublicFigure("phonics_standard", YEAR, pupils=3)
    found = public_numbers([heads, both, not_exported], layout, catalogue.load())
    assert [(number.column, number.breakdown, number.number) for number in found] == [
        (HEADS, "school", 412),
        (layout.in_population(catalogue.load().measure("ks2_rwm_expected").population), "total", 31),
        (layout.ladder_of(catalogue.load().measure("ks2_rwm_expected")).column(1), "total", 4),
    ]
    assert {number.point for number in found} == {f"{YEAR} Academic year"}


def test_public_figures_are_read_with_every_fault_at_once(tmp_path):
    file = tmp_path / "authority.toml"
    file.write_text('[[public_figures]]\nmeasure = "prevalence"\nyear = 202425\npupils = 31\n')
    assert load(tmp_path).public_figures == (PublicFigure("prevalence", YEAR, pupils=31),)
    file.write_text(
        '[[public_figures]]\nyear = 202426\npupils = -1\nschool = "1"\n[[public_figures]]\nmeasure = "x"\n'
    )
    with pytest.raises(DefinitionsInvalid) as refused:
        load(tmp_path)
    for fault in (
        "1: school is not a setting", "1: the year must be six digits", "1: measure must be a text",
        "1: pupils must be a whole number", "2: the year must be", "2: give the pupils, or the count",
    ):  # fmt: skip
        assert f"[[public_figures]] {fault}" in str(refused.value)
    assert replace(load(None)).public_figures == ()
