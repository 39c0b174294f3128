"""One school's page as its headteacher reads it: in words, and without another school."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics.show import my_school
from cswanalytics.show.schools import Span
from cswanalytics.vocabulary import Role
from tests.pages.invented_gateway import SCHOOLS, InventedGateway
from tests.pages.test_every_page import open_page

ALDER, BIRCH, WILLOW = "900012", "900013", "900023"
NB = "\u00a0"


def head_of(*urns: str, state: str = "usual") -> AppTest:
    return open_page("my_school", InventedGateway(state, role=Role.HEADTEACHER, own=urns))


def said_on(at: AppTest) -> str:
    parts = [
        element.value
        for kind in (at.markdown, at.caption, at.header, at.subheader, at.title)
        for element in kind
    ]
    parts += [str(cell) for table in at.table for cell in table.value.to_numpy().ravel()]
    return " ".join(parts).replace(NB, " ")


@pytest.fixture(scope="module")
def page() -> AppTest:
    return head_of(BIRCH)


def test_no_other_school_is_on_a_headteachers_page_nor_in_what_their_browser_gets(page: AppTest) -> None:
    received = "".join(str(element.proto) for element in page.main) + "".join(
        str(chart.proto) for chart in page.get("plotly_chart")
    )

    assert page.get("plotly_chart")
    assert "Birch High School" in said_on(page)
    for urn, laestab, name, *_ in SCHOOLS:
        if urn != BIRCH:
            for told in (urn, laestab, name):
                assert told not in received
                assert told not in said_on(page)


def test_with_one_school_there_is_nothing_to_pick_and_with_two_there_is(page: AppTest) -> None:
    assert [box.label for box in page.selectbox] == ["Theme", "Years"]
    two = head_of(ALDER, BIRCH)
    assert two.selectbox(key="school").options == ["Alder High School", "Birch High School"]


def test_of_its_figures_a_school_reads_words_and_no_percentage(page: AppTest) -> None:
    assert page.subheader[0].value.replace(NB, " ") == "About 7 in 10"
    words = said_on(page)
    assert re.findall(r"\d+ %", words) == ["94 %"], "the footer's match rate alone"
    assert "More than chance explains." in words
    assert "Across the authority's secondary schools: about half." in words
    assert "persistently absent: more than chance explains." in words


def test_a_school_like_the_others_is_told_so() -> None:
    assert "no different from what chance would give" in said_on(head_of(WILLOW))


def test_one_year_gives_no_verdict(page: AppTest) -> None:
    at = head_of(BIRCH)
    at.selectbox(key="years").select(1).run()

    assert "One year alone is too few children for a verdict." in said_on(at)
    assert "than chance explains" not in said_on(at)


def test_too_few_children_are_given_their_phases_figures_questions_and_whom_to_ask() -> None:
    words = said_on(head_of(BIRCH, state="too few"))

    assert "Too few children with a social worker at your school to show" in words
    assert "ask your data team to switch on the exact view" in words
    assert "Questions to discuss" in words


def test_a_measure_not_supplied_is_asked_for_by_name() -> None:
    assert "your data team has not supplied attendance" in said_on(head_of(BIRCH, state="not exported"))


def test_a_school_that_is_not_in_the_release_is_told_so() -> None:
    at = head_of("999999")

    assert not at.exception
    assert "Your school is not in these figures." in said_on(at)


def test_a_headteacher_without_a_school_is_told_what_everybody_without_a_right_is() -> None:
    assert "There is no such page, or it is not for your role." in said_on(head_of())


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (2, "fewer than 1 in 10"),
        (8, "about 1 in 10"),
        (15, "about 1 or 2 in 10"),
        (47, "about half"),
        (54, "about half"),
        (55, "about 5 or 6 in 10"),
        (71, "about 7 in 10"),
        (97, "more than 9 in 10"),
    ],
)
def test_a_share_is_said_as_people_say_it(percent: float, words: str) -> None:
    assert my_school.about(percent).replace(NB, " ") == words


def test_a_bound_is_said_as_a_bound() -> None:
    assert my_school.about(13, "under").replace(NB, " ") == "fewer than 2 in 10"
    assert my_school.about(87, "over").replace(NB, " ") == "more than 8 in 10"


def test_sessions_missed_are_weeks_of_a_school_year() -> None:
    assert my_school.weeks(8) == "about 3 weeks"
    assert my_school.weeks(2.5) == "about 1 week"
    assert my_school.weeks(0.5) == "less than a week"


def test_three_years_are_named_by_their_ends() -> None:
    assert Span(202425, 3).words == "2022/23 to 2024/25"
    assert Span(202425).words == "2024/25"
