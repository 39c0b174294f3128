"""A figure that is no measure of pupils, on the command line and in the workbook: released numbers only."""

import csv
import io
import json

import pandas as pd
from rich.table import Table

from cswanalytics.answers import Offered, ReleaseFacts
from cswanalytics.vocabulary import Symbol, year_label

HEADS = ("year", "term", "school_urn", "phase", "tier", "kind", "topic", "number", "out_of", "symbol")
WHY_NOT = {Symbol.WITHHELD.value: "withheld: too few", Symbol.NOT_AVAILABLE.value: "the school did not say"}

Cell = str | int | float


def records(offered: Offered) -> list[dict[str, Cell]]:
    """Give an entry a row, in HEADS; '' where a part is not parted by, or there is no number."""
    return [
        {
            "year": year_label(int(row["time_period"])),
            "term": _whole(row["term"]),
            "school_urn": row["school_urn"] or "",
            "phase": row["merged_phase"] or "",
            "tier": _whole(row["tier"]),
            "kind": row["kind"] or "",
            "topic": row["topic"] or "",
            "number": _whole(row["number"]),
            "out_of": _whole(row["out_of"]),
            "symbol": row["symbol"] or "",
        }
        for row in offered.rows.astype(object).where(offered.rows.notna(), None).to_dict("records")
    ]


def as_json(offered: Offered, facts: ReleaseFacts) -> str:
    """Give a figure as JSON: what it counts, how far it is rounded, and an entry a row."""
    figure = offered.figure
    return json.dumps(
        {
            "figure": figure.id,
            "title": figure.title,
            "counts": figure.counts,
            "released_as": figure.released,
            "authority": facts.authority,
            "invented": facts.invented,
            "release": facts.release,
            "data_to": facts.data_to.isoformat(),
            "rows": [
                {head: None if cell == "" else cell for head, cell in row.items()} for row in records(offered)
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_csv(offered: Offered) -> str:
    """Give a figure as CSV: the same entries as the JSON, a line each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["figure", *HEADS], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({"figure": offered.figure.id, **row} for row in records(offered))
    return text.getvalue()


def as_table(offered: Offered, facts: ReleaseFacts) -> Table:
    """Give a figure as a table for a terminal, with the columns that it fills."""
    figure, rows = offered.figure, records(offered)
    invented = "Invented data: no child here is real. " if facts.invented else ""
    released = f"Released {figure.released}. Data to {facts.data_to.isoformat()}."
    table = Table(
        title=f"{figure.title}, {facts.authority}",
        title_justify="left",
        caption=f"{invented}{figure.counts}. {released}",
        caption_justify="left",
    )
    filled = [head for head in HEADS if head != "symbol" and any(row[head] != "" for row in rows)]
    for head in filled:
        numeric = head in ("number", "out_of")
        table.add_column(head.replace("_", " ").capitalize(), justify="right" if numeric else "left")
    table.add_column("")
    for row in rows:
        cells = [f"{row[head]:,}" if isinstance(row[head], int) else str(row[head]) for head in filled]
        table.add_row(*cells, WHY_NOT.get(str(row["symbol"]), str(row["symbol"])))
    return table


def _whole(number: float | None) -> Cell:
    return "" if number is None or pd.isna(number) else round(number)
