"""An answer on the command line: a table for a person, JSON and CSV for a program; released figures only."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from rich.table import Table

from cswanalytics import inference
from cswanalytics.answers import SIDES, Answer, ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.inference import Gaps, State
from cswanalytics.national import NationalFigure, Refusal, beside
from cswanalytics.show import figures as written
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, WHO_LONG, Level, year_label

FIGURES = (
    "cwsw", "cwsw_low", "cwsw_high", "peers", "peers_low", "peers_high", "gap", "gap_low", "gap_high",
    "ratio", "ratio_low", "ratio_high",
)  # fmt: skip
CELLS = ("cwsw_pupils", "cwsw_count", "peers_pupils", "peers_count")
DECIMALS = 2
"""Figures are worked out from multiples of the base: more digits would promise what is not there."""


def counted_and_labelled(answer: Answer) -> Gaps:
    """Work out an answer with its figures in every year: those not comparable keep theirs, and say why.

    Pages leave such years out; an analyst is given them, labelled. Measures of several years together stay
    pooled.
    """
    return _labelled(_pooled(answer))


def all_counted_and_labelled(answers: Iterable[Answer]) -> list[Gaps]:
    """Give `counted_and_labelled` of each answer, worked out at once."""
    return inference.at_once([_pooled(answer) for answer in answers], _labelled)


def _pooled(answer: Answer) -> Answer:
    years = answer.measure.pool_years
    return inference.pooled(answer, years) if years > 1 else answer


def _labelled(answer: Answer) -> Gaps:
    if answer.measure.pool_years > 1:
        return inference.gaps(answer)
    as_if_comparable = replace(answer.measure, not_comparable=())
    gaps = inference.gaps(replace(answer, measure=as_if_comparable))
    because = gaps.rows["time_period"].map(answer.measure.not_comparable_because)
    labelled = (gaps.rows["state"] == State.SHOWN) & (because != "")
    rows = gaps.rows.assign(
        state=gaps.rows["state"].mask(labelled, State.NOT_COMPARABLE),
        because=gaps.rows["because"].mask(labelled, "not comparable: " + because),
    )
    return Gaps(answer, rows)


def as_json(gaps: Gaps, facts: ReleaseFacts, national: bool = False) -> str:
    """Give an answer as JSON: what was asked, and an entry a year, school and item; null where not shown."""
    question, measure = gaps.question, gaps.measure
    return json.dumps(
        {
            "measure": measure.id,
            "title": measure.title,
            "counts": measure.counts,
            "unit": measure.unit.value,
            "better": measure.better.value,
            "level": question.level.value,
            "who": question.who.value,
            "compared_with": question.compared_with.value,
            "authority": facts.authority,
            "invented": facts.invented,
            "release": facts.release,
            "data_to": facts.data_to.isoformat(),
            "base": facts.base,
            "rows": list(_records(gaps, national)),
        },
        indent=2,
        ensure_ascii=False,
    )


def as_csv(gaps: Gaps, national: bool = False) -> str:
    """Give an answer as CSV: the same entries as the JSON, a line each; empty where nothing is shown."""
    records = list(_records(gaps, national))
    text = io.StringIO()
    writer = csv.DictWriter(text, ["measure", *(records[0] if records else ())], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({"measure": gaps.measure.id, **record} for record in records)
    return text.getvalue()


def england(gaps: Gaps, row: dict) -> dict[str, NationalFigure | Refusal]:
    """Give England's figure for each side of a row, or why there is none to set beside it."""
    pooled = row.get("pooled_from")
    first = 0 if pooled is None or pd.isna(pooled) else int(pooled)
    year = int(row["time_period"])
    return {side: beside(gaps.question, gaps.measure, year, side, first) for side in SIDES}


def _england_record(gaps: Gaps, row: dict) -> dict[str, object]:
    record: dict[str, object] = {}
    for side, found in england(gaps, row).items():
        figure = found if isinstance(found, NationalFigure) else None
        record |= {
            f"england_{side}": _number(figure.value, DECIMALS) if figure else None,
            f"england_{side}_symbol": figure.symbol if figure else "",
            f"england_{side}_group": figure.group if figure else "",
            f"england_{side}_source": figure.source if figure else "",
            f"england_{side}_vintage": figure.vintage if figure else "",
            f"england_{side}_because": found.because,
        }
    return record


