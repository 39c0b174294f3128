"""The tables of a measure's file: its ladder, worked examples, and years that stand apart."""

from collections.abc import Mapping
from typing import Any

from cswanalytics.toml_files import is_of

TABLES = ("ladder", "examples", "not_comparable", "breaks")


def table_faults(tables: Mapping[str, Any]) -> list[str]:
    """Give what is wrong with the settings of a measure that are tables or lists of tables."""
    found = []
    ladder = tables["ladder"]
    if ladder is not None and not _is_table(ladder, {"name": str}, {"step": int}):
        found.append('ladder must be written as { name = "absence", step = 1 }')
    if not tables["examples"]:
        found.append("needs at least one worked example ([[examples]])")
    for name, needed, besides, written in (
        ("examples", {"because": str}, {"child": None, "counted": str, "value": float}, "because and child"),
        ("not_comparable", {"years": None, "because": str}, {}, "years, a list, and because"),
        ("breaks", {"from": int, "because": str}, {}, "from, a year, and because"),
    ):
        entries = tables[name] or []
        if not isinstance(entries, list) or not all(_is_table(entry, needed, besides) for entry in entries):
            found.append(f"each of {name} must have {written}")
        elif name == "examples" and not all(isinstance(entry.get("child"), dict) for entry in entries):
            found.append("child of an example must be a table: { sessions_missed = 38 }")
        elif name == "not_comparable" and not all(
            isinstance(entry["years"], list) and all(is_of(int, year) for year in entry["years"])
            for entry in entries
        ):
            found.append("years of not_comparable must be a list of years: [201920, 202021]")
    return found


def _is_table(raw: object, needed: Mapping[str, object], besides: Mapping[str, object]) -> bool:
    """Say whether a table has what it needs and nothing but that and what may stand besides."""
    declared = {**needed, **besides}
    return (
        isinstance(raw, dict)
        and set(needed) <= set(raw) <= set(declared)
        and all(declared[name] is None or is_of(declared[name], value) for name, value in raw.items())
    )
