"""What holds of every interval, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from cswanalytics.inference.intervals import Limits, around, difference, exact_poisson, p_value, ratio, wilson


@st.composite
def arms(draw: st.DrawFn) -> tuple[int, int]:
    pupils = draw(st.integers(1, 5000))
    return draw(st.integers(0, pupils)), pupils


@given(arms(), arms())
def test_intervals_hold_their_estimate_and_stay_possible(one, other):
    for limits, least, most in (
        (wilson(*one), 0, 1),
        (exact_poisson(*one), 0, np.inf),
        (difference(wilson(*one), wilson(*other)), -1, 1),
    ):
        assert least - 1e-12 <= limits.low <= limits.point <= limits.high <= most + 1e-12


@given(arms(), arms())
def test_a_gap_turned_round_is_the_same_gap_turned_round(one, other):
    gap, turned = difference(wilson(*one), wilson(*other)), difference(wilson(*other), wilson(*one))
    assert [float(end) for end in gap.scaled(-1)] == pytest.approx([float(end) for end in turned])


@given(arms(), arms())
def test_a_gap_of_those_without_is_the_same_gap_turned_round(one, other):
    with_it = difference(wilson(*one), wilson(*other))
    without = difference(*(wilson(pupils - count, pupils) for count, pupils in (one, other)))
    assert [float(end) for end in without.scaled(-1)] == pytest.approx(
        [float(end) for end in with_it], abs=1e-12
    )


@given(arms(), arms())
def test_gap_equals_statsmodels(one, other):
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    gap = difference(wilson(*one), wilson(*other))
    assert (float(gap.low), float(gap.high)) == pytest.approx(expected, abs=1e-12)


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_a_ratio_turned_round_is_the_same_ratio_turned_round(a, b, more_a, more_b):
    one, other = wilson(a, a + more_a), wilson(b, b + more_b)
    there, back = ratio(one, other), ratio(other, one)
    assert float(there.low) == pytest.approx(1 / float(back.high))
    assert there.low < there.point < there.high


@given(st.floats(-50, 50), st.floats(0.01, 10), st.floats(0, 5))
def test_a_p_value_under_a_twentieth_is_an_interval_without_nought(point, reach, drift):
    moved = difference(
        Limits(*(np.array(end) for end in (point, point - reach, point + reach))),
        Limits(*(np.array(end) for end in (0.0, -reach, reach))),
        drift=drift,
    )
    leaves_out_nought = moved.low > 0 or moved.high < 0
    assert leaves_out_nought == (p_value(moved) < 0.05)


@given(arms(), arms(), st.floats(0.01, 0.1))
def test_drift_only_ever_widens(one, other, drift):
    then, now = wilson(*one), wilson(*other)
    plain, with_drift = difference(now, then), difference(now, then, drift=drift)
    assert with_drift.low < plain.low
    assert with_drift.high > plain.high


def test_without_pupils_there_is_no_number_and_no_interval():
    for limits in (wilson([0, np.nan], [0, 10]), exact_poisson([0, np.nan], [0, 10])):
        assert np.isnan(np.array(limits)).all()


def test_one_child_alone_has_no_spread():
    limits = around(40.0, 0.0, 1)
    assert limits.point == 40.0
    assert np.isnan(limits.low)
