"""Names and texts as they stand in SQL, whatever characters are in them."""


def quoted(name: str) -> str:
    """Give a column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Give a text as an SQL literal: a view cannot have parameters."""
    return "'" + text.replace("'", "''") + "'"


def one_file(path: str) -> str:
    """Give a path as an SQL literal that is no pattern: in brackets a character stands for itself."""
    return literal("".join(f"[{mark}]" if mark in "[*?" else mark for mark in path))


def parquet_source(paths: list[str]) -> str:
    """Give the SQL that reads these files and no others: no path is a pattern, no folder a column."""
    return f"read_parquet([{', '.join(map(one_file, paths))}], hive_partitioning = false)"
