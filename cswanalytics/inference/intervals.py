"""How far a figure, a gap, a ratio or a change in a gap would move by chance alone: the methods.

Every function takes arrays of any one shape and gives `Limits` of that shape; where there is no figure (no
pupils, or a number is missing) the limits are NaN. All are 95 % intervals.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, stdtrit
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

Array = NDArray[np.float64]

ALPHA = 0.05
Z = float(ndtri(1 - ALPHA / 2))


class Limits(NamedTuple):
    """A figure and the two ends of its interval, three arrays of one shape: low <= point <= high."""

    point: Array
    low: Array
    high: Array

    def scaled(self, by: ArrayLike) -> "Limits":
        """Give the same in another unit; a negative factor turns the interval round."""
        factor = np.asarray(by, dtype=float)
        one, other = self.low * factor, self.high * factor
        return Limits(self.point * factor, np.minimum(one, other), np.maximum(one, other))


def wilson(count: ArrayLike, pupils: ArrayLike) -> Limits:
    """Give a proportion (0 to 1) with Wilson's score interval.

    Wilson (1927), Journal of the American Statistical Association 22: 209-212. Right at none and at all.
    """
    return _where_known(_wilson, count, pupils)


def exact_poisson(count: ArrayLike, pupils: ArrayLike) -> Limits:
    """Give events per pupil with the exact Poisson interval: none at all still has an upper limit.

    Garwood (1936), Biometrika 28: 437-442.
    """
    return _where_known(_exact_poisson, count, pupils)


def around(value: ArrayLike, spread: ArrayLike, pupils: ArrayLike) -> Limits:
    """Give a value ± t × spread, its standard error between pupils; t has pupils − 1 degrees of freedom."""
    value, spread, pupils = (np.asarray(part, dtype=float) for part in (value, spread, pupils))
    freedom = np.where(pupils > 1, pupils - 1, np.nan)
    reach = stdtrit(freedom, 1 - ALPHA / 2) * spread
    return Limits(value, value - reach, value + reach)


def difference(one: Limits, other: Limits, drift: float = 0.0) -> Limits:
    """Give `one` − `other`, two independent figures, by square and add.

    With Wilson limits it is Newcombe's method 10 (1998, Statistics in Medicine 17: 873-890); with two
    differences it is the difference of differences (Newcombe 2001, Statistics in Medicine 20: 2885-2893;
    for limits of any kind, Zou and Donner 2008, Statistics in Medicine 27: 1693-1702). `drift` is a further
    standard deviation of each of the two, in their unit: what moves from one year to the next without
    meaning anything.
    """
    point = one.point - other.point
    wander = 2 * (Z * drift) ** 2
    below = np.sqrt((one.point - one.low) ** 2 + (other.high - other.point) ** 2 + wander)
    above = np.sqrt((one.high - one.point) ** 2 + (other.point - other.low) ** 2 + wander)
    return Limits(point, point - below, point + above)


def ratio(one: Limits, other: Limits) -> Limits:
    """Give `one` ÷ `other`, both above nought, by MOVER-R; NaN where `other` is nought.

    Donner and Zou (2012), Statistical Methods in Medical Research 21: 347-359, equation 9.
    """
    product = one.point * other.point
    with np.errstate(divide="ignore", invalid="ignore"):
        low_root = product**2 - one.low * (2 * one.point - one.low) * other.high * (
            2 * other.point - other.high
        )
        high_root = product**2 - one.high * (2 * one.point - one.high) * other.low * (
            2 * other.point - other.low
        )
        low = (product - np.sqrt(low_root)) / (other.high * (2 * other.point - other.high))
        high = (product + np.sqrt(high_root)) / (other.low * (2 * other.point - other.low))
        return Limits(one.point / other.point, low, high)


def p_value(changed: Limits) -> Array:
    """Give the two-sided p-value that agrees with an interval: below 0.05 just where it leaves out 0."""
    reach = np.where(changed.point > 0, changed.point - changed.low, changed.high - changed.point)
    known = reach > 0
    z = np.divide(Z * np.abs(changed.point), reach, out=np.full_like(reach, np.nan), where=known)
    return 2 * ndtr(-z)


def _wilson(count: Array, pupils: Array) -> Limits:
    low, high = proportion_confint(count, pupils, alpha=ALPHA, method="wilson")
    point = count / pupils
    # At 0 and at n the formula ends a rounding error beyond the point.
    return Limits(point, np.minimum(low, point), np.maximum(high, point))


def _exact_poisson(count: Array, pupils: Array) -> Limits:
    low, high = confint_poisson(count, pupils, method="exact-c", alpha=ALPHA)
    return Limits(count / pupils, low, high)


def _where_known(method, count: ArrayLike, pupils: ArrayLike) -> Limits:
    count, pupils = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(pupils, dtype=float))
    known = (pupils > 0) & ~np.isnan(count)
    limits = Limits(*(np.full(count.shape, np.nan) for _ in range(3)))
    for whole, part in zip(limits, method(count[known], pupils[known]), strict=True):
        whole[known] = part
    return limits
