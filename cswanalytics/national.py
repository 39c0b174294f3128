"""England's published figures, each beside the like group only, for the same measure and the same year.

They are the Department for Education's (Open Government Licence v3.0), in `definitions/national.csv`: facts
to set a local figure beside, never to judge it by. The department publishes nothing for children with a
social worker as they are counted here, nor for their peers; so nothing is set beside those.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isnan, nan

from cswanalytics.answers import Question
from cswanalytics.catalogue import DEFINITIONS, Measure
from cswanalytics.remembered import remembered
from cswanalytics.vocabulary import (
    ACADEMIC_YEAR,
    COMPARED_WITH_LONG,
    TOTAL,
    WHO_LONG,
    ComparedWith,
    Level,
    Who,
    year_label,
)

ALL_PUPILS = "All pupils"
LIKE: Mapping[str, str] = {
    Who.CINO: "CINO at 31 March",
    Who.CPPO: "CPPO at 31 March",
    Who.CLA: "CLA 12 months at 31 March",
    ComparedWith.ALL_PUPILS: ALL_PUPILS,
}
"""The published group that is like a local one. No other pair is ever made."""

SAID = {
    "CINO at 31 March": "children in need at 31 March, England",
    "CPPO at 31 March": "children on a child protection plan at 31 March, England",
    "CLA 12 months at 31 March": "children looked after for 12 months at 31 March, England",
    ALL_PUPILS: "all pupils, England",
}
LATER_VINTAGE = " (LAIT, later vintage)"
"""Marks a group's figures as the department restated them later. The later ones stand."""

SYMBOLS = {
    "c": "confidential",
    "low": "rounds to nought",
    "k": "rounds to nought",
    "z": "not applicable",
    "x": "not available",
    "u": "of low reliability",
    "-": "not available",
}
"""EES symbols, and the '-' of the local authority interactive tool, as words."""

PER_CENT = "_pct"


@dataclass(frozen=True)
class Counted:
    """What a figure counts: whom, what, and in which academic year.

    `group` is a published group or, where none is like it, a local one's own words; `series` the
    department's name of what is counted.
    """

    group: str
    series: str
    time_period: int


@dataclass(frozen=True)
class NationalFigure:
    """One published figure for England, in a measure's unit.

    Where there is no number `value` is NaN and `symbol` EES's reason. `source` names where it was taken
    from, `vintage` the state of that source, and `restated` what was published before for the same year.
    """

    counted: Counted
    value: float
    symbol: str
    source: str
    vintage: str
    restated: tuple[float, ...] = field(default=())

    @property
    def group(self) -> str:
        """Whose figure it is, in words."""
        return SAID[self.counted.group]

    @property
    def because(self) -> str:
        """Why there is no number, in words; empty where there is one."""
        return f"published as '{self.symbol}': {SYMBOLS.get(self.symbol, 'no number')}" if self.symbol else ""


@dataclass(frozen=True)
class Refusal:
    """Why no published figure may stand beside a local one, in plain English."""

    because: str


def beside(
    question: Question, measure: Measure, year: int, side: str = "cwsw", pooled_from: int = 0
) -> NationalFigure | Refusal:
    """Give England's figure for one side of a question ('cwsw', whoever is asked about, or 'peers').

    `pooled_from` is the first of several years put together, or 0. A Refusal where the department publishes
    nothing like it: another group, another measure, another year or years together, a year that is not
    comparable, or less than the whole authority and year.
    """
    if question.level is not Level.AUTHORITY or question.breakdown != TOTAL:
        return Refusal("England's figures stand beside those of the whole authority alone")
    if question.time_identifier != ACADEMIC_YEAR:
        return Refusal("England's figures are of whole years")
    if pooled_from not in (0, year):
        return Refusal("these are several years together, and England's figures are of one")
    if not measure.national:
        return Refusal(f"the department publishes no figure like it that is held here: {measure.title}")
    if because := measure.not_comparable_because(year):
        return Refusal(f"{year_label(year)} is not comparable: {because}")
    return _published_of(measure, question, year, side)


