"""Attendance: how far absence lies apart, why the gap moved, where the missed sessions went, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.catalogue import Better, Measure, MeasureKind
from cswanalytics.inference import Gaps, change
from cswanalytics.show import charts, downloads, names, prints, rows, sessions, so_far, tables, words, years
from cswanalytics.vocabulary import (
    ACADEMIC_YEAR,
    ALL_ROLES,
    RECENCY_BANDS,
    TOTAL,
    WHO_SHORT,
    Group,
    Who,
    year_label,
)

TITLE = "Are children with a social worker in school?"
MENU = "Attendance"
ORDER = 30
ROLES = ALL_ROLES
THEME = "attendance"

PHASE, YEAR_GROUP = "education_phase", "year_group_band"
FULL_YEARS, SO_FAR = "full", "so_far"

PER_1000 = "Of every 1,000 possible sessions"
NOW, BEFORE = "With a social worker this year", "With a social worker before"


Pictures = dict[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Chosen:
    """What the controls say."""

    measure: Measure
    phase: str
    who: Who
    period: str

    @property
    def item(self) -> str:
        """Give the item of the answer's breakdown: a phase, or the total."""
        return self.phase

    def question(self, measure: str = "", time_identifier: str = ACADEMIC_YEAR) -> Question:
        """Ask about a measure: the chosen one, or another."""
        breakdown = TOTAL if self.phase == TOTAL else PHASE
        return Question(
            measure or self.measure.id, who=self.who, breakdown=breakdown, time_identifier=time_identifier
        )


def render(gateway: Gateway) -> None:
    """Are children with a social worker in school?"""
    answer = widgets.Answer()
    measures = {measure.id: measure for measure in _offered(gateway)}
    items = gateway.breakdown(PHASE).items
    phases = {TOTAL: "All phases"} | {phase: names.of_phase(label) for phase, label in items.items()}
    measure, phase, who, period = widgets.controls(
        Choice("Measure", "measure", {name: names.in_control(entry) for name, entry in measures.items()}),
        Choice(
            "Phase",
            "phase",
            phases,
        ),
        Choice("Who", "who", WHO_SHORT),
        Choice("Period", "period", {FULL_YEARS: "Full years", SO_FAR: "This year so far"}),
    )
    chosen = Chosen(measures[measure], phase, who, period)
    if phase != TOTAL and who is not Who.CWSW:
        sections.phase_or_group(answer, phase, who)
    elif period == SO_FAR:
        _so_far(gateway, answer, chosen)
    else:
        _full_years(gateway, answer, chosen)


def _offered(gateway: Gateway) -> list[Measure]:
    """Give the measures to choose from, children before sessions; reasons stand in a chart of their own."""
    of_theme = [measure for measure in gateway.measures(theme=THEME) if measure.better is not Better.NONE]
    reasons = set(sessions.REASONS) - {"unauthorised_absence"}
    return sorted(
        (measure for measure in of_theme if measure.id not in reasons), key=lambda entry: not entry.is_counted
    )


def _full_years(gateway: Gateway, answer: widgets.Answer, chosen: Chosen) -> None:
    worked_out, moved = sections.verdict(gateway, chosen.question(), chosen.item)
    among = "" if chosen.phase == TOTAL else f"children in {sections.in_phase(chosen.phase)}"
    sentence = words.year_sentence(worked_out, moved, among)
    answer.say(sentence)
    measure, question = chosen.measure, worked_out.question
    parts = charts.trend.parts(worked_out, names.at_end(question), chosen.item)
    span = years.span(parts)
    where = "" if chosen.phase == TOTAL else f", {chosen.phase.lower()}"
    widgets.section(
        f"{measure.short}{where}, {span}" if span else f"{measure.short}{where}",
        f"{measure.counts}. Shaded: how far chance alone moves each figure."
        f" {years.left_out(worked_out, chosen.item)}".rstrip(),
    )
    latest = None
    pictures: Pictures = {}
    if parts is None:
        widgets.nothing_shown(worked_out, chosen.item)
    else:
        widgets.chart(charts.trend.draw(parts, widgets.palette()), alt=sentence)
        latest = parts.last.year
        if why := sections.why_it_moved(moved, question):
            pictures["Why it moved"] = sections.picture(gateway, why, "Why the gap moved", sentence)
    year = latest or max(gateway.facts.years)
    missed = _where_sessions_went(gateway, chosen, year)
    if missed:
        title = f"Where the missed sessions went{where}, {year_label(year)}"
        pictures["Reasons"] = sections.picture(gateway, _sessions(missed), title, PER_1000)
    by_item = _by_phase_and_year_group(gateway, chosen, year, pictures) if chosen.phase == TOTAL else []
    by_group = _by_group(gateway, chosen, year, pictures) if chosen.phase == TOTAL else []

    if len(worked_out.rows):
        widgets.section("The same numbers", "In brackets: how far chance alone moves the gap.")
        widgets.table(tables.years(worked_out, chosen.item), alt=f"{measure.short}, year by year")
    if missed:
        caption = f"{PER_1000}, {year_label(year)}"
        widgets.table(missed.table, alt="Sessions missed, by reason", caption=caption)
    widgets.can_and_cannot_say(
        "whether the gap moved by more than chance, and which of the two groups moved.",
        f"why a child was away{years.left_out_when(worked_out, chosen.item)}.",
    )
    shown = [(worked_out, row) for row in years.rows_of(worked_out, chosen.item)]
    if missed:
        shown += [(entry, row) for entry, row in missed.rows if entry.measure.id != measure.id]
    shown += [(entry, row) for _, entry, row in [*by_item, *by_group] if row is not None]
    caption = prints.Caption(
        f"{measure.short}{where}, {span}", f"{measure.counts}.", downloads.source(gateway.facts)
    )
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(shown, gateway.facts),
        picture=None if parts is None else lambda: prints.trend.draw(parts, caption),
        name=downloads.file_name(gateway.facts, f"{measure.id}{where}"),
        further=pictures,
    )


