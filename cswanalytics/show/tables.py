"""The same numbers as a chart shows, as tables of words: at most five columns, for a phone."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from cswanalytics.catalogue import Measure
from cswanalytics.inference import Change, Gaps, State, Verdict
from cswanalytics.remembered import remembered
from cswanalytics.show import names, words
from cswanalytics.show.figures import NO_FIGURE
from cswanalytics.show.row_words import gap_and_interval, instead_of, row_of
from cswanalytics.show.rows import in_order
from cswanalytics.vocabulary import TOTAL, year_label


def outcomes(
    results: Mapping[str, tuple[Gaps, Change]], time_period: int, link: Callable[[Measure], str]
) -> pd.DataFrame:
    """Give a row for each measure: its figures in a year, the gap with its interval, and the verdict."""
    question = next(iter(results.values()))[0].question
    who, compared = names.in_heads(question)
    since = _usual_baseline(change for _, change in results.values())
    records = []
    for measure in in_order(gaps.measure for gaps, _ in results.values()):
        gaps, change = results[measure.id]
        verdict = words.verdict(change) if gaps.measure.has_peers else NO_FIGURE
        if change.verdict is not Verdict.CANNOT_SAY and change.baseline_year not in (None, since):
            verdict += f" since {year_label(change.baseline_year or 0)}"
        records.append((link(measure), *figures(gaps, row_of(gaps, time_period)), verdict))
    heading = f"Since {year_label(since)}" if since else "Change"
    return pd.DataFrame(records, columns=["Outcome", who, compared, "Behind by", heading])


@remembered
def years(gaps: Gaps, breakdown_item: str = TOTAL) -> pd.DataFrame:
    """Give a row for each year of one item."""
    who, compared = names.in_heads(gaps.question)
    rows = gaps.rows[gaps.rows["breakdown_item"] == breakdown_item].sort_values("time_period")
    records = [(year_label(int(row["time_period"])), *figures(gaps, row)) for _, row in rows.iterrows()]
    return pd.DataFrame(records, columns=["Year", who, compared, "Behind by"])


def of_items(
    head: str, entries: Sequence[tuple[str, Gaps, pd.Series | None]], heads: tuple[str, str]
) -> pd.DataFrame:
    """Give a row for each (label, gaps, row): items of a breakdown, groups, points of a year."""
    records = [(label, *figures(gaps, row)) for label, gaps, row in entries]
    return pd.DataFrame(records, columns=[head, *heads, "Behind by"])


def of_change(groups: tuple[str, str], moved: tuple[str, str], years: tuple[str, str]) -> pd.DataFrame:
    """Give a row for each of two groups: how its figure moved between two years."""
    return pd.DataFrame(
        list(zip(groups, moved, strict=True)), columns=["Whose figure", f"{years[0]} to {years[1]}"]
    )


def figures(gaps: Gaps, row: pd.Series | None) -> tuple[str, str, str]:
    """Give one row's three cells: both figures and the gap with its interval, or why there are none."""
    instead = instead_of(gaps, row)
    if row is None or (instead and row["state"] != State.TOO_FEW):
        left_out = "left out" if row is not None and row["state"] == State.NOT_COMPARABLE else instead
        return instead, instead, left_out
    if instead:
        return "too few", _or_too_few(gaps, row, "peers"), "too few"
    gap = gap_and_interval(gaps, row).replace(" behind", "")
    return _or_too_few(gaps, row, "cwsw"), _or_too_few(gaps, row, "peers"), gap


def _or_too_few(gaps: Gaps, row: pd.Series, side: str) -> str:
    if side == "peers" and gaps.measure.only_of:
        # whom the measure is not about cannot be few
        return NO_FIGURE
    if pd.isna(row[side]):
        return "too few"
    return words.figure(row[side], gaps.measure, row[f"{side}_extreme"])


def _usual_baseline(changes: Iterable[Change]) -> int | None:
    baselines = Counter(
        change.baseline_year for change in changes if change.verdict is not Verdict.CANNOT_SAY
    )
    return baselines.most_common(1)[0][0] if baselines else None
