"""A release as a workbook: read back from its own XML, figures are those of the pages and of the release."""

import re
import zipfile
from xml.etree import ElementTree

import pandas as pd
import pytest

from cswanalytics.access import Actor
from cswanalytics.answers import Question
from cswanalytics.gateway import open_gateway
from cswanalytics.show import ees, side_by_side
from cswanalytics.show.printed import all_counted_and_labelled, counted_and_labelled
from cswanalytics.show.workbook import write_workbook
from cswanalytics.vocabulary import Role

MAIN = "{*}"
SYMBOLS = {"c", "z", "x"}


@pytest.fixture(scope="module")
def gateway(made):
    return open_gateway(made.releases, Actor(Role.DATA_TEAM))


@pytest.fixture(scope="module")
def written(gateway, tmp_path_factory):
    file = tmp_path_factory.mktemp("workbook") / "figures.xlsx"
    write_workbook(gateway, file)
    return file


@pytest.fixture(scope="module")
def parts(written):
    with zipfile.ZipFile(written) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


@pytest.fixture(scope="module")
def sheets(parts):
    """Give each sheet's rows by its name: numbers as numbers, texts as texts."""
    shared = [
        "".join(text.itertext())
        for text in ElementTree.fromstring(parts["xl/sharedStrings.xml"]).findall(f".//{MAIN}si")
    ]
    names = re.findall(r'<sheet name="([^"]+)"', parts["xl/workbook.xml"])
    return {
        name: [
            [_cell(cell, shared) for cell in row.findall(f".//{MAIN}c")]
            for row in ElementTree.fromstring(parts[f"xl/worksheets/sheet{at}.xml"]).findall(f".//{MAIN}row")
        ]
        for at, name in enumerate(names, start=1)
    }


def _cell(cell, shared):
    value = cell.findtext(f"{MAIN}v") or ""
    return shared[int(value)] if cell.get("t") == "s" else float(value)


def test_there_is_a_sheet_for_what_it_is_each_theme_and_every_cell(sheets, gateway):
    themes = list(dict.fromkeys(measure.theme.capitalize() for measure in gateway.measures()))

    assert list(sheets) == ["Contents", "Notes", "Measures", *themes, "Offer", "Data"]
    listed = [row[0] for row in sheets["Contents"]]
    assert [name for name in sheets if name != "Contents" and name not in listed] == []


def test_invented_data_are_called_so_on_every_sheet_with_a_title(sheets):
    for name, rows in sheets.items():
        if name != "Data":
            assert rows[0][0].startswith("Invented data, no child here is real.")


def test_every_cell_is_the_tidy_datas(sheets, gateway):
    tidy = ees.tidy(gateway)
    heads, *rows = sheets["Data"]

    assert tuple(heads) == ees.COLUMNS
    assert len(rows) == len(tidy)
    for name in ees.INDICATORS:
        at = heads.index(name)
        expected = [cell if cell in SYMBOLS else float(cell) for cell in tidy[name]]
        assert [row[at] for row in rows] == expected


def test_no_count_on_any_sheet_is_exact(sheets):
    checked = 0
    for name in set(sheets) - {"Contents", "Notes", "Measures", "Offer", "Data"}:
        _, heads, *rows = sheets[name]
        for at in [place for place, head in enumerate(heads) if head.endswith((" pupils", " counted"))]:
            numbers = [row[at] for row in rows if not isinstance(row[at], str)]
            checked += len(numbers)
            assert all(number % 5 == 0 for number in numbers)
            assert {row[at] for row in rows if isinstance(row[at], str)} <= SYMBOLS
    assert checked > 1000


def test_figures_side_by_side_are_those_of_every_other_page(sheets, gateway):
    gaps = counted_and_labelled(gateway.answer(Question("persistent_absence")))
    title = gateway.measures()[[entry.id for entry in gateway.measures()].index("persistent_absence")].title
    heads = sheets["Attendance"][1]
    chosen = [row for row in sheets["Attendance"] if row[0] == title]
    shown = [row for row in chosen if row[3] == "children with a social worker" and row[4] == "All"]
    years = [row for row in shown if "half-term" not in row[2]]

    assert len(years) == len(gaps.rows)
    for row, (_, expected) in zip(years, gaps.rows.iterrows(), strict=True):
        for head, name in (
            ("CWSW", "cwsw"),
            ("Peers", "peers"),
            (side_by_side.HEADS[16], "gap"),
            ("Gap low", "gap_low"),
        ):
            assert row[heads.index(head)] == pytest.approx(expected[name], abs=0.006)


@pytest.mark.parametrize("measure", ["persistent_absence", "permanent_exclusion", "attainment_8"])
def test_answers_worked_out_at_once_are_those_worked_out_one_by_one(gateway, measure):
    [asked] = [one for one in gateway.measures() if one.id == measure]
    questions = list(side_by_side.questions(gateway, asked))

    answers = gateway.answers(questions)
    assert [answer.question for answer in answers] == questions
    for question, answer, gaps in zip(questions, answers, all_counted_and_labelled(answers), strict=True):
        alone = gateway.answer(question)
        assert len(answer.rows) == len(alone.rows)
        if len(alone.rows):
            pd.testing.assert_frame_equal(answer.rows, alone.rows)
            pd.testing.assert_frame_equal(gaps.rows, counted_and_labelled(alone).rows)


def test_that_none_or_all_of_a_group_has_an_outcome_is_never_asserted(sheets):
    for name in set(sheets) - {"Contents", "Notes", "Measures", "Offer", "Data"}:
        _, heads, *rows = sheets[name]
        for row in rows:
            if row[heads.index("Unit")] == "percent" and row[heads.index("CWSW counted")] == 0.0:
                assert isinstance(row[heads.index("CWSW")], str)
                assert isinstance(row[heads.index(side_by_side.HEADS[16])], str)


def test_every_sheet_is_one_named_table_with_its_heads_in_view_and_no_merged_cell(parts, sheets):
    for at in range(1, len(sheets) + 1):
        page = parts[f"xl/worksheets/sheet{at}.xml"]
        assert "<mergeCell" not in page
        assert page.count("<tablePart ") == 1
        assert 'state="frozen"' in page
        assert "<cols>" in page


def test_the_document_says_whose_it_is_and_in_which_language(parts, gateway):
    core = parts["docProps/core.xml"]
    assert f"<dc:creator>{gateway.facts.authority}</dc:creator>" in core
    assert "<dc:title>Invented data" in core
    assert f"{gateway.facts.released_on:%Y-%m-%d}T00:00:00Z" in core
    assert "en-GB" in parts["docProps/custom.xml"]


def test_the_same_release_gives_the_same_bytes(gateway, written, tmp_path):
    write_workbook(gateway, tmp_path / "again.xlsx")

    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()
