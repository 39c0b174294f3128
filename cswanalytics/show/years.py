"""Which years an answer has, from when to when a chart runs, and which years it leaves out and why."""

import pandas as pd

from cswanalytics.inference import Gaps, State
from cswanalytics.remembered import remembered
from cswanalytics.show import words
from cswanalytics.show.charts import trend
from cswanalytics.vocabulary import TOTAL, year_label


@remembered
def rows_of(gaps: Gaps, breakdown_item: str = TOTAL) -> tuple[pd.Series, ...]:
    """Give the rows of one item, the earliest first."""
    found = gaps.rows[gaps.rows["breakdown_item"] == breakdown_item].sort_values("time_period")
    return tuple(row for _, row in found.iterrows())


def span(parts: trend.Parts | None) -> str:
    """Say from when to when a trend runs: '2016/17 to 2024/25', '2024/25', or nothing."""
    if parts is None:
        return ""
    first, last = year_label(parts.years[0]), year_label(parts.last.year)
    return last if first == last else f"{first} to {last}"


def left_out(gaps: Gaps, breakdown_item: str = TOTAL) -> str:
    """Say which years are left out, by reason: '2019/20 and 2020/21 are left out: …'; or ''."""
    return " ".join(
        words.empty_state(words.Empty.NOT_COMPARABLE, years_left_out=years, because=because)
        for because, years in _reasons(gaps, breakdown_item).items()
    )


def left_out_when(gaps: Gaps, breakdown_item: str = TOTAL) -> str:
    """Name them to end a sentence: ', or anything about 2019/20, when …'; or ''."""
    said = [f"{words.years(years)}, when {why}" for why, years in _reasons(gaps, breakdown_item).items()]
    return f", or anything about {', or '.join(said)}" if said else ""


def _reasons(gaps: Gaps, breakdown_item: str) -> dict[str, list[int]]:
    reasons: dict[str, list[int]] = {}
    for row in rows_of(gaps, breakdown_item):
        if row["state"] == State.NOT_COMPARABLE:
            reasons.setdefault(str(row["because"]), []).append(int(row["time_period"]))
    return reasons
