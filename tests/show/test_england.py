"""England stands beside the like group alone, with its year, source and version."""

import csv

import pytest

from cswanalytics.answers import Question
from cswanalytics.catalogue import DEFINITIONS
from cswanalytics.inference import gaps
from cswanalytics.national import LATER_VINTAGE, SAID
from cswanalytics.show.england import RELEASES, Beside, beside_england
from cswanalytics.vocabulary import Who
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
MEASURES = {measure.id: measure for measure in GATEWAY.measures()}


def beside(name: str, who: Who = Who.CWSW) -> Beside | None:
    return beside_england(
        lambda question: gaps(GATEWAY.answer(question)), Question(name, who=who), MEASURES[name]
    )


def test_each_like_group_stands_beside_its_own_and_children_with_a_social_worker_beside_nobody() -> None:
    found = beside("ks2_rwm_expected")
    assert found

    assert [group for group, *_ in found.rows] == [
        "Children in need",
        "Children on a protection plan",
        "Looked-after children",
        "All pupils",
    ]
    assert "children in need at 31 March" in found.said
    assert found.year == 202425


def test_of_one_group_only_that_group_is_shown_with_all_pupils() -> None:
    found = beside("ks2_rwm_expected", Who.CLA)
    assert found

    assert [group for group, *_ in found.rows] == ["Looked-after children", "All pupils"]


@pytest.mark.parametrize("who", [Who.WITHOUT_CLA, Who.PREVIOUS])
def test_a_group_nobody_publishes_has_nothing_beside_it(who: Who) -> None:
    assert beside("ks2_rwm_expected", who) is None


def test_all_pupils_alone_are_not_set_beside_these_children() -> None:
    assert beside("suspension_rate") is None


def test_the_newest_year_that_both_have_is_shown_with_its_source_and_version() -> None:
    found = beside("suspended_once_or_more")
    assert found

    assert found.year == 202324
    assert "Open Government Licence" in found.said
    assert "version" in found.said


def test_every_figure_that_may_stand_beside_a_local_one_names_the_release_it_was_published_in() -> None:
    with (DEFINITIONS / "national.csv").open(encoding="utf-8", newline="") as opened:
        origins = {
            row["source"].partition("@")[0]
            for row in csv.DictReader(opened)
            if "@" in row["source"] and row["social_care_group"].removesuffix(LATER_VINTAGE) in SAID
        }

    assert origins == set(RELEASES)


def test_the_source_is_a_sentence_and_not_the_name_of_a_file() -> None:
    found = beside("ks2_rwm_expected")
    assert found

    assert "in “Outcomes for children in need, including children looked after”" in found.said
    assert not [sign for sign in ("_", "/data", ".csv", "@") if sign in found.said]
