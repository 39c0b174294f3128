"""Parts that several pages share, each drawn where it is called: heading, chart, and what is said of it."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import menu, widgets
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Change, Gaps, State, Verdict, change, gaps, pooled
from cswanalytics.show import charts, downloads, names, own_school, prints, reaches, tables, words
from cswanalytics.show.england import beside_england
from cswanalytics.show.row_words import gap_and_interval, row_of
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, WHO_SHORT, Level, Role, Who, year_label

Entry = tuple[str, Gaps, pd.Series]
"""A row shown: its label, its gaps, itself."""

MY_SCHOOL = "my_school"
OF_A_SCHOOL = (Role.HEADTEACHER, Role.DESIGNATED_TEACHER)


def paragraph(sentence: str) -> None:
    """Write a sentence as it is, whatever signs it holds."""
    st.markdown(widgets.plain(sentence))


def strip(counts: Mapping[str, int | str]) -> None:
    """Write small cards side by side, on a phone two by two: how many, and of what."""
    with st.container(key="strip"):
        for place, (what, count) in zip(st.columns(len(counts), gap="small"), counts.items(), strict=True):
            place.container(border=True).markdown(f"**{count}** {what[:1].lower()}{what[1:]}")


def scene(told: charts.scene.Scene, alt: str) -> None:
    """Draw a scene. `alt` says its answer in one sentence."""
    widgets.chart(charts.scene.draw(told, widgets.palette()), alt=alt)


def folded_table(numbers: pd.DataFrame, alt: str, title: str) -> None:
    """Print a long table folded up under a title of its own."""
    with st.expander(title):
        widgets.table(numbers, alt)


def your_school(role: Role) -> None:
    """Lead a headteacher or designated teacher to their own school's page, where there is one."""
    pages: Iterable[menu.Found] = menu.discover(menu.PAGES)
    page = next((page for page in pages if page.address == MY_SCHOOL and role in page.roles), None)
    if page is not None and role in OF_A_SCHOOL:
        link = widgets.to_page(page.address, "open", {})
        paragraph(f"These are figures of the whole authority. Your school: {link}.")


def at_own_schools(gateway: Gateway, measure: Measure, who: Who) -> None:
    """Write where the reader's own schools stand, three years together, where schools are worked out."""
    if gateway.role not in OF_A_SCHOOL or who is not Who.CWSW:
        return
    if not (measure.school_level and measure.is_counted):
        return
    answer = gateway.answer(Question(measure.id, level=Level.SCHOOL))
    if answer.absent:
        return
    together = gaps(pooled(answer))
    for school in gateway.schools().to_dict("records"):
        paragraph(own_school.sentence(together, school["school_urn"], school["school_name"]))


def verdict(gateway: Gateway, question: Question, item: str = TOTAL) -> tuple[Gaps, Change]:
    """Give the gaps and their change: a measure of tier one has one verdict, whatever page shows it."""
    if question.breakdown == TOTAL and question.time_identifier == ACADEMIC_YEAR:
        of_tier_one = widgets.outcomes(gateway, question.who, question.compared_with)
        if question.measure in of_tier_one:
            return of_tier_one[question.measure]
    worked_out = widgets.worked_out(gateway, question)
    return worked_out, change(worked_out, item)


def why_it_moved(moved: Change, question: Question) -> charts.scene.Scene | None:
    """Draw how far each group moved, under the verdict's question, and give what was drawn."""
    if moved.verdict is Verdict.CANNOT_SAY:
        return None
    heading = {
        Verdict.NARROWED: "Why did the gap narrow?",
        Verdict.WIDENED: "Why did the gap widen?",
    }.get(moved.verdict, "Why is there no clear change?")
    since, until = year_label(moved.baseline_year or 0), year_label(moved.latest_year or 0)
    said = f"Change in {words.name(moved.measure)} from {since} to {until}"
    widgets.section(heading, f"{said}: {words.who_moved(moved)}. {_would_have_shown(moved)}".strip())
    changes = (words.moved(moved.cwsw_change, moved.measure), words.moved(moved.peers_change, moved.measure))
    key = names.in_key(question)
    told = charts.why_it_moved.scene(moved, key, changes)
    scene(told, alt=f"{said}. {key[0]}: {changes[0]}. {key[1]}: {changes[1]}.")
    widgets.folded_table(tables.of_change(key, changes, (since, until)), alt=said)
    return told


