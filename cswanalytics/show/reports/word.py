"""A document as a Word file: real headings, lists, tables and alt text; the same bytes each time."""

import io
import zipfile
from datetime import datetime, time

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from cswanalytics.show.palette import LIGHT
from cswanalytics.show.reports import house_style
from cswanalytics.show.reports.document import (
    LANGUAGE,
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

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STYLES = {"answer": house_style.ANSWER, "note": house_style.NOTE, "banner": house_style.BANNER}
A4_WIDTH = Mm(210)
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
NEVER_IN_XML = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


def make(document: Document, template: bytes | None = None) -> bytes:
    """Give a document as a Word file, in our style or on an authority's own template.

    CswanalyticsError where the template is not a Word document.
    """
    word = house_style.overlaid(template) if template else house_style.blank(document.compact)
    _describe(word, document)
    for block in document.blocks:
        _add(word, block)
    _add_foot(word, document.foot)
    file = io.BytesIO()
    word.save(file)
    return _undated(file.getvalue())


def empty_template() -> bytes:
    """Give our style as a Word file for an authority to change: its letters, colours, head and foot."""
    word = house_style.blank()
    word.core_properties.title = "Template"
    file = io.BytesIO()
    word.save(file)
    return _undated(file.getvalue())


def _describe(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title, properties.subject = _lawful(document.title), _lawful(document.subject)
    properties.author = properties.last_modified_by = _lawful(document.authority)
    properties.language = LANGUAGE
    properties.comments, properties.keywords, properties.revision = "", "", 1
    # the document's own day: the same document gives the same bytes
    properties.created = properties.modified = datetime.combine(document.day, time())


def _add(word: WordDocument, block: Block) -> None:
    match block:
        case Heading(words, level, on_new_page):
            paragraph = word.add_paragraph(_lawful(words), style=f"Heading {level}")
            if on_new_page:
                paragraph.paragraph_format.page_break_before = True
        case Paragraph(text, style):
            paragraph = word.add_paragraph(style=STYLES.get(style))
            _write(paragraph, text)
            if leads_on(block):
                paragraph.paragraph_format.keep_with_next = True
        case Bullets(items, numbered):
            for item in items:
                _write(word.add_paragraph(style="List Number" if numbered else "List Bullet"), item)
        case Table():
            _add_table(word, block)
        case Figure():
            _add_figure(word, block)


def _write(paragraph: WordParagraph, text: Text) -> None:
    for run in runs(text):
        if isinstance(run, Field):
            paragraph._p.append(_content_control(run))
        else:
            paragraph.add_run(_lawful(words_of(run))).bold = True if isinstance(run, Strong) else None


def _content_control(field: Field) -> BaseOxmlElement:
    """Make the field a control of Word's own, named: one key takes a reader from field to field."""
    control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    alias = OxmlElement("w:alias")
    alias.set(qn("w:val"), _lawful(field.says)[:64])
    properties.append(alias)
    run, shading = OxmlElement("w:r"), OxmlElement("w:rPr")
    house_style.shade(shading, LIGHT.invented)
    words = OxmlElement("w:t")
    words.text = _lawful(words_of(field))
    run.append(shading)
    run.append(words)
    content.append(run)
    control.append(properties)
    control.append(content)
    return control


def _add_table(word: WordDocument, block: Table) -> None:
    table = word.add_table(rows=1, cols=len(block.heads), style=house_style.TABLE)
    table.autofit = False
    _describe_table(table, block.says)
    for cell, head in zip(table.rows[0].cells, block.heads, strict=True):
        _fill(cell.paragraphs[0], (Strong(head),))
    _repeat(table.rows[0]._tr)
    for row in block.rows:
        added = table.add_row()
        for cell, text in zip(added.cells, row, strict=True):
            _fill(cell.paragraphs[0], text)
        _keep_whole(added._tr)
    shares = block.widths or (1.0,) * len(block.heads)
    width = _text_width(word)
    for at, share in enumerate(shares):
        column = table.columns[at]
        column.width = Emu(int(width * share / sum(shares)))
        for cell in column.cells:
            cell.width = column.width
    if is_short(block):
        _keep_together(table)


def _keep_together(table: WordTable) -> None:
    """Keep a short table on one page: each row stays with the next."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _fill(paragraph: WordParagraph, text: Text) -> None:
    paragraph.style = house_style.TABLE_TEXT
    _write(paragraph, text)


def _describe_table(table: WordTable, says: str) -> None:
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        # only the first row is a head: the first column is set like the others
        look.set(qn("w:firstColumn"), "0")
    description = OxmlElement("w:tblDescription")
    description.set(qn("w:val"), _lawful(says))
    properties.append(description)


def _repeat(row: CT_Row) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _keep_whole(row)


def _keep_whole(row: CT_Row) -> None:
    row.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _add_figure(word: WordDocument, block: Figure) -> None:
    if block.caption:
        caption = word.add_paragraph(style=house_style.NOTE)
        caption.paragraph_format.keep_with_next = True
        _write(caption, block.caption)
    png, share = drawn(block, PictureKind.PNG)
    width = Emu(int(_text_width(word) * share))
    picture = word.add_picture(io.BytesIO(png), width=width)
    for edge in ("distT", "distB", "distL", "distR"):
        # left unsaid, LibreOffice moves the picture 3 mm to the right
        picture._inline.set(edge, "0")
    properties = picture._inline.docPr
    properties.set("descr", _lawful(block.says))
    properties.set("name", "Chart")


def _text_width(word: WordDocument) -> int:
    section = word.sections[-1]
    width, left, right = section.page_width, section.left_margin, section.right_margin
    return int(width or A4_WIDTH) - int(left or 0) - int(right or 0)


def _add_foot(word: WordDocument, foot: str) -> None:
    section = word.sections[-1]
    paragraph = section.footer.paragraphs[0] if section.footer.paragraphs else section.footer.add_paragraph()
    if paragraph.text.strip():
        # an authority's own foot stays, and ours stands under it
        paragraph = section.footer.add_paragraph()
    _write(paragraph, f"{foot} · page ")
    _count_pages(paragraph)


def _count_pages(paragraph: WordParagraph) -> None:
    for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run("1" if kind == "text" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.text = text
            run._r.append(code)


def _lawful(text: str) -> str:
    """Give a text without the signs that no XML may hold."""
    return text.translate(NEVER_IN_XML)


def _undated(file: bytes) -> bytes:
    """Give the file with its parts dated alike: python-docx writes the time of day into them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as given, zipfile.ZipFile(packed, "w") as made:
        for part in given.infolist():
            entry = zipfile.ZipInfo(part.filename, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, given.read(part.filename))
    return packed.getvalue()
