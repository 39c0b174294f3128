"""The funnel: limits by chance alone, and a school named only where no rounding could have put it beyond."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from cswanalytics.answers import Answer
from cswanalytics.errors import QuestionRefused
from cswanalytics.inference import pooled
from cswanalytics.inference.funnel import (
    LEAST_SCHOOLS_FOR_TAU,
    Z_INNER,
    Z_OUTER,
    Funnel,
    Place,
    between_variance,
    funnel,
    limits,
    yearly_move,
)
from cswanalytics.vocabulary import Level
from tests.statistics.made_up import answer, together

BCG = (
    (-0.8893, 0.3256), (-1.5854, 0.1946), (-1.3481, 0.4154), (-1.4416, 0.0200), (-0.2175, 0.0512),
    (-0.7861, 0.0069), (-1.6209, 0.2230), (0.0120, 0.0040), (-0.4694, 0.0564), (-1.3713, 0.0730),
    (-0.3394, 0.0124), (0.4459, 0.5325), (-0.0173, 0.0714),
)  # fmt: skip
"""Thirteen trials of a vaccine: log relative risk and its variance (Colditz and others 1994, JAMA 271:
698-702, as given in Viechtbauer 2010, Journal of Statistical Software 36(3))."""


def of_schools(cells: list[tuple[int, int]], since: int = 202425) -> Funnel:
    """Give the funnel of schools with (count, pupils) in one year."""
    return funnel(schools({since: cells}))


def schools(years: dict[int, list[tuple[int, int]]]) -> Answer:
    """Give an answer about schools with (count, pupils) in each year, and no peers."""
    one = answer({202425: ((0, 0), (0, 0))}, level=Level.SCHOOL)
    rows = [
        pd.concat([one.rows] * len(cells), ignore_index=True).assign(
            time_period=year,
            school_urn=[f"{100000 + at}" for at in range(len(cells))],
            cwsw_count=[float(count) for count, _ in cells],
            cwsw_pupils=[float(pupils) for _, pupils in cells],
        )
        for year, cells in years.items()
    ]
    return replace(one, rows=pd.concat(rows, ignore_index=True))


def test_the_limits_are_those_of_95_and_99_8_per_cent():
    assert pytest.approx(1.96, abs=0.0005) == Z_INNER
    assert pytest.approx(3.09, abs=0.0005) == Z_OUTER


def test_limits_at_a_half_of_a_hundred_are_ten_and_fifteen_points_away():
    # 0.5 ± 1.96 × 0.05, and ± 3.09 × 0.05
    assert limits(0.5, 100, Z_INNER) == (pytest.approx(0.402, abs=0.0005), pytest.approx(0.598, abs=0.0005))
    assert limits(0.5, 100, Z_OUTER) == (pytest.approx(0.3455, abs=0.0005), pytest.approx(0.6545, abs=0.0005))


@given(
    st.floats(0, 1),
    st.lists(st.integers(1, 5_000), min_size=2, max_size=8),
    st.sampled_from([Z_INNER, Z_OUTER]),
    st.floats(0, 0.3),
)
def test_a_funnel_narrows_as_schools_grow_and_stays_within_none_and_all(share, pupils, z, tau):
    low, high = limits(share, sorted(pupils), z, tau)

    assert (np.diff(high - low) <= 1e-12).all()
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (low <= share + 1e-12).all()
    assert (high >= share - 1e-12).all()


def test_between_variance_is_that_published_for_the_vaccine_trials():
    effects, variances = (np.array(part) for part in zip(*BCG, strict=True))
    mean = (effects / variances).sum() / (1 / variances).sum()

    found = between_variance(effects - mean, np.sqrt(variances), winsorised=0)

    # 0.3088 by DerSimonian and Laird's method, as the documentation of R's metafor gives it
    assert found == pytest.approx(0.3088, abs=0.0005)
    assert found == pytest.approx(combine_effects(effects, variances, method_re="chi2").tau2)


def test_one_outlier_hardly_moves_what_schools_differ_by_anyway():
    errors = np.full(50, 0.05)
    differences = np.random.default_rng(1).normal(0, 0.05, 50)
    with_an_outlier = np.append(differences[:-1], 0.9)

    assert between_variance(with_an_outlier, errors, winsorised=0) > 0.01
    assert between_variance(with_an_outlier, errors) < 0.001


def test_without_more_variation_than_chance_nothing_is_added():
    assert between_variance(np.zeros(40), np.full(40, 0.1)) == 0


def test_most_of_what_schools_differ_by_anyway_is_found_though_drawing_in_the_tails_takes_some():
    rng = np.random.default_rng(7)
    pupils = rng.integers(40, 200, 400)
    shares = np.clip(rng.normal(0.4, 0.1, 400), 0, 1)
    cells = [(int(rng.binomial(n, p)), int(n)) for n, p in zip(pupils, shares, strict=True)]

    assert 6.5 < of_schools(cells).tau < 10


@pytest.mark.parametrize(
    ("number", "is_added"), [(LEAST_SCHOOLS_FOR_TAU - 2, False), (LEAST_SCHOOLS_FOR_TAU, True)]
)
def test_under_forty_schools_chance_alone_makes_the_funnel(number, is_added):
    cells = [(20, 100), (80, 100)] * (number // 2)

    found = of_schools(cells)

    assert (found.tau > 0) == is_added
    assert bool(len(found.beyond)) != is_added


def test_schools_too_small_to_classify_do_not_count_towards_forty():
    cells = [(20, 100), (80, 100)] * (LEAST_SCHOOLS_FOR_TAU // 2 - 1) + [(5, 25), (20, 25)]

    assert of_schools(cells).tau == 0


def test_under_thirty_children_a_school_is_drawn_and_nothing_is_said_of_it():
    found = of_schools([(500, 1000), (25, 25), (0, 5), (75, 75)])

    assert found.schools["place"].tolist() == [
        Place.WITHIN,
        Place.CANNOT_SAY,
        Place.CANNOT_SAY,
        Place.HIGHER,
    ]
    assert found.schools["share"].notna().tolist() == [True, True, False, True]
    assert found.classified == 2


def test_that_none_or_all_of_a_school_has_an_outcome_is_never_asserted():
    found = of_schools([(500, 1000), (0, 60), (60, 60)])

    assert found.schools["extreme"].tolist() == ["", "under", "over"]
    assert 0 < found.schools["share"][1] < 15
    assert 85 < found.schools["share"][2] < 100


def test_the_expected_share_is_that_of_all_schools_together():
    assert of_schools([(10, 50), (60, 150)]).expected == pytest.approx(35)


def test_a_school_only_just_beyond_the_line_is_not_named_because_rounding_may_have_put_it_there():
    _, high = limits(0.4, 100, Z_OUTER)
    beyond = int(np.ceil(high * 100)) + 1  # within rounding's four of the line
    found = of_schools([(40_000 - beyond, 100_000 - 100), (beyond, 100)])

    assert found.schools["share"][1] > found.limits(100, Z_OUTER)[1]
    assert found.schools["place"][1] is Place.WITHIN


@given(st.integers(6, 40), st.integers(0, 40), st.sampled_from([0.1, 0.3, 0.5]))
def test_a_named_school_lies_beyond_whatever_the_true_counts_were(fives, count, expected):
    pupils, count = 5 * fives, 5 * min(count, fives)
    many = 1_000_000
    found = of_schools([(int(expected * many), many), (count, pupils)])
    place = found.schools["place"][1]
    possible = [
        (x, n)
        for x, n in itertools.product(range(count - 4, count + 5), range(pupils - 4, pupils + 5))
        if 0 <= x <= n
    ]

    shares = np.array([x / n for x, n in possible])
    low, high = limits(found.expected / 100, [n for _, n in possible], Z_OUTER)
    assert (place is Place.HIGHER) == bool((shares > high).all())
    assert (place is Place.LOWER) == bool((shares < low).all())


def test_chance_alone_names_hardly_any_school():
    rng = np.random.default_rng(11)
    named = 0
    for _ in range(200):
        pupils = 5 * rng.integers(6, 30, 50)
        counts = 5 * np.round(rng.binomial(pupils, 0.35) / 5)
        named += len(of_schools(list(zip(counts, pupils, strict=True))).beyond)

    # at most what chance puts beyond the outer lines: 0.2 of 100 schools
    assert named <= 0.002 * 200 * 50


def test_three_years_are_put_together_and_rounding_counts_for_each():
    three = schools({year: [(40, 100), (70, 100)] for year in (202223, 202324, 202425)})
    last = pooled(three).only(time_period=202425)

    found = funnel(last)

    assert found.schools["pupils"].tolist() == [300, 300]
    assert found.schools["place"].tolist() == [Place.LOWER, Place.HIGHER]


def test_a_year_of_which_nothing_may_be_said_names_no_school():
    doubtful = answer({202425: ((90, 100), (0, 0))}, cannot_say={202425: "too many are unmatched"})
    found = funnel(together([doubtful, *[answer({202425: ((10, 100), (0, 0))})] * 9]))

    assert found.schools["place"][0] is Place.CANNOT_SAY


def test_other_schools_are_part_of_the_funnel():
    own, others = schools({202425: [(30, 60)]}), schools({202425: [(20, 100), (30, 140)]})

    together_ = funnel(own, others)

    assert len(together_.schools) == 3
    assert together_.expected == pytest.approx(100 * 80 / 300)


def test_no_schools_no_funnel():
    empty = schools({202425: [(0, 0)]})

    assert np.isnan(funnel(empty).expected)
    assert funnel(replace(empty, rows=empty.rows.iloc[:0])).drawn.empty


def test_years_apart_and_figures_without_counts_are_refused():
    with pytest.raises(ValueError, match="one year"):
        funnel(schools({202324: [(30, 60)], 202425: [(30, 60)]}))
    with pytest.raises(QuestionRefused, match="no funnel"):
        funnel(answer({202425: ((17.0, 0.4, 300), (7.0, 0.1, 9000))}, of="overall_absence"))


def test_in_a_school_of_twelve_chance_alone_moves_the_gap_by_some_seventeen_points_a_year():
    assert 100 * yearly_move([0.46, 0.18], [12, 200]) == pytest.approx(17, abs=0.5)


def test_how_far_chance_moves_a_gap_is_what_drawing_years_at_random_gives():
    rng = np.random.default_rng(3)
    gap = rng.binomial(40, 0.4, 20_000) / 40 - rng.binomial(300, 0.2, 20_000) / 300

    moved = np.abs(np.diff(gap.reshape(-1, 2))).mean()

    assert yearly_move([0.4, 0.2], [40, 300]) == pytest.approx(moved, rel=0.03)
