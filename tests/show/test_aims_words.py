"""What is said of an aim, as specifications."""

import re
from dataclasses import replace
from datetime import date
from math import nan
from pathlib import Path

import pytest

from cswanalytics import catalogue, settings
from cswanalytics.aims import Aim, Children, Course, Milestone, Status
from cswanalytics.show import aims_words, words
from cswanalytics.vocabulary import Who

MEASURES = catalogue.load().measures
NEVER_SAID = re.compile(r"\b(csw|cppo|cube|denominator|significant\w*|nan)\b|\d\.\d\d", re.IGNORECASE)


def course(of: str = "persistent_absence", **made: object) -> Course:
    aim = Aim(
        of,
        Milestone(202122, 28.0),
        Milestone(202627, 20.0),
        "Virtual School Head",
        date(2027, 1, 31),
        "Attendance is on the agenda of every review.",
    )
    values: dict[str, object] = {
        "aim": aim,
        "measure": MEASURES[of],
        "status": Status.OFF_COURSE,
        "because": "",
        "latest_year": 202425,
        "gap": 28.2,
        "low": 25.9,
        "high": 30.1,
        "asked": 24.0,
        "in_children": None,
        "steps": (),
    }
    return Course(**{**values, **made})  # ty: ignore[invalid-argument-type]


def plain(sentence: str) -> str:
    assert not NEVER_SAID.search(sentence), sentence
    return sentence.replace(words.NB, " ")


def said(**made: object) -> str:
    return plain(aims_words.course_sentence(course(**made)))  # ty: ignore[invalid-argument-type]


def test_the_sentence_of_a_course():
    assert said() == "Off course. The path asked for 24 points behind in 2024/25; the gap is 28 (26 to 30)."
    assert said(status=Status.TOO_CLOSE_TO_CALL, asked=26.4) == (
        "Too close to call. The path asked for 26 points behind in 2024/25; the gap is 28 (26 to 30)."
    )


def test_whole_figures_that_would_hide_what_is_said_have_a_decimal():
    assert said(status=Status.ON_COURSE, asked=8.3, gap=6.1, low=4.7, high=7.7) == (
        "On course. The path asked for 8.3 points behind in 2024/25; the gap is 6.1 (4.7 to 7.7)."
    )


def test_a_gap_the_other_way_says_so():
    assert said(status=Status.ON_COURSE, gap=-3.0, low=-5.0, high=-1.0) == (
        "On course. The path asked for 24 points behind in 2024/25; the gap is 3 points ahead (1 to 5)."
    )


def test_a_rate_and_a_score_carry_their_units():
    assert said(of="permanent_exclusion", asked=3.0, gap=5.3, low=4.1, high=6.6) == (
        "Off course. The path asked for 3.0 more per 1,000 in 2024/25; "
        "the gap is 5.3 more per 1,000 (4.1 to 6.6)."
    )
    assert said(
        of="attainment_8", status=Status.TOO_CLOSE_TO_CALL, asked=17.0, gap=19.3, low=15.6, high=23.0
    ) == (
        "Too close to call. The path asked for 17.0 points behind in 2024/25; the gap is 19.3 (15.6 to 23.0)."
    )


def test_what_cannot_be_said_gives_the_reason():
    because = "the baseline's year, 2021/22, is not comparable: exams were adapted"

    assert said(status=Status.CANNOT_SAY, because=because) == f"Cannot say: {because}."
    assert said(status=Status.CANNOT_SAY, because="not exported: attendance", gap=nan, latest_year=None) == (
        "Cannot say: your data team has not supplied attendance."
    )


@pytest.mark.parametrize(
    ("of", "children", "sentence"),
    [
        (
            "persistent_absence",
            Children(35, 40, 45),
            "It would be met if about 40 fewer children were persistently absent (35 to 45).",
        ),
        (
            "persistent_absence",
            Children(-45, -40, -35),
            "About 40 fewer children were persistently absent than the path allowed (35 to 45).",
        ),
        (
            "ks2_rwm_expected",
            Children(10, 15, 20),
            "It would be met if about 15 more children reached the expected standard in reading, writing and "
            "maths at age 11 (10 to 20).",
        ),
        (
            "phonics_standard",
            Children(-20, -15, -10),
            "About 15 more children met the standard in phonics than the path asked for (10 to 20).",
        ),
        (
            "persistent_absence",
            Children(-5, 0, 15),
            "Counted in children, the path is met or missed by 15 at most.",
        ),
        (
            "persistent_absence",
            Children(0, 5, 10),
            "Counted in children, the path is met or missed by 10 at most.",
        ),
        ("persistent_absence", None, ""),
    ],
)
def test_the_aim_in_children(of, children, sentence):
    assert plain(aims_words.children_sentence(course(of, in_children=children))) == sentence


def test_what_an_aim_asks_who_owns_it_and_what_it_is_called():
    made = course()
    exact = replace(made.aim, baseline=Milestone(202223, 9.8), who=Who.CLA)

    assert (
        plain(aims_words.aim_sentence(made))
        == "From 28 points behind in 2021/22 to 20 points behind in 2026/27."
    )
    assert plain(aims_words.aim_sentence(replace(made, aim=exact))) == (
        "From 9.8 points behind in 2022/23 to 20.0 points behind in 2026/27."
    )
    assert plain(aims_words.owner(made.aim)) == "Virtual School Head · next review 31 January 2027"
    assert aims_words.title(replace(made, aim=exact)) == "Persistent absence: looked-after children"


def test_the_answer_counts_the_aims_by_where_they_stand():
    every = [course(status=status) for status in (*Status, Status.TOO_CLOSE_TO_CALL)]

    assert aims_words.overview(every) == (
        "Of 5 aims, 1 is on course, 2 are too close to call, 1 is off course and 1 cannot be judged."
    )
    assert aims_words.overview(every[:1]) == "Of 1 aim, 1 is on course."


def test_without_aims_there_is_an_example_that_can_be_copied(tmp_path: Path):
    (tmp_path / "authority.toml").write_text(aims_words.EXAMPLE, encoding="utf-8")

    assert aims_words.overview([]).startswith("No aims are set. Copy this example into authority.toml")
    assert len(settings.load(tmp_path, catalogue.load().aimable()).aims) == 1
