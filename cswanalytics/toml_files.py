"""TOML files as they were written by hand: their contents, or why they cannot be read."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeGuard

from cswanalytics.plain_text import is_plain, on_one_line

LARGEST_NUMBER = 2**31 - 1
"""A release holds whole numbers up to here."""


class NotReadable(Exception):
    """A file is no TOML, or cannot be read; the message says why, and follows the file's name."""


def contents(file: Path) -> dict[str, Any]:
    """Give what a TOML file says. NotReadable says why it cannot be read."""
    try:
        return parsed(file.read_bytes())
    except OSError as error:
        raise NotReadable(f"cannot be read: {error.strerror}") from error


def parsed(written: bytes) -> dict[str, Any]:
    """Give what the bytes of a TOML file say. NotReadable says why they say nothing."""
    try:
        # Editors on Windows put a mark before the text.
        return tomllib.loads(written.decode("utf-8-sig"))
    except RecursionError:
        raise NotReadable("is not readable as TOML: it is nested too deeply") from None
    except ValueError as error:  # of TOML, of UTF-8, or a number of too many digits
        raise NotReadable(f"is not readable as TOML: {on_one_line(str(error))}") from error


def setting_faults(declared: type[Any], raw: object, computed: tuple[str, ...] = ()) -> list[str]:
    """Give what is wrong with a table of settings that is to become a dataclass.

    Settings that are not declared, are missing, or are of another type; `computed` are fields that are no
    settings. A field of a type that is not in WRITTEN is checked by whoever declares it.
    """
    if not isinstance(raw, dict):
        return ["is no table of settings"]
    specs = {spec.name: spec for spec in fields(declared) if spec.name not in computed}
    found = [f"'{on_one_line(name)}' is not a setting" for name in raw if name not in specs]
    found += [f"'{name}' is missing" for name, spec in specs.items() if _is_needed(spec) and name not in raw]
    found += [
        f"{name} must be {WRITTEN[spec.type]}"
        for name, spec in specs.items()
        if name in raw and spec.type in WRITTEN and not is_of(spec.type, raw[name])
    ]
    return found


def is_of(wanted: object, value: object) -> bool:
    """Say whether a value is of a type that a setting is declared to have."""
    if wanted is str:
        return is_text(value)
    if wanted == tuple[str, ...]:
        return isinstance(value, list | tuple) and all(map(is_text, value))
    if wanted is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if wanted is bool or isinstance(value, bool):
        return wanted is bool and isinstance(value, bool)
    if wanted is int:
        return isinstance(value, int) and abs(value) <= LARGEST_NUMBER
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) <= LARGEST_NUMBER


def is_text(value: object) -> TypeGuard[str]:
    """Say whether a value is a text of which every sign can be shown."""
    return isinstance(value, str) and is_plain(value)


WRITTEN: Mapping[object, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false, without quotes",
    date: "a date: 2027-01-31",
    tuple[str, ...]: 'a list of texts: ["one", "another"]',
}
"""How a setting of each type is written."""


def _is_needed(spec: Field[Any]) -> bool:
    return spec.default is MISSING and spec.default_factory is MISSING
