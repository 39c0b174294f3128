"""The gateway: peers worked out from the release, and nothing given to whom it is not for."""

import math
import threading

import duckdb
import numpy as np
import pandas as pd
import pytest

from cswanalytics import catalogue, gateway, release
from cswanalytics.access import Actor
from cswanalytics.answers import ANSWER_COLUMNS, Question
from cswanalytics.errors import NoRelease, QuestionRefused
from cswanalytics.gateway import open_gateway
from cswanalytics.sides import less
from cswanalytics.vocabulary import ComparedWith, Level, Role, Who


@pytest.fixture(scope="module")
def view(made):
    return open_gateway(made.releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))


@pytest.fixture(scope="module")
def cells(made):
    return pd.read_parquet(release.open_current(made.releases).table("cells"))


def total(cells, measure, group):
    chosen = cells[
        (cells["measure"] == measure) & (cells["geographic_level"] == "Local authority")
        & (cells["breakdown"] == "total") & (cells["social_care_group"] == group)
        & (cells["time_identifier"] == "Academic year")
    ]  # fmt: skip
    return chosen.set_index("time_period")


def test_peers_are_all_pupils_less_children_with_a_social_worker(view, cells):
    rows = view.answer(Question("persistent_absence")).rows.set_index("time_period")
    everyone, cwsw = total(cells, "persistent_absence", "all"), total(cells, "persistent_absence", "cwsw")
    for year, row in rows.iterrows():
        assert row["cwsw_count"] == cwsw.loc[year, "count"]
        assert row["peers_count"] == everyone.loc[year, "count"] - cwsw.loc[year, "count"]
        assert row["peers_pupils"] == everyone.loc[year, "pupils"] - cwsw.loc[year, "pupils"]


def test_peers_stay_the_same_whichever_part_of_the_cohort_is_looked_at(view):
    answers = [
        view.answer(Question("persistent_absence", who=who)).rows
        for who in (Who.CWSW, Who.CINO, Who.WITHOUT_CLA)
    ]
    for rows in answers[1:]:
        pd.testing.assert_series_equal(rows["peers_count"], answers[0]["peers_count"])


def test_without_looked_after_children_takes_them_out_and_never_into_peers(view, cells):
    rows = view.answer(Question("persistent_absence", who=Who.WITHOUT_CLA)).rows.set_index("time_period")
    cwsw, cla = total(cells, "persistent_absence", "cwsw"), total(cells, "persistent_absence", "cla")
    assert (rows["cwsw_pupils"] == cwsw["pupils"] - cla["pupils"]).all()


def test_all_pupils_may_be_asked_for_instead_of_peers(view, cells):
    question = Question("persistent_absence", compared_with=ComparedWith.ALL_PUPILS)
    rows = view.answer(question).rows.set_index("time_period")
    assert (rows["peers_pupils"] == total(cells, "persistent_absence", "all")["pupils"]).all()


def test_prevalence_is_a_share_of_all_pupils_and_has_no_peers(view, cells):
    rows = view.answer(Question("prevalence")).rows.set_index("time_period")
    assert (rows["cwsw_pupils"] == total(cells, "suspended_once_or_more", "all")["pupils"]).all()
    assert (rows["cwsw_count"] == total(cells, "suspended_once_or_more", "cwsw")["pupils"]).all()
    assert rows["peers_pupils"].isna().all()
    without = view.answer(Question("prevalence", who=Who.WITHOUT_CLA)).rows.set_index("time_period")
    assert (without["cwsw_pupils"] == rows["cwsw_pupils"]).all()
    looked_after = total(cells, "prevalence", "cla")["count"]
    assert (without["cwsw_count"] == rows["cwsw_count"] - looked_after).all()


def one_cell(pupils=math.nan, count=math.nan, value=math.nan, spread=math.nan, symbol=""):
    figures = {"pupils": pupils, "count": count, "value": value, "spread": spread}
    return {
        **{name: np.array([figure]) for name, figure in figures.items()},
        "symbol": np.array([symbol], object),
    }


