"""Looks at a Parquet file's footer, within bounds, before anything of it is read."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cswanalytics.build.contract import INVENTED_KEY
from cswanalytics.build.identifiers import shown
from cswanalytics.build.sql_text import one_file, parquet_source

MOST_COLUMNS = 2_000
"""Columns of one file, those inside structures included. The widest table of the contract has 15."""
MOST_ROWS = 2_000_000_000
"""Rows of one file: forty years of England's half-terms."""
LARGEST_FOOTER = 64 * 2**20
"""Bytes of the description at a file's end, all of which is held in memory."""

LONGEST_TEXT = 10_000
"""Bytes of one text. The longest of the contract are names of schools."""
LARGEST_DICTIONARY = 16 * 2**20
"""Bytes of the texts that a part of a file writes once and names by number: writers stop at 1 MB."""
HEAVY = 2**16
"""Bytes of such texts from which on their lengths are looked at before any is read."""

_MAGIC = b"PAR1"
_TAIL = struct.Struct("<I4s")
_LONGEST_HEAD = 13
"""Bytes up to the end of a page's size: two of its kind, one before the size, at most ten of the size."""


@dataclass(frozen=True)
class UsableFile:
    """A file that can be opened. `name` is its path relative to the export.

    `columns` gives DuckDB's type under each name in lower case, `written` the name as it is written;
    `leaves` are all names, those inside structures included. `heavy` are columns, in lower case, of which one
    text may be so long and named so often that the file would burst whoever reads it row by row.
    """

    path: Path
    name: str
    columns: Mapping[str, str]
    written: Mapping[str, str]
    leaves: tuple[str, ...]
    rows: int
    invented: bool
    heavy: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Unusable:
    """Why a file cannot be opened: a rule's name, and words that follow the file's name."""

    rule: str
    because: str


_DAMAGED = Unusable("unreadable", "is damaged; export it again")


def examine(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> UsableFile | Unusable:
    """Read a file's footer: its columns, rows and mark, or why it is of no use."""
    try:
        problem = _bounds(path)
        if problem:
            return problem
        metadata = pq.read_metadata(path)
    except OSError as error:
        return Unusable("unreadable", f"cannot be opened ({error.strerror or 'damaged'})")
    except (pa.ArrowException, ValueError, OverflowError, RuntimeError):
        return _DAMAGED
    if metadata.num_columns > MOST_COLUMNS:
        return Unusable(
            "too_large", f"has {metadata.num_columns:,} columns; at most {MOST_COLUMNS:,} are read"
        )
    if metadata.num_rows > MOST_ROWS:
        return Unusable("too_large", f"has {metadata.num_rows:,} rows; at most {MOST_ROWS:,} are read")
    try:
        heavy = _heavy(connection, path)
        if isinstance(heavy, Unusable):
            return heavy
        names = metadata.schema.to_arrow_schema().names
        described = (
            connection.cursor().execute(f"describe select * from {parquet_source([str(path)])}").fetchall()
        )
    except (pa.ArrowException, duckdb.Error, ValueError, OverflowError, OSError, RuntimeError):
        return _DAMAGED
    lower = [written.casefold() for written in names]
    if len(set(lower)) < len(lower) or len(described) != len(names):
        twice = sorted({written for written in lower if lower.count(written) > 1})
        return Unusable(
            "repeated_column", f"has {', '.join(map(shown, twice[:10])) or 'a column'} more than once"
        )
    leaves = {metadata.schema.column(number).path for number in range(metadata.num_columns)}
    return UsableFile(
        path,
        name,
        columns={column: row[1] for column, row in zip(lower, described, strict=True)},
        written=dict(zip(lower, names, strict=True)),
        leaves=tuple(sorted(leaves.union(names))),
        rows=metadata.num_rows,
        invented=INVENTED_KEY.encode() in (metadata.metadata or {}),
        heavy=heavy,
    )


def _heavy(connection: duckdb.DuckDBPyConnection, path: Path) -> frozenset[str] | Unusable:
    """Give the columns whose texts must be measured before they are read, or say that one is far too large.

    A text of 100 MB that a million rows name by its number takes 40 kB on the disk, and bursts any memory
    once each row has its own. DuckDB is asked, because pyarrow ends the whole program where a column's
    description is damaged.
    """
    found = set()
    chunks = connection.cursor().execute(
        "select path_in_schema, num_values, total_uncompressed_size, dictionary_page_offset "
        f"from parquet_metadata({one_file(str(path))}) "
        "where type in ('BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY') and total_uncompressed_size > ?",
        [HEAVY],
    )
    with path.open("rb") as file:
        while chunk := chunks.fetchone():
            written_as, values, written, dictionary_at = chunk
            name = shown(written_as)
            if written > LARGEST_DICTIONARY and written > LONGEST_TEXT * max(values, 1):
                return Unusable(
                    "too_large",
                    f"holds texts of {LONGEST_TEXT:,} bytes and more in column {name}; leave the column "
                    "out, or what is too long in it",
                )
            dictionary = _dictionary_size(file, dictionary_at)
            if dictionary > LARGEST_DICTIONARY:
                return Unusable(
                    "too_large",
                    f"holds {dictionary / 2**20:,.0f} MB of texts that repeat in column {name}; leave "
                    "the column out, or write the file anew with a smaller dictionary",
                )
            if dictionary > HEAVY:
                found.add(written_as.split(", ")[0].casefold())
    return frozenset(found)


def _dictionary_size(file: BinaryIO, at: int | None) -> int:
    """Give the bytes of a dictionary once unpacked, as the page that holds it says; 0 where there is none."""
    if not at:
        return 0
    file.seek(at)
    header = file.read(_LONGEST_HEAD)
    # Thrift's compact form: the page's type, then its size unpacked, each a number of the kind 0x15.
    if header[:2] != b"\x15\x04" or header[2:3] != b"\x15":
        raise ValueError("no page of a dictionary is where it is said to be")
    size = 0
    for place, byte in enumerate(header[3:]):
        size |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return (size >> 1) ^ -(size & 1)
    raise ValueError("the size of a dictionary has no end")


def _bounds(path: Path) -> Unusable | None:
    size = path.stat().st_size
    if size == 0:
        return Unusable("unreadable", "is empty (no bytes); export it again")
    with path.open("rb") as file:
        starts = file.read(4)
        file.seek(max(0, size - _TAIL.size))
        tail = file.read(_TAIL.size)
    if starts == b"PARE" or tail[-4:] == b"PARE":
        return Unusable("unreadable", "is encrypted; export it without encryption to a protected folder")
    if starts != _MAGIC:
        return Unusable("unreadable", "is not a Parquet file, whatever its name; export it again")
    if size < 12 or tail[-4:] != _MAGIC:
        return Unusable("unreadable", "is cut short, or was still being written; export it again")
    footer, _ = _TAIL.unpack(tail)
    if footer + 12 > size:
        return Unusable("unreadable", "is cut short or damaged; export it again")
    if footer > LARGEST_FOOTER:
        return Unusable(
            "too_large", "describes itself in more than 64 MB; write fewer columns and larger row groups"
        )
    return None
