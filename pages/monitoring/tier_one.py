"""For the board: five lines with the worst first, every outcome in a grid, and what moved since last time."""

from collections.abc import Callable, Mapping

import streamlit as st

from cswanalytics.aims import courses
from cswanalytics.answers import Gateway, Question
from cswanalytics.app import documents, sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Change, Gaps, change
from cswanalytics.show import downloads, england, names, offer, rows, since_last, tier_one
from cswanalytics.show.board_sheet import board_workbook
from cswanalytics.show.workbook import EXCEL
from cswanalytics.vocabulary import TOTAL, ComparedWith, Role, Who, year_label

TITLE = "What should I tell the board this term?"
MENU = "For the board"
ORDER = 10
ROLES = (Role.VIRTUAL_SCHOOL_HEAD, Role.DATA_TEAM)

PHASE = "education_phase"
Results = Mapping[str, tuple[Gaps, Change]]


def render(gateway: Gateway) -> None:
    """What should I tell the board this term?"""
    answer = widgets.Answer()
    years = sorted(gateway.facts.years, reverse=True)
    items = gateway.breakdown(PHASE).items
    year, phase = widgets.controls(
        Choice("Year", "year", {year: year_label(year) for year in years}),
        Choice(
            "Phase",
            "phase",
            {TOTAL: "All phases"} | {item: names.of_phase(label) for item, label in items.items()},
        ),
    )
    results = _results(gateway, year, phase)
    sentence = tier_one.answer(results)
    answer.say(sentence)
    aimed = tier_one.courses_by_measure(courses(gateway)) if phase == TOTAL and year == years[0] else {}
    _digest(results, aimed, phase, year)
    widgets.section(
        f"{len(results)} outcomes, {year_label(year)}",
        f"Dots: the gap in each of the five years to {year_label(year)}, the large one newest, the first in "
        "figures beside it; ×: left out.",
    )
    numbers = tier_one.grid(results, year, aimed, gateway.facts.data_dates, _link, widgets.palette(), phase)
    with st.container(key="grid"):
        widgets.table(
            numbers, alt="Every outcome: both figures, the gap, five years, whether it changed, its aim"
        )
    if phase == TOTAL:
        _beside_england(gateway, results)
        _beside_last(gateway, results)
        _offer(gateway, year)
    widgets.can_and_cannot_say(
        "which gaps moved by more than chance. "
        + (
            "The outcomes are judged together, so that a chance finding is rarely called a change."
            if phase == TOTAL
            else "One phase is judged outcome by outcome: one in twenty would seem to change by chance."
        ),
        "which programme or school moved them.",
    )
    name = downloads.file_name(gateway.facts, f"board {year_label(year)}")
    _to_take_to_the_board(
        gateway, lambda: board_workbook(results, year, phase, aimed, gateway.facts), f"{name}.xlsx"
    )
    shown = [
        (gaps, row) for gaps, _ in results.values() if (row := rows.row_of(gaps, year, phase)) is not None
    ]
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(shown, gateway.facts),
        picture=None,
        name=name,
    )


def _to_take_to_the_board(gateway: Gateway, grid: Callable[[], bytes], file_name: str) -> None:
    newest = year_label(max(gateway.facts.years))
    widgets.section(
        "To take to the board",
        f"The strategic summary is of {newest} and all phases, for members and the department. The grid is "
        "as it stands above, with the years before it.",
    )
    with st.container(key="documents", horizontal=True):
        documents.offer(
            "Strategic summary",
            lambda: documents.strategic(gateway),
            downloads.file_name(gateway.facts, "strategic summary"),
        )
        widgets.download("Grid (Excel)", grid, file_name, EXCEL)


def _results(gateway: Gateway, year: int, phase: str) -> Results:
    """Give the outcomes with their verdicts as they stood in a year."""
    if phase == TOTAL:
        return widgets.outcomes_until(gateway, Who.CWSW, ComparedWith.PEERS, year)
    worked_out = {
        measure.id: widgets.worked_out(gateway, Question(measure.id, breakdown=PHASE))
        for measure in gateway.measures(tier=1)
        if PHASE not in measure.breakdowns_left_out and measure.has_peers
    }
    return {
        name: (gaps, change(gaps, phase, until=None if year == max(gateway.facts.years) else year))
        for name, gaps in worked_out.items()
    }


def _digest(results: Results, aimed: Mapping[str, tier_one.Course], phase: str, year: int) -> None:
    lines = tier_one.lines(results, aimed, phase)
    if not lines:
        widgets.empty("Nothing to show", "No outcome has figures that may be shown.")
        return
    with st.container(border=True):
        st.markdown(f"**For the board, {year_label(year)}: worst first**", help=tier_one.ORDER)
        st.markdown("\n".join(f"- {line}" for line in lines))
        widgets.copy_button(tier_one.plain_lines(lines), "Copy lines")


def _link(measure: Measure) -> str:
    return widgets.link(measure, measure.short, names.in_controls(measure))


def _beside_england(gateway: Gateway, results: Results) -> None:
    """Set England's figure beside each group that it is published of; there is none for all CWSW together."""
    found = england.of_outcomes(
        lambda question: widgets.worked_out(gateway, question), [gaps.measure for gaps, _ in results.values()]
    )
    if found is None:
        return
    widgets.section(
        "Beside England, like group with like group",
        "Nothing is published for all children with a social worker together, so each group has its own.",
    )
    with st.expander("The groups England publishes, here and there"):
        widgets.table(found.table, alt="Each group's figure here and in England")
        st.caption(found.said)


def _beside_last(gateway: Gateway, results: Results) -> None:
    widgets.section("Since the last release")
    before = gateway.earlier
    if before is None:
        st.markdown(since_last.FIRST)
        return
    earlier = widgets.outcomes(before, Who.CWSW, ComparedWith.PEERS)
    found = since_last.since_last(
        (gaps for gaps, _ in results.values()),
        lambda question: earlier[question.measure][0],
        gateway.facts,
        before.facts,
    )
    st.markdown(found.sentence)
    if found.moved:
        widgets.table(found.table, alt="Figures that moved since the last release, and why")


def _offer(gateway: Gateway, year: int) -> None:
    """Say what the Virtual School did, and which children no rate holds."""
    widgets.section(f"Our offer, {year_label(year)}", "Schools reached, of those open or that answered.")
    sections.strip(offer.strip(gateway.offer, year))
    hidden = offer.on_no_roll(gateway.offer, year, gateway.facts.base)
    if hidden:
        widgets.section("On no roll, and so in none of these figures")
        for sentence in hidden:
            st.markdown(sentence)
