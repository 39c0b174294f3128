"""Whatever lawful form an export takes, the same tables are read from it; and what a checked export tells."""

import datetime as dt
import decimal
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cswanalytics.build.checks import check, checked
from cswanalytics.build.contract import DUCKDB_TYPES, INVENTED_KEY, TABLES
from cswanalytics.build.exports import open_exports
from tests.build.small_export import EXTRACTED, PUPILS, as_arrow, small_export, write

Table = pa.Table
Change = Callable[[Table], Table]


def column_as(name: str, kind: pa.DataType) -> Change:
    def change(table: Table) -> Table:
        place = table.schema.get_field_index(name)
        return table.set_column(place, name, table.column(name).cast(kind))

    return change


def every(kind: pa.DataType, other: pa.DataType) -> Change:
    """Store every column of one type as another."""

    def change(table: Table) -> Table:
        for field in table.schema:
            if field.type == kind:
                table = column_as(field.name, other)(table)
        return table

    return change


def dictionary_encoded(table: Table) -> Table:
    for place, name in enumerate(table.column_names):
        if pa.types.is_string(table.column(name).type):
            table = table.set_column(place, name, table.column(name).dictionary_encode())
    return table


def null_typed(table: Table) -> Table:
    """Store columns without a value as pandas does, without a type."""
    for place, name in enumerate(table.column_names):
        if table.column(name).null_count == table.num_rows:
            table = table.set_column(place, name, pa.nulls(table.num_rows))
    return table


def as_pandas_floats(table: Table) -> Table:
    """Store nullable whole numbers, and empty columns of every type, as pandas's floats."""
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if column.null_count == table.num_rows:
            table = table.set_column(place, name, pa.array([None] * table.num_rows, pa.float64()))
        elif column.null_count and pa.types.is_integer(column.type):
            table = column_as(name, pa.float64())(table)
    return table


def written_as_text(kind: pa.DataType) -> Change:
    return every(kind, pa.string())


def at_midnight_in_utc(table: Table) -> Table:
    """Store dates as the instants at which they begin in England: in summer, 23:00 of the day before."""
    for place, field in enumerate(table.schema):
        if field.type == pa.date32():
            local = table.column(field.name).cast(pa.timestamp("us"))
            instants = pc.assume_timezone(local, "Europe/London").cast(pa.timestamp("us", "UTC"))
            table = table.set_column(place, field.name, instants)
    return table


VARIATIONS: dict[str, Change] = {
    "columns in another order": lambda table: table.select(table.column_names[::-1]),
    "names of columns in capitals": lambda table: table.rename_columns(
        [n.upper() for n in table.column_names]
    ),
    "whole numbers of 8 bits": lambda table: _narrow(table, pa.int8()),
    "whole numbers of 16 bits": lambda table: _narrow(table, pa.int16()),
    "whole numbers of 64 bits": every(pa.int32(), pa.int64()),
    "whole numbers without a sign": every(pa.int32(), pa.uint32()),
    "whole numbers of 64 bits without a sign": every(pa.int32(), pa.uint64()),
    "whole numbers as decimals": every(pa.int32(), pa.decimal128(20, 4)),
    "whole numbers as floats": every(pa.int32(), pa.float64()),
    "whole numbers and years as text": written_as_text(pa.int32()),
    "numbers as text": written_as_text(pa.float64()),
    "numbers as decimals": every(pa.float64(), pa.decimal128(12, 4)),
    "dates as timestamps": every(pa.date32(), pa.timestamp("us")),
    "dates as timestamps of milliseconds": every(pa.date32(), pa.timestamp("ms")),
    "dates as instants": at_midnight_in_utc,
    "dates as text": written_as_text(pa.date32()),
    "dates of 64 bits": every(pa.date32(), pa.date64()),
    "dictionary-encoded text": dictionary_encoded,
    "large text": every(pa.string(), pa.large_string()),
    "view text": every(pa.string(), pa.string_view()),
    "empty columns without a type": null_typed,
    "nullable columns as pandas writes them": as_pandas_floats,
}


def _narrow(table: Table, kind: pa.DataType) -> Table:
    for name in table.column_names:
        if pa.types.is_integer(table.column(name).type) and name != "time_period":
            table = column_as(name, kind)(table)
    return table


def contents(folder: Path) -> dict[str, list[tuple]]:
    with checked(folder) as exports:
        return {
            name: sorted(exports.connection.cursor().sql(f"from exports.{name}").fetchall(), key=str)
            for name in ("enrolments", "attendance", "social_care_episodes", "exclusions", "key_stage_4")
        }


