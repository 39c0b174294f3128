"""The rules a table's rows must keep, made from `contract.py`: SQL true for a row at fault, and words."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cswanalytics.build.contract import SCHOOL, Column, DateRule, Kind
from cswanalytics.build.exports import READING, Exports, OpenTable
from cswanalytics.build.identifiers import HOW_TO_PUT_IT_RIGHT, has_shape_sql, shown
from cswanalytics.build.sql_text import literal, quoted

KNOWN_SCHOOLS = f"{READING}.known_schools"
"""A table made once of well-formed URNs, so that the other scans need not read `schools` again."""
SHAPE = "identifying_values"
"""The rule against values with the shape of a direct identifier."""
URN = f"regexp_full_match(school_urn, {literal(SCHOOL.pattern)})"
"""True of what can be the number of a school."""
_UNKNOWN = f"school_urn not in (select school_urn from {KNOWN_SCHOOLS})"
EARLIEST_EVENT = dt.date(1990, 1, 1)
EARLIEST_DAY = dt.date(1000, 1, 1)


@dataclass(frozen=True)
class Rule:
    """A condition on a row of a `reading` view. `says` reads after 'N rows: '."""

    name: str
    column: str
    says: str
    broken_when: str


def rules(exports: Exports, opened: OpenTable) -> Iterator[Rule]:
    """Give every rule of a table, for the columns it has."""
    table = opened.table
    for column in table.columns:
        # Where only some files lack it, the values of the others are checked.
        if column.name in opened.missing and opened.missing[column.name][0] == len(opened.files):
            continue
        of_known = column.name == "school_urn" and table.name != "schools" and exports.knows_schools
        yield from _column_rules(column, opened, column.name in table.key, of_known)
        if column.kind is Kind.DATE:
            yield _date_rule(
                column, exports.last_day(table.name), exports.extracted_on(table.name) is not None
            )
        if of_known:
            # A value that is no URN breaks its pattern, and one fault is enough.
            yield Rule("school", "school_urn", "school_urn is not in schools", f"{_UNKNOWN} and {URN}")
    for name in opened.text_extras:
        plain = shown(name)
        yield Rule(SHAPE, plain, _shape_said(plain), quoted(f"shape#{name.casefold()}"))
    for rule in table.rules:
        yield Rule(rule.name, "", rule.says, rule.broken_when)


def _column_rules(column: Column, opened: OpenTable, in_key: bool, of_known: bool) -> Iterator[Rule]:
    name, value = column.name, quoted(column.name)
    if not column.nullable or in_key:
        blank = ""
        if column.kind is Kind.TEXT and not column.codes and not column.pattern:
            # a blank text begins below every letter and digit: comparing is cheaper than matching
            blank = rf" or ({value} < '!' and regexp_full_match({value}, '\s*'))"
        yield Rule("null", name, f"{name} is empty", f'"empty#{name}"{blank}')
    unread = f'"unread#{name}"'
    if column.kind is Kind.YEAR:
        yield from _year_rules(name, value, unread, opened.year_in_folder)
        return
    if name not in opened.exact:
        yield Rule("type", name, f"{name} cannot be read as {_TYPE_SAID[column.kind]}", unread)
    if column.kind is Kind.TEXT:
        yield from _text_rules(column, of_known)
    limits = [f"{value} < {column.least}"] if column.least is not None else []
    limits += [f"{value} > {column.most}"] if column.most is not None else []
    if column.kind is Kind.DECIMAL:
        limits.append(f"not isfinite({value})")
    if limits:
        yield Rule("range", name, f"{name} is not {allowed(column)}", " or ".join(limits))


def _year_rules(name: str, value: str, unread: str, in_folder: bool) -> Iterator[Rule]:
    start = f"{value} // 100"
    consecutive = f"{start} between 1990 and 2100 and {value} % 100 = ({start} + 1) % 100"
    says = f"{name} is not two consecutive years, such as 202425 for 2024/25"
    yield Rule("time_period", name, says, f"{unread} or not ({consecutive})")
    if in_folder:
        yield Rule("folder", name, f"{name} differs from the year its folder names", f'"elsewhere#{name}"')


def _text_rules(column: Column, of_known: bool) -> Iterator[Rule]:
    name, value = column.name, quoted(column.name)
    if column.codes:
        fits = f"{value} in ({', '.join(map(literal, column.codes))})"
        yield Rule("code", name, f"{name} is none of {', '.join(column.codes)}", f"not {fits}")
    elif column.pattern:
        broken = f"not regexp_full_match({value}, {literal(column.pattern)})"
        # what is the number of a known school need not be looked at again
        broken = f"{_UNKNOWN} and {broken}" if of_known else broken
        yield Rule("pattern", name, f"{name} is not {_PATTERN_SAID[column.pattern]}", broken)
    else:
        yield shape_rule(name)


def shape_rule(name: str) -> Rule:
    """Give the rule against identifying values. Where there are codes or a pattern, these keep them out."""
    return Rule(SHAPE, name, _shape_said(name), has_shape_sql(quoted(name)))


def _date_rule(column: Column, last_day: dt.date, stated: bool) -> Rule:
    value = quoted(column.name)
    if column.dates is DateRule.EVENT:
        day = f"{last_day.day} {last_day:%B %Y}, {'the day of the extract' if stated else 'today'}"
        says = f"{column.name} is before 1990 or after {day}"
        return Rule("date", column.name, says, _outside(value, EARLIEST_EVENT, last_day))
    says = f"{column.name} is before the year 1000 or after the year 9999"
    return Rule("date", column.name, says, _outside(value, EARLIEST_DAY, dt.date.max))


def _outside(value: str, least: dt.date, most: dt.date) -> str:
    return f"{value} < date '{least.isoformat()}' or {value} > date '{most.isoformat()}'"


def _shape_said(name: str) -> str:
    return f"{name} has the shape of a UPN or of a full postcode; {HOW_TO_PUT_IT_RIGHT}"


_TYPE_SAID = {
    Kind.TEXT: "text",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.BOOLEAN: "true or false (it must be stored as Boolean)",
    Kind.DATE: "a date",
}

_PATTERN_SAID = {
    r"\d{6}": "six digits",
    r"\d{7}": "seven digits",
    r"[A-Z]{2}": "two capital letters",
    r"[A-Z]\d{8}": "a capital letter and eight digits",
}
"""Every pattern of the contract in words."""


def allowed(column: Column) -> str:
    """Give what a column may hold in a few words: 'a whole number, 0 or more'."""
    if column.kind is Kind.YEAR:
        return "an academic year, such as 202425 for 2024/25"
    if column.codes:
        return f"one of {', '.join(column.codes)}"
    if column.pattern:
        return _PATTERN_SAID[column.pattern]
    words = {Kind.INTEGER: "a whole number", Kind.DECIMAL: "a number", Kind.DATE: "a date"}
    said = words.get(column.kind, column.kind.value)
    if column.least is not None and column.most is not None:
        return f"{said} from {column.least} to {column.most}"
    return f"{said}, {column.least} or more" if column.least is not None else said
