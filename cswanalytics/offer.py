"""What a release holds besides the measures of pupils, as `definitions/offer.toml` declares it.

The Virtual School's offer, schools' returns, money, and children who are on no roll and so in no rate. Each
is counted by code of its own (`build/offer.py`) and rounded as its `released` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from cswanalytics.plain_text import on_one_line
from cswanalytics.toml_files import NotReadable, contents, is_text, setting_faults

OTHER = "Other"
"""The item for a topic or kind that is on no list."""


class OfferKind(StrEnum):
    """What is counted, and so how it is rounded."""

    CHILDREN = "children"
    MATCHED = "matched"
    POUNDS = "pounds"
    SCHOOLS = "schools"
    ACTIVITIES = "activities"


@dataclass(frozen=True)
class OfferFigure:
    """One figure that is no measure of pupils; `released` says how far it is rounded, and for whom."""

    id: str
    title: str
    counts: str
    kind: OfferKind
    order: int
    needs: tuple[str, ...]
    released: str
    why_it_matters: str
    if_a_governor_asks: str
    source: str
    owner: str
    next_review: date
    better: str = "none"
    tier: int = 0
    caveats: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """Every figure by its id, and the lists of codes and labels its parts come from."""

    figures: Mapping[str, OfferFigure] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    whole_school_topics: tuple[str, ...] = ()


def read(shipped: Path, own: Path | None, faults: list[str]) -> Offer:
    """Read the shipped definitions, and the lists an authority adds to; what is wrong goes to `faults`."""
    raw = _raw(shipped, faults)
    figures = {name: _figure(name, entry, faults) for name, entry in raw.get("figures", {}).items()}
    lists = raw.get("lists", {})
    added = _raw(own, faults) if own and own.is_file() else {}
    faults.extend(f"{own}: '{name}' is not a setting" for name in added if name != "lists")
    more = _lists(added.get("lists", {}), f"{own}", faults)
    faults.extend(
        f"{own}: lists: '{name}' is no list; there are: {', '.join(lists)}"
        for name in more
        if name not in lists
    )
    return Offer(
        figures={name: figure for name, figure in figures.items() if figure},
        topics={**lists.get("topics", {}), **more.get("topics", {})},
        kinds={**lists.get("kinds", {}), **more.get("kinds", {})},
        whole_school_topics=tuple(
            dict.fromkeys([*lists.get("whole_school_topics", ()), *more.get("whole_school_topics", ())])
        ),
    )


def _raw(file: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return contents(file)
    except NotReadable as error:
        faults.append(f"{file.name}: {error}")
        return {}


def _lists(raw: object, where: str, faults: list[str]) -> dict[str, Any]:
    """Give the lists of an authority's own that are lists: codes and their labels, or texts."""
    if not isinstance(raw, dict):
        faults.append(f"{where}: lists are written as [lists.topics] and [lists.kinds]")
        return {}
    fit = {}
    for name, entries in raw.items():
        texts = entries.values() if isinstance(entries, dict) else entries
        is_list = isinstance(entries, list) if name == "whole_school_topics" else isinstance(entries, dict)
        if is_list and all(map(is_text, texts)):
            fit[name] = entries
        else:
            faults.append(
                f"{where}: lists: '{on_one_line(name)}' must hold texts: code = \"What readers see\""
            )
    return fit


def _figure(name: str, entry: Mapping[str, Any], faults: list[str]) -> OfferFigure | None:
    found = [f"offer.toml: {name}: {fault}" for fault in setting_faults(OfferFigure, entry, ("id",))]
    if entry.get("kind") not in tuple(OfferKind):
        found.append(f"offer.toml: {name}: kind must be one of {', '.join(OfferKind)}")
    if found:
        faults.extend(found)
        return None
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    values["kind"] = OfferKind(values["kind"])
    return OfferFigure(id=name, **values)
