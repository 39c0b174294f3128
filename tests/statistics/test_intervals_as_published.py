"""Each method against worked examples printed by its author, to the precision printed."""

import pytest
from scipy.stats import chi2
from statsmodels.stats.proportion import confint_proportions_2indep

from cswanalytics.inference.intervals import around, difference, exact_poisson, ratio, wilson


@pytest.mark.parametrize(
    ("count", "pupils", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_in_newcombe_1998_statistics_in_medicine_17_857_table_1(count, pupils, low, high):
    limits = wilson(count, pupils)
    assert (round(float(limits.low), 4), round(float(limits.high), 4)) == (low, high)


NEWCOMBE_METHOD_10 = [
    ("a", (56, 70), (48, 80), 0.0524, 0.3339),
    ("b", (9, 10), (3, 10), 0.1705, 0.8090),
    ("c", (6, 7), (2, 7), 0.0582, 0.8062),
    ("d", (5, 56), (0, 29), -0.0381, 0.1926),
    ("e", (0, 10), (0, 20), -0.1611, 0.2775),
    ("f", (0, 10), (0, 10), -0.2775, 0.2775),
    ("g", (10, 10), (0, 20), 0.6791, 1.0000),
    ("h", (10, 10), (0, 10), 0.6075, 1.0000),
]


@pytest.mark.parametrize(("example", "one", "other", "low", "high"), NEWCOMBE_METHOD_10)
def test_gap_as_in_newcombe_1998_statistics_in_medicine_17_873_table_2_method_10(
    example, one, other, low, high
):
    limits = difference(wilson(*one), wilson(*other))
    assert (round(float(limits.low), 4), round(float(limits.high), 4)) == (low, high), example


def test_gap_of_the_trial_of_perondi_2004_as_in_fagerland_lydersen_and_laake_2017_chapter_4():
    limits = difference(wilson(7, 34), wilson(1, 34))
    assert [round(float(end), 4) for end in limits] == [0.1765, 0.0189, 0.3404]


def test_ratio_of_the_trial_of_perondi_2004_as_in_fagerland_lydersen_and_laake_2017_chapter_4():
    limits = ratio(wilson(7, 34), wilson(1, 34))
    assert [round(float(end), 4) for end in limits] == [7.0, 1.1537, 41.9763]


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (2, 0.2422, 7.2247), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904)],
)
def test_exact_poisson_as_tabulated_from_garwood_1936(count, low, high):
    limits = exact_poisson(count, 1)
    assert (round(float(limits.low), 4), round(float(limits.high), 4)) == (low, high)


def test_exact_poisson_with_none_at_all_ends_at_half_of_chi_squared():
    assert float(exact_poisson(0, 1000).high) == pytest.approx(chi2.ppf(0.975, 2) / 2 / 1000)


def test_a_mean_of_eleven_reaches_2_228_standard_errors_as_in_every_table_of_t():
    limits = around(10.0, 1.0, 11)
    assert round(float(limits.high) - 10.0, 3) == 2.228


def test_difference_of_differences_as_in_newcombe_2001_is_square_and_add_of_two_published_gaps():
    """Lower D − √((d2−l2)² + (u1−d1)²), upper D + √((u2−d2)² + (d1−l1)²), with examples a and d above."""
    then, now = difference(wilson(56, 70), wilson(48, 80)), difference(wilson(5, 56), wilson(0, 29))
    moved = difference(now, then)
    d1, l1, u1, d2, l2, u2 = 0.2, 0.0524, 0.3339, 5 / 56, -0.0381, 0.1926
    assert float(moved.point) == pytest.approx(d2 - d1)
    assert float(moved.low) == pytest.approx(d2 - d1 - ((d2 - l2) ** 2 + (u1 - d1) ** 2) ** 0.5, abs=2e-4)
    assert float(moved.high) == pytest.approx(d2 - d1 + ((u2 - d2) ** 2 + (d1 - l1) ** 2) ** 0.5, abs=2e-4)


@pytest.mark.parametrize(("example", "one", "other", "low", "high"), NEWCOMBE_METHOD_10)
def test_gap_equals_statsmodels_newcomb(example, one, other, low, high):
    limits = difference(wilson(*one), wilson(*other))
    expected = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    assert (float(limits.low), float(limits.high)) == pytest.approx(expected), example