KEPT = (
    *(table.name for table in TABLES.values() if table.required),
    "extract",
    "key_stage_4",
    "pupil_premium_plus",
)


def kept_tables() -> dict[str, Table]:
    export = small_export()
    return {name: as_arrow(name, export[name]) for name in KEPT}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    return contents(write(tmp_path_factory.mktemp("plain"), kept_tables()))


@pytest.mark.parametrize("sentence", VARIATIONS)
def test_another_lawful_form_reads_the_same(sentence: str, plain: dict, tmp_path: Path):
    varied = {name: VARIATIONS[sentence](table) for name, table in kept_tables().items()}
    assert contents(write(tmp_path, varied)) == plain


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "brotli", "zstd", "lz4"])
def test_every_compression_reads_the_same(compression: str, plain: dict, tmp_path: Path):
    for name, table in kept_tables().items():
        pq.write_table(table, tmp_path / f"{name}.parquet", compression=compression)
    assert contents(tmp_path) == plain


def in_a_folder(folder: Path, table: Table):
    """Three files, the last of them stored otherwise than the rest."""
    (folder / "attendance").mkdir()
    third = table.num_rows // 3
    for number in range(2):
        pq.write_table(table.slice(number * third, third), folder / "attendance" / f"part {number}.parquet")
    pq.write_table(
        every(pa.int32(), pa.string())(table.slice(2 * third)), folder / "attendance" / "rest.parquet"
    )


def by_year(folder: Path, table: Table):
    pq.write_to_dataset(table, folder / "attendance", partition_cols=["time_period"])


def by_year_and_half_term_folder(folder: Path, table: Table):
    for year in (202324, 202425):
        for half_term in range(1, 7):
            place = folder / "attendance" / f"time_period={year}" / f"half_term={half_term}"
            place.mkdir(parents=True)
            rows = table.filter((pc.field("time_period") == year) & (pc.field("half_term") == half_term))
            pq.write_table(rows, place / "data.parquet")


def as_spark_writes(folder: Path, table: Table):
    (folder / "attendance.parquet").mkdir()
    pq.write_table(table, folder / "attendance.parquet" / "part-00000-snappy.parquet")
    (folder / "attendance.parquet" / "_SUCCESS").touch()
    (folder / "attendance.parquet" / "_temporary").mkdir()
    (folder / "attendance.parquet" / "_temporary" / "half.parquet").write_text("not yet")


def under_hostile_names(folder: Path, table: Table):
    (folder / "attendance" / "it's [2024] *").mkdir(parents=True)
    pq.write_table(table.slice(0, 50), folder / "attendance" / "it's [2024] *" / 'quote".parquet')
    pq.write_table(table.slice(50), folder / "attendance" / "it's [2024] *" / "what?; drop table.parquet")


@pytest.mark.parametrize(
    "layout",
    [in_a_folder, by_year, by_year_and_half_term_folder, as_spark_writes, under_hostile_names],
    ids=lambda layout: layout.__name__.replace("_", " "),
)
def test_every_layout_of_a_table_reads_the_same(layout: Callable, plain: dict, tmp_path: Path):
    tables = kept_tables()
    attendance = tables.pop("attendance")
    folder = write(tmp_path / "an export [it's] 100%", tables)
    layout(folder, attendance)
    assert contents(folder) == plain


def test_a_folder_that_names_another_year_than_its_rows_is_a_fault(tmp_path: Path):
    tables = kept_tables()
    attendance = tables.pop("attendance")
    folder = write(tmp_path, tables)
    (folder / "attendance" / "time_period=202425").mkdir(parents=True)
    pq.write_table(attendance, folder / "attendance" / "time_period=202425" / "all.parquet")
    (fault,) = check(folder).errors
    assert (fault.column, fault.rule, fault.count) == ("time_period", "folder", 60)


def test_a_folder_that_names_no_year_is_a_fault(tmp_path: Path):
    tables = kept_tables()
    attendance = tables.pop("attendance")
    folder = write(tmp_path, tables)
    (folder / "attendance" / "time_period=2024").mkdir(parents=True)
    rows = attendance.slice(60).drop_columns(["time_period"])
    pq.write_table(rows, folder / "attendance" / "time_period=2024" / "all.parquet")
    assert [(fault.column, fault.rule, fault.count) for fault in check(folder).errors] == [
        ("time_period", "time_period", 60)
    ]


def test_a_column_that_one_file_of_three_lacks_is_a_fault(tmp_path: Path):
    tables = kept_tables()
    attendance = tables.pop("attendance")
    folder = write(tmp_path, tables)
    in_a_folder(folder, attendance)
    rest = folder / "attendance" / "rest.parquet"
    pq.write_table(pq.read_table(rest).drop_columns(["sessions_late"]), rest)
    (fault,) = check(folder).errors
    assert fault.sentence == (
        "column sessions_late is missing from 1 of 3 files (first attendance/rest.parquet): "
        "a whole number, 0 or more"
    )


