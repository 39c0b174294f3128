"""Finds the tables of an export and opens each as a DuckDB view with the contract's columns and types.

Nothing here judges what the tables hold: `checks.checked` does, and is the only way to a `CheckedExports`.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self

import duckdb

from cswanalytics.build import casts, identifiers, latest
from cswanalytics.build.check_report import CheckReport, Finding, Severity, exactly, refusal
from cswanalytics.build.contract import DUCKDB_TYPES, TABLES, Column, Kind, Table
from cswanalytics.build.database import Database, open_database, too_small
from cswanalytics.build.parquet_files import Unusable, UsableFile, examine
from cswanalytics.build.sql_text import literal, parquet_source, quoted
from cswanalytics.errors import ExportsRefused
from cswanalytics.settings import Settings

SCHEMA = "exports"
READING = "reading"
"""Schema of the views that hold, beside each value, whether it could be read: for the checks only."""

ROW = '"#row"'
ROWS_A_FILE = 2**40
"""`#row` is the file's place among the table's files times this, plus the row's number in the file from 0."""

MOST_FILES = 5_000
"""Files of one table. A table by year and month over twenty years has 240."""

_HIVE_YEAR = "time_period="
_HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class OpenTable:
    """One table as found: its files, and the SQL that reads them.

    `extras` are the columns outside the contract, `text_extras` those that may hold text. `missing` gives,
    for each column that some files lack, how many of them do and the first. `exact` are the columns whose
    every value can be read as the contract's type. `year_in_folder` says that a folder's name may gainsay the
    column.
    """

    table: Table
    files: tuple[UsableFile, ...]
    extras: tuple[str, ...]
    text_extras: tuple[str, ...]
    missing: Mapping[str, tuple[int, str]]
    read_as_text: tuple[str, ...]
    exact: frozenset[str]
    year_in_folder: bool
    reading_sql: str
    rows: int

    def place(self, row: int) -> tuple[int, str]:
        """Give the number of a row, from 1, and its file's name where the table has several files."""
        file, number = divmod(row, ROWS_A_FILE)
        return number + 1, identifiers.shown(self.files[file].name) if len(self.files) > 1 else ""


@dataclass
class Exports:
    """An export folder opened: views `exports.<table>` on `connection`, unchecked.

    `findings` holds what stopped tables or files from being opened. `tables` has the tables that could be.
    The checks set `knows_schools` once they have read the `schools` table.
    """

    folder: Path
    settings: Settings
    today: dt.date
    database: Database
    tables: Mapping[str, OpenTable]
    found: frozenset[str]
    findings: tuple[Finding, ...]
    ignored: tuple[str, ...]
    knows_schools: bool = False
    _extracted: dict[str, dt.date] | None = field(default=None, repr=False)
    _hashes: dict[str, str] | None = field(default=None, repr=False)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Give the connection on which the views are."""
        return self.database.connection

    def files(self) -> dict[str, str]:
        """Give the SHA-256 of each file that was opened, under its path relative to the export, in order."""
        if self._hashes is None:
            files = sorted(
                (file for table in self.tables.values() for file in table.files), key=lambda file: file.name
            )
            self._hashes = {file.name: _sha256(file.path) for file in files}
        return dict(self._hashes)

    def fingerprint(self) -> str:
        """Give one SHA-256 for the whole export: the same files in the same places give the same."""
        lines = "".join(f"{name}\0{digest}\n" for name, digest in self.files().items())
        return hashlib.sha256(lines.encode()).hexdigest()

    def is_invented(self) -> bool:
        """Say whether every file of the export carries the mark of invented data."""
        files = [file for table in self.tables.values() for file in table.files]
        return bool(files) and all(file.invented for file in files)

    def extracted_on(self, table: str) -> dt.date | None:
        """Give the day the `extract` table names for a table; None where it names none."""
        if self._extracted is None:
            self._extracted = latest.extracted(self.connection) if "extract" in self.tables else {}
        return self._extracted.get(table)

    def last_day(self, table: str) -> dt.date:
        """Give the day after which no event of a table can lie: of its extract, else today."""
        return self.extracted_on(table) or self.today

    def latest_date(self, table: str) -> dt.date | None:
        """Give the latest entry, start, incident or half-term end of a table, never after `last_day`."""
        if table not in self.tables:
            return None
        return latest.latest_date(self.connection, table, self.last_day(table), "calendar" in self.tables)

    def data_to(self, table: str) -> dt.date | None:
        """Give the day to which a table's data run: that of its extract, else its latest date."""
        return self.extracted_on(table) or self.latest_date(table)

    def close(self) -> None:
        """Close the connection, and remove what was spilled from memory."""
        self.database.close()


