"""What leaves in a document about a school of 0, 4, 12 or 60 children, and what must not."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator

import pikepdf
import pytest
from lxml import etree

from cswanalytics.answers import Question
from cswanalytics.inference.funnel import funnel
from cswanalytics.show import my_school, schools
from cswanalytics.show.reports import pdf, word
from cswanalytics.show.reports.discretion import findings
from cswanalytics.show.reports.document import Document, Field, plain, runs, texts
from cswanalytics.show.workbook import Sheet, write_sheets
from cswanalytics.vocabulary import Level
from tests.reports.conftest import Kinds, squeezed, word_text
from tests.reports.sized_gateway import HOSTILE, SIZES

KINDS = [
    f"{kind} of {children}" for children in SIZES.values() for kind in ("feedback", "termly", "annual", "nil")
]
COUNT_OF_CHILDREN = re.compile(r"\b[1-5] (?:[\w-]+ )?(?:child|children|pupils?|girls?|boys?)\b")


def said(document: Document) -> str:
    """Give all a document says by itself: its fields ask, they do not say."""
    all_texts = [text for block in document.blocks for text in texts(block)]
    return "\n".join(
        "".join(plain((run,)) for run in runs(text) if not isinstance(run, Field)) for text in all_texts
    )


def inside(made: bytes) -> Iterator[str]:
    """Give everything a PDF holds that could be read out of it, streams unpacked."""
    with pikepdf.open(io.BytesIO(made)) as book:
        for thing in book.objects:
            if isinstance(thing, pikepdf.Stream):
                unpacked = thing.read_bytes()
                yield unpacked.decode("latin-1")
                yield unpacked.decode("utf-16-be", errors="replace")
            yield str(thing)


@pytest.mark.parametrize("kind", KINDS)
def test_no_count_of_one_to_five_and_no_other_school_is_in_a_document(sized: Kinds, kind: str) -> None:
    urn, make = sized.about_schools()[kind]
    document = make()

    assert findings(document, (), sized.others(urn)) == ()
    assert not COUNT_OF_CHILDREN.search(said(document).lower())


@pytest.mark.parametrize("kind", ["feedback of 60", "annual of 60"])
def test_no_other_school_is_in_any_byte_of_a_file(sized: Kinds, kind: str) -> None:
    urn, make = sized.about_schools()[kind]
    document, others = make(), sized.others(urn)
    held = "\n".join([*inside(pdf.make(document)), squeezed(word_text(word.make(document)))])

    assert document.about in held
    assert not [name for name in others if name in held]


@pytest.mark.parametrize(("urn", "children"), SIZES.items())
def test_a_school_is_told_its_own_figures_only_where_it_has_enough_children(
    sized: Kinds, urn: str, children: int
) -> None:
    school = sized.schools.of(urn)

    # 30 over three years: 12 a year are enough, 4 are not
    assert school.has_figures == (children >= 12)
    assert (school.children is None) == (children < 10)
    assert (
        "your school was" in said(sized.feedback(urn)) or "at your school were" in said(sized.feedback(urn))
    ) == (children >= 12)


@pytest.mark.parametrize("urn", SIZES)
def test_every_school_gets_a_letter_with_a_picture_and_two_questions(sized: Kinds, urn: str) -> None:
    kinds = [type(block).__name__ for block in sized.feedback(urn).blocks]

    assert kinds.count("Figure") == 1
    text = said(sized.feedback(urn))
    assert text.count("?") >= 2
    for heading in ("What has changed", "Two questions to discuss", "What you can ask for", "Reply to"):
        assert heading in text


def test_the_sentences_are_those_of_the_schools_page(sized: Kinds) -> None:
    school = sized.schools.of("900016")
    letter, report = said(sized.feedback("900016")), said(sized.governor("900016"))

    for outcome in school.outcomes[:1]:
        page = my_school.sentence(outcome.own, outcome.place, school.span, school.phase, "your school")
        assert page in letter
        assert outcome.card.text in report


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
@pytest.mark.parametrize("urn", HOSTILE)
def test_a_hostile_name_is_read_as_it_is_on_the_pages_of_a_pdf(hostile: Kinds, urn: str, tmp_path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf.make(hostile.feedback(urn)))
    read = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True).stdout.decode()

    assert squeezed(HOSTILE[urn]) in squeezed(read)


def test_a_hostile_name_is_text_in_a_workbook_and_in_the_csv_of_schools(hostile: Kinds, tmp_path) -> None:
    facts, file = hostile.gateway.facts, tmp_path / "names.xlsx"
    names = [(name,) for name in HOSTILE.values()]
    write_sheets(facts, [Sheet("Schools", "The schools", ("School",), names, "Schools")], file, "Schools")
    span = schools.Span(max(facts.years), 3)
    answer = hostile.gateway.answer(Question("persistent_absence", level=Level.SCHOOL))
    told = schools.numbers(funnel(schools.of_span(answer, span)), span, hostile.gateway.schools(), facts)

    with zipfile.ZipFile(file) as parts:
        held = {name: parts.read(name).decode() for name in parts.namelist()}
    shared = "".join(etree.fromstring(held["xl/sharedStrings.xml"].encode()).itertext())
    assert all(name in shared for name in HOSTILE.values())
    assert not [name for name, part in held.items() if "<f>" in part or 'TargetMode="External"' in part]
    read = {row["school_urn"]: row["school_name"] for row in csv.DictReader(io.StringIO(told))}
    assert read["900012"] == "'" + HOSTILE["900012"]
    assert read["900014"] == HOSTILE["900014"]


@pytest.mark.parametrize("urn", HOSTILE)
def test_hostile_names_come_out_as_text_in_every_document(hostile: Kinds, urn: str) -> None:
    name = HOSTILE[urn]
    for document in (hostile.feedback(urn), hostile.governor(urn), hostile.governor(urn, nil=True)):
        assert name in word_text(word.make(document))
        with pikepdf.open(io.BytesIO(pdf.make(document))) as book, book.open_metadata() as metadata:
            assert name in metadata["dc:title"]
