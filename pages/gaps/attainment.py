"""Attainment: the gap at each stage of school, one measure over the years, why it moved, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps
from cswanalytics.show import charts, downloads, names, prints, stages, tables, words, years
from cswanalytics.vocabulary import ALL_ROLES, TOTAL, WHO_SHORT, Who

TITLE = "At which stage is the gap widest?"
MENU = "Attainment"
ORDER = 20
ROLES = ALL_ROLES
THEME = "attainment"

BREAK_DOWN_BY = {
    TOTAL: "None",
    "sex": "Sex",
    "sen_provision": "Special needs",
    "fsm_eligible": "Free school meals",
    "ethnicity_major": "Ethnic group",
    "english_additional_language": "First language",
    "idaci_quintile": "Deprivation",
    "sen_provision×fsm_eligible": "Needs and meals",
    "sen_provision×sex": "Needs and sex",
}

Shown = list[tuple[Gaps, pd.Series]]
Pictures = dict[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Chosen:
    """What the controls say."""

    measure: Measure
    who: Who
    breakdown: str

    @property
    def question(self) -> Question:
        """Ask about the measure, not broken down."""
        return Question(self.measure.id, who=self.who)


def render(gateway: Gateway) -> None:
    """At which stage is the gap widest?"""
    answer = widgets.Answer()
    measures = {measure.id: measure for measure in gateway.measures(theme=THEME)}
    there = {measure.stage for measure in measures.values()}
    _, name, who, breakdown = widgets.controls(
        Choice("Stage", "stage", {stage: label for stage, label in names.STAGES.items() if stage in there}),
        Choice("Measure", "measure", lambda stage: _of_stage(measures, stage)),
        Choice("Who", "who", WHO_SHORT),
        Choice("Break down by", "by", lambda _, name, __: _breakdowns(measures[name])),
    )
    chosen = Chosen(measures[name], who, breakdown)
    shown: Shown = []
    pictures: Pictures = {}
    sentence = _stage_ladder(gateway, chosen, list(measures.values()), shown, pictures)
    answer.say(sentence)
    sections.your_school(gateway.role)
    picture = _trend(gateway, chosen, shown, pictures)
    if chosen.breakdown != TOTAL:
        _broken_down(gateway, chosen, shown, pictures)
    sections.england(gateway, chosen.question, chosen.measure)
    worked_out = widgets.worked_out(gateway, chosen.question)
    if len(worked_out.rows):
        widgets.section(
            "The same numbers", f"{chosen.measure.short}. In brackets: how far chance alone moves the gap."
        )
        widgets.table(tables.years(worked_out), alt=f"{chosen.measure.short}, year by year")
    widgets.can_and_cannot_say(
        "how far apart the two groups are at each stage, and whether one gap moved by more than chance.",
        "that the gap grows as children grow: each stage is of other children"
        f"{years.left_out_when(worked_out)}.",
    )
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(shown, gateway.facts),
        picture=picture,
        name=downloads.file_name(gateway.facts, f"attainment {chosen.measure.id}"),
        further=pictures,
    )


def _of_stage(measures: dict[str, Measure], stage: str) -> dict[str, str]:
    return {name: names.in_control(measure) for name, measure in measures.items() if measure.stage == stage}


def _breakdowns(measure: Measure) -> dict[str, str]:
    left_out = measure.breakdowns_left_out
    return {name: label for name, label in BREAK_DOWN_BY.items() if name not in left_out}


def _stage_ladder(
    gateway: Gateway, chosen: Chosen, measures: list[Measure], shown: Shown, pictures: Pictures
) -> str:
    """Draw the gap at each stage and give the page's answer."""

    def ask(name: str) -> Gaps:
        return widgets.worked_out(gateway, Question(name, who=chosen.who))

    rungs, apart = stages.rungs(ask, measures), stages.rungs(ask, measures, [stages.APART])
    sentence = stages.widest(rungs, chosen.question)
    latest = {rung.year for rung in rungs if rung.year}
    widgets.section("The gap at each stage", stages.caption(rungs, gateway.facts))
    if not latest:
        widgets.nothing_shown((rungs or apart)[-1].gaps)
        return sentence
    told = charts.stage_ladder.scene(stages.drawn(rungs), stages.drawn(apart))
    sections.scene(told, alt=f"The gap at each stage. {sentence}")
    entries = stages.table([*rungs, *apart])
    widgets.folded_table(
        tables.of_items("Stage", entries, names.in_heads(chosen.question)), alt="The gap at each stage"
    )
    shown += [(gaps, row) for _, gaps, row in entries if row is not None]
    pictures["Stages"] = sections.picture(gateway, told, TITLE, stages.caption(rungs, gateway.facts))
    return sentence


def _trend(gateway: Gateway, chosen: Chosen, shown: Shown, pictures: Pictures) -> Callable[[], bytes] | None:
    """Draw the measure over the years, and why its gap moved; give what draws it as a picture."""
    worked_out, moved = sections.verdict(gateway, chosen.question)
    measure, parts = chosen.measure, charts.trend.parts(worked_out, names.at_end(chosen.question))
    span = years.span(parts)
    title = f"{names.in_row(measure)}, {span}" if span else names.in_row(measure)
    unsettled = stages.unsettled_in(measure, parts.last.year, gateway.facts) if parts else ""
    title += f" ({unsettled})" if unsettled else ""
    left_out = years.left_out(worked_out)
    widgets.section(
        title, f"{measure.counts}. Shaded: how far chance alone moves each figure. {left_out}".strip()
    )
    released = [int(row["time_period"]) for row in years.rows_of(worked_out)]
    if no_progress := stages.no_progress(measure, released):
        with st.container(key="inset"):
            sections.paragraph(no_progress)
    if parts is None:
        widgets.nothing_shown(worked_out)
        return None
    sentence = words.year_sentence(worked_out, moved)
    sections.paragraph(sentence)
    widgets.chart(charts.trend.draw(parts, widgets.palette()), alt=sentence)
    shown += [(worked_out, row) for row in years.rows_of(worked_out)]
    if why := sections.why_it_moved(moved, chosen.question):
        pictures["Why it moved"] = sections.picture(gateway, why, "Why the gap moved", sentence)
    caption = prints.Caption(title, f"{measure.counts}.", downloads.source(gateway.facts))
    return lambda: prints.trend.draw(parts, caption)


def _broken_down(gateway: Gateway, chosen: Chosen, shown: Shown, pictures: Pictures) -> None:
    """Draw the measure by the items of the breakdown chosen, or say why not of this group."""
    heading = (
        f"{names.in_row(chosen.measure)}, by {sections.inside(gateway.breakdown(chosen.breakdown).title)}"
    )
    if chosen.who is not Who.CWSW:
        widgets.section(heading)
        sections.one_at_a_time("Breakdowns", chosen.who, "by")
        return
    latest = widgets.worked_out(gateway, chosen.question).latest
    if latest is None:
        return
    question = Question(chosen.measure.id, breakdown=chosen.breakdown)
    told, entries = sections.by_item(gateway, question, int(latest["time_period"]), heading)
    shown += [(gaps, row) for _, gaps, row in entries]
    if told is not None:
        pictures["Breakdown"] = sections.picture(gateway, told, heading, f"{chosen.measure.counts}.")