def test_values_of_the_remainder_weigh_by_pupils():
    whole, part = one_cell(1000.0, value=10.0, spread=0.5), one_cell(100.0, value=28.0, spread=3.0)
    rest = less(whole, part, is_counted=False)
    assert rest["pupils"] == [900]
    assert rest["value"] == pytest.approx((1000 * 10 - 100 * 28) / 900)
    assert rest["spread"] == pytest.approx(math.sqrt(0.5**2 - (0.1 * 3.0) ** 2) / 0.9)


def test_a_withheld_part_withholds_the_remainder():
    rest = less(one_cell(50.0, 10.0), one_cell(symbol="c"), is_counted=True)
    assert math.isnan(rest["count"][0])
    assert rest["symbol"] == ["c"]


@pytest.mark.parametrize(
    ("measure", "who"),
    [
        (measure.id, who)
        for measure in catalogue.load().measures.values()
        for who in Who
        if not measure.only_of or who in (Who.CWSW, measure.only_of)
    ],
)
def test_every_measure_answers_for_every_group(view, measure, who):
    answer = view.answer(Question(measure, who=who))
    assert tuple(answer.rows.columns) == ANSWER_COLUMNS
    assert answer.rows["time_period"].is_monotonic_increasing
    counts = answer.rows[["cwsw_pupils", "cwsw_count", "peers_pupils", "peers_count"]]
    assert ((counts.isna()) | (counts >= 0)).all(axis=None)


