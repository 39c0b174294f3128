"""The two groups of an answer, side by side, from released cells and nothing else.

Peers are never in a release: they are all pupils less children with a social worker, and those who are not
looked after are children with a social worker less looked-after ones.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cswanalytics.answers import SIDES, Question
from cswanalytics.catalogue import Measure
from cswanalytics.vocabulary import ComparedWith, Group, Symbol, Who

FIGURES = ("pupils", "count", "value", "spread")

Cells = dict[str, np.ndarray]
"""A group's cells row by row: CELL_PARTS, NaN where there is no number and '' where there is no symbol."""


def groups_needed(question: Question) -> tuple[Group, ...]:
    """Give the groups whose cells a question needs."""
    asked = Group.CLA if question.who is Who.WITHOUT_CLA else Group(question.who)
    return tuple(dict.fromkeys((Group.ALL, Group.CWSW, asked)))


def _side(found: Mapping[str, Any], group: Group) -> Cells:
    """Give a group's cells: NaN where there is no number, '' where there is no symbol or no cell at all."""
    figures = {part: np.ma.filled(found[f"{group}_{part}"], np.nan) for part in FIGURES}
    return {**figures, "symbol": np.ma.filled(found[f"{group}_symbol"], "")}


def side_by_side(found: Mapping[str, Any], question: Question, measure: Measure) -> Cells:
    """Give the columns of an answer: whoever was asked about, and whoever they are compared with."""
    sides = {group: _side(found, group) for group in groups_needed(question)}
    everyone, cwsw = sides[Group.ALL], sides[Group.CWSW]
    if question.who is Who.WITHOUT_CLA:
        asked = less(cwsw, sides[Group.CLA], measure.is_counted)
    else:
        asked = sides[Group(question.who)]
    if measure.of_all_pupils:
        asked = {**asked, "pupils": cwsw["pupils"]}  # all pupils stand behind every group's share
    if not measure.has_peers:
        nobody = np.full(len(asked["pupils"]), np.nan)
        compared = {**dict.fromkeys(FIGURES, nobody), "symbol": np.full(len(nobody), "", dtype=object)}
    elif question.compared_with is ComparedWith.ALL_PUPILS:
        compared = everyone
    else:
        compared = less(everyone, cwsw, measure.is_counted)
    columns = {}
    for side, cells in zip(SIDES, (asked, compared), strict=True):
        empty = np.isnan(cells["pupils"]) & np.isnan(cells["value"]) & (cells["symbol"] == "")
        symbol = np.where(empty, Symbol.NOTHING_TO_COUNT.value, cells["symbol"])
        columns |= {f"{side}_{part}": column for part, column in {**cells, "symbol": symbol}.items()}
    return columns


def less(whole: Cells, part: Cells, is_counted: bool) -> Cells:
    """Give the figures of `whole` without those of `part`, row by row: peers are all pupils less CWSW.

    Counts subtract. A value is the pupil-weighted remainder, exact for means and rates, and for shares as
    near as pupils have equally many possible sessions; its spread is the remainder of the variance, weighted
    likewise. A row in which either is withheld takes its symbol.
    """
    pupils = whole["pupils"] - part["pupils"]
    nothing = np.full(len(pupils), np.nan)
    symbol = np.where(part["symbol"] != "", part["symbol"], whole["symbol"])
    if is_counted:
        count = whole["count"] - part["count"]
        return {"pupils": pupils, "count": count, "value": nothing, "spread": nothing, "symbol": symbol}
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = part["pupils"] / whole["pupils"]
        rest = np.where(pupils > 0, 1 - weight, np.nan)
        value = (whole["value"] - weight * part["value"]) / rest
        variance = np.maximum(whole["spread"] ** 2 - (weight * part["spread"]) ** 2, 0)
        spread = np.sqrt(variance) / rest
    return {"pupils": pupils, "count": nothing, "value": value, "spread": spread, "symbol": symbol}
