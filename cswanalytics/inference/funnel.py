"""Which schools differ by more than chance: their shares in the funnel that chance alone would fill.

The limits at n children are p ± z √(p q ÷ n), p being the share of all the schools together (Spiegelhalter
2005, Statistics in Medicine 24: 1185-1202). With enough schools, what they differ by beyond chance anyway is
added: limits p ± z √(p q ÷ n + τ²). A funnel finds whom to ask first. It never ranks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from cswanalytics.answers import Answer
from cswanalytics.catalogue import Measure
from cswanalytics.errors import QuestionRefused
from cswanalytics.inference.arms import COUNT_CORNERS, published, rounding_error
from cswanalytics.inference.comparisons import LEAST_PUPILS, none_or_all
from cswanalytics.inference.intervals import Array
from cswanalytics.remembered import remembered

OUTER, INNER = 0.998, 0.95
"""What lies between the limits by chance alone: only beyond the outer ones is a school named."""
Z_OUTER, Z_INNER = (float(ndtri((1 + share) / 2)) for share in (OUTER, INNER))

LEAST_PUPILS_TO_CLASSIFY = 30
"""Published pupils under which nothing is said: rounding alone could put such a school beyond a limit."""
LEAST_SCHOOLS_FOR_TAU = 40
"""Classified schools from which how far schools differ anyway can be told."""
WINSORISED = 0.1
"""The share of z-scores at either end that is drawn in before τ² is worked out, so that outliers do not hide
themselves."""


class Place(StrEnum):
    """Where a school stands in the funnel."""

    HIGHER = "higher"
    LOWER = "lower"
    WITHIN = "within chance"
    CANNOT_SAY = "cannot say"


@dataclass(frozen=True)
class Funnel:
    """Schools' shares of one year or pool, and the limits that chance alone would keep them in.

    `expected` is the share of all the schools together and `tau` the standard deviation between schools
    beyond chance (0 with fewer than 40 classified), both in the measure's unit; `expected` is NaN where no
    school has figures. `schools` has a row for each school of the answer, in its order:

    - `school_urn`, as the answer has it;
    - `pupils`, published, pooled where the answer is; NaN where not known;
    - `share`, in the measure's unit, and `extreme`: '', or 'under' or 'over' where `share` is only a bound;
      NaN under 10 pupils;
    - `difference`: `share` − `expected`;
    - `place` (Place).
    """

    measure: Measure
    expected: float
    tau: float
    schools: pd.DataFrame

    @property
    def drawn(self) -> pd.DataFrame:
        """The schools whose share is shown."""
        return self.schools[self.schools["share"].notna()]

    @property
    def classified(self) -> int:
        """How many schools something can be said of."""
        return int((self.schools["place"] != Place.CANNOT_SAY).sum())

    @property
    def beyond(self) -> pd.DataFrame:
        """The schools that differ by more than chance."""
        return self.schools[self.schools["place"].isin((Place.HIGHER, Place.LOWER))]

    @property
    def by_chance(self) -> float:
        """How many of the classified schools chance alone would put beyond the outer limits."""
        return (1 - OUTER) * self.classified

    def limits(self, pupils: ArrayLike, z: float) -> tuple[Array, Array]:
        """Give the two limits at so many pupils, in the measure's unit; `z` is Z_OUTER or Z_INNER."""
        scale = self.measure.unit.scale
        low, high = limits(self.expected / scale, pupils, z, self.tau / scale)
        return low * scale, high * scale