class CheckedExports:
    """Exports that were found fit to build from. Only `checks.checked` makes one.

    `connection` has a view `exports.<table>` for each table in `tables`, with the contract's columns, typed.
    Use `connection.cursor()` for every query: a second query on one connection drops the first one's result.
    """

    def __init__(self, exports: Exports, report: CheckReport) -> None:
        if report.errors or exports.findings:
            raise refusal(report.errors)
        self._exports = exports
        self.report = report
        self.folder = exports.folder
        self.connection = exports.connection
        self.tables = frozenset(exports.tables)
        self.row_counts = MappingProxyType({name: table.rows for name, table in exports.tables.items()})
        self.fingerprint = exports.fingerprint()
        self.files = MappingProxyType(exports.files())
        self.invented = exports.is_invented()

    def extracted_on(self, table: str) -> dt.date | None:
        """Give the day the `extract` table names for a table; None where it names none."""
        return self._exports.extracted_on(table)

    def latest_date(self, table: str) -> dt.date | None:
        """Give the latest entry, start, incident or half-term end of a table, never after its extract."""
        return self._exports.latest_date(table)

    def data_to(self, table: str) -> dt.date | None:
        """Give the day to which a table's data run: that of its extract, else its latest date."""
        return self._exports.data_to(table)

    def close(self) -> None:
        """Close the connection, and remove what was spilled from memory."""
        self._exports.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if isinstance(error, duckdb.OutOfMemoryException):
            raise too_small() from error


def open_exports(folder: Path, settings: Settings | None = None, today: dt.date | None = None) -> Exports:
    """Open every table of the contract that an export folder holds.

    ExportsRefused where there is no such folder. What is wrong with tables or files stands in `findings`.
    """
    if not folder.is_dir():
        raise ExportsRefused(f"the exports folder {folder} does not exist, so nothing was built.")
    folder = folder.resolve()
    database = open_database()
    connection = database.connection
    connection.execute(f"create schema {SCHEMA}")
    connection.execute(f"create schema {READING}")
    findings: list[Finding] = []
    tables: dict[str, OpenTable] = {}
    found, used = set(), set()
    for table in TABLES.values():
        paths = _paths(folder, table.name)
        if paths is None:
            continue
        found.add(table.name)
        used.update(path.parts[len(folder.parts)] for path in _places(folder, table.name))
        if isinstance(paths, Finding):
            findings.append(paths)
            continue
        opened, faults = _open(connection, folder, table, paths)
        findings += faults
        if opened:
            tables[table.name] = opened
    ignored = tuple(sorted(path.name for path in folder.iterdir() if path.name not in used))
    return Exports(
        folder,
        settings or Settings(),
        today or dt.date.today(),
        database,
        MappingProxyType(tables),
        frozenset(found),
        tuple(findings),
        ignored,
    )


def error(table: str, rule: str, sentence: str, column: str = "") -> Finding:
    """Make a fault that is not about rows."""
    return Finding(Severity.ERROR, table, column, rule, sentence, sentence)


def _places(folder: Path, name: str) -> list[Path]:
    """Give where a table stands. Spark calls its folders `attendance.parquet` too."""
    return [place for place in (folder / f"{name}.parquet", folder / name) if place.exists()]


def _paths(folder: Path, name: str) -> list[Path] | Finding | None:
    places = _places(folder, name)
    if not places:
        return None
    if len(places) > 1:
        sentence = f"both {name}.parquet and a folder {name} are there; take one of them away"
        return error(name, "file_and_folder", sentence)
    (place,) = places
    if place.is_file():
        return [place] if place.suffix == ".parquet" else None
    # Spark, Hive and dbt leave their own files beside the data under names that start with `_` or `.`.
    paths = sorted(
        path
        for path in place.rglob("*.parquet")
        if path.is_file() and not any(part.startswith(("_", ".")) for part in path.relative_to(place).parts)
    )
    if not paths:
        return error(name, "no_files", f"the folder {place.name} holds no Parquet file")
    if len(paths) > MOST_FILES:
        sentence = f"the folder {place.name} holds {len(paths):,} files; write at most {MOST_FILES:,}"
        return error(name, "too_large", sentence)
    return paths


def _open(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: Table, paths: list[Path]
) -> tuple[OpenTable | None, list[Finding]]:
    usable: list[UsableFile] = []
    faults: list[Finding] = []
    for path in paths:
        examined = examine(connection, path, path.relative_to(folder).as_posix())
        if isinstance(examined, Unusable):
            sentence = f"{identifiers.shown(path.relative_to(folder).as_posix())} {examined.because}"
            faults.append(error(table.name, examined.rule, sentence))
        else:
            usable.append(examined)
    if not usable:
        return None, faults
    opened = open_table(table, usable)
    create_views(connection, opened)
    return opened, faults


def create_views(connection: duckdb.DuckDBPyConnection, opened: OpenTable) -> None:
    """Make (again) the two views of a table: as the contract has it, and as the checks read it."""
    name = opened.table.name
    columns = ", ".join(quoted(column) for column in opened.table.column_names)
    connection.execute(f"create or replace view {READING}.{name} as {opened.reading_sql}")
    connection.execute(f"create or replace view {SCHEMA}.{name} as select {columns} from {READING}.{name}")


