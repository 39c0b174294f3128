"""Writes the documents that say what the code already declares. Tests hold the files to it."""

import csv
import io
from collections.abc import Iterable

from cswanalytics import catalogue
from cswanalytics.build.contract import TABLES, Column, Kind, Table
from cswanalytics.build.rules import allowed
from cswanalytics.catalogue import Better, Example, Measure, MeasureKind, Unit
from cswanalytics.offer import OfferFigure
from cswanalytics.vocabulary import year_label

# The data dictionary: docs/exports.md

_ABOUT_EXPORTS = """\
# The exports: data dictionary

This page is made from `cswanalytics/build/contract.py` by `cswanalytics/documentation.py`. Do not edit it
by hand.

What a local authority's data team hands over is a folder of Parquet files, made from systems it already
has. Names follow the Department for Education's (explore-education-statistics, the Common Basic Data Set,
Get Information About Schools) and, for social care, the Standard Safeguarding Dataset.

- A table is `<table>.parquet`, or a folder `<table>/` of Parquet files, hive-partitioned by `time_period`
  or not. Never both. Any order of columns and any compression will do.
- Other columns, files and tables are ignored, and listed by the check. A column that identifies a child is
  refused.
- Codes are text, even when they look like numbers. Dates are DATE; a TIMESTAMP is accepted and cut to its
  day in England. Booleans are BOOLEAN. Whole numbers may be stored in any type that holds them without
  loss.
- `time_period` is the academic year in six digits: `202425` is 2024/25.
- `pupil_id` is a pseudonym: the same for a child in every table and every year. It is never a UPN.
  `cswanalytics pseudonymise` makes it from the UPN with a key that stays with the data team, and leaves
  identifying columns out.
- "Empty" below means null. In a column that may be empty, an empty text is a fault where there are codes.

`cswanalytics check FOLDER` reports every fault and warning at once: table, column, how many rows and the
first of them, and never a value of a child. With one fault or more nothing is built, and what was built
before stays in use.

## What refuses an export

| what is wrong | for example |
|---|---|
| A file cannot be read | cut short, empty, encrypted, or not Parquet whatever its name |
| A table is there twice | `attendance.parquet` and a folder `attendance/` |
| A required table or a column is missing, or a required table has no rows | every column below is needed |
| A direct identifier | a column that means a name, UPN, NHS number, date of birth, address, postcode, \
e-mail or telephone; or values with the shape of a UPN or of a full postcode |
| A value cannot be read without loss | 3.5 in a column of whole numbers, text in one of dates or Booleans |
| A key is empty or repeated, or a value is missing where it may not be | two rows with one `exclusion_id` |
| A value is not in its list or range | a half-term 7, a score that is not a number |
| A rule within a row is broken | absences above possible sessions |
| A date that cannot be | an event before 1990 or after the day of the extract (today, without one) |
| A `school_urn` is not in `schools` | in any table |
| A `time_period` is not two consecutive years | `202426`, `2024` |
"""

_ABOUT_WARNINGS = """\
## What is built with a warning

Warnings are printed beside every figure they touch.

- Over 10 % of the children in social care are matched to no roll, without explanation.
- A finished year has over 20 % fewer rows than the year before.
- A school with pupils of school age on its roll has no attendance in a half-term when others have it.
- Attendance, results or exclusions of a pupil with no `C` or `M` enrolment that year: left out, and
  counted.
- Pupils matched in social care who are on no roll in a year in which they have an episode.
- Two or more `person_id`s on one pupil: their episodes are joined.
- More than one authority code in `schools`.
- Suspensions without a number of sessions: they add none to the sessions of suspension.
- Social care data that end before the school data: by the dates in `extract`, or by the data where the last
  episode starts more than 60 days before the school data end.
"""


def exports_markdown() -> str:
    """Give the data dictionary of the exports as Markdown: `docs/exports.md`."""
    required = [table for table in TABLES.values() if table.required]
    optional = [table for table in TABLES.values() if not table.required]
    sections = [_ABOUT_EXPORTS, _ABOUT_WARNINGS, "## Required tables\n", *map(_table, required)]
    sections += [
        '## Tables that may be absent\n\nA page that needs one says "not exported" when it is missing.\n',
        *map(_table, optional),
    ]
    return "\n".join(sections)


