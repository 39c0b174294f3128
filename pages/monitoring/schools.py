"""Schools: which differ by more than chance, so that one knows whom to ask first."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cswanalytics.answers import Gateway, Question
from cswanalytics.app import widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.catalogue import Measure
from cswanalytics.inference.funnel import Z_OUTER, Funnel
from cswanalytics.show import charts, downloads, names, offer, prints, schools, words
from cswanalytics.show.schools import Span
from cswanalytics.vocabulary import Level, Role, year_label

TITLE = "Which schools differ by more than chance?"
MENU = "Schools"
ORDER = 20
ROLES = (Role.VIRTUAL_SCHOOL_HEAD,)

EVERY_TRUST = "all"
THREE_YEARS, ONE_YEAR = 3, 1
TRAINED = "whole_school_training"


def render(gateway: Gateway) -> None:
    """Which schools differ by more than chance?"""
    answer = widgets.Answer()
    measures = schools.offered(gateway.measures())
    listed = gateway.schools()
    measure_id, phase, trust, years = widgets.controls(
        Choice("Measure", "measure", {name: schools.in_control(entry) for name, entry in measures.items()}),
        Choice("Phase", "phase", _phases(gateway)),
        Choice("Trust", "trust", _trusts(listed)),
        Choice("Years", "years", {THREE_YEARS: "Three years", ONE_YEAR: "One year"}),
    )
    measure, span = measures[measure_id], Span(max(gateway.facts.years), years)
    of_phase = listed[listed["merged_phase"] == phase]
    chosen = of_phase if trust == EVERY_TRUST else of_phase[of_phase["trust_name"] == trust]
    given = gateway.answer(Question(measure.id, level=Level.SCHOOL))
    worked = schools.in_funnel(given, span, of_phase["school_urn"])
    named = schools.labels(chosen)
    parts = charts.funnel.of_schools(worked, named, span.together)
    if parts is None:
        _nothing(answer, gateway, measure, given.absent)
        return
    sentence = schools.sentence(worked, phase)
    answer.say(sentence)
    title = f"{measure.title} among CWSW, {span.words}"
    widgets.section(
        title,
        "A dot is a school. Inside the shaded funnel is ordinary chance: its solid edge holds 998 schools in "
        "1,000, the dashed lines 19 in 20. Hollow: fewer than 30 children, so nothing can be said."
        f"{_rounded(worked)}",
    )
    widgets.chart(charts.funnel.draw(parts, widgets.palette()), alt=sentence)
    trained = offer.trained(gateway.offer(TRAINED), span.last)
    _numbers(worked, named, parts.letters, trained, span)
    letters = widgets.to_page("feedback", "Make letters for all schools", {})
    st.markdown(f"Tell each headteacher where their own school stands: {letters}.")
    _silent(worked, phase, len(of_phase), named)
    widgets.can_and_cannot_say(
        "which schools differ from the others of their phase by more than chance, and so whom to ask first.",
        "which is best or worst, or why. A school outside the lines is a question, not a finding: its "
        "children may differ from those of other schools.",
    )
    note = f"{phase}. The shaded funnel is what chance alone would do."
    caption = prints.Caption(title, note, downloads.source(gateway.facts))
    widgets.downloads(
        sentence,
        numbers=lambda: schools.numbers(worked, span, chosen, gateway.facts, trained),
        picture=lambda: prints.funnel.draw(parts, caption),
        name=downloads.file_name(gateway.facts, f"schools {measure.id} {phase}"),
    )


def _phases(gateway: Gateway) -> dict[str, str]:
    """Give the phases, those with the largest schools first."""
    ordered = sorted(gateway.facts.phases, key=lambda phase: not phase.startswith("Secondary"))
    return {phase: names.of_phase(phase) for phase in ordered}


def _trusts(listed: pd.DataFrame) -> dict[str, str]:
    """Give the trusts that have a view of their own: with fewer schools it would be of each one of them."""
    numbers = listed["trust_name"].value_counts()
    enough = sorted(str(name) for name in numbers.index[numbers >= schools.FEWEST_SCHOOLS_OF_A_TRUST])
    return {EVERY_TRUST: "All"} | schools.shortened(enough)


def _nothing(answer: widgets.Answer, gateway: Gateway, measure: Measure, absent: str) -> None:
    kind, _, rest = absent.partition(": ")
    if kind == "not exported":
        answer.say(f"{measure.title}: not shown, because {words.absent(absent)}.")
        widgets.empty(
            words.EMPTY_HEADINGS[words.Empty.NOT_EXPORTED],
            words.empty_state(words.Empty.NOT_EXPORTED, table=rest),
        )
        return
    left_out = [year for year in gateway.facts.years if measure.not_comparable_because(year)]
    if absent or len(left_out) == len(gateway.facts.years):
        because = words.absent(absent) if absent else measure.not_comparable_because(left_out[-1])
        answer.say(f"{measure.title}: not shown, because {because}.")
        widgets.empty("Not shown", f"{because[:1].upper()}{because[1:]}.")
        return
    answer.say("No school here has enough children with a social worker to show.")
    widgets.empty(
        words.EMPTY_HEADINGS[words.Empty.TOO_FEW],
        "Fewer than 10 children at every school, or fewer than three years that can be put together: "
        "not shown, so that no child can be picked out.",
    )


def _rounded(worked: Funnel) -> str:
    """Explain a grey dot outside the solid lines, where there is one."""
    told = set(worked.beyond["school_urn"])
    for _, row in worked.drawn.iterrows():
        low, high = worked.limits(row["pupils"], Z_OUTER)
        if row["school_urn"] not in told and row["pupils"] >= 30 and not low <= row["share"] <= high:
            return " A grey dot outside the funnel may lie inside it before rounding."
    return ""


def _silent(worked: Funnel, phase: str, total: int, named: Mapping[str, str]) -> None:
    widgets.section("Schools we cannot say anything about")
    st.markdown(schools.cannot_say(worked, phase, total))
    silent = schools.not_drawn(worked, named)
    if silent:
        with st.expander(f"Not in the chart: {len(silent)}"):
            st.markdown(words.listed(silent) + ".")


def _numbers(
    worked: Funnel,
    named: Mapping[str, str],
    letters: Mapping[str, str],
    trained: Mapping[str, str],
    span: Span,
) -> None:
    widgets.section(
        "The same numbers",
        "Children are rounded, years added. Expected: the share of all these schools together. Trained: the "
        f"whole staff, in {year_label(span.last)}; {words.NO_FIGURE}: not known.",
    )
    by_difference = st.checkbox("Furthest from expected first", key="by_difference", bind="query-params")
    links = {
        urn: widgets.to_page("my_school", name, {"school": name})
        + (f" ({letters[urn]})" if urn in letters else "")
        for urn, name in named.items()
    }
    widgets.table(
        schools.table(worked, named, links, trained, by_difference),
        alt=f"{worked.measure.title}: each school's children, share and distance from what is expected",
    )
