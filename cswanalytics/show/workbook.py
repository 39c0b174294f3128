"""A whole release as one Excel workbook: what the figures are, the two groups side by side, and every cell.

Made to be read by anybody and by a screen reader: one table a sheet, its heads in a row that stays in view,
no merged cells, nothing said by colour alone. Numbers are numbers; where there is none, a symbol says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from pathlib import Path

import xlsxwriter

from cswanalytics.answers import ReleaseFacts
from cswanalytics.errors import CswanalyticsError
from cswanalytics.gateway import ReleaseGateway
from cswanalytics.show import ees, printed_offer, side_by_side, words, workbook_notes
from cswanalytics.show.figures import NB
from cswanalytics.show.whole_files import replacing
from cswanalytics.vocabulary import Symbol

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a browser is told a workbook is."""
MOST_ROWS = 1_048_576
"""Rows of a sheet of Excel."""
WHAT = "children with a social worker at school, beside their peers"
WIDEST, NARROWEST = 60, 9
ROWS_MEASURED = 200

Cell = str | int | float
Row = Sequence[Cell]


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title in its first row, unless empty, then one table."""

    name: str
    holds: str
    heads: tuple[str, ...]
    rows: Sequence[Row]
    title: str = ""


def write_workbook(gateway: ReleaseGateway, file: Path) -> int:
    """Write the workbook of a release, whole or not at all; give the number of released cells in it.

    The same release gives the same bytes. CswanalyticsError where it has more cells than a sheet has rows.
    """
    cells = _every_cell(gateway)
    if len(cells.rows) >= MOST_ROWS:
        raise CswanalyticsError(
            f"this release has {len(cells.rows):,} cells, more than a sheet of Excel has rows: "
            "download it with --to FILE.csv"
        )
    notes, measures = workbook_notes.notes(gateway), workbook_notes.measures(gateway)
    sheets = [
        Sheet(
            "Notes", "Who is counted, how, and what the symbols mean", *notes, title(gateway.facts, "notes")
        ),
        Sheet("Measures", "What each measure counts", *measures, title(gateway.facts, "measures")),
        *_themes(gateway),
        _offer(gateway),
        cells,
    ]
    with replacing(file) as (unfinished,):
        write_sheets(gateway.facts, sheets, unfinished, WHAT)
    return len(cells.rows)


def _themes(gateway: ReleaseGateway) -> Iterable[Sheet]:
    for theme in dict.fromkeys(measure.theme for measure in gateway.measures()):
        yield Sheet(
            theme.capitalize(),
            f"{theme.capitalize()}: children with a social worker beside their peers, for the authority",
            side_by_side.HEADS,
            side_by_side.rows(gateway, theme),
            title(gateway.facts, f"{theme}, children with a social worker beside their peers"),
        )


def _offer(gateway: ReleaseGateway) -> Sheet:
    rows = [
        (figure.title, *row.values())
        for figure in gateway.offer_figures()
        for row in printed_offer.records(gateway.offer(figure.id))
    ]
    heads = ("Figure", *(head.replace("_", " ").capitalize() for head in printed_offer.HEADS))
    holds = "The offer, schools, money, and children who are on no roll and so in no rate"
    return Sheet("Offer", holds, heads, rows, title(gateway.facts, holds[:1].lower() + holds[1:]))


def _every_cell(gateway: ReleaseGateway) -> Sheet:
    """Give every cell as tidy data: the same columns as the CSV, from the first row on."""
    tidy = ees.tidy(gateway)
    columns = [tidy[name].tolist() for name in ees.COLUMNS]
    numbers = {ees.COLUMNS.index(name) for name in ("time_period", *ees.INDICATORS)}
    columns = [
        [_as_number(cell) for cell in column] if at in numbers else column
        for at, column in enumerate(columns)
    ]
    holds = "Every released cell, schools' too, one a row, as the CSV download has them"
    return Sheet("Data", holds, ees.COLUMNS, list(zip(*columns, strict=True)))


def _as_number(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if cell in tuple(Symbol) else float(cell)
    return int(cell)


def title(facts: ReleaseFacts, what: str) -> str:
    """Give a sheet its title: whose figures, and which."""
    invented = "Invented data, no child here is real. " if facts.invented else ""
    return f"{invented}{facts.authority}: {what}"


def _contents(facts: ReleaseFacts, sheets: Sequence[Sheet], what: str) -> Sheet:
    rows: list[Row] = [
        ("Authority", facts.authority),
        ("Source", "Invented: no child here is real" if facts.invented else "The authority's own records"),
        ("Released", _plain(words.day(facts.released_on))),
        ("Data to", _plain(words.day(facts.data_to))),
        ("Release", facts.release),
        *((sheet.name, sheet.holds) for sheet in sheets),
    ]
    return Sheet("Contents", "", ("Item", "What it is"), rows, title(facts, what))


def write_sheets(facts: ReleaseFacts, sheets: Sequence[Sheet], file: Path | BytesIO, what: str) -> None:
    """Write sheets as a workbook of `what`, with a sheet before them that says what each holds."""
    # nothing that a release holds is a formula or a link, whatever it begins with
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, plain) as book:
        book.set_properties(
            {
                "title": title(facts, what),
                "author": facts.authority,
                "subject": f"Release {facts.release}",
                "comments": f"Counts rounded to {facts.base}. Data to {_plain(words.day(facts.data_to))}.",
                # the release's own day: the same release gives the same bytes
                "created": datetime.combine(facts.released_on, time()),
            }
        )
        book.set_custom_property("Language", "en-GB")
        contents = _contents(facts, sheets, what)
        for number, sheet in enumerate((contents, *sheets), start=1):
            _write_sheet(book, sheet, f"Table{number}", {entry.name for entry in sheets})


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, name: str, links: set[str]) -> None:
    page = book.add_worksheet(sheet.name)
    top = 0
    if sheet.title:
        page.write_string(0, 0, sheet.title, book.add_format({"bold": True, "font_size": 14}))
        top = 1
    for at, row in enumerate(sheet.rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(at, column, cell)
            else:
                page.write_number(at, column, cell)
        if sheet.name == "Contents" and row[0] in links:
            page.write_url(at, 0, f"internal:'{row[0]}'!A1", string=str(row[0]))
    page.add_table(
        *(top, 0, top + max(len(sheet.rows), 1), len(sheet.heads) - 1),
        {"name": name, "columns": [{"header": head} for head in sheet.heads], "style": "Table Style Light 1"},
    )
    page.freeze_panes(top + 1, 0)
    sample = sheet.rows[:ROWS_MEASURED]
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, head in enumerate(sheet.heads):
        widest = max([len(head) + 3, *(len(str(row[column])) for row in sample)])
        page.set_column(
            column, column, min(max(widest, NARROWEST), WIDEST), wrapped if widest > WIDEST else None
        )


def _plain(text: str) -> str:
    return text.replace(NB, " ")
