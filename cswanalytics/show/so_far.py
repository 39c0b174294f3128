"""The year so far, beside the same point last year: no verdict, for the figures are provisional."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from cswanalytics.answers import ReleaseFacts
from cswanalytics.inference import Gaps, State
from cswanalytics.show import words
from cswanalytics.show.charts.dumbbell import Row
from cswanalytics.show.row_words import gap_and_interval, row_of
from cswanalytics.show.rows import item_rows, on_one_scale
from cswanalytics.vocabulary import year_label

REPORTED_ENOUGH = 95
"""Per cent of schools, before a half-term is shown: the first to report are not like the last."""


@dataclass(frozen=True)
class SoFar:
    """A half-term of the year under way and of the year before, for one item of a breakdown."""

    worked_out: Gaps
    this_year: int
    last_year: int
    item: str

    @property
    def until(self) -> str:
        """Give the point in words: 'to half-term 2'."""
        point = self.worked_out.question.time_identifier
        return f"{point[:1].lower()}{point[1:]}"

    @property
    def entries(self) -> list[tuple[str, Gaps, pd.Series | None]]:
        """Give both points, last year's first, as a table takes them."""
        labels = (
            (self.last_year, f"{year_label(self.last_year)} {self.until}"),
            (self.this_year, f"{year_label(self.this_year)} {self.until}, provisional"),
        )
        return [(label, self.worked_out, row_of(self.worked_out, year, self.item)) for year, label in labels]

    @property
    def rows(self) -> list[Row]:
        """Give both points as rows of a dumbbell, on one scale."""
        years = (self.last_year, self.this_year)
        drawn = [
            row
            for year, (label, worked_out, _) in zip(years, self.entries, strict=True)
            for row in item_rows(worked_out, year, {self.item: label}, "")
        ]
        return on_one_scale(drawn, self.worked_out.measure)

    def sentence(self, among: str = "") -> str:
        """Say how this year stands so far. `among` names a phase: 'secondary schools'."""
        measure, row = self.worked_out.measure, row_of(self.worked_out, self.this_year, self.item)
        point = f"{self.until[:1].upper()}{self.until[1:]} of {year_label(self.this_year)}"
        if among:
            point += f", in {among}"
        if row is None or row["state"] != State.SHOWN:
            return f"{point}, too few {words.who(self.worked_out.question)} to show."
        one = words.figure(row["cwsw"], measure, row["cwsw_extreme"])
        other = words.figure(row["peers"], measure, row["peers_extreme"])
        who, beside = words.who(self.worked_out.question), words.beside(self.worked_out.question)
        if measure.verb:
            said = f"{one} of {who} {measure.verb} and {other} of {beside}"
        else:
            said = f"{words.name(measure)} came to {one} for {who} and {other} for {beside}"
        return f"{point}, {said}: {gap_and_interval(self.worked_out, row)}. Provisional, so no verdict."


def newest(ask: Callable[[str], Gaps], facts: ReleaseFacts, item: str) -> SoFar | None:
    """Give the newest half-term that enough schools have reported, beside last year's; None without one.

    `ask` gives the gaps to the end of a half-term, by its time identifier.
    """
    for point in sorted(facts.in_year, reverse=True):
        worked_out = ask(point)
        years = sorted({int(year) for year in worked_out.rows["time_period"]})
        if len(years) < 2 or years[-1] in facts.years:
            continue
        if enough(*facts.half_terms_reported.get(f"{years[-1]} {point}", (1, 1))):
            return SoFar(worked_out, years[-1], years[-2], item)
    return None


def missing(facts: ReleaseFacts) -> Iterator[str]:
    """Give a sentence for each half-term that too few schools have reported."""
    for point, (reported, expected) in sorted(facts.half_terms_reported.items()):
        if not enough(reported, expected):
            year, _, identifier = point.partition(" ")
            half_term = identifier.rpartition(" ")[2]
            yield (
                f"{reported} of {expected} schools reported half-term {half_term} of "
                f"{year_label(int(year))}; it is not shown until {REPORTED_ENOUGH}{words.NB}% have."
            )


def enough(reported: int, expected: int) -> bool:
    """Say whether so many of the schools expected have reported that a half-term may be shown."""
    return 100 * reported >= REPORTED_ENOUGH * expected
