"""A whole release as tidy data in the form of the department's explore education statistics (EES).

One row for each cell, long: the measure is a filter. Codes are those of the release and of the command line;
`.meta.csv`, beside it, says what each column holds. Nothing is worked out here: every number is released.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cswanalytics.answers import ReleaseFacts
from cswanalytics.catalogue import Measure
from cswanalytics.gateway import ReleaseGateway
from cswanalytics.show.spreadsheet_text import as_text
from cswanalytics.show.whole_files import replacing
from cswanalytics.vocabulary import GROUP_LABELS, TOTAL, Symbol

COUNTRY = {"country_code": "E92000001", "country_name": "England"}
IDENTIFIERS = (
    "time_period", "time_identifier", "geographic_level", "country_code", "country_name", "new_la_code",
    "la_name", "school_urn", "school_laestab", "school_name",
)  # fmt: skip
FILTERS = ("measure", "social_care_group", "breakdown", "breakdown_item")
INDICATORS = ("pupils", "count", "value", "spread")
COLUMNS = (*IDENTIFIERS, *FILTERS, *INDICATORS)
META_COLUMNS = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column",
)  # fmt: skip
NOT_OF_COUNTED, NOT_OF_VALUED = ("value", "spread"), ("count",)


def write_csv(gateway: ReleaseGateway, file: Path) -> int:
    """Write every cell an actor may see, and `.meta.csv` beside it; give the number of rows.

    The same release gives the same bytes. Both files are written, or neither.
    """
    cells = tidy(gateway)
    cells["school_name"] = cells["school_name"].map(as_text, na_action="ignore")
    with replacing(file, meta_file(file)) as (data, meta):
        cells.to_csv(data, index=False, encoding="utf-8", lineterminator="\r\n")
        with meta.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, META_COLUMNS, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(meta_rows(gateway))
    return len(cells)


def meta_file(file: Path) -> Path:
    """Give the name of the file that says what the columns of another hold: `figures.meta.csv`."""
    return file.with_name(f"{file.stem}.meta.csv")


def tidy(gateway: ReleaseGateway) -> pd.DataFrame:
    """Give every cell as text, in COLUMNS: symbols stand where there is no number, and are never one."""
    cells, facts = gateway.cells(), gateway.facts
    texts = {name: cells[name].fillna("") for name in (*IDENTIFIERS, *FILTERS) if name in cells}
    texts |= {**COUNTRY, "new_la_code": facts.new_la_code, "la_name": facts.authority}
    counted = cells["measure"].map({measure.id: measure.is_counted for measure in gateway.measures()})
    for name in INDICATORS:
        not_of_its_kind = counted if name in NOT_OF_COUNTED else ~counted & (name in NOT_OF_VALUED)
        texts[name] = _numbers_or_symbols(cells[name], cells["symbol"], not_of_its_kind)
    return pd.DataFrame(texts, index=cells.index)[list(COLUMNS)]


def meta_rows(gateway: ReleaseGateway) -> list[dict[str, str]]:
    """Give the rows of `.meta.csv`: one for each filter and indicator; `breakdown` groups `breakdown_item`.

    EES wants a column that groups a filter named beside that filter, and not listed as one itself.
    """
    measures, facts = gateway.measures(), gateway.facts
    return [
        _filter("measure", "Measure", _listed({measure.id: _said(measure) for measure in measures})),
        _filter("social_care_group", "Social care group", f"{_listed(GROUP_LABELS)}. {peers(facts)}"),
        {
            **_filter("breakdown_item", "Item of the breakdown", _breakdowns(gateway)),
            "filter_grouping_column": "breakdown",
        },
        _indicator("pupils", f"Pupils it is counted among, a multiple of {facts.base}", "Pupils", 0),
        _indicator("count", f"Pupils with the outcome, a multiple of {facts.base}", "Pupils", 0),
        _indicator("value", "Share, mean or rate, in the measure's own unit", "Values", 2),
        _indicator("spread", "Standard error of the value, for the authority only", "Values", 4),
    ]


def peers(facts: ReleaseFacts) -> str:
    """Say how peers are worked out from a release, which never holds them."""
    return (
        "Peers are not in the file: their pupils and counts are those of 'all' less those of 'cwsw'; their "
        "value is (pupils × value of 'all' − pupils × value of 'cwsw') ÷ peers' pupils. Take a percentage "
        f"only of 10 pupils or more; counts are multiples of {facts.base}, each up to {facts.base - 1} from "
        "the truth"
    )


def _breakdowns(gateway: ReleaseGateway) -> str:
    columns = [entry for entry in gateway.breakdowns() if len(entry.columns) == 1]
    said = [
        f"{entry.name}: {', '.join(f'{code} {label}' for code, label in entry.items.items())}"
        for entry in columns
    ]
    return f"'{TOTAL}' is not broken down; two joined by × are crossed. {'; '.join(said)}"


def _said(measure: Measure) -> str:
    return f"{measure.title} ({measure.unit.value})"


def _listed(labels: Mapping[Any, str]) -> str:
    return "; ".join(f"{code}: {label}" for code, label in labels.items())


def _filter(name: str, label: str, hint: str) -> dict[str, str]:
    return {"col_name": name, "col_type": "Filter", "label": label, "filter_hint": hint}


def _indicator(name: str, label: str, grouping: str, places: int) -> dict[str, str]:
    return {
        "col_name": name,
        "col_type": "Indicator",
        "label": label,
        "indicator_grouping": grouping,
        "indicator_dp": str(places),
    }


def _numbers_or_symbols(numbers: pd.Series, symbols: pd.Series, not_of_its_kind: pd.Series) -> np.ndarray:
    """Give numbers as their shortest text; 'z' where a measure has no such number, else the cell's symbol."""
    known = numbers.notna()
    missing = symbols.fillna(Symbol.NOT_AVAILABLE.value).mask(not_of_its_kind, Symbol.NOTHING_TO_COUNT.value)
    text = missing.to_numpy(dtype=object)
    text[known.to_numpy()] = [
        np.format_float_positional(number, trim="-") for number in numbers[known].to_numpy(dtype=float)
    ]
    return text
