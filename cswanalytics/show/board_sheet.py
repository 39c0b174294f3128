"""The board's grid as a workbook: a row an outcome and year, with its verdict and the status of its aim."""

from collections.abc import Iterator, Mapping
from io import BytesIO

import pandas as pd

from cswanalytics.aims import Course
from cswanalytics.answers import ReleaseFacts
from cswanalytics.inference import Change, Gaps
from cswanalytics.show import aims_words, words
from cswanalytics.show.downloads import as_shown, places_of, symbol_of
from cswanalytics.show.figures import NB
from cswanalytics.show.rows import in_order, theme_of
from cswanalytics.show.workbook import Cell, Sheet, title, write_sheets
from cswanalytics.vocabulary import year_label

WHAT = "what to tell the board"
HEADS = (
    "Theme", "Outcome", "Unit", "Year", "CWSW", "Peers", "Behind by", "Lowest", "Highest", "Why not shown",
    "Verdict", "Aim",
)  # fmt: skip


def board_workbook(
    results: Mapping[str, tuple[Gaps, Change]],
    year: int,
    item: str,
    courses: Mapping[str, Course],
    facts: ReleaseFacts,
) -> bytes:
    """Give the grid of a year with the years before it as a workbook; the same grid gives the same bytes.

    `item` is a phase, or all of them. Lowest and highest are how far chance alone moves a gap. The verdict
    and the aim stand in the row of `year` alone: they are of the newest figure, not of those before.
    """
    rows = [row for entry in _ordered(results) for row in _rows(*entry, year, item, courses)]
    holds = f"Every outcome to {year_label(year)}, children with a social worker beside their peers"
    sheet = Sheet("Outcomes", holds, HEADS, rows, title(facts, f"every outcome to {year_label(year)}"))
    file = BytesIO()
    write_sheets(facts, [sheet], file, WHAT)
    return file.getvalue()


def _ordered(results: Mapping[str, tuple[Gaps, Change]]) -> Iterator[tuple[Gaps, Change]]:
    for measure in in_order(gaps.measure for gaps, _ in results.values()):
        yield results[measure.id]


def _rows(
    gaps: Gaps, change: Change, year: int, item: str, courses: Mapping[str, Course]
) -> Iterator[tuple[Cell, ...]]:
    measure, course = gaps.measure, courses.get(gaps.measure.id)
    of_item = gaps.rows[(gaps.rows["breakdown_item"] == item) & (gaps.rows["time_period"] <= year)]
    for _, row in of_item.sort_values("time_period").iterrows():
        newest = row["time_period"] == year
        yield (
            theme_of(measure),
            measure.title,
            measure.unit.value,
            year_label(int(row["time_period"])),
            *(_cell(gaps, row, name) for name in ("cwsw", "peers", "gap", "gap_low", "gap_high")),
            str(row["because"] or ""),
            words.verdict(change).replace(NB, " ") if newest else "",
            aims_words.status(course.status) if course and newest else "",
        )


def _cell(gaps: Gaps, row: pd.Series, name: str) -> Cell:
    """Give a figure as a number; one of which only a bound is told, or none, as text."""
    if pd.isna(row[name]):
        return symbol_of(row)
    said = as_shown(row[name], places_of(gaps.measure))
    bound = {"under": "<", "over": ">"}.get(row.get(f"{name}_extreme", ""), "")
    return f"{bound}{said}" if bound else float(said)
