"""A gap against the path to its aim: the status, why it cannot be said, and the aim in children."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from math import isnan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cswanalytics import aims, catalogue, settings
from cswanalytics.access import Actor
from cswanalytics.aims import Aim, Milestone, Status
from cswanalytics.build.pipeline import build
from cswanalytics.gateway import open_gateway
from cswanalytics.inference import gaps, pooled
from cswanalytics.vocabulary import ComparedWith, Role, Who, next_year
from tests.statistics.made_up import YEARS, answer, measure

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
BEFORE, NOW = ((1200, 2500), (8000, 40000)), ((1150, 2500), (7200, 40000))
"""28 points behind both times: 48 % and 20 %, then 46 % and 18 %."""


def aim(
    to: float = 20.0, by: int = 202627, since: int = 202122, gap: float = 28.0,
    of: str = "persistent_absence", **more: object,
) -> Aim:  # fmt: skip
    made = Aim(
        of, Milestone(since, gap), Milestone(by, to), "Virtual School Head", date(2027, 1, 31), "Much."
    )
    return replace(made, **more)  # ty: ignore[invalid-argument-type]


def course(aim: Aim, now=NOW, then=BEFORE, **made: object) -> aims.Course:
    years = {aim.baseline.year: then, 202425: now}
    return aims.course(gaps(answer(years, of=made.pop("of", aim.measure), **made)), aim)  # ty: ignore


# -- the path


@st.composite
def aims_with_milestones(draw) -> Aim:
    years = [next_years(201819, step) for step in sorted(draw(st.sets(st.integers(0, 12), min_size=2)))]
    sizes = sorted(draw(st.lists(st.floats(-5, 60), min_size=len(years), max_size=len(years))), reverse=True)
    first, *between, last = (Milestone(year, gap) for year, gap in zip(years, sizes, strict=True))
    return replace(aim(), baseline=first, target=last, milestones=tuple(between))


def next_years(time_period: int, steps: int) -> int:
    for _ in range(steps):
        time_period = next_year(time_period)
    return time_period


def test_the_path_is_straight_between_baseline_and_target_and_level_after_it():
    made = aim(to=20, by=202526, since=202122, gap=28)

    assert [aims.path(made, year) for year in (202122, 202223, 202324, 202425, 202526, 202627)] == [
        28, 26, 24, 22, 20, 20,
    ]  # fmt: skip
    assert isnan(aims.path(made, 202021))


def test_milestones_bend_the_path():
    made = aim(to=20, by=202526, milestones=(Milestone(202324, 27.0),))

    assert [aims.path(made, year) for year in (202122, 202223, 202324, 202425, 202526)] == [
        28, 27.5, 27, 23.5, 20,
    ]  # fmt: skip


@given(aims_with_milestones())
def test_the_path_goes_through_every_mark_and_never_widens(made: Aim):
    years = [next_years(made.baseline.year, step) for step in range(16)]
    asked = [aims.path(made, year) for year in years]

    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(asked))
    for mark in (made.baseline, *made.milestones, made.target):
        assert aims.path(made, mark.year) == pytest.approx(mark.gap)


# -- the status


@pytest.mark.parametrize(
    ("to", "status"),
    [(10, Status.OFF_COURSE), (26, Status.TOO_CLOSE_TO_CALL), (28, Status.TOO_CLOSE_TO_CALL)],
)
def test_a_gap_that_stays_is_off_course_only_where_its_interval_is_clear_of_the_path(to, status):
    found = course(aim(to=to))

    assert found.status is status
    assert (found.latest_year, found.gap) == (202425, 28)
    assert found.asked == pytest.approx(28 + (to - 28) * 3 / 5)
    assert found.because == ""


def test_a_gap_well_under_its_path_is_on_course():
    found = course(aim(to=27), now=((900, 2500), (7200, 40000)))

    assert found.status is Status.ON_COURSE
    assert found.high < found.asked


def test_a_measure_that_is_better_when_higher_is_held_to_its_path_the_same_way():
    made = aim(of="ks2_rwm_expected", gap=30, to=10)
    behind = ((900, 2500), (26000, 40000))

    assert course(made, now=behind, then=((875, 2500), (26000, 40000))).status is Status.OFF_COURSE
    assert course(replace(made, target=Milestone(202627, 30.0)), now=((1200, 2500), (26000, 40000)),
                  then=((875, 2500), (26000, 40000))).status is Status.ON_COURSE  # fmt: skip


@given(
    count=st.integers(20, 480), peers=st.integers(200, 3800), to=st.floats(0, 40),
    milestone=st.none() | st.floats(-10, 50),
)  # fmt: skip
def test_the_status_says_on_which_side_of_the_path_the_interval_lies(count, peers, to, milestone):
    marks = () if milestone is None else (Milestone(202324, milestone),)
    made = aim(gap=28, to=min(to, 28), milestones=marks)
    found = course(made, now=((5 * count, 2500), (10 * peers, 40000)))

    assert found.status is not Status.CANNOT_SAY
    assert (found.status is Status.ON_COURSE) == (found.high <= found.asked)
    assert (found.status is Status.OFF_COURSE) == (found.low > found.asked)


def test_every_year_from_the_first_released_to_the_target_is_a_step():
    cells = (BEFORE, BEFORE, NOW, NOW)
    made = aim(since=202223, to=24, by=202728)
    found = aims.course(gaps(answer(dict(zip(YEARS, cells, strict=True)))), made)

    assert [step.time_period for step in found.steps] == [*YEARS, 202526, 202627, 202728]
    assert [step.gap for step in found.steps[:4]] == pytest.approx([28, 28, 28, 28])
    assert isnan(found.steps[0].asked)
    assert found.steps[1].asked == 28
    assert isnan(found.steps[-1].gap)
    assert found.steps[-1].asked == 24


# -- what cannot be said


@pytest.mark.parametrize(
    ("made", "cells", "because"),
    [
        (aim(since=202021), {}, "the baseline's year, 2020/21, is not comparable: schools were closed"),
        (aim(), {"then": ((500, 2500), (8000, 40000))}, "so it was counted in another way"),
        (aim(), {"now": ((5, 5), (7200, 40000)), "then": ((5, 5), (8000, 40000))}, "fewer than 10 children"),
        (aim(), {"then": ((5, 5), (8000, 40000))}, "2021/22, cannot be read: fewer than 10 children"),
        (aim(), {"now": ("c", (7200, 40000)), "then": ("c", (8000, 40000))}, "withheld so that no child"),
        (aim(), {"cannot_say": {202425: "too many unmatched"}}, "too many unmatched"),
        (aim(), {"cannot_say": {202122: "too many unmatched"}}, "cannot be read: too many unmatched"),
        (aim(since=202425), {}, "no comparable year yet after the baseline's, 2024/25"),
    ],
)  # fmt: skip
def test_it_says_why_it_cannot_be_said(made, cells, because):
    found = course(made, **cells)

    assert found.status is Status.CANNOT_SAY
    assert because in found.because
    assert found.in_children is None


def test_a_baseline_from_before_the_series_started_afresh_cannot_be_held_to():
    broken = measure("persistent_absence", breaks=(catalogue.Break(202324, "a new register began"),))
    found = course(aim(), of=broken)

    assert found.because == "since the baseline the series started afresh in 2023/24: a new register began"


def test_a_baseline_from_before_the_release_begins_cannot_be_held_to():
    found = aims.course(gaps(answer({202425: NOW})), aim())

    assert found.because == "there are no figures for the baseline's year, 2021/22"
    assert found.gap == 28


def test_what_was_not_exported_is_said():
    nothing = replace(answer({}), absent="not exported: attendance")
    found = aims.course(gaps(nothing), aim())

    assert (found.status, found.because) == (Status.CANNOT_SAY, "not exported: attendance")
    assert (found.latest_year, found.in_children) == (None, None)
    assert isnan(found.gap)


def test_pools_that_share_a_year_with_the_baseline_cannot_be_held_to_it():
    cells = ((30, 2500), (100, 40000))
    years = dict.fromkeys((201617, 201718, 201819, *YEARS), cells)
    of = measure("permanent_exclusion", not_comparable=())
    together = gaps(pooled(answer(years, of=of), 3))
    made = aim(of="permanent_exclusion", gap=9.5, to=9.0)

    since = {start: aims.course(together, replace(made, baseline=Milestone(start, 9.5)))
             for start in (201819, 202324)}  # fmt: skip
    assert since[201819].status is not Status.CANNOT_SAY
    assert since[201819].in_children is None
    assert since[202324].because == "there are not yet enough years after the baseline's to set these beside"


@pytest.mark.parametrize("asked", [{"who": Who.CINO}, {"compared_with": ComparedWith.ALL_PUPILS}])
def test_the_gaps_must_be_of_the_aims_own_question(asked):
    with pytest.raises(ValueError, match="the aim is about"):
        aims.course(gaps(answer({202122: BEFORE, 202425: NOW}, **asked)), aim())


# -- in children


def test_the_aim_in_children_as_worked_out_by_hand():
    """The gap is 28 points of 2,500 children and the path asks 26.4: 1.6 points are 40 children.

    Rounding leaves open 4 children each way, 4 × (0.18 + 0.264) by the head-count, and 2,496 × 8 ÷ 40,000,
    a little more by their peers' head-count: 6.4, so 33.6 to 46.4, outward to multiples of 5.
    """
    found = course(aim(to=28 - 1.6 * 5 / 3))

    assert found.in_children == aims.Children(30, 40, 50)


def test_where_higher_is_better_they_are_the_children_still_missing():
    made = aim(of="ks2_rwm_expected", gap=30, to=10)
    found = course(made, now=((900, 2500), (26000, 40000)), then=((875, 2500), (26000, 40000)))

    assert found.in_children is not None
    assert found.in_children.point == 275  # 29 points behind, 18 asked for: 11 points of 2,500


def test_where_the_path_is_met_they_are_children_to_spare():
    found = course(aim(to=27), now=((900, 2500), (7200, 40000)))

    assert found.in_children is not None
    assert found.in_children.high < 0


@pytest.mark.parametrize(("pupils", "said"), [(95, False), (100, True)])
def test_under_a_hundred_published_pupils_it_is_not_said_in_children(pupils, said):
    found = course(aim(to=28), now=((45, pupils), (7200, 40000)))

    assert found.status is not Status.CANNOT_SAY
    assert (found.in_children is not None) == said


def test_scores_and_sessions_are_not_said_in_children():
    cells = ((17.3, 0.9, 250), (46.0, 0.2, 3000))
    made = aim(of="attainment_8", since=202223, gap=28.7, to=20)

    assert course(made, now=cells, then=cells).in_children is None


@given(
    pupils=st.integers(110, 3000), share=st.floats(0, 1), peers_share=st.floats(0, 1), to=st.floats(-20, 28),
    of=st.sampled_from(["persistent_absence", "ks2_rwm_expected"]),
    off=st.tuples(*[st.integers(-4, 4)] * 2, *[st.integers(-8, 8)] * 2),
)  # fmt: skip
def test_the_range_holds_the_children_that_the_true_counts_would_give(
    pupils, share, peers_share, to, of, off
):
    count, peers = round(pupils * share), 40000
    peers_count = round(peers * peers_share)
    made = aim(of=of, to=to)
    published = (
        (min(max(count + off[0], 0), pupils + off[1]), pupils + off[1]),
        (min(max(peers_count + off[2], 0), peers + off[3]), peers + off[3]),
    )
    found = aims.in_children(gaps(answer({202425: published}, of=of)), made, 202425)

    assert found is not None
    gap = (count / pupils - peers_count / peers) * (1 if of == "persistent_absence" else -1)
    needed = pupils * (gap - aims.path(made, 202425) / 100)
    assert found.low - 1e-6 <= needed <= found.high + 1e-6
    assert found.low <= found.point <= found.high
    assert found.low % 5 == found.point % 5 == found.high % 5 == 0


@given(times=st.integers(2, 20), to=st.floats(0, 20))
def test_an_authority_so_many_times_as_large_needs_so_many_times_the_children(times, to):
    def needed(scale: int) -> float:
        cells = ((1150 * scale, 2500 * scale), (7200 * scale, 40000 * scale))
        found = aims.in_children(gaps(answer({202425: cells})), aim(to=to), 202425)
        assert found is not None
        return found.point

    assert needed(times) == pytest.approx(times * needed(1), abs=2.5 * times + 2.5)


# -- from authority.toml to a course


def test_the_aims_of_a_gateway_each_have_their_course():
    made = (aim(), aim(of="attainment_8", since=202122, gap=18.0, to=15.0))

    class View:
        def aims(self):
            return made

        def answer(self, question):
            cells = (
                (BEFORE, NOW)
                if question.measure == "persistent_absence"
                else (((17.3, 0.9, 250), (46.0, 0.2, 3000)),) * 2
            )
            return replace(
                answer(dict(zip((202122, 202425), cells, strict=True)), of=question.measure),
                question=question,
            )

    found = aims.courses(View())  # ty: ignore[invalid-argument-type]

    assert [each.aim for each in found] == list(made)
    assert "exams were adapted" in found[1].because


@pytest.fixture(scope="module")
def sample_courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, aims.Course]:
    """The courses of the invented authority's aims, on its release: some 25 seconds to build."""
    config, releases = SAMPLE / "config", tmp_path_factory.mktemp("releases")
    definitions = catalogue.load(config)
    build(SAMPLE, releases, settings.load(config, definitions.aimable()), definitions)
    found = aims.courses(open_gateway(releases, Actor(Role.VIRTUAL_SCHOOL_HEAD)))
    return {each.measure.id: each for each in found}


def test_the_invented_authority_has_six_aims_that_show_every_status(sample_courses):
    assert set(sample_courses) == {
        "persistent_absence",
        "severe_absence",
        "suspended_once_or_more",
        "ks2_rwm_expected",
        "attainment_8",
        "engmath_5plus",
    }
    assert {found.status for found in sample_courses.values()} == set(Status)
    assert "2021/22, is not comparable: exams were adapted" in sample_courses["attainment_8"].because
