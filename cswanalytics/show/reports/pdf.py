"""A document as PDF: tagged, PDF/UA-1, in the shipped faces, and the same bytes for the same document.

Everything a document says goes to typst as JSON, so that no text can be read as markup. Typst refuses a
figure without a text alternative.
"""

import json
from functools import cache
from pathlib import Path

import typst
from matplotlib.ft2font import FT2Font

from cswanalytics.show import FONTS
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.reports.document import (
    Block,
    Bullets,
    Document,
    Field,
    Figure,
    Heading,
    Paragraph,
    PictureKind,
    Strong,
    Table,
    Text,
    drawn,
    is_short,
    leads_on,
    runs,
    words_of,
)

TEMPLATE = Path(__file__).parent / "document.typ"


NOT_DRAWN = "?"
"""What stands for a sign that a shipped face has not: PDF/UA allows none that cannot be seen."""


def make(document: Document) -> bytes:
    """Give a document as PDF."""
    made = _compiler().compile(
        format="pdf", sys_inputs={"document": json.dumps(_document(document))}, pdf_standards=["ua-1"]
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gives the pages of a PDF as one file")
    return made


@cache
def _signs() -> frozenset[int]:
    """Give the signs that every shipped face has."""
    maps = [FT2Font(str(file)).get_charmap() for file in sorted(FONTS.glob("*.ttf"))]
    return frozenset(maps[0]).intersection(*maps[1:])


def _drawable(text: str) -> str:
    return "".join(sign if ord(sign) in _signs() or sign in "\n\t" else NOT_DRAWN for sign in text)


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(
        str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True
    )


def _document(document: Document) -> dict[str, object]:
    return {
        "title": document.title,
        "subject": document.subject,
        "authority": document.authority,
        "day": [document.day.year, document.day.month, document.day.day],
        "foot": _drawable(document.foot),
        "compact": document.compact,
        "colours": {
            name: getattr(LIGHT, name)
            for name in ("ink", "mute", "rule", "track", "wash", "peers", "invented")
        },
        "blocks": [_block(block) for block in document.blocks],
    }


def _block(block: Block) -> dict[str, object]:
    match block:
        case Heading(words, level, on_new_page):
            return {"kind": "heading", "words": _drawable(words), "level": level, "new_page": on_new_page}
        case Paragraph(text, style):
            return {"kind": "paragraph", "text": _text(text), "style": style, "leads_on": leads_on(block)}
        case Bullets(items, numbered):
            return {"kind": "bullets", "items": [_text(item) for item in items], "numbered": numbered}
        case Table(heads, rows, says, widths):
            cells = [[_text(cell) for cell in row] for row in rows]
            return {
                "kind": "table",
                "heads": [_drawable(head) for head in heads],
                "rows": cells,
                "says": says,
                "widths": widths,
                "short": is_short(block),
            }
        case Figure(_, says, caption, _):
            svg, share = drawn(block, PictureKind.SVG)
            said = {"says": says, "caption": _drawable(caption)}
            return {"kind": "figure", "svg": svg.decode(), "share": share, **said}


def _text(text: Text) -> list[dict[str, str]]:
    return [{"words": _drawable(words_of(run)), "weight": _weight(run)} for run in runs(text)]


def _weight(run: object) -> str:
    if isinstance(run, Field):
        return "field"
    return "strong" if isinstance(run, Strong) else "plain"
