"""Value cells: shares of sessions, means and events per 100, coarsened by how many pupils stand behind them.

A sum, or a denominator in sessions, is a head-count in disguise; so a value cell carries rounded `pupils`, a
coarsened `value` and, at authority level, its standard error (`spread`) to two significant figures. Nothing
else.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cswanalytics.catalogue import Measure, MeasureKind, Unit

FEWEST_PUPILS = 30
GRAINS = ((1000, 0.1), (100, 0.5), (FEWEST_PUPILS, 1.0))
"""From how many published pupils on a value is given to which grain; below the last, not at all."""

FEWEST_CONTRIBUTORS = 10
LARGEST_CONTRIBUTION = 0.5
"""Event rates: at least so many pupils behind them, the largest with less than this share of the events."""


@dataclass(frozen=True)
class Values:
    """Coarsened values, each array in the order of the cells they came from; NaN where withheld."""

    value: np.ndarray
    spread: np.ndarray


def exact_values(cells: pd.DataFrame, measure: Measure, pupils: pd.Series) -> pd.DataFrame:
    """Work out a value measure exactly: `value` and `spread`, in its unit; NaN with nothing to count.

    `cells` holds the sums `counts` made, `pupils` who is in the measure's population. Shares: the ratio
    estimator between pupils (Cochran 1977, Sampling Techniques, section 2.11). Means: the usual standard
    error. Events per 100: variance of events between pupils, which lets one pupil have many.
    """
    top = cells[f"{measure.id}_top"].astype(float)
    squares = cells[f"{measure.id}_top_squared"].astype(float)
    number = pupils.astype(float).where(pupils > 0)
    if measure.kind is MeasureKind.SHARE:
        bottom = cells[f"{measure.id}_bottom"].astype(float)
        bottom = bottom.where(bottom > 0)
        ratio = top / bottom
        residual = (
            squares
            - 2 * ratio * cells[f"{measure.id}_crossed"]
            + ratio**2 * cells[f"{measure.id}_bottom_squared"]
        )
        variance = number / (number - 1).where(number > 1) * residual.clip(lower=0) / bottom**2
        scale, value = measure.unit.scale, ratio
    else:
        value = top / number
        variance = (squares - number * value**2).clip(lower=0) / (number - 1).where(number > 1) / number
        scale = 100.0 if measure.unit is Unit.PER_100 else 1.0 / measure.divisor
    return pd.DataFrame({"value": scale * value, "spread": scale * variance**0.5})


def coarsen(exact: pd.DataFrame, published_pupils: pd.Series, fine: bool = False) -> Values:
    """Coarsen exact values by their published pupils; `fine` is for scales of about ten (Progress 8)."""
    pupils = published_pupils.to_numpy(dtype=float)
    grain = np.select([pupils >= fewest for fewest, _ in GRAINS], [size for _, size in GRAINS], np.nan)
    grain = grain / 10 if fine else grain
    digits = 2 if fine else 1
    value = np.round(np.round(exact["value"].to_numpy() / grain) * grain, digits)
    spread = np.where(np.isnan(value), np.nan, two_significant(exact["spread"].to_numpy()))
    return Values(value, spread)


def two_significant(numbers: np.ndarray) -> np.ndarray:
    """Round to two significant figures; nought and NaN stay."""
    numbers = np.asarray(numbers, dtype=float)
    size = np.floor(np.log10(np.where(numbers > 0, numbers, 1.0)))
    unit = 10.0 ** (size - 1)
    return np.where(numbers > 0, np.round(np.round(numbers / unit) * unit, 12), numbers)


def dominated(cells: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say which cells of an event rate rest on too few pupils, or on one of them for half or more."""
    events = cells[f"{measure.id}_top"]
    few = cells[f"{measure.id}_givers"] < FEWEST_CONTRIBUTORS
    return few | (cells[f"{measure.id}_most"] >= LARGEST_CONTRIBUTION * events)
