"""Other schools' figures without what would tell whose they are: what a funnel of one school is drawn from.

A headteacher or designated teacher sees where their own school stands among the others of its phase, and no
other school by name. So the others' released counts come without URN, numbered in the order of their figures:
the numbers say nothing that the figures do not.
"""

from dataclasses import replace

import numpy as np

from cswanalytics.answers import CELL_PARTS, Answer
from cswanalytics.vocabulary import Symbol


def without_names(answer: Answer) -> Answer:
    """Give an answer about schools in which `school_urn` is '1', '2', ... in the order of their figures.

    The counts of children with a social worker stay, and nothing else: no peers, no other figures.
    """
    rows = answer.rows.copy()
    by_year = rows.pivot_table(
        index="school_urn", columns="time_period", values=["cwsw_pupils", "cwsw_count"], aggfunc="first"
    ).fillna(-1)
    ordered = by_year.sort_values(list(by_year.columns), kind="stable").index
    # a school without any count has no place in that order, nor in a funnel
    rows = rows[rows["school_urn"].isin(ordered)]
    number = {urn: f"{at}" for at, urn in enumerate(ordered, start=1)}
    rows = rows.assign(school_urn=rows["school_urn"].map(number))
    for part in CELL_PARTS:
        rows[f"peers_{part}"] = Symbol.NOTHING_TO_COUNT.value if part == "symbol" else np.nan
    rows["cwsw_value"] = rows["cwsw_spread"] = np.nan
    place = rows["school_urn"].astype(int)
    rows = rows.iloc[np.lexsort((place, rows["time_period"]))].reset_index(drop=True)
    return replace(answer, rows=rows)
