"""The report to governors: two sections, fields for what only the school knows, nothing typed lost."""

import pytest

from cswanalytics.show.reports.discretion import findings
from cswanalytics.show.reports.document import Field, Heading, lines_of, plain, runs, texts
from cswanalytics.show.reports.governor import SECTION_1, SECTION_2, section
from cswanalytics.show.reports.governor_form import ASKED, HEADINGS, LONGEST, Form, asked_for
from tests.reports.conftest import Kinds

URN = "900016"


def headings(document) -> list[str]:
    return [block.words for block in document.blocks if isinstance(block, Heading)]


def fields_of(document) -> set[str]:
    all_texts = [text for block in document.blocks for text in texts(block)]
    return {run.says for text in all_texts for run in runs(text) if isinstance(run, Field)}


def said(document) -> str:
    return "\n".join(plain(text) for block in document.blocks for text in texts(block))


def test_both_sections_are_there(sized: Kinds) -> None:
    found = headings(sized.governor(URN))

    assert found.index(SECTION_1) < found.index(SECTION_2) < found.index("Questions governors may ask")


def test_what_the_release_cannot_say_is_a_field_that_says_what_belongs(sized: Kinds) -> None:
    found = fields_of(sized.governor(URN, annual=True))

    assert set(ASKED.values()) <= found
    assert "number; leave out if fewer than 10 and minutes are public" in found


@pytest.mark.parametrize("name", HEADINGS)
def test_what_is_typed_stands_in_the_report_instead_of_its_field(sized: Kinds, name: str) -> None:
    typed = "Zeal and patience, each week."
    report = sized.governor(URN, annual=True, **{name: typed})

    assert typed in said(report)
    assert ASKED[name] not in fields_of(report)


def test_the_form_asks_for_nothing_that_the_report_has_no_place_for(sized: Kinds) -> None:
    for annual in (False, True):
        for nil in (False, True):
            for name in asked_for(annual, nil):
                report = sized.governor(URN, annual=annual, nil=nil, **{name: "Zeal and patience."})
                assert "Zeal and patience." in said(report), (annual, nil, name)


def test_actions_are_listed_a_line_each(sized: Kinds) -> None:
    report = said(sized.governor(URN, actions_next="Ring home by nine.\n\n  Find a mentor. "))

    assert "Ring home by nine.\nFind a mentor." in report


def test_a_nil_return_says_so_and_gives_no_figure_of_the_school(sized: Kinds) -> None:
    report = sized.governor("900012", nil=True)

    assert "Nil return. No child with a social worker was on our roll in this period." in said(report)
    assert SECTION_1 not in headings(report)
    assert "Signed" in headings(report)
    assert section(report, SECTION_1) == ()


def test_a_section_is_copied_whole_a_line_each_and_without_the_other(sized: Kinds) -> None:
    report = sized.governor(URN, peps="Zeal and patience.")
    first, second = (lines_of(section(report, heading)) for heading in (SECTION_1, SECTION_2))

    assert [line for line in first if line.startswith("- ")]
    assert "Persistently absent: " in "\n".join(first)
    assert "Zeal and patience." in second
    assert "Personal education plans" in second
    assert not set(filter(None, first)) & set(filter(None, second))


def test_an_annual_report_answers_more_questions_and_draws_the_authority(sized: Kinds) -> None:
    termly, annual = (sized.governor(URN, annual=annual) for annual in (False, True))

    assert said(annual).count("?") > said(termly).count("?")
    assert "Figure" in [type(block).__name__ for block in annual.blocks]


def test_a_name_typed_into_any_answer_is_found(sized: Kinds) -> None:
    for name in HEADINGS:
        if name == "designated_teacher":
            continue
        report = sized.governor(URN, annual=True, **{name: "A mentor meets Chidera weekly."})
        assert any("Chidera" in found.because for found in findings(report)), name


def test_the_designated_teacher_may_be_named(sized: Kinds) -> None:
    form = Form(designated_teacher="Ms Ada Okafor", training="Ada Okafor had two days of training.")
    report = sized.governor(URN, designated_teacher=form.designated_teacher, training=form.training)

    assert findings(report, form.known) == ()


def test_an_answer_is_cut_to_what_it_may_hold() -> None:
    assert len(Form(peps=" " + "x" * (LONGEST + 5)).trimmed().peps) == LONGEST
