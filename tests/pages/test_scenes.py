"""Charts told as scenes: what must hold of each whatever the figures, on screen and on paper."""

import dataclasses
import math
import struct
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cswanalytics import catalogue
from cswanalytics.aims import Aim, Course, Milestone, Status, Step, courses
from cswanalytics.answers import Question
from cswanalytics.catalogue import Unit
from cswanalytics.inference import change, gaps, pooled
from cswanalytics.show import charts, prints, reaches, sessions, stages, suspensions
from cswanalytics.show.charts import frame
from cswanalytics.show.charts.scene import Box, Dot, Line, Scene, Words
from cswanalytics.show.palette import DARK, LIGHT, Palette
from cswanalytics.show.prints.page import Sheet
from cswanalytics.vocabulary import next_year
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
NAMES = ("Children with a social worker", "Their peers")
CAPTION = prints.Caption("Is each gap closing?", "note", "source")
NEEDS = gaps(GATEWAY.answer(Question("suspended_once_or_more", breakdown="sen_provision")))
ITEMS = GATEWAY.breakdown("sen_provision").items
YEAR = 202425


def asked(name: str):
    return gaps(GATEWAY.answer(Question(name)))


def told() -> dict[str, Scene]:
    """Give one of each scene."""
    rungs, apart = (
        stages.drawn(stages.rungs(asked, GATEWAY.measures(), of)) for of in (stages.LADDER, [stages.APART])
    )
    ladder = suspensions.ladder(asked, YEAR)
    panels = {label: charts.trend.parts(NEEDS, ("CWSW", "peers"), item) for item, label in ITEMS.items()}
    went = sessions.where_they_went(asked, GATEWAY.measures(theme="attendance"), YEAR, "total")
    assert went
    found = {
        "where sessions went": charts.where_sessions_went.scene(
            went.reasons, (went.missed.cwsw, went.missed.peers), NAMES, ("CWSW", "Peers")
        ),
        "aim against its path": charts.aim_path.scene(courses(GATEWAY)[0]),
        "stage ladder": charts.stage_ladder.scene(rungs, apart),
        "dots with intervals": charts.interval_dots.scene(
            reaches.of_items(NEEDS, YEAR, ITEMS), NAMES, Unit.PERCENT
        ),
        "repeat ladder": charts.repeat_ladder.scene(ladder.rungs if ladder else (), NAMES),
        "small multiples": charts.small_multiples.scene(panels, NAMES, "too few to show"),
        "why it moved": charts.why_it_moved.scene(
            change(asked("persistent_absence")), NAMES, ("6 higher", "2 higher")
        ),
    }
    assert all(found.values())
    return {name: scene for name, scene in found.items() if scene}


SCENES = told()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_still_opaque_and_large_enough_to_read(name: str, palette: Palette) -> None:
    figure = charts.scene.draw(SCENES[name], palette)

    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == palette.page
    assert figure.layout.xaxis.fixedrange
    assert figure.layout.yaxis.fixedrange
    assert figure.layout.showlegend is False
    assert min(note.font.size for note in figure.layout.annotations) >= frame.LEAST


@pytest.mark.parametrize("name", SCENES)
def test_what_is_said_on_screen_is_said_on_paper_too(name: str) -> None:
    scene = SCENES[name]
    on_screen = {note.text for note in charts.scene.draw(scene, LIGHT).layout.annotations}
    sheet = Sheet(CAPTION, scene.height)
    prints.scene.draw_on(sheet, scene)
    on_paper = {text.get_text() for text in sheet._axes.texts}

    words = [mark for mark in scene.marks if isinstance(mark, Words)]
    assert len(words) >= 3
    for mark in words:
        strong = f"<b>{mark.strong}</b>" if mark.strong else ""
        assert " ".join(filter(None, (strong, mark.text))) in on_screen
        assert {mark.strong, mark.text} - {""} <= on_paper


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_can_be_kept_as_a_sharp_picture(name: str) -> None:
    picture = prints.scene.draw(SCENES[name], CAPTION)

    assert struct.unpack(">II", picture[16:24])[0] == 1920


def test_several_aims_make_one_picture_each_under_its_name() -> None:
    path = SCENES["aim against its path"]

    one, two = (
        struct.unpack(">II", prints.scene.stacked([("Absence", "Off course.", path)] * n, CAPTION)[16:24])[1]
        for n in (1, 2)
    )

    assert two - one == pytest.approx(2 * (path.height + prints.scene.HEADING), abs=2)


