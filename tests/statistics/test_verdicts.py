"""What may be said of a change in a gap, by fixed rules."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cswanalytics.catalogue import Better, Break
from cswanalytics.inference import Change, Verdict, change, family, gaps, pooled, tier_one
from cswanalytics.inference.arms import gap_at_corners
from cswanalytics.inference.intervals import Z
from cswanalytics.vocabulary import ComparedWith, Level
from tests.statistics.made_up import answer, measure, together, two_years

PEERS = (7200, 40000)


def moved(then, now, **made) -> Change:
    return change(gaps(two_years((then, PEERS), (now, PEERS), **made)))


def test_a_large_fall_narrows_and_a_large_rise_widens():
    assert moved((1300, 2500), (1000, 2500)).verdict is Verdict.NARROWED
    assert moved((1000, 2500), (1300, 2500)).verdict is Verdict.WIDENED


def test_a_change_carries_its_years_both_gaps_and_both_moves():
    change_ = moved((1300, 2500), (1000, 2500))
    assert (change_.baseline_year, change_.latest_year) == (202122, 202425)
    assert (change_.gap_then, change_.gap_now, change_.change) == pytest.approx((34, 22, -12))
    assert (change_.cwsw_change, change_.peers_change) == pytest.approx((-12, 0))
    assert change_.low < change_.change < change_.high < 0


def test_higher_is_better_turns_the_gap_and_not_the_moves():
    change_ = change(gaps(two_years(((1000, 2500), PEERS), ((1300, 2500), PEERS), of="phonics_standard")))
    assert change_.verdict is Verdict.NARROWED
    assert change_.cwsw_change == pytest.approx(12)


def test_a_small_change_is_no_clear_change_and_says_what_would_have_shown():
    change_ = moved((1180, 2500), (1150, 2500))
    assert change_.verdict is Verdict.NO_CLEAR_CHANGE
    assert 4 < change_.would_have_shown < 5


def test_a_change_no_larger_than_drift_is_no_clear_change():
    still = measure(drift=0.0, least_change=0.0)
    cells = ((1250, 2500), (1140, 2500))
    assert moved(*cells, of=still).verdict is Verdict.NARROWED
    assert moved(*cells).verdict is Verdict.NO_CLEAR_CHANGE


def test_a_change_under_the_least_worth_a_word_is_no_clear_change_however_certain():
    many = two_years(((46000, 100000), (180000, 1000000)), ((44500, 100000), (180000, 1000000)))
    sure = replace(many, measure=measure(drift=0.0, least_change=1.0))
    assert change(gaps(sure)).verdict is Verdict.NARROWED
    assert (
        change(gaps(replace(sure, measure=measure(drift=0.0, least_change=1.6)))).verdict
        is Verdict.NO_CLEAR_CHANGE
    )


def test_a_verdict_holds_at_every_corner_of_the_rounding_box():
    """As published the fall would be called; were each count 4 off, it might not."""
    made = two_years(
        ((50, 100), (180, 1000)), ((30, 100), (180, 1000)), of=measure(drift=0.0, least_change=1.0)
    )
    corners = gap_at_corners(made)
    then, now = ((corners.point[0, at], corners.low[0, at], corners.high[0, at]) for at in (0, 1))
    upper = now[0] - then[0] + ((now[2] - now[0]) ** 2 + (then[0] - then[1]) ** 2) ** 0.5
    assert upper < 0
    change_ = change(gaps(made))
    assert change_.high > 0
    assert change_.verdict is Verdict.NO_CLEAR_CHANGE


@given(st.integers(300, 2300), st.integers(50, 300), st.integers(0, 300))
def test_a_larger_fall_never_loses_its_verdict(then, fall, more):
    then, now, lower = 5 * (then // 5), 5 * ((then - fall) // 5), 5 * ((then - fall - more) // 5)
    assume(lower >= 0)
    if moved((then, 2500), (now, 2500)).verdict is Verdict.NARROWED:
        assert moved((then, 2500), (lower, 2500)).verdict is Verdict.NARROWED


@given(st.integers(20, 480), st.integers(20, 480), st.integers(10, 200))
def test_turned_round_in_time_narrowed_is_widened(then, now, hundreds):
    pupils = max(then, now) * 5 + hundreds * 10
    forth, back = moved((5 * then, pupils), (5 * now, pupils)), moved((5 * now, pupils), (5 * then, pupils))
    opposite = {Verdict.NARROWED: Verdict.WIDENED, Verdict.WIDENED: Verdict.NARROWED}
    assert back.verdict is opposite.get(forth.verdict, forth.verdict)
    assert back.change == pytest.approx(-forth.change)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))


@given(st.integers(20, 480), st.integers(20, 480))
def test_a_fall_of_what_would_have_shown_is_just_what_is_called(then, now):
    change_ = moved((5 * then, 2500), (5 * now, 2500))
    assert (-change_.change >= change_.would_have_shown) == (change_.verdict is Verdict.NARROWED)


@pytest.mark.parametrize(
    ("made", "because"),
    [
        (two_years(((5, 5), PEERS), ((5, 5), PEERS)), "fewer than 10 children"),
        (two_years(((1000, 2500), PEERS), ("c", PEERS)), "there is only one comparable year so far"),
        (answer({202425: ((1000, 2500), PEERS)}), "there is only one comparable year so far"),
        (
            two_years(
                ((1300, 2500), PEERS), ((900, 2500), PEERS), cannot_say={202425: "one in eight is unmatched"}
            ),
            "one in eight is unmatched",
        ),
        (
            two_years(((1300, 2500), PEERS), ((900, 2500), PEERS), time_identifier="To half-term 3"),
            "the year is not over, and its figures are provisional",
        ),
        (
            two_years(((15, 30), PEERS), ((5, 30), PEERS), level=Level.SCHOOL),
            "at one school, chance alone moves the gap too far from one year to the next",
        ),
        (
            two_years(((1300, 2500), PEERS), ((900, 2500), PEERS), of=measure(better=Better.NONE)),
            "neither more nor less of it is better",
        ),
        (
            two_years(
                ((17.0, np.nan, 40), (6.0, np.nan, 400)),
                ((12.0, np.nan, 40), (6.0, np.nan, 400)),
                of="overall_absence",
            ),
            "how far chance alone moves the figures is not known",
        ),
        (replace(answer({}), absent="not exported: attendance"), "not exported: attendance"),
    ],
)
def test_cannot_say_and_why(made, because):
    change_ = change(gaps(made))
    assert (change_.verdict, change_.because) == (Verdict.CANNOT_SAY, because)
    assert np.isnan(change_.p_value)


def test_nothing_is_said_across_a_break_and_the_baseline_comes_after_it():
    broken = measure(breaks=(Break(202324, "a new count began"),))
    cells = dict.fromkeys((202122, 202223, 202324, 202425), ((1300, 2500), PEERS))
    worked = gaps(answer(cells, of=broken))
    assert change(worked).baseline_year == 202324
    across = change(worked, since=202122)
    assert (across.verdict, across.because) == (
        Verdict.CANNOT_SAY,
        "the series starts afresh in 2023/24: a new count began",
    )


def test_a_year_left_out_is_no_baseline():
    worked = gaps(
        answer({202021: ((1300, 2500), PEERS), 202122: ((1300, 2500), PEERS), 202425: ((900, 2500), PEERS)})
    )
    assert change(worked).baseline_year == 202122
    assert change(worked, since=202021).because == "schools were closed to most pupils"


def test_a_year_in_doubt_is_passed_over_as_baseline():
    cells = {202122: ((1300, 2500), PEERS), 202223: ((1250, 2500), PEERS), 202425: ((900, 2500), PEERS)}
    worked = gaps(answer(cells, cannot_say={202122: "one in eight is unmatched"}))
    assert change(worked).baseline_year == 202223


def test_since_and_until_choose_the_years():
    cells = {year: ((1300 - at, 2500), PEERS) for at, year in enumerate((202122, 202223, 202324, 202425))}
    change_ = change(gaps(answer(cells)), since=202223, until=202324)
    assert (change_.baseline_year, change_.latest_year) == (202223, 202324)


def test_pools_that_overlap_are_not_set_beside_each_other():
    years = (201819, 202122, 202223, 202324, 202425)
    worked = gaps(pooled(answer(dict.fromkeys(years, ((15, 2500), (40, 40000))), of="permanent_exclusion")))
    assert change(worked).because == "there are not yet enough earlier years to set these beside"
    six = (201314, 201415, 201516, 201617, 201718, 201819)
    apart = gaps(pooled(answer(dict.fromkeys(six, ((15, 2500), (40, 40000))), of="permanent_exclusion")))
    assert (change(apart).baseline_year, change(apart).verdict) == (201516, Verdict.NO_CLEAR_CHANGE)


def test_a_change_is_of_one_item_and_one_school():
    girls, boys = (two_years(((130, 250), PEERS), ((90, 250), PEERS), item=item) for item in "FM")
    worked = gaps(together([girls, boys]))
    assert change(worked, "F").breakdown_item == "F"
    schools = gaps(together([two_years(((50, 100), PEERS), ((50, 100), PEERS), school=urn) for urn in "12"]))
    with pytest.raises(ValueError, match="one school"):
        change(schools)


def test_drift_is_in_the_interval_twice_once_for_each_year():
    still, drifting = (moved((1300, 2500), (1000, 2500), of=measure(drift=drift)) for drift in (0.0, 1.0))
    plain, wide = still.high - still.change, drifting.high - drifting.change
    assert wide == pytest.approx((plain**2 + 2 * Z**2) ** 0.5, abs=0.2)


A_CHANGE = moved((1300, 2500), (1000, 2500))


def _with(p_value: float, verdict: Verdict = Verdict.NARROWED) -> Change:
    return replace(A_CHANGE, p_value=p_value, verdict=verdict, would_have_shown=4.0)


def test_a_family_is_judged_by_benjamini_and_hochberg_at_a_tenth():
    """With m = 4, k-th smallest p <= k × 0.1 ÷ 4: 0.01, 0.04 <= 0.05; 0.09 > 0.075, 0.2 > 0.1."""
    judged = family([_with(0.04), _with(0.01), _with(0.2), _with(0.09)])
    assert [each.verdict for each in judged] == [
        Verdict.NARROWED,
        Verdict.NARROWED,
        Verdict.NO_CLEAR_CHANGE,
        Verdict.NO_CLEAR_CHANGE,
    ]


def test_one_lonely_finding_among_eleven_does_not_survive_and_more_would_have_had_to_show():
    others = [_with(0.5, Verdict.NO_CLEAR_CHANGE) for _ in range(10)]
    lonely, *_ = family([_with(0.04), *others])
    assert lonely.verdict is Verdict.NO_CLEAR_CHANGE
    assert lonely.would_have_shown > 4.0


def test_what_cannot_be_said_is_outside_the_family():
    silent = replace(_with(float("nan")), verdict=Verdict.CANNOT_SAY)
    assert family([silent, _with(0.04)])[0] is silent
    assert family([silent, _with(0.04)])[1].verdict is Verdict.NARROWED
    assert family([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_family_never_gives_a_verdict_only_takes_it_back(p_values):
    before = [_with(p, Verdict.NARROWED if p < 0.05 else Verdict.NO_CLEAR_CHANGE) for p in p_values]
    for was, now in zip(before, family(before), strict=True):
        assert now.verdict in (was.verdict, Verdict.NO_CLEAR_CHANGE)


class _Gateway:
    """Every tier-1 measure asked of gets the same cells; one is not exported."""

    def aims(self):
        return ()

    def measures(self, theme: str = "", tier: int = 0):
        names = (
            "prevalence",
            "persistent_absence",
            "severe_absence",
            "permanent_exclusion",
            "phonics_standard",
        )
        return tuple(measure(name) for name in names)

    def answer(self, question):
        if question.measure == "phonics_standard":
            return replace(answer({}, of="phonics_standard"), absent="not exported: phonics")
        return replace(
            two_years(((1300, 2500), PEERS), ((1000, 2500), PEERS), of=question.measure), question=question
        )


def test_tier_one_is_one_family_in_order_with_pools_and_without_prevalence():
    results = tier_one(_Gateway(), compared_with=ComparedWith.PEERS)
    assert list(results) == [measure.id for measure in _Gateway().measures()]
    assert results["persistent_absence"][1].verdict is Verdict.NARROWED
    assert "pooled_from" in results["permanent_exclusion"][0].rows
    assert results["prevalence"][1].because == "neither more nor less of it is better"
    assert results["phonics_standard"][1].because == "not exported: phonics"
