"""Library functions that would have been wrong here, found by running them: why ours are what they are."""

import warnings

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from cswanalytics.inference.intervals import difference, exact_poisson, ratio, wilson


@pytest.mark.parametrize(("one", "other"), [((0, 10), (0, 20)), ((10, 10), (0, 20)), ((10, 10), (10, 20))])
def test_the_score_interval_of_a_gap_fails_with_an_arm_at_none_or_all_and_ours_does_not(one, other):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match=r"NaN|different signs"):
            confint_proportions_2indep(*one, *other, method="score", compare="diff")
    assert np.isfinite(np.array(difference(wilson(*one), wilson(*other)))).all()


def test_katz_interval_of_a_ratio_raises_on_nought_and_ours_does_not():
    with pytest.raises(ZeroDivisionError):
        confint_proportions_2indep(0, 10, 3, 20, method="log", compare="ratio")
    limits = ratio(wilson(0, 10), wilson(3, 20))
    assert limits.point == 0
    assert 0 < limits.high < np.inf


def test_the_score_interval_of_a_ratio_is_silently_wrong_with_an_arm_at_all_and_ours_not():
    """Turned round, the same ratio has another interval."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        low, _ = confint_proportions_2indep(10, 10, 10, 20, method="score", compare="ratio")
        _, turned = confint_proportions_2indep(10, 20, 10, 10, method="score", compare="ratio")
    assert low != pytest.approx(1 / np.real(turned), rel=0.1) or np.imag(turned) != 0
    one, other = wilson(10, 10), wilson(10, 20)
    assert float(ratio(one, other).low) == pytest.approx(1 / float(ratio(other, one).high))


def test_wilson_on_sessions_would_be_many_times_too_narrow():
    """2,500 children, half missing 30 % and half 4 %: the sessions of one child are no independent draws."""
    absence = np.repeat([0.30, 0.04], 1250)
    spread = absence.std(ddof=1) / len(absence) ** 0.5
    on_sessions = wilson(absence.sum() * 380, len(absence) * 380)
    assert 1.96 * spread > 6 * float(on_sessions.high - on_sessions.point)


def test_poisson_on_suspensions_would_be_too_narrow():
    """A few children carry most suspensions: variance between pupils is far above the mean."""
    suspensions = np.repeat([0, 1, 2, 8], [2200, 200, 60, 40])
    spread = suspensions.std(ddof=1) / len(suspensions) ** 0.5
    poisson = exact_poisson(suspensions.sum(), len(suspensions))
    assert 1.96 * spread > 1.5 * float(poisson.high - poisson.point)
