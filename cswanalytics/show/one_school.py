"""What documents may say of each school: the words of its own page, worked out for all schools at once.

A document is shown to people who never see the page, so it is more careful: a school is told its own figures
only where three years together can be told from chance, and its children only from 10 on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from cswanalytics.access import EVERY_SCHOOL
from cswanalytics.answers import Gateway, Question
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, gaps
from cswanalytics.inference.comparisons import LEAST_PUPILS
from cswanalytics.inference.funnel import Funnel, Place, funnel, yearly_move
from cswanalytics.show import my_school, schools
from cswanalytics.show.schools import YEARS_TOGETHER, Span, of_phase
from cswanalytics.vocabulary import Level

PHASE, PREVALENCE = "education_phase", "prevalence"


@dataclass(frozen=True)
class Outcome:
    """A measure at one school over three years, in all schools of its phase, and its place among them."""

    measure: Measure
    own: Gaps
    around: Gaps
    place: Place | None
    span: Span
    phase: str

    @cached_property
    def is_shown(self) -> bool:
        """Say whether the school is told its own figure: where it can be told from chance."""
        return self.own.latest is not None and self.place not in (None, Place.CANNOT_SAY)

    @property
    def card(self) -> my_school.Card:
        """Give the words of its card."""
        return my_school.counted(self.own, self.around, self.place, self.phase)

    def sentence(self, whose: str) -> str:
        """Say it as the school's page does."""
        return my_school.sentence(self.own, self.place, self.span, self.phase, whose)


@dataclass(frozen=True)
class OneSchool:
    """A school, how many of its children have a social worker in a typical year, and its outcomes.

    `children` is a multiple of the base, None where they are fewer than 10 or not known; `schools_of_phase`
    is how many schools of its phase are drawn in a funnel.
    """

    urn: str
    laestab: str
    name: str
    phase: str
    authority: str
    base: int
    children: int | None
    span: Span
    outcomes: tuple[Outcome, ...]

    @cached_property
    def has_figures(self) -> bool:
        """Say whether anything of the school's own is told."""
        return any(outcome.is_shown for outcome in self.outcomes)

    @property
    def size(self) -> str:
        """Say how many children there are in a typical year."""
        if self.children is None:
            return "Few children with a social worker, or none, in a typical year: about 10 at most."
        said = my_school.size(self.children, self.base, self.span).replace("**", "")
        return said if self.has_figures else said.partition(" Figures below")[0]

    @property
    def in_phase(self) -> str:
        """Name the schools of its phase."""
        return of_phase(self.phase)


