"""What a Word file of ours is inside, and how it lies on an authority's own template."""

import io
import zipfile
from datetime import date
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from cswanalytics.errors import CswanalyticsError
from cswanalytics.show.reports import house_style, word
from cswanalytics.show.reports.document import (
    Bullets,
    Document,
    Field,
    Heading,
    Paragraph,
    Strong,
    Table,
    Typed,
)
from tests.reports.conftest import Kinds, word_text
from tests.reports.sized_gateway import HOSTILE


def opened(made: bytes):
    return docx.Document(io.BytesIO(made))


def small(words: str = "Some words") -> Document:
    table = Table(("What", "How many"), (("One", words), ("Two", "2")), "Two rows")
    blocks = (
        Heading(words, 1), Paragraph(words, "answer"),
        Paragraph((Strong(words), Typed(words), Field("a field"))),
        Heading("Section", 2), Bullets((words, "two"), numbered=True), table, Paragraph("note", "note"),
    )  # fmt: skip
    return Document(words, "A subject", "Sampleshire", date(2026, 11, 3), blocks, "A foot")


@pytest.fixture(scope="module")
def every(sized: Kinds, released: Kinds) -> dict[str, bytes]:
    documents = {
        "feedback": sized.feedback("900016"),
        "annual": sized.governor("900016", annual=True, actions_done="Ring home: done.\nMentors: begun."),
        "nil": sized.governor("900012", nil=True),
        "termly": sized.governor("900014"),
        "strategic": released.strategic(),
        "aims": released.aims(),
        "definitions": released.definitions(),
    }
    return {name: word.make(each) for name, each in documents.items()}


def test_headings_begin_with_one_title_and_skip_no_level(every) -> None:
    for name, made in every.items():
        styles = [paragraph.style.name for paragraph in opened(made).paragraphs]
        levels = [int(style[-1]) for style in styles if style.startswith("Heading")]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_every_picture_is_put_in_words(every) -> None:
    pictures = [shape for made in every.values() for shape in opened(made).inline_shapes]

    assert len(pictures) >= 3
    assert all(len(picture._inline.docPr.get("descr")) > 40 for picture in pictures)


def test_every_table_repeats_its_heads_and_is_put_in_words(every) -> None:
    tables = [table for made in every.values() for table in opened(made).tables]

    assert len(tables) >= 12
    for table in tables:
        assert all(cell.text.strip() for cell in table.rows[0].cells)
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))


def test_no_paragraph_is_empty(every) -> None:
    for name, made in every.items():
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            body = etree.fromstring(parts.read("word/document.xml"))
        for paragraph in body.iter(qn("w:p")):
            letters = "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
            assert letters.strip() or list(paragraph.iter(qn("w:drawing"))), name


def test_title_language_and_authority_are_said(every) -> None:
    for name, made in every.items():
        said = opened(made).core_properties
        assert said.title, name
        assert said.author == "Sampleshire", name
        assert said.language == "en-GB", name
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            assert b'w:lang w:val="en-GB"' in parts.read("word/styles.xml"), name


def test_a_field_is_a_control_with_a_name() -> None:
    with zipfile.ZipFile(io.BytesIO(word.make(small()))) as parts:
        body = etree.fromstring(parts.read("word/document.xml"))

    assert [alias.get(qn("w:val")) for alias in body.iter(qn("w:alias"))] == ["a field"]
    assert "[a field]" in word_text(word.make(small()))


@pytest.mark.parametrize("name", [*HOSTILE.values(), "bell \x07 and end \x00 of a name"])
def test_names_come_out_as_text(name: str) -> None:
    made = word.make(small(name))

    lawful = name.replace("\x07", "").replace("\x00", "")
    assert word_text(made).count(lawful) >= 5
    assert opened(made).core_properties.title == lawful


def test_the_same_document_gives_the_same_bytes(every, sized: Kinds) -> None:
    assert word.make(sized.feedback("900016")) == every["feedback"]


class TestAnAuthoritysOwnTemplate:
    @pytest.fixture
    def template(self) -> bytes:
        own = docx.Document()
        own.styles["Heading 1"].font.name = "Comic Sans MS"
        own.styles["Heading 1"].font.color.rgb = docx.shared.RGBColor(0, 0x66, 0)
        own.sections[0].header.paragraphs[0].text = "Borough of Anywhere"
        own.sections[0].footer.paragraphs[0].text = "Town Hall, Anywhere"
        own.add_paragraph("Text of the template that must go")
        file = io.BytesIO()
        own.save(file)
        return file.getvalue()

    def test_keeps_its_styles_its_head_and_its_foot_and_loses_its_text(self, template: bytes) -> None:
        made = opened(word.make(small(), template))

        assert made.styles["Heading 1"].font.name == "Comic Sans MS"
        assert made.sections[0].header.paragraphs[0].text == "Borough of Anywhere"
        feet = [paragraph.text for paragraph in made.sections[0].footer.paragraphs]
        assert feet[0] == "Town Hall, Anywhere"
        assert feet[1].startswith("A foot")
        assert "must go" not in word_text(word.make(small(), template))

    def test_is_given_what_it_lacks(self, template: bytes) -> None:
        styles = {style.name for style in opened(word.make(small(), template)).styles}

        assert {house_style.ANSWER, house_style.NOTE, house_style.TABLE} <= styles

    def test_can_be_begun_from_ours(self) -> None:
        assert word_text(word.make(small(), word.empty_template())) == word_text(word.make(small()))

    @pytest.mark.parametrize("what", ["text", "another zip", "macros", "a bomb", "too big"])
    def test_that_is_none_is_refused_in_plain_words(self, template: bytes, what: str) -> None:
        file = io.BytesIO()
        if what == "text":
            file.write(b"not a zip")
        elif what == "too big":
            file.write(bytes(house_style.MOST_BYTES + 1))
        else:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
                parts.writestr("hello.txt" if what == "another zip" else "word/document.xml", "<a/>")
                if what == "macros":
                    parts.writestr("word/vbaProject.bin", b"")
                if what == "a bomb":
                    parts.writestr("word/media/a.png", bytes(house_style.MOST_UNPACKED + 1))

        with pytest.raises(CswanalyticsError, match="template"):
            word.make(small(), file.getvalue())
