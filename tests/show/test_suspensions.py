"""How often the same child is suspended, said in counts of a hundred that rounding cannot belie."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cswanalytics.answers import Question
from cswanalytics.inference import Gaps, change, gaps, pooled
from cswanalytics.show import suspensions, words
from cswanalytics.show.charts.repeat_ladder import Share
from cswanalytics.show.suspensions import FIVE, ONCE, PERMANENT, TWICE
from cswanalytics.vocabulary import TOTAL
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
YEAR = 202425
ALL = {name: gaps(GATEWAY.answer(Question(name))) for name in (ONCE, TWICE, FIVE)}


def with_counts(name: str, pupils: float, count: float) -> Gaps:
    """Give a measure whose newest year has these children with a social worker."""
    worked_out = ALL[name]
    rows = worked_out.rows.copy()
    rows.loc[rows.index[-1], ["cwsw_pupils", "cwsw_count"]] = [pupils, count]
    return Gaps(worked_out.answer, rows)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (6.3, 6.7, "6 to 7"),
        (3.9, 4.1, "4"),
        (0.0, 0.4, "fewer than 1"),
        (0.2, 1.6, "up to 2"),
        (99.6, 100.0, "100"),
    ],
)
def test_a_share_is_said_in_whole_children(low: float, high: float, said: str) -> None:
    assert Share((low + high) / 2, low, high).words.replace(words.NB, " ") == said


def test_the_steps_and_those_never_suspended_make_up_a_hundred() -> None:
    found = suspensions.ladder(ALL.__getitem__, YEAR)
    assert found

    for side in ("cwsw", "peers"):
        shares = [getattr(rung, side).point for rung in (found.never, *found.rungs)]
        assert sum(shares) == pytest.approx(100)
        more = sum(getattr(rung, side).point for rung in found.rungs[1:])
        assert getattr(found.more_than_once, side).point == pytest.approx(more)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_however_counts_were_rounded_the_truth_lies_in_what_is_said(data: st.DataObject) -> None:
    pupils = data.draw(st.integers(500, 5_000))
    once = data.draw(st.integers(0, pupils))
    twice = data.draw(st.integers(0, once))
    five = data.draw(st.integers(0, twice))

    def published(truth: int) -> float:
        return float(5 * (truth // 5 + data.draw(st.integers(0, 1 if truth % 5 else 0))))

    n = published(pupils)
    made = {
        name: with_counts(name, n, min(published(count), n))
        for name, count in ((ONCE, once), (TWICE, twice), (FIVE, five))
    }

    found = suspensions.ladder(made.__getitem__, YEAR)
    assert found

    truth = (pupils - once, once - twice, twice - five, five)
    for rung, count in zip((found.never, *found.rungs), truth, strict=True):
        assert rung.cwsw.low - 1e-9 <= 100 * count / pupils <= rung.cwsw.high + 1e-9, rung.name


def test_without_one_of_the_steps_there_is_no_ladder() -> None:
    few = InventedGateway("too few")

    assert suspensions.ladder(lambda name: gaps(few.answer(Question(name))), YEAR) is None


def test_where_rounding_leaves_a_step_too_open_there_is_no_ladder() -> None:
    few = {name: with_counts(name, 75, 10) for name in (ONCE, TWICE, FIVE)}

    assert suspensions.ladder(few.__getitem__, YEAR) is None


def test_the_answer_says_who_how_often_and_whether_exclusions_are_falling() -> None:
    permanent = gaps(pooled(GATEWAY.answer(Question(PERMANENT))))
    found = suspensions.ladder(ALL.__getitem__, YEAR)

    said = suspensions.answer(ALL[ONCE], found, (permanent, change(permanent)), TOTAL, "")

    assert said.replace(words.NB, " ") == (
        "In 2024/25, 13 of every 100 children with a social worker were suspended at least once, and 4 of "
        "their peers. 6 to 7 in 100 were suspended more than once, and 1 of their peers. Permanent "
        "exclusions: no clear change in the gap since 2018/19."
    )
    assert len(said.split()) <= 50


def test_years_put_together_share_no_year_with_the_next() -> None:
    permanent = gaps(pooled(GATEWAY.answer(Question(PERMANENT))))

    names = [suspensions.pool_name(row) for row in suspensions.pools(permanent)]

    assert names == ["2022/23 to 2024/25", "2016/17 to 2018/19"]
    assert len(suspensions.pools_table(permanent, suspensions.pools(permanent))) == 2


def test_suspensions_that_are_late_are_named() -> None:
    facts = GATEWAY.facts

    assert suspensions.not_in_yet(ALL[ONCE], facts) == ""
    later = dataclasses.replace(facts, years=(*facts.years, 202526))
    assert suspensions.not_in_yet(ALL[ONCE], later) == (
        "Suspensions reach the authority two terms late; 2025/26 is not in yet."
    )
    dated = dataclasses.replace(facts, data_dates={"exclusions": date(2025, 7, 18)})
    assert "those after 18 July 2025 are not in yet" in suspensions.not_in_yet(ALL[ONCE], dated).replace(
        words.NB, " "
    )
