"""Looked-after children: are plans met about in time, and how do they do beside their peers and England?"""

from collections.abc import Mapping

import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.inference import Change, Gaps, change
from cswanalytics.show import charts, downloads, england, looked_after, names, prints, rows, tables, words
from cswanalytics.show.charts import parts_of_all
from cswanalytics.vocabulary import WHO_SHORT, ComparedWith, Role, Who, year_label

TITLE = "Are our looked-after children's plans and outcomes on track?"
MENU = "Looked-after children"
ORDER = 40
ROLES = (Role.VIRTUAL_SCHOOL_HEAD, Role.DATA_TEAM)

IN_TABLE = 4
"""Years side by side in the table of plans."""


def render(gateway: Gateway) -> None:
    """Are our looked-after children's plans and outcomes on track?"""
    answer = widgets.Answer()
    years = sorted(gateway.facts.years, reverse=True)
    (year,) = widgets.controls(Choice("Year", "year", {year: year_label(year) for year in years}))
    plans = {}
    for measure in looked_after.of_theme(gateway.measures()):
        worked = widgets.worked_out(gateway, Question(measure.id))
        plans[measure.id] = (worked, change(worked))
    sentence = looked_after.answer(plans, year)
    answer.say(sentence)
    with st.container(key="inset"):
        st.markdown(f"{looked_after.ONLY_THEIRS} {looked_after.TOGETHER}")
    told = parts_of_all.scene(looked_after.bars(plans, year), "% of children; line: how far chance moves it")
    title = f"Plans and questionnaires, {year_label(year)}"
    if told is not None:
        widgets.section(title, "A full bar is every child: the law asks for a plan met about each term.")
        sections.scene(told, alt=sentence)
    elif plans:
        widgets.nothing_shown(next(iter(plans.values()))[0])
    widgets.section("Plans and questionnaires, year by year")
    shown_years = [entry for entry in sorted(years) if entry <= year][-IN_TABLE:]
    widgets.table(looked_after.table(plans, shown_years), alt="Plans and questionnaires, year by year")
    _outcomes(gateway, year)
    _money_and_moves(gateway, year)
    widgets.can_and_cannot_say(
        "whether plans were met about in time, and how far these children are from their peers.",
        "whether a plan was a good one for its child, or where children are placed: placements are not in "
        "the data this is made from.",
    )
    caption = prints.Caption(title, "% of children looked after.", downloads.source(gateway.facts))
    shown = [
        (gaps, row)
        for gaps, _ in [*plans.values(), *_results(gateway, year).values()]
        if (row := rows.row_of(gaps, year)) is not None
    ]
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(shown, gateway.facts),
        picture=None if told is None else lambda: prints.scene.draw(told, caption),
        name=downloads.file_name(gateway.facts, f"looked after {year_label(year)}"),
    )


def _results(gateway: Gateway, year: int) -> Mapping[str, tuple[Gaps, Change]]:
    return widgets.outcomes_until(gateway, Who.CLA, ComparedWith.PEERS, year)


def _outcomes(gateway: Gateway, year: int) -> None:
    results = _results(gateway, year)
    drawn = rows.outcome_rows({name: gaps for name, (gaps, _) in results.items()}, year)
    key = names.in_key(Question("", who=Who.CLA))
    title = f"Looked-after children beside their peers, {year_label(year)}"
    if any(row.shown for row in drawn):
        widgets.section(title, "% of children, except where a row says otherwise.")
        widgets.chart(
            charts.dumbbell.draw(charts.dumbbell.parts(drawn, key, rows.ASIDES), widgets.palette()),
            alt=f"{title}. {words.overview(results)}",
        )
    widgets.section("The same numbers")
    state = {"who": WHO_SHORT[Who.CLA]}
    widgets.table(
        tables.outcomes(
            results,
            year,
            lambda measure: widgets.link(measure, measure.short, {**names.in_controls(measure), **state}),
        ),
        alt=f"{title}: both figures, the gap, and whether it changed",
    )
    found = england.of_outcomes(
        lambda question: widgets.worked_out(gateway, question),
        [gaps.measure for gaps, _ in results.values()],
        Who.CLA,
    )
    if found is not None:
        with st.expander("Beside looked-after children in England"):
            widgets.table(found.table, alt="Looked-after children here and in England")
            st.caption(found.said)


def _money_and_moves(gateway: Gateway, year: int) -> None:
    widgets.section(f"Money and moves, {year_label(year)}")
    sections.paragraph(looked_after.money(gateway.offer("pupil_premium_plus_spent"), year))
    moved = looked_after.moves(widgets.worked_out(gateway, Question("school_moves", who=Who.CLA)), year)
    if moved:
        sections.paragraph(moved)
