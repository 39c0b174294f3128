"""The measures are checked when they are read, and every fault is told at once."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cswanalytics import catalogue
from cswanalytics.build.checks import checked
from cswanalytics.build.cohort import child_years
from cswanalytics.build.expressions import refuse_what_cannot_be_worked_out
from cswanalytics.build.sample import make_sample
from cswanalytics.catalogue import Better, Measure, MeasureKind, Unit
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.expressions import CHILD_YEAR_COLUMNS, TEXT_COLUMNS, YES_OR_NO, expression_faults
from cswanalytics.settings import Settings
from cswanalytics.vocabulary import TOTAL, is_time_period

SHIPPED = catalogue.load()
SOUND = """
title          = "School moves"
short          = "Changed school"
verb           = "changed school within the year"
counts         = "Pupils who were on the roll of two schools or more in the year"
theme          = "stability"
kind           = "proportion"
unit           = "percent"
better         = "lower"
order          = 200
population     = "true"
numerator      = "schools_attended >= 2"
needs          = ["enrolments"]
why_it_matters = "A child who moves starts again."
if_a_governor_asks = "It is the share of children who changed school within the year."
source         = "School census"
owner          = "Virtual School Head"
next_review    = 2027-09-01

[[examples]]
because = "two schools"
child   = { schools_attended = 2 }
counted = "in both"
"""


def config_with(folder: Path, **measures: str) -> Path:
    """Write an authority's own measures into a config folder."""
    (folder / "measures").mkdir()
    for name, text in measures.items():
        (folder / "measures" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path, **measures: str) -> str:
    with pytest.raises(DefinitionsInvalid) as refused:
        catalogue.load(config_with(folder, **measures))
    return str(refused.value)


def test_an_authority_keeps_a_measure_of_its_own_in_its_config_folder(tmp_path: Path):
    found = catalogue.load(config_with(tmp_path, own_moves=SOUND))

    assert found.measure("own_moves").title == "School moves"
    assert set(found.measures) == {*SHIPPED.measures, "own_moves"}


def test_a_config_folder_without_measures_adds_none(tmp_path: Path):
    assert catalogue.load(tmp_path).measures == SHIPPED.measures


def test_measures_come_in_their_declared_order():
    orders = [measure.order for measure in SHIPPED.measures.values()]

    assert orders == sorted(orders)


def test_an_expression_may_name_only_columns_of_child_year(tmp_path: Path):
    said = faults_of(tmp_path, own=SOUND.replace("schools_attended >= 2", "shoe_size >= 40"))

    assert "own.toml: numerator: 'shoe_size' is no column of child_year" in said


@pytest.mark.parametrize(
    "expression",
    [
        "sessions_missed; drop table child_year",
        'sex = "F"',
        "sessions_missed /* */",
        "a.sessions_missed",
        "\\",
    ],
)
def test_an_expression_holds_nothing_but_columns_numbers_and_comparisons(expression: str):
    assert expression_faults(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "2 * sessions_missed >=",
        "(sex = 'F'",
        "sex + 1 > 2",
        "sessions_missed, sex",
        "sex",
        "suspensions > 1 = sex",
    ],
)
def test_an_expression_that_cannot_be_worked_out_is_told_with_its_measure_before_anything_is_read(expression):
    shipped = catalogue.load()
    measure = replace(shipped.measure("severe_absence"), numerator=expression)
    with pytest.raises(DefinitionsInvalid) as refused:
        refuse_what_cannot_be_worked_out(replace(shipped, measures={"severe_absence": measure}))
    assert f"severe_absence.toml: numerator: '{expression}' cannot be worked out" in str(refused.value)


def test_columns_are_of_the_kinds_that_expressions_are_tried_on(tmp_path):
    make_sample(tmp_path / "exports", pupils=120, schools=3, years=2, seed=4)
    with checked(tmp_path / "exports", Settings()) as fit:
        cohort = child_years(fit, Settings(), date(2026, 11, 3))
        found = {name: kind for name, kind, *_ in cohort.connection.sql("describe child_year").fetchall()}
    assert {name for name in CHILD_YEAR_COLUMNS if found[name] == "VARCHAR"} == TEXT_COLUMNS
    assert {name for name in CHILD_YEAR_COLUMNS if found[name] == "BOOLEAN"} == {
        name for name in CHILD_YEAR_COLUMNS if YES_OR_NO.fullmatch(name)
    }


def test_every_measure_that_is_shipped_can_be_worked_out():
    refuse_what_cannot_be_worked_out(catalogue.load())