def course(
    steps: list[tuple[float, float]], status: Status, baseline: float = 20.0, target: float = 10.0
) -> Course:
    """Give an aim from 2020/21 on with a gap and the reach of its interval for each year."""
    year, made = 202021, []
    for gap, reach in steps:
        made.append(Step(year, baseline - len(made), gap, gap - reach, gap + reach, ""))
        year = next_year(year)
    latest = made[-1]
    made.append(Step(year, target, math.nan, math.nan, math.nan, ""))
    aim = Aim(
        "persistent_absence",
        Milestone(202021, baseline),
        Milestone(year, target),
        owner="Virtual School Head",
        next_review=date(2027, 1, 31),
        doing="Something.",
    )
    measure = catalogue.load().measure("persistent_absence")
    return Course(
        aim, measure, status, "", latest.time_period, latest.gap, latest.low, latest.high, latest.asked,
        None, tuple(made),
    )  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-30, 80), st.floats(0.1, 30)), min_size=1, max_size=8),
    st.sampled_from(list(Status)),
)
def test_whatever_the_gaps_a_path_stays_inside_its_picture(steps, status: Status) -> None:
    scene = charts.aim_path.scene(course(steps, status))
    assert scene

    for mark in scene.marks:
        ends = [y for _, y in mark.points] if isinstance(mark, Line) else []
        ends += [mark.y] if isinstance(mark, Words | Dot) else []
        assert all(0 <= y <= scene.height for y in ends), mark
    ticks = [mark for mark in scene.marks if isinstance(mark, Words) and mark.align == "right"]
    assert 2 <= len(ticks) <= 6


@settings(deadline=None)
@given(st.floats(1, 60), st.floats(0.5, 10))
def test_the_gap_and_the_path_are_named_on_opposite_sides(gap: float, reach: float) -> None:
    scene = charts.aim_path.scene(course([(20, 2), (gap, reach), (gap, reach)], Status.TOO_CLOSE_TO_CALL))
    assert scene

    at_latest = [mark for mark in scene.marks if isinstance(mark, Words) and mark.on_paper and mark.x == 2]
    path, of_gap = sorted(at_latest, key=lambda mark: "path" not in mark.strong)
    diamond, dot = (
        next(
            mark for mark in scene.marks if isinstance(mark, Dot) and mark.x == 2 and mark.diamond == is_path
        )
        for is_path in (True, False)
    )
    assert (path.y > of_gap.y) == (diamond.y >= dot.y)


def test_where_nothing_can_be_said_no_diamond_stands_on_the_path() -> None:
    for status, hollow in ((Status.OFF_COURSE, 1), (Status.CANNOT_SAY, 0)):
        scene = charts.aim_path.scene(course([(20, 2), (21, 2)], status))
        assert scene
        diamonds = [mark for mark in scene.marks if isinstance(mark, Dot) and mark.diamond]
        assert sum(not mark.solid for mark in diamonds) == hollow
        assert sum(mark.solid for mark in diamonds) == 1


def test_years_left_out_stand_as_a_block_and_have_no_dot() -> None:
    made = course([(20, 2), (20, 2), (20, 2)], Status.OFF_COURSE)
    steps = list(made.steps)
    steps[1] = dataclasses.replace(steps[1], gap=math.nan, low=math.nan, high=math.nan, because="closed")
    scene = charts.aim_path.scene(dataclasses.replace(made, steps=tuple(steps)))
    assert scene

    (block,) = [mark for mark in scene.marks if isinstance(mark, Box)]
    assert block.x0 < 1 < block.x1
    assert not any(isinstance(mark, Dot) and block.x0 < mark.x < block.x1 for mark in scene.marks)


def test_without_a_gap_there_is_no_path_to_draw() -> None:
    assert all(charts.aim_path.scene(one) is None for one in courses(InventedGateway("too few")))


def test_items_stand_as_declared_and_one_too_small_keeps_its_place() -> None:
    few = NEEDS.rows.copy()
    few.loc[(few["breakdown_item"] == "K") & (few["time_period"] == YEAR), "state"] = "too few"

    rows = reaches.of_items(dataclasses.replace(NEEDS, rows=few), YEAR, ITEMS)

    assert [row.name for row in rows] == list(ITEMS.values())
    assert [row.instead for row in rows] == ["", "too few to show", ""]


