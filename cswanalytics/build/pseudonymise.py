"""UPNs out, keyed hashes in: from a system of record to exports that hold no direct identifier.

The hash is HMAC-SHA-256 (RFC 2104) under a key that stays with the data team. Without the key nobody can hash
every possible UPN and compare; with it a child gets the same pupil_id in every table and every year.
"""

import hashlib
import hmac
import os
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from cswanalytics.build.contract import TABLES, UPN_SHAPE, Table
from cswanalytics.build.identifiers import holds_shape, is_identifying
from cswanalytics.errors import ExportsRefused

KEY_BYTES = 32
BATCH_ROWS = 50_000
PREFIX = "p"
HASH_DIGITS = 32
"""Hexadecimal digits kept: 128 bits, so that no two children share one."""

UPN_COLUMNS = ("upn", "pupil_upn", "unique_pupil_number")
"""What the column that holds the UPN may be called, in any case."""
OTHER_IDS = ("person_id", "episode_id", "exclusion_id")
"""Identifiers of other systems: hashed too where they are UPNs."""

_UPN = re.compile(UPN_SHAPE)


@dataclass
class TableSummary:
    """What was done to one table: counts and column names, never a value."""

    table: str
    rows: int = 0
    without_upn: int = 0
    not_a_upn: int = 0
    dropped: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"{self.rows:,} rows"]
        if self.without_upn:
            parts.append(f"{self.without_upn:,} without a UPN: pupil_id left empty")
        if self.not_a_upn:
            parts.append(f"{self.not_a_upn:,} with something else in its place: pupil_id left empty")
        if self.dropped:
            parts.append(f"left out: {', '.join(self.dropped)}")
        return f"{self.table}: {'; '.join(parts)}"


@dataclass
class Summary:
    """What was done to each table. Its text is fit to print."""

    tables: list[TableSummary] = field(default_factory=list)
    key_made: bool = False

    def __str__(self) -> str:
        lines = [str(table) for table in self.tables]
        if self.key_made:
            lines.append(
                "A new key was made. Keep it with the data team: without it no pupil_id can be made again."
            )
        return "\n".join(lines)


def pseudonymise(source: Path, destination: Path, key_file: Path) -> Summary:
    """Write the contract's tables to `destination` with UPNs replaced and identifying columns left out.

    Each table is read in batches and written as it stood: `<table>.parquet` or `<table>/…`. The destination
    must be new or empty, and is written whole or not at all. The key is made on first use, readable by its
    owner alone, and never beside the exports. ExportsRefused says what is in the way.
    """
    source, destination, key_file = source.resolve(), destination.resolve(), key_file.resolve()
    files = _files(source)
    _refuse_unsafe_places(source, destination, key_file)
    key, made = _key(key_file)
    destination.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
    try:
        summary = Summary(key_made=made)
        for table, path in files:
            done = _write(table, path, beside / path.relative_to(source), key)
            summary.tables.append(done)
        summary.tables = _joined(summary.tables)
        beside.chmod(0o750)
        if destination.exists():
            destination.rmdir()
        beside.rename(destination)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return summary


def _files(source: Path) -> list[tuple[Table, Path]]:
    if not source.is_dir():
        raise ExportsRefused(f"the folder {source} does not exist")
    files = []
    for table in TABLES.values():
        single, folder = source / f"{table.name}.parquet", source / table.name
        if single.is_file() and folder.is_dir():
            raise ExportsRefused(f"{table.name} is there both as a file and as a folder; take one away")
        found = [single] if single.is_file() else sorted(folder.rglob("*.parquet")) if folder.is_dir() else []
        files += [(table, path) for path in found]
    if not files:
        raise ExportsRefused(
            f"the folder {source} holds no table of the contract (docs/exports.md names them)"
        )
    return files


def _refuse_unsafe_places(source: Path, destination: Path, key_file: Path) -> None:
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise ExportsRefused(f"{destination} is not empty; name a new folder")
    if destination.is_relative_to(source) or source.is_relative_to(destination):
        raise ExportsRefused("the destination and the folder of UPNs must not lie within each other")
    if key_file.is_relative_to(destination):
        raise ExportsRefused("the key must not lie in the destination: whoever has both can undo the hashes")


def _key(file: Path) -> tuple[bytes, bool]:
    """Give the key, and whether it was made now: 32 random bytes, for the owner's eyes only."""
    if file.is_dir():
        raise ExportsRefused(f"the key {file} is a folder; name a file")
    if file.exists():
        key = file.read_bytes()
        if len(key) < KEY_BYTES:
            raise ExportsRefused(f"the key {file} is shorter than {KEY_BYTES} bytes, so it can be guessed")
        return key, False
    file.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    # Made with its permissions, not given them afterwards: there is no moment at which others can read it.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(key)
    return key, True


