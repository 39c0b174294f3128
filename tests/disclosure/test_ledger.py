"""Closed years keep their figures, are changed openly, and never in a way that tells of few children."""

import json
import shutil
import stat
from dataclasses import replace

import pandas as pd
import pytest

from cswanalytics import release
from cswanalytics.build import ledger as ledgers
from cswanalytics.build.pipeline import Built
from cswanalytics.build.restating import (
    EVERY_YEAR,
    NOTHING_BEFORE,
    NOTHING_RESTATED,
    asked,
    without_telling_changes,
)
from cswanalytics.errors import LedgerUnfit
from tests.disclosure.conftest import CLOSED

KEY = list(release.CELL_KEY)


@pytest.fixture(scope="module")
def restated(authority, second):
    return authority.build(
        authority.corrected, restatement=asked([CLOSED], "suspensions withdrawn on appeal")
    )


def cells_of(built: Built, measure: str = "") -> pd.DataFrame:
    cells = pd.read_parquet(built.release.table("cells"))
    return cells[cells["measure"] == measure] if measure else cells


def test_the_ledger_stands_beside_the_exports_for_its_owner_alone(authority, first):
    assert first.is_new
    assert stat.S_IMODE(authority.ledger.stat().st_mode) == 0o700
    files = [file for file in authority.ledger.rglob("*") if file.is_file()]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len([file for file in files if file.name == "exact.parquet"]) == len(
        cells_of(first)[["time_period", "time_identifier"]].drop_duplicates()
    )


def test_the_secret_is_in_no_release(authority, first):
    secret = json.loads((authority.ledger / ledgers.FILE).read_text())["secret"]
    assert len(secret) == 64
    for file in first.release.folder.iterdir():
        assert secret.encode() not in file.read_bytes()
        assert bytes.fromhex(secret) not in file.read_bytes()


def test_a_closed_year_keeps_its_figures_when_the_exports_change(first, second):
    assert second.is_new
    before, after = (cells_of(built).set_index(KEY) for built in (first, second))
    pd.testing.assert_frame_equal(before, after)
    (said,) = [sentence for sentence in second.said if "2024/25" in sentence]
    assert f"--restate {CLOSED}" in said


def test_a_restated_year_changes_openly_and_as_little_as_it_can(second, restated):
    before, after = (cells_of(built, "suspended_once_or_more").set_index(KEY) for built in (second, restated))
    closed = before.index.get_level_values("time_period") == CLOSED
    pd.testing.assert_frame_equal(before[~closed], after[~closed])
    manifest = restated.release.manifest
    assert manifest.restated == {str(CLOSED): "suspensions withdrawn on appeal"}
    assert any("2024/25" in warning and "withdrawn on appeal" in warning for warning in manifest.warnings)
    withheld = f"suspended_once_or_more {CLOSED} Academic year" in manifest.withheld
    assert after.loc[after.index.get_level_values("time_period") == CLOSED, "count"].isna().all() == withheld
    # a measure nothing was corrected of keeps every figure, and so do most of the others' cells
    before, after = (cells_of(built).set_index(KEY)["count"].dropna() for built in (second, restated))
    pd.testing.assert_series_equal(
        before.xs("persistent_absence", level="measure"), after.xs("persistent_absence", level="measure")
    )
    both = before.index.intersection(after.index)
    assert 0.9 < (before[both] == after[both]).mean() < 1 or withheld


def test_a_restated_year_is_then_kept_as_it_was_restated(authority, restated):
    again = authority.build(authority.corrected, force=True)
    pd.testing.assert_frame_equal(cells_of(restated), cells_of(again))
    assert again.release.manifest.restated == {}
    assert not again.said


def test_a_lost_ledger_is_told_plainly_and_restates_everything(authority, first, restated):
    # readers hold the newest release, even where an older one has been put back in use
    release.use(restated.release.folder.parent, first.release.folder.name)
    shutil.move(authority.ledger, authority.ledger.with_name("put away"))
    try:
        built = authority.build(authority.corrected, force=True)
    finally:
        shutil.rmtree(authority.ledger)
        shutil.move(authority.ledger.with_name("put away"), authority.ledger)
    assert "There is no ledger" in built.said[0]
    assert list(built.release.manifest.restated) == [EVERY_YEAR]
    rolled_back_to, before, after = (
        cells_of(one).set_index(KEY)["count"].dropna() for one in (first, restated, built)
    )
    moved = rolled_back_to.index.intersection(before.index).intersection(after.index)
    moved = moved[(rolled_back_to[moved] != before[moved]).to_numpy()]
    withheld = f"suspended_once_or_more {CLOSED} Academic year" in restated.release.manifest.withheld
    assert withheld or (after[moved] == before[moved]).sum() > (after[moved] == rolled_back_to[moved]).sum()
    both = before.index.intersection(after.index)
    # what was published stays wherever it is still near the truth
    assert (before[both] == after[both]).mean() > 0.95


def test_a_year_is_restated_only_for_a_reason_and_if_it_was_released(authority, restated):
    with pytest.raises(LedgerUnfit, match="give it with --because"):
        asked([CLOSED], " ")
    with pytest.raises(LedgerUnfit, match="202325 is no academic year"):
        asked([202325], "a reason")
    with pytest.raises(LedgerUnfit, match="2018/19 cannot be restated"):
        authority.build(authority.corrected, restatement=asked([201819], "a reason"))


def test_another_authoritys_ledger_and_a_damaged_one_are_refused(authority, first, tmp_path):
    with pytest.raises(LedgerUnfit, match=r"is that of E\d{8}, and these exports are of E06000001"):
        ledgers.opened(authority.ledger, "E06000001")
    copied = tmp_path / "ledger"
    shutil.copytree(authority.ledger, copied)
    (copied / ledgers.FILE).write_text("{")
    with pytest.raises(LedgerUnfit, match="put it back from a copy"):
        ledgers.opened(copied, "E10009999")
    (copied / ledgers.FILE).unlink()
    with pytest.raises(LedgerUnfit, match=r"holds files and no ledger\.json"):
        ledgers.opened(copied, "E10009999")


def test_a_change_that_would_prove_few_children_withholds_the_measure(first):
    name = f"{CLOSED} Academic year"
    cells = cells_of(first)
    here = (cells["time_period"] == CLOSED) & (cells["time_identifier"] == "Academic year")
    some = cells[here & (cells["measure"] == "persistent_absence") & (cells["count"] == 5)].index[0]
    was = cells.copy()
    was.loc[some, "count"] = 10
    before = replace(NOTHING_BEFORE, restated={name: ledgers.Entry(pd.DataFrame(), was[here], {})})
    left, told = without_telling_changes(cells, before, 5)
    assert list(told) == [f"persistent_absence {name}"]
    withheld = left[here & (left["measure"] == "persistent_absence")]
    assert (withheld["symbol"] == "c").all()
    assert withheld[["pupils", "count", "value"]].isna().all(axis=None)
    assert left[~(here & (left["measure"] == "persistent_absence"))].equals(
        cells[~(here & (cells["measure"] == "persistent_absence"))]
    )


def test_invented_exports_need_no_ledger(made):
    assert not (made.exports.parent / ledgers.FOLDER).exists()
    assert NOTHING_RESTATED.years == frozenset()
