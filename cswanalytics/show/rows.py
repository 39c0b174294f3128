"""From gaps to the rows of a dumbbell: outcomes side by side, or the items and groups of one measure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from cswanalytics.catalogue import Measure, Unit
from cswanalytics.inference import Gaps
from cswanalytics.show import names, words
from cswanalytics.show.charts.dumbbell import Row
from cswanalytics.show.charts.frame import scale
from cswanalytics.show.row_words import TOO_FEW_TO_COMPARE, gap_words, instead_of, row_of

LEARNING, IN_SCHOOL, INCLUSION, OWN_SCALES, OTHER = (
    "Learning",
    "Attendance and exclusion",
    "In school full time",
    "On scales of their own",
    "Besides",
)
ASIDES = {
    LEARNING: "further right is better",
    IN_SCHOOL: "further left is better",
    INCLUSION: "further left is better",
    OWN_SCALES: "see the end of each line",
}
THEME_OF = {"attainment": LEARNING, "attendance": IN_SCHOOL, "exclusion": IN_SCHOOL, "inclusion": INCLUSION}
THEME_ORDER = (LEARNING, IN_SCHOOL, INCLUSION, OTHER, OWN_SCALES)


def theme_of(measure: Measure) -> str:
    """Give the heading a measure stands under: percentages by theme, other units on scales of their own."""
    if measure.unit is not Unit.PERCENT:
        return OWN_SCALES
    return THEME_OF.get(measure.theme, OTHER)


def in_order(measures: Iterable[Measure]) -> list[Measure]:
    """Sort measures by heading, then as declared: never by size."""
    return sorted(measures, key=lambda measure: (THEME_ORDER.index(theme_of(measure)), measure.order))


def outcome_rows(results: Mapping[str, Gaps], time_period: int) -> list[Row]:
    """Give a row for each measure in a year, each under its theme; a missing row keeps its place."""
    measures = in_order(entry.measure for entry in results.values())
    return [
        of_row(
            results[measure.id],
            row_of(results[measure.id], time_period),
            names.in_row(measure),
            theme_of(measure),
        )
        for measure in measures
    ]


def item_rows(gaps: Gaps, time_period: int, items: Mapping[str, str], theme: str) -> list[Row]:
    """Give a row for each item of a breakdown in a year, as declared, of the items this release has."""
    known = set(gaps.rows["breakdown_item"])
    return [
        of_row(gaps, row_of(gaps, time_period, item), label, theme)
        for item, label in items.items()
        if item in known
    ]


def group_row(gaps: Gaps, time_period: int, name: str, theme: str) -> Row:
    """Give the row of one group of children beside their peers in a year."""
    return of_row(gaps, row_of(gaps, time_period), name, theme)


def on_one_scale(rows: Iterable[Row], measure: Measure) -> list[Row]:
    """Put rows of one measure on one scale that fits them, with its end printed."""
    rows = list(rows)
    largest = max((max(row.cwsw, row.peers) for row in rows if row.shown), default=1.0)
    end, _ = scale(largest * 1.08)
    if measure.unit is Unit.PERCENT:
        end = min(end, 100.0)
    return [_on_scale(row, end) for row in rows]


def of_row(gaps: Gaps, row: pd.Series | None, name: str, theme: str = "") -> Row:
    """Give one row of gaps as a row of a dumbbell, under a name."""
    instead = instead_of(gaps, row)
    if row is None or instead:
        return Row(name, theme, instead=instead)
    if (row["cwsw_extreme"] or row["peers_extreme"]) and row["gap_low"] < 0 < row["gap_high"]:
        # A dot at a bound that may lie on either side of the other group would be read as a figure.
        return Row(name, theme, instead=TOO_FEW_TO_COMPARE)
    end = gaps.measure.scale_end
    if gaps.measure.unit in (Unit.PER_1000, Unit.PER_100):
        # A rate has no natural end: its scale fits what is shown.
        end, _ = scale(max(row["cwsw"], row["peers"]) * 1.08)
    return Row(
        name=name,
        theme=theme,
        cwsw=float(row["cwsw"]),
        peers=float(row["peers"]),
        cwsw_words=words.figure(row["cwsw"], gaps.measure, row["cwsw_extreme"]),
        peers_words=words.figure(row["peers"], gaps.measure, row["peers_extreme"]),
        behind=gap_words(gaps, row),
        scale_end=end,
        scale_words=f"{end:g}",
    )


def _on_scale(row: Row, end: float) -> Row:
    return replace(row, scale_end=end, scale_words=f"{end:g}") if math.isfinite(end) else row