class Schools:
    """Every school a reader may see, each with what may be said of it: the release is asked once for all."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._listed: list[dict[str, Any]] = gateway.schools().to_dict("records")
        self._span = Span(max(gateway.facts.years), YEARS_TOGETHER)
        self._measures = schools.offered(gateway.measures())
        self._own = {
            name: gaps(schools.of_span(gateway.answer(Question(name, level=Level.SCHOOL)), self._span))
            for name in self._measures
        }
        around = {
            name: gaps(schools.of_span(gateway.answer(Question(name, breakdown=PHASE)), self._span))
            for name in self._measures
        }
        self._by_school = {name: _parted(worked_out, "school_urn") for name, worked_out in self._own.items()}
        self._by_phase = {name: _parted(worked_out, "breakdown_item") for name, worked_out in around.items()}
        self._none = {
            name: Gaps(worked_out.answer, worked_out.rows.iloc[:0]) for name, worked_out in self._own.items()
        }
        self._funnels: dict[tuple[str, str], Funnel | None] = {}
        self._placed: dict[tuple[str, str], dict[str, Place]] = {}
        self._made: dict[str, OneSchool] = {}

    def __iter__(self) -> Iterator[OneSchool]:
        """Give the schools by their LAESTAB."""
        for entry in sorted(
            self._listed, key=lambda entry: (str(entry["school_laestab"]), entry["school_urn"])
        ):
            yield self._school(entry)

    def of(self, urn: str) -> OneSchool:
        """Give one school. KeyError where the reader may see none of that number."""
        for entry in self._listed:
            if entry["school_urn"] == urn:
                return self._school(entry)
        raise KeyError(urn)

    @cached_property
    def with_figures(self) -> frozenset[str]:
        """The URNs of the schools that have figures of their own to show."""
        return frozenset(school.urn for school in self if school.has_figures)

    @property
    def names(self) -> dict[str, str]:
        """Give the schools' names by their URN."""
        return {entry["school_urn"]: str(entry["school_name"]) for entry in self._listed}

    def funnel(self, measure: str, urn: str, phase: str) -> Funnel | None:
        """Give the schools of a phase in the funnel of a measure; None where none can be drawn.

        A reader who may not see the others has them without names.
        """
        key = measure, self._group(urn, phase)
        if key not in self._funnels:
            own, rest = self._own[measure].answer, None
            mine = {urn}
            if self._gateway.role in EVERY_SCHOOL:
                mine = {entry["school_urn"] for entry in self._listed if entry["merged_phase"] == phase}
            else:
                others = self._gateway.unnamed_schools(Question(measure, level=Level.SCHOOL), urn)
                rest = schools.of_span(others, self._span)
            rows = own.rows[own.rows["school_urn"].isin(mine)]
            nobody = rows.empty and (rest is None or rest.rows.empty)
            self._funnels[key] = None if nobody else funnel(replace(own, rows=rows), rest)
        return self._funnels[key]

    @cached_property
    def _children(self) -> dict[str, int]:
        """Give the children of a typical year by school, where they are 10 or more."""
        if PREVALENCE not in {measure.id for measure in self._gateway.measures()}:
            return {}
        answer = self._gateway.answer(Question(PREVALENCE, level=Level.SCHOOL))
        typical = {
            str(urn): my_school.typical(replace(answer, rows=rows), self._span)
            for urn, rows in answer.rows.groupby("school_urn")
        }
        return {urn: children for urn, children in typical.items() if children and children >= LEAST_PUPILS}

    def _school(self, entry: Mapping[str, Any]) -> OneSchool:
        urn, phase = str(entry["school_urn"]), str(entry["merged_phase"])
        if urn not in self._made:
            self._made[urn] = self._make(entry, urn, phase)
        return self._made[urn]

    def _make(self, entry: Mapping[str, Any], urn: str, phase: str) -> OneSchool:
        outcomes = tuple(
            Outcome(
                measure=measure,
                own=self._by_school[name].get(urn, self._none[name]),
                around=self._by_phase[name].get(phase, self._none[name]),
                place=self._place(name, urn, phase),
                span=self._span,
                phase=phase,
            )
            for name, measure in self._measures.items()
        )
        return OneSchool(
            urn=urn,
            laestab=str(entry["school_laestab"] or ""),
            name=str(entry["school_name"]),
            phase=phase,
            authority=self._gateway.facts.authority,
            base=self._gateway.facts.base,
            children=self._children.get(urn),
            span=self._span,
            outcomes=outcomes,
        )

    def _place(self, measure: str, urn: str, phase: str) -> Place | None:
        key = measure, self._group(urn, phase)
        if key not in self._placed:
            worked = self.funnel(measure, urn, phase)
            drawn = None if worked is None else worked.drawn
            self._placed[key] = (
                {} if drawn is None else dict(zip(drawn["school_urn"], drawn["place"], strict=True))
            )
        return self._placed[key].get(urn)

    def _group(self, urn: str, phase: str) -> str:
        """Name the funnel of a school: its phase's, or its own where the others come without names."""
        return phase if self._gateway.role in EVERY_SCHOOL else urn


def by_chance(school: OneSchool, schools_drawn: int) -> str:
    """Say how far chance alone moves the gap in a school of this size; empty where that is not known."""
    outcome = next((outcome for outcome in school.outcomes if outcome.is_shown), None)
    row = None if outcome is None else outcome.around.latest
    if not school.children or row is None or pd.isna(row["peers"]):
        return ""
    shares = (row["cwsw_point"] / 100, row["peers_point"] / 100)
    peers = max(row["peers_pupils"] / max(schools_drawn, 1) / YEARS_TOGETHER, 1)
    moved = yearly_move(shares, (school.children, peers))
    return (
        f"Chance alone moves the gap about {round(100 * moved)} points a year in a school with about "
        f"{school.children} of these children. That is why there is no yearly verdict here."
    )


def _parted(worked_out: Gaps, part: str) -> dict[str, Gaps]:
    return {
        str(key): Gaps(worked_out.answer, rows) for key, rows in worked_out.rows.groupby(part, sort=False)
    }
