"""What a release says of the data behind it holds no small count, not even in a share."""

from types import SimpleNamespace

import duckdb
import pytest

from cswanalytics.build import quality


def cohort(unexplained, matched, too_young=0):
    connection = duckdb.connect()
    connection.execute("create schema exports")
    connection.execute("create table exports.social_care_episodes (person_id varchar, match_status varchar)")
    statuses = {"unexplained": unexplained, "matched": matched, "not of school age": too_young}
    for status, number in statuses.items():
        connection.execute(
            "insert into exports.social_care_episodes select $1 || range, $1 from range($2)", [status, number]
        )
    return SimpleNamespace(connection=connection)


def test_the_match_rate_of_few_children_is_not_released():
    assert quality.matched_share(cohort(unexplained=1, matched=19)) is None
    assert quality.matched_share(cohort(unexplained=0, matched=0)) is None


@pytest.mark.parametrize("unexplained", range(1, 5))
def test_one_to_four_unexplained_children_read_as_none_of_them(unexplained):
    share = quality.matched_share(cohort(unexplained, matched=120 - unexplained))
    assert share == quality.matched_share(cohort(0, matched=120)) == 1.0


def test_a_large_authoritys_match_rate_is_near_the_truth():
    assert quality.matched_share(cohort(unexplained=46, matched=1954)) == pytest.approx(0.977, abs=0.01)


def test_children_too_young_for_school_are_in_no_match_rate():
    with_them, without = cohort(20, 180, too_young=500), cohort(20, 180)
    assert quality.matched_share(with_them) == quality.matched_share(without) == 0.9


def test_verdicts_go_by_the_exact_share():
    assert quality.unexplained_share(cohort(unexplained=3, matched=17)) == pytest.approx(0.15)
    assert quality.unexplained_share(cohort(unexplained=0, matched=0)) is None


def test_why_children_are_unmatched_is_a_share_of_all_of_them_from_counts_to_the_nearest_ten():
    shares = quality.matching(cohort(unexplained=12, matched=163, too_young=24))
    assert shares == {
        "matched": 0.84, "educated elsewhere": 0.0, "home educated": 0.0,
        "unexplained": 0.05, "not of school age": 0.11,
    }  # fmt: skip


def test_of_few_children_no_reason_is_told():
    assert quality.matching(cohort(unexplained=3, matched=80)) == {}


def test_years_of_results_that_can_still_change_are_named_by_the_least_settled():
    connection = duckdb.connect()
    connection.execute("create schema exports")
    for table in ("early_years_profile", "phonics", "key_stage_2", "key_stage_4"):
        connection.execute(f"create table exports.{table} (time_period integer, result_status varchar)")
    connection.execute(
        "insert into exports.key_stage_4 values (202324, 'final'), (202425, 'revised'), (202526, 'final'), "
        "(202526, 'provisional'), (202526, 'revised'), (202526, null)"
    )

    assert quality.unsettled_results(SimpleNamespace(connection=connection)) == {
        "key_stage_4 202425": "revised",
        "key_stage_4 202526": "provisional",
    }
