"""What a reader takes away: the numbers shown, as tidy CSV, and the name of a file.

Columns and symbols follow the tidy-data form of the department's explore education statistics (EES). Numbers
are as shown on the page, never finer: nothing exact is downloadable.
"""

import csv
import io
import math
import re
from collections.abc import Iterable

import pandas as pd

from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import Measure, Unit
from cswanalytics.inference import Gaps, State
from cswanalytics.show import words
from cswanalytics.vocabulary import Symbol

COLUMNS = (
    "time_period",
    "time_identifier",
    "geographic_level",
    "la_name",
    "measure",
    "unit",
    "social_care_group",
    "compared_with",
    "breakdown",
    "breakdown_item",
    "cwsw",
    "cwsw_low",
    "cwsw_high",
    "peers",
    "peers_low",
    "peers_high",
    "gap",
    "gap_low",
    "gap_high",
    "why_not",
)
FIGURES = tuple(name for name in COLUMNS if name.split("_")[0] in ("cwsw", "peers", "gap"))
SYMBOLS = {
    State.TOO_FEW: Symbol.WITHHELD,
    State.NOT_COMPARABLE: Symbol.NOT_AVAILABLE,
    State.NOT_AVAILABLE: Symbol.NOT_AVAILABLE,
}


def numbers(shown: Iterable[tuple[Gaps, pd.Series]], facts: ReleaseFacts) -> str:
    """Give the rows shown on a page as CSV: 'c' stands for withheld and 'x' for not available."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for gaps, row in shown:
        writer.writerow(_record(gaps, row, facts))
    return text.getvalue()


def file_name(facts: ReleaseFacts, what: str) -> str:
    """Give a name that says whose figures, which and of when: 'sampleshire-attendance-2026-11-03'."""
    name = re.sub(r"[^a-z0-9]+", "-", f"{facts.authority} {what} {facts.released_on:%Y-%m-%d}".lower())
    return name.strip("-")


def source(facts: ReleaseFacts) -> str:
    """Say in one line where a picture comes from."""
    invented = "Invented data: no child here is real · " if facts.invented else ""
    dates = f"data to {words.day(facts.data_to)} · released {words.day(facts.released_on)}"
    return f"{invented}{facts.authority} · {dates} · rounded to {facts.base}"


def as_shown(value: float, places: int) -> str:
    """Give a number as text, halves rounded away from nought, as the page does."""
    steps = math.floor(abs(value) * 10**places + 0.5)
    return f"{math.copysign(steps, value) / 10**places if steps else 0:.{places}f}"


def places_of(measure: Measure) -> int:
    """Give how many decimals a measure's figures are told with."""
    return 0 if measure.unit is Unit.PERCENT else 1


def symbol_of(row: pd.Series) -> str:
    """Give what stands for a figure that is not shown: 'c' for withheld, 'x' for not available."""
    return SYMBOLS.get(row["state"], Symbol.NOT_AVAILABLE).value


def _record(gaps: Gaps, row: pd.Series, facts: ReleaseFacts) -> dict[str, object]:
    question, measure = gaps.question, gaps.measure
    record: dict[str, object] = {
        "time_period": row["time_period"],
        "time_identifier": row["time_identifier"],
        "geographic_level": question.level.value,
        "la_name": facts.authority,
        "measure": measure.id,
        "unit": measure.unit.value,
        "social_care_group": question.who.value,
        "compared_with": question.compared_with.value,
        "breakdown": row["breakdown"],
        "breakdown_item": row["breakdown_item"],
        "why_not": row["because"],
    }
    places, symbol = places_of(measure), symbol_of(row)
    for name in FIGURES:
        record[name] = symbol if pd.isna(row[name]) else as_shown(row[name], places)
    for side in ("cwsw", "peers"):
        bound = {"under": "<", "over": ">"}.get(row[f"{side}_extreme"], "")
        record[side] = f"{bound}{record[side]}"
    return record
