"""What is let into a document and what is not: a check that catches slips and no plain sentence."""

from datetime import date

import pytest

from cswanalytics.errors import DocumentRefused
from cswanalytics.show.reports.discretion import findings, refuse_indiscreet, typed_findings
from cswanalytics.show.reports.document import Document, Field, Heading, Paragraph, Table, Typed
from tests.reports.sentences import COUNTING, NAMING, PLAIN


@pytest.mark.parametrize("sentence", PLAIN)
def test_a_plain_sentence_is_let_through(sentence: str) -> None:
    assert typed_findings(sentence) == ()


@pytest.mark.parametrize(("sentence", "name"), NAMING)
def test_a_name_is_found_and_said(sentence: str, name: str) -> None:
    [found] = typed_findings(f"All is well. {sentence}")

    assert found.sentence == sentence
    assert f"“{name}”" in found.because
    assert "leave the name out" in found.because


@pytest.mark.parametrize("sentence", COUNTING)
def test_a_count_of_one_to_five_is_found_and_its_sentence_said(sentence: str) -> None:
    found = typed_findings(f"All is well. {sentence} We go on.")

    assert [each.sentence for each in found] == [sentence]
    assert "fewer than 6 children" in found[0].because


def test_words_said_to_name_no_child_are_let_through() -> None:
    assert typed_findings("We use Seesaw and the Nessy programme.")
    assert not typed_findings("We use Seesaw and the Nessy programme.", ["Seesaw, Nessy"])


def document(*blocks) -> Document:
    blocks = (Heading("Oak School", 1), *blocks)
    return Document("Oak School", "", "Sampleshire", date(2026, 1, 1), blocks, "", about="Oak School")


def test_a_field_may_speak_of_numbers() -> None:
    assert findings(document(Paragraph(("We have ", Field("number; 3 children, or fewer"))))) == ()


def test_another_school_is_found_and_the_schools_own_name_is_not() -> None:
    others = {"Oak", "Elm School"}

    assert findings(document(Paragraph("Oak School does well.")), (), others) == ()
    assert (
        findings(document(Paragraph("Unlike Elm School, it does well.")), (), others)[0].sentence
        == "Elm School"
    )


def test_a_finding_says_under_which_heading_or_in_which_row_it_stands() -> None:
    table = Table(("What", "Where we stand"), (("Training", (Typed("Two are trained."),)),), "A table")
    found = findings(
        document(Heading("Alternative provision"), Paragraph((Typed("One is at the farm."),)), table)
    )

    assert [each.where for each in found] == ["Alternative provision", "Training"]
    assert str(found[0]).startswith("Under “Alternative provision”: “One is at the farm.” may count")


def test_a_refusal_carries_every_sentence() -> None:
    with pytest.raises(DocumentRefused) as refused:
        refuse_indiscreet(document(Paragraph((Typed("We have 3 children. Kayleigh was away."),))))

    assert len(refused.value.sentences) == 2
    assert "1. “We have 3 children.”" in str(refused.value)
