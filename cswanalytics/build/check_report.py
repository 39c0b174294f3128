"""What checking an export found: faults, warnings and notes, as sentences, rows, JSON, CSV or a table."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from cswanalytics.errors import ExportsRefused

if TYPE_CHECKING:
    from rich.table import Table as RichTable

MOST_SENTENCES = 200
"""Sentences in one message. A folder of the wrong files can break every rule of every table."""


class Severity(StrEnum):
    """What a finding does to a build."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing found in one table. It never holds a value of a child.

    `sentence` is for the data team; `says_rounded`, without an exact count, may stand in a release. `column`
    is empty where the finding is about the whole table, `count` is 0 where it is not about rows. `first_row`
    counts from 1 within `file`, which is named (relative to the export) only where a table has several files.
    `time_periods` and `school_urns` say which figures a warning touches, where it touches some only.
    """

    severity: Severity
    table: str
    column: str
    rule: str
    sentence: str
    says_rounded: str
    count: int = 0
    first_row: int | None = None
    file: str = ""
    time_periods: tuple[int, ...] = ()
    school_urns: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckReport:
    """Every finding of one check, in the contract's order of tables."""

    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Give the faults: with one or more of them nothing is built."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Give what is built all the same, and printed beside the figures it touches."""
        return self._of(Severity.WARNING)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """Give what was ignored or read in another form: nothing to put right."""
        return self._of(Severity.NOTE)

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def as_rows(self) -> list[dict[str, object]]:
        """Give one plain dictionary a finding, errors first."""
        return [
            asdict(finding) | {"severity": finding.severity.value}
            for finding in (*self.errors, *self.warnings, *self.notes)
        ]

    def as_csv(self) -> str:
        """Give the findings as CSV text with a line of headings."""
        text = io.StringIO()
        writer = csv.DictWriter(
            text, fieldnames=[column.name for column in fields(Finding)], lineterminator="\n"
        )
        writer.writeheader()
        for row in self.as_rows():
            joined = {
                name: " ".join(map(str, value)) for name, value in row.items() if isinstance(value, tuple)
            }
            writer.writerow(row | joined)
        return text.getvalue()

    def as_json(self) -> str:
        """Give the findings as JSON, with a count of each severity."""
        counts = {
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "notes": len(self.notes),
        }
        return json.dumps(counts | {"findings": self.as_rows()}, indent=2, ensure_ascii=False)


Saying = Callable[[int, str], str]
"""Gives a count with its noun."""


def exactly(count: int, thing: str = "row") -> str:
    """Give a count with its noun: '1 row', '18,204 rows'."""
    return f"{count:,} {thing if count == 1 else _PLURAL.get(thing, f'{thing}s')}"


def roughly(count: int, thing: str = "row") -> str:
    """Give a count with its noun to the nearest 10: 'fewer than 10 rows', 'about 18,200 rows'."""
    things = _PLURAL.get(thing, f"{thing}s")
    return f"fewer than 10 {things}" if count < 10 else f"about {round(count / 10) * 10:,} {things}"


_PLURAL = {"child": "children"}


def where_said(first_row: int | None, file: str) -> str:
    """Give where the first row at fault is: ' (first at row 18,204)', with the file if there are several."""
    if first_row is None:
        return ""
    return f" (first at row {first_row:,}{f' of {file}' if file else ''})"


def refusal(errors: Iterable[Finding], in_use: str = "") -> ExportsRefused:
    """Make the error that says why nothing was built.

    `in_use` names what stays in use, such as 'the release of 3 November'; leave it out if there is nothing.
    """
    errors = tuple(errors)
    by_table = Counter(error.table for error in errors)
    count = exactly(len(errors), "fault")
    if len(by_table) == 1:
        opening = f"{next(iter(by_table)) or 'the export'} has {count}"
        faults = [error.sentence for error in errors]
    else:
        opening = f"the exports have {count} in {len(by_table)} tables"
        faults = [f"{error.table}: {error.sentence}" if error.table else error.sentence for error in errors]
    if len(faults) > MOST_SENTENCES:
        left_out = len(faults) - MOST_SENTENCES
        faults = [
            *faults[:MOST_SENTENCES],
            f"and {left_out:,} more: `cswanalytics check` with JSON lists them all",
        ]
    stays = f"; {in_use} stays in use" if in_use else ""
    return ExportsRefused(f"{opening}, so nothing was built{stays}.", faults)


def as_csv(report: CheckReport) -> str:
    """Give the findings as CSV text with a line of headings."""
    return report.as_csv()


def checks_table(report: CheckReport) -> "RichTable":
    """Give the findings as a table for a terminal: errors first, then warnings, then notes."""
    from rich.table import Table as RichTable
    from rich.text import Text

    styles = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
    table = RichTable(title=_summary(report), title_justify="left", show_lines=False)
    table.add_column("")
    table.add_column("Table", overflow="fold")
    table.add_column("Column", overflow="fold")
    table.add_column("What is wrong", overflow="fold", ratio=1)
    for finding in (*report.errors, *report.warnings, *report.notes):
        # Text, not str: rich would read a column named `[bold]` as markup.
        table.add_row(
            Text(finding.severity.value, style=styles[finding.severity]),
            Text(finding.table),
            Text(finding.column),
            Text(finding.sentence),
        )
    return table


def _summary(report: CheckReport) -> str:
    errors, warnings = exactly(len(report.errors), "fault"), exactly(len(report.warnings), "warning")
    verdict = "not fit to build from" if report.errors else "fit to build from"
    return f"These exports are {verdict}: {errors}, {warnings}"
