"""From gaps to dots with their intervals: the items of a breakdown, or years put together."""

import math
from collections.abc import Mapping

import pandas as pd

from cswanalytics.inference import Gaps
from cswanalytics.show import words
from cswanalytics.show.charts.interval_dots import Reach, Row
from cswanalytics.show.row_words import TOO_FEW_TO_COMPARE, gap_words, instead_of, row_of


def of_items(gaps: Gaps, time_period: int, items: Mapping[str, str]) -> list[Row]:
    """Give a row for each item of a breakdown in a year, as declared, of the items this release has."""
    known = set(gaps.rows["breakdown_item"])
    return [
        of_row(gaps, row_of(gaps, time_period, item), label) for item, label in items.items() if item in known
    ]


def of_row(gaps: Gaps, row: pd.Series | None, name: str) -> Row:
    """Give one row of gaps under a name."""
    instead = instead_of(gaps, row)
    if row is None or instead:
        return Row(name, instead=instead)
    figures = (_reach(gaps, row, "cwsw"), _reach(gaps, row, "peers"))
    if (row["cwsw_extreme"] or row["peers_extreme"]) and row["gap_low"] < 0 < row["gap_high"]:
        # A gap between bounds that may lie either way is no gap: the figures stand, each with its bound.
        return Row(name, *figures, instead=TOO_FEW_TO_COMPARE)
    return Row(name, *figures, gap_words(gaps, row))


def _reach(gaps: Gaps, row: pd.Series, side: str) -> Reach:
    value, low, high = (float(row[name]) for name in (side, f"{side}_low", f"{side}_high"))
    said = words.figure(value, gaps.measure, row[f"{side}_extreme"])
    return Reach(
        value,
        value if math.isnan(low) else low,
        value if math.isnan(high) else high,
        said,
        bool(row[f"{side}_extreme"]),
    )
