"""Several years put together, so that a figure too small to read in one year can be read at all."""

from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise
from math import ceil, sqrt

import numpy as np
import pandas as pd

from cswanalytics.answers import SIDES, Answer
from cswanalytics.catalogue import Measure
from cswanalytics.errors import QuestionRefused
from cswanalytics.inference.arms import published
from cswanalytics.inference.comparisons import started
from cswanalytics.remembered import remembered
from cswanalytics.vocabulary import Symbol, next_year

IN_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}
PART = ["school_urn", "breakdown", "breakdown_item"]


@remembered
def pooled(answer: Answer, years: int = 3) -> Answer:
    """Put the counts of `years` consecutive comparable years together, for each year that ends so many.

    The pool is the sum of released counts, in pupil-years. Rows keep their year, school and item;
    `time_period` is the last year of the pool and `pooled_from`, a further column, the first. A year that
    ends no such run (one of it is not comparable, missing, or before a break in the series) keeps its row
    without numbers: symbol 'x', reason in `cannot_say`, `pooled_from` 0. A year withheld withholds every
    pool it is in; a year with nobody to count adds 0. QuestionRefused for measures that hold no counts:
    values cannot be added.
    """
    if not answer.measure.is_counted:
        raise QuestionRefused(
            f"years of {answer.measure.title} cannot be put together: its figures are not counts"
        )
    rows = answer.rows.reset_index(drop=True)
    inside, pooled_from = _windows(answer.measure, rows, years)
    columns: dict[str, np.ndarray] = {}
    unknown = np.zeros(len(rows), dtype=bool)
    for side in SIDES:
        symbols = _of(rows[f"{side}_symbol"].to_numpy(dtype=object), inside, Symbol.NOT_AVAILABLE.value)
        nobody = symbols == Symbol.NOTHING_TO_COUNT.value
        known = np.ones(len(rows), dtype=bool)
        for part in ("pupils", "count"):
            total = np.where(nobody, 0.0, _of(published(answer, part, side), inside, np.nan)).sum(axis=0)
            columns[f"{side}_{part}"] = total
            known &= ~np.isnan(total)
        withheld = (symbols == Symbol.WITHHELD.value).any(axis=0)
        symbol = np.select([withheld, ~known], [Symbol.WITHHELD.value, Symbol.NOT_AVAILABLE.value], "")
        columns[f"{side}_symbol"] = symbol.astype(object)
        unknown |= ~known & ~withheld
    columns["cannot_say"] = np.where(unknown, _needed(years), _reasons(rows, inside)).astype(object)
    return replace(answer, rows=rows.assign(**columns, pooled_from=pooled_from))


def _windows(measure: Measure, rows: pd.DataFrame, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the rows each row puts together, (years, row), -1 for none; and its first year, or 0."""
    year_of, released = pd.factorize(rows["time_period"], sort=True)
    windows = [_window(measure, [int(year) for year in released], int(year), years) for year in released]
    item_of = rows.groupby(PART, sort=False, dropna=False).ngroup().to_numpy()
    row_of = np.full((len(windows), item_of.max(initial=-1) + 1), -1)
    row_of[year_of, item_of] = np.arange(len(rows))
    ends_one = np.array([bool(window) for window in windows], dtype=bool)[year_of]
    # A window's years follow each other, so they are the last ones up to the row's own.
    inside = np.array(
        [
            np.where(ends_one, row_of[np.maximum(year_of - back, 0), item_of], -1)
            for back in reversed(range(years))
        ]
    )
    pooled_from = np.array([window[0] if window else 0 for window in windows], dtype=int)[year_of]
    return inside, pooled_from


def _window(measure: Measure, released: list[int], last: int, years: int) -> list[int]:
    """Give the consecutive comparable years that end at `last`; empty where there are not so many."""
    window = [year for year in released if started(measure, last) <= year <= last][-years:]
    unbroken = all(next_year(one) == other for one, other in pairwise(window))
    comparable = not any(measure.not_comparable_because(year) for year in window)
    return window if len(window) == years and unbroken and comparable else []


def _of(column: np.ndarray, rows: np.ndarray, missing: object) -> np.ndarray:
    """Give a column's values at some rows, `missing` where there is no row (-1)."""
    values = column[rows] if len(column) else np.empty(rows.shape, dtype=column.dtype)
    values[rows < 0] = missing
    return values


def _reasons(rows: pd.DataFrame, inside: np.ndarray) -> np.ndarray:
    said = rows["cannot_say"].fillna("").to_numpy(dtype=object)
    if not (said != "").any():
        return said
    of_windows = _of(said, inside, "").T
    return np.array(["; ".join(dict.fromkeys(filter(None, each))) for each in of_windows], dtype=object)


def _needed(years: int) -> str:
    return f"{IN_WORDS.get(years, years)} comparable years in a row are needed"


def schools_together(answer: Answer, urns: Collection[str]) -> Answer:
    """Put the counts of some schools together, year by year: one row a year, of no school's own.

    Schools without a figure in a year are left out of it. Rounding errors of many counts add like independent
    ones, by the root of how many they are: the base of the answer is widened to hold that.
    """
    return _together(answer, frozenset(urns))


@remembered
def _together(answer: Answer, urns: frozenset[str]) -> Answer:
    rows = answer.rows[answer.rows["school_urn"].isin(urns)]
    known = rows["cwsw_count"].notna() & rows["peers_count"].notna()
    rows = rows[known]
    counts = [f"{side}_{part}" for side in SIDES for part in ("pupils", "count")]
    first = rows.groupby("time_period", as_index=False).first()
    summed = rows.groupby("time_period", as_index=False)[counts].sum()
    together = first.assign(**{name: summed[name].to_numpy(dtype=float) for name in counts}, school_urn="")
    most = rows.groupby("time_period").size().max() if len(rows) else 1
    base = 1 + ceil((answer.base - 1) * sqrt(int(most)))
    return replace(answer, rows=together[list(answer.rows.columns)], base=base)
