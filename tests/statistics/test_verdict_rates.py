"""Nothing real changed, and the true rate drifts as declared: how often is a verdict given all the same?"""

import numpy as np
import pandas as pd
import pytest

from cswanalytics.build.coarsening import coarsen, exact_values
from cswanalytics.inference import Verdict, change, gaps
from cswanalytics.inference.intervals import around, difference, wilson
from tests.statistics.made_up import measure, together, two_years

RUNS = 300


def _rounded_down(count: int, pupils: int) -> tuple[int, int]:
    return 5 * (count // 5), pupils


def _called(drift: float, fall: float, of) -> float:
    """Each run is an item of a breakdown, so that all are worked out at once."""
    draw = np.random.default_rng(20261103)
    runs = []
    for run in range(RUNS):
        cells = []
        for real in (0.0, fall):
            rate = 0.46 + draw.normal(0, drift) / 100 - real / 100
            cwsw, peers = draw.binomial(2500, rate), draw.binomial(40000, 0.18)
            cells.append((_rounded_down(cwsw, 2500), _rounded_down(peers, 40000)))
        runs.append(two_years(*cells, of=of, item=str(run)))
    worked = gaps(together(runs))
    verdicts = [change(worked, str(run)).verdict for run in range(RUNS)]
    return sum(verdict in (Verdict.NARROWED, Verdict.WIDENED) for verdict in verdicts) / RUNS


@pytest.mark.parametrize("drift", [0.0, 1.0])
def test_false_verdicts_are_at_most_one_in_twenty_while_drift_is_as_declared(drift):
    assert _called(drift, 0.0, measure()) <= 0.05


def _released_share(draw, rates: np.ndarray, pupils: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw every child's sessions; give the share missed and its spread, as the build releases them.

    Children differ with a standard deviation of 19 points, and have 200 to 380 sessions.
    """
    possible = draw.integers(200, 380, (len(rates), pupils)).astype(float)
    missed = np.round(possible * draw.beta(3 * rates[:, None], 3 * (1 - rates[:, None]), possible.shape))
    sums = {
        "top": missed, "top_squared": missed**2, "bottom": possible, "bottom_squared": possible**2,
        "crossed": missed * possible,
    }  # fmt: skip
    cells = pd.DataFrame({f"overall_absence_{name}": part.sum(axis=1) for name, part in sums.items()})
    number = pd.Series(float(pupils), index=cells.index)
    values = coarsen(exact_values(cells, measure("overall_absence"), number), number)
    return values.value, values.spread


def _called_of_shares(drift: float, fall: float, of) -> float:
    draw = np.random.default_rng(20261103)
    peers = (7.0, 0.045, 40000)
    years = [
        _released_share(draw, (17 - real + draw.normal(0, drift, RUNS)) / 100, 1000) for real in (0.0, fall)
    ]
    runs = []
    for run in range(RUNS):
        then, now = (((value[run], spread[run], 1000), peers) for value, spread in years)
        runs.append(two_years(then, now, of=of, item=str(run)))
    worked = gaps(together(runs))
    verdicts = [change(worked, str(run)).verdict for run in range(RUNS)]
    return sum(verdict in (Verdict.NARROWED, Verdict.WIDENED) for verdict in verdicts) / RUNS


@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_false_verdicts_of_shares_are_at_most_one_in_twenty_while_drift_is_as_declared(drift):
    assert _called_of_shares(drift, 0.0, measure("overall_absence")) <= 0.05


def test_a_real_fall_of_four_points_of_a_share_is_nearly_always_seen():
    assert _called_of_shares(0.3, 4.0, measure("overall_absence")) > 0.9


@pytest.mark.parametrize("pupils", [1000, 100])
def test_the_interval_of_a_share_holds_the_truth_93_to_97_times_in_100(pupils):
    value, spread = _released_share(np.random.default_rng(20261103), np.full(2000, 0.17), pupils)
    limits = around(value, spread, np.full(2000, float(pupils)))
    held = ((limits.low <= 17) & (limits.high >= 17)).mean()
    assert 0.93 <= held <= 0.97


def test_without_declared_drift_there_would_be_far_too_many():
    assert _called(1.0, 0.0, measure(drift=0.0)) > 0.07


def test_a_real_fall_of_eight_points_is_nearly_always_seen():
    assert _called(1.0, 8.0, measure()) > 0.9


@pytest.mark.parametrize(
    ("rate", "other", "pupils", "others"),
    [(0.46, 0.18, 2500, 40000), (0.46, 0.18, 100, 1000), (0.09, 0.02, 500, 8000)],
)
def test_the_interval_of_a_gap_holds_the_truth_95_times_in_100(rate, other, pupils, others):
    draw = np.random.default_rng(20261103)
    one, two = draw.binomial(pupils, rate, 20_000), draw.binomial(others, other, 20_000)
    gap = difference(wilson(one, np.full(20_000, pupils)), wilson(two, np.full(20_000, others)))
    held = ((gap.low <= rate - other) & (rate - other <= gap.high)).mean()
    assert 0.93 <= held <= 0.97
