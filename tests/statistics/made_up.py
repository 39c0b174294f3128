"""Answers made up for these tests: a measure of the catalogue, or one altered, with cells typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cswanalytics import catalogue
from cswanalytics.answers import ANSWER_COLUMNS, CELL_PARTS, SIDES, Answer, Question
from cswanalytics.catalogue import Measure
from cswanalytics.vocabulary import TOTAL

YEARS = (202122, 202223, 202324, 202425)
Cell = tuple[float, ...] | str
"""(count, pupils) of a counted measure, (value, spread, pupils) of another, or a symbol."""


def measure(name: str = "persistent_absence", **altered: object) -> Measure:
    return replace(catalogue.load().measure(name), **altered)


def answer(
    years: Mapping[int, tuple[Cell, Cell]],
    of: Measure | str = "persistent_absence",
    item: str = TOTAL,
    school: str = "",
    cannot_say: Mapping[int, str] | None = None,
    **asked: object,
) -> Answer:
    of = measure(of) if isinstance(of, str) else of
    rows = []
    for year, cells in years.items():
        row = {
            "time_period": year,
            "time_identifier": "Academic year",
            "school_urn": school,
            "breakdown": TOTAL if item == TOTAL else "sex",
            "breakdown_item": item,
            "cannot_say": (cannot_say or {}).get(year, ""),
        }
        for side, cell in zip(SIDES, cells, strict=True):
            row |= {f"{side}_{part}": "" if part == "symbol" else np.nan for part in CELL_PARTS}
            if isinstance(cell, str):
                row[f"{side}_symbol"] = cell
                continue
            parts = ("count", "pupils") if of.is_counted else ("value", "spread", "pupils")
            row |= {f"{side}_{part}": float(number) for part, number in zip(parts, cell, strict=True)}
        rows.append(row)
    return Answer(Question(of.id, **asked), of, pd.DataFrame(rows, columns=list(ANSWER_COLUMNS)), base=5)


def two_years(then: tuple[Cell, Cell], now: tuple[Cell, Cell], **made: object) -> Answer:
    return answer({202122: then, 202425: now}, **made)


def together(answers: Sequence[Answer]) -> Answer:
    rows = pd.concat([each.rows for each in answers], ignore_index=True)
    return replace(answers[0], rows=rows.sort_values("time_period", kind="stable", ignore_index=True))