def data_dictionary() -> str:
    """Give the columns of the exports as CSV, for readers: `definitions/data_dictionary.csv`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["table", "a_row_is", "table_required", "column", "type", "may_be_empty", "allowed", "meaning"]
    )
    for table in TABLES.values():
        for column in table.columns:
            writer.writerow(
                [
                    *(table.name, table.grain, _yes(table.required), column.name, column.kind.value),
                    *(_yes(column.nullable), _allowed(column).replace("`", ""), column.says),
                ]
            )
    return text.getvalue()


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _table(table: Table) -> str:
    lines = [f"### {table.name}", ""]
    key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else " No key."
    lines.append(f"{table.grain[0].upper()}{table.grain[1:]}.{key}{f' {table.about}' if table.about else ''}")
    lines += ["", "| column | type | may be empty | allowed | meaning |", "|---|---|---|---|---|"]
    lines += [_column(column) for column in table.columns]
    if table.rules:
        lines += ["", f"A row is at fault when {'; or when '.join(rule.says for rule in table.rules)}."]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    empty = "yes" if column.nullable else "no"
    says = column.says.replace("|", "\\|")
    return f"| `{column.name}` | {column.kind.value} | {empty} | {_allowed(column)} | {says} |"


def _allowed(column: Column) -> str:
    if column.codes:
        return " ".join(f"`{code}`" for code in column.codes)
    if column.kind is Kind.DATE:
        return column.dates.value
    if column.kind is Kind.YEAR:
        return "two consecutive years"
    said = allowed(column)
    return (
        ""
        if said == column.kind.value
        else said.removeprefix("a whole number").removeprefix("a number").strip(" ,")
    )


# The measures: docs/measures.md

_ABOUT_MEASURES = """\
# The measures

This page is made from `cswanalytics/definitions/measures/` by `cswanalytics/documentation.py`. Do not edit it
by hand.

Each measure is one file there, and the file's name is the measure's id. Its worked examples are also its
tests. Who is a pupil, who has a social worker, and at which school a pupil counts is the same for every
measure, and stands in [the glossary](../GLOSSARY.md).

A **proportion** counts pupils, and both its numbers are published as multiples of the base. A **share**
(sessions of sessions), a **mean** (of scores) and a **rate** (events for every 100 pupils) are published as a
coarsened figure, never with the sums behind it. Expressions name columns of `child_year`: one row for each
pupil and year.

"""

_UNITS = {
    Unit.PERCENT: "per cent",
    Unit.PER_1000: "per 1,000 pupils",
    Unit.PER_100: "per 100 pupils",
    Unit.SCORE: "score",
}
_POINTS = {
    Unit.PERCENT: "percentage points",
    Unit.PER_1000: "per 1,000",
    Unit.PER_100: "per 100",
    Unit.SCORE: "of a score point",
}
_BETTER = {Better.LOWER: "lower", Better.HIGHER: "higher", Better.NONE: "neither"}


def measures_markdown() -> str:
    """Give every shipped measure as Markdown: `docs/measures.md`."""
    measures = tuple(catalogue.load().measures.values())
    lines = [
        "| id | title | counts | kind | unit | better | tier | years not comparable |",
        "|---|---|---|---|---|---|---|---|",
        *map(_line, measures),
    ]
    figures = [_ABOUT_OFFER, *map(_figure, catalogue.load().offer.figures.values())]
    return _ABOUT_MEASURES + "\n".join([*lines, "", *map(_measure, measures), *figures])


_ABOUT_OFFER = """\
# Besides the measures

