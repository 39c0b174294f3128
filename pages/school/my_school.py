"""One school: its children in words, its place among the others, and what to talk about."""

import pandas as pd
import streamlit as st

from cswanalytics.answers import Answer, Gateway, Question
from cswanalytics.app import widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, gaps
from cswanalytics.inference.funnel import Funnel, Place, funnel, yearly_move
from cswanalytics.show import charts, downloads, my_school, prints, schools
from cswanalytics.show.schools import Span
from cswanalytics.vocabulary import Level, Role

TITLE = "How are our children with a social worker doing?"
MENU = "My school"
ORDER = 10
ROLES = (Role.HEADTEACHER, Role.DESIGNATED_TEACHER, Role.VIRTUAL_SCHOOL_HEAD)

ATTENDANCE, SUSPENSIONS = "attendance", "exclusion"
MEASURE = {ATTENDANCE: "persistent_absence", SUSPENSIONS: "suspended_once_or_more"}
"""The measure whose funnel a theme shows."""
CARDS = ("persistent_absence", "suspended_once_or_more")
MISSED = "overall_absence"
PHASE = "education_phase"
OWN_ROLES = (Role.HEADTEACHER, Role.DESIGNATED_TEACHER)


class School:
    """A school, the years put together, and what the gateway gives of it and of its phase."""

    def __init__(self, gateway: Gateway, row: pd.Series, span: Span) -> None:
        self._gateway = gateway
        self.row, self.span = row, span
        self.urn, self.phase = str(row["school_urn"]), str(row["merged_phase"])
        self.whose = "Your school" if gateway.role in OWN_ROLES else "This school"
        self._funnels: dict[str, Funnel | None] = {}

    def answer(self, measure: str) -> Answer:
        """Give the school's own rows of a measure, year by year."""
        return self._gateway.answer(Question(measure, level=Level.SCHOOL)).only(school_urn=self.urn)

    def of_phase(self, measure: str) -> Answer:
        """Give the authority's rows of a measure, for the schools of the phase."""
        return self._gateway.answer(Question(measure, breakdown=PHASE)).only(breakdown_item=self.phase)

    def own(self, measure: str) -> Gaps:
        """Give the school's gaps over the span."""
        return gaps(schools.of_span(self.answer(measure), self.span))

    def others(self, measure: str) -> Gaps:
        """Give the phase's gaps over the span."""
        return gaps(schools.of_span(self.of_phase(measure), self.span))

    def funnel(self, measure: str) -> Funnel | None:
        """Give the school among the others of its phase, which come without names; None without rows."""
        if measure not in self._funnels:
            self._funnels[measure] = self._funnel(measure)
        return self._funnels[measure]

    def _funnel(self, measure: str) -> Funnel | None:
        mine = schools.of_span(self.answer(measure), self.span)
        unnamed = self._gateway.unnamed_schools(Question(measure, level=Level.SCHOOL), self.urn)
        rest = schools.of_span(unnamed, self.span)
        return None if mine.rows.empty and rest.rows.empty else funnel(mine, rest)

    def place(self, worked: Funnel | None) -> Place | None:
        """Give where the school stands; None where it is not drawn, or only one year is."""
        if worked is None or self.span.years == 1:
            return None
        found = worked.drawn[worked.drawn["school_urn"] == self.urn]
        return None if found.empty else found["place"].iloc[0]


