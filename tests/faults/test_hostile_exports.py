"""Parquet files that are none, are bombs, or hold what no export has: refused plainly, or read in bounds."""

import datetime as dt
import multiprocessing
import resource
import struct
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cswanalytics.build.checks import check
from cswanalytics.build.parquet_files import LONGEST_TEXT, MOST_COLUMNS, Unusable, UsableFile, examine
from cswanalytics.errors import CswanalyticsError
from tests.build.small_export import PUPILS, Rows, as_arrow, small_export, write

MEGABYTE = 2**20
ROWS = 1_000_000
TABLE = "attendance"
"""The table that is harmed: none of the required others refers to it."""


@pytest.fixture(scope="module")
def small() -> dict[str, Rows]:
    return small_export()


def errors_of(folder: Path) -> list[str]:
    """Give the faults of the harmed table, having seen that none names a child."""
    report = check(folder)
    for finding in report.findings:
        assert not any(pupil in finding.sentence for pupil in PUPILS)
        assert len(finding.sentence) < 2_000
        assert finding.sentence.isprintable() or "\n" in finding.sentence
    return [finding.sentence for finding in report.errors if finding.table == TABLE]


def _checked(folder: Path, answer) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    said = errors_of(folder)
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answer.send((said, (after.ru_maxrss - before.ru_maxrss) / 1024, seconds))


def checked_apart(folder: Path) -> tuple[list[str], float, float]:
    """Check an export in a process of its own: its faults, the megabytes it took, and its CPU seconds."""
    here, there = multiprocessing.get_context("forkserver").Pipe()
    process = multiprocessing.get_context("forkserver").Process(target=_checked, args=(folder, there))
    process.start()
    there.close()
    found = here.recv()
    process.join()
    return found


def with_column(
    small, folder: Path, name: str, column: pa.Array | pa.ChunkedArray, **options: object
) -> Path:
    """Write the export with one column of the harmed table in another's place, or beside, all rows alike."""
    write(folder, small)
    first = as_arrow(TABLE, small[TABLE][:1])
    alike = {one: _alike(first[one][0], len(column)) for one in first.column_names if one != name}
    alike = pa.table(alike | {name: column})
    # statistics would have the writer read the long text again for every thousand rows
    options = {"compression": "zstd", "write_statistics": False, "write_batch_size": ROWS} | options
    pq.write_table(alike, folder / f"{TABLE}.parquet", **options)
    return folder


def _alike(value: pa.Scalar, rows: int) -> pa.Array:
    if not value.is_valid:
        return pa.nulls(rows, value.type)
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([value]))


def repeated(text: str, rows: int = ROWS) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text]))


@pytest.mark.parametrize(
    ("size", "column", "says"),
    [
        (100 * 10**6, "pupil_id", "holds 95 MB of texts that repeat in column pupil_id"),
        (100 * 10**6, "a_note", "holds 95 MB of texts that repeat in column a_note"),
        (3 * 10**6, "pupil_id", "column pupil_id holds a text of 3,000,000 bytes; at most 10,000 are read"),
    ],
)
def test_one_long_text_named_by_a_million_rows_is_refused_before_it_is_read(
    small, tmp_path, size: int, column: str, says: str
) -> None:
    folder = with_column(small, tmp_path, column, repeated("x" * size))
    assert (folder / f"{TABLE}.parquet").stat().st_size < MEGABYTE

    said, megabytes, seconds = checked_apart(folder)

    assert len(said) == 1
    assert says in said[0]
    assert megabytes < 400
    assert seconds < 10


def test_long_texts_without_a_dictionary_are_refused_before_they_are_read(small, tmp_path) -> None:
    column = pa.chunked_array([["x" * 10 * 10**6]] * 5)
    folder = with_column(small, tmp_path, "pupil_id", column, use_dictionary=False, data_page_size=1)

    [said] = errors_of(folder)

    assert "holds texts of 10,000 bytes and more in column pupil_id" in said


def test_texts_as_long_as_may_be_are_read(small, tmp_path) -> None:
    folder = with_column(small, tmp_path, "a_note", repeated("x" * LONGEST_TEXT, rows=2_000))

    assert all("a_note" not in sentence for sentence in errors_of(folder))


def test_columns_beyond_any_number_are_refused_before_they_are_read(small, tmp_path) -> None:
    write(tmp_path, small)
    many = pa.table({f"c{number}": pa.nulls(1, pa.int8()) for number in range(20_000)})
    pq.write_table(many, tmp_path / f"{TABLE}.parquet", compression="none", write_statistics=False)

    said, megabytes, _ = checked_apart(tmp_path)

    assert said == [f"{TABLE}.parquet has 20,000 columns; at most {MOST_COLUMNS:,} are read"]
    assert megabytes < 600


def test_an_export_of_very_many_rows_is_checked_in_memory_that_does_not_grow_with_them(
    small, tmp_path
) -> None:
    """What would be ten gigabytes unpacked, scaled down: memory that does not grow stays so at any size."""
    took = {}
    for times in (1, 4):
        folder = tmp_path / f"times {times}"
        with_column(small, folder, "pupil_id", repeated("pseudonym-of-many", rows=ROWS * times))
        said, took[times], _ = checked_apart(folder)
        assert any("earlier row" in sentence for sentence in said)
    assert took[4] < took[1] + 200


