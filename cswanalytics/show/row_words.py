"""One row of gaps in words: which it is, why it has no figures, its gap."""

import pandas as pd

from cswanalytics.inference import Gaps, State
from cswanalytics.show import words
from cswanalytics.show.figures import between
from cswanalytics.vocabulary import TOTAL

INSTEAD = {
    State.TOO_FEW: "too few to show",
    State.NOT_COMPARABLE: "not comparable",
    State.NOT_AVAILABLE: "not available",
}
NOT_EXPORTED = "not supplied"
TOO_FEW_TO_COMPARE = "too few to compare"


def row_of(gaps: Gaps, time_period: int, breakdown_item: str = TOTAL) -> pd.Series | None:
    """Give one year's row of an item, or None where the release has none."""
    return gaps.row(time_period, breakdown_item)


def instead_of(gaps: Gaps, row: pd.Series | None) -> str:
    """Say in two or three words why a row has no figures; empty where it has."""
    if gaps.answer.absent.startswith("not exported"):
        return NOT_EXPORTED
    if row is None:
        return INSTEAD[State.NOT_AVAILABLE]
    return INSTEAD.get(row["state"], "")


def gap_words(gaps: Gaps, row: pd.Series) -> str:
    """Give a gap in words: '28 points behind'.

    Where a figure is only known to be over or under a bound, the range that the gap lies in: '16 to 84 points
    behind'.
    """
    if not (row["cwsw_extreme"] or row["peers_extreme"]):
        return words.behind(row["gap"], gaps.measure)
    return between(row["gap_low"], row["gap_high"], gaps.measure)


def gap_and_interval(gaps: Gaps, row: pd.Series) -> str:
    """Give a gap with how far chance alone moves it: '28 points behind (26 to 30)'."""
    if row["cwsw_extreme"] or row["peers_extreme"]:
        return gap_words(gaps, row)
    interval = words.interval(row["gap_low"], row["gap_high"], gaps.measure)
    return f"{gap_words(gaps, row)} {interval}".strip()
