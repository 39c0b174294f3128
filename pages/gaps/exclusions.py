"""Suspensions and exclusions: how many children, how often the same ones, and who is permanently excluded."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.inference import Change, Gaps, State
from cswanalytics.show import (
    charts,
    downloads,
    names,
    prints,
    reaches,
    rows,
    suspensions,
    tables,
    words,
    years,
)
from cswanalytics.show.suspensions import EVENTS, FIVE, ONCE, PERMANENT, TWICE
from cswanalytics.vocabulary import ALL_ROLES, TOTAL, WHO_SHORT, Who, year_label

TITLE = "Who is suspended, how often, and are exclusions falling?"
MENU = "Suspensions and exclusions"
ORDER = 40
ROLES = ALL_ROLES
THEME = "exclusion"

PHASE, NEEDS = "education_phase", "sen_provision"
BREAK_DOWN_BY = {TOTAL: "None", NEEDS: "Special needs", "sex": "Sex", "fsm_eligible": "Free school meals"}

Shown = list[tuple[Gaps, pd.Series]]
Pictures = dict[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Chosen:
    """What the controls say, and which measures there are to ask about."""

    phase: str
    who: Who
    breakdown: str
    measures: frozenset[str]

    def question(self, measure: str) -> Question:
        """Ask about a measure of the phase and group chosen."""
        return Question(measure, who=self.who, breakdown=TOTAL if self.phase == TOTAL else PHASE)

    @property
    def where(self) -> str:
        """Say in a heading which phase it is of."""
        return "" if self.phase == TOTAL else f", {self.phase.lower()}"


def render(gateway: Gateway) -> None:
    """Who is suspended, how often, and are exclusions falling?"""
    answer = widgets.Answer()
    items = gateway.breakdown(PHASE).items
    phases = {TOTAL: "All phases"} | {phase: names.of_phase(label) for phase, label in items.items()}
    phase, who, breakdown = widgets.controls(
        Choice("Phase", "phase", phases),
        Choice("Who", "who", WHO_SHORT),
        Choice("Break down by", "by", BREAK_DOWN_BY),
    )
    chosen = Chosen(phase, who, breakdown, frozenset(one.id for one in gateway.measures(theme=THEME)))
    if phase != TOTAL and who is not Who.CWSW:
        sections.phase_or_group(answer, phase, who)
        return
    once, moved = sections.verdict(gateway, chosen.question(ONCE), phase)
    latest = _latest(once, phase)
    found = _ladder(gateway, chosen, latest)
    permanent = sections.verdict(gateway, Question(PERMANENT, who=who))
    among = "" if phase == TOTAL else f"children in {sections.in_phase(phase)}"
    sentence = suspensions.answer(
        once, found, permanent if phase == TOTAL else None, phase, among
    ) or words.year_sentence(once, moved, among)
    answer.say(sentence)
    with st.container(key="inset"):
        sections.paragraph(suspensions.NOT_ALIKE)
    sections.your_school(gateway.role)

    shown: Shown = []
    pictures: Pictures = {}
    picture = _trend(gateway, chosen, once, moved, shown, pictures)
    _how_often(gateway, chosen, found, shown, pictures)
    _events(gateway, chosen, latest, shown)
    _permanent(gateway, chosen, permanent, shown, pictures)
    if phase == TOTAL:
        _by_needs(gateway, chosen, shown, pictures)
    if breakdown != TOTAL and latest:
        _broken_down(gateway, chosen, latest, shown, pictures)
    if phase == TOTAL:
        sections.england(gateway, chosen.question(ONCE), once.measure)
    if len(once.rows):
        widgets.section(
            "The same numbers",
            f"{once.measure.short}{chosen.where}. In brackets: how far chance alone moves the gap.",
        )
        widgets.table(tables.years(once, phase), alt=f"{once.measure.short}, year by year")
    widgets.can_and_cannot_say(
        "how many children were suspended, how often the same child was, and whether the gap moved by more "
        "than chance.",
        f"why a child was suspended, or which school it was{years.left_out_when(once, phase)}.",
    )
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(shown, gateway.facts),
        picture=picture,
        name=downloads.file_name(gateway.facts, f"suspensions{chosen.where}"),
        further=pictures,
    )


def _latest(once: Gaps, item: str) -> int:
    shown = once.shown[once.shown["breakdown_item"] == item]
    return 0 if shown.empty else int(shown["time_period"].iloc[-1])


def _ladder(gateway: Gateway, chosen: Chosen, year: int) -> suspensions.Ladder | None:
    if not {TWICE, FIVE} <= chosen.measures:
        return None
    return suspensions.ladder(
        lambda name: widgets.worked_out(gateway, chosen.question(name)), year, chosen.phase
    )


def _trend(
    gateway: Gateway, chosen: Chosen, once: Gaps, moved: Change, shown: Shown, pictures: Pictures
) -> Callable[[], bytes] | None:
    """Draw how many were suspended at least once over the years, and why the gap moved."""
    question, measure = once.question, once.measure
    parts = charts.trend.parts(once, names.at_end(question), chosen.phase)
    span = years.span(parts)
    title = f"{measure.short}{chosen.where}{f', {span}' if span else ''}"
    left_out = years.left_out(once, chosen.phase)
    late = suspensions.not_in_yet(once, gateway.facts)
    shaded = "Shaded: how far chance alone moves each figure."
    caption = " ".join(filter(None, (f"{measure.counts}.", shaded, left_out, late)))
    widgets.section(title, caption)
    if parts is None:
        widgets.nothing_shown(once, chosen.phase)
        return None
    sentence = words.year_sentence(once, moved)
    sections.paragraph(sentence)
    widgets.chart(charts.trend.draw(parts, widgets.palette()), alt=sentence)
    shown += [(once, row) for row in years.rows_of(once, chosen.phase)]
    if why := sections.why_it_moved(moved, question):
        pictures["Why it moved"] = sections.picture(gateway, why, "Why the gap moved", sentence)
    of_picture = prints.Caption(title, f"{measure.counts}.", downloads.source(gateway.facts))
    return lambda: prints.trend.draw(parts, of_picture)


def _how_often(
    gateway: Gateway, chosen: Chosen, found: suspensions.Ladder | None, shown: Shown, pictures: Pictures
) -> None:
    """Draw of every 100 children how many were suspended how often."""
    if not {TWICE, FIVE} <= chosen.measures:
        return
    heading = f"How often the same child is suspended{chosen.where}"
    if found is None:
        widgets.section(heading)
        of_five = widgets.worked_out(gateway, chosen.question(FIVE))
        if _latest(of_five, chosen.phase):
            widgets.empty(words.EMPTY_HEADINGS[words.Empty.TOO_FEW], suspensions.TOO_OPEN)
        else:
            widgets.nothing_shown(of_five, chosen.phase)
        return
    widgets.section(heading, found.caption)
    told = charts.repeat_ladder.scene(found.rungs, names.in_key(found.question))
    sections.scene(told, alt=f"{heading}. {found.in_words}")
    widgets.folded_table(found.table, alt=heading)
    for name in (TWICE, FIVE):
        worked_out = widgets.worked_out(gateway, chosen.question(name))
        shown += [(worked_out, row) for row in years.rows_of(worked_out, chosen.phase)]
    pictures["How often"] = sections.picture(
        gateway, told, f"{heading}, {year_label(found.year)}", found.caption
    )


def _events(gateway: Gateway, chosen: Chosen, year: int, shown: Shown) -> None:
    """Draw suspensions and sessions lost for every 100 children: events, apart from the children above."""
    asked = [widgets.worked_out(gateway, chosen.question(name)) for name in EVENTS if name in chosen.measures]
    entries = [(gaps, rows.row_of(gaps, year, chosen.phase)) for gaps in asked]
    drawn = [rows.of_row(gaps, row, gaps.measure.short) for gaps, row in entries if not gaps.answer.absent]
    if not any(row.shown for row in drawn):
        return
    widgets.section(
        f"Suspensions and sessions lost{chosen.where}, {year_label(year)}",
        "For every 100 children, each on a scale of its own. Counts events, not children: one child "
        "suspended five times counts five times. Do not compare with the charts above.",
    )
    key = names.in_key(chosen.question(ONCE))
    said = ". ".join(f"{row.name}: {row.cwsw_words} beside {row.peers_words}" for row in drawn if row.shown)
    widgets.chart(charts.dumbbell.draw(charts.dumbbell.parts(drawn, key), widgets.palette()), alt=f"{said}.")
    table = [(gaps.measure.short, gaps, row) for gaps, row in entries]
    widgets.folded_table(
        tables.of_items("For every 100", table, names.in_heads(chosen.question(ONCE))), alt=said
    )
    shown += [(gaps, row) for gaps, row in entries if row is not None]


def _permanent(
    gateway: Gateway, chosen: Chosen, permanent: tuple[Gaps, Change], shown: Shown, pictures: Pictures
) -> None:
    """Draw permanent exclusions, three years together: single years are too few to read."""
    worked_out, moved = permanent
    all_phases = "" if chosen.phase == TOTAL else " All phases: a permanent exclusion has none."
    caption = (
        "For every 1,000 children in a year, three years together. Lines: how far chance alone moves each "
        f"figure.{all_phases}"
    )
    widgets.section("Permanent exclusions, three years together", caption)
    pools = suspensions.pools(worked_out)
    told = charts.interval_dots.scene(
        [reaches.of_row(worked_out, row, suspensions.pool_name(row)) for row in pools],
        names.in_key(worked_out.question),
        worked_out.measure.unit,
    )
    if told is None:
        widgets.nothing_shown(worked_out)
        return
    sentence = words.year_sentence(worked_out, moved)
    sections.paragraph(sentence)
    sections.scene(told, alt=sentence)
    every = [row for row in years.rows_of(worked_out) if row["state"] == State.SHOWN]
    widgets.folded_table(
        suspensions.pools_table(worked_out, every), alt="Permanent exclusions, three years together"
    )
    shown += [(worked_out, row) for row in every]
    pictures["Exclusions"] = sections.picture(
        gateway, told, "Permanent exclusions, three years together", "For every 1,000 children in a year."
    )


def _by_needs(gateway: Gateway, chosen: Chosen, shown: Shown, pictures: Pictures) -> None:
    """Draw the trend for children with and without special educational needs, one under the other."""
    if chosen.who is not Who.CWSW:
        return
    question = Question(ONCE, breakdown=NEEDS)
    worked_out, items = widgets.worked_out(gateway, question), gateway.breakdown(NEEDS).items
    panels = {
        label: charts.trend.parts(worked_out, names.at_end(question), item) for item, label in items.items()
    }
    told = charts.small_multiples.scene(panels, names.in_key(question), "too few to show")
    if told is None:
        return
    heading = "Suspended at least once, by special educational needs"
    said = ". ".join(
        f"{label}: {parts.last.cwsw_words} beside {parts.last.peers_words}"
        for label, parts in panels.items()
        if parts
    )
    widgets.section(heading, "% of children, on one scale. Both groups of each chart have the same needs.")
    sections.scene(told, alt=f"{heading}. {said}.")
    entries = [
        (f"{label}, {year_label(int(row['time_period']))}", worked_out, row)
        for item, label in items.items()
        for row in years.rows_of(worked_out, item)
    ]
    widgets.folded_table(tables.of_items("Needs", entries, names.in_heads(question)), alt=heading)
    shown += [(worked_out, row) for _, _, row in entries]
    pictures["Special needs"] = sections.picture(gateway, told, heading, "% of children, on one scale.")


def _broken_down(gateway: Gateway, chosen: Chosen, year: int, shown: Shown, pictures: Pictures) -> None:
    """Draw the newest year by the items of the breakdown chosen, or say why not of this group."""
    title = gateway.breakdown(chosen.breakdown).title
    heading = f"Suspended at least once, by {sections.inside(title)}"
    if chosen.who is not Who.CWSW:
        widgets.section(heading)
        sections.one_at_a_time("Breakdowns", chosen.who, "by")
        return
    told, entries = sections.by_item(gateway, Question(ONCE, breakdown=chosen.breakdown), year, heading)
    shown += [(gaps, row) for _, gaps, row in entries]
    if told is not None:
        pictures["Breakdown"] = sections.picture(gateway, told, heading, "% of children.")
