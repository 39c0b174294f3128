"""What each figure counts: a search that a link can hold, and what is the same for all figures."""

from collections.abc import Sequence

import streamlit as st

from cswanalytics.answers import Gateway
from cswanalytics.app import widgets
from cswanalytics.catalogue import Measure
from cswanalytics.show import definitions, downloads
from cswanalytics.show.reports.booklet import booklet
from cswanalytics.vocabulary import ALL_ROLES

TITLE = "What exactly does this count?"
MENU = "What each figure counts"
ORDER = 20
ROLES = ALL_ROLES

IN_FULL = 3
"""Up to how many figures found are told in full, one under the other."""


def render(gateway: Gateway) -> None:
    """What exactly does this count?"""
    answer = widgets.Answer()
    with st.container(key="controls"):
        asked = st.text_input(
            "Find a figure",
            key="measure",
            bind="query-params",
            placeholder="A word, such as absence",
            type="search",
            max_chars=60,
        )
    everything = gateway.measures()
    found = definitions.matching(everything, asked or "")
    sentence = definitions.answer(found, everything, asked or "")
    answer.say(sentence)
    if asked and 0 < len(found) <= IN_FULL:
        for measure in found:
            _in_full(measure)
    elif found:
        widgets.section("Every figure" if not asked else "Figures found")
        links = [widgets.to_page("definitions", measure.title, {"measure": measure.id}) for measure in found]
        widgets.table(definitions.listed(found, links), alt="Figures and what each counts")
    _same_for_all(gateway)
    name = downloads.file_name(gateway.facts, "definitions")
    shown = found or everything
    with st.container(key="documents", horizontal=True):
        widgets.documents("Definitions", lambda: booklet(shown, gateway.facts), name)
        if len(shown) < len(everything):
            widgets.download(
                "Every definition (CSV)",
                lambda: definitions.as_csv(everything).encode("utf-8-sig"),
                f"{name}-all.csv",
                "text/csv",
            )
        widgets.download(
            "Data dictionary (CSV)",
            lambda: definitions.data_dictionary().encode("utf-8-sig"),
            f"{name}-data-dictionary.csv",
            "text/csv",
        )
    widgets.downloads(
        sentence,
        numbers=lambda: definitions.as_csv(shown),
        picture=None,
        name=name,
        label="Definitions (CSV)",
    )


def _in_full(measure: Measure) -> None:
    widgets.section(measure.title)
    widgets.table(definitions.facts(measure), alt=f"{measure.title}: what it counts")
    widgets.table(
        definitions.examples(measure),
        alt=f"{measure.title}: worked examples",
        caption="Worked examples. They are also the tests this figure must pass.",
    )


def _same_for_all(gateway: Gateway) -> None:
    facts = gateway.facts
    widgets.section("Who is a child with a social worker?")
    _paragraphs(definitions.who_they_are(facts.cohort_window))
    widgets.section("Who is a peer?")
    _paragraphs(definitions.who_peers_are())
    widgets.section("How are figures rounded, and why?")
    _paragraphs(definitions.how_we_round(facts))
    widgets.section("What does a verdict mean?")
    for verdict, meaning in definitions.VERDICTS:
        st.markdown(f"**{verdict}.** {meaning}")
    widgets.section("On what legal basis?")
    st.markdown(definitions.legal_basis(facts))


def _paragraphs(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        st.markdown(sentence)
