"""What pages give to take away besides numbers: the board's grid, aims, definitions, who was trained."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest

from cswanalytics import aims
from cswanalytics.answers import Question
from cswanalytics.inference import State
from cswanalytics.inference.funnel import funnel
from cswanalytics.show import definitions, offer, schools, words
from cswanalytics.show.board_sheet import HEADS, board_workbook
from cswanalytics.show.reports.booklet import booklet
from cswanalytics.show.reports.discretion import findings
from cswanalytics.show.reports.document import Heading, Table, plain, texts
from cswanalytics.show.reports.rendering import Form, render
from cswanalytics.show.reports.strategic import aims_report
from cswanalytics.show.row_words import row_of
from cswanalytics.vocabulary import TOTAL, Level, year_label
from tests.reports.conftest import Kinds


def rows_of(book: bytes) -> list[list[str | float]]:
    """Read the rows of a workbook's second sheet: numbers as numbers, texts as texts."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        texts_of = ElementTree.fromstring(parts.read("xl/sharedStrings.xml")).findall(".//{*}si")
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet2.xml"))
    shared = ["".join(text.itertext()) for text in texts_of]
    return [
        [
            shared[int(cell.findtext("{*}v") or 0)]
            if cell.get("t") == "s"
            else float(cell.findtext("{*}v") or 0)
            for cell in row.findall(".//{*}c")
        ]
        for row in sheet.findall(".//{*}row")
    ]


def test_the_boards_grid_holds_every_outcome_and_year_and_is_the_same_each_time(released: Kinds) -> None:
    facts, outcomes = released.gateway.facts, released.outcomes
    year = max(facts.years)

    made = board_workbook(outcomes, year, TOTAL, {}, facts)

    assert made == board_workbook(outcomes, year, TOTAL, {}, facts)
    _, heads, *rows = rows_of(made)
    assert tuple(heads) == HEADS
    assert len(rows) == sum(len(gaps.rows) for gaps, _ in outcomes.values())
    of_year = {row[1]: row for row in rows if row[3] == year_label(year)}
    shown = 0
    for gaps, change in outcomes.values():
        row, cells = row_of(gaps, year), of_year[gaps.measure.title]
        assert cells[10] == words.verdict(change).replace("\u00a0", " ")
        if row is None or row["state"] != State.SHOWN:
            assert cells[6] in ("c", "x", "z")
        elif isinstance(cells[6], float):
            assert cells[6] == pytest.approx(row["gap"], abs=0.51)
            shown += 1
    assert shown >= 5


def test_the_aims_are_one_document_without_a_small_count(released: Kinds) -> None:
    document = aims_report(released.gateway.facts, aims.courses(released.gateway))

    assert findings(document) == ()
    assert "Is each gap closing fast enough?" in [
        block.words for block in document.blocks if isinstance(block, Heading)
    ]


def test_the_definitions_are_a_document_with_every_figure_and_its_examples(released: Kinds) -> None:
    measures = released.gateway.measures()

    document = booklet(measures, released.gateway.facts)

    said = "\n".join(plain(text) for block in document.blocks for text in texts(block))
    for measure in measures:
        assert measure.counts in said
        assert definitions.who_is_in(measure).replace("`", "") in said
    assert sum(isinstance(block, Table) for block in document.blocks) >= len(measures)
    assert render(booklet(measures[:2], released.gateway.facts), Form.PDF).startswith(b"%PDF")


def test_the_schools_csv_says_whose_staff_were_trained_and_not_to_a_school(released: Kinds) -> None:
    gateway = released.gateway
    year = max(gateway.facts.years)
    trained = offer.trained(gateway.offer("whole_school_training"), year)
    listed = gateway.schools()
    span = schools.Span(year, 3)
    worked = funnel(schools.of_span(gateway.answer(Question("persistent_absence", level=Level.SCHOOL)), span))

    to_strategist = list(
        csv.DictReader(io.StringIO(schools.numbers(worked, span, listed, gateway.facts, trained)))
    )
    to_school = schools.numbers(worked, span, listed, gateway.facts)

    assert set(trained.values()) <= {"yes", "no"}
    assert trained
    assert all(row["trained"] == trained.get(row["school_urn"], "x") for row in to_strategist)
    assert "trained" not in to_school.splitlines()[0]
