"""What a page asks and what it gets: what passes between the gateway and everything drawn or written."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Protocol

import pandas as pd

from cswanalytics.catalogue import Breakdown, Measure
from cswanalytics.offer import OfferFigure
from cswanalytics.remembered import remembered
from cswanalytics.settings import Aim, Letters
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, ComparedWith, Level, Role, Who

SIDES = ("cwsw", "peers")
"""The two groups set side by side: whoever is asked about, and whoever they are compared with."""

CELL_PARTS = ("pupils", "count", "value", "spread", "symbol")

ANSWER_COLUMNS = (
    "time_period",
    "time_identifier",
    "school_urn",
    "breakdown",
    "breakdown_item",
    *(f"{side}_{part}" for side in SIDES for part in CELL_PARTS),
    "cannot_say",
)


@dataclass(frozen=True)
class Question:
    """Which measure, of whom beside whom, where, broken down how, and for whole years or to a half-term."""

    measure: str
    level: Level = Level.AUTHORITY
    who: Who = Who.CWSW
    compared_with: ComparedWith = ComparedWith.PEERS
    breakdown: str = TOTAL
    time_identifier: str = ACADEMIC_YEAR


@dataclass(frozen=True, eq=False)
class Answer:
    """Released cells for one question, the two groups side by side. Nobody changes one: it is shared.

    As a key it is itself alone: two answers are never the same one, whatever they hold, so that what is
    worked out of one person's is kept for those alone who are given that very answer.

    `rows` has ANSWER_COLUMNS, one row for each academic year (ascending), school and item of the breakdown
    (as declared). `cwsw_*` is whoever was asked about (`question.who`), `peers_*` whoever they are compared
    with. For counted measures `pupils` and `count` are multiples of the base; for the others `value` is the
    coarsened figure in the measure's unit and `spread` its standard error (authority level only). Where
    there is no number `symbol` says why: 'c' withheld, 'z' nothing to count, 'x' not available. `cannot_say`
    holds the reason why a year's figures must carry no verdict, or is empty.

    `absent` says why there are no rows at all: 'not exported: key_stage_2' or 'withheld: ...'; else empty.
    """

    question: Question
    measure: Measure
    rows: pd.DataFrame
    base: int
    absent: str = ""

    def only(self, **where: object) -> "Answer":
        """Give the answer with only the rows that hold those values, such as breakdown_item='Primary'."""
        return _only(self, **where)


@remembered
def _only(answer: Answer, **where: object) -> Answer:
    rows = answer.rows
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return replace(answer, rows=rows.reset_index(drop=True))


@dataclass(frozen=True)
class ReleaseFacts:
    """What stands at the top and foot of every page: whose figures these are, how old, how far to be trusted.

    `matched` is the share (0 to 1) of children in social care of school age matched or unmatched for a
    stated reason, from counts to the nearest 10; None under 100 of them. `half_terms_reported` maps
    '202526 To half-term 2' to how many schools sent attendance for that half-term, and of how many.
    `warnings` are sentences; they may name schools. `not_exported` maps a measure to the table it needs.
    `data_dates` maps a table to the day to which it runs, `matching` a reason ('matched', 'home educated',
    ...) to the share (0 to 1) of all children in social care it holds for, from counts to the nearest 10, and
    `checked` a condition of the gate to how it was met. `unsettled_results` maps a table and year
    ('key_stage_4 202425') whose results can still change to 'provisional' or 'revised', and `restated` a year
    whose closed figures were changed to the reason given.
    """

    release: str
    authority: str
    invented: bool
    released_on: date
    data_to: date
    matched: float | None
    base: int
    years: tuple[int, ...]
    in_year: tuple[str, ...]
    phases: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    not_exported: dict[str, str] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)
    half_terms_reported: dict[str, tuple[int, int]] = field(default_factory=dict)
    cohort_window: str = "six years"
    legal_basis: str = ""
    new_la_code: str = ""
    letters: Letters = field(default_factory=Letters)
    data_dates: dict[str, date] = field(default_factory=dict)
    matching: dict[str, float] = field(default_factory=dict)
    unsettled_results: dict[str, str] = field(default_factory=dict)
    checked: dict[str, str] = field(default_factory=dict)
    restated: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Offered:
    """One figure that is no measure of pupils: the offer, schools, money, children on no roll.

    As a key it is itself alone, as an Answer is.

    `rows` has the columns of `release.OFFER` but `figure`. A row without `school_urn` and `merged_phase` is
    of the whole authority; `term` is 1 to 3, empty for a whole year. `number` is as `figure.released` says,
    of `out_of` where it is a part of something; `symbol` says why there is no number. Rows of single schools
    are given to those alone who see every school. `absent` says why there are no rows, as an Answer's does.
    """

    figure: OfferFigure
    rows: pd.DataFrame
    absent: str = ""

    @cached_property
    def of_authority(self) -> pd.DataFrame:
        """The rows of the whole authority."""
        return self.rows[self.rows["school_urn"].isna() & self.rows["merged_phase"].isna()]

    @cached_property
    def by_phase(self) -> pd.DataFrame:
        """The rows of merged phases."""
        return self.rows[self.rows["merged_phase"].notna()]

    @cached_property
    def by_school(self) -> pd.DataFrame:
        """The rows of single schools: 1 yes, 0 no."""
        return self.rows[self.rows["school_urn"].notna()]


class Gateway(Protocol):
    """One signed-in person's view of a release: all a page knows of where its figures come from."""

    @property
    def role(self) -> Role:
        """Who is asking."""
        ...

    @property
    def facts(self) -> ReleaseFacts:
        """What is to be known of the release."""
        ...

    def measures(self, theme: str = "", tier: int = 0) -> tuple[Measure, ...]:
        """Give the measures, in order; only those of a theme or a tier where named."""
        ...

    def aims(self) -> tuple[Aim, ...]:
        """Give the authority's aims, as they were when the release was built."""
        ...

    def breakdown(self, name: str) -> Breakdown:
        """Give a breakdown with the items this release has (merged phases included)."""
        ...

    def answer(self, question: Question) -> Answer:
        """Answer a question. QuestionRefused where no release can answer it or this reader may not ask."""
        ...

    def schools(self) -> pd.DataFrame:
        """Give the schools this reader may see, by name: a row each of `release.SCHOOLS`."""
        ...

    def unnamed_schools(self, question: Question, beside: str) -> Answer:
        """Give the other schools of a school's phase, without what would tell whose figures they are.

        `school_urn` is '1', '2', ... in the order of their figures; only the counts of children with a social
        worker are there. QuestionRefused where this reader may not see the school `beside`.
        """
        ...

    def quality(self) -> pd.DataFrame:
        """Give the findings of the checks: `release.QUALITY`. QuestionRefused where not for this role."""
        ...

    @property
    def earlier(self) -> "Gateway | None":
        """The release before this one, as the same reader may see it; None where there is none."""
        ...

    def offer_figures(self) -> tuple[OfferFigure, ...]:
        """Give every figure that is no measure of pupils, in order."""
        ...

    def offer(self, figure: str) -> Offered:
        """Give one figure that is no measure of pupils. QuestionRefused where there is no such figure."""
        ...
