"""UPNs out, keyed hashes in: the same child the same everywhere, and nothing of a UPN left."""

import hashlib
import hmac
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cswanalytics.build.checks import check
from cswanalytics.build.pseudonymise import pseudonymise
from cswanalytics.errors import ExportsRefused
from tests.build.small_export import PUPILS, as_arrow, small_export, write

UPNS = {pupil: f"H8012000010{number:02d}" for number, pupil in enumerate(PUPILS)}


def with_upns() -> dict[str, pa.Table]:
    """The small export as a system of record holds it: a UPN for each pupil_id, and names beside it."""
    tables = {}
    for name, rows in small_export().items():
        for row in rows:
            if "pupil_id" in row:
                row["pupil_id"] = UPNS.get(row["pupil_id"])
        table = as_arrow(name, rows)
        if "pupil_id" in table.column_names:
            table = table.rename_columns(
                ["UPN" if column == "pupil_id" else column for column in table.column_names]
            )
            table = table.append_column("Surname", pa.array(["x"] * table.num_rows))
        tables[name] = table
    return tables


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "system of record", with_upns())


def ids(folder: Path, table: str) -> list[str | None]:
    return pq.read_table(folder / f"{table}.parquet").column("pupil_id").to_pylist()


def test_what_comes_out_passes_the_checks(source: Path, tmp_path: Path):
    pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    assert check(tmp_path / "exports").findings == ()


def test_the_pupil_id_is_a_keyed_hash_of_the_upn(source: Path, tmp_path: Path):
    pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    key = (tmp_path / "key").read_bytes()
    expected = "p" + hmac.new(key, UPNS[PUPILS[4]].encode(), hashlib.sha256).hexdigest()[:32]
    assert ids(tmp_path / "exports", "sdq") == [expected]


def test_a_child_has_the_same_pupil_id_in_every_table_and_run(source: Path, tmp_path: Path):
    for run in ("one", "two"):
        pseudonymise(source, tmp_path / run, tmp_path / "key")
    assert ids(tmp_path / "one", "sdq") == ids(tmp_path / "two", "sdq")
    assert ids(tmp_path / "one", "sdq")[0] in ids(tmp_path / "one", "enrolments")
    assert ids(tmp_path / "one", "sdq")[0] in ids(tmp_path / "one", "social_care_episodes")


def test_another_key_gives_other_pupil_ids(source: Path, tmp_path: Path):
    pseudonymise(source, tmp_path / "one", tmp_path / "key")
    pseudonymise(source, tmp_path / "two", tmp_path / "another key")
    assert set(ids(tmp_path / "one", "enrolments")).isdisjoint(ids(tmp_path / "two", "enrolments"))


def test_a_upn_in_small_letters_or_among_spaces_is_the_same_child(source: Path, tmp_path: Path):
    table = with_upns()["sdq"]
    varied = table.set_column(0, "upn", pa.array([f"  {UPNS[PUPILS[4]].lower()} "]))
    write(source, {"sdq": varied})
    pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    assert ids(tmp_path / "exports", "sdq")[0] in ids(tmp_path / "exports", "enrolments")


def test_nothing_of_a_upn_or_name_is_left_in_any_file_or_message(source: Path, tmp_path: Path):
    write(source, {"sdq": with_upns()["sdq"].append_column("former_upn", pa.array([UPNS[PUPILS[0]]]))})
    summary = str(pseudonymise(source, tmp_path / "exports", tmp_path / "key"))
    assert "sdq: 1 rows; left out: Surname, former_upn" in summary
    for file in (tmp_path / "exports").iterdir():
        read = pq.read_table(file)
        assert not {"UPN", "Surname", "former_upn"} & set(read.column_names)
        assert not any(upn in str(read.to_pylist()) for upn in UPNS.values())
        assert not any(upn.encode() in file.read_bytes() for upn in UPNS.values())
    assert not any(upn in summary for upn in UPNS.values())


def test_missing_and_impossible_upns_are_counted_and_left_empty(source: Path, tmp_path: Path):
    table = with_upns()["exclusions"]
    place = table.schema.get_field_index("UPN")
    write(
        source,
        {"exclusions": table.set_column(place, "UPN", pa.array([None, "A123-SECRET", UPNS[PUPILS[4]]]))},
    )
    summary = pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    (done,) = [done for done in summary.tables if done.table == "exclusions"]
    assert (done.rows, done.without_upn, done.not_a_upn) == (3, 1, 1)
    assert "SECRET" not in str(summary)
    assert ids(tmp_path / "exports", "exclusions")[:2] == [None, None]


