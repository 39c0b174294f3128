"""Our offer: whom it reached, what was held in each term, and which schools it has not reached."""

import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.show import downloads, names, offer, prints, schools, tables, words
from cswanalytics.show.charts import parts_of_all
from cswanalytics.show.data_quality import as_csv
from cswanalytics.show.schools import Span
from cswanalytics.vocabulary import TOTAL, Level, Role, year_label

TITLE = "Who has our offer reached?"
MENU = "Our offer"
ORDER = 50
ROLES = (Role.VIRTUAL_SCHOOL_HEAD, Role.DATA_TEAM)

TRAINED = "whole_school_training"
ABSENCE = "persistent_absence"


def render(gateway: Gateway) -> None:
    """Who has our offer reached?"""
    answer = widgets.Answer()
    held = gateway.offer("support_activities")
    years = offer.years(gateway.offer) or sorted(gateway.facts.years, reverse=True)
    tier, topic, year, phase = widgets.controls(
        Choice("Tier", "tier", {tier: f"Tier {tier}" for tier in offer.TIERS}),
        Choice("Topic", "topic", {TOTAL: "All topics"} | schools.shortened(offer.topics(held))),
        Choice("Year", "year", {year: year_label(year) for year in years}),
        Choice(
            "Phase", "phase", {TOTAL: "All phases"} | {of: names.of_phase(of) for of in gateway.facts.phases}
        ),
    )
    sentence = offer.answer(gateway.offer, year, phase, has_ended=year in gateway.facts.years)
    answer.say(sentence)
    phases = list(gateway.facts.phases) if phase == TOTAL else [phase]
    _say_missing(gateway)
    told = parts_of_all.scene(
        offer.bars(gateway.offer, TRAINED, year, phases), "% of schools, all staff trained"
    )
    if told is not None:
        widgets.section(
            f"Schools whose whole staff was trained, {year_label(year)}",
            "In attachment and trauma, in the twelve months to the end of the year or of the data.",
        )
        sections.scene(told, alt=sentence)
    widgets.section("The same numbers", "Two days and qualified: of the schools that answered.")
    reach = offer.reach_table(gateway.offer, year, phases)
    widgets.table(reach, alt="How many schools the offer reached, by phase")
    _activities(gateway, year, tier, topic)
    _beside_absence(gateway, year, phase)
    _not_reached(gateway, year, phase)
    widgets.can_and_cannot_say(
        "which schools took part, and how much was held.",
        "whether it helped. Schools choose to come, so those that came differ from those that did not.",
    )
    caption = prints.Caption(
        f"Schools whose whole staff was trained, {year_label(year)}",
        "In attachment and trauma, in twelve months.",
        downloads.source(gateway.facts),
    )
    widgets.downloads(
        sentence,
        numbers=lambda: as_csv(offer.department_return(gateway.offer, year)),
        picture=None if told is None else lambda: prints.scene.draw(told, caption),
        name=downloads.file_name(gateway.facts, f"offer {year_label(year)}"),
        label="Department return (CSV)",
    )


def _say_missing(gateway: Gateway) -> None:
    for name in (TRAINED, "dt_training_two_days", "support_activities"):
        absent = gateway.offer(name).absent
        if absent:
            sentence = words.empty_state(words.Empty.NOT_EXPORTED, table=absent.partition(": ")[2])
            widgets.empty(words.EMPTY_HEADINGS[words.Empty.NOT_EXPORTED], sentence)


def _activities(gateway: Gateway, year: int, tier: int, topic: str) -> None:
    widgets.section(
        f"What was held, {year_label(year)}: {offer.TIERS[tier].lower()}",
        "One consultation is often one child: of these only how many there were in a term, to the nearest 5, "
        "and not under 10."
        if tier == 3
        else "Activities in each term.",
    )
    held = offer.activities(gateway.offer("support_activities"), year, tier, TOTAL if tier == 3 else topic)
    if held.empty:
        st.markdown("Nothing of this kind was recorded.")
    else:
        widgets.table(held, alt="Activities by kind and term")


def _beside_absence(gateway: Gateway, year: int, phase: str) -> None:
    """Set persistent absence at trained schools beside that at others: an association, and said so."""
    last = min(year, max(gateway.facts.years))
    listed = gateway.schools()
    urns = listed["school_urn"] if phase == TOTAL else listed[listed["merged_phase"] == phase]["school_urn"]
    given = gateway.answer(Question(ABSENCE, level=Level.SCHOOL))
    if given.absent:
        return
    together = schools.of_span(given, Span(last, schools.YEARS_TOGETHER), urns)
    entries = offer.trained_and_not(together, gateway.offer(TRAINED), last, urns)
    if not entries:
        return
    widgets.section(
        "Absence at trained schools and at others",
        f"Persistently absent, {Span(last, schools.YEARS_TOGETHER).words} together; trained in "
        f"{year_label(last)}. An association, not an effect: schools choose to come.",
    )
    widgets.table(
        tables.of_items("Schools", entries, ("CWSW", "Peers")), alt="Persistent absence, trained or not"
    )


def _not_reached(gateway: Gateway, year: int, phase: str) -> None:
    listed = gateway.schools()
    if phase != TOTAL:
        listed = listed[listed["merged_phase"] == phase]
    widgets.section(f"Schools whose whole staff was not trained, {year_label(year)}")
    names_of = offer.not_reached(gateway.offer(TRAINED), year, schools.labels(listed))
    if not names_of:
        st.markdown("None that is known.")
        return
    with st.expander(f"{len(names_of)} schools, by name"):
        st.markdown("\n".join(f"- {name}" for name in names_of))
