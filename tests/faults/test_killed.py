"""`kill -9` at any moment of a build: the release before it serves, and the next build completes."""

import random
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest

from cswanalytics import release
from cswanalytics.build import ledger as ledgers
from cswanalytics.on_disk import UNFINISHED
from tests.faults import dying
from tests.release.small_release import manifest, tables

SEED = 20261103
MOMENTS = 6
"""Moments of a whole build; `benchmarks/killed_builds.py` has a hundred."""


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(f"{UNFINISHED}*"))


def test_killed_at_every_step_of_writing_a_release_the_one_before_it_serves(tmp_path) -> None:
    before = release.write(tmp_path / "before", manifest(authority="Before"), tables())
    step, in_use = 0, set()
    while True:
        step += 1
        releases = shutil.copytree(tmp_path / "before", tmp_path / f"at {step}")
        was_killed = dying.killed_at_step(step, dying.write_release, releases)
        opened = release.open_current(releases)
        in_use.add(opened.manifest.authority)
        if opened.manifest.authority == "Before":
            assert opened.manifest == before.manifest
        dying.write_release(releases)
        assert release.open_current(releases).manifest.authority == "Sampleshire"
        assert not leftovers(releases)
        if not was_killed:
            break
    assert step > 15
    assert in_use == {"Before", "Sampleshire"}


@pytest.mark.parametrize("begun", [False, True])
def test_killed_at_every_step_of_writing_a_ledger_it_can_be_read_and_the_next_build_saves_it(
    tmp_path, begun: bool
) -> None:
    step = 0
    while True:
        step += 1
        folder = tmp_path / f"at {step}"
        if begun:
            ledgers.save(dying.ledger_of(folder, ("202223 Academic year",)))
        secret = ledgers.opened(folder, "E1").secret
        was_killed = dying.killed_at_step(step, dying.save_ledger, folder)
        kept = ledgers.opened(folder, "E1")
        if begun:
            assert kept.secret == secret
            assert "202223 Academic year" in kept.entries
        dying.save_ledger(folder)
        assert {"202324 Academic year", "202425 Academic year"} <= set(ledgers.opened(folder, "E1").entries)
        assert not leftovers(folder)
        if not was_killed:
            break
    assert step > 12


def test_a_whole_build_killed_at_random_moments_changes_nothing_and_the_next_completes(tmp_path) -> None:
    dying.few_exports(tmp_path / "exports")
    started = time.monotonic()
    assert not dying.killed_after(None, dying.build_few, tmp_path)
    length = time.monotonic() - started
    chance = random.Random(SEED)
    releases = tmp_path / "releases"
    first = release.open_current(releases)
    killed = 0
    for _ in range(MOMENTS):
        in_use = release.current_name(releases)
        was_killed = dying.killed_after(chance.random() * length, dying.build_few, tmp_path)
        killed += was_killed
        opened = release.open_current(releases)
        assert opened.folder.name == in_use or not was_killed or opened.folder.name > in_use
    assert killed
    assert not dying.killed_after(None, dying.build_few, tmp_path)
    last = release.open_current(releases)
    assert last.folder != first.folder
    assert not leftovers(tmp_path)
    # A closed year keeps its figures, however many builds were killed over it.
    pd.testing.assert_frame_equal(*(pd.read_parquet(opened.table("cells")) for opened in (first, last)))
