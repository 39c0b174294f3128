"""Each warning is given when it should be, and at its edge is not."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from cswanalytics.build.check_report import Finding
from cswanalytics.build.checks import check
from tests.build.small_export import PRIMARY, PUPILS, SECONDARY, SMALL, Rows, small_export, write

Export = dict[str, Rows]
NEEDED = ("schools", "enrolments", "social_care_episodes", "attendance", "exclusions", "extract", "phonics")


def warnings(tmp_path: Path, change: Callable[[Export], object]) -> list[Finding]:
    export = {name: rows for name, rows in small_export().items() if name in NEEDED}
    change(export)
    report = check(write(tmp_path, export))
    assert [fault.sentence for fault in report.errors] == []
    return list(report.warnings)


def people(unexplained: int, others: int) -> Callable[[Export], object]:
    """Add people to social care: some unexplained, some not of school age."""

    def change(export: Export):
        pattern = export["social_care_episodes"][3]
        for number in range(unexplained + others):
            status = "unexplained" if number < unexplained else "not of school age"
            name = {"episode_id": f"new-{number}", "person_id": f"new-{number}", "match_status": status}
            export["social_care_episodes"].append(pattern | name)

    return change


def test_over_a_tenth_of_children_unmatched_without_explanation(tmp_path: Path):
    (warning,) = warnings(tmp_path, people(2, 13))
    assert (warning.table, warning.rule, warning.count) == ("social_care_episodes", "unmatched", 2)
    assert "2 children of 19 children" in warning.sentence
    assert "fewer than 10 children of about 20 children" in warning.says_rounded


def test_exactly_a_tenth_unmatched_is_no_warning(tmp_path: Path):
    assert warnings(tmp_path, people(2, 14)) == []


def test_a_child_matched_in_one_episode_is_matched(tmp_path: Path):
    def change(export: Export):
        again = {"episode_id": "new", "match_status": "unexplained", "pupil_id": None}
        export["social_care_episodes"].append(export["social_care_episodes"][0] | again)

    assert warnings(tmp_path, change) == []


def exclusions_a_year(*counts: int) -> Callable[[Export], object]:
    """Give so many suspensions to 2023/24, 2024/25 and 2025/26."""

    def change(export: Export):
        pattern = export["exclusions"][0]
        export["exclusions"] = [
            pattern | {"exclusion_id": f"{year}-{number}", "time_period": year}
            for year, count in zip((202223, 202324, 202425), counts, strict=True)
            for number in range(count)
        ]
        earlier = [row | {"time_period": 202223} for row in export["enrolments"][:10]]
        export["enrolments"] += earlier

    return change


def test_a_finished_year_with_over_a_fifth_fewer_rows(tmp_path: Path):
    (warning,) = warnings(tmp_path, exclusions_a_year(10, 7, 1))
    assert (warning.table, warning.rule, warning.time_periods) == ("exclusions", "fewer_rows", (202324,))
    assert "2023/24 has 7 rows after 10 rows in 2022/23" in warning.sentence


def test_a_finished_year_that_is_not_there_at_all(tmp_path: Path):
    (warning,) = warnings(tmp_path, exclusions_a_year(10, 0, 1))
    assert "2023/24 has 0 rows" in warning.sentence


def test_exactly_a_fifth_fewer_rows_is_no_warning(tmp_path: Path):
    assert warnings(tmp_path, exclusions_a_year(10, 8, 1)) == []


def test_the_year_in_progress_may_have_fewer_rows(tmp_path: Path):
    assert warnings(tmp_path, exclusions_a_year(10, 10, 1)) == []


def without_attendance(urn: str, half_term: int) -> Callable[[Export], object]:
    def change(export: Export):
        export["attendance"] = [
            row
            for row in export["attendance"]
            if (row["school_urn"], row["half_term"], row["time_period"]) != (urn, half_term, 202425)
        ]

    return change


def test_a_school_without_attendance_in_a_half_term_when_others_have_it(tmp_path: Path):
    (warning,) = warnings(tmp_path, without_attendance(SMALL, 3))
    assert (warning.table, warning.rule, warning.count) == ("attendance", "school_without_attendance", 1)
    assert (warning.school_urns, warning.time_periods) == ((SMALL,), (202425,))
    assert "1 school with pupils on roll in 2024/25 has no attendance" in warning.sentence
    assert f"{SMALL} in half-term 3" in warning.sentence


def test_a_half_term_that_no_school_has_is_no_warning(tmp_path: Path):
    def change(export: Export):
        for urn in (PRIMARY, SECONDARY, SMALL):
            without_attendance(urn, 6)(export)

    assert warnings(tmp_path, change) == []


def test_a_school_whose_pupils_have_all_left_by_then_is_not_expected(tmp_path: Path):
    def change(export: Export):
        without_attendance(SMALL, 6)(export)
        for row in export["enrolments"]:
            if row["school_urn"] == SMALL:
                row["leaving_date"] = dt.date(2025, 5, 20)

    assert warnings(tmp_path, change) == []


def test_a_nursery_has_no_attendance_to_give(tmp_path: Path):
    def change(export: Export):
        without_attendance(SMALL, 3)(export)
        for row in export["enrolments"]:
            if row["school_urn"] == SMALL:
                row["ncy_year"] = "N2"

    assert warnings(tmp_path, change) == []


@pytest.mark.parametrize(("table", "row"), [("attendance", 60), ("exclusions", 0), ("phonics", 0)])
def test_rows_of_a_pupil_with_no_main_enrolment_that_year(table: str, row: int, tmp_path: Path):
    def change(export: Export):
        export[table][row]["pupil_id"] = "on-no-roll"

    (warning,) = warnings(tmp_path, change)
    assert (warning.table, warning.rule, warning.count) == (table, "no_main_enrolment", 1)
    assert "1 row of 1 pupil with no C or M enrolment" in warning.sentence


def test_a_guest_enrolment_is_no_main_one(tmp_path: Path):
    def change(export: Export):
        for row in export["enrolments"]:
            if row["pupil_id"] == PUPILS[1]:
                row["enrol_status"] = "G"

    found = {(warning.table, warning.rule) for warning in warnings(tmp_path, change)}
    assert found == {("attendance", "no_main_enrolment"), ("phonics", "no_main_enrolment")}


def test_a_pupil_matched_in_social_care_but_on_no_roll_that_year(tmp_path: Path):
    def change(export: Export):
        export["social_care_episodes"][1]["pupil_id"] = "on-no-roll"

    (warning,) = warnings(tmp_path, change)
    assert (warning.rule, warning.count, warning.time_periods) == ("on_no_roll", 2, (202324, 202425))
    assert "1 pupil in 2023/24, 1 pupil in 2024/25" in warning.sentence


def test_an_episode_that_ended_before_the_year_is_not_in_it(tmp_path: Path):
    def change(export: Export):
        export["social_care_episodes"][1] |= {"pupil_id": "on-no-roll", "end_date": dt.date(2024, 9, 1)}

    (warning,) = warnings(tmp_path, change)
    assert warning.time_periods == (202324,)


def test_a_child_too_young_for_school_or_past_it_is_no_warning(tmp_path: Path):
    """Known to social care in 2023/24 and 2024/25, on a roll in one of them only."""
    for left_out in (202324, 202425):

        def change(export: Export, left_out: int = left_out):
            pupil = export["social_care_episodes"][1]["pupil_id"]
            for table in export.values():
                table[:] = [
                    row
                    for row in table
                    if not (row.get("pupil_id") == pupil and row.get("time_period") == left_out)
                ]

        rules = {warning.rule for warning in warnings(tmp_path / str(left_out), change)}
        assert "on_no_roll" not in rules


def test_two_people_on_one_pupil(tmp_path: Path):
    def change(export: Export):
        export["social_care_episodes"][1]["pupil_id"] = PUPILS[0]

    (warning,) = warnings(tmp_path, change)
    assert (warning.rule, warning.column, warning.count) == ("two_people_one_pupil", "person_id", 1)


def test_schools_of_two_authorities(tmp_path: Path):
    def change(export: Export):
        export["schools"][1]["new_la_code"] = "E10000098"

    (warning,) = warnings(tmp_path, change)
    assert (warning.table, warning.rule, warning.count) == ("schools", "several_authorities", 2)


def test_social_care_extracted_before_the_schools(tmp_path: Path):
    def change(export: Export):
        for row in export["extract"]:
            if row["table_name"] == "social_care_episodes":
                row["extracted_on"] = dt.date(2025, 9, 4)

    (warning,) = warnings(tmp_path, change)
    assert warning.rule == "ends_early"
    assert "end on 4 September 2025, before the school data (5 September 2025)" in warning.sentence


def test_social_care_whose_last_episode_is_long_before_the_last_half_term(tmp_path: Path):
    def change(export: Export):
        del export["extract"]
        export["social_care_episodes"][2]["start_date"] = dt.date(2025, 3, 1)

    (warning,) = warnings(tmp_path, change)
    assert "end on 1 March 2025, before the school data (31 August 2025)" in warning.sentence


def test_suspensions_that_do_not_say_how_long_they_were(tmp_path: Path):
    def change(export: Export):
        export["exclusions"][0]["sessions"] = None

    (warning,) = warnings(tmp_path, change)
    assert (warning.table, warning.rule, warning.count) == ("exclusions", "without_sessions", 1)
    assert "1 suspension without a number of sessions" in warning.sentence


def test_a_permanent_exclusion_has_no_sessions_and_needs_none(tmp_path: Path):
    def change(export: Export):
        assert export["exclusions"][1]["sessions"] is None

    assert warnings(tmp_path, change) == []


def test_a_quiet_summer_is_no_warning(tmp_path: Path):
    def change(export: Export):
        export["social_care_episodes"][2]["start_date"] = dt.date(2025, 7, 10)

    assert warnings(tmp_path, change) == []


def test_warnings_wait_until_the_tables_they_read_are_free_of_faults(tmp_path: Path):
    export = small_export()
    for row in export["enrolments"]:
        row["enrol_status"] = "Z"
    report = check(write(tmp_path, export))
    assert [fault.rule for fault in report.errors] == ["code"]
    assert report.warnings == ()
