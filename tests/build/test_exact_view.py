"""The exact view: counts of a school's current children alone, as plain Python has them, in its own files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cswanalytics import catalogue, exact
from cswanalytics.build.exact_view import write_exact_view
from cswanalytics.errors import ExactViewRefused
from cswanalytics.settings import Settings

YEAR = 202526


@pytest.fixture(scope="module")
def schools(made) -> list[str]:
    return pd.read_parquet(made.exports / "schools.parquet")["school_urn"].tolist()


@pytest.fixture(scope="module")
def written(made, schools, tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("exact_view") / "exact"
    write_exact_view(made.exports, root, schools, made.releases, Settings(), catalogue.load())
    return root


class Exports:
    """The exported tables, and what follows from them in plain Python."""

    def __init__(self, folder: Path) -> None:
        names = ("enrolments", "social_care_episodes", "attendance", "exclusions", "calendar", "extract")
        self.tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
        self.day = pd.Timestamp(self.tables["extract"]["extracted_on"].max())

    def children_now(self, urn: str) -> set[str]:
        roll = self.tables["enrolments"]
        roll = roll[
            (roll["time_period"] == YEAR)
            & (roll["school_urn"] == urn)
            & roll["enrol_status"].isin(["C", "M"])
        ]
        entry, leaving = pd.to_datetime(roll["entry_date"]), pd.to_datetime(roll["leaving_date"])
        here = roll[(entry <= self.day) & (leaving.isna() | (leaving > self.day))]
        care = self.tables["social_care_episodes"]
        start, end = pd.to_datetime(care["start_date"]), pd.to_datetime(care["end_date"])
        respite = (care["episode_type"] == "CLA") & care["legal_status"].isin(["V3", "V4"])
        open_now = care[(start <= self.day) & (end.isna() | (end > self.day)) & ~respite]
        return set(here["pupil_id"]) & set(open_now["pupil_id"].dropna())

    def of_age(self, urn: str) -> set[str]:
        roll = self.tables["enrolments"]
        roll = roll[(roll["time_period"] == YEAR) & (roll["school_urn"] == urn)]
        return set(roll[~roll["ncy_year"].isin(["N1", "N2", "R", "12", "13", "14"])]["pupil_id"])

    def absent(self, urn: str, half_terms: set[int], times: int) -> tuple[int, int]:
        """Give of how many children with a session how many missed one in so many."""
        rows = self.tables["attendance"]
        rows = rows[
            (rows["time_period"] == YEAR) & (rows["school_urn"] == urn) & rows["half_term"].isin(half_terms)
            & rows["pupil_id"].isin(self.children_now(urn) & self.of_age(urn))
        ]  # fmt: skip
        missed = rows["sessions_authorised"] + rows["sessions_unauthorised"]
        sums = rows.assign(missed=missed).groupby("pupil_id")[["missed", "sessions_possible"]].sum()
        sums = sums[sums["sessions_possible"] > 0]
        return len(sums), int((times * sums["missed"] >= sums["sessions_possible"]).sum())

    def suspended(self, urn: str, half_term: int | None) -> tuple[int, int]:
        now, rows = self.children_now(urn), self.tables["exclusions"]
        rows = rows[
            (rows["time_period"] == YEAR) & (rows["school_urn"] == urn) & (rows["category"] == "suspension")
            & rows["pupil_id"].isin(now)
        ]  # fmt: skip
        if half_term:
            ends = self.tables["calendar"]
            ends = ends[ends["time_period"] == YEAR].set_index("half_term")["end_date"].map(pd.Timestamp)
            began = pd.to_datetime(rows["start_date"])
            after = ends[half_term - 1] if half_term > 1 else pd.Timestamp(2025, 8, 31)
            rows = rows[(began > after) & (began <= ends[half_term])]
        return len(now), rows["pupil_id"].nunique()


def expected(exports: Exports, urn: str) -> Iterator[tuple[str, str, int, int]]:
    for period, half_terms, half_term in (("This year", {1, 2, 3, 4, 5, 6}, None), ("Half-term 1", {1}, 1),
                                          ("Half-term 2", {2}, 2)):  # fmt: skip
        yield "persistent_absence", period, *exports.absent(urn, half_terms, 10)
        yield "severe_absence", period, *exports.absent(urn, half_terms, 2)
        yield "suspended_once_or_more", period, *exports.suspended(urn, half_term)


def test_every_schools_counts_are_those_of_plain_python(made, written, schools):
    exports = Exports(made.exports)
    compared = 0
    for urn in schools:
        figures = exact.read(written, urn, invented=True)
        assert figures.time_period == YEAR
        assert figures.data_to <= exports.day.date()
        given = {(row.measure, row.period, row.children, row.count) for row in figures.rows}
        if exports.children_now(urn):
            assert given == set(expected(exports, urn))
            compared += 1
        else:
            assert {(row.children, row.count) for row in figures.rows} == {(0, 0)}
    assert compared > 8


def test_a_child_whose_social_worker_has_left_is_in_no_count(made, tmp_path, schools):
    ended = tmp_path / "ended"
    ended.mkdir()
    for file in made.exports.glob("*.parquet"):
        table = pq.read_table(file)
        if file.stem == "social_care_episodes":
            place = table.schema.get_field_index("end_date")
            over = pa.array(
                [pd.Timestamp(2026, 1, 1).date()] * table.num_rows, table.schema.field(place).type
            )
            start = table.column("start_date")
            over = pa.array(
                [max(begun, end) for begun, end in zip(start.to_pylist(), over.to_pylist(), strict=True)],
                table.schema.field(place).type,
            )
            table = table.set_column(place, table.schema.field(place), over)
        pq.write_table(table, ended / file.name)
    root = tmp_path / "exact"

    write_exact_view(ended, root, schools, made.releases, Settings(), catalogue.load())

    assert sum(row.children for urn in schools for row in exact.read(root, urn, invented=True).rows) == 0


def test_only_schools_that_are_switched_on_have_a_file_and_only_the_server_reads_it(made, tmp_path, schools):
    root = tmp_path / "exact"
    write_exact_view(made.exports, root, schools[-3:], made.releases, Settings(), catalogue.load())
    write_exact_view(made.exports, root, schools[-2:], made.releases, Settings(), catalogue.load())

    assert {file.name for file in root.iterdir()} == {f"{urn}.parquet" for urn in schools[-2:]}
    if os.name == "posix":
        assert root.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in root.iterdir()} == {0o600}


def test_a_file_holds_no_row_or_pseudonym_of_a_child(made, written):
    pupils = set(pd.read_parquet(made.exports / "enrolments.parquet")["pupil_id"])
    for file in written.iterdir():
        held = file.read_bytes()
        assert not [pupil for pupil in list(pupils)[:500] if pupil.encode() in held]
        assert pq.read_schema(file).names == exact.EXACT_COLUMNS.names


def test_exact_figures_are_never_written_among_releases_nor_releases_among_them(made, tmp_path, schools):
    for root, releases in ((tmp_path, tmp_path), (tmp_path / "releases" / "exact", tmp_path / "releases"),
                           (tmp_path / "exact", tmp_path / "exact" / "releases")):  # fmt: skip
        with pytest.raises(ExactViewRefused, match="must be apart"):
            write_exact_view(made.exports, root, schools[:1], releases, Settings(), catalogue.load())
        assert not list(root.glob("*.parquet"))


def test_a_school_that_is_not_exported_is_named_and_nothing_is_written(made, tmp_path):
    with pytest.raises(ExactViewRefused, match="999999"):
        write_exact_view(
            made.exports, tmp_path / "x", ["999999"], made.releases, Settings(), catalogue.load()
        )
    assert not (tmp_path / "x").exists()


def test_a_school_without_a_file_has_no_exact_view(written):
    assert exact.read(written, "999999", invented=True) is None


def test_a_real_school_is_never_shown_as_invented_nor_the_other_way_round(written, schools):
    with pytest.raises(ExactViewRefused, match="unlike the release"):
        exact.read(written, schools[0], invented=False)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_not_opened(made, tmp_path, schools, mode):
    write_exact_view(made.exports, tmp_path, schools[:1], made.releases, Settings(), catalogue.load())
    (tmp_path / f"{schools[0]}.parquet").chmod(mode)

    with pytest.raises(ExactViewRefused, match="mode 600"):
        exact.read(tmp_path, schools[0], invented=True)


def test_the_file_of_another_school_under_this_ones_name_is_not_opened(made, tmp_path, schools):
    write_exact_view(made.exports, tmp_path, schools[:2], made.releases, Settings(), catalogue.load())
    one, other = (tmp_path / f"{urn}.parquet" for urn in schools[:2])
    other.replace(one)

    with pytest.raises(ExactViewRefused, match="not an exact view of this school"):
        exact.read(tmp_path, schools[0], invented=True)


def test_a_file_that_is_no_exact_view_at_all_is_refused_without_a_traceback(tmp_path):
    file = tmp_path / "900001.parquet"
    file.write_bytes(b"not parquet")
    file.chmod(0o600)
    tmp_path.chmod(0o700)

    with pytest.raises(ExactViewRefused, match="cannot be read"):
        exact.read(tmp_path, "900001", invented=True)
