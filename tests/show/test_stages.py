"""At which stage a gap is widest is said only as far as chance lets it be said."""

import dataclasses

import pandas as pd

from cswanalytics.answers import Question
from cswanalytics.inference import Gaps, gaps
from cswanalytics.show import stages, words
from cswanalytics.show.stages import Rung
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
ASKED = Question("ks2_rwm_expected")
ALL = {name: gaps(GATEWAY.answer(Question(name))) for name in stages.LADDER}


def rung(at: int, gap: float, low: float, high: float) -> Rung:
    worked_out = ALL[stages.LADDER[at]]
    latest = worked_out.latest
    assert latest is not None
    return Rung(worked_out, pd.Series({**latest, "gap": gap, "gap_low": low, "gap_high": high}))


def said(*rungs: Rung) -> str:
    return stages.widest(rungs, ASKED).replace(words.NB, " ")


def test_a_stage_that_lies_clear_of_all_others_is_the_widest() -> None:
    assert said(rung(0, 20, 17, 23), rung(1, 18, 15, 21), rung(2, 33, 30, 36)) == (
        "The gap is widest at age 11, in reading, writing and maths, age 11: children with a social worker "
        "are 33 points behind their peers (30 to 36) in 2024/25."
    )


def test_stages_that_chance_could_swap_are_named_together() -> None:
    assert said(rung(0, 20, 17, 23), rung(2, 33, 30, 36), rung(3, 31, 27, 35)) == (
        "The gap is widest at age 11 and at 16 in 2024/25: children with a social worker are 31 to 33 points "
        "behind their peers. Chance could change their order."
    )


def test_where_chance_could_swap_all_of_them_no_stage_is_named() -> None:
    assert said(rung(0, 25, 15, 35), rung(2, 26, 16, 36)) == (
        "No stage stands out in 2024/25: children with a social worker are 25 to 26 points behind their "
        "peers at each, and chance could change the order."
    )


def test_children_who_are_ahead_are_not_said_to_be_behind() -> None:
    assert said(rung(0, -2, -5, 1), rung(2, -4, -9, 1)) == (
        "At no stage shown are children with a social worker behind their peers."
    )


def test_one_stage_alone_and_none_at_all_say_so() -> None:
    nothing = Rung(ALL[stages.LADDER[0]], None)

    assert said(nothing, rung(2, 33, 30, 36)) == (
        "Only one stage can be shown: at age 11, children with a social worker were 33 points behind their "
        "peers in 2024/25."
    )
    assert said(nothing) == "No gap at any stage can be shown yet."


def test_a_stage_without_results_says_why_and_keeps_its_place() -> None:
    few = InventedGateway("too few")
    rungs = stages.rungs(lambda name: gaps(few.answer(Question(name))), few.measures())

    assert [one.measure.id for one in rungs] == list(stages.LADDER)
    assert {one.instead for one in rungs} == {"too few to show"}


def test_a_stage_known_by_a_bound_alone_is_not_set_beside_the_others() -> None:
    worked_out = ALL["engmath_5plus"]
    rows = worked_out.rows.copy()
    rows.loc[rows.index[-1], "cwsw_extreme"] = "under"

    found = stages.rungs(lambda _: Gaps(worked_out.answer, rows), GATEWAY.measures(), ["engmath_5plus"])

    assert found[0].instead == "too few to compare"
    assert found[0].row is None


def test_years_without_a_progress_measure_are_named_at_key_stage_4_and_nowhere_else() -> None:
    measures = {measure.id: measure for measure in GATEWAY.measures(theme="attainment")}
    years = (202324, 202425)

    assert stages.no_progress(measures["attainment_8"], years).startswith("2024/25: no progress measure")
    assert stages.no_progress(measures["attainment_8"], years[:1]) == ""
    assert stages.no_progress(measures["ks2_rwm_expected"], years) == ""
    itself = dataclasses.replace(measures["progress_8"])
    assert stages.no_progress(itself, years) == "", "it leaves those years out itself"


def test_results_that_can_still_change_say_so() -> None:
    facts = GATEWAY.facts
    ladder = stages.rungs(ALL.__getitem__, GATEWAY.measures())
    measure = ALL["engmath_5plus"].measure

    assert stages.caption(ladder, facts).startswith("Newest results, 2024/25, some provisional.")
    assert stages.unsettled_in(measure, 202425, facts) == "provisional"
    assert stages.unsettled_in(measure, 202324, facts) == ""
    settled = dataclasses.replace(facts, unsettled_results={})
    assert stages.caption(ladder, settled).startswith("Newest results, 2024/25. ")