def _where_sessions_went(gateway: Gateway, chosen: Chosen, year: int) -> sessions.Sessions | None:
    """Draw the reasons for the sessions missed and give them."""
    missed = sessions.where_they_went(
        lambda name: widgets.worked_out(gateway, chosen.question(name)),
        gateway.measures(theme=THEME),
        year,
        chosen.item,
    )
    if missed is None:
        return None
    widgets.section(
        "Where the missed sessions went",
        f"{PER_1000}, {year_label(year)}. Each is half a day.",
    )
    sections.scene(_sessions(missed), alt=missed.in_words)
    return missed


def _sessions(missed: sessions.Sessions) -> charts.scene.Scene:
    question, totals = missed.question, (missed.missed.cwsw, missed.missed.peers)
    return charts.where_sessions_went.scene(
        missed.reasons, totals, names.in_key(question), names.in_heads(question)
    )


def _by_phase_and_year_group(
    gateway: Gateway, chosen: Chosen, year: int, pictures: Pictures
) -> list[tuple[str, Gaps, pd.Series | None]]:
    """Draw a row for each phase and each band of year groups; give what was drawn."""
    if chosen.who is not Who.CWSW:
        return []
    drawn, entries = [], []
    for name in (PHASE, YEAR_GROUP):
        if name in chosen.measure.breakdowns_left_out:
            continue
        breakdown = gateway.breakdown(name)
        worked_out = widgets.worked_out(gateway, Question(chosen.measure.id, breakdown=name))
        drawn += rows.item_rows(worked_out, year, breakdown.items, breakdown.title)
        known = set(worked_out.rows["breakdown_item"])
        entries += [
            (label, worked_out, rows.row_of(worked_out, year, item))
            for item, label in breakdown.items.items()
            if item in known
        ]
    heading = f"By phase and year group, {year_label(year)}"
    if draw := _draw_rows(gateway, drawn, chosen, heading, names.in_key(chosen.question()), entries):
        pictures["Phases"] = draw
    return entries


def _by_group(
    gateway: Gateway, chosen: Chosen, year: int, pictures: Pictures
) -> list[tuple[str, Gaps, pd.Series | None]]:
    """Draw a row for each group, and for how long ago the social worker left; give what was drawn."""
    if chosen.who is not Who.CWSW:
        return []
    drawn, entries = [], []
    for who in (
        Who.CINO,
        Who.CPPO,
        Who.CLA,
        Who.PREVIOUS,
        *(Who(band.value) for band in _recency_bands(gateway)),
    ):
        worked_out = widgets.worked_out(gateway, Question(chosen.measure.id, who=who))
        row = rows.row_of(worked_out, year)
        if row is None and who not in (Who.CINO, Who.CPPO, Who.CLA, Who.PREVIOUS):
            continue
        theme = NOW if who in (Who.CINO, Who.CPPO, Who.CLA) else BEFORE
        drawn.append(rows.group_row(worked_out, year, names.KEY[who], theme))
        entries.append((names.KEY[who], worked_out, row))
    heading = f"Does it fall after the social worker leaves? {year_label(year)}"
    key = ("Each group", names.KEY_COMPARED[chosen.question().compared_with])
    if draw := _draw_rows(gateway, drawn, chosen, heading, key, entries):
        pictures["Groups"] = draw
    return entries


