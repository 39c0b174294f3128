"""Value cells: worked exactly, then coarsened by how many pupils stand behind them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cswanalytics import catalogue
from cswanalytics.build.coarsening import coarsen, dominated, exact_values, two_significant

MEASURES = catalogue.load().measures


def sums(measure, top, bottom=None):
    top = np.array(top)
    found = {f"{measure.id}_top": top.sum(), f"{measure.id}_top_squared": (top**2).sum()}
    if bottom is not None:
        bottom = np.array(bottom)
        found |= {
            f"{measure.id}_bottom": bottom.sum(),
            f"{measure.id}_bottom_squared": (bottom**2).sum(),
            f"{measure.id}_crossed": (top * bottom).sum(),
        }
    return pd.DataFrame([found])


def test_a_mean_and_its_standard_error_are_those_of_the_scores():
    measure = MEASURES["attainment_8"]
    scores = np.array([415, 380, 502, 0, 610, 333])
    worked = exact_values(sums(measure, scores), measure, pd.Series([len(scores)]))
    assert worked["value"][0] == pytest.approx((scores / 10).mean())
    assert worked["spread"][0] == pytest.approx((scores / 10).std(ddof=1) / len(scores) ** 0.5)


def test_events_per_100_vary_as_pupils_do_and_not_as_events():
    measure = MEASURES["suspension_rate"]
    events = np.array([0] * 95 + [1, 1, 2, 9, 20])
    worked = exact_values(sums(measure, events), measure, pd.Series([100]))
    assert worked["value"][0] == pytest.approx(33.0)
    assert worked["spread"][0] == pytest.approx(100 * events.std(ddof=1) / 10)
    assert worked["spread"][0] > 100 * (33**0.5) / 100  # what Poisson would say is far too narrow


def test_a_share_of_sessions_uses_the_ratio_estimator_between_pupils():
    measure = MEASURES["overall_absence"]
    rng = np.random.default_rng(1)
    possible = rng.integers(100, 380, 400)
    missed = (possible * rng.beta(1, 9, 400)).astype(int)
    worked = exact_values(sums(measure, missed, possible), measure, pd.Series([400]))
    ratio = missed.sum() / possible.sum()
    resampled = []
    for _ in range(2000):
        chosen = rng.integers(0, 400, 400)
        resampled.append(missed[chosen].sum() / possible[chosen].sum())
    assert worked["value"][0] == pytest.approx(100 * ratio)
    assert worked["spread"][0] == pytest.approx(100 * np.std(resampled), rel=0.1)


def test_nothing_to_count_is_no_number():
    measure = replace(MEASURES["overall_absence"])
    worked = exact_values(sums(measure, [0], [0]), measure, pd.Series([0]))
    assert worked.isna().all(axis=None)


@pytest.mark.parametrize(
    ("pupils", "value", "published"),
    [
        (1000, 17.04, 17.0),
        (1000, 17.06, 17.1),
        (995, 17.2, 17.0),
        (100, 17.3, 17.5),
        (95, 17.4, 17.0),
        (30, 16.6, 17.0),
    ],
)
def test_the_fewer_the_pupils_the_coarser_the_value(pupils, value, published):
    exact = pd.DataFrame({"value": [value], "spread": [1.234]})
    coarse = coarsen(exact, pd.Series([pupils]))
    assert coarse.value[0] == pytest.approx(published)
    assert coarse.spread[0] == pytest.approx(1.2)


def test_under_thirty_pupils_there_is_no_value_and_no_spread():
    coarse = coarsen(pd.DataFrame({"value": [17.0], "spread": [1.0]}), pd.Series([25]))
    assert np.isnan(coarse.value[0])
    assert np.isnan(coarse.spread[0])


def test_two_significant_figures():
    numbers = np.array([0.12345, 12.345, 1234.5, 0.0, 0.0999])
    assert two_significant(numbers).tolist() == pytest.approx([0.12, 12.0, 1200.0, 0.0, 0.1])


@pytest.mark.parametrize(
    ("events", "givers", "most", "hidden"),
    [(20, 10, 9, False), (20, 9, 5, True), (20, 12, 10, True), (21, 12, 10, False), (0, 0, 0, True)],
)
def test_a_rate_is_withheld_when_it_rests_on_few_pupils_or_on_one(events, givers, most, hidden):
    measure = MEASURES["suspension_rate"]
    cells = pd.DataFrame(
        [{f"{measure.id}_top": events, f"{measure.id}_givers": givers, f"{measure.id}_most": most}]
    )
    assert dominated(cells, measure).tolist() == [hidden]