def test_other_ids_that_are_upns_are_hashed_and_others_stay(source: Path, tmp_path: Path):
    table = with_upns()["social_care_episodes"]
    place = table.schema.get_field_index("person_id")
    people = pa.array([UPNS[PUPILS[0]], "mosaic-17", "mosaic-18", "mosaic-19"])
    write(source, {"social_care_episodes": table.set_column(place, "person_id", people)})
    pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    made = pq.read_table(tmp_path / "exports" / "social_care_episodes.parquet").to_pydict()
    assert made["person_id"][0] == made["pupil_id"][0]
    assert made["person_id"][1:] == ["mosaic-17", "mosaic-18", "mosaic-19"]


def test_a_table_in_a_folder_stays_in_its_folder(source: Path, tmp_path: Path):
    table = pq.read_table(source / "attendance.parquet")
    (source / "attendance.parquet").unlink()
    pq.write_to_dataset(table, source / "attendance", partition_cols=["time_period"])
    summary = pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    assert (tmp_path / "exports" / "attendance" / "time_period=202324").is_dir()
    assert [done.rows for done in summary.tables if done.table == "attendance"] == [120]
    assert check(tmp_path / "exports").errors == ()


def test_the_key_is_32_random_bytes_for_its_owner_alone(source: Path, tmp_path: Path):
    summary = pseudonymise(source, tmp_path / "exports", tmp_path / "vault" / "key")
    key = tmp_path / "vault" / "key"
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert summary.key_made
    assert "A new key was made" in str(summary)


def refused(source: Path, destination: Path, key: Path) -> str:
    before = sorted(destination.parent.iterdir()) if destination.parent.exists() else []
    with pytest.raises(ExportsRefused) as error:
        pseudonymise(source, destination, key)
    after = sorted(destination.parent.iterdir()) if destination.parent.exists() else []
    assert [path for path in after if path != key] == [path for path in before if path != key]
    return str(error.value)


def test_a_key_inside_the_destination_is_refused(source: Path, tmp_path: Path):
    assert "the key must not lie in the destination" in refused(
        source, tmp_path / "out", tmp_path / "out" / "key"
    )


def test_a_short_key_is_refused(source: Path, tmp_path: Path):
    (tmp_path / "key").write_bytes(b"password")
    assert "shorter than 32 bytes" in refused(source, tmp_path / "out", tmp_path / "key")


def test_a_destination_with_something_in_it_is_left_alone(source: Path, tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "precious").write_text("x")
    assert "is not empty" in refused(source, tmp_path / "out", tmp_path / "key")
    assert (tmp_path / "out" / "precious").read_text() == "x"


def test_a_destination_within_the_source_is_refused(source: Path, tmp_path: Path):
    assert "within each other" in refused(source, source / "out", tmp_path / "key")


def test_an_empty_destination_is_written_to(source: Path, tmp_path: Path):
    (tmp_path / "out").mkdir()
    pseudonymise(source, tmp_path / "out", tmp_path / "key")
    assert (tmp_path / "out" / "sdq.parquet").is_file()


def test_a_damaged_table_leaves_nothing_behind(source: Path, tmp_path: Path):
    (source / "school_returns.parquet").write_bytes(b"PAR1 no more")
    assert "school_returns cannot be read" in refused(source, tmp_path / "out", tmp_path / "key")


def test_a_table_of_pupils_without_a_upn_is_refused(source: Path, tmp_path: Path):
    write(source, {"sdq": with_upns()["sdq"].drop_columns(["UPN"])})
    assert "sdq has no column upn" in refused(source, tmp_path / "out", tmp_path / "key")


def test_a_table_with_both_upn_and_pupil_id_is_refused(source: Path, tmp_path: Path):
    write(source, {"sdq": with_upns()["sdq"].append_column("pupil_id", pa.array(["x"]))})
    assert "more than one column for the pupil" in refused(source, tmp_path / "out", tmp_path / "key")


def test_a_folder_without_tables_is_refused(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    assert "holds no table" in refused(tmp_path / "empty", tmp_path / "out", tmp_path / "key")


def test_an_empty_table_keeps_its_columns(source: Path, tmp_path: Path):
    write(source, {"sdq": with_upns()["sdq"].slice(0, 0)})
    pseudonymise(source, tmp_path / "exports", tmp_path / "key")
    assert pq.read_schema(tmp_path / "exports" / "sdq.parquet").names == [
        "pupil_id",
        "completed_date",
        "score",
    ]