def _write(table: Table, source: Path, destination: Path, key: bytes) -> TableSummary:
    try:
        with pq.ParquetFile(source) as opened:
            return _write_opened(table, opened, destination, key)
    except (pa.ArrowException, OSError) as error:
        # Arrow's message may quote a value.
        raise ExportsRefused(f"{table.name} cannot be read or written ({type(error).__name__})") from None


def _write_opened(table: Table, opened: pq.ParquetFile, destination: Path, key: bytes) -> TableSummary:
    names = opened.schema_arrow.names
    upn = [name for name in names if name.casefold() in UPN_COLUMNS]
    if len(upn) > 1 or (upn and "pupil_id" in names):
        raise ExportsRefused(f"{table.name} has more than one column for the pupil; leave one")
    if not upn and "pupil_id" in table.column_names and "pupil_id" not in names:
        raise ExportsRefused(f"{table.name} has no column upn")
    dropped = tuple(name for name in names if name not in upn and _gives_away(name, opened.schema_arrow))
    kept = [name for name in names if name not in dropped]
    summary = TableSummary(table.name, dropped=tuple("…" if holds_shape(name) else name for name in dropped))
    hashes = _Hashes(key)
    destination.parent.mkdir(parents=True, exist_ok=True)
    writer = None
    try:
        batches = opened.iter_batches(batch_size=BATCH_ROWS, columns=kept)
        for batch in batches:
            replaced = _replace(batch, upn, hashes, summary)
            writer = writer or pq.ParquetWriter(destination, replaced.schema, compression="zstd")
            writer.write_batch(replaced)
        if writer is None:
            empty = pa.RecordBatch.from_pylist([], schema=opened.schema_arrow).select(kept)
            replaced = _replace(empty, upn, hashes, summary)
            writer = pq.ParquetWriter(destination, replaced.schema, compression="zstd")
    finally:
        if writer:
            writer.close()
    return summary


def _gives_away(name: str, schema: pa.Schema) -> bool:
    """Say whether a column is left out: by its name, or by that of a column inside it."""
    kind = schema.field(name).type
    inside = (
        [kind.field(number).name for number in range(kind.num_fields)] if pa.types.is_nested(kind) else []
    )
    return any(is_identifying(part) for part in (name, *inside))


def _replace(
    batch: pa.RecordBatch, upn: list[str], hashes: "_Hashes", summary: TableSummary
) -> pa.RecordBatch:
    summary.rows += batch.num_rows
    columns = {}
    for name in batch.schema.names:
        column = batch.column(name)
        if name in upn:
            columns["pupil_id"] = pa.array(_pupil_ids(column, hashes, summary), pa.string())
        elif name in ("pupil_id", *OTHER_IDS):
            columns[name] = _hashed_where_upn(column, hashes)
        else:
            columns[name] = column
    # The old metadata go too: pandas writes column names and more into them.
    return pa.RecordBatch.from_pydict(columns)


def _pupil_ids(column: pa.Array, hashes: "_Hashes", summary: TableSummary) -> list[str | None]:
    made: list[str | None] = []
    for value in column.to_pylist():
        normal = normalised(value)
        if not normal:
            summary.without_upn += 1
            made.append(None)
        elif _UPN.fullmatch(normal):
            made.append(hashes.of(normal))
        else:
            summary.not_a_upn += 1
            made.append(None)
    return made


def _hashed_where_upn(column: pa.Array, hashes: "_Hashes") -> pa.Array:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        return column
    values = column.to_pylist()
    return pa.array(
        [hashes.of(normal) if _UPN.fullmatch(normal := normalised(value)) else value for value in values],
        pa.string(),
    )


def normalised(value: object) -> str:
    """Give a UPN as it is hashed: without spaces round it, in capitals, text whatever it was."""
    if value is None:
        return ""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    return text.strip().upper()


class _Hashes:
    """The hash of each UPN under one key, each worked out once for a file."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def of(self, upn: str) -> str:
        known = self._known.get(upn)
        if known is None:
            digest = hmac.new(self._key, upn.encode(), hashlib.sha256).hexdigest()
            known = self._known[upn] = PREFIX + digest[:HASH_DIGITS]
        return known


def _joined(parts: list[TableSummary]) -> list[TableSummary]:
    """Give one summary a table: a table may be many files."""
    joined: dict[str, TableSummary] = {}
    for part in parts:
        whole = joined.setdefault(part.table, TableSummary(part.table))
        whole.rows += part.rows
        whole.without_upn += part.without_upn
        whole.not_a_upn += part.not_a_upn
        whole.dropped = tuple(dict.fromkeys((*whole.dropped, *part.dropped)))
    return list(joined.values())
