"""The first page: every outcome side by side, the widest gap, and what has changed."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Change, Gaps
from cswanalytics.show import charts, downloads, names, prints, rows, tables, words
from cswanalytics.vocabulary import (
    ALL_ROLES,
    COMPARED_WITH_SHORT,
    WHO_SHORT,
    Who,
    year_label,
)

TITLE = "How far behind are children with a social worker?"
MENU = "Overview"
ORDER = 10
ROLES = ALL_ROLES

CLASS = 30
IN_WORDS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)

Results = Mapping[str, tuple[Gaps, Change]]


def render(gateway: Gateway) -> None:
    """How far behind are children with a social worker?"""
    answer = widgets.Answer()
    compared_with, who, year = widgets.controls(
        Choice("Compared with", "compared_with", COMPARED_WITH_SHORT),
        Choice("Who", "who", WHO_SHORT),
        Choice(
            "Year", "year", {year: year_label(year) for year in sorted(gateway.facts.years, reverse=True)}
        ),
    )
    results = widgets.outcomes_until(gateway, who, compared_with, year)
    sentence = words.overview(results)
    answer.say(sentence)

    shown = {name: worked_out for name, (worked_out, _) in results.items()}
    outcome_rows = rows.outcome_rows(shown, year)
    parts = charts.dumbbell.parts(outcome_rows, names.in_key(_question(results)), rows.ASIDES)
    title = f"{_number(len(outcome_rows))} outcomes, {year_label(year)}"
    unit = "% of children, except where a row says otherwise"
    widgets.section(title, f"{unit}.")
    widgets.chart(charts.dumbbell.draw(parts, widgets.palette()), alt=f"{title}. {sentence}")

    widgets.section("The same numbers")
    widgets.table(
        tables.outcomes(results, year, lambda measure: _link(measure, who)),
        alt=f"{title}: each figure, the gap with its interval, and whether it changed",
    )
    st.caption(
        "In brackets: how far chance alone moves the gap from year to year. The outcomes are judged "
        "together, so that a chance finding is rarely called a change."
    )
    _who_they_are(gateway, year)
    widgets.can_and_cannot_say(
        "how far apart the two groups are, and whether that changed by more than chance. The range in "
        "brackets is how far the figure would move from year to year by chance alone.",
        "that a social worker, a school or this service caused the gap, or what any one child will do.",
    )
    caption = prints.Caption(f"{TITLE[:-1]}? {year_label(year)}", unit, downloads.source(gateway.facts))
    widgets.downloads(
        sentence,
        numbers=lambda: downloads.numbers(_shown(results, year), gateway.facts),
        picture=lambda: prints.dumbbell.draw(parts, caption),
        name=downloads.file_name(gateway.facts, f"overview {year_label(year)}"),
    )


def _question(results: Results) -> Question:
    return next(iter(results.values()))[0].question


def _number(count: int) -> str:
    return IN_WORDS[count] if count < len(IN_WORDS) else str(count)


def _link(measure: Measure, who: Who) -> str:
    state = {**names.in_controls(measure), "who": "" if who is Who.CWSW else WHO_SHORT[who]}
    return widgets.link(measure, measure.short, state)


def _shown(results: Results, year: int) -> list[tuple[Gaps, pd.Series]]:
    found = [(worked_out, rows.row_of(worked_out, year)) for worked_out, _ in results.values()]
    return [(worked_out, row) for worked_out, row in found if row is not None]


def _who_they_are(gateway: Gateway, year: int) -> None:
    counts = {
        who: _children(gateway, who, year) for who in (Who.CWSW, Who.CINO, Who.CPPO, Who.CLA, Who.PREVIOUS)
    }
    children, pupils = counts[Who.CWSW]
    if not children or not pupils:
        return
    widgets.section(f"Who these children are, {year_label(year)}")
    in_a_class = words.in_a_class(100 * children / pupils)
    about, _, of_thirty = in_a_class.partition(" in a class")
    with widgets.cards(3) as (how_many, how_often, made_up):
        widgets.card(
            how_many,
            f"{children:,}",
            f"children have, or had in the last {gateway.facts.cohort_window}, a social worker, "
            f"of {pupils:,} pupils",
        )
        widgets.card(how_often, f"{about[:1].upper()}{about[1:]}", f"in a class{of_thirty}")
        tenths = {who: _tenths(count, children) for who, (count, _) in counts.items() if count}
        widgets.card(
            made_up,
            f"{tenths.get(Who.PREVIOUS, 'None')}{'' if Who.PREVIOUS in tenths else ' of them'}",
            f"had a social worker before, not now. {tenths.get(Who.CINO, 'None')} are children in need, "
            f"{tenths.get(Who.CPPO, 'none')} on a protection plan, "
            f"{tenths.get(Who.CLA, 'none')} looked after",
        )


def _children(gateway: Gateway, who: Who, year: int) -> tuple[int, int]:
    row = rows.row_of(widgets.worked_out(gateway, Question("prevalence", who=who)), year)
    if row is None or pd.isna(row["cwsw_count"]) or pd.isna(row["cwsw_pupils"]):
        return 0, 0
    return int(row["cwsw_count"]), int(row["cwsw_pupils"])


def _tenths(part: int, whole: int) -> str:
    tenths = round(10 * part / whole)
    return f"{tenths} in 10" if tenths else "under 1 in 10"
