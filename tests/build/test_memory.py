"""A build within a limit of memory: the same figures, and nothing of a child left on a disk."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from cswanalytics import catalogue
from cswanalytics.build import counts
from cswanalytics.build.checks import checked
from cswanalytics.build.cohort import child_years
from cswanalytics.build.database import MEMORY_VARIABLE, SPILL_VARIABLE, open_database
from cswanalytics.build.exact import count_exactly, exact_cells
from cswanalytics.errors import CswanalyticsError
from cswanalytics.settings import Settings

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
TODAY = date(2026, 3, 1)


@pytest.fixture
def spill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder declared for what does not fit."""
    folder = tmp_path / "spill"
    folder.mkdir()
    monkeypatch.setenv(SPILL_VARIABLE, str(folder))
    return folder


def test_a_build_within_a_small_limit_spills_gives_the_same_cells_and_leaves_nothing(
    spill: Path, monkeypatch: pytest.MonkeyPatch
):
    with_room = count_exactly(SAMPLE, Settings(), catalogue.load(), TODAY)

    monkeypatch.setenv(MEMORY_VARIABLE, "120MB")
    with checked(SAMPLE) as fit:
        cohort = child_years(fit, Settings(), TODAY)
        counted = counts.count(cohort, catalogue.load(), for_release=False)
        [[spilled]] = fit.connection.execute("select sum(size) from duckdb_temporary_files()").fetchall()
        modes = [folder.stat().st_mode & 0o077 for folder in spill.iterdir()]

    assert spilled > 0
    assert modes == [0]
    pd.testing.assert_frame_equal(exact_cells(counted), with_room)
    assert list(spill.iterdir()) == []


def test_a_limit_that_is_too_small_is_told_plainly_and_leaves_nothing(
    spill: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(MEMORY_VARIABLE, "30MB")

    with pytest.raises(CswanalyticsError, match=f"needs more memory.*{MEMORY_VARIABLE}"):
        count_exactly(SAMPLE, Settings(), catalogue.load(), TODAY)

    assert list(spill.iterdir()) == []


def test_the_next_build_removes_what_a_killed_one_left_and_not_what_another_is_using(spill: Path):
    in_use = open_database()
    left = spill / "cswanalytics-spill-killed"
    left.mkdir()
    (left / "duckdb_temp_storage.tmp").write_bytes(b"rows")

    database = open_database()
    found = set(spill.iterdir())
    database.close()

    assert found == {in_use.spill, database.spill}
    in_use.close()
    assert list(spill.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"), [(MEMORY_VARIABLE, "plenty"), (SPILL_VARIABLE, "/nowhere/at/all")]
)
def test_a_setting_that_cannot_be_is_told_plainly(
    name: str, value: str, spill: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, value)

    with pytest.raises(CswanalyticsError, match=name):
        open_database()

    assert list(spill.iterdir()) == []
