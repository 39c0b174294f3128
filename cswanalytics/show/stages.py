"""The stages of school at which a gap is measured, and where it is widest, as far as chance lets one say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from cswanalytics.answers import Question, ReleaseFacts
from cswanalytics.catalogue import Measure, Unit
from cswanalytics.inference import Gaps
from cswanalytics.show import names, words
from cswanalytics.show.charts.stage_ladder import Stage
from cswanalytics.show.figures import in_unit, interval
from cswanalytics.show.row_words import TOO_FEW_TO_COMPARE, gap_words, instead_of
from cswanalytics.vocabulary import year_label

AT = {"EYFS": "at age 5", "phonics": "in year 1", "KS2": "at age 11", "KS4": "at 16"}
LADDER = ("good_level_of_development", "phonics_standard", "ks2_rwm_expected", "engmath_5plus")
"""One proportion for each stage: percentages of children, so that their gaps may stand side by side."""
APART = "attainment_8"

NO_PROGRESS_YEARS = (202425, 202526)
NO_PROGRESS = "No progress measure: these pupils' key stage 2 tests were cancelled."


@dataclass(frozen=True)
class Rung:
    """One stage: the gap in the newest year with results, or why there is none."""

    gaps: Gaps
    row: pd.Series | None

    @property
    def measure(self) -> Measure:
        """What is measured at this stage."""
        return self.gaps.measure

    @property
    def stage(self) -> str:
        """Say when: 'at age 11'."""
        return AT[self.measure.stage]

    @property
    def year(self) -> int:
        """The newest year with results; 0 without one."""
        return 0 if self.row is None else int(self.row["time_period"])

    @property
    def instead(self) -> str:
        """Say in two or three words why there is no gap; empty where there is one."""
        if self.row is not None:
            return ""
        if self.gaps.latest is not None:
            return TOO_FEW_TO_COMPARE
        rows = self.gaps.rows
        return instead_of(self.gaps, rows.iloc[-1] if len(rows) else None)

    @property
    def limits(self) -> tuple[float, float, float]:
        """Give the gap with its interval."""
        if self.row is None:
            raise ValueError("there is no gap at this stage")
        gap, low, high = (float(self.row[name]) for name in ("gap", "gap_low", "gap_high"))
        return gap, gap if pd.isna(low) else low, gap if pd.isna(high) else high


def rungs(ask: Callable[[str], Gaps], measures: Sequence[Measure], of: Sequence[str] = LADDER) -> list[Rung]:
    """Give the stages there are measures for. `ask` gives the gaps of a measure by its id."""
    known = {measure.id for measure in measures}
    found = [ask(name) for name in of if name in known]
    return [_rung(gaps) for gaps in found]


def widest(rungs: Sequence[Rung], question: Question) -> str:
    """Answer where the gap is widest: one stage only where its interval lies clear of all the others'."""
    shown = [rung for rung in rungs if rung.row is not None]
    if not shown:
        return "No gap at any stage can be shown yet."
    who, beside = words.who(question), words.beside(question)
    top = max(shown, key=lambda rung: rung.limits[0])
    when = f"in {words.years({rung.year for rung in shown})}"
    if top.limits[0] <= 0:
        return f"At no stage shown are {who} behind {beside}."
    if len(shown) == 1:
        return f"Only one stage can be shown: {top.stage}, {who} were {_gap(top)} behind {beside} {when}."
    rivals = [rung for rung in shown if rung is top or rung.limits[2] >= top.limits[1]]
    if len(rivals) == 1:
        reach = interval(*top.limits[1:], top.measure)
        return (
            f"The gap is widest {top.stage}, in {words.name(top.measure)}: {who} are {_gap(top)} behind "
            f"{beside} {reach} in {year_label(top.year)}."
        )
    gaps = [rung.limits[0] for rung in rivals]
    span = _span(min(gaps), max(gaps), top.measure)
    if len(rivals) == len(shown):
        ranked = "and chance could change the order"
        return f"No stage stands out {when}: {who} are {span} behind {beside} at each, {ranked}."
    where = words.listed([rung.stage for rung in rivals])
    swapped = "Chance could change their order."
    return f"The gap is widest {where} {when}: {who} are {span} behind {beside}. {swapped}"


def caption(rungs: Sequence[Rung], facts: ReleaseFacts) -> str:
    """Say of which year the gaps are, which can still change, and that each stage is of other children."""
    when = sorted({rung.year for rung in rungs if rung.year})
    newest = f"Newest results, {words.years(when)}" if when else "No results yet"
    unsettled = {state for rung in rungs if (state := unsettled_in(rung.measure, rung.year, facts))}
    if unsettled:
        newest += f", some {'provisional' if 'provisional' in unsettled else 'revised'}"
    return f"{newest}. Percentages of children; other children at each stage."


def unsettled_in(measure: Measure, year: int, facts: ReleaseFacts) -> str:
    """Say how results of a year can still change: 'provisional' or 'revised'; empty where they are final."""
    states = {facts.unsettled_results.get(f"{table} {year}", "") for table in measure.needs}
    return next((state for state in ("provisional", "revised") if state in states), "")


def table(rungs: Sequence[Rung]) -> list[tuple[str, Gaps, pd.Series | None]]:
    """Give the stages as (label, gaps, row), as a table of items takes them: each with its year."""
    return [
        (
            f"{names.in_row(rung.measure)}{f', {year_label(rung.year)}' if rung.year else ''}",
            rung.gaps,
            rung.row,
        )
        for rung in rungs
    ]


def drawn(rungs: Sequence[Rung]) -> list[Stage]:
    """Give the stages as those of the chart, those without results in their place."""
    return [_stage(rung) for rung in rungs]


def no_progress(measure: Measure, years: Sequence[int]) -> str:
    """Say that there is no progress measure where key stage 4 shows years without one, but by Progress 8.

    That one leaves those years out itself, and says why.
    """
    without = [year for year in NO_PROGRESS_YEARS if year in years]
    if measure.stage != "KS4" or not without or any(map(measure.not_comparable_because, without)):
        return ""
    return f"{words.years(without)}: {NO_PROGRESS[:1].lower()}{NO_PROGRESS[1:]}"


def _gap(rung: Rung) -> str:
    return words.behind(rung.limits[0], rung.measure).removesuffix(" behind")


def _span(low: float, high: float, measure: Measure) -> str:
    one, other = in_unit(low, measure), in_unit(high, measure)
    return f"{other}{words.NB}points" if one == other else f"{one} to {other}{words.NB}points"


def _rung(gaps: Gaps) -> Rung:
    """Give a stage; without a gap where a figure of its newest year is known by a bound alone."""
    row = gaps.latest
    bounded = row is not None and bool(row["cwsw_extreme"] or row["peers_extreme"])
    return Rung(gaps, None if bounded else row)


def _stage(rung: Rung) -> Stage:
    name, measure = names.in_row(rung.measure), rung.measure
    if rung.row is None:
        return Stage(name, instead=rung.instead)
    end = measure.scale_end if measure.unit is Unit.SCORE else 1.0
    return Stage(name, *rung.limits, behind=gap_words(rung.gaps, rung.row), scale_end=end)
