"""What a document says, before it is a Word file or a PDF: its blocks, in the order they are read."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from cswanalytics.show.prints.page import Sheet

LANGUAGE = "en-GB"


@dataclass(frozen=True)
class Field:
    """What whoever finishes the document fills in. It is printed in square brackets and says what belongs."""

    says: str


@dataclass(frozen=True)
class Strong:
    """Words set in bold."""

    words: str


@dataclass(frozen=True)
class Typed:
    """Words that somebody typed into a form: checked more closely than what this program says."""

    words: str


Run = str | Field | Strong | Typed
Text = str | tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the document's title, and stands once. `on_new_page` begins a page with it."""

    words: str
    level: int = 2
    on_new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `answer` is the one in larger type under the title, `note` is set small and quiet."""

    text: Text
    style: str = "body"


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not."""

    items: tuple[Text, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table: a row of heads, repeated on each page, and rows of words. `says` is its text alternative.

    `widths` are the columns' shares of the width; all alike where it is empty.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    says: str
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A chart: `draw` gives its sheet, `says` its answer in one sentence, `caption` what and when it shows.

    `share` is how much of the text's width it takes.
    """

    draw: Callable[[], Sheet]
    says: str
    caption: str = ""
    share: float = 1.0


SHORT_TABLE = 1_200
"""Letters up to which a table is kept on one page."""

TALLEST = 1.3
"""A chart's height at most, as a part of the text's width: what a page of A4 holds under its heading."""


PICTURES_KEPT = 32
"""Pictures kept once drawn: letters of one phase share theirs."""


class PictureKind(StrEnum):
    """What a figure is drawn as."""

    PNG = "png"
    SVG = "svg"


@lru_cache(maxsize=PICTURES_KEPT)
def drawn(figure: Figure, kind: PictureKind) -> tuple[bytes, float]:
    """Give a figure's picture, and the share of the text's width at which it fits a page.

    A figure is its own key: one that says the same of another reader's school is another figure.
    """
    sheet = figure.draw()
    picture = sheet.svg() if kind is PictureKind.SVG else sheet.png()
    return picture, min(figure.share, TALLEST / sheet.tall)


Block = Heading | Paragraph | Bullets | Table | Figure


@dataclass(frozen=True)
class Document:
    """One document: what it is called, whose it is, the day it is dated, its blocks and its running foot.

    `about` names the school it is about, empty where it is about the authority. `compact` sets it smaller,
    to fit a page.
    """

    title: str
    subject: str
    authority: str
    day: date
    blocks: tuple[Block, ...]
    foot: str
    about: str = ""
    compact: bool = False


def runs(text: Text) -> tuple[Run, ...]:
    """Give the runs of a text."""
    return (text,) if isinstance(text, str) else text


def words_of(run: Run) -> str:
    """Give a run's words as printed: a field's in square brackets."""
    match run:
        case Field(says):
            return f"[{says}]"
        case Strong(words) | Typed(words):
            return words
        case _:
            return run


def plain(text: Text) -> str:
    """Give a text's words as printed, without its weights."""
    return "".join(words_of(run) for run in runs(text))


def is_short(table: Table) -> bool:
    """Say whether a table is short enough to be kept on one page."""
    return sum(len(plain(cell)) for row in table.rows for cell in row) <= SHORT_TABLE


def leads_on(paragraph: Paragraph) -> bool:
    """Say whether a paragraph announces what comes after it, and so stays on its page."""
    return plain(paragraph.text).rstrip().endswith(":")


def texts(block: Block) -> Iterator[Text]:
    """Give every text of a block that a reader sees or hears."""
    match block:
        case Heading(words=words):
            yield words
        case Paragraph(text=text):
            yield text
        case Bullets(items=items):
            yield from items
        case Table(heads=heads, rows=rows, says=says):
            yield from (says, *heads)
            for row in rows:
                yield from row
        case Figure(says=says, caption=caption):
            yield from filter(None, (says, caption))


def lines_of(blocks: Iterable[Block]) -> list[str]:
    """Give blocks as lines to paste into another paper: a row of a table is a line, a figure is none."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading(words, _, _):
                lines += ["", words]
            case Bullets():
                lines += [f"- {plain(text)}" for text in texts(block)]
            case Table(_, rows, _, _):
                lines += [f"{plain(row[0])}: {'. '.join(map(plain, row[1:]))}" for row in rows]
            case Paragraph(text, _):
                lines.append(plain(text))
    return lines


def sentences(text: str) -> list[str]:
    """Part a text into sentences; an initial ends none."""
    parts = re.split(r"(?<=[.!?])(?<!\b[A-Z]\.)[ \n]+(?=[\w\"“‘'(\[])|\n+", text)
    return [part.strip() for part in parts if part and part.strip()]
