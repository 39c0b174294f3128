"""Which figures moved since the release before, and why: never silently."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from cswanalytics.answers import Question, ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, State
from cswanalytics.show import words
from cswanalytics.show.figures import figure
from cswanalytics.vocabulary import TOTAL, year_label

FIRST = "There is no earlier release here that can be read, so there is none to set this one beside."
CELLS = ("pupils", "count", "value")


@dataclass(frozen=True)
class Moved:
    """One figure that is not what it was: the measure, the year, what was and is printed, and why."""

    measure: Measure
    time_period: int
    was: str
    now: str
    because: str


@dataclass(frozen=True)
class SinceLast:
    """What became of the figures both releases have."""

    moved: tuple[Moved, ...]
    compared: int
    new_years: tuple[int, ...]
    before: ReleaseFacts

    @property
    def sentence(self) -> str:
        """Say how many figures moved, and which years are new."""
        released = f"the release of {words.day(self.before.released_on)}"
        new = f" New: {words.years(self.new_years)}." if self.new_years else ""
        if not self.compared:
            return f"No figure here was in {released}.{new}"
        if not self.moved:
            return f"None of the {self.compared} figures that were in {released} has moved.{new}"
        verb = "has" if len(self.moved) == 1 else "have"
        return f"{len(self.moved)} of the {self.compared} figures that were in {released} {verb} moved.{new}"

    @property
    def table(self) -> pd.DataFrame:
        """Give the figures that moved."""
        records = [
            (entry.measure.short, year_label(entry.time_period), entry.was, entry.now, entry.because)
            for entry in self.moved
        ]
        return pd.DataFrame(records, columns=["Outcome", "Year", "Was", "Is now", "Why"])


def since_last(
    now: Iterable[Gaps], ask_before: Callable[[Question], Gaps], facts: ReleaseFacts, before: ReleaseFacts
) -> SinceLast:
    """Set every figure of children with a social worker beside what it was in the release before.

    `ask_before` gives the gaps of a question in that release, worked out in the same way.
    """
    moved: list[Moved] = []
    compared = 0
    for gaps in now:
        earlier = _by_year(ask_before(gaps.question))
        for year, row in _by_year(gaps).items():
            was = earlier.get(year)
            if was is None:
                continue
            compared += 1
            moved += _moved(gaps.measure, year, was, row, facts, before)
    new_years = tuple(year for year in facts.years if year not in before.years)
    return SinceLast(tuple(moved), compared, new_years, before)


def _by_year(gaps: Gaps) -> dict[int, pd.Series]:
    rows = gaps.rows[gaps.rows["breakdown_item"] == TOTAL]
    return {int(row["time_period"]): row for _, row in rows.iterrows()}


def _moved(
    measure: Measure, year: int, was: pd.Series, now: pd.Series, facts: ReleaseFacts, before: ReleaseFacts
) -> Iterator[Moved]:
    printed = [_printed(row, measure) for row in (was, now)]
    if printed[0] != printed[1]:
        yield Moved(measure, year, printed[0], printed[1], _because(measure, year, was, now, facts, before))


def _printed(row: pd.Series, measure: Measure) -> str:
    if row["state"] != State.SHOWN:
        return str(row["because"]) or str(row["state"])
    return figure(row["cwsw"], measure, row["cwsw_extreme"])


def _because(
    measure: Measure, year: int, was: pd.Series, now: pd.Series, facts: ReleaseFacts, before: ReleaseFacts
) -> str:
    """Say why a figure moved: the definition, which children there are, or late records of the same ones."""
    for key in (str(year), "every year"):
        if key in facts.restated and facts.restated[key] != before.restated.get(key):
            return f"restated: {facts.restated[key]}"
    if (facts.cohort_window, facts.base) != (before.cohort_window, before.base):
        return "definition: who is counted, or how figures are rounded, was set otherwise"
    if was["state"] != now["state"]:
        return "late data: it could not be shown before" if now["state"] == State.SHOWN else "no longer shown"
    pupils = now["cwsw_pupils"] - was["cwsw_pupils"]
    if pupils:
        return f"children: about {abs(int(pupils))} {'more' if pupils > 0 else 'fewer'} are known"
    return "late data: the same children, with records that came or were corrected since"