@remembered
def funnel(answer: Answer, others: Answer | None = None) -> Funnel:
    """Put schools into the funnel of their share of children with a social worker.

    `answer` holds schools' rows of one year, or one pool (`pools.pooled`); `others` further schools, of the
    same question. QuestionRefused for measures that hold no counts: a school's other figures have no spread.
    """
    if not answer.measure.is_counted:
        raise QuestionRefused(f"{answer.measure.title} has no funnel: a school's figure of it is not a count")
    if others is not None:
        answer = replace(answer, rows=pd.concat([answer.rows, others.rows], ignore_index=True))
    if answer.rows["time_period"].nunique() > 1:
        raise ValueError("a funnel is of one year, or of years put together")
    scale = answer.measure.unit.scale
    count, pupils = published(answer, "count", "cwsw"), published(answer, "pupils", "cwsw")
    shown = (pupils >= LEAST_PUPILS) & ~np.isnan(count)
    everybody = count[shown].sum(), pupils[shown].sum()
    expected = float(everybody[0] / everybody[1]) if everybody[1] else np.nan
    sayable = (pupils >= LEAST_PUPILS_TO_CLASSIFY) & shown
    sayable &= answer.rows["cannot_say"].fillna("").to_numpy(dtype=object) == ""
    tau = 0.0
    if sayable.sum() >= LEAST_SCHOOLS_FOR_TAU and 0 < expected < 1:
        error = np.sqrt(expected * (1 - expected) / pupils[sayable])
        tau = float(np.sqrt(between_variance(count[sayable] / pupils[sayable] - expected, error)))
    higher, lower = _beyond(count, pupils, rounding_error(answer, "cwsw"), expected, tau)
    kind, bound = none_or_all(answer, "cwsw")
    # A bound past all or none says nothing.
    shown &= (kind == "") | ((bound > 0) & (bound < scale))
    share = np.divide(count * scale, pupils, out=np.full_like(count, np.nan), where=shown)
    share = np.where(shown & (kind != ""), bound, share)
    schools = pd.DataFrame(
        {
            "school_urn": answer.rows["school_urn"].to_numpy(dtype=object),
            "pupils": pupils,
            "share": share,
            "extreme": np.where(shown, kind, "").astype(object),
            "difference": share - expected * scale,
            "place": pd.Series(_places(sayable & shown, higher, lower), dtype=object),
        }
    )
    return Funnel(answer.measure, expected * scale, tau * scale, schools)


def _places(sayable: np.ndarray, higher: np.ndarray, lower: np.ndarray) -> list[Place]:
    place = np.select([~sayable, higher, lower], [3, 1, 2], 0)
    return [(Place.WITHIN, Place.HIGHER, Place.LOWER, Place.CANNOT_SAY)[at] for at in place]


def limits(expected: float, pupils: ArrayLike, z: float, tau: float = 0.0) -> tuple[Array, Array]:
    """Give the two limits of a share (0 to 1) at so many pupils, neither under 0 nor over 1."""
    pupils = np.asarray(pupils, dtype=float)
    reach = z * np.sqrt(expected * (1 - expected) / pupils + tau**2)
    return np.clip(expected - reach, 0, 1), np.clip(expected + reach, 0, 1)


def between_variance(differences: Array, errors: Array, winsorised: float = WINSORISED) -> float:
    """Give τ², the variance between schools beyond chance; 0 where chance explains all.

    By moments (DerSimonian and Laird 1986, Controlled Clinical Trials 7: 177-188) from z-scores whose extreme
    tenths are drawn in first (Spiegelhalter 2005, Quality and Safety in Health Care 14: 347-351); drawing
    them in makes τ² err on the small side.
    `differences` from what is expected, and their standard errors by chance alone, are in one unit.
    """
    z = differences / errors
    z = np.clip(z, *np.quantile(z, [winsorised, 1 - winsorised]))
    weight = errors**-2.0
    excess = float((z**2).sum()) - (len(z) - 1)
    return max(excess / float(weight.sum() - (weight**2).sum() / weight.sum()), 0.0)


def _beyond(
    count: Array, pupils: Array, error: int, expected: float, tau: float
) -> tuple[np.ndarray, np.ndarray]:
    """Say which schools lie above, and which below, the outer limits at every corner of the rounding box.

    The corners are enough: the distance from what is expected, in standard errors, rises with the count and
    falls as the head-count grows.
    """
    possible_pupils = np.maximum(pupils + error * COUNT_CORNERS[:, 1, None], 1)
    possible_count = np.clip(count + error * COUNT_CORNERS[:, 0, None], 0, possible_pupils)
    low, high = limits(expected, possible_pupils, Z_OUTER, tau)
    share = possible_count / possible_pupils
    return (share > high).all(axis=0), (share < low).all(axis=0)


def yearly_move(shares: Sequence[float], pupils: Sequence[float]) -> float:
    """Give by how much chance alone moves a gap from one year to the next, on average, of shares 0 to 1.

    `shares` and `pupils` are those of the groups the gap lies between. The difference of two like years is
    normal about 0 with twice a year's variance, so its mean size is √(2 ÷ π) × √2 standard errors.
    """
    variance = sum(share * (1 - share) / number for share, number in zip(shares, pupils, strict=True))
    return float(2 / np.sqrt(np.pi) * np.sqrt(variance))
