"""Cells added up for many breakdowns at once are those that plain counting gives."""

import random
from collections import defaultdict

import duckdb
import pandas as pd
import pytest

from cswanalytics.build import tallies
from cswanalytics.build.tallies import Figure, Sum, read_children
from cswanalytics.errors import ExportsRefused
from cswanalytics.vocabulary import TOTAL

COLUMNS = {
    "sex": "FMU",
    "sen": "NKE",
    "phase": "PS",
    "colour": "rgb",
    "school": [str(urn) for urn in range(40)],
}
BREAKDOWNS = {
    "total": (), "sex": ("sex",), "sen": ("sen",), "phase": ("phase",), "colour": ("colour",),
    "sen×sex": ("sen", "sex"), "phase×sen": ("phase", "sen"), "school": ("school",),
}  # fmt: skip
FIGURES = [
    Figure("met", Sum("met")),
    Figure("sessions", Sum("sessions")),
    Figure("sessions_squared", Sum("sessions", "sessions")),
    Figure("crossed", Sum("sessions", "days")),
    Figure("givers", Sum("days", counts_givers=True)),
    Figure("most", Sum("days", is_most=True)),
]


def children(number: int) -> list[dict]:
    chance = random.Random(11)
    return [
        {
            "point": chance.choice([1, 2]) if row % 3 else 2,
            "side": chance.choice(["cwsw", "peers", "peers"]),
            **{name: chance.choice(items) for name, items in COLUMNS.items()},
            "met": chance.choice([0, 1]),
            "sessions": chance.randrange(-300, 300),
            "days": chance.choice([0, 0, 0, 1, 2, 9]),
        }
        for row in range(number)
    ]


def plainly(rows: list[dict]) -> dict[tuple, tuple]:
    cells = defaultdict(list)
    for row in rows:
        for breakdown, own in BREAKDOWNS.items():
            item = "×".join(row[name] for name in own) or TOTAL
            cells[row["side"], breakdown, item].append(row)
    return {
        cell: (
            len(of),
            sum(row["met"] for row in of),
            sum(row["sessions"] for row in of),
            sum(row["sessions"] ** 2 for row in of),
            sum(row["sessions"] * row["days"] for row in of),
            sum(row["days"] > 0 for row in of),
            max(row["days"] for row in of),
        )
        for cell, of in cells.items()
    }


def read(rows: list[dict]) -> dict[int, tallies.Children]:
    connection = duckdb.connect()
    connection.register("laid", pd.DataFrame(rows))
    texts = {name: name for name in ("side", *COLUMNS)}
    return read_children(
        connection, "laid", "point", texts, {name: name for name in ("met", "sessions", "days")}
    )


@pytest.mark.parametrize("number", [9, 4_000])
def test_few_and_many_children_have_the_cells_of_plain_counting(number: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tallies, "READ_AT_ONCE", 1_000)
    rows = children(number)

    for point, own in read(rows).items():
        tally = own.tally(("side",), BREAKDOWNS, FIGURES, "heads")

        found = {tuple(row[:3]): tuple(row[3:]) for row in tally.itertuples(index=False, name=None)}
        assert found == plainly([row for row in rows if row["point"] == point])


def test_many_children_are_counted_by_several_breakdowns_at_once():
    [_, many] = read(children(4_000)).values()

    crossed = many._crossed(("side",), tuple(BREAKDOWNS.values()))

    assert sorted(map(sorted, crossed)) == [["colour", "phase", "sen", "sex"], ["school"]]


def test_numbers_too_large_to_add_up_exactly_are_refused():
    rows = [{**row, "sessions": 2**51} for row in children(20)]

    with pytest.raises(ExportsRefused, match="too large"):
        read(rows)[2].tally(("side",), BREAKDOWNS, FIGURES, "heads")
