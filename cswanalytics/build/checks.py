"""Checks an export against the contract: every fault at once, in plain English, and never a value of a child.

The rules are made from `contract.py` as SQL. One scan a table counts the rows that break each rule and finds
the first; a table is read again only to point at repeated keys, or at the damaged file among several.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from cswanalytics.build import check_warnings, gathered
from cswanalytics.build.check_report import (
    CheckReport,
    Finding,
    Severity,
    exactly,
    refusal,
    roughly,
    where_said,
)
from cswanalytics.build.contract import TABLES, Table
from cswanalytics.build.database import too_small
from cswanalytics.build.exports import (
    READING,
    ROW,
    CheckedExports,
    Exports,
    OpenTable,
    create_views,
    error,
    ignored_note,
    note,
    open_exports,
    open_table,
)
from cswanalytics.build.identifiers import HOW_TO_PUT_IT_RIGHT, holds_shape, is_identifying, shown
from cswanalytics.build.parquet_files import LONGEST_TEXT
from cswanalytics.build.rules import KNOWN_SCHOOLS, SHAPE, URN, Rule, allowed, rules, shape_rule
from cswanalytics.build.sql_text import parquet_source, quoted
from cswanalytics.settings import Settings

MOST_NAMES = 10
"""Column names listed in one sentence."""


def checked(folder: Path, settings: Settings | None = None, in_use: str = "") -> CheckedExports:
    """Open and check an export. ExportsRefused lists every fault, and says what stays `in_use`."""
    exports = open_exports(folder, settings)
    try:
        report = report_on(exports)
        if report.errors:
            raise refusal(report.errors, in_use)
        return CheckedExports(exports, report)
    except duckdb.OutOfMemoryException as error:
        exports.close()
        raise too_small() from error
    except BaseException:
        exports.close()
        raise


def check(folder: Path, settings: Settings | None = None) -> CheckReport:
    """Check an export and give everything found. ExportsRefused only where there is no such folder."""
    exports = open_exports(folder, settings)
    try:
        return report_on(exports)
    finally:
        exports.close()


def report_on(exports: Exports) -> CheckReport:
    """Give every fault, warning and note of an export that is open."""
    findings = list(exports.findings)
    for table in TABLES.values():
        if table.required and table.name not in exports.found:
            findings.append(error(table.name, "missing_table", f"the table is missing ({table.grain})"))
        elif table.name in exports.tables:
            findings += _table_findings(exports, exports.tables[table.name])
    findings += ignored_note(exports)
    at_fault = {finding.table for finding in findings if finding.severity is Severity.ERROR}
    findings += check_warnings.warnings(exports, usable=frozenset(exports.tables) - at_fault)
    order = {name: place for place, name in enumerate(TABLES)}
    return CheckReport(tuple(sorted(findings, key=lambda finding: order.get(finding.table, len(order)))))


def _table_findings(exports: Exports, opened: OpenTable) -> Iterator[Finding]:
    yield from _column_findings(opened)
    if opened.table.required and opened.rows == 0:
        yield error(opened.table.name, "empty_table", "the table has no rows")
    try:
        too_long = list(_texts_too_long(opened, exports))
        if too_long:
            yield from too_long
            return
        yield from _scan(exports, opened)
        if opened.table.name == "schools" and "school_urn" not in opened.missing and opened.rows:
            known = f"select distinct school_urn from exports.schools where {URN}"
            exports.connection.cursor().execute(f"create or replace table {KNOWN_SCHOOLS} as {known}")
            exports.knows_schools = True
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        # DuckDB's message may quote a value, and does not always name the file.
        yield from _unreadable_files(exports, opened)


def _texts_too_long(opened: OpenTable, exports: Exports) -> Iterator[Finding]:
    """Measure the texts of heavy columns, file by file: the length of one can be had without reading it."""
    for file in opened.files:
        for name in sorted(file.heavy):
            if file.columns.get(name) not in ("VARCHAR", "BLOB"):
                continue
            length = "strlen" if file.columns[name] == "VARCHAR" else "octet_length"
            query = f"select max({length}({quoted(name)})) from {parquet_source([str(file.path)])}"
            answer = exports.connection.cursor().execute(query).fetchone()
            if answer and answer[0] and answer[0] > LONGEST_TEXT:
                plain = shown(file.written[name])
                sentence = (
                    f"column {plain} holds a text of {answer[0]:,} bytes; at most {LONGEST_TEXT:,} are "
                    "read, so the table was not looked into further"
                )
                yield error(opened.table.name, "text_too_long", sentence, plain)


def _column_findings(opened: OpenTable) -> Iterator[Finding]:
    table = opened.table
    for column in table.columns:
        if column.name in opened.missing:
            files, first = opened.missing[column.name]
            among = ""
            if len(opened.files) > 1:
                among = f" from {files:,} of {len(opened.files):,} files (first {shown(first)})"
            yield error(
                table.name,
                "missing_column",
                f"column {column.name} is missing{among}: {allowed(column)}",
                column.name,
            )
    leaves = {leaf for file in opened.files for leaf in file.leaves}
    folders = {part for file in opened.files for part in Path(file.name).parts[:-1] if "=" in part}
    for name in sorted(leaves.union(part.split("=")[0] for part in folders)):
        if is_identifying(name):
            plain = shown(name)
            means = "has the shape of a UPN or postcode" if holds_shape(name) else "means a direct identifier"
            sentence = f"the name of column {plain} {means}; {HOW_TO_PUT_IT_RIGHT}"
            yield error(table.name, "identifying_name", sentence, plain)
    if opened.extras:
        names = ", ".join(shown(name) for name in opened.extras[:MOST_NAMES])
        more = f" and {len(opened.extras) - MOST_NAMES:,} more" if len(opened.extras) > MOST_NAMES else ""
        count = exactly(len(opened.extras), "column")
        yield note(table.name, "extra_columns", f"{count} not in the contract, and ignored: {names}{more}")
    for name in opened.read_as_text:
        sentence = f"column {name} holds whole numbers and was read as text; leading zeros may be gone"
        yield note(table.name, "numbers_as_text", sentence, name)


def _scan(exports: Exports, opened: OpenTable) -> Iterator[Finding]:
    """Read a table once: for each rule the number of rows that break it, and the first of them."""
    table = opened.table
    # Every declared column is read to its end, so that damage anywhere in it shows now and not in the build.
    others = [f"count({quoted(column.name)})" for column in table.columns]
    has_key = bool(table.key) and not opened.missing.keys() & set(table.key)
    of_rows, of_keys = list(rules(exports, opened)), []
    gathers = has_key and table.key == gathered.KEY and not opened.missing
    if gathers:
        of_keys = [rule for rule in of_rows if rule.name == SHAPE and rule.column in table.key]
        of_rows = [rule for rule in of_rows if rule not in of_keys]
    elif has_key:
        # As many hashes as rows prove that no key is repeated, at half the cost of grouping by it.
        others.append(_hashes(table))
    found, answers = _rows_breaking(exports, opened, of_rows, others)
    yield from found
    coded = [finding.column for finding in found if finding.rule in ("code", "pattern")]
    if coded:
        # What is in no list may be a UPN. Looking for its shape costs more than looking up the code.
        yield from _rows_breaking(exports, opened, [shape_rule(name) for name in coded], [])[0]
    if gathers:
        yield from _keys_at_fault(exports, opened, of_keys, is_sound=not found)
    elif has_key and answers[-1] < opened.rows:
        yield from _repeated_key(exports, opened)


def _hashes(table: Table) -> str:
    return f"count(distinct hash({', '.join(map(quoted, table.key))}))"


def _keys_at_fault(
    exports: Exports, opened: OpenTable, of_keys: list[Rule], is_sound: bool
) -> Iterator[Finding]:
    """Look at the keys of attendance: of sound rows once for each child and year, and not for each row."""
    if is_sound:
        gathered.gather(exports.connection)
        broken = [rule for rule in of_keys if gathered.holds(exports.connection, rule.broken_when)]
        repeated = gathered.repeats(exports.connection)
    else:
        broken, answers = of_keys, _rows_breaking(exports, opened, [], [_hashes(opened.table)])[1]
        repeated = answers[0] < opened.rows
    if broken:
        yield from _rows_breaking(exports, opened, broken, [])[0]
    if repeated:
        yield from _repeated_key(exports, opened)


def _rows_breaking(
    exports: Exports, opened: OpenTable, of_table: list[Rule], others: list[str]
) -> tuple[list[Finding], tuple]:
    """Give a fault for each rule that some row breaks, and the answers to the other aggregates.

    Most tables break none, as one condition says; a table at fault is read again for which and where.
    """
    any_broken = " or ".join(f"({rule.broken_when})" for rule in of_table) or "false"
    *answers, broken = _aggregates(exports, opened, [*others, f"count(case when {any_broken} then 1 end)"])
    if not broken:
        return [], tuple(answers)
    selected = []
    for rule in of_table:
        row = f"case when {rule.broken_when} then {ROW} end"
        selected += [f"count({row})", f"min({row})"]
    counts = _aggregates(exports, opened, selected)
    found = [
        _rows_at_fault(opened, rule, count, row)
        for rule, count, row in zip(of_table, counts[::2], counts[1::2], strict=True)
        if count
    ]
    return found, tuple(answers)


def _aggregates(exports: Exports, opened: OpenTable, selected: list[str]) -> tuple:
    query = f"select {', '.join(selected)} from {READING}.{opened.table.name}"
    answer = exports.connection.cursor().execute(query).fetchone()
    assert answer is not None
    return answer


def _rows_at_fault(opened: OpenTable, rule: Rule, count: int, row: int) -> Finding:
    first_row, file = opened.place(row)
    sentence = f"{exactly(count)}: {rule.says}{where_said(first_row, file)}"
    rounded = f"{roughly(count)}: {rule.says}"
    about = (opened.table.name, rule.column, rule.name)
    return Finding(Severity.ERROR, *about, sentence, rounded, count, first_row, file)


def _repeated_key(exports: Exports, opened: OpenTable) -> Iterator[Finding]:
    """Group by the key itself: slower than comparing hashes, so only once they are known to repeat."""
    table = opened.table
    key = ", ".join(map(quoted, table.key))
    filled = " and ".join(f"{quoted(name)} is not null" for name in table.key)
    query = (
        f"with keys as (select count(*) as times, min({ROW}, 2)[2] as second from {READING}.{table.name}"
        f" where {filled} group by {key} having count(*) > 1)"
        " select coalesce(sum(times - 1), 0), min(second) from keys"
    )
    answer = exports.connection.cursor().execute(query).fetchone()
    assert answer is not None
    count, row = int(answer[0]), answer[1]
    if count:
        says = f"{' + '.join(table.key)} is that of an earlier row; there must be {table.grain}"
        yield _rows_at_fault(opened, Rule("repeated_key", ", ".join(table.key), says, ""), count, row)


def _unreadable_files(exports: Exports, opened: OpenTable) -> Iterator[Finding]:
    """Say which files cannot be read, and check the rows of the others."""
    sound = []
    for file in opened.files:
        alone = open_table(opened.table, [file])
        create_views(exports.connection, alone)
        try:
            list(_scan(exports, alone))
            sound.append(file)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            because = "cannot be read to its end: it is damaged, or its text is not UTF-8; export it again"
            yield error(opened.table.name, "unreadable", f"{shown(file.name)} {because}")
    if len(sound) == len(opened.files):
        yield error(opened.table.name, "unreadable", "the files cannot be read together; export them again")
    elif sound:
        rest = open_table(opened.table, sound)
        create_views(exports.connection, rest)
        yield from _scan(exports, rest)
