"""How our Word documents look: what Word's own styles are set to, and what an authority's template lacks.

There is no template file: the styles are set here, so that they can be read and compared, and `blank` gives
the file for an authority to change in Word and lay over ours.
"""

import io
import re
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from cswanalytics.errors import CswanalyticsError
from cswanalytics.show.palette import LIGHT
from cswanalytics.show.reports.document import LANGUAGE

SANS, SERIF, SEMIBOLD = "Source Sans Pro", "Source Serif Pro", "Source Serif Pro Semibold"
INSTEAD = {SANS: "Arial", SERIF: "Georgia", SEMIBOLD: "Georgia"}
"""What Word takes where our faces are not installed."""

ANSWER, NOTE, BANNER, TABLE_TEXT = "CSW Answer", "CSW Note", "CSW Banner", "CSW Table Text"
TABLE = "CSW Table"
LISTS = ("List Bullet", "List Number")

MOST_BYTES, MOST_UNPACKED = 5_000_000, 50_000_000
"""Of an authority's template, packed and unpacked: a file that unpacks to more is not a template."""


def blank(compact: bool = False) -> WordDocument:
    """Give an empty document in our style; `compact` sets it smaller, so that a page of letters fits one."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20 if compact else 22)
    section.top_margin, section.bottom_margin = Mm(15 if compact else 20), Mm(16 if compact else 20)
    section.footer_distance = Mm(8 if compact else 10)
    size, after, lines = (10, 4.5, 1.04) if compact else (11, 7, 1.12)
    _set_language(document)
    _name_other_faces(document)
    styles = document.styles
    normal = styles["Normal"]
    _face(normal, SANS, size, LIGHT.ink)
    _space(normal, 0, after, lines)
    headings = ((19, 0, 5), (12.5, 8, 3), (11, 6, 2)) if compact else ((19, 0, 8), (14.5, 16, 5), (12, 11, 4))
    for level, (of_heading, above, below) in enumerate(headings, start=1):
        heading = styles[f"Heading {level}"]
        _face(heading, SEMIBOLD, of_heading, LIGHT.ink)
        heading.font.bold = False
        _space(heading, above, below, 1.05)
        heading.paragraph_format.keep_with_next = True
    for name in LISTS:
        _space(styles[name], 0, (0.35 if compact else 0.6) * after, lines)
        _let_items_be_spaced(styles[name])
    _face(styles["Footer"], SANS, 9, LIGHT.mute)
    add_missing(document, size)
    return document


def overlaid(template: bytes) -> WordDocument:
    """Give an authority's own template, emptied: its styles, its paper, its head and foot, none of its text.

    What it lacks of ours is added. CswanalyticsError where it is not a Word document without macros.
    """
    _refuse_other_than_word(template)
    try:
        document = docx.Document(io.BytesIO(template))
        body = document.element.body
        for element in list(body):
            if element.tag != qn("w:sectPr"):
                body.remove(element)
        _set_language(document)
        add_missing(document)
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile, SyntaxError) as error:
        raise CswanalyticsError(NOT_WORD) from error
    return document


def add_missing(document: WordDocument, body: float = 11) -> None:
    """Add the styles of ours that a document has not got; those it has stay as they are.

    `body` is the size of its text, in points.
    """
    styles = document.styles
    known = {style.name for style in styles}
    for name, size, colour, bold, before, after in (
        (ANSWER, body + 1.5, LIGHT.ink, True, 0, 0.7 * body),
        (NOTE, body - 1.5, LIGHT.mute, False, 0.4 * body, 0.5 * body),
        (BANNER, body, LIGHT.ink, True, 0, 0.7 * body),
        (TABLE_TEXT, body - 1, LIGHT.ink, False, 0, 0),
    ):
        if name in known:
            continue
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(colour[1:])
        _space(style, before, after, 1.1)
        if name == BANNER:
            shade(style.element.get_or_add_pPr(), LIGHT.invented)
    for level in (1, 2, 3):
        if f"Heading {level}" not in known:
            heading = styles.add_style(f"Heading {level}", WD_STYLE_TYPE.PARAGRAPH)
            heading.base_style = styles["Normal"]
            heading.font.size, heading.font.bold = Pt(24 - 5 * level), True
            _outline_level(heading, level - 1)
    for name in LISTS:
        if name not in known:
            item = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            item.base_style = styles["Normal"]
            item.paragraph_format.left_indent = Mm(6)
    if TABLE not in known:
        _add_table_style(document)


NOT_WORD = (
    "the template is not a Word document that can be laid over ours: save it in Word as a .docx "
    "(not .dotx or .docm) and choose it again"
)


def _refuse_other_than_word(template: bytes) -> None:
    if len(template) > MOST_BYTES:
        raise CswanalyticsError(
            f"the template has more than {MOST_BYTES // 1_000_000} MB: make its logo smaller"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise CswanalyticsError(NOT_WORD)
            names = set(parts.namelist())
    except zipfile.BadZipFile as error:
        raise CswanalyticsError(NOT_WORD) from error
    if "word/document.xml" not in names or "word/vbaProject.bin" in names:
        raise CswanalyticsError(NOT_WORD)


def _face(style: ParagraphStyle, face: str, size: float, colour: str) -> None:
    style.font.name, style.font.size = face, Pt(size)
    style.font.color.rgb = RGBColor.from_string(colour[1:])
    style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), face)


def _space(style: ParagraphStyle, before: float, after: float, lines: float) -> None:
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    layout.line_spacing = lines


def _let_items_be_spaced(style: ParagraphStyle) -> None:
    """Take from a list what sets its items, and the paragraph after them, without space between."""
    properties = style.element.get_or_add_pPr()
    for tight in properties.findall(qn("w:contextualSpacing")):
        properties.remove(tight)


def _outline_level(style: ParagraphStyle, level: int) -> None:
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    style.element.get_or_add_pPr().append(outline)


def shade(properties: BaseOxmlElement, colour: str) -> None:
    """Shade what has these properties, a paragraph or a run."""
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:color"), "auto")
    shading.set(qn("w:fill"), colour[1:])
    properties.append(shading)


def _set_language(document: WordDocument) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    if defaults is None:
        return
    properties = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if properties is None:
        return
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), LANGUAGE)


def _name_other_faces(document: WordDocument) -> None:
    """Say in the table of fonts what stands in for ours, so that Word does not choose for itself."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            ours = "".join(
                f'<w:font w:name="{face}"><w:altName w:val="{other}"/></w:font>'
                for face, other in INSTEAD.items()
            )
            part._blob = re.sub(rb"</w:fonts>\s*$", ours.encode() + b"</w:fonts>", part.blob)


def _add_table_style(document: WordDocument) -> None:
    style = document.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", LIGHT.rule[1:])):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    margins = OxmlElement("w:tblCellMar")
    for edge, width in (("top", 50), ("left", 0), ("bottom", 50), ("right", 140)):
        margin = OxmlElement(f"w:{edge}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)
    style.element.append(properties)
