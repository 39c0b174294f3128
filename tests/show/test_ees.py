"""A release as tidy data: every number is a released one, and where there is none a symbol says why."""

import csv

import pandas as pd
import pytest

from cswanalytics import release
from cswanalytics.access import Actor
from cswanalytics.errors import CswanalyticsError
from cswanalytics.gateway import open_gateway
from cswanalytics.release import CELL_KEY
from cswanalytics.show import ees
from cswanalytics.vocabulary import Group, Role


@pytest.fixture(scope="module")
def written(made, tmp_path_factory):
    file = tmp_path_factory.mktemp("ees") / "figures.csv"
    ees.write_csv(open_gateway(made.releases, Actor(Role.DATA_TEAM)), file)
    return file


@pytest.fixture(scope="module")
def tidy(written):
    return pd.read_csv(written, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def meta(written):
    with ees.meta_file(written).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def cells(made):
    return pd.read_parquet(release.open_current(made.releases).table("cells"))


def test_every_number_is_the_releases_own_and_every_cell_is_there(tidy, cells):
    keys = cells[list(CELL_KEY)].astype(object).where(cells[list(CELL_KEY)].notna(), "").astype(str)
    expected = cells.set_index(pd.MultiIndex.from_frame(keys))
    found = tidy.set_index(list(CELL_KEY)).reindex(expected.index)

    assert len(tidy) == len(cells)
    for name in ees.INDICATORS:
        numbers = pd.to_numeric(found[name], errors="coerce").astype(float)
        pd.testing.assert_series_equal(numbers, expected[name].astype(float), check_names=False, rtol=0)


def test_where_there_is_no_number_a_symbol_says_why(tidy, cells):
    for name in ees.INDICATORS:
        words = tidy.loc[pd.to_numeric(tidy[name], errors="coerce").isna(), name]
        assert set(words) <= {"c", "z", "x"}
    assert (tidy["pupils"] == "c").sum() + (tidy["value"] == "c").sum() > 0
    assert (tidy.loc[tidy["measure"] == "persistent_absence", "value"] == "z").all()
    assert (tidy.loc[tidy["measure"] == "attainment_8", "count"] == "z").all()


def test_no_count_is_exact(tidy):
    for name in ("pupils", "count"):
        counts = pd.to_numeric(tidy[name], errors="coerce").dropna()
        assert len(counts)
        assert (counts % 5 == 0).all()


def test_peers_are_never_tabulated(tidy, meta):
    assert set(tidy["social_care_group"]) <= set(Group)
    hint = next(row["filter_hint"] for row in meta if row["col_name"] == "social_care_group")
    assert "Peers are not in the file" in hint


def test_columns_stand_in_the_departments_order_and_name_place_and_school(tidy):
    assert tuple(tidy.columns) == ees.COLUMNS
    assert set(tidy["country_code"]) == {"E92000001"}
    assert set(tidy["new_la_code"]) == {"E10009999"}
    schools = tidy["geographic_level"] == "School"
    for name in ("school_urn", "school_laestab", "school_name"):
        assert (tidy.loc[schools, name] != "").all()
        assert (tidy.loc[~schools, name] == "").all()


def test_every_filter_and_indicator_is_described_once(meta):
    assert tuple(meta[0]) == ees.META_COLUMNS
    described = [row["col_name"] for row in meta]
    grouping = [row["filter_grouping_column"] for row in meta if row["filter_grouping_column"]]
    assert sorted(described + grouping) == sorted((*ees.FILTERS, *ees.INDICATORS))
    assert {row["col_name"] for row in meta if row["col_type"] == "Indicator"} == set(ees.INDICATORS)
    assert all(row["label"] for row in meta)


def test_the_same_release_gives_the_same_bytes(made, written, tmp_path):
    again = tmp_path / "figures.csv"
    ees.write_csv(open_gateway(made.releases, Actor(Role.DATA_TEAM)), again)

    assert again.read_bytes() == written.read_bytes()
    assert ees.meta_file(again).read_bytes() == ees.meta_file(written).read_bytes()


def test_a_headteachers_file_holds_the_authority_and_their_own_school(made, tidy, tmp_path):
    own = tidy.loc[tidy["school_urn"] != "", "school_urn"].iloc[0]
    ees.write_csv(
        open_gateway(made.releases, Actor(Role.HEADTEACHER, frozenset({own}))), tmp_path / "own.csv"
    )

    assert set(pd.read_csv(tmp_path / "own.csv", dtype=str, keep_default_na=False)["school_urn"]) == {"", own}


def test_what_cannot_be_written_leaves_the_old_files_and_says_so(made, tmp_path, monkeypatch):
    file = tmp_path / "figures.csv"
    file.write_text("old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ees, "meta_rows", full)
    with pytest.raises(CswanalyticsError, match="No space left on device"):
        ees.write_csv(open_gateway(made.releases, Actor(Role.DATA_TEAM)), file)
    assert [entry.name for entry in tmp_path.iterdir()] == ["figures.csv"]
    assert file.read_text() == "old"