What the Virtual School offers, what schools return, money, and children who are on no roll and so in no rate.
They are declared in `cswanalytics/definitions/offer.toml` and counted by `cswanalytics/build/offer.py`.
"""


def _figure(figure: OfferFigure) -> str:
    facts = [
        ("Released", figure.released),
        ("Needs the export", ", ".join(f"`{table}`" for table in figure.needs)),
        ("Source", figure.source),
        ("Owner", figure.owner),
        ("Next review", f"{figure.next_review.day} {figure.next_review:%B %Y}"),
    ]
    parts = [
        f'## <a id="{figure.id}"></a>{figure.title}',
        f"{figure.counts}.",
        f"**Why it matters.** {figure.why_it_matters}",
        f"**If a governor asks.** {figure.if_a_governor_asks}",
        "\n".join(["| | |", "|---|---|", *(f"| {name} | {_cell(fact)} |" for name, fact in facts)]),
        _list("Mind", figure.caveats),
        _list("Questions to discuss", figure.questions),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(measure: Measure) -> str:
    years = ", ".join(year_label(year) for entry in measure.not_comparable for year in entry.years)
    cells = (
        f"[`{measure.id}`](#{measure.id})",
        measure.title,
        _cell(measure.counts),
        measure.kind.value,
        _UNITS[measure.unit],
        _BETTER[measure.better],
        str(measure.tier or ""),
        years,
    )
    return f"| {' | '.join(cells)} |"


def _measure(measure: Measure) -> str:
    judged = bool(measure.drift_because)
    national = f"`{measure.national}` in `definitions/national.csv`" if measure.national else ""
    least_change = f"{measure.least_change:g} {_POINTS[measure.unit]}" if judged else ""
    examples = ["| worked example | the child | counts |", "|---|---|---|", *map(_example, measure.examples)]
    facts = [
        ("Who is counted", _expression(measure.population)),
        ("What is counted of them", f"`{measure.numerator}`"),
        ("Out of", _out_of(measure)),
        ("Ladder", f"`{measure.ladder}`, step {measure.step}" if measure.ladder else ""),
        ("All of", ", ".join(f"`{name}`" for name in measure.all_of)),
        ("Its count is the head-count of", f"`{measure.item_of}`" if measure.item_of else ""),
        ("Of one group alone", f"`{measure.only_of}`" if measure.only_of else ""),
        ("Part of", f"`{measure.part_of}`" if measure.part_of else ""),
        ("Better", _BETTER[measure.better]),
        ("Years put together", str(measure.pool_years) if measure.pool_years > 1 else ""),
        ("Single schools", "" if measure.school_level else "not worked out"),
        ("Not broken down by", ", ".join(f"`{name}`" for name in measure.breakdowns_left_out)),
        ("Least change with a verdict", least_change),
        ("Change that says nothing", f"{measure.drift:g} a year. {measure.drift_because}" if judged else ""),
        ("Needs the export", ", ".join(f"`{table}`" for table in measure.needs)),
        ("England's figure", national),
        ("Source", measure.source),
        ("Owner", measure.owner),
        ("Next review", f"{measure.next_review.day} {measure.next_review:%B %Y}"),
    ]
    parts = [
        f'## <a id="{measure.id}"></a>{measure.title}',
        f"{measure.counts}.",
        f"**Why it matters.** {measure.why_it_matters}",
        f"**If a governor asks.** {measure.if_a_governor_asks}",
        "\n".join(["| | |", "|---|---|", *(f"| {name} | {_cell(fact)} |" for name, fact in facts if fact)]),
        _list("Not comparable", _not_comparable(measure)),
        _list("Must not be compared with", measure.must_not_be_compared_with),
        _list("Mind", measure.caveats),
        _list("Questions to discuss", measure.questions),
        "\n".join(examples),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _expression(population: str) -> str:
    return "every pupil" if population == "true" else f"pupils with `{population}`"


def _out_of(measure: Measure) -> str:
    if measure.of_all_pupils:
        return "all pupils"
    if measure.kind is MeasureKind.SHARE:
        return f"`{measure.denominator}`"
    if measure.kind is MeasureKind.RATE:
        return "every 100 of them; at a single school, the events it gave"
    if measure.kind is MeasureKind.MEAN:
        return "the number of them" + (f", and divided by {measure.divisor}" if measure.divisor > 1 else "")
    return "the number of them"


def _not_comparable(measure: Measure) -> Iterable[str]:
    for entry in measure.not_comparable:
        yield f"{', '.join(year_label(year) for year in entry.years)}: {entry.because}"
    for entry in measure.breaks:
        yield f"the years before {year_label(entry.first_year)} with those from it on: {entry.because}"


def _list(heading: str, entries: Iterable[str]) -> str:
    lines = [f"- {entry}" for entry in entries]
    return "\n".join([f"**{heading}**", "", *lines]) if lines else ""


def _example(example: Example) -> str:
    child = ", ".join(f"`{column}` {_value(value)}" for column, value in example.child.items())
    return f"| {_cell(example.because)} | {child} | {example.counted or f'as {example.value:g}'} |"


def _value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
