"""Looked-after children: plans on time and rated, questionnaires, money, moves; in words and bars."""

from collections.abc import Mapping, Sequence

import pandas as pd

from cswanalytics.answers import Offered
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Change, Gaps
from cswanalytics.show import words
from cswanalytics.show.charts.parts_of_all import Bar
from cswanalytics.show.figures import NB, figure, rounded
from cswanalytics.show.row_words import instead_of, row_of
from cswanalytics.vocabulary import year_label

THEME = "looked after"
EACH_TERM, THREE = "pep_each_term", "pep_three_a_year"
ONLY_THEIRS = (
    "Personal education plans (PEPs) are required for **looked-after children only**, not for children in "
    "need or on a protection plan."
)

TOGETHER = (
    "Phases and terms are together here: in one phase or one term so few children would be left that a "
    "figure could point to one. Whether any term was missed shows in “A PEP each term”."
)

Plans = Mapping[str, tuple[Gaps, Change]]


def answer(plans: Plans, year: int) -> str:
    """Say whether plans are met about in time."""
    parts = []
    for name, what in ((EACH_TERM, "had a PEP in each term"), (THREE, "had three or more")):
        if name in plans:
            gaps = plans[name][0]
            row = row_of(gaps, year)
            if row is not None and not instead_of(gaps, row):
                parts.append(f"{figure(row['cwsw'], gaps.measure, row['cwsw_extreme'])} {what}")
    if parts:
        return f"In {year_label(year)}, of the children looked after all year, {words.listed(parts)}."
    absent = next((gaps.answer.absent for gaps, _ in plans.values() if gaps.answer.absent), "")
    because = words.absent(absent) if absent else "there are too few children, or no plans in the data"
    return f"Whether plans are on time in {year_label(year)} cannot be shown, because {because}."


def bars(plans: Plans, year: int) -> list[Bar]:
    """Give a bar for each measure of plans, with how far chance alone moves it."""
    made = []
    for gaps, _ in plans.values():
        row = row_of(gaps, year)
        instead = instead_of(gaps, row)
        if row is None or instead:
            made.append(Bar(gaps.measure.short, instead=instead))
            continue
        said = figure(row["cwsw"], gaps.measure, row["cwsw_extreme"])
        reach = (float(row["cwsw_low"]), float(row["cwsw_high"]))
        made.append(Bar(gaps.measure.short, float(row["cwsw"]), said, reach, colour="cwsw"))
    return made


def table(plans: Plans, years: Sequence[int]) -> pd.DataFrame:
    """Give the measures of plans year by year, a row each, with what each counts."""
    records = []
    for gaps, _ in plans.values():
        cells = []
        for year in years:
            row = row_of(gaps, year)
            instead = instead_of(gaps, row)
            cells.append(
                instead if row is None or instead else figure(row["cwsw"], gaps.measure, row["cwsw_extreme"])
            )
        records.append((gaps.measure.title, *cells))
    return pd.DataFrame(records, columns=["Plans and questionnaires", *map(year_label, years)])


def of_theme(measures: Sequence[Measure]) -> list[Measure]:
    """Give the measures of plans and questionnaires, in order."""
    return [measure for measure in measures if measure.theme == THEME]


def money(spent: Offered, year: int) -> str:
    """Say how much of the pupil premium plus was spent, for the authority alone."""
    if spent.absent:
        return words.empty_state(words.Empty.NOT_EXPORTED, table=spent.absent.partition(": ")[2])
    rows = spent.of_authority
    rows = rows[(rows["time_period"] == year) & rows["number"].notna()]
    if rows.empty:
        return f"What was spent of the pupil premium plus in {year_label(year)} is not shown."
    used, given = float(rows["number"].iloc[0]), float(rows["out_of"].iloc[0])
    share = f" ({rounded(100 * used / given, 0)}{NB}%)" if given else ""
    return (
        f"About £{used:,.0f} of £{given:,.0f} pupil premium plus was spent in {year_label(year)}{share}, to "
        "the nearest £10,000. It is shown for the whole authority only: a school's sum would tell how many "
        "children it is for."
    )


def moves(gaps: Gaps, year: int) -> str:
    """Say how many changed school within the year, beside their peers; empty where that is not shown."""
    row = row_of(gaps, year)
    if row is None or instead_of(gaps, row):
        return ""
    one, other = (figure(row[side], gaps.measure, row[f"{side}_extreme"]) for side in ("cwsw", "peers"))
    within = f"changed school within {year_label(year)}"
    return f"{one} of looked-after children {within}, and {other} of their peers."
