"""The report to governors: what the figures say, a form for what only the school knows, and a file."""

import streamlit as st

from cswanalytics.answers import Gateway
from cswanalytics.app import documents, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.show import schools, terms
from cswanalytics.show.one_school import OneSchool
from cswanalytics.show.reports.discretion import findings
from cswanalytics.show.reports.governor import SECTION_1, SECTION_2, governor_update, section
from cswanalytics.show.reports.governor_form import ASKED, HEADINGS, LONGEST, Form, asked_for
from cswanalytics.show.reports.rendering import Form as Made
from cswanalytics.vocabulary import ComparedWith, Role, Who

TITLE = "What do we tell our governors this term?"
MENU = "Governors' report"
ORDER = 20
ROLES = (Role.DESIGNATED_TEACHER, Role.HEADTEACHER, Role.VIRTUAL_SCHOOL_HEAD)

TERMLY, ANNUAL = "termly", "annual"


def render(gateway: Gateway) -> None:
    """What do we tell our governors this term?"""
    answer = widgets.Answer()
    labels = schools.labels(gateway.schools())
    urn = next(iter(labels))
    if len(labels) > 1:
        urn = widgets.wide_control(Choice("School", "school", labels))
    term, kind, made_as = widgets.controls(
        Choice("Term", "term", {term: term for term in terms.from_day(gateway.facts.released_on)}),
        Choice("Report", "report", {TERMLY: "Termly", ANNUAL: "Annual"}),
        Choice("Made as", "form", {Made.WORD: "Word", Made.PDF: "PDF"}),
    )
    school = documents.schools(gateway).of(urn)
    answer.say(_sentence(school))
    nil = st.checkbox("Nil return: no child with a social worker was on our roll in this period.", key="nil")
    widgets.section(
        "What only you know",
        "Leave empty what you will fill in later: it becomes a field in square brackets. Nothing you "
        "type is kept "
        "here: save the file.",
    )
    form, is_asked_for = _form(term, annual=kind == ANNUAL, nil=nil)
    outcomes = widgets.outcomes(gateway, Who.CWSW, ComparedWith.PEERS)
    document = governor_update(gateway, school, form, outcomes)
    template = None
    if made_as is Made.WORD:
        template = documents.own_template()
    if is_asked_for:
        others = set(documents.schools(gateway).names.values()) - {school.name}
        found = findings(document, form.known, others)
        if found:
            more = "These sentences may say more than governors' papers should:"
            documents.not_made(more, map(str, found))
        else:
            name = f"report to governors {school.laestab or school.urn} {term}"
            documents.take_away(gateway, document, made_as, template, name)
    widgets.section(
        "The report so far", "As its file says it. The fields in brackets are for you to fill in."
    )
    with st.container(key="copies", horizontal=True):
        documents.copy_section(section(document, SECTION_1), "section 1")
        documents.copy_section(section(document, SECTION_2), "section 2")
    with st.container(border=True, key="letter"):
        documents.show(document)
    widgets.can_and_cannot_say(
        "what three years together show, and what the school does. No name and no count of 1 to 5 is let "
        "through: "
        "but it is you who know the children, so read the file before you send it.",
        "what is true this term of the children you know: put that in yourself, in words where they are few.",
    )


def _sentence(school: OneSchool) -> str:
    if school.has_figures:
        shown = sum(outcome.is_shown for outcome in school.outcomes)
        some = "outcome" if shown == 1 else "outcomes"
        return (
            f"Section 1 is written: {shown} {some} of {school.name}'s own, over three years together. "
            "Fill in section 2, and make the file."
        )
    return (
        f"{school.name} has too few children with a social worker for figures of its own, so section 1 "
        "gives the "
        "authority's. Fill in section 2, and make the file."
    )


def _form(term: str, annual: bool, nil: bool) -> tuple[Form, bool]:
    """Ask for what only the school knows; give the answers and whether the file is asked for."""
    with st.form("answers"):
        typed = {
            name: st.text_area(
                HEADINGS[name],
                key=f"answer_{name}",
                max_chars=LONGEST,
                height=68,
                placeholder=f"{ASKED[name][:1].upper()}{ASKED[name][1:]}",
            )
            for name in asked_for(annual, nil)
        }
        not_names = st.text_area(
            "Words above that name no child, such as staff, programmes and places", key="not_names", height=68
        )
        is_asked_for = st.form_submit_button("Make the file")
    answers = {name: text or "" for name, text in typed.items()}
    return Form(term=term, annual=annual, nil=nil, not_names=not_names or "", **answers), is_asked_for