def test_views_have_the_contracts_columns_and_types_whatever_the_files_have(tmp_path: Path):
    export = {name: as_arrow(name, rows) for name, rows in small_export().items()}
    export["sdq"] = export["sdq"].append_column("extra", pa.array([decimal.Decimal("1.5")]))
    with checked(write(tmp_path, export)) as exports:
        for name, table in TABLES.items():
            described = exports.connection.cursor().sql(f"describe exports.{name}").fetchall()
            expected = [(column.name, DUCKDB_TYPES[column.kind]) for column in table.columns]
            assert [row[:2] for row in described] == expected


def test_other_files_and_tables_are_ignored_and_noted(tmp_path: Path):
    folder = write(tmp_path, kept_tables())
    (folder / "README.txt").write_text("from the data team")
    (folder / "staff.parquet").write_text("not ours")
    (note,) = check(folder).notes
    assert note.sentence == "2 files and folders not in the contract, and ignored: README.txt, staff.parquet"


def test_whole_numbers_in_a_text_column_are_read_and_noted(tmp_path: Path):
    tables = kept_tables()
    tables["exclusions"] = column_as("school_urn", pa.int64())(tables["exclusions"])
    report = check(write(tmp_path, tables))
    assert report.errors == ()
    assert [(note.table, note.column, note.rule) for note in report.notes] == [
        ("exclusions", "school_urn", "numbers_as_text")
    ]


def test_the_fingerprint_follows_bytes_and_places_and_nothing_else(tmp_path: Path):
    def fingerprint(folder: Path) -> str:
        return open_exports(folder).fingerprint()

    one, two = write(tmp_path / "one", kept_tables()), write(tmp_path / "two", kept_tables())
    (two / "README.txt").write_text("from the data team")
    assert fingerprint(one) == fingerprint(two)
    (two / "extract").mkdir()
    (two / "extract.parquet").rename(two / "extract" / "extract.parquet")
    assert fingerprint(one) != fingerprint(two)
    pq.write_table(kept_tables()["exclusions"].slice(1), one / "exclusions.parquet")
    assert len({fingerprint(one), fingerprint(two)}) == 2
    assert len(fingerprint(one)) == 64


def test_an_export_is_invented_only_when_every_file_says_so(tmp_path: Path):
    marked = {
        name: table.replace_schema_metadata({INVENTED_KEY: "yes"}) for name, table in kept_tables().items()
    }
    folder = write(tmp_path, marked)
    assert open_exports(folder).is_invented()
    pq.write_table(kept_tables()["extract"], folder / "extract.parquet")
    assert not open_exports(folder).is_invented()
    assert not open_exports(write(tmp_path / "empty", {})).is_invented()


def test_a_checked_export_tells_its_tables_rows_and_dates(tmp_path: Path):
    with checked(write(tmp_path, small_export())) as exports:
        assert exports.tables == frozenset(TABLES)
        assert exports.row_counts["attendance"] == 120
        assert exports.extracted_on("attendance") == EXTRACTED
        assert exports.latest_date("attendance") == dt.date(2025, 8, 31)
        assert exports.latest_date("social_care_episodes") == dt.date(2025, 8, 20)
        assert exports.latest_date("schools") is None
        assert exports.data_to("schools") == EXTRACTED
        assert not exports.invented


def test_without_an_extract_table_dates_are_those_of_the_data(tmp_path: Path):
    tables = kept_tables()
    del tables["extract"]
    with checked(write(tmp_path, tables)) as exports:
        assert exports.extracted_on("enrolments") is None
        assert exports.data_to("enrolments") == dt.date(2023, 9, 1)
        assert exports.data_to("exclusions") == dt.date(2025, 3, 4)


def test_a_half_term_in_progress_ends_with_the_extract(tmp_path: Path):
    export = small_export()
    for row in export["extract"]:
        row["extracted_on"] = dt.date(2025, 8, 25)
    with checked(write(tmp_path, export)) as exports:
        assert exports.latest_date("attendance") == dt.date(2025, 8, 25)


def test_a_cursor_may_be_used_beside_another(tmp_path: Path):
    with checked(write(tmp_path, kept_tables())) as exports:
        one, two = exports.connection.cursor(), exports.connection.cursor()
        one.execute("select pupil_id from exports.enrolments")
        two.execute("select 1")
        assert {row[0] for row in one.fetchall()} == set(PUPILS)
