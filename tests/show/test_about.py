"""What the pages about the figures say: definitions in words, and whether the data can be relied on."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

from cswanalytics import catalogue
from cswanalytics.build.contract import TABLES
from cswanalytics.show import data_quality, definitions
from cswanalytics.vocabulary import Role
from tests.pages.invented_gateway import InventedGateway
from tests.pages.test_every_page import open_page

MEASURES = tuple(catalogue.load().measures.values())
OF = catalogue.load().measures
FACTS = InventedGateway().facts
NB = "\u00a0"


@pytest.mark.parametrize("measure", MEASURES, ids=[measure.id for measure in MEASURES])
def test_every_measure_is_told_in_words_without_code(measure):
    said = " ".join(definitions.facts(measure).to_numpy().ravel())

    assert "`" not in said
    assert "nan" not in said.split()
    assert len(definitions.examples(measure)) == len(measure.examples)


def test_an_authoritys_own_condition_is_shown_as_it_is_written():
    own = replace(OF["persistent_absence"], population="of_statutory_school_age and schools_attended >= 2")

    assert definitions.who_is_in(own).endswith("those with `schools_attended >= 2`.")


def test_a_condition_with_an_and_inside_brackets_is_one_condition():
    told = definitions.who_is_in(OF["sdq_completed"])

    assert told == (
        "Looked-after children, without a break for the twelve months to 31 March, of reception to year 11."
    )


def test_a_worked_example_says_what_becomes_of_a_child():
    table = definitions.examples(OF["persistent_absence"])

    assert table.iloc[0].tolist() == ["38 of 380 is exactly a tenth.", "Counted"]
    assert "Left out" in set(table["What becomes of it"])


def test_a_link_by_id_finds_one_measure_and_a_word_all_that_hold_it():
    assert [entry.id for entry in definitions.matching(MEASURES, "persistent_absence")] == [
        "persistent_absence"
    ]
    assert [entry.id for entry in definitions.matching(MEASURES, "Persistent absence")] == [
        "persistent_absence"
    ]
    assert len(definitions.matching(MEASURES, "absence")) > 3
    assert definitions.matching(MEASURES, "zebra") == []
    assert len(definitions.matching(MEASURES, "")) == len(MEASURES)


def test_the_definitions_can_be_taken_away():
    rows = list(csv.DictReader(io.StringIO(definitions.as_csv(MEASURES))))

    assert [row["measure"] for row in rows] == [measure.id for measure in MEASURES]
    assert all(row["counts"] and row["who_is_in"] and row["next_review"] for row in rows)


def test_the_legal_basis_is_the_authoritys_own_words_with_their_date():
    told = definitions.legal_basis(replace(FACTS, legal_basis="Section 11 agreement of 2025."))

    assert told.replace(NB, " ") == "Section 11 agreement of 2025. (As released on 3 November 2026.)"
    assert "not written" in definitions.legal_basis(FACTS)


def test_a_deep_link_opens_one_measure_in_full():
    at = open_page("definitions", InventedGateway())
    at.text_input(key="measure").set_value("severe_absence").run()

    assert not at.exception
    assert "Severe absence" in [header.value for header in at.header]
    assert at.markdown[1].value.startswith("Severe absence: pupils who missed at least half")


def test_parts_of_the_data_are_complete_partial_late_or_missing():
    dates = {
        "attendance": date(2026, 3, 31),
        "exclusions": date(2025, 7, 31),
        "key_stage_2": date(2026, 3, 31),
    }
    facts = replace(
        FACTS, data_dates=dates, not_exported={"phonics_standard": "phonics"},
        half_terms_reported={"202526 To half-term 3": (6, 10)},
    )  # fmt: skip

    states = data_quality.themes(MEASURES, facts).set_index("Theme")

    assert states["State"].to_dict() == {
        "Attendance": "Partial",
        "Suspensions and exclusions": "Late",
        "Results": "Partial",
        "Who has a social worker": "Not known",
    }
    assert states.loc["Attendance", "What is missing"].replace(NB, " ") == (
        "4 of 10 schools for half-term 3 of 2025/26"
    )


def test_the_answer_says_whether_verdicts_stand():
    assert data_quality.answer(FACTS).startswith("Yes: every table was supplied")
    doubtful = replace(FACTS, matching={**FACTS.matching, "unexplained": 0.2})
    assert data_quality.answer(doubtful).startswith("No verdict can be given")


def test_findings_that_name_schools_are_for_the_authority_alone():
    vsh = open_page("data_quality", InventedGateway())
    head = open_page("data_quality", InventedGateway(role=Role.HEADTEACHER, own=("900012",)))

    def said(at) -> str:
        cells = [str(cell) for table in at.table for cell in table.value.to_numpy().ravel()]
        return " ".join([text.value for text in at.markdown] + cells)

    assert "900013" in said(vsh)
    assert "900013" not in said(head)
    assert "1 warning. Your data team has the list." in said(head)


def test_a_warning_says_which_page_it_touches():
    assert data_quality.warnings(InventedGateway().quality())[0].endswith("*Touches: attendance.*")


def test_what_was_restated_is_said_with_the_reason():
    facts = replace(FACTS, restated={"202324": "a school sent its register twice"})

    assert "Restated, 2023/24: a school sent its register twice." in data_quality.changed(facts, None)
    assert "No figure of a closed year was restated." in data_quality.changed(FACTS, FACTS)


def test_the_data_dictionary_names_every_column_of_the_exports_with_what_it_means():
    records = list(csv.DictReader(io.StringIO(definitions.data_dictionary(), newline="")))

    declared = [(table.name, column.name) for table in TABLES.values() for column in table.columns]
    assert [(record["table"], record["column"]) for record in records] == declared
    assert all(record["meaning"] and record["type"] for record in records)