@remembered
def _published_of(measure: Measure, question: Question, year: int, side: str) -> NationalFigure | Refusal:
    local = counted(question, measure, year, side)
    same_what = [row for row in _published() if row.counted.series == measure.national]
    found = [row for row in same_what if not comparable(local, row.counted)]
    if not found:
        theirs = Counted(LIKE.get(_asked(question, side), ALL_PUPILS), measure.national, year)
        because = comparable(local, theirs)
        return Refusal(because or f"no figure of {SAID[theirs.group]} is held for {year_label(year)}")
    figure, *others = found
    scale = measure.unit.scale / 100 if measure.national.endswith(PER_CENT) else 1.0
    before = dict.fromkeys(other.value for other in others if other.value != figure.value)
    return NationalFigure(
        figure.counted,
        figure.value * scale,
        figure.symbol,
        figure.source,
        figure.vintage,
        tuple(value * scale for value in before if not isnan(value)),
    )


def counted(question: Question, measure: Measure, year: int, side: str = "cwsw") -> Counted:
    """Give what one side of a question counts in a year, in the department's names where it has them."""
    asked = _asked(question, side)
    own_words = WHO_LONG[question.who] if side == "cwsw" else COMPARED_WITH_LONG[question.compared_with]
    return Counted(LIKE.get(asked, own_words), measure.national or measure.id, year)


def comparable(a: Counted, b: Counted) -> str:
    """Give why two figures must not be set beside each other; empty where they may.

    Only the same group, the same thing counted and the same year may.
    """
    unlike = next((counted.group for counted in (a, b) if counted.group not in SAID), "")
    if unlike and a.group != b.group:
        return (
            f"the department publishes no figure for {unlike}: its nearest groups hold other children, "
            "or fewer of them"
        )
    if a.group != b.group:
        return f"{SAID[a.group]}, and {SAID[b.group]}, are not the same children"
    if a.series != b.series:
        return f"they count different things: {_series_words(a.series)}, and {_series_words(b.series)}"
    if a.time_period != b.time_period:
        return f"{year_label(a.time_period)} and {year_label(b.time_period)} are not the same year"
    return ""


def _asked(question: Question, side: str) -> str:
    return question.who if side == "cwsw" else question.compared_with


def _series_words(series: str) -> str:
    special = {
        "one_plus_suspension_rate_pct": "pupils suspended at least once",
        "suspension_rate_pct": "suspensions for every 100 pupils",
    }
    return special.get(series, series.removesuffix(PER_CENT).removesuffix("_avg").replace("_", " "))


@cache
def _published() -> tuple[NationalFigure, ...]:
    """Read the figures of the groups that are like a local one, latest vintage first, in their own unit.

    Only figures taken from a versioned file of the department's count: not those quoted in the press, nor
    previews of a table.
    """
    figures = []
    with (DEFINITIONS / "national.csv").open(encoding="utf-8", newline="") as opened:
        for row in csv.DictReader(opened):
            group = row["social_care_group"]
            name = group.removesuffix(LATER_VINTAGE)
            origin, at, rest = row["source"].partition("@")
            if name not in SAID or not at:
                continue
            start, _, end = row["academic_year"].partition("/")
            value, symbol = _number(row["value"])
            vintage, _, file = rest.partition(":")
            figure = NationalFigure(
                Counted(name, row["measure"], int(start + end)), value, symbol, f"{origin}: {file}", vintage
            )
            figures.append((group == name, figure))
    # `sorted` keeps the file's order among equals
    return tuple(figure for _, figure in sorted(figures, key=lambda entry: entry[0]))


def _number(text: str) -> tuple[float, str]:
    """Give a published cell as a number, or as NaN with its symbol: a symbol is never read as a number."""
    try:
        value = float(text)
    except ValueError:
        return nan, text.strip() or "x"
    return (nan, "x") if isnan(value) else (value, "")