def _would_have_shown(moved: Change) -> str:
    if moved.verdict is not Verdict.NO_CLEAR_CHANGE:
        return ""
    if moved.would_have_shown > max(moved.gap_then, 0):
        return "There are too few children for a fall to show: it would have to be larger than the gap."
    would = words.no_clear_change(moved)
    return f"{would[:1].upper()}{would[1:]}." if would else ""


def by_item(
    gateway: Gateway, question: Question, year: int, heading: str
) -> tuple[charts.scene.Scene | None, list[Entry]]:
    """Draw a row for each item of a breakdown, with intervals; give what was drawn and its rows."""
    breakdown = gateway.breakdown(question.breakdown)
    worked_out = widgets.worked_out(gateway, question)
    drawn = reaches.of_items(worked_out, year, breakdown.items)
    measure, key = worked_out.measure, names.in_key(question)
    told = charts.interval_dots.scene(drawn, key, measure.unit)
    widgets.section(f"{heading}, {year_label(year)}", f"{measure.counts}. One year: no verdict is given.")
    if told is None:
        widgets.nothing_shown(worked_out, next(iter(breakdown.items)))
        return None, []
    entries: list[Entry] = [
        (label, worked_out, row)
        for item, label in breakdown.items.items()
        if (row := row_of(worked_out, year, item)) is not None
    ]
    shown = [(label, row) for label, _, row in entries if row["state"] == State.SHOWN]
    label, widest = max(shown, key=lambda entry: entry[1]["gap"])
    alt = f"{measure.short}: the gap is widest for {label}, {gap_and_interval(worked_out, widest)}."
    scene(told, alt=alt)
    widgets.folded_table(tables.of_items(breakdown.title, entries, names.in_heads(question)), alt=alt)
    return told, entries


def inside(title: str) -> str:
    """Give a breakdown's title inside a sentence: 'special educational needs', 'English as an …'."""
    return title if title.startswith("English") else f"{title[:1].lower()}{title[1:]}"


def in_phase(phase: str) -> str:
    """Say where the children of a phase are: 'secondary schools', 'alternative provision'."""
    return f"{phase.lower()} schools" if "provision" not in phase.lower() else phase.lower()


def phase_or_group(answer: widgets.Answer, phase: str, who: Who) -> None:
    """Say that a phase and a group cannot both be chosen, and offer both ways back."""
    answer.say(
        "Choose a phase or a group, not both: one group in one phase is too few children to be safe to show."
    )
    with st.container(border=True):
        st.markdown("**One at a time**")
        st.markdown("Figures for one phase are for all children with a social worker together.")
        with st.container(horizontal=True):
            st.button(f"All groups, {phase.lower()}", on_click=widgets.choose(who=Who.CWSW))
            st.button(f"{WHO_SHORT[who]}, all phases", on_click=widgets.choose(phase=TOTAL))


def one_at_a_time(what: str, who: Who, reset: str) -> None:
    """Say that groups are not broken down, and offer both ways back. `reset` is the control to clear."""
    with st.container(border=True):
        st.markdown("**One at a time**")
        st.markdown(
            f"{what} are for all children with a social worker together: parts of a group are too few."
        )
        with st.container(horizontal=True):
            st.button("All groups", on_click=widgets.choose(who=Who.CWSW))
            st.button(f"{WHO_SHORT[who]}, not broken down", on_click=widgets.choose(**{reset: TOTAL}))


def england(gateway: Gateway, question: Question, measure: Measure) -> None:
    """Set England's figures beside the like groups, where they are published and held here."""
    found = beside_england(lambda of: widgets.worked_out(gateway, of), question, measure)
    if found is None:
        return
    widgets.section(f"Beside England, {year_label(found.year)}", found.said)
    widgets.table(found.table, alt=f"{measure.title}: the same groups here and in England")


def picture(gateway: Gateway, told: charts.scene.Scene, title: str, note: str) -> Callable[[], bytes]:
    """Give what draws a scene as a picture, when it is asked for."""
    caption = prints.Caption(title, note, downloads.source(gateway.facts))
    return lambda: prints.scene.draw(told, caption)