def render(gateway: Gateway) -> None:
    """How are our children with a social worker doing?"""
    answer = widgets.Answer()
    listed = gateway.schools()
    if listed.empty:
        answer.say("Your school is not in these figures.")
        widgets.empty(
            "No such school", "Your data team can say whether it is new, or was entered wrongly for you."
        )
        return
    labels = schools.labels(listed)
    urn = next(iter(labels))
    if len(labels) > 1:
        urn = widgets.wide_control(Choice("School", "school", labels))
    theme, years = widgets.controls(
        Choice("Theme", "theme", {ATTENDANCE: "Attendance", SUSPENSIONS: "Suspensions"}),
        Choice("Years", "years", {3: "Three years", 1: "One year"}),
    )
    row = listed[listed["school_urn"] == urn].iloc[0]
    school = School(gateway, row, Span(max(gateway.facts.years), years))
    measure = {entry.id: entry for entry in gateway.measures(theme=theme)}[MEASURE[theme]]
    own, phase, worked = school.own(measure.id), school.others(measure.id), school.funnel(measure.id)
    sentence = my_school.sentence(own, school.place(worked), school.span, school.phase, school.whose.lower())
    answer.say(sentence)
    children = my_school.typical(school.answer("prevalence"), school.span)
    st.markdown(f"{row['school_name']}. {my_school.size(children, gateway.facts.base, school.span)}")
    _cards(gateway, school)
    parts = None
    if worked is not None:
        parts = charts.funnel.of_one_school(worked, urn, school.whose, school.span.together)
    if worked is not None and parts is not None and own.latest is not None:
        widgets.section(
            f"{measure.short}: is it different from what chance would give?",
            my_school.where(worked, urn, school.span, school.whose),
        )
        widgets.chart(charts.funnel.draw(parts, widgets.palette()), alt=sentence)
        _by_chance(worked, phase, children)
        widgets.section("The same numbers")
        place = school.place(worked)
        numbers = my_school.numbers(worked, phase, urn, place, school.span, school.phase, school.whose)
        widgets.table(numbers, alt=f"{measure.title}: {school.whose.lower()} and all of its phase, in words")
    _to_discuss(gateway, measure)
    has_exact_view = widgets.exact_panel(urn)
    if own.latest is None and gateway.role in OWN_ROLES and not has_exact_view:
        st.markdown(
            "You may be entitled to see your own school's exact numbers: ask your data team to switch on the "
            "exact view."
        )
    widgets.can_and_cannot_say(
        "whether three years together differ from what chance would give.",
        "how this year compares with last, or how the school compares with any one other school.",
    )
    title = f"{measure.short}, {school.span.words}"
    caption = prints.Caption(
        title, f"{row['school_name']} among the schools of its phase.", downloads.source(gateway.facts)
    )
    mine = listed[listed["school_urn"] == urn]
    widgets.downloads(
        sentence,
        numbers=lambda: "" if worked is None else schools.numbers(worked, school.span, mine, gateway.facts),
        picture=None if parts is None or own.latest is None else lambda: prints.funnel.draw(parts, caption),
        name=downloads.file_name(gateway.facts, f"{row['school_name']} {measure.id}"),
    )


def _cards(gateway: Gateway, school: School) -> None:
    persistent, suspended = (
        my_school.counted(
            school.own(name), school.others(name), school.place(school.funnel(name)), school.phase
        )
        for name in CARDS
    )
    missed = my_school.missed(school.answer(MISSED), school.of_phase(MISSED), school.span, school.phase)
    stages = [
        measure.id
        for measure in gateway.measures(theme="attainment", tier=1)
        if measure.is_counted and measure.school_level and PHASE not in measure.breakdowns_left_out
    ]
    last = next((own for name in reversed(stages) if (own := school.own(name)).latest is not None), None)
    results = my_school.results(last, None if last is None else school.others(last.measure.id), school.phase)
    together = "three years together" if school.span.years > 1 else school.span.words
    widgets.section(f"In words, {together}")
    for pair in ((persistent, missed), (suspended, results)):
        with widgets.cards(2) as places:
            for place, card in zip(places, pair, strict=True):
                place.caption(card.caption)
                place.subheader(card.heading, anchor=False)
                place.markdown(card.text)


def _by_chance(worked: Funnel, phase: Gaps, children: int | None) -> None:
    everybody = phase.latest
    if not children or everybody is None or pd.isna(everybody["peers"]):
        return
    number = len(worked.drawn)
    shares = (worked.expected / 100, everybody["peers_point"] / 100)
    moved = yearly_move(shares, (children, max(everybody["peers_pupils"] / max(number, 1) / 3, 1)))
    with st.container(key="inset"):
        st.markdown(
            f"Chance alone moves the gap about **{round(100 * moved)} points a year** in a school with about "
            f"{children} of these children. That is why there is no yearly verdict here."
        )


def _to_discuss(gateway: Gateway, measure: Measure) -> None:
    of_theme = [measure, *gateway.measures(theme=measure.theme)]
    asked = my_school.questions(of_theme)
    if asked:
        widgets.section("Questions to discuss")
        st.markdown("\n".join(f"{at}. {question}" for at, question in enumerate(asked, start=1)))
    widgets.section("What you can ask the Virtual School for")
    st.markdown("\n".join(f"- {offer}" for offer in my_school.offers(gateway.facts)))
