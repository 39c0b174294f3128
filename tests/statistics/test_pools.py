"""Years put together: sums of what was released, and never across a break."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cswanalytics.catalogue import Break, NotComparable
from cswanalytics.errors import QuestionRefused
from cswanalytics.inference import State, gaps, pooled, schools_together
from cswanalytics.vocabulary import next_year
from tests.statistics.made_up import answer, measure, together

CELLS = {
    202122: ((10, 100), (30, 1000)),
    202223: ((15, 110), (35, 1010)),
    202324: ((20, 120), (40, 1020)),
    202425: ((25, 130), (45, 1030)),
}


def test_a_pool_is_the_sum_of_released_counts_labelled_by_its_last_year():
    rows = pooled(answer(CELLS)).rows.set_index("time_period")
    assert rows.loc[202324, ["cwsw_count", "cwsw_pupils", "peers_count", "peers_pupils"]].tolist() == [
        45,
        330,
        105,
        3030,
    ]
    assert rows.loc[202425, "pooled_from"] == 202223
    assert rows.loc[202425, "cwsw_count"] == 60


def test_a_year_that_does_not_end_three_keeps_its_row_and_says_why():
    worked = gaps(pooled(answer(CELLS)))
    row = worked.rows.iloc[1]
    assert row["state"] is State.NOT_AVAILABLE
    assert row["because"] == "three comparable years in a row are needed"
    assert row["pooled_from"] == 0


def test_a_withheld_year_withholds_every_pool_it_is_in():
    rows = pooled(answer({**CELLS, 202223: ("c", (35, 1010))})).rows
    assert rows["cwsw_symbol"].tolist() == ["x", "x", "c", "c"]
    assert np.isnan(rows["cwsw_count"].iloc[2])


def test_a_year_with_nobody_to_count_adds_nothing():
    rows = pooled(answer({**CELLS, 202223: ("z", (35, 1010))})).rows
    assert rows["cwsw_count"].iloc[2] == 30
    assert rows["cwsw_symbol"].iloc[2] == ""


def test_schools_are_pooled_apart_and_a_school_without_a_year_has_no_pool():
    first, second = (answer(CELLS, school=urn) for urn in ("100001", "100002"))
    both = together([first, second])
    both = both.__class__(**{**vars(both), "rows": both.rows.drop(index=0).reset_index(drop=True)})
    rows = pooled(both).rows
    last = rows[rows["time_period"] == 202324].set_index("school_urn")
    assert np.isnan(last.loc["100001", "cwsw_count"])
    assert last.loc["100002", "cwsw_count"] == 45


def test_a_doubt_about_one_year_is_a_doubt_about_the_pool():
    rows = pooled(answer(CELLS, cannot_say={202223: "one child in eight could not be matched"})).rows
    assert rows["cannot_say"].tolist()[2:] == ["one child in eight could not be matched"] * 2


def test_values_cannot_be_added():
    shares = answer({202425: ((17.1, 0.3, 2500), (6.2, 0.04, 40000))}, of="overall_absence")
    with pytest.raises(QuestionRefused, match="cannot be put together"):
        pooled(shares)


def test_no_rows_pool_to_no_rows():
    assert pooled(answer({})).rows.empty


@given(
    st.sets(st.sampled_from(range(8)), min_size=1),
    st.sets(st.sampled_from(range(8))),
    st.sets(st.sampled_from(range(8))),
    st.integers(2, 4),
)
def test_no_pool_crosses_a_break_a_year_left_out_or_a_missing_year(present, left_out, breaks, years):
    calendar = [201718]
    while len(calendar) < 8:
        calendar.append(next_year(calendar[-1]))
    altered = measure(
        not_comparable=(NotComparable(tuple(calendar[at] for at in left_out), "closed"),),
        breaks=tuple(Break(calendar[at], "new") for at in breaks),
    )
    rows = pooled(
        answer({calendar[at]: ((10, 100), (30, 1000)) for at in sorted(present)}, of=altered), years
    ).rows
    for row in rows[rows["pooled_from"] > 0].itertuples():
        first, last = calendar.index(row.pooled_from), calendar.index(row.time_period)
        window = set(range(first, last + 1))
        assert len(window) == years
        assert window <= present
        assert not window & left_out
        assert not {at for at in breaks if first < at <= last}
        assert row.cwsw_count == 10 * years
    assert (rows.loc[rows["pooled_from"] == 0, "cwsw_symbol"] == "x").all()


def test_schools_put_together_are_the_sum_of_their_counts_and_rounding_counts_for_each():
    schools = [answer(CELLS, school=f"{900000 + at}") for at in range(4)]
    without = answer({202122: ("c", (30, 1000)), 202223: ((15, 110), (35, 1010))}, school="900009")

    both = schools_together(together([*schools, without]), ["900000", "900001", "900002", "900003", "900009"])

    rows = both.rows.set_index("time_period")
    assert rows.loc[202122, ["cwsw_count", "cwsw_pupils", "peers_count"]].tolist() == [40, 400, 120]
    assert rows.loc[202223, "cwsw_count"] == 75
    assert both.base == 10
    assert (rows["school_urn"] == "").all()
    assert gaps(both).latest["cwsw"] == pytest.approx(100 * 100 / 520)


def test_no_school_put_together_is_no_row():
    assert schools_together(answer(CELLS, school="900000"), []).rows.empty
