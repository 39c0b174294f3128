"""`cswanalytics attack` on releases as they stand."""

import shutil

import pandas as pd
import pytest
from typer.testing import CliRunner

from cswanalytics import catalogue, release
from cswanalytics.build.attack.report import attack_releases
from cswanalytics.build.pipeline import build
from cswanalytics.build.sample import make_sample
from cswanalytics.cli import app
from cswanalytics.settings import Settings


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> release.Release:
    """Give the release of five invented schools of two years."""
    folder = tmp_path_factory.mktemp("small")
    make_sample(folder / "exports", pupils=300, schools=5, years=2, seed=3)
    return build(folder / "exports", folder / "releases", Settings(), catalogue.load()).release


def test_it_says_what_it_covered_and_that_nothing_was_worked_out(small):
    done = CliRunner().invoke(app, ["attack", str(small.folder)])

    assert done.exit_code == 0, done.output
    assert "2024/25:" in done.output
    assert "What a school could add from its own pupils is attacked when a release is built" in done.output
    assert done.output.endswith("Nothing was worked out.\n")


def test_a_release_with_severe_absence_above_persistent_is_broken(small, tmp_path):
    folder = tmp_path / "altered"
    shutil.copytree(small.folder, folder)
    cells = pd.read_parquet(folder / "cells.parquet")
    key = [column for column in release.CELL_KEY if column != "measure"]
    persistent = cells[cells["measure"] == "persistent_absence"].set_index(key)["count"]
    low = persistent[(persistent == 0)].index
    severe = (cells["measure"] == "severe_absence") & cells.set_index(key).index.isin(low)
    cells.loc[severe, "count"] = 5
    cells.to_parquet(folder / "cells.parquet", index=False)

    done = attack_releases([release.Release(folder, small.manifest)], catalogue.load())

    assert {finding.by for finding in done.findings} == {"anybody"}


def test_a_release_that_was_altered_is_not_attacked_unawares(small, tmp_path):
    folder = tmp_path / "altered"
    shutil.copytree(small.folder, folder)
    (folder / "cells.parquet").write_bytes(b"")

    done = CliRunner().invoke(app, ["attack", str(folder)])

    assert done.exit_code != 0
