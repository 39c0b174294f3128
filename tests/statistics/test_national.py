"""England's figures stand beside the like group, measure and year, and beside nothing else."""

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cswanalytics import national
from cswanalytics.answers import SIDES, Question
from cswanalytics.national import Counted, NationalFigure, Refusal, beside, comparable
from cswanalytics.vocabulary import ComparedWith, Level, Who
from tests.statistics.made_up import measure

ABSENCE = "persistent_absence"
CINO = Counted("CINO at 31 March", "persistent_absence_pct", 202425)


def figure(who: Who = Who.CINO, of: str = ABSENCE, year: int = 202425, **asked) -> NationalFigure:
    found = beside(Question(of, who=who), measure(of), year, **asked)
    assert isinstance(found, NationalFigure), found
    return found


def refused(question: Question, year: int = 202425, **asked) -> str:
    found = beside(question, measure(question.measure), year, **asked)
    assert isinstance(found, Refusal), found
    return found.because


@pytest.mark.parametrize(
    ("who", "value", "said"),
    [
        (Who.CINO, 46.0, "children in need at 31 March, England"),
        (Who.CPPO, 55.4, "children on a child protection plan at 31 March, England"),
        (Who.CLA, 20.3, "children looked after for 12 months at 31 March, England"),
    ],
)
def test_each_group_stands_beside_the_published_one_that_is_like_it(who, value, said):
    found = figure(who)

    assert (found.value, found.group, found.symbol) == (value, said, "")
    assert (found.source, found.vintage) == ("CSC_outcomes_and_enablers: data-raw/absence_la.csv", "2f5d11a")


def test_all_pupils_stand_beside_all_pupils():
    question = Question(ABSENCE, compared_with=ComparedWith.ALL_PUPILS)
    found = beside(question, measure(ABSENCE), 202425, side="peers")

    assert isinstance(found, NationalFigure)
    assert (found.value, found.group) == (18.14, "all pupils, England")


def test_permanent_exclusions_published_per_cent_are_given_per_1000():
    of = replace(measure("permanent_exclusion"), not_comparable=())
    found = beside(Question(of.id, who=Who.CINO), of, 201819)

    assert isinstance(found, NationalFigure)
    assert found.value == pytest.approx(7.4)
    assert found.restated == pytest.approx((7.5,))


def test_scores_are_given_as_they_are():
    assert figure(of="attainment_8", year=202425).value < 30


@pytest.mark.parametrize(
    "who", [who for who in Who if who not in (Who.CINO, Who.CPPO, Who.CLA)], ids=lambda who: who.value
)
def test_no_other_group_stands_beside_anything_published(who):
    assert "the department publishes no figure for children" in refused(Question(ABSENCE, who=who))


def test_peers_stand_beside_nothing_published():
    because = refused(Question(ABSENCE, who=Who.CINO), side="peers")

    assert because.startswith("the department publishes no figure for their peers: ")


@pytest.mark.parametrize(
    ("question", "asked", "because"),
    [
        (Question(ABSENCE, Level.SCHOOL, Who.CINO), {}, "of the whole authority alone"),
        (Question(ABSENCE, who=Who.CINO, breakdown="sex"), {}, "of the whole authority alone"),
        (Question(ABSENCE, who=Who.CINO, time_identifier="To half-term 2"), {}, "of whole years"),
        (Question("late_to_register", who=Who.CINO), {}, "publishes no figure like it that is held here"),
        (Question(ABSENCE, who=Who.CINO), {"year": 202526}, "is held for 2025/26"),
        (Question(ABSENCE, who=Who.CINO), {"year": 202021}, "2020/21 is not comparable: schools were closed"),
        (Question("suspension_rate", who=Who.CINO), {"year": 202324}, "no figure of children in need"),
        (Question("permanent_exclusion", who=Who.CINO), {"pooled_from": 202223}, "several years together"),
    ],
)
def test_what_is_unlike_is_refused_with_a_reason(question, asked, because):
    assert because in refused(question, **asked)


def test_a_figure_restated_later_is_given_with_what_was_published_before():
    of = replace(measure("suspended_once_or_more"), not_comparable=())
    found = beside(Question(of.id, who=Who.CINO), of, 201819)

    assert isinstance(found, NationalFigure)
    assert (found.value, found.restated) == (10.22, (10.34,))
    assert found.vintage == "2e30e39"


def test_a_symbol_is_kept_beside_and_is_never_a_number():
    of = replace(measure(ABSENCE), not_comparable=())
    found = beside(Question(ABSENCE, who=Who.CINO), of, 201920)

    assert isinstance(found, NationalFigure)
    assert isnan(found.value)
    assert (found.symbol, found.because) == ("x", "published as 'x': not available")


def test_figures_quoted_in_the_press_are_left_out():
    question = Question("overall_absence", compared_with=ComparedWith.ALL_PUPILS)
    found = beside(question, measure("overall_absence"), 202223, side="peers")

    assert isinstance(found, NationalFigure)
    assert (found.value, found.restated) == (7.37, ())


@pytest.mark.parametrize(
    ("other", "because"),
    [
        (CINO, ""),
        (replace(CINO, group="CPPO at 31 March"), "are not the same children"),
        (
            replace(CINO, group="children with a social worker"),
            "publishes no figure for children with a social",
        ),
        (replace(CINO, series="severe_absence_pct"), "they count different things"),
        (replace(CINO, time_period=202324), "2024/25 and 2023/24 are not the same year"),
    ],
)
def test_only_the_same_group_measure_and_year_are_comparable(other, because):
    assert because in comparable(CINO, other)
    assert bool(comparable(CINO, other)) == bool(comparable(other, CINO)) == (other != CINO)


def test_pupils_suspended_once_are_never_set_beside_events():
    events = replace(CINO, series="suspension_rate_pct")
    pupils = replace(CINO, series="one_plus_suspension_rate_pct")

    assert comparable(pupils, events) == (
        "they count different things: pupils suspended at least once, and suspensions for every 100 pupils"
    )


@given(
    who=st.sampled_from(list(Who)), compared=st.sampled_from(list(ComparedWith)),
    of=st.sampled_from([ABSENCE, "suspended_once_or_more", "suspension_rate", "attainment_8", "engmath_5plus",
                        "permanent_exclusion", "phonics_standard", "prevalence"]),
    year=st.sampled_from([201819, 202122, 202223, 202324, 202425, 202526]), side=st.sampled_from(SIDES),
)  # fmt: skip
def test_what_is_given_is_always_of_the_like_group_measure_and_year(who, compared, of, year, side):
    question = Question(of, who=who, compared_with=compared)
    found = beside(question, measure(of), year, side)

    if isinstance(found, Refusal):
        assert found.because
        return
    assert found.counted == national.counted(question, measure(of), year, side)
    assert found.counted.group == national.LIKE[who if side == "cwsw" else compared]
    assert isnan(found.value) == bool(found.symbol)
