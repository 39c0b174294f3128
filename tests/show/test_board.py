"""What the board is told: the answer, the lines, the dots, and what moved since the release before."""

import dataclasses
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from cswanalytics.aims import courses
from cswanalytics.answers import Question
from cswanalytics.inference import Verdict, gaps, tier_one
from cswanalytics.show import tier_one as board
from cswanalytics.show.five_years import five_years
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.since_last import since_last
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
NB = "\u00a0"


@pytest.fixture(scope="module")
def results():
    return {name: entry for name, entry in tier_one(GATEWAY).items() if entry[0].measure.has_peers}


def with_verdicts(results, *verdicts: Verdict):
    judged = list(results.items())[: len(verdicts)]
    return {
        name: (worked, replace(change, verdict=verdict, would_have_shown=3.2))
        for (name, (worked, change)), verdict in zip(judged, verdicts, strict=True)
    }


def said(sentence: str) -> str:
    return sentence.replace(NB, " ")


STILL, NARROWED, WIDENED, SILENT = (
    Verdict.NO_CLEAR_CHANGE, Verdict.NARROWED, Verdict.WIDENED, Verdict.CANNOT_SAY,
)  # fmt: skip


def test_where_most_show_no_clear_change_that_comes_first_with_what_would_have_shown(results):
    answer = said(board.answer(with_verdicts(results, STILL, STILL, NARROWED)))

    assert answer.startswith(
        "Most gaps show no clear change; in most, a fall of 4 points or more would have shown."
    )
    assert "The gap in reading, writing and maths, age 11 has narrowed (both " in answer


def test_where_none_changed_it_says_none_and_where_nothing_can_be_said_it_says_that(results):
    assert board.answer(with_verdicts(results, STILL, STILL)).startswith("No gap shows a clear change;")
    assert board.answer(with_verdicts(results, SILENT)) == "Whether any gap has changed cannot be said yet."


def test_where_most_moved_no_stillness_is_claimed(results):
    answer = board.answer(with_verdicts(results, WIDENED, WIDENED, STILL))

    assert "no clear change" not in answer
    assert "widened" in answer


def test_there_are_at_most_five_lines_and_what_widened_comes_first(results):
    last = "suspended_once_or_more"
    worked, change = results[last]
    results = {**results, last: (worked, replace(change, verdict=WIDENED))}

    lines = board.lines(results, {})

    assert len(lines) == 5
    assert worked.measure.short in lines[0]
    assert "▲" in lines[0]


def test_good_news_is_never_crowded_out(results):
    smallest = "severe_absence"
    worked, change = results[smallest]
    results = {**results, smallest: (worked, replace(change, verdict=NARROWED))}

    lines = board.lines(results, {})

    assert worked.measure.short in lines[-1]
    assert "▼" in lines[-1]


def test_a_line_says_the_gap_the_change_and_the_aim(results):
    aimed = board.courses_by_measure(courses(GATEWAY))

    line = next(line for line in board.lines(results, aimed) if "Persistently absent" in line)

    assert said(line).startswith("**Persistently absent**: 28 points behind (")
    assert "No clear change since 2016/17" in line
    assert "*Aim: " in line


def test_lines_are_copied_without_marks(results):
    text = board.plain_lines(board.lines(results, {}))

    assert text.startswith("- ")
    assert "*" not in text


def test_the_grid_keeps_a_row_for_every_outcome_under_its_theme(results):
    grid = board.grid(results, 202425, {}, GATEWAY.facts.data_dates, lambda measure: measure.short, LIGHT)

    assert grid["Outcome"].str.startswith("**").sum() >= 2
    assert {worked.measure.short for worked, _ in results.values()} <= set(grid["Outcome"])
    assert "Data to" in grid.columns, "attendance and results run to different days"


def test_where_all_data_run_to_one_day_no_column_says_so(results):
    day = GATEWAY.facts.data_to
    dates = {table: day for worked, _ in results.values() for table in worked.measure.needs}

    grid = board.grid(results, 202425, {}, dates, lambda measure: measure.short, LIGHT)

    assert "Data to" not in grid.columns


def test_five_years_are_dots_with_crosses_for_years_left_out_and_all_of_it_in_words():
    found = five_years(gaps(GATEWAY.answer(Question("persistent_absence"))), 202425)

    svg = ElementTree.fromstring(found.svg(LIGHT))
    dots = [part for part in svg if part.tag.endswith("circle")]
    assert len(dots) == 4
    assert [dot.get("r") for dot in dots] == ["3.6", "3.6", "3.6", "5.5"]
    assert found.words.startswith("Persistently absent, five years: 2020/21 left out, 2021/22")
    assert "28 points behind" in found.words
    assert found.markdown(LIGHT).startswith("![Persistently absent")


def test_noise_of_a_point_or_two_stays_flat():
    found = dataclasses.replace(
        five_years(gaps(GATEWAY.answer(Question("persistent_absence"))), 202425),
        gaps=(28.0, 28.5, 27.5, 28.0, 28.4),
    )

    heights = [float(part.get("cy")) for part in ElementTree.fromstring(found.svg(LIGHT)) if part.get("cy")]

    assert max(heights) - min(heights) < 5


def test_figures_that_moved_are_named_with_the_reason():
    now = gaps(GATEWAY.answer(Question("persistent_absence")))
    rows = now.answer.rows.copy()
    rows.loc[rows.index[-1], "cwsw_count"] += 200
    rows.loc[rows.index[-2], ["cwsw_count", "cwsw_pupils"]] = [400.0, 1000.0]
    before = gaps(replace(now.answer, rows=rows))
    earlier = replace(GATEWAY.facts, years=GATEWAY.facts.years[:-1])

    found = since_last([now], lambda question: before, GATEWAY.facts, earlier)

    assert found.new_years == (202425,)
    reasons = {entry.time_period: entry.because for entry in found.moved}
    assert reasons[202425].startswith("late data")
    assert reasons[202324].startswith("children: about")
    assert f"{len(found.moved)} of the 9 figures" in found.sentence
    assert list(found.table.columns) == ["Outcome", "Year", "Was", "Is now", "Why"]


def test_a_restated_year_gives_the_reason_it_was_restated_for():
    now = gaps(GATEWAY.answer(Question("persistent_absence")))
    rows = now.answer.rows.assign(cwsw_count=lambda frame: frame["cwsw_count"] * 0.5)
    facts = replace(GATEWAY.facts, restated={"202425": "a school sent its register twice"})

    found = since_last([now], lambda question: gaps(replace(now.answer, rows=rows)), facts, GATEWAY.facts)

    of_year = {entry.time_period: entry.because for entry in found.moved}
    assert of_year[202425] == "restated: a school sent its register twice"
    assert of_year[202324].startswith("late data")


def test_where_nothing_moved_that_is_said():
    now = gaps(GATEWAY.answer(Question("persistent_absence")))

    found = since_last([now], lambda question: now, GATEWAY.facts, GATEWAY.facts)

    assert found.moved == ()
    assert "has moved" in found.sentence
    assert np.isfinite(found.compared)