def test_a_gap_between_bounds_that_may_lie_either_way_is_not_said() -> None:
    bounded = NEEDS.rows.copy()
    bounded[["cwsw_extreme", "gap_low", "gap_high"]] = ["under", -20.0, 60.0]

    (row, *_) = reaches.of_items(dataclasses.replace(NEEDS, rows=bounded), YEAR, ITEMS)

    assert row.cwsw
    assert row.peers
    assert (row.behind, row.instead) == ("", "too few to compare")
    scene = charts.interval_dots.scene([row], NAMES, Unit.PERCENT)
    assert scene
    dots = [mark for mark in scene.marks if isinstance(mark, Dot)]
    assert [dot.colour for dot in dots] == ["peers"], "a dot at a bound would be read as a figure"


def test_the_steps_from_two_suspensions_up_stand_on_the_block_and_the_first_does_not() -> None:
    scene = SCENES["repeat ladder"]
    (block,) = [mark for mark in scene.marks if isinstance(mark, Box) and mark.colour == "wash"]

    inside = {
        mark.said: block.y0 < mark.y < block.y1
        for mark in scene.marks
        if isinstance(mark, Words) and mark.colour == "ink"
    }
    assert inside == {
        "Once": False,
        charts.repeat_ladder.ENOUGH: True,
        "2 to 4 times": True,
        "5 times or more": True,
    }


def test_small_multiples_are_on_one_scale() -> None:
    scene = SCENES["small multiples"]

    ends = [mark.text for mark in scene.marks if isinstance(mark, Words) and mark.across == -8]
    assert len(ends) == 2 * len(ITEMS)
    assert len(set(ends)) == 2, "nought and one end"


def test_a_trend_may_run_under_nought() -> None:
    parts = charts.trend.parts(asked("progress_8"), ("CWSW", "peers"))
    assert parts

    assert parts.foot < 0 < parts.top
    assert any(math.isclose(tick, 0, abs_tol=1e-9) for tick in parts.ticks)
    points = [point for run in parts.runs for point in run]
    for _, low, high in (side for point in points for side in (point.cwsw, point.peers)):
        assert parts.foot <= low <= high <= parts.top
    assert prints.trend.draw(parts, CAPTION).startswith(b"\x89PNG")


def test_permanent_exclusions_of_three_years_have_intervals_on_both_sides() -> None:
    worked_out = gaps(pooled(GATEWAY.answer(Question("permanent_exclusion"))))
    pools = suspensions.pools(worked_out)

    rows = [reaches.of_row(worked_out, row, suspensions.pool_name(row)) for row in pools]

    assert [row.name for row in rows] == ["2022/23 to 2024/25", "2016/17 to 2018/19"]
    for row in rows:
        for side in (row.cwsw, row.peers):
            assert side
            assert side.low < side.value < side.high


def test_no_line_or_dot_of_a_trend_stands_on_a_bound() -> None:
    worked_out = asked("severe_absence")
    rows = worked_out.rows.copy()
    rows.loc[rows["time_period"] == 202324, "cwsw_extreme"] = "under"
    parts = charts.trend.parts(dataclasses.replace(worked_out, rows=rows), ("CWSW", "peers"))
    assert parts

    lines = [line for line in charts.trend.draw(parts, LIGHT).data if line.mode == "lines+markers"]
    missing = {line.marker.color: [y is None for y in line.y] for line in lines if len(line.y) == 4}
    assert missing == {LIGHT.cwsw: [False, False, True, False], LIGHT.page: [False] * 4}
    assert [len(run) for run in charts.trend.known_runs(parts.runs[-1], "cwsw")] == [2, 1]
    assert prints.trend.draw(parts, CAPTION).startswith(b"\x89PNG")


def test_a_long_figure_beyond_its_interval_fits_on_a_phone() -> None:
    reach = reaches.Reach(18.0, 0.0, 37.0, "under 18.0", is_bound=True)
    scene = charts.interval_dots.scene([reaches.Row("Years", reach, reach)], NAMES, Unit.PER_1000)
    assert scene

    start, end = scene.across
    at = (37.0 - start) / (end - start) * charts.interval_dots.ON_A_PHONE
    assert at + frame.width_of("under 18.0", frame.TEXT) * 1.2 <= charts.interval_dots.ON_A_PHONE
