"""Data quality: how far each table runs, who was matched, what the checks found, what changed."""

import streamlit as st

from cswanalytics.answers import Gateway
from cswanalytics.app import widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.show import data_quality, downloads, words
from cswanalytics.show.withheld import withheld
from cswanalytics.vocabulary import ALL_ROLES, Role

TITLE = "Can I rely on this?"
MENU = "Can I rely on this?"
ORDER = 10
ROLES = ALL_ROLES

IN_DETAIL = (Role.VIRTUAL_SCHOOL_HEAD, Role.DATA_TEAM)
"""Who reads the findings themselves: they may name schools."""
IN_USE, BEFORE = "in_use", "before"


def render(gateway: Gateway) -> None:
    """Can I rely on this?"""
    answer = widgets.Answer()
    earlier = gateway.earlier
    options = {IN_USE: "In use"} | ({BEFORE: "The one before"} if earlier else {})
    (chosen,) = widgets.controls(Choice("Release", "release", options))
    shown = earlier if chosen == BEFORE and earlier else gateway
    facts = shown.facts
    sentence = data_quality.answer(facts)
    answer.say(sentence)

    themes = data_quality.themes(shown.measures(), facts)
    widgets.section("How far does each part run?", f"Released on {words.day(facts.released_on)}.")
    widgets.table(themes, alt="Each theme: complete, partial, late or not supplied, and to when its data run")
    for sentence in withheld(shown):
        st.markdown(f"Withheld, so that no child can be picked out. {sentence}")
    _matching(shown)
    _warnings(shown)
    _changes(shown)
    widgets.can_and_cannot_say(
        "whether the data behind a figure are all there, and how old they are.",
        "whether a register, a suspension or a social care record was kept rightly in the first place.",
    )
    in_detail = gateway.role in IN_DETAIL
    widgets.downloads(
        sentence,
        numbers=lambda: data_quality.as_csv(data_quality.findings(shown.quality()) if in_detail else themes),
        picture=None,
        name=downloads.file_name(facts, "data quality"),
        label="Checks (CSV)" if in_detail else "Summary (CSV)",
    )


def _matching(shown: Gateway) -> None:
    widgets.section("Were children found on a school roll?")
    if not shown.facts.matching:
        st.markdown("Not shown: there are under 100 children in social care, or the release does not say.")
        return
    widgets.table(data_quality.matching(shown.facts), alt="How children in social care were matched")
    st.caption(
        "Counts to the nearest 10 stand behind these shares. Where more than a tenth are unexplained, no "
        "verdict is given anywhere."
    )


def _warnings(shown: Gateway) -> None:
    facts = shown.facts
    widgets.section("What did the checks find?")
    if not facts.warnings:
        st.markdown("No warnings.")
    elif shown.role in IN_DETAIL:
        st.markdown("\n".join(f"- {warning}" for warning in data_quality.warnings(shown.quality())))
    else:
        number = len(facts.warnings)
        st.markdown(f"{number} warning{'' if number == 1 else 's'}. Your data team has the list.")
    if shown.role in IN_DETAIL:
        with st.expander("All findings, by table and column"):
            widgets.table(data_quality.findings(shown.quality()), alt="Findings of the checks")


def _changes(shown: Gateway) -> None:
    before = shown.earlier
    widgets.section("What changed since the release before?")
    for sentence in data_quality.changed(shown.facts, before.facts if before else None):
        st.markdown(sentence)
    if shown.facts.checked:
        widgets.section("What had to hold before this was released")
        widgets.table(data_quality.conditions(shown.facts), alt="Conditions of release, and how each was met")
