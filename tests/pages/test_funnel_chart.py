"""The funnel on screen and in print: named for the authority; for one school nothing told of the others."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cswanalytics.answers import Question
from cswanalytics.inference import pooled
from cswanalytics.inference.funnel import Funnel, funnel
from cswanalytics.show import charts, prints
from cswanalytics.show.charts import frame
from cswanalytics.show.charts.funnel_parts import LEAST_BETWEEN_LABELS, LETTERS, MOST_NAMES, Parts
from cswanalytics.show.palette import DARK, LIGHT
from cswanalytics.vocabulary import Level, Role
from tests.pages.invented_gateway import SCHOOLS, InventedGateway

NAMES = {urn: name for urn, _, name, phase, _ in SCHOOLS if phase == "Secondary"}
ASKED = Question("persistent_absence", level=Level.SCHOOL)
OWN = "900014"
CAPTION = prints.Caption("Persistent absence", "note", "source")


@pytest.fixture(scope="module")
def worked() -> Funnel:
    answer = pooled(InventedGateway().answer(ASKED)).only(time_period=202425)
    rows = answer.rows[answer.rows["school_urn"].isin(NAMES)]
    return funnel(dataclasses.replace(answer, rows=rows))


@pytest.fixture(scope="module")
def named(worked: Funnel) -> Parts:
    parts = charts.funnel.of_schools(worked, NAMES, "three years together")
    assert parts
    return parts


@pytest.fixture(scope="module")
def of_one() -> Parts:
    head = InventedGateway(role=Role.HEADTEACHER, own=(OWN,))
    mine, others = (
        pooled(answer).only(time_period=202425)
        for answer in (head.answer(ASKED), head.unnamed_schools(ASKED, OWN))
    )
    parts = charts.funnel.of_one_school(funnel(mine, others), OWN, "Your school", "three years together")
    assert parts
    return parts


def test_schools_beyond_the_outer_limits_are_named_and_no_others(named: Parts) -> None:
    chart = charts.funnel.draw(named, LIGHT)

    said = {note.text for note in chart.layout.annotations}
    assert {"<b>Birch High School</b>", "<b>Oak High School</b>"} <= said
    assert not any(name in text for text in said for name in ("Alder", "Cedar", "Willow"))


def test_names_stand_outside_the_axis_each_on_a_row_of_its_own(named: Parts) -> None:
    assert {leader.row for leader in named.leaders} == {1, -1}
    for leader in named.leaders:
        y = named.row_at(leader.row)
        assert y > named.top or y < 0


def test_of_other_schools_a_figure_of_one_school_holds_a_place_and_nothing_else(of_one: Parts) -> None:
    figure = charts.funnel.draw(of_one, LIGHT)

    text = figure.to_json()
    for urn, laestab, name, *_ in SCHOOLS:
        assert name not in text
        assert urn not in text
        assert laestab not in text
    assert "Your school" in text
    assert all(trace.hoverinfo == "skip" and trace.text is None for trace in figure.data)
    assert all(trace.customdata is None and trace.name is None and trace.ids is None for trace in figure.data)
    assert all(dot.name == dot.hover == dot.letter == "" for dot in of_one.grey)


def test_other_schools_stand_in_the_order_of_their_figures_in_a_figure_of_one_school(of_one: Parts) -> None:
    places = [(dot.pupils, dot.share) for dot in of_one.grey]

    assert places == sorted(places)
    assert len(places) == len(NAMES) - 1


def test_hover_repeats_what_is_printed_and_small_schools_have_none(named: Parts) -> None:
    for dot in named.grey:
        assert bool(dot.hover) != dot.hollow


def test_with_many_schools_beyond_letters_stand_on_the_dots_in_the_order_of_names(worked: Funnel) -> None:
    beyond = worked.schools.assign(place=worked.beyond["place"].iloc[0])
    many = charts.funnel.of_schools(dataclasses.replace(worked, schools=beyond), NAMES)
    assert many

    assert len(many.beyond) > MOST_NAMES
    assert many.leaders == ()
    by_name = [many.letters[urn] for urn in sorted(NAMES, key=NAMES.__getitem__)]
    assert by_name == list(LETTERS[: len(NAMES)])
    assert prints.funnel.draw(many, CAPTION).startswith(b"\x89PNG")


def test_a_trusts_funnel_names_its_own_schools_alone(worked: Funnel) -> None:
    only = {"900021": NAMES["900021"]}
    parts = charts.funnel.of_schools(worked, only)
    assert parts

    assert [dot.name for dot in parts.beyond] == ["Oak High School"]
    assert len(parts.grey) == len(NAMES) - 1
    assert not any(dot.hover for dot in parts.grey)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_funnel_is_still_opaque_and_without_a_legend(named: Parts, of_one: Parts, palette) -> None:
    for parts in (named, of_one):
        chart = charts.funnel.draw(parts, palette)
        assert chart.layout.paper_bgcolor == chart.layout.plot_bgcolor == palette.page
        assert chart.layout.xaxis.fixedrange
        assert chart.layout.yaxis.fixedrange
        assert chart.layout.showlegend is False
        assert min(note.font.size for note in chart.layout.annotations) >= frame.LEAST
        assert len(chart.layout.xaxis.tickvals) <= 4


@given(st.floats(0, 60), st.floats(0, 3), st.floats(0, 3))
def test_the_words_at_the_right_end_never_meet(
    named: Parts, expected: float, inner: float, outer: float
) -> None:
    line = dataclasses.replace(
        named.line,
        inner=(named.line.inner[0], (expected + inner,)),
        outer=(named.line.outer[0], (expected + outer,)),
    )

    places = [y for y, _ in dataclasses.replace(named, expected=expected, line=line).labels]

    least = named.of_pixels(LEAST_BETWEEN_LABELS) - 1e-9
    assert places[0] - places[1] >= least
    assert places[1] - places[2] >= least


def test_pictures_of_both_can_be_kept(named: Parts, of_one: Parts) -> None:
    for parts in (named, of_one):
        picture = prints.funnel.draw(parts, CAPTION)
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 20_000


def test_no_school_with_figures_is_no_funnel() -> None:
    few = pooled(InventedGateway("too few").answer(ASKED)).only(time_period=202425)

    assert charts.funnel.of_schools(funnel(few), NAMES) is None
    assert charts.funnel.of_one_school(funnel(few), OWN, "Your school") is None