def _records(gaps: Gaps, national: bool = False) -> Iterator[dict[str, object]]:
    for row in gaps.rows.to_dict("records"):
        yield {
            "time_period": int(row["time_period"]),
            "year": year_label(int(row["time_period"])),
            "time_identifier": row["time_identifier"],
            "school_urn": row["school_urn"] or None,
            "breakdown": row["breakdown"],
            "breakdown_item": row["breakdown_item"],
            **{name: _number(row[name], DECIMALS) for name in FIGURES},
            **{name: _whole(row[name]) for name in CELLS},
            "state": str(row["state"]),
            "because": row["because"] or row["cannot_say"] or "",
            **(_england_record(gaps, row) if national else {}),
        }


def _number(value: float, decimals: int) -> float | None:
    return None if pd.isna(value) or math.isinf(value) else round(float(value), decimals)


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def as_table(gaps: Gaps, facts: ReleaseFacts, national: bool = False) -> Table:
    """Give an answer as a table for a terminal; `national` sets England's figure beside each like group."""
    question, measure = gaps.question, gaps.measure
    title = f"{measure.title}: {WHO_LONG[question.who]}, {facts.authority}"
    rows = gaps.rows.to_dict("records")
    of_england = [england(gaps, row) if national else {} for row in rows]
    like = [side for side in SIDES if any(isinstance(one.get(side), NationalFigure) for one in of_england)]
    caption = _caption(gaps, facts) + (_england_caption(of_england, like) if national else "")
    table = Table(title=title, title_justify="left", caption=caption, caption_justify="left")
    table.add_column("Year")
    if question.level is Level.SCHOOL:
        table.add_column("School")
    if question.breakdown != TOTAL:
        table.add_column("Item")
    for head in ("CWSW", "Peers" if question.compared_with.value == "peers" else "All pupils", "Behind by"):
        table.add_column(head, justify="right")
    for side in like:
        table.add_column("England, all pupils" if side == "peers" else "England, like group", justify="right")
    table.add_column("")
    for row, found in zip(rows, of_england, strict=True):
        cells = [when(row)]
        cells += [row["school_urn"]] if question.level is Level.SCHOOL else []
        cells += [row["breakdown_item"]] if question.breakdown != TOTAL else []
        for side in ("cwsw", "peers"):
            value = row[side]
            cells.append("" if pd.isna(value) else written.figure(value, measure, row[f"{side}_extreme"]))
        behind = "" if pd.isna(row["gap"]) else written.behind(row["gap"], measure)
        if behind and not pd.isna(row["gap_low"]):
            behind = f"{behind} {written.interval(row['gap_low'], row['gap_high'], measure)}"
        cells += [behind, *(_england_cell(found[side], measure) for side in like)]
        table.add_row(*cells, row["because"] or row["cannot_say"] or "")
    return table


def _england_cell(found: NationalFigure | Refusal, measure: Measure) -> str:
    if isinstance(found, Refusal):
        return ""
    return found.symbol or written.figure(found.value, measure)


def _england_caption(of_england: list[dict[str, NationalFigure | Refusal]], like: list[str]) -> str:
    """Say whose the national figures are and where they come from, or why there are none."""
    shown = [one for each in of_england for one in each.values() if isinstance(one, NationalFigure)]
    if not like:
        reasons = dict.fromkeys(one.because for each in of_england for one in each.values())
        return f" England: {'; '.join(reasons)}."
    whose = " and ".join(dict.fromkeys(one.group for one in shown))
    sources = ", ".join(dict.fromkeys(f"{one.source} at {one.vintage}" for one in shown))
    return f" England is {whose}: Department for Education, Open Government Licence v3.0, from {sources}."


def when(row: Mapping[Any, Any]) -> str:
    """Give when a row is of: '2024/25', '2024/25 to half-term 2', '2022/23 to 2024/25' where pooled."""
    year = year_label(int(row["time_period"]))
    point = "" if row["time_identifier"] == ACADEMIC_YEAR else f" {row['time_identifier'].lower()}"
    pooled = row.get("pooled_from")
    start = (
        f"{year_label(int(pooled))} to "
        if pooled and not pd.isna(pooled) and pooled != row["time_period"]
        else ""
    )
    return f"{start}{year}{point}"


def _caption(gaps: Gaps, facts: ReleaseFacts) -> str:
    invented = "Invented data: no child here is real. " if facts.invented else ""
    dates = f"Data to {facts.data_to.isoformat()}; counts rounded to {facts.base}."
    return f"{invented}{gaps.measure.counts}. {dates}"
