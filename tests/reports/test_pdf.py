"""What a PDF of ours is inside: tagged, titled, in English, figures put in words, tables with heads."""

import io
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import pairwise

import pikepdf
import pytest
import typst

from cswanalytics.show.prints.page import Sheet
from cswanalytics.show.reports import pdf
from cswanalytics.show.reports.document import (
    Bullets,
    Document,
    Field,
    Figure,
    Heading,
    Paragraph,
    Strong,
    Table,
)
from tests.reports.conftest import Kinds
from tests.reports.sized_gateway import HOSTILE

TABLE = Table(("What", "How many"), (("One", "1"), ("Two", "2")), "Two rows")


def document(*blocks, title: str = "A title") -> Document:
    return Document(
        title, "A subject", "Sampleshire", date(2026, 11, 3), (Heading(title, 1), *blocks), "A foot"
    )


def opened(made: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made))


def tags(book: pikepdf.Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Give the structure's elements in the order they are read."""

    def walk(element: pikepdf.Object) -> Iterator[tuple[str, pikepdf.Object]]:
        if isinstance(element, pikepdf.Dictionary) and "/S" in element:
            yield str(element.S), element
        children = element.get("/K") if isinstance(element, pikepdf.Dictionary) else None
        for child in children if isinstance(children, pikepdf.Array) else [children]:
            if isinstance(child, pikepdf.Dictionary):
                yield from walk(child)

    yield from walk(book.Root.StructTreeRoot)


@pytest.fixture(scope="module")
def every(sized: Kinds, released: Kinds) -> dict[str, pikepdf.Pdf]:
    documents = {
        "feedback with a funnel": sized.feedback("900016"),
        "feedback without": sized.feedback("900014"),
        "annual": sized.governor("900016", annual=True),
        "nil": sized.governor("900012", nil=True),
        "termly": sized.governor("900014"),
        "strategic": released.strategic(),
        "aims": released.aims(),
        "definitions": released.definitions(),
    }
    return {name: opened(pdf.make(each)) for name, each in documents.items()}


def test_every_document_is_tagged_titled_and_in_british_english(every) -> None:
    for name, book in every.items():
        assert book.Root.MarkInfo.Marked, name
        assert str(book.Root.Lang) == "en-GB", name
        assert book.Root.ViewerPreferences.DisplayDocTitle, name
        with book.open_metadata() as said:
            assert said["dc:title"], name
            assert said["pdfuaid:part"] == "1", name


def test_headings_begin_with_one_title_and_skip_no_level(every) -> None:
    for name, book in every.items():
        levels = [int(tag[2:]) for tag, _ in tags(book) if tag[:2] == "/H" and tag[2:].isdigit()]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), (name, levels)


def test_every_figure_is_put_in_words(every) -> None:
    figures = [
        (name, element) for name, book in every.items() for tag, element in tags(book) if tag == "/Figure"
    ]

    assert len(figures) >= 3
    for name, element in figures:
        assert len(str(element.Alt)) > 40, name


def test_every_table_has_heads(every) -> None:
    for name, book in every.items():
        found = [tag for tag, _ in tags(book)]
        assert found.count("/THead") == found.count("/Table"), name
        assert ("/TH" in found) == ("/Table" in found), name
    assert "/Table" in [tag for tag, _ in tags(every["annual"])]


def test_a_figure_without_words_is_refused() -> None:
    figure = Figure(partial(Sheet, None, 40), "")

    with pytest.raises(typst.TypstError, match="alt"):
        pdf.make(document(figure))


def test_the_faces_are_in_the_file_and_are_ours(every) -> None:
    for name, book in every.items():
        faces = {
            str(font.BaseFont).partition("+")[2]
            for page in book.pages
            for font in page.Resources.get("/Font", {}).values()
        }
        assert faces, name
        assert all(face.startswith(("SourceSansPro", "SourceSerifPro")) for face in faces), (name, faces)


def test_the_same_document_gives_the_same_bytes(sized: Kinds) -> None:
    assert pdf.make(sized.feedback("900016")) == pdf.make(sized.feedback("900016"))


@pytest.mark.parametrize("name", HOSTILE.values())
def test_no_sign_of_a_name_is_read_as_markup(name: str) -> None:
    plain = pdf.make(document(Paragraph(("Body ", Strong("bold"))), Bullets(("item",)), TABLE))
    strange = pdf.make(
        document(
            Paragraph((name, Strong(name), Field(name))), Bullets((name,)),
            Table(("a", name), ((name, name),), name),
            title=name,
        )
    )  # fmt: skip

    kinds = {tag for tag, _ in tags(opened(strange))}
    assert kinds - {tag for tag, _ in tags(opened(plain))} <= {"/Span", "/Em"}
    with opened(strange).open_metadata() as said:
        assert said["dc:title"] == name


def test_a_sign_that_no_shipped_face_has_still_makes_a_document() -> None:
    assert opened(pdf.make(document(Paragraph("School 🏫 學校 مدرسة"))))


@pytest.mark.parametrize("urn", ["900012", "900014", "900015", "900016"])
@pytest.mark.parametrize("note", ["", "We will meet in the town hall, and hope to see you. " * 12])
def test_a_letter_is_one_page_with_definitions_on_the_back(hostile: Kinds, urn: str, note: str) -> None:
    assert len(opened(pdf.make(hostile.feedback(urn, note[:600]))).pages) == 2


def test_a_nil_return_is_one_page(hostile: Kinds) -> None:
    for urn in HOSTILE:
        assert len(opened(pdf.make(hostile.governor(urn, nil=True))).pages) == 1
