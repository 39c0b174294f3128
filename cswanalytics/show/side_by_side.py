"""Every figure of a theme, the two groups side by side: one row for each measure, group, point and item.

Figures, gaps and intervals are those of `inference`, and so of the pages: nothing is worked out here.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pandas as pd

from cswanalytics.answers import Question
from cswanalytics.catalogue import Measure
from cswanalytics.gateway import ReleaseGateway
from cswanalytics.inference import Gaps, State
from cswanalytics.show import figures
from cswanalytics.show.printed import DECIMALS, all_counted_and_labelled, when
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, WHO_LONG, Symbol, Who

HEADS = (
    "Measure", "Unit", "When", "Who", "Broken down by", "Item",
    "CWSW pupils", "CWSW counted", "CWSW", "CWSW low", "CWSW high",
    "Peers pupils", "Peers counted", "Peers", "Peers low", "Peers high",
    "Gap (above 0: CWSW do worse)", "Gap low", "Gap high", "Shown", "Because",
)  # fmt: skip
UNITS = {"percent": "percent", "per_1000": "per 1,000 pupils", "per_100": "per 100 pupils", "score": "score"}
RANGE_ONLY = "see low and high"
INSTEAD = {State.TOO_FEW: Symbol.WITHHELD.value, State.NOT_AVAILABLE: Symbol.NOT_AVAILABLE.value}

Cell = str | int | float


def rows(gateway: ReleaseGateway, theme: str) -> list[tuple[Cell, ...]]:
    """Give the rows of a theme's measures, in HEADS, for the authority."""
    return [row for measure in gateway.measures(theme) for row in _of_measure(gateway, measure)]


def questions(gateway: ReleaseGateway, measure: Measure) -> Iterator[Question]:
    """Give every question about a measure that its sheet answers: all groups, then every breakdown."""
    for point in (ACADEMIC_YEAR, *(gateway.facts.in_year if measure.in_year else ())):
        for who in (Who(measure.only_of),) if measure.only_of else Who:
            yield Question(measure.id, who=who, time_identifier=point)
        for breakdown in gateway.breakdowns():
            if breakdown.name not in measure.breakdowns_left_out:
                yield Question(measure.id, breakdown=breakdown.name, time_identifier=point)


def _of_measure(gateway: ReleaseGateway, measure: Measure) -> Iterator[tuple[Cell, ...]]:
    answers = gateway.answers(list(questions(gateway, measure)))
    found = all_counted_and_labelled(answer for answer in answers if not answer.rows.empty)
    if not found:
        return
    # read out at once: each column of each answer by itself takes as long as all that went before
    records = iter(pd.concat([gaps.rows for gaps in found]).to_dict("records"))
    for gaps in found:
        yield from _rows(gateway, gaps, islice(records, len(gaps.rows)))


def _rows(
    gateway: ReleaseGateway, gaps: Gaps, records: Iterable[Mapping[Any, Any]]
) -> Iterator[tuple[Cell, ...]]:
    title, items = "All", {TOTAL: "All"}
    if gaps.question.breakdown != TOTAL:
        breakdown = gateway.breakdown(gaps.question.breakdown)
        title, items = breakdown.title, breakdown.items
    for row in records:
        yield (
            gaps.measure.title,
            UNITS[gaps.measure.unit.value],
            when(row),
            WHO_LONG[gaps.question.who],
            title,
            items.get(row["breakdown_item"], row["breakdown_item"]),
            *_side(gaps, row, "cwsw"),
            *_side(gaps, row, "peers"),
            *_gap(gaps, row),
            str(row["state"]),
            row["because"] or row["cannot_say"] or "",
        )


def _side(gaps: Gaps, row: Mapping[Any, Any], side: str) -> tuple[Cell, ...]:
    if side == "peers" and not gaps.measure.has_peers:
        return (Symbol.NOTHING_TO_COUNT.value,) * 5
    symbol = row[f"{side}_symbol"] or INSTEAD.get(row["state"], Symbol.NOT_AVAILABLE.value)
    counted = _or(symbol, row[f"{side}_count"]) if gaps.measure.is_counted else Symbol.NOTHING_TO_COUNT.value
    extreme = row[f"{side}_extreme"]
    figure = _or(symbol, row[side])
    if extreme and not isinstance(figure, str):
        figure = figures.figure(row[side], gaps.measure, extreme).replace(figures.NB, " ")
    ends = (_or(symbol, row[f"{side}_{end}"]) for end in ("low", "high"))
    return (_or(symbol, row[f"{side}_pupils"]), counted, figure, *ends)


def _gap(gaps: Gaps, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    if not gaps.measure.has_peers:
        return (Symbol.NOTHING_TO_COUNT.value,) * 3
    symbol = INSTEAD.get(row["state"], Symbol.NOT_AVAILABLE.value)
    gap = _or(symbol, row["gap"])
    if row["cwsw_extreme"] or row["peers_extreme"]:
        gap = RANGE_ONLY if not isinstance(gap, str) else gap
    return (gap, *(_or(symbol, row[f"gap_{end}"]) for end in ("low", "high")))


def _or(symbol: str, number: float) -> Cell:
    """Give a number as one, to two decimals; the symbol where there is none."""
    if number is None or math.isnan(number) or math.isinf(number):
        return symbol
    return round(number, DECIMALS)