def open_table(table: Table, files: list[UsableFile]) -> OpenTable:
    """Put the files of a table together, those that store it alike in one branch of a union."""
    alike: dict[tuple, list[UsableFile]] = defaultdict(list)
    for file in files:
        alike[(tuple(sorted(file.columns.items())), hive_year(file.name))].append(file)
    ordered = [file for group in alike.values() for file in group]
    declared = {name.casefold() for name in table.column_names}
    extras, text_extras = {}, {}
    read_as_text, inexact = set(), set()
    year_in_folder = False
    missing: dict[str, list[str]] = defaultdict(list)
    for file in ordered:
        for name, stored in file.columns.items():
            if name not in declared:
                extras.setdefault(name, file.written[name])
                if casts.holds_text(stored):
                    text_extras.setdefault(name, file.written[name])
        for column in table.columns:
            stored = file.columns.get(column.name)
            if stored is None and not (column.kind is Kind.YEAR and hive_year(file.name)):
                missing[column.name].append(file.name)
            elif stored is not None:
                if casts.is_read_as_text(column, stored):
                    read_as_text.add(column.name)
                if not casts.is_exact(column, stored):
                    inexact.add(column.name)
            if column.kind is Kind.YEAR and hive_year(file.name):
                year_in_folder = True
                inexact.add(column.name)
    branches, before = [], 0
    for group in alike.values():
        branches.append(_branch(table, group, tuple(text_extras), before))
        before += len(group)
    return OpenTable(
        table,
        tuple(ordered),
        tuple(extras.values()),
        tuple(text_extras.values()),
        {name: (len(names), names[0]) for name, names in missing.items()},
        tuple(name for name in table.column_names if name in read_as_text),
        frozenset(table.column_names) - inexact,
        year_in_folder,
        "\nunion all\n".join(branches),
        sum(file.rows for file in files),
    )


def hive_year(name: str) -> str | None:
    """Give the year that a file's folders name (`time_period=202425`), as text; None where they name none."""
    for part in Path(name).parts[:-1]:
        if part.startswith(_HIVE_YEAR):
            return part.removeprefix(_HIVE_YEAR)
    return None


def _branch(table: Table, files: list[UsableFile], text_extras: tuple[str, ...], before: int) -> str:
    """Give the SQL that reads files stored alike: values, and whether each was empty or could not be read."""
    stored = files[0].columns
    columns = [f"(file_index::bigint + {before}) * {ROWS_A_FILE} + file_row_number as {ROW}"]
    for column in table.columns:
        columns += _column_sql(column, stored.get(column.name), hive_year(files[0].name))
    for name in text_extras:
        columns.append(f"{_extra_sql(name, stored.get(name))} as {quoted('shape#' + name)}")
    return f"select {', '.join(columns)} from {parquet_source([str(file.path) for file in files])}"


def _column_sql(column: Column, stored: str | None, folder_year: str | None) -> Iterator[str]:
    name, wanted = column.name, DUCKDB_TYPES[column.kind]
    empty, unread, elsewhere = f'"empty#{name}"', f'"unread#{name}"', f'"elsewhere#{name}"'
    raw = quoted(name)
    in_folder = column.kind is Kind.YEAR and folder_year is not None
    if stored is None and in_folder:
        stored = "VARCHAR"
        raw = "null::varchar" if folder_year == _HIVE_NULL else literal(str(folder_year))
    if stored is None:
        # The missing column is one fault of its own; its rows are not so many more.
        yield f"cast(null as {wanted}) as {quoted(name)}, false as {empty}, false as {unread}"
    else:
        value = casts.value_sql(column, raw, stored)
        yield f"{value} as {quoted(name)}, {raw} is null as {empty}"
        yield f"{raw} is not null and ({value}) is null as {unread}"
    if column.kind is Kind.YEAR:
        differs = in_folder and stored is not None and raw == quoted(name)
        text = literal(str(folder_year))
        yield f"{f'coalesce(cast({raw} as varchar) <> {text}, false)' if differs else 'false'} as {elsewhere}"


def _extra_sql(name: str, stored: str | None) -> str:
    if stored is None or not casts.holds_text(stored):
        return "false"
    as_text = f"try_cast({quoted(name)} as varchar)"
    if casts.is_nested(stored) or stored in ("JSON", "VARIANT"):
        return f"coalesce({identifiers.holds_shape_sql(as_text)}, false)"
    return f"coalesce({identifiers.has_shape_sql(as_text)}, false)"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note(table: str, rule: str, sentence: str, column: str = "") -> Finding:
    """Make a note: nothing to put right."""
    return Finding(Severity.NOTE, table, column, rule, sentence, sentence)


def ignored_note(exports: Exports) -> list[Finding]:
    """Give the note that lists the files and tables that the contract does not know."""
    if not exports.ignored:
        return []
    names = ", ".join(identifiers.shown(name) for name in exports.ignored[:20])
    more = f" and {len(exports.ignored) - 20:,} more" if len(exports.ignored) > 20 else ""
    count = exactly(
        len(exports.ignored), "file or folder" if len(exports.ignored) == 1 else "files and folder"
    )
    return [note("", "not_in_the_contract", f"{count} not in the contract, and ignored: {names}{more}")]