@pytest.mark.parametrize("who", [Who.CWSW, Who.CLA])
def test_a_measure_of_looked_after_children_is_answered_of_them_alone(view, cells, who):
    answer = view.answer(Question("pep_three_a_year", who=who))

    assert answer.question.who is Who.CLA
    assert len(answer.rows) == len(view.facts.years)
    assert set(cells.loc[cells["measure"] == "pep_three_a_year", "social_care_group"]) == {"cla"}
    released = cells[cells["measure"] == "pep_three_a_year"].sort_values("time_period")
    assert answer.rows["cwsw_count"].fillna(0).tolist() == released["count"].fillna(0).tolist()
    assert answer.rows[["peers_pupils", "peers_count"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "measure", ["pep_three_a_year", "pep_each_term", "pep_quality_green", "sdq_completed"]
)
def test_a_measure_of_looked_after_children_passes_the_gate(view, measure):
    assert view.facts.withheld == {}
    assert view.answer(Question(measure)).absent == ""


def test_what_single_schools_said_is_given_to_those_alone_who_see_every_school(made, view):
    urns = frozenset(view.schools()["school_urn"].tolist()[:1])
    head = open_gateway(made.releases, Actor(Role.HEADTEACHER, urns))

    everything, theirs = view.offer("dt_qualified"), head.offer("dt_qualified")

    assert len(everything.by_school)
    assert theirs.by_school.empty
    own, whole = (offered.of_authority.reset_index(drop=True) for offered in (theirs, everything))
    assert own.equals(whole)
    assert len(theirs.by_phase) == len(everything.by_phase) > 0


def test_a_figure_that_is_not_there_is_refused(view):
    with pytest.raises(QuestionRefused, match=r"there are: .*pupil_premium_plus_spent"):
        view.offer("shoes")


def test_items_come_in_the_declared_order_each_year(view):
    rows = view.answer(Question("suspended_once_or_more", breakdown="sen_provision")).rows
    for _, year in rows.groupby("time_period"):
        assert year["breakdown_item"].tolist() == ["N", "K", "E"]


def test_phases_are_those_of_the_release(view):
    assert tuple(view.breakdown("education_phase").items) == view.facts.phases
    pair = view.breakdown("education_phase×sen_provision")
    assert next(iter(pair.items)) == f"{view.facts.phases[0]}×N"


@pytest.mark.parametrize(
    "question",
    [
        Question("no_such_measure"),
        Question("persistent_absence", breakdown="postcode"),
        Question("persistent_absence", breakdown="sex", who=Who.CINO),
        Question("persistent_absence", breakdown="sex", level=Level.SCHOOL),
        Question("persistent_absence", level=Level.SCHOOL, who=Who.CLA),
        Question("permanent_exclusion", level=Level.SCHOOL),
        Question("permanent_exclusion", breakdown="education_phase"),
        Question("persistent_absence", time_identifier="To half-term 9"),
        Question("pep_three_a_year", who=Who.CINO),
        Question("pep_three_a_year", breakdown="sex"),
        Question("sen_support", breakdown="ethnicity_major"),
    ],
)
def test_what_a_release_does_not_hold_is_refused_in_plain_english(view, question):
    with pytest.raises(QuestionRefused):
        view.answer(question)


def test_a_headteacher_is_given_their_own_schools_and_no_other(made, view):
    urns = view.schools()["school_urn"].tolist()
    own = open_gateway(made.releases, Actor(Role.HEADTEACHER, frozenset(urns[:2])))
    question = Question("suspended_once_or_more", level=Level.SCHOOL)
    assert set(own.answer(question).rows["school_urn"]) <= set(urns[:2])
    assert set(own.schools()["school_urn"]) == set(urns[:2])
    assert len(view.answer(question).rows["school_urn"].unique()) > 2


def test_every_cell_of_a_release_is_given_to_whoever_may_see_every_school(view, cells):
    given = view.cells()
    assert given.columns.tolist() == [*cells.columns, "school_laestab", "school_name"]
    assert len(given) == len(cells)
    for name in ("pupils", "count", "value"):
        assert given[name].sum() == pytest.approx(cells[name].sum())


def test_a_headteacher_is_given_the_authoritys_cells_and_those_of_their_own_schools(made, view, cells):
    urns = frozenset(view.schools()["school_urn"].tolist()[:2])
    of_the_authority = int(cells["school_urn"].isna().sum())
    own = open_gateway(made.releases, Actor(Role.HEADTEACHER, urns)).cells()
    assert set(own["school_urn"].dropna()) == urns
    assert int(own["school_urn"].isna().sum()) == of_the_authority
    stranger = open_gateway(made.releases, Actor(Role.DESIGNATED_TEACHER)).cells()
    assert stranger["school_urn"].isna().all()
    assert len(stranger) == of_the_authority


def test_no_cell_of_a_withheld_measure_is_given(made):
    opened = release.open_current(made.releases)
    without = release.Manifest(**{**opened.manifest.__dict__, "withheld": {"prevalence": "does not add up"}})
    view = gateway.ReleaseGateway(
        release.Release(opened.folder, without), Actor(Role.DATA_TEAM), catalogue.load()
    )
    assert "prevalence" not in set(view.cells()["measure"])


@pytest.mark.parametrize("role", [Role.HEADTEACHER, Role.DESIGNATED_TEACHER])
def test_without_a_school_a_head_or_designated_teacher_sees_none(made, role):
    stranger = open_gateway(made.releases, Actor(role))
    with pytest.raises(QuestionRefused):
        stranger.answer(Question("suspended_once_or_more", level=Level.SCHOOL))
    with pytest.raises(QuestionRefused):
        stranger.schools()
    assert len(stranger.answer(Question("suspended_once_or_more")).rows)


def test_the_database_reads_no_file_and_cannot_be_unlocked(view, made, tmp_path):
    connection = view._connection.cursor()
    file = release.open_current(made.releases).table("cells")
    for statement in (
        f"select * from read_parquet('{file}')",
        f"copy cells to '{tmp_path / 'out.csv'}'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        f"attach '{tmp_path / 'x.duckdb'}'",
    ):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)


def test_questions_in_many_threads_get_their_own_answers(view):
    expected = {
        measure: view.answer(Question(measure)).rows for measure in ("persistent_absence", "attainment_8")
    }
    wrong = []

    def ask(measure):
        answers = [view.answer(Question(measure)).rows for _ in range(15)]
        wrong.extend(measure for rows in answers if not rows.equals(expected[measure]))

    threads = [threading.Thread(target=ask, args=(measure,)) for measure in list(expected) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_release_is_said_plainly(tmp_path):
    with pytest.raises(NoRelease):
        open_gateway(tmp_path, Actor(Role.DATA_TEAM))


def test_an_answer_that_was_not_exported_names_the_table(made):
    opened = release.open_current(made.releases)
    without = release.Manifest(
        **{**opened.manifest.__dict__, "not_exported": {"phonics_standard": "phonics"}}
    )
    view = gateway.ReleaseGateway(
        release.Release(opened.folder, without), Actor(Role.DATA_TEAM), catalogue.load()
    )
    answer = view.answer(Question("phonics_standard"))
    assert answer.absent == "not exported: phonics"
    assert answer.rows.empty
