"""Invented tables, written as Parquet: the same bytes on every run, each file marked as invented."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cswanalytics.build.contract import TABLES, Kind
from cswanalytics.build.sample.terms import NO_DAY
from cswanalytics.errors import CswanalyticsError

Columns = dict[str, pa.Array | NDArray]
"""The columns of one table, by name."""

INVENTED_KEY = "cswanalytics.invented"
"""Key in the metadata of a Parquet file whose rows are invented; its value names the seed."""

ROWS_A_GROUP = 250_000
ZSTD_LEVEL = 9

ARROW_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.YEAR: pa.int32(),
    Kind.INTEGER: pa.int32(),
    Kind.DECIMAL: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
}


def words(values: Sequence[str | None]) -> pa.Array:
    """Give a column of text."""
    return pa.array(values, type=pa.string())


def dates(days: NDArray) -> pa.Array:
    """Give a column of dates from days since 1970; `NO_DAY` becomes null."""
    days = np.asarray(days, dtype=np.int32)
    return pa.array(days, mask=days == NO_DAY).cast(pa.date32())


def chosen(values: Sequence[str | None] | pa.Array, places: NDArray) -> pa.Array:
    """Give a column of text that holds the value at each of `places`; a place below 0 becomes null."""
    places = np.asarray(places, dtype=np.int64)
    table = values if isinstance(values, pa.Array) else words(values)
    return table.take(pa.array(places, mask=places < 0))


def maybe(values: NDArray, known: NDArray) -> pa.Array:
    """Give a column that is null where `known` is false."""
    return pa.array(values, mask=~np.asarray(known, dtype=bool))


def make_room(directory: Path) -> None:
    """Remove an earlier sample from `directory`. CswanalyticsError where it holds other Parquet files."""
    directory.mkdir(parents=True, exist_ok=True)
    files = sorted(directory.rglob("*.parquet"))
    foreign = sum(not is_invented(file) for file in files)
    if foreign:
        raise CswanalyticsError(
            f"{directory} holds {foreign} Parquet file{'s' if foreign > 1 else ''} that no sample wrote: "
            "nothing was written. Give an empty folder."
        )
    for file in files:
        file.unlink()


def is_invented(file: Path) -> bool:
    """Say whether a Parquet file says of itself that it is invented; one that cannot be read does not."""
    try:
        metadata = pq.read_metadata(file).metadata
    except (OSError, pa.ArrowInvalid):
        return False
    return INVENTED_KEY.encode() in (metadata or {})


def write(directory: Path, name: str, columns: Columns, seed: int) -> int:
    """Write one table with the contract's columns and types. Gives its number of rows; none, no file."""
    declared = TABLES[name].columns
    schema = pa.schema(
        [pa.field(column.name, ARROW_TYPES[column.kind], nullable=column.nullable) for column in declared],
        metadata={INVENTED_KEY: f"seed {seed}"},
    )
    arrays = []
    for field in schema:
        values = columns[field.name]
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        arrays.append(array.cast(field.type))
    table = pa.Table.from_arrays(arrays, schema=schema)
    if not table.num_rows:
        return 0
    unfinished = directory / f"{name}.unfinished"
    pq.write_table(
        table,
        unfinished,
        row_group_size=ROWS_A_GROUP,
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        dictionary_pagesize_limit=16 << 20,
        write_batch_size=8192,
    )
    unfinished.replace(directory / f"{name}.parquet")
    return table.num_rows