@pytest.mark.parametrize("expression", ["", "  "])
def test_an_empty_expression_is_a_fault(expression: str):
    assert expression_faults(expression) == ["is empty"]


def test_a_missing_setting_is_named(tmp_path: Path):
    said = faults_of(tmp_path, own=SOUND.replace('owner          = "Virtual School Head"\n', ""))

    assert "own.toml: 'owner' is missing" in said


def test_a_setting_that_does_not_exist_is_named(tmp_path: Path):
    said = faults_of(tmp_path, own='colour = "green"\n' + SOUND)

    assert "own.toml: 'colour' is not a setting" in said


@pytest.mark.parametrize("name", ["kind", "unit", "better"])
def test_a_word_outside_its_list_is_told_with_the_list(tmp_path: Path, name: str):
    options = {"kind": MeasureKind, "unit": Unit, "better": Better}[name]
    lines = [line for line in SOUND.splitlines() if not line.startswith(name)]

    said = faults_of(tmp_path, own="\n".join([f'{name} = "nearly"', *lines]))

    assert f"own.toml: {name} must be one of {', '.join(options)}" in said


def test_a_measure_needs_a_worked_example(tmp_path: Path):
    said = faults_of(tmp_path, own=SOUND.split("[[examples]]")[0])

    assert "own.toml: needs at least one worked example ([[examples]])" in said


def test_a_file_that_is_not_toml_is_named(tmp_path: Path):
    assert "own.toml: is not readable as TOML" in faults_of(tmp_path, own="title = ")


def test_a_ladder_has_no_gap(tmp_path: Path):
    said = faults_of(tmp_path, own='ladder = { name = "moves", step = 2 }\n' + SOUND)

    assert "ladder 'moves' has no unbroken steps from 1: [2]" in said


def test_a_ladder_has_one_measure_a_step(tmp_path: Path):
    rung = 'ladder = { name = "moves", step = 1 }\n' + SOUND

    said = faults_of(tmp_path, one=rung, other=rung)

    assert "other: ladder 'moves' has two measures at step 1" in said


def test_the_steps_of_a_ladder_have_one_population(tmp_path: Path):
    one = 'ladder = { name = "moves", step = 1 }\n' + SOUND
    other = 'ladder = { name = "moves", step = 2 }\n' + SOUND.replace('"true"', '"of_statutory_school_age"')

    assert "ladder 'moves': its measures must have one population" in faults_of(
        tmp_path, one=one, other=other
    )


def test_a_share_needs_a_denominator_and_a_rate_its_events(tmp_path: Path):
    share = SOUND.replace('"proportion"', '"share"').replace("schools_attended >= 2", "sessions_late")
    rate = SOUND.replace('"proportion"', '"rate"').replace("schools_attended >= 2", "suspensions")

    said = faults_of(tmp_path, own_share=share, own_rate=rate)

    assert "own_share: a share needs a denominator" in said
    assert "own_rate: a rate needs events" in said


def test_what_is_met_by_meeting_all_of_others_names_measures_of_the_same_pupils(tmp_path: Path):
    both = 'all_of = ["own_moves", "own_hats"]\n' + SOUND.replace('"true"', '"of_statutory_school_age"')

    said = faults_of(tmp_path, own=both, own_moves=SOUND)

    assert "own: all_of names 'own_moves', which does not count pupils of the same population" in said
    assert "own: all_of names 'own_hats', which is no measure" in said


def test_reading_writing_and_maths_together_are_met_by_meeting_all_three():
    together = SHIPPED.measure("ks2_rwm_expected")

    assert set(together.all_of) == {"ks2_reading_expected", "ks2_writing_expected", "ks2_maths_expected"}


def test_an_item_whose_head_count_a_measure_takes_is_there(tmp_path: Path):
    said = faults_of(tmp_path, own='item_of = "sen_provision=Z"\n' + SOUND)

    assert "own: item_of 'sen_provision=Z' is no item of a breakdown" in said


def test_a_measure_that_takes_the_head_count_of_an_item_counts_that_item(tmp_path: Path):
    said = faults_of(tmp_path, own='item_of = "sen_provision=K"\n' + SOUND)

    assert "own: item_of 'sen_provision=K' needs population 'true', numerator \"sen_provision = 'K'\"" in said


@pytest.mark.parametrize("name", ["sen_support", "ehc_plan"])
def test_the_head_count_of_an_item_is_offered_where_a_pair_already_tells_it(name: str):
    measure = SHIPPED.measure(name)

    assert SHIPPED.breakdown_names(measure) == (TOTAL, "education_phase", "sex", "fsm_eligible")
    assert not measure.school_level


