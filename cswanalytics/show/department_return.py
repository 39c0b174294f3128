"""What the department asks an authority for each year: activity, hours, attendees and spend of its offer.

From the release alone, and so rounded as each figure says: of support for single children (tier 3) only what
is many.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cswanalytics.answers import Gateway, Offered
from cswanalytics.show import words
from cswanalytics.show.whole_files import replacing
from cswanalytics.show.workbook import Cell, Sheet, title, write_sheets
from cswanalytics.vocabulary import Symbol, year_label

ACTIVITIES, ATTENDEES, HOURS = "support_activities", "support_attendees", "support_hours"
SPENT = "pupil_premium_plus_spent"
REACHED = ("whole_school_training", "dt_training_two_days", "dt_qualified")
ACTIVITY_HEADS = ("Year", "Tier", "Kind", "Activities", "Hours", "Attendees")
SPEND_HEADS = ("Year", "Spent (£)", "Allocated (£)")
REACH_HEADS = ("Year", "What", "Schools", "Of schools")
NOTE_HEADS = ("About", "Note")
EVERY_KIND = "All kinds together"
WHAT = "what the department asks for: activity, hours, attendees, spend"


@dataclass(frozen=True)
class Activity:
    """One kind of activity of a year: its numbers, or the symbol that says why there is none."""

    year: int
    tier: int
    kind: str
    activities: Cell
    hours: Cell
    attendees: Cell


def activities(gateway: Gateway) -> list[Activity]:
    """Give the activities of every year, by tier and kind; none where the tables were not supplied."""
    made, came, lasted = (_by_kind(gateway.offer(name)) for name in (ACTIVITIES, ATTENDEES, HOURS))
    missing = Symbol.NOT_AVAILABLE.value
    return [
        Activity(
            year,
            tier,
            kind,
            activities=made.get((year, tier, kind), missing),
            hours=lasted.get((year, tier, kind), missing),
            attendees=came.get((year, tier, kind), missing),
        )
        for year, tier, kind in sorted({*made, *came, *lasted})
    ]


def spend(gateway: Gateway) -> list[tuple[int, Cell, Cell]]:
    """Give the pupil premium plus spent and allocated, by year."""
    rows = gateway.offer(SPENT).of_authority.to_dict("records")
    return [(int(row["time_period"]), _cell(row, "number"), _cell(row, "out_of")) for row in rows]


def reached(gateway: Gateway) -> list[tuple[int, str, Cell, Cell]]:
    """Give how many schools the offer reached, of how many, by year and figure."""
    return [
        (int(row["time_period"]), offered.figure.title, _cell(row, "number"), _cell(row, "out_of"))
        for offered in map(gateway.offer, REACHED)
        for row in offered.of_authority.to_dict("records")
    ]


def absent(gateway: Gateway) -> list[str]:
    """Say which parts of the return are not there, and why."""
    figures = (gateway.offer(name) for name in (ACTIVITIES, ATTENDEES, HOURS, SPENT, *REACHED))
    said = (
        f"{offered.figure.title}: {words.absent(offered.absent)}." for offered in figures if offered.absent
    )
    return list(dict.fromkeys(said))


def write_return(gateway: Gateway, file: Path) -> int:
    """Write the return as a workbook, whole or not at all; give its number of rows of activity.

    The same release gives the same bytes. A part that was not supplied has its heads and no rows, and the
    notes say so.
    """
    made = activities(gateway)
    sheets = [
        Sheet(
            "Activity",
            "Activities, hours and attendees of the offer, by year, tier and kind",
            ACTIVITY_HEADS,
            [
                (year_label(one.year), one.tier, one.kind, one.activities, one.hours, one.attendees)
                for one in made
            ],
            title(gateway.facts, "activities of the offer"),
        ),
        Sheet(
            "Spend",
            "Pupil premium plus spent, and allocated, by year",
            SPEND_HEADS,
            [(year_label(year), *pounds) for year, *pounds in spend(gateway)],
            title(gateway.facts, "pupil premium plus"),
        ),
        Sheet(
            "Schools",
            "Schools the offer reached, by year",
            REACH_HEADS,
            [(year_label(year), *rest) for year, *rest in reached(gateway)],
            title(gateway.facts, "schools the offer reached"),
        ),
        Sheet(
            "Notes",
            "How each figure is rounded, and what is not there",
            NOTE_HEADS,
            list(_notes(gateway)),
            title(gateway.facts, "notes"),
        ),
    ]
    with replacing(file) as (unfinished,):
        write_sheets(gateway.facts, sheets, unfinished, WHAT)
    return len(made)


def _by_kind(offered: Offered) -> dict[tuple[int, int, str], Cell]:
    """Add the terms and topics of a year; a year of which a part is withheld is withheld."""
    found: dict[tuple[int, int, str], Cell] = {}
    parts: dict[tuple[int, int, str], list[Cell]] = {}
    for row in offered.of_authority.to_dict("records"):
        kind = EVERY_KIND if pd.isna(row["kind"]) else str(row["kind"])
        parts.setdefault((int(row["time_period"]), int(row["tier"]), kind), []).append(_cell(row, "number"))
    for key, cells in parts.items():
        withheld = next((cell for cell in cells if isinstance(cell, str)), "")
        found[key] = withheld or _number(sum(cell for cell in cells if not isinstance(cell, str)))
    return found


def _cell(row: dict, part: str) -> Cell:
    if not pd.isna(row[part]):
        return _number(row[part])
    symbol = row["symbol"]
    return symbol if isinstance(symbol, str) and symbol else Symbol.NOT_AVAILABLE.value


def _number(value: float) -> Cell:
    return int(value) if float(value).is_integer() else round(float(value), 1)


def _notes(gateway: Gateway) -> Iterator[Sequence[Cell]]:
    if gateway.facts.invented:
        yield "Invented data", "Every figure is invented: no child, school or authority here is real."
    for name in (ACTIVITIES, HOURS, ATTENDEES, SPENT, *REACHED):
        figure = gateway.offer(name).figure
        yield figure.title, f"{figure.counts}. Released {figure.released}."
    yield "Symbol c", "Withheld, so that no child can be picked out."
    yield "Symbol x", "Not available."
    for said in absent(gateway):
        yield "Not there", said
