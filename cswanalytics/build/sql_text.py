"""Names and texts as they stand in SQL, whatever characters are in them."""


def quoted(name: str) -> str:
    """Give a column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Give a text as an SQL literal: a view cannot have parameters."""
    return "'" + text.replace("'", "''") + "'"


def parquet_source(paths: list[str]) -> str:
    """Give the SQL that reads these files and no others: no path is a pattern, no folder a column."""
    # In brackets a character stands for itself.
    plain = ["".join(f"[{mark}]" if mark in "[*?" else mark for mark in path) for path in paths]
    return f"read_parquet([{', '.join(literal(path) for path in plain)}], hive_partitioning = false)"
