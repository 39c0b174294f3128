"""What becomes of an answer: figures, gaps, intervals, and why some are not shown."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cswanalytics.catalogue import Break
from cswanalytics.inference import State, gaps
from cswanalytics.inference.intervals import difference, wilson
from cswanalytics.vocabulary import ComparedWith, Level, Who
from tests.statistics.made_up import answer, measure, together


def one_row(cwsw, peers, **made):
    return gaps(answer({202425: (cwsw, peers)}, **made)).rows.iloc[0]


def test_a_gap_is_positive_where_children_with_a_social_worker_do_worse():
    absent = one_row((1150, 2500), (7200, 40000))
    assert (absent["cwsw"], absent["peers"], absent["gap"]) == (46.0, 18.0, 28.0)
    phonics = one_row((150, 250), (3200, 4000), of="phonics_standard")
    assert (phonics["cwsw"], phonics["peers"], phonics["gap"]) == (60.0, 80.0, 20.0)


def test_the_interval_is_newcombes_and_a_little_wider_for_rounding():
    row = one_row((1150, 2500), (7200, 40000))
    plain = difference(wilson(1150, 2500), wilson(7200, 40000)).scaled(100)
    assert row["gap_low"] < plain.low < row["gap"] < plain.high < row["gap_high"]
    assert row["gap_high"] - plain.high < 0.5


@given(st.integers(2, 400), st.integers(20, 4000), st.data())
def test_the_true_figure_of_every_count_that_rounds_so_lies_in_the_interval(cwsw_fives, peers_fives, data):
    pupils = 5 * cwsw_fives
    count = 5 * data.draw(st.integers(0, cwsw_fives))
    true_pupils = pupils + data.draw(st.integers(-4, 4))
    true_count = min(max(count + data.draw(st.integers(-4, 4)), 0), true_pupils)
    row = one_row((count, pupils), (0, 5 * peers_fives))
    if row["state"] is not State.SHOWN:
        return
    truth = 100 * true_count / true_pupils
    assert row["cwsw_low"] - 1e-9 <= truth <= row["cwsw_high"] + 1e-9
    if row["cwsw_extreme"] == "under":
        assert truth < row["cwsw"] or row["cwsw"] == pytest.approx(100 * 5 / pupils)
        assert truth < np.ceil(row["cwsw"] - 1e-9) + 1e-9
    if row["cwsw_extreme"] == "over":
        assert truth > np.floor(row["cwsw"] + 1e-9) - 1e-9


def test_none_is_said_as_under_and_all_as_over():
    none = one_row((0, 100), (7200, 40000))
    assert (none["cwsw"], none["cwsw_extreme"], none["cwsw_point"]) == (5.0, "under", 0.0)
    every = one_row((100, 100), (7200, 40000))
    assert (every["cwsw"], every["cwsw_extreme"]) == (95.0, "over")


def test_of_very_few_children_the_bound_is_wide_enough_to_be_true():
    """A published 0 of 10 may be 4 of 6."""
    row = one_row((0, 10), (7200, 40000))
    assert row["cwsw"] > 100 * 4 / 6


def test_under_ten_children_there_is_no_percentage_but_peers_stand():
    row = one_row((5, 5), (7200, 40000))
    assert (row["state"], row["because"]) == (State.TOO_FEW, "fewer than 10 children")
    assert np.isnan(row[["cwsw", "gap", "gap_low", "ratio"]].astype(float)).all()
    assert row["peers"] == 18.0
    assert row["cwsw_extreme"] == ""


def test_a_schools_results_need_thirty_children():
    asked = {"of": "phonics_standard", "level": Level.SCHOOL}
    assert one_row((15, 25), (60, 90), **asked)["state"] is State.TOO_FEW
    assert one_row((15, 30), (60, 90), **asked)["state"] is State.SHOWN
    assert one_row((15, 25), (60, 90), level=Level.SCHOOL)["state"] is State.SHOWN


@pytest.mark.parametrize(
    ("symbol", "state", "because"),
    [
        ("c", State.TOO_FEW, "withheld so that no child can be picked out"),
        ("x", State.NOT_AVAILABLE, "not available for this year"),
        ("z", State.NOT_AVAILABLE, "there were no children to count"),
    ],
)
def test_a_symbol_says_why_there_is_no_number(symbol, state, because):
    row = one_row(symbol, (7200, 40000))
    assert (row["state"], row["because"]) == (state, because)


def test_a_year_left_out_shows_nothing_but_its_reason():
    row = gaps(answer({202021: ((1150, 2500), (7200, 40000))})).rows.iloc[0]
    assert (row["state"], row["because"]) == (State.NOT_COMPARABLE, "schools were closed to most pupils")
    assert np.isnan(row[["cwsw", "peers", "gap"]].astype(float)).all()


def test_comparable_years_begin_where_the_series_last_did():
    broken = measure(breaks=(Break(202223, "a new count"),), not_comparable=())
    cells = ((1150, 2500), (7200, 40000))
    worked = gaps(answer({202122: cells, 202223: cells, 202324: cells}, of=broken))
    assert worked.comparable_years == (202223, 202324)
    assert worked.latest["time_period"] == 202324
    assert len(worked.shown) == 3


def test_a_ratio_needs_ten_counted_in_both_groups():
    assert np.isnan(one_row((5, 2500), (7200, 40000))["ratio"])
    row = one_row((1150, 2500), (7200, 40000))
    assert row["ratio"] == pytest.approx(46 / 18)
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert np.isnan(one_row((17.1, 0.3, 2500), (6.2, 0.04, 40000), of="overall_absence")["ratio"])


def test_beside_all_pupils_the_overlap_is_taken_out_of_the_interval():
    peers = one_row((1150, 2500), (6050, 37500))
    everyone = one_row((1150, 2500), (7200, 40000), compared_with=ComparedWith.ALL_PUPILS)
    rest = 1 - 2500 / 40000
    assert everyone["peers"] == 18.0
    assert everyone["gap"] == pytest.approx(28.0)
    assert everyone["gap"] == pytest.approx(rest * peers["gap"])
    assert everyone["gap_high"] == pytest.approx(rest * peers["gap_high"], abs=0.05)
    assert everyone["ratio"] == pytest.approx(46 / 18)
    assert everyone["ratio_low"] < 46 / 18 < everyone["ratio_high"]


def test_beside_all_pupils_a_mean_has_the_gap_to_all_and_the_spread_of_both_parts():
    row = one_row(
        (20.0, 1.0, 500), (45.0, 0.2, 5000), of="attainment_8", compared_with=ComparedWith.ALL_PUPILS
    )
    assert row["gap"] == pytest.approx(25.0)
    variance = 0.2**2 + (1 - 2 * 0.1) * 1.0**2
    assert row["gap_high"] - row["gap"] == pytest.approx(1.96 * variance**0.5, abs=0.4)


def test_values_have_their_spread_and_shares_stay_between_none_and_all():
    row = one_row((17.1, 0.3, 2500), (6.2, 0.04, 40000), of="overall_absence")
    assert row["gap"] == pytest.approx(10.9)
    assert row["cwsw_high"] - row["cwsw"] == pytest.approx(1.96 * 0.3 + 0.05, abs=0.005)
    rare = one_row((0.1, 0.2, 2500), (0.0, 0.0, 40000), of="missed_part_time")
    assert rare["cwsw_low"] == 0


def test_a_schools_value_has_no_interval():
    row = one_row((17.0, np.nan, 40), (6.0, np.nan, 400), of="overall_absence", level=Level.SCHOOL)
    assert (row["state"], row["gap"]) == (State.SHOWN, pytest.approx(11.0))
    assert np.isnan(row["gap_low"])


def test_permanent_exclusions_have_the_exact_poisson_interval_per_1000():
    row = one_row((0, 2500), (15, 40000), of="permanent_exclusion")
    assert (row["cwsw"], row["cwsw_extreme"]) == (2.0, "under")
    assert row["cwsw_high"] > 3.6889 / 2500 * 1000


def test_peers_and_those_not_looked_after_are_off_by_two_roundings():
    one, two = (one_row((20, 100), (60, 400), who=who) for who in (Who.CWSW, Who.WITHOUT_CLA))
    assert two["cwsw_high"] > one["cwsw_high"]


def test_prevalence_stands_alone():
    row = one_row((2500, 40000), "z", of="prevalence")
    assert (row["state"], row["cwsw"]) == (State.SHOWN, 6.25)
    assert np.isnan(row["gap"])


def test_rows_keep_their_order_and_columns():
    girls, boys = (
        answer({202324: ((50, 100), (70, 400)), 202425: ((45, 100), (70, 400))}, item=item) for item in "FM"
    )
    asked = together([girls, boys])
    worked = gaps(asked)
    pd.testing.assert_frame_equal(worked.rows[asked.rows.columns], asked.rows)


def test_an_answer_without_rows_gives_gaps_without_rows():
    empty = replace(answer({202425: ("x", "x")}), absent="not exported: attendance")
    worked = gaps(replace(empty, rows=empty.rows.iloc[:0]))
    assert worked.rows.empty
    assert worked.latest is None
    assert worked.comparable_years == ()


def test_seven_years_of_sixty_items_take_milliseconds():
    cells = dict.fromkeys((201819, 202122, 202223, 202324, 202425), ((1150, 2500), (7200, 40000)))
    large = answer(cells)
    large = replace(large, rows=pd.concat([large.rows] * 84, ignore_index=True))
    gaps(large)
    started = time.perf_counter()
    gaps(large)
    assert time.perf_counter() - started < 0.25
