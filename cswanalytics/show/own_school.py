"""A headteacher's own school beside an aim of the authority: three years together, and no verdict."""

import pandas as pd

from cswanalytics.inference import Gaps, State
from cswanalytics.show import words
from cswanalytics.show.row_words import gap_and_interval
from cswanalytics.vocabulary import year_label

NO_VERDICT = "At one school chance moves a gap too far for a verdict."


def sentence(pooled: Gaps, school_urn: str, name: str) -> str:
    """Say where one school's gap stands, in the newest years that can be put together.

    `pooled` are gaps of schools, three years together. Under ten children in those years it is not shown.
    """
    rows = pooled.rows[pooled.rows["school_urn"] == school_urn].sort_values("time_period")
    shown = rows[rows["state"] == State.SHOWN]
    if shown.empty:
        few = words.empty_state(words.Empty.TOO_FEW)
        return f"{name}, three years together: {few[:1].lower()}{few[1:]}"
    row = shown.iloc[-1]
    return f"{name}, {_years(row)} together: {gap_and_interval(pooled, row)}. {NO_VERDICT}"


def _years(row: pd.Series) -> str:
    return f"{year_label(int(row['pooled_from']))} to {year_label(int(row['time_period']))}"