def test_structures_in_structures_are_refused_or_read_and_never_end_the_program(small, tmp_path) -> None:
    kind, value = pa.int32(), 1
    for _ in range(60):
        kind, value = pa.struct([("inner", kind)]), {"inner": value}
    folder = with_column(small, tmp_path, "deep", pa.array([value], kind))

    errors_of(folder)


STRANGE = {
    "half precision": pa.array([1.5], pa.float16()),
    "time of day": pa.array([1], pa.time64("us")),
    "duration": pa.array([1], pa.duration("s")),
    "nanoseconds": pa.array([2**62], pa.timestamp("ns")),
    "a date beyond years": pa.array([2**31 - 1], pa.date32()),
    "large decimal": pa.array([10**37], pa.decimal128(38, 0)),
    "wide decimal": pa.array([None], pa.decimal256(76, 10)),
    "list": pa.array([["pseudonym-a"]]),
    "map": pa.array([[("pseudonym-a", 1)]], pa.map_(pa.string(), pa.int32())),
    "struct": pa.array([{"pupil": "pseudonym-a"}]),
    "bytes that are no text": pa.array([b"\xff\xfe\x00"]),
    "null": pa.nulls(1),
    "turned round": pa.array(["\u202e" + "pseudonym-a"]),
    "nothing to see": pa.array(["pseudonym-a\0"]),
    "fixed": pa.array([b"0123456789abcdef"], pa.binary(16)),
    "unsigned": pa.array([2**64 - 1], pa.uint64()),
    "infinite": pa.array([float("inf")]),
    "no number": pa.array([float("nan")]),
}


@pytest.mark.parametrize("column", ["pupil_id", "time_period", "sessions_possible", "an_extra"])
@pytest.mark.parametrize("kind", STRANGE)
def test_a_column_of_any_type_is_read_or_refused_without_its_value(
    small, tmp_path, kind: str, column: str
) -> None:
    pq.write_table(
        pa.table(
            {name: values for name, values in _columns(small) if name != column} | {column: STRANGE[kind]}
        ),
        write(tmp_path, {name: rows for name, rows in small.items() if name != TABLE}) / f"{TABLE}.parquet",
    )

    errors_of(tmp_path)


def _columns(small):
    first = as_arrow(TABLE, small[TABLE][:1])
    return zip(first.column_names, first.columns, strict=True)


@pytest.fixture(scope="module")
def whole(small, tmp_path_factory) -> Path:
    """Give an export with nothing but schools: enough to see how one table is met."""
    return write(tmp_path_factory.mktemp("harmed"), {"schools": small["schools"]})


NAMES = st.text(st.characters(), min_size=1, max_size=40)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique=True))
@example(names=["x" * 3_000])
@example(names=["\0", "\u202e", 'a"b', "a'b", "a;drop table schools", "a\nb"])
@example(names=["A123456789012", "SW1A 1AA"])
@example(names=["#row", "empty#school_urn", "file_row_number", "filename"])
def test_columns_of_any_name_are_told_in_one_line(small, whole, names: list[str]) -> None:
    table = as_arrow("schools", small["schools"])
    for name in names:
        try:
            name.encode()
        except UnicodeEncodeError:
            return
        table = table.append_column(name, pa.array([1] * len(table)))
    pq.write_table(table, whole / "schools.parquet")

    for finding in check(whole).findings:
        assert finding.sentence.isprintable()
        assert len(finding.sentence) < 2_000
        assert "A123456789012" not in finding.sentence


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bytes_that_were_changed_are_read_as_a_fault_or_as_what_they_say(small, whole, data) -> None:
    file = whole / "schools.parquet"
    pq.write_table(as_arrow("schools", small["schools"]), file)
    content = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(content[: data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))])

    try:
        report = check(whole)
    except CswanalyticsError:
        return
    assert all(len(finding.sentence) < 2_000 for finding in report.findings)


def test_no_byte_of_a_footer_that_was_changed_ends_the_program(tmp_path) -> None:
    """pyarrow ends it, past any exception, over the size of a column's statistics."""
    file = tmp_path / "small.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3], "b": ["x", "yy", None]}), file)
    sound = file.read_bytes()
    ends = len(sound) - 8
    begins = ends - int.from_bytes(sound[ends : ends + 4], "little")
    seen = []
    for at in range(begins, ends):
        for changed in (sound[at] ^ 1, 0x15):
            file.write_bytes(sound[:at] + bytes([changed]) + sound[at + 1 :])
            seen.append(type(examine(duckdb.default_connection(), file, file.name)))
    assert {*seen} == {UsableFile, Unusable}


def test_a_footer_that_claims_to_be_larger_than_may_be_is_not_read(small, tmp_path) -> None:
    write(tmp_path, small)
    with (tmp_path / f"{TABLE}.parquet").open("wb") as file:
        file.write(b"PAR1")
        file.truncate(200 * MEGABYTE)
        file.seek(0, 2)
        file.write(struct.pack("<I4s", 100 * MEGABYTE, b"PAR1"))

    [said] = errors_of(tmp_path)

    assert "describes itself in more than" in said


def test_a_day_beyond_the_calendar_is_a_fault_and_not_an_error(small, tmp_path) -> None:
    rows = [row | {"open_date": dt.date.max, "close_date": dt.date.min} for row in small["schools"]]
    write(tmp_path, small | {"schools": rows})

    check(tmp_path)