def _recency_bands(gateway: Gateway) -> tuple[Group, ...]:
    """Give the bands there can be: with a window of six years nobody left earlier."""
    if gateway.facts.cohort_window != "six years":
        return RECENCY_BANDS
    return tuple(band for band in RECENCY_BANDS if band is not Group.PREVIOUS_6_PLUS)


def _draw_rows(
    gateway: Gateway,
    drawn: list[charts.dumbbell.Row],
    chosen: Chosen,
    heading: str,
    key: tuple[str, str],
    entries: list[tuple[str, Gaps, pd.Series | None]],
) -> Callable[[], bytes] | None:
    """Draw rows on one scale; give what draws them as a picture, or None where none can be shown."""
    shown = [row for row in drawn if row.shown]
    if not shown:
        return None
    unit = "sessions" if chosen.measure.kind is MeasureKind.SHARE else "children"
    note = f"{chosen.measure.short}, % of {unit}. One year: no verdict is given."
    widgets.section(heading, note)
    widest = max(shown, key=lambda row: row.cwsw - row.peers)
    scaled = rows.on_one_scale(drawn, chosen.measure)
    parts = charts.dumbbell.parts(scaled, key)
    widgets.chart(
        charts.dumbbell.draw(parts, widgets.palette()),
        alt=f"{chosen.measure.short}: the gap is widest for {widest.name}, {widest.cwsw_words} beside "
        f"{widest.peers_words}, {widest.behind}.",
    )
    widgets.folded_table(tables.of_items("Group", entries, ("CWSW", "Peers")), alt=heading)
    caption = prints.Caption(heading, note, downloads.source(gateway.facts))
    return lambda: prints.dumbbell.draw(parts, caption)


def _so_far(gateway: Gateway, answer: widgets.Answer, chosen: Chosen) -> None:
    """Set this year so far beside the same point last year."""
    whole_year = widgets.worked_out(gateway, chosen.question())
    if whole_year.answer.absent:
        answer.say(words.year_sentence(whole_year, change(whole_year, chosen.item)))
        widgets.nothing_shown(whole_year, chosen.item)
        return
    found = so_far.newest(
        lambda point: widgets.worked_out(gateway, chosen.question(time_identifier=point)),
        gateway.facts,
        chosen.item,
    )
    if found is None:
        answer.say("There is no part of this year to show yet.")
        widgets.empty(
            "Too early",
            "Persistent absence means little before Christmas: the year is shown from half-term 2 on.",
        )
        _say_missing(gateway)
        return
    sentence = found.sentence("" if chosen.phase == TOTAL else sections.in_phase(chosen.phase))
    answer.say(sentence)
    where = "" if chosen.phase == TOTAL else f", {chosen.phase.lower()}"
    title = f"{chosen.measure.short}{where}, {year_label(found.this_year)} {found.until}"
    widgets.section(
        title, "Provisional. Beside the same point last year, with both groups as they were at that date."
    )
    question = found.worked_out.question
    parts = charts.dumbbell.parts(found.rows, names.in_key(question))
    any_shown = any(row.shown for row in found.rows)
    if any_shown:
        widgets.chart(charts.dumbbell.draw(parts, widgets.palette()), alt=sentence)
    else:
        widgets.nothing_shown(found.worked_out, chosen.item)
    _say_missing(gateway)
    widgets.section("The same numbers", "In brackets: how far chance alone moves the gap.")
    widgets.table(tables.of_items("Point", found.entries, names.in_heads(question)), alt=title)
    widgets.can_and_cannot_say(
        "how this year stands beside the same point last year.",
        "whether the gap is closing: the year is not over, and an early absence weighs more than by July.",
    )
    caption = prints.Caption(
        title, "Provisional, beside the same point last year.", downloads.source(gateway.facts)
    )
    shown = [(found.worked_out, row) for _, _, row in found.entries if row is not None]
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(shown, gateway.facts),
        picture=(lambda: prints.dumbbell.draw(parts, caption)) if any_shown else None,
        name=downloads.file_name(gateway.facts, f"{chosen.measure.id}{where} {found.until}"),
    )


def _say_missing(gateway: Gateway) -> None:
    for sentence in so_far.missing(gateway.facts):
        st.caption(sentence)
