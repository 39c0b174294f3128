"""What a table exported for the first time adds to years that stay is attacked with them, or withheld."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest

from cswanalytics import catalogue, release
from cswanalytics.build import gate
from cswanalytics.build import ledger as ledgers
from cswanalytics.build.pipeline import Built, build
from cswanalytics.build.sample import make_sample
from cswanalytics.settings import Settings
from tests.disclosure.conftest import unmarked

POINT = "202425 Academic year"
OLD = {"persistent_absence", "severe_absence", "prevalence"}
NEW = {"ks2_rwm_expected", "ks2_reading_expected"}
KEY = list(release.CELL_KEY)


@dataclass(frozen=True)
class Authority:
    """A small authority's folders. Its exports hold key stage 2 only where `with_key_stage_2` says."""

    folder: Path

    def build(self, name: str, with_key_stage_2: bool = True, is_attacked: bool = False) -> Built:
        exports, whole = self.folder / name, catalogue.load()
        if not with_key_stage_2:
            exports = shutil.copytree(exports, self.folder / f"{name} without")
            (exports / "key_stage_2.parquet").unlink()
        few = catalogue.Catalogue(
            {name: whole.measures[name] for name in whole.measures if name in OLD | NEW},
            {name: whole.breakdowns[name] for name in ("education_phase", "sex")},
        )
        now = datetime.fromisoformat("2026-11-03T10:00:00+00:00")
        attacked = gate.attacked if is_attacked else lambda passed, around: gate.not_attacked(passed)
        with patch.object(gate, "attacked", attacked):
            return build(exports, self.folder / "releases", Settings(), few, now=now)

    @property
    def entry(self) -> ledgers.Entry:
        return ledgers.opened(self.folder / "ledger", "E10009999").entries[POINT]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("authority"))
    exports = authority.folder / "exports"
    make_sample(exports, pupils=200, schools=4, years=2, seed=5)
    unmarked(exports, "schools", "select * from {table}")
    for corrected, table in (("absence", "attendance"), ("results", "key_stage_2")):
        shutil.copytree(exports, authority.folder / corrected)
        columns = {
            "attendance": "sessions_possible as sessions_authorised, 0 as sessions_unauthorised",
            "key_stage_2": "false as reading_expected, false as rwm_expected, false as rwm_higher",
        }
        unmarked(
            authority.folder / corrected, table,
            f"select * replace ({columns[table]}) from {{table}} where hash(pupil_id) % 3 = 0 "
            "union all select * from {table} where hash(pupil_id) % 3 <> 0",
        )  # fmt: skip
    return authority


@pytest.fixture(scope="module")
def first(authority):
    """Give the release before key stage 2 was exported."""
    return cells_of(authority.build("exports", with_key_stage_2=False))


@pytest.fixture(scope="module")
def changed(authority, first):
    """Give a release with key stage 2, when absence of the closed year has been counted anew as well."""
    return authority.build("absence")


@pytest.fixture(scope="module")
def added(authority, changed):
    """Give a release with key stage 2, of the children the closed year was released of."""
    return authority.build("exports", is_attacked=True)


def cells_of(built: Built) -> pd.DataFrame:
    cells = pd.read_parquet(built.release.table("cells")).set_index(KEY)
    return cells[
        (cells.index.get_level_values("time_period") == 202425)
        & (cells.index.get_level_values("time_identifier") == "Academic year")
    ]


def of(cells: pd.DataFrame, measures: set[str]) -> pd.DataFrame:
    return cells[cells.index.get_level_values("measure").isin(measures)]


def test_where_the_exports_have_changed_nothing_is_added_to_a_closed_year(first, changed):
    cells = cells_of(changed)
    pd.testing.assert_frame_equal(of(cells, OLD), first, check_dtype=False)
    new = of(cells, NEW)
    assert set(new.index.get_level_values("measure")) == NEW
    assert (new["symbol"] == "c").all()
    assert new[["pupils", "count", "value", "spread"]].isna().all(axis=None)
    # which places there are tells nothing that is not published already
    places = [name for name in KEY if name != "measure"]
    assert set(new.reset_index()[places].itertuples(index=False, name=None)) <= set(
        first.reset_index()[places].itertuples(index=False, name=None)
    )
    withheld = changed.release.manifest.withheld
    assert {f"{measure} {POINT}" for measure in NEW} <= withheld.keys()
    assert all("the exports have changed since" in withheld[f"{measure} {POINT}"] for measure in NEW)


def test_what_is_added_to_a_closed_year_is_attacked_with_what_it_holds(first, added):
    cells = cells_of(added)
    pd.testing.assert_frame_equal(of(cells, OLD), first)
    assert of(cells, NEW)["pupils"].notna().any()
    # the half-terms of both years gain nothing: only the closed year is attacked
    assert "at 1 points in time" in added.release.manifest.gate[gate.ATTACK]


def test_what_was_added_is_kept_from_then_on(authority, added):
    entry = authority.entry
    assert set(entry.measures) == OLD | NEW
    assert any(column.startswith("ks2_reading_expected: ") for column in entry.exact.columns)
    later = authority.build("results")
    pd.testing.assert_frame_equal(cells_of(later), cells_of(added))
    assert any("2024/25" in sentence for sentence in later.said)
    assert set(authority.entry.measures) == OLD | NEW


def test_what_was_not_added_is_not_taken_for_released(authority, first, changed, added):
    assert not [name for name in added.release.manifest.withheld if "have changed" in name]
    assert of(cells_of(added), NEW)["symbol"].ne("c").any()
