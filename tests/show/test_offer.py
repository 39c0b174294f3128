"""The offer and looked-after children in words: what is said, and what is never told."""

import pandas as pd
import pytest

from cswanalytics.answers import Question
from cswanalytics.inference import change, gaps
from cswanalytics.show import looked_after, offer
from cswanalytics.show.charts import parts_of_all
from cswanalytics.show.charts.parts_of_all import Bar
from cswanalytics.vocabulary import Level, Role
from tests.pages.invented_gateway import PHASES, SCHOOLS, InventedGateway

GATEWAY = InventedGateway()
NB = "\u00a0"
PLANS = {
    name: (worked, change(worked))
    for name in ("pep_three_a_year", "pep_each_term", "pep_quality_green", "sdq_completed")
    for worked in [gaps(GATEWAY.answer(Question(name)))]
}


def test_the_answer_says_how_many_schools_of_how_many_were_reached():
    assert offer.answer(GATEWAY.offer, 202425, "total") == (
        "In 2024/25, 9 of 30 schools trained all their staff, and 9 of the 30 that answered gave their "
        "designated teacher two days."
    )
    assert offer.answer(GATEWAY.offer, 202425, "Primary", has_ended=False).startswith(
        "In 2024/25 so far, 3 of 12 schools (primary)"
    )
    assert "not known" in offer.answer(GATEWAY.offer, 203031, "total")


def test_of_single_consultations_a_term_tells_no_number_under_ten():
    held = offer.activities(GATEWAY.offer("support_activities"), 202425, tier=3)

    assert held.to_numpy().tolist() == [["All activities", *[f"under{NB}10"] * 3]]
    returned = offer.department_return(GATEWAY.offer, 202425)
    assert set(returned[returned["Tier"] == offer.TIERS[3]]["Activities"]) == {f"under{NB}10"}


def test_children_on_no_roll_are_told_as_about_so_many():
    told = offer.on_no_roll(GATEWAY.offer, 202425, base=5)

    assert told[0] == "About 45 children were taught at home, on 31 March 2025."


def test_what_was_not_supplied_is_asked_for_by_name():
    assert offer.on_no_roll(InventedGateway("not exported").offer, 202425, base=5) == [
        "Your data team has not supplied provision; ask for it by this name."
    ]


def test_schools_not_reached_are_named_to_those_who_see_every_school_alone():
    names = {urn: name for urn, _, name, *_ in SCHOOLS}
    head = InventedGateway(role=Role.HEADTEACHER, own=("900012",))

    assert len(offer.not_reached(GATEWAY.offer("whole_school_training"), 202425, names)) == 20
    assert offer.not_reached(head.offer("whole_school_training"), 202425, names) == []


def test_trained_schools_are_set_beside_others_only_where_there_are_four_of_each():
    absent = GATEWAY.answer(Question("persistent_absence", level=Level.SCHOOL)).only(time_period=202425)
    offered = GATEWAY.offer("whole_school_training")

    entries = offer.trained_and_not(absent, offered, 202425, [urn for urn, *_ in SCHOOLS])

    assert [label for label, *_ in entries] == ["Trained: 10 schools", "Not trained: 20 schools"]
    assert offer.trained_and_not(absent, offered, 202425, [urn for urn, *_ in SCHOOLS][:8]) == []


def test_reach_is_a_bar_for_all_and_for_each_phase():
    bars = offer.bars(GATEWAY.offer, "dt_qualified", 202425, PHASES)

    assert [bar.name for bar in bars] == ["All schools", *PHASES]
    assert bars[0].share == pytest.approx(30)
    told = parts_of_all.scene(bars, "% of schools")
    assert told
    assert parts_of_all.scene([Bar("All", instead="not known")], "%") is None


def test_plans_are_said_in_one_sentence():
    assert looked_after.answer(PLANS, 202425).replace(NB, " ") == (
        "In 2024/25, of the children looked after all year, 84 % had a PEP in each term and 92 % had three "
        "or more."
    )


def test_plans_that_cannot_be_shown_say_why():
    nothing = gaps(InventedGateway("not exported").answer(Question("pep_each_term")))

    said = looked_after.answer({"pep_each_term": (nothing, change(nothing))}, 202425)

    assert "your data team has not supplied" in said


def test_money_is_told_for_the_authority_alone_and_roughly():
    told = looked_after.money(GATEWAY.offer("pupil_premium_plus_spent"), 202425)

    assert told.replace(NB, " ").startswith(
        "About £300,000 of £350,000 pupil premium plus was spent in 2024/25 (86 %)"
    )
    assert "whole authority only" in told


def test_the_table_of_plans_has_a_column_for_each_year():
    table = looked_after.table(PLANS, [202324, 202425])

    assert list(table.columns)[1:] == ["2023/24", "2024/25"]
    assert isinstance(table, pd.DataFrame)
    assert len(table) == 4
