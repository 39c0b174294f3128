"""The letters to headteachers: what each will say, and all of them in one file."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway
from cswanalytics.app import documents, letters, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.show import names, schools
from cswanalytics.show.reports.discretion import typed_findings
from cswanalytics.show.reports.feedback import LONGEST_NOTE
from cswanalytics.show.reports.rendering import Form
from cswanalytics.vocabulary import Role

TITLE = "What does each headteacher get from us?"
MENU = "Letters to headteachers"
ORDER = 30
ROLES = (Role.VIRTUAL_SCHOOL_HEAD,)

EVERY = "all"
FORMS = {Form.PDF: "PDF", Form.WORD: "Word"}


def render(gateway: Gateway) -> None:
    """What does each headteacher get from us?"""
    answer = widgets.Answer()
    listed = gateway.schools()
    labels = schools.labels(listed)
    urn = widgets.wide_control(Choice("Letter shown below", "school", labels))
    trusts = sorted(set(listed["trust_name"].dropna()) - {""})
    phases = {EVERY: "All phases"} | {phase: names.of_phase(phase) for phase in gateway.facts.phases}
    phase, trust, form = widgets.controls(
        Choice("Phase", "phase", phases),
        Choice("Trust", "trust", {EVERY: "All trusts"} | schools.shortened(trusts)),
        Choice("Made as", "form", FORMS),
    )
    chosen = _picked(_chosen(listed, phase, trust), labels)
    with_figures = documents.schools(gateway).with_figures & set(chosen)
    answer.say(_sentence(len(chosen), len(with_figures)))
    note, not_names = _note()
    widgets.section("Make them", "Each as a file named by its LAESTAB, in one zip with a list to tick off.")
    findings = typed_findings(note, (not_names, gateway.facts.authority)) if note else ()
    if findings:
        widgets.empty("The note cannot go out yet", " ".join(map(str, findings)))
    elif chosen:
        everybody = len(chosen) == len(listed)
        letters.order(form, [] if everybody else chosen, note, not_names, _what(len(chosen), form))
    else:
        widgets.empty("No such school", "No school of this phase belongs to this trust. Choose another.")
    widgets.section(f"The letter to {labels[urn]}", "As it will be sent; what its words mean is on the back.")
    with st.container(border=True, key="letter"):
        documents.show(letters.letter(gateway, urn, "" if findings else note))
    widgets.can_and_cannot_say(
        "what three years together show of a school that has enough children, and what to talk about.",
        "anything about one child, one year or another school: none is named in a letter.",
    )


def _chosen(listed: pd.DataFrame, phase: str, trust: str) -> list[str]:
    """Give the schools to write to."""
    wanted = pd.Series(data=True, index=listed.index)
    if phase != EVERY:
        wanted &= listed["merged_phase"] == phase
    if trust != EVERY:
        wanted &= listed["trust_name"] == trust
    return listed.loc[wanted, "school_urn"].tolist()


def _picked(urns: list[str], labels: Mapping[str, str]) -> list[str]:
    """Let single schools be picked out of those chosen; all of them where none is."""
    picked = st.multiselect(
        "Only these schools",
        urns,
        format_func=lambda urn: labels.get(urn, urn),
        key="only",
        placeholder="All of them",
    )
    return [urn for urn in urns if urn in picked] or urns


def _sentence(number: int, with_figures: int) -> str:
    some = "school" if number == 1 else "schools"
    return (
        f"{number} {some}: {with_figures} with figures of their own, {number - with_figures} with the "
        "authority's figures and questions only."
    )


def _what(number: int, form: Form) -> str:
    return f"{number} {'letter' if number == 1 else 'letters'} as {FORMS[form]}"


def _note() -> tuple[str, str]:
    """Ask for a note to add to every letter, and for words of it that only look like names."""
    widgets.section("A note to add", "It stands in every letter. Name no child in it, and count none.")
    note = st.text_area("Note", max_chars=LONGEST_NOTE, key="note", height=110)
    not_names = st.text_area(
        "Words above that name no child, such as a programme or a place", key="not_names", height=68
    )
    return " ".join((note or "").split()), not_names or ""