def test_a_measure_of_one_group_alone_counts_that_group_alone(tmp_path: Path):
    looked_after = "social_care_group = 'cla' and of_statutory_school_age"
    sound = 'only_of = "cla"\n' + SOUND.replace('"true"', f'"{looked_after}"')
    own = catalogue.load(config_with(tmp_path, own=sound))

    assert own.breakdown_names(own.measure("own")) == (TOTAL,)
    assert not own.measure("own").school_level
    assert not own.measure("own").has_peers
    assert "own" not in own.aimable()


@pytest.mark.parametrize("population", ["true", "social_care_group = 'cla' or of_statutory_school_age"])
def test_a_measure_of_one_group_alone_says_so_in_its_population(tmp_path: Path, population: str):
    said = faults_of(tmp_path, own='only_of = "cla"\n' + SOUND.replace('"true"', f'"{population}"'))

    assert "own: its population must hold \"social_care_group = 'cla'\", joined by 'and'" in said


def test_a_measure_of_one_group_alone_names_a_group_there_is(tmp_path: Path):
    assert "own: only_of must be one of cino, cppo, cla, previous" in faults_of(
        tmp_path, own='only_of = "peers"\n' + SOUND
    )


def test_only_attendance_and_suspensions_are_worked_out_to_a_half_term():
    in_year = {measure.id: measure.theme for measure in SHIPPED.measures.values() if measure.in_year}

    assert set(in_year.values()) == {"attendance", "exclusion"}
    assert "permanent_exclusion" not in in_year


def test_no_measure_takes_the_name_of_another(tmp_path: Path):
    said = faults_of(tmp_path, persistent_absence=SOUND)

    assert "persistent_absence: there are two measures of this name" in said


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path):
    first = SOUND.replace("schools_attended >= 2", "shoe_size >= 40").replace(
        'owner          = "Virtual', 'own = "V'
    )
    second = SOUND.replace('"lower"', '"better"')

    said = faults_of(tmp_path, first=first, second=second, third="title = ")

    assert "first.toml: numerator: 'shoe_size' is no column" in said
    assert "first.toml: 'own' is not a setting" in said
    assert "first.toml: 'owner' is missing" in said
    assert "second.toml: better must be one of" in said
    assert "third.toml: is not readable as TOML" in said


def test_a_measure_that_is_not_there_is_answered_with_those_there_are():
    with pytest.raises(DefinitionsInvalid, match=r"no measure 'shoes'; there are: .*persistent_absence"):
        SHIPPED.measure("shoes")


def every_measure() -> list[Measure]:
    return list(SHIPPED.measures.values())


@pytest.mark.parametrize("measure", every_measure(), ids=lambda measure: measure.id)
def test_a_measure_that_is_judged_says_how_large_a_change_is_worth_a_word_and_why(measure: Measure):
    if measure.better is Better.NONE:
        return
    assert measure.drift > 0
    assert measure.least_change > 0
    assert measure.drift_because


@pytest.mark.parametrize("measure", SHIPPED.of_tier(1), ids=lambda measure: measure.id)
def test_a_measure_of_strategic_monitoring_can_be_discussed(measure: Measure):
    assert measure.questions
    assert measure.why_it_matters
    assert measure.if_a_governor_asks
    assert measure.verb or not measure.is_counted


@pytest.mark.parametrize("measure", every_measure(), ids=lambda measure: measure.id)
def test_years_that_are_not_comparable_are_academic_years_with_a_reason(measure: Measure):
    for entry in measure.not_comparable:
        assert entry.years
        assert all(is_time_period(year) for year in entry.years)
        assert entry.because


def test_no_breakdown_left_out_is_one_that_is_not_there():
    left_out = {name for measure in every_measure() for name in measure.breakdowns_left_out}

    assert left_out <= set(SHIPPED.breakdowns)


def test_pairs_of_breakdowns_form_a_star_so_that_a_whole_stands_behind_every_table():
    pairs = [set(entry.columns) for entry in SHIPPED.breakdowns.values() if len(entry.columns) > 1]

    assert set.intersection(*pairs) == {"sen_provision"}


def test_the_breakdowns_of_a_measure_begin_with_the_total():
    names = SHIPPED.breakdown_names(SHIPPED.measure("permanent_exclusion"))

    assert names[0] == TOTAL
    assert "education_phase" not in names
    assert "sex" in names
