"""Other schools' figures, given to one school: as many as there are, and nothing to know them by."""

import numpy as np
import pandas as pd
import pytest

from cswanalytics.access import Actor
from cswanalytics.answers import Question
from cswanalytics.errors import QuestionRefused
from cswanalytics.gateway import open_gateway
from cswanalytics.inference import pooled
from cswanalytics.inference.funnel import funnel
from cswanalytics.unnamed import without_names
from cswanalytics.vocabulary import Level, Role
from tests.statistics.made_up import answer, together

ASKED = Question("persistent_absence", level=Level.SCHOOL)


@pytest.fixture(scope="module")
def everything(made):
    return open_gateway(made.releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))


@pytest.fixture(scope="module")
def schools(everything):
    return everything.schools()


@pytest.fixture(scope="module")
def own(schools):
    return schools[schools["merged_phase"] == schools["merged_phase"].mode()[0]]["school_urn"].iloc[0]


def test_a_headteacher_gets_the_other_schools_figures_and_nothing_else_of_them(
    made, everything, schools, own
):
    head = open_gateway(made.releases, Actor(Role.HEADTEACHER, frozenset({own})))
    phase = schools.set_index("school_urn")["merged_phase"]
    named = everything.answer(ASKED).rows
    wanted = named[named["school_urn"].map(phase).eq(phase[own]) & named["school_urn"].ne(own)]

    rows = head.unnamed_schools(ASKED, own).rows

    cells = ["time_period", "cwsw_pupils", "cwsw_count"]
    given, there = (frame[cells].dropna().sort_values(cells).to_numpy().tolist() for frame in (rows, wanted))
    assert given == there
    told = set(schools["school_urn"]) | set(schools["school_name"]) | set(schools["school_laestab"])
    assert not told & set(rows.astype(str).to_numpy().ravel())
    assert rows[["peers_pupils", "peers_count", "peers_value", "cwsw_value"]].isna().all(axis=None)


def test_a_school_that_is_not_ones_own_or_not_there_has_no_others(made, schools, own):
    head = open_gateway(made.releases, Actor(Role.HEADTEACHER, frozenset({own})))
    another = next(urn for urn in schools["school_urn"] if urn != own)

    for urn in (another, "no such school"):
        with pytest.raises(QuestionRefused, match="no such page"):
            head.unnamed_schools(ASKED, urn)
    nobody = open_gateway(made.releases, Actor(Role.HEADTEACHER))
    with pytest.raises(QuestionRefused, match="no such page"):
        nobody.unnamed_schools(ASKED, own)


def test_the_funnel_of_one_school_is_the_funnel_of_its_phase(everything, schools, own):
    year = max(everything.facts.years)
    phase = set(
        schools[schools["merged_phase"] == schools.set_index("school_urn")["merged_phase"][own]]["school_urn"]
    )
    named = pooled(everything.answer(ASKED)).only(time_period=year)
    mine = named.only(school_urn=own)
    others = pooled(everything.unnamed_schools(ASKED, own)).only(time_period=year)
    of_phase = named.rows["school_urn"].isin(phase)
    whole = funnel(named.__class__(named.question, named.measure, named.rows[of_phase], named.base))

    found = funnel(mine, others)

    assert found.expected == pytest.approx(whole.expected)
    assert len(found.drawn) == len(whole.drawn)
    assert sorted(found.drawn["place"]) == sorted(whole.drawn["place"])


def test_the_numbers_follow_the_figures_and_not_the_names():
    cells = {"900001": (30, 100), "900002": (10, 50), "900003": (20, 50)}
    named = together([answer({202425: (cell, (0, 0))}, school=urn) for urn, cell in cells.items()])
    turned = {urn: cells[other] for urn, other in zip(cells, reversed(cells), strict=True)}
    other_names = together([answer({202425: (cell, (0, 0))}, school=urn) for urn, cell in turned.items()])

    one, other = without_names(named).rows, without_names(other_names).rows

    pd.testing.assert_frame_equal(one, other)
    assert one["school_urn"].tolist() == ["1", "2", "3"]
    assert one["cwsw_count"].tolist() == [10, 20, 30]


def test_a_school_without_a_count_is_left_out_and_a_withheld_year_stays():
    withheld = answer({202324: ("c", (0, 0)), 202425: ((5, 20), (0, 0))}, school="900001")
    never = answer({202324: ("c", (0, 0)), 202425: ("c", (0, 0))}, school="900002")

    rows = without_names(together([withheld, never])).rows

    assert rows["school_urn"].tolist() == ["1", "1"]
    assert rows["cwsw_symbol"].tolist() == ["c", ""]
    assert np.isnan(rows["cwsw_count"].iloc[0])


def test_findings_of_the_checks_may_name_schools_and_are_for_the_authority(made, everything, own):
    assert "rule" in everything.quality()
    with pytest.raises(QuestionRefused):
        open_gateway(made.releases, Actor(Role.DESIGNATED_TEACHER, frozenset({own}))).quality()
