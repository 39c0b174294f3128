"""The two groups' figures, and the gap between them, at every corner of the box that rounding leaves open.

Published counts are multiples of the base, each up to base − 1 from the truth; published values are
coarsened. So each figure is worked out as published (corner 0) and with its parts at either end of what
they may be. Arrays have the shape (corner, row); figures are in the measure's unit.
"""

import math

import numpy as np
import pandas as pd

from cswanalytics.answers import Answer
from cswanalytics.catalogue import Better, Measure, MeasureKind, Unit
from cswanalytics.inference.intervals import Array, Limits, around, difference, exact_poisson, wilson
from cswanalytics.vocabulary import ComparedWith, Who

COUNT_CORNERS = np.array([(0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)], dtype=float)
VALUE_CORNERS = np.array([0, -1, 1], dtype=float)

COARSENED_TO = ((1000, 0.1), (100, 0.5), (0, 1.0))
"""Published pupils from which a value is released to that step (disclosure control, 3)."""


def published(answer: Answer, part: str, side: str) -> Array:
    """Give a part ('pupils', 'count', 'value', 'spread') of one side as floats, NaN where there is none."""
    return answer.rows[f"{side}_{part}"].to_numpy(dtype=float, na_value=np.nan)


def rounding_error(answer: Answer, side: str) -> int:
    """Give how far a side's count may be from the truth: base − 1 for each count it is worked out from.

    Peers are all pupils less CWSW, and CWSW who are not looked after are CWSW less looked-after children:
    two each. Errors of years rounded apart add like independent ones: the root of the number of years put
    together, which holds 95 sums in 100 (one error has a standard deviation of 2 at base 5, by 4 at most).
    """
    question = answer.question
    if side == "cwsw":
        counts = 2 if question.who is Who.WITHOUT_CLA else 1
    else:
        counts = 2 if question.compared_with is ComparedWith.PEERS else 1
    return math.ceil(counts * (answer.base - 1) * math.sqrt(years_together(answer.rows)))


def years_together(rows: pd.DataFrame) -> int:
    """Give how many years the rows put together: 1 where they were not pooled."""
    if "pooled_from" not in rows:
        return 1
    pools = rows[rows["pooled_from"] > 0]
    return int((pools["time_period"] // 100 - pools["pooled_from"] // 100).max()) + 1 if len(pools) else 1


def arm(answer: Answer, side: str) -> Limits:
    """Give one side's figure with its interval at every corner."""
    pupils = published(answer, "pupils", side)
    if answer.measure.is_counted:
        return _counted(
            published(answer, "count", side), pupils, rounding_error(answer, side), answer.measure
        )
    half_step = _half_step(answer, side)
    return _valued(
        published(answer, "value", side), published(answer, "spread", side), pupils, half_step, answer.measure
    )


def gap_at_corners(answer: Answer) -> Limits:
    """Give the gap with its interval at every corner, positive where CWSW do worse.

    Beside all pupils the two sides overlap: the gap is then (1 − w) times the gap to everybody else, w
    being CWSW's share of all pupils, and its interval likewise.
    """
    cwsw = arm(answer, "cwsw")
    if overlaps(answer):
        gap = _pair(cwsw, everybody_else(answer)).scaled(1 - share_of_all(answer))
    else:
        gap = _pair(cwsw, arm(answer, "peers"))
    return gap.scaled(orientation(answer.measure))


def orientation(measure: Measure) -> float:
    """Give the sign that makes a gap positive where CWSW do worse."""
    return -1.0 if measure.better is Better.HIGHER else 1.0


def everybody_else_pupils(answer: Answer) -> Array:
    """Give the pupils CWSW are really set beside: peers, or all pupils less CWSW."""
    pupils = published(answer, "pupils", "peers")
    if answer.question.compared_with is ComparedWith.ALL_PUPILS:
        return pupils - published(answer, "pupils", "cwsw")
    return pupils


def _pair(one: Limits, other: Limits) -> Limits:
    # Every corner of one with every corner of the other; (corner of one, corner of other, row), then flat.
    gap = difference(
        Limits(*(part[:, None, :] for part in one)),
        Limits(*(part[None, :, :] for part in other)),
    )
    corners, others, rows = gap.point.shape
    return Limits(*(part.reshape(corners * others, rows) for part in gap))


def _counted(count: Array, pupils: Array, error: int, measure: Measure) -> Limits:
    possible_pupils = np.maximum(pupils + error * COUNT_CORNERS[:, 1, None], 1)
    possible_count = np.clip(count + error * COUNT_CORNERS[:, 0, None], 0, possible_pupils)
    method = exact_poisson if measure.unit is Unit.PER_1000 else wilson
    return method(possible_count, possible_pupils).scaled(measure.unit.scale)


def _valued(value: Array, spread: Array, pupils: Array, half_step: Array, measure: Measure) -> Limits:
    limits = around(value + half_step * VALUE_CORNERS[:, None], spread, pupils)
    if measure.unit is Unit.SCORE:
        return limits
    ceiling = 100.0 if measure.kind is MeasureKind.SHARE else np.inf
    return Limits(*(np.clip(part, 0.0, ceiling) for part in limits))


def overlaps(answer: Answer) -> bool:
    """Say whether those compared with hold CWSW too: all pupils do."""
    return answer.question.compared_with is ComparedWith.ALL_PUPILS and answer.measure.has_peers


def everybody_else(answer: Answer) -> Limits:
    """Give the figure of all pupils less CWSW at every corner, where those compared with are all pupils."""
    weight = share_of_all(answer)
    pupils = everybody_else_pupils(answer)
    if answer.measure.is_counted:
        count = published(answer, "count", "peers") - published(answer, "count", "cwsw")
        error = rounding_error(answer, "cwsw") + rounding_error(answer, "peers")
        return _counted(count, pupils, error, answer.measure)
    value = published(answer, "value", "peers") - weight * published(answer, "value", "cwsw")
    own = weight * published(answer, "spread", "cwsw")
    spread = np.sqrt(np.maximum(published(answer, "spread", "peers") ** 2 - own**2, 0))
    half_step = _half_step(answer, "peers") + weight * _half_step(answer, "cwsw")
    rest = 1 - weight
    return _valued(value / rest, spread / rest, pupils, half_step / rest, answer.measure)


def share_of_all(answer: Answer) -> Array:
    """Give CWSW's share of all pupils, where set beside them; NaN where nobody is left over."""
    cwsw, everyone = published(answer, "pupils", "cwsw"), published(answer, "pupils", "peers")
    return np.divide(cwsw, everyone, out=np.full_like(cwsw, np.nan), where=everyone > cwsw)


def _half_step(answer: Answer, side: str) -> Array:
    """Give how far a coarsened value may be from the truth, through the subtraction that gives peers."""
    scale = 0.1 if answer.measure.has_fine_scale else 1.0
    pupils = published(answer, "pupils", side)
    if side == "cwsw" or answer.question.compared_with is ComparedWith.ALL_PUPILS:
        return scale * _step(pupils) / 2
    cwsw = published(answer, "pupils", "cwsw")
    everyone = np.where(np.isnan(cwsw), pupils, pupils + cwsw)
    peers = np.maximum(pupils, 1)
    part = np.where(np.isnan(cwsw), 0, _step(cwsw) * cwsw)
    return scale * (_step(everyone) * everyone + part) / (2 * peers)


def _step(pupils: Array) -> Array:
    return np.select([pupils >= least for least, _ in COARSENED_TO], [step for _, step in COARSENED_TO], 1.0)
