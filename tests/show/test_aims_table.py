"""The aims as tables, and as numbers to take away."""

import csv
import io

from cswanalytics.aims import Status, courses
from cswanalytics.show import aims_table, aims_words, words
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
COURSES = courses(GATEWAY)


def test_every_aim_has_a_row_with_its_gap_its_path_and_its_status() -> None:
    table = aims_table.all_aims(COURSES, lambda course: course.measure.short)

    assert list(table["Status"]) == [aims_words.status(course.status) for course in COURSES]
    first = [str(cell).replace(words.NB, " ") for cell in table.iloc[0]]
    assert first[1].startswith("28 points (")
    assert first[3] == "20 points by 2026/27"


def test_where_nothing_can_be_said_no_path_is_given_to_hold_the_gap_against() -> None:
    table = aims_table.all_aims(COURSES, lambda course: course.measure.short)

    for course, path in zip(COURSES, table["Path"], strict=True):
        assert (path == words.NO_FIGURE) == (course.status is Status.CANNOT_SAY)


def test_year_by_year_a_missing_gap_says_why() -> None:
    table = aims_table.year_by_year(COURSES)
    of_absence = table[table["Aim"] == "Persistent absence"].set_index("Year")

    assert of_absence.loc["2020/21", "Behind by"] == "schools were closed to most pupils"
    assert of_absence.loc["2026/27", "Behind by"] == "not yet"
    assert of_absence.loc["2026/27", "Path"].replace(words.NB, " ") == "20 points"


def test_the_numbers_are_as_shown_and_missing_ones_are_symbols() -> None:
    records = list(csv.DictReader(io.StringIO(aims_table.numbers(COURSES, GATEWAY.facts))))
    of_absence = {
        record["time_period"]: record for record in records if record["measure"] == "persistent_absence"
    }

    assert set(records[0]) == set(aims_table.COLUMNS)
    assert of_absence["202425"]["gap"] == "28"
    assert of_absence["202021"]["gap"] == "x"
    assert of_absence["202627"]["gap"] == "z"
    assert of_absence["202425"]["path"] == "23.8"
    assert of_absence["201617"]["path"] == "z"


def test_years_left_out_of_the_picture_are_named_with_their_reason() -> None:
    absence, attainment = COURSES

    assert aims_words.left_out(absence) == (
        "2019/20 and 2020/21 are left out: schools were closed to most pupils."
    )
    assert "2021/22 is left out: exams were adapted." in aims_words.left_out(attainment)
