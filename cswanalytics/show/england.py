"""England beside the like group: children in need with children in need, never with anybody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cswanalytics.answers import Question
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, State
from cswanalytics.national import NationalFigure, beside
from cswanalytics.show import names, words
from cswanalytics.show.figures import figure
from cswanalytics.show.row_words import row_of
from cswanalytics.vocabulary import ComparedWith, Who, year_label

LIKE = (Who.CINO, Who.CPPO, Who.CLA)
ALL_PUPILS = "All pupils"
OUTCOMES = "“Outcomes for children in need, including children looked after”"
RELEASES = {
    "CSC_outcomes_and_enablers": f"{OUTCOMES}, as its children’s social care dashboard holds it",
    "BenGoodair/childrens_social_care_data": f"{OUTCOMES}, as an archive of research holds it",
    "SEND-AP-Inclusion-Dashboard": f"{OUTCOMES}, as its special needs dashboard holds it",
    "local-authority-interactive-tool": "the Local Authority Interactive Tool",
}
"""In which of the department's releases a figure was published, by the versioned copy it was taken from."""


@dataclass(frozen=True)
class Beside:
    """The figures of one year: (group, here, England) in words, and where England's come from."""

    year: int
    rows: tuple[tuple[str, str, str], ...]
    said: str

    @property
    def table(self) -> pd.DataFrame:
        """Give them as a table."""
        return pd.DataFrame(self.rows, columns=["Group", "Here", "England"])


def beside_england(ask: Callable[[Question], Gaps], question: Question, measure: Measure) -> Beside | None:
    """Set the groups England publishes beside the local ones, in the newest year both have; None without one.

    Of the group asked about alone where it is one of those; of all of them where all children with a social
    worker are asked about. `ask` gives the gaps of a question.
    """
    groups = LIKE if question.who is Who.CWSW else tuple(who for who in LIKE if who is question.who)
    asked = [(names.KEY[who], "cwsw", replace(question, who=who)) for who in groups]
    if not asked:
        return None
    everyone = replace(question, who=Who.CWSW, compared_with=ComparedWith.ALL_PUPILS)
    worked_out = [(*entry, ask(entry[-1])) for entry in (*asked, (ALL_PUPILS, "peers", everyone))]
    years = {int(year) for *_, gaps in worked_out for year in gaps.shown["time_period"]}
    for year in sorted(years, reverse=True):
        found = [
            (label, _here(gaps, year, side), beside(of, measure, year, side))
            for label, side, of, gaps in worked_out
        ]
        published = [
            (label, here, england)
            for label, here, england in found
            if isinstance(england, NationalFigure) and not england.symbol and here
        ]
        # All pupils alone would say nothing of these children.
        if any(label != ALL_PUPILS for label, *_ in published):
            rows = tuple((label, here, figure(england.value, measure)) for label, here, england in published)
            return Beside(year, rows, _said([england for *_, england in published], year))
    return None


@dataclass(frozen=True)
class Outcomes:
    """The newest figures of many measures, (outcome, group, here, England, year), and their source."""

    rows: tuple[tuple[str, str, str, str, str], ...]
    said: str

    @property
    def table(self) -> pd.DataFrame:
        """Give them as a table."""
        return pd.DataFrame(self.rows, columns=["Outcome", "Group", "Here", "England", "Year"])


def of_outcomes(
    ask: Callable[[Question], Gaps], measures: Sequence[Measure], who: Who = Who.CWSW
) -> Outcomes | None:
    """Set each group that England publishes beside it, measure by measure; None where there is none.

    Of one group where `who` is one of those, else of all of them.
    """
    rows: list[tuple[str, str, str, str, str]] = []
    for measure in measures:
        found = beside_england(ask, Question(measure.id, who=who), measure) if measure.national else None
        for label, here, there in found.rows if found else ():
            if found and label != ALL_PUPILS:
                rows.append((measure.short, label, here, there, year_label(found.year)))
    said = (
        "Published by the Department for Education (Open Government Licence v3.0); each outcome's own page "
        "names the release. To set a figure beside, not to judge it by."
    )
    return Outcomes(tuple(rows), said) if rows else None


def _here(gaps: Gaps, year: int, side: str) -> str:
    row = row_of(gaps, year)
    if row is None or row["state"] != State.SHOWN:
        return ""
    return words.figure(row[side], gaps.measure, row[f"{side}_extreme"])


def _said(figures: list[NationalFigure], year: int) -> str:
    whose = words.listed(list(dict.fromkeys(england.group.removesuffix(", England") for england in figures)))
    sources = dict.fromkeys(
        f"{RELEASES[england.source.partition(':')[0]]} (version {england.vintage})" for england in figures
    )
    return (
        f"England, {year_label(year)}: {whose}. Published by the Department for Education in "
        f"{words.listed(list(sources))}, under the Open Government Licence v3.0. To set a figure beside, not "
        "to judge it by."
    )
