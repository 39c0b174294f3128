"""Reads a column as the contract's type without loss: SQL that gives the value, or null where it cannot."""

from cswanalytics.build.contract import DUCKDB_TYPES, Column, Kind

_WHOLE = frozenset(
    (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    )
)
_FLOATING = frozenset(("FLOAT", "DOUBLE"))
_SMALL_WHOLE = frozenset(("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"))
_EXACT = {
    Kind.TEXT: ("text", "whole"),
    Kind.DECIMAL: ("floating", "whole"),
    Kind.BOOLEAN: ("boolean",),
    Kind.DATE: ("date",),
}
_LARGEST_EXACT = 2**53
"""Whole numbers up to here are exact in a double."""


def value_sql(column: Column, raw: str, stored: str) -> str:
    """Give SQL for a column's value in the contract's type; null where it cannot be had without loss.

    `raw` is the quoted column and `stored` DuckDB's name of its type in the file. Text is read as a number or
    a date only where it is written plainly (`12`, `2024-11-05`); true and false are never guessed.
    """
    family = _family(stored)
    wanted = DUCKDB_TYPES[column.kind]
    nothing = f"cast(null as {wanted})"
    if family == "null":
        return nothing
    if is_exact(column, stored):
        return f"cast({raw} as {wanted})"
    reader = _READERS.get((column.kind, family))
    return reader(raw, wanted) if reader else nothing


def is_exact(column: Column, stored: str) -> bool:
    """Say whether every value of a stored type can be read as the contract's type."""
    family = _family(stored)
    if column.kind is Kind.INTEGER:
        return stored in _SMALL_WHOLE or family == "null"
    if column.kind is Kind.YEAR:
        return stored in ("INTEGER", "SMALLINT", "USMALLINT") or family == "null"
    return family in ("null", *_EXACT[column.kind])


def is_read_as_text(column: Column, stored: str) -> bool:
    """Say whether a text column comes from whole numbers: allowed, but leading zeros may be gone."""
    return column.kind is Kind.TEXT and _family(stored) == "whole"


def _family(stored: str) -> str:
    if stored in _WHOLE:
        return "whole"
    if stored in _FLOATING:
        return "floating"
    if stored.strip('"') == "NULL":
        return "null"
    for start, family in (("DECIMAL", "decimal"), ("ENUM", "text"), ("TIMESTAMPTZ", "instant")):
        if stored.startswith(start) and not stored.endswith("]"):
            return family
    if stored.startswith("TIMESTAMP") and not stored.endswith("]"):
        return "instant" if "TIME ZONE" in stored else "timestamp"
    return {"VARCHAR": "text", "UUID": "text", "BOOLEAN": "boolean", "DATE": "date"}.get(stored, "other")


def is_nested(stored: str) -> bool:
    """Say whether a type holds others: a list, an array, a structure or a map."""
    return stored.endswith("]") or stored.startswith(("STRUCT", "MAP", "UNION"))


def holds_text(stored: str) -> bool:
    """Say whether values of a type are or may hold text."""
    return _family(stored) == "text" or stored in ("BLOB", "JSON", "VARIANT") or is_nested(stored)


def _cast(raw: str, wanted: str) -> str:
    return f"try_cast({raw} as {wanted})"


def _whole(raw: str, wanted: str) -> str:
    # Beyond the bound the rules' own sums could overflow.
    return (
        f"case when {raw} between -{_LARGEST_EXACT} and {_LARGEST_EXACT} then try_cast({raw} as {wanted}) end"
    )


def _whole_from_floating(raw: str, wanted: str) -> str:
    # A plain cast rounds 3.5 to 4. NaN is the largest number in DuckDB, so the bound keeps it out.
    whole = f"{raw} = trunc({raw}) and abs({raw}) <= {_LARGEST_EXACT}"
    return f"case when {whole} then try_cast({raw} as {wanted}) end"


def _whole_from_decimal(raw: str, wanted: str) -> str:
    return _whole(f"(case when {raw} = trunc({raw}) then {raw} end)", wanted)


def _whole_from_text(raw: str, wanted: str) -> str:
    # try_cast alone takes '1e3', '1_000' and '3.5'.
    return (
        rf"case when regexp_full_match({raw}, '\s*[+-]?\d{{1,15}}\s*') then try_cast({raw} as {wanted}) end"
    )


def _number_from_text(raw: str, wanted: str) -> str:
    number = r"\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*"
    return f"case when regexp_full_match({raw}, '{number}') then try_cast({raw} as {wanted}) end"


def _date_from_text(raw: str, wanted: str) -> str:
    plain = r"\s*\d{4}-\d{2}-\d{2}\s*"
    return f"case when regexp_full_match({raw}, '{plain}') then try_cast({raw} as {wanted}) end"


def _date_from_instant(raw: str, wanted: str) -> str:
    # Midnight of a summer's day in England is the evening before in UTC.
    return f"try_cast(({raw} at time zone 'Europe/London') as {wanted})"


_READERS = {
    (Kind.TEXT, "text"): _cast,
    (Kind.TEXT, "whole"): _cast,
    (Kind.YEAR, "whole"): _cast,
    (Kind.YEAR, "decimal"): _whole_from_decimal,
    (Kind.YEAR, "floating"): _whole_from_floating,
    (Kind.YEAR, "text"): _whole_from_text,
    (Kind.INTEGER, "whole"): _whole,
    (Kind.INTEGER, "decimal"): _whole_from_decimal,
    (Kind.INTEGER, "floating"): _whole_from_floating,
    (Kind.INTEGER, "text"): _whole_from_text,
    (Kind.DECIMAL, "whole"): _cast,
    (Kind.DECIMAL, "decimal"): _cast,
    (Kind.DECIMAL, "floating"): _cast,
    (Kind.DECIMAL, "text"): _number_from_text,
    (Kind.BOOLEAN, "boolean"): _cast,
    (Kind.DATE, "date"): _cast,
    (Kind.DATE, "timestamp"): _cast,
    (Kind.DATE, "instant"): _date_from_instant,
    (Kind.DATE, "text"): _date_from_text,
}
"""How each kind is read from each family of stored types. What is not here is refused."""
