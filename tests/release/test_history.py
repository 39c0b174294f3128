"""Kept releases are listed with what is wrong with them, put back in use safely, and cleared away."""

import json
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from typer.testing import CliRunner

from cswanalytics import cli, history, release
from cswanalytics.errors import BuildInProgress, CswanalyticsError, NoRelease, ReleaseDamaged, ShownAgain

POINT = {"time_period": 202425, "time_identifier": "Academic year", "geographic_level": "Local authority",
         "social_care_group": "cwsw", "breakdown": "total", "breakdown_item": "total"}  # fmt: skip
ABOUT = release.Manifest(
    release="", authority="Sampleshire", new_la_code="E10009999", invented=True,
    released_at=datetime.fromisoformat("2026-11-03T10:00:00+00:00"), data_to=date(2026, 1, 9),
    data_dates={}, fingerprint="f", base=5, legal_basis="", cohort_window="six years", years=(202425,),
    in_year=(), phases=("Primary",), measures=("phonics_standard",), gate={"a sum is a sum": "held"},
)  # fmt: skip
MEASURES = ("persistent_absence", "phonics_standard")


@pytest.fixture
def shelf(tmp_path):
    """Give what puts releases on an empty shelf, a day apart, and the folder they stand in."""
    root = tmp_path / "releases"
    made_so_far = []

    def add(hidden=(), **changed):
        at = ABOUT.released_at + timedelta(days=len(made_so_far))
        cells = pd.DataFrame(
            [
                {**POINT, "measure": measure, "pupils": 100, "count": 20, "symbol": None}
                if measure not in hidden
                else {**POINT, "measure": measure, "pupils": None, "count": None, "symbol": "c"}
                for measure in MEASURES
            ]
        ).reindex(columns=release.CELLS.names)
        tables = {name: pd.DataFrame(columns=schema.names) for name, schema in release.TABLES.items()}
        about = replace(ABOUT, released_at=at, **changed)
        made_so_far.append(release.write(root, about, {**tables, "cells": cells}))
        return made_so_far[-1].folder.name

    def add_withholding(because, hidden=(), **changed):
        name = add(hidden, **changed)
        rewrite(root, name, withheld=because)
        return name

    add.withholding, add.root = add_withholding, root
    return add


def rewrite(root, name, **changed):
    """Say something else in a manifest, and seal it again."""
    file = root / name / release.MANIFEST
    file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))
    (root / name / release.SEAL).write_text(f"{release.sha256(file)}  {release.MANIFEST}\n")


def harm(root, name, table="cells"):
    (root / name / f"{table}.parquet").write_bytes(b"not what it was")


def run(*words, expect=0):
    done = CliRunner().invoke(cli.app, ["releases", *map(str, words)])
    if isinstance(done.exception, CswanalyticsError):
        raise done.exception
    assert done.exit_code == expect, done.output
    return done


def test_the_newest_stands_first_with_its_size_and_the_one_in_use_is_marked(shelf):
    names = [shelf() for _ in range(3)]
    release.use(shelf.root, names[1])
    kept = history.listed(shelf.root)
    assert [entry.name for entry in kept] == names[::-1]
    assert [entry.in_use for entry in kept] == [False, True, False]
    assert not [entry for entry in kept if entry.fault]
    on_disk = sum(file.stat().st_size for file in (shelf.root / names[2]).iterdir())
    assert kept[0].size == on_disk > 0


def test_every_kind_of_damage_is_told_and_hides_no_other_release(shelf):
    altered, cut_short, no_manifest, whole = (shelf() for _ in range(4))
    harm(shelf.root, altered)
    (shelf.root / cut_short / "schools.parquet").unlink()
    (shelf.root / no_manifest / release.MANIFEST).write_text("{")
    faults = {entry.name: entry.fault for entry in history.listed(shelf.root)}
    assert "cells.parquet has been altered" in faults[altered]
    assert "schools.parquet is missing" in faults[cut_short]
    assert "manifest.json cannot be read" in faults[no_manifest]
    assert faults[whole] == ""


def test_a_folder_that_current_names_and_that_is_gone_is_listed_as_damaged(shelf):
    kept, gone = shelf(), shelf()
    shutil.rmtree(shelf.root / gone)
    faults = {entry.name: (entry.in_use, entry.fault) for entry in history.listed(shelf.root)}
    assert faults == {kept: (False, ""), gone: (True, "its folder is not there")}


def test_no_release_at_all_is_said(tmp_path):
    with pytest.raises(NoRelease, match="There is no release in"):
        history.listed(tmp_path)


def test_rolled_back_and_forward_again(shelf):
    first, second = shelf(), shelf()
    assert history.put_in_use(shelf.root, first).release == first
    assert release.open_current(shelf.root).folder.name == first
    history.put_in_use(shelf.root, second)
    assert release.current_name(shelf.root) == second


def test_a_damaged_release_is_not_put_in_use_and_the_one_in_use_stays(shelf):
    first, second = shelf(), shelf()
    harm(shelf.root, first, "offer")
    with pytest.raises(ReleaseDamaged, match=r"offer\.parquet has been altered"):
        history.put_in_use(shelf.root, first, even_so=True)
    assert release.current_name(shelf.root) == second


@pytest.mark.parametrize("name", ["", ".", "..", "../elsewhere", "current", "2026-01-01T0000", ".building"])
def test_only_a_release_of_this_folder_is_put_in_use(shelf, name):
    kept = shelf()
    with pytest.raises(NoRelease, match="releases list"):
        history.put_in_use(shelf.root, name)
    assert release.current_name(shelf.root) == kept


def test_while_a_build_is_writing_nothing_is_switched_and_nothing_cleared(shelf):
    first, *_ = (shelf() for _ in range(4))
    with release.building(shelf.root):
        with pytest.raises(BuildInProgress):
            history.put_in_use(shelf.root, first)
        with pytest.raises(BuildInProgress):
            history.clear(shelf.root, 2)


def test_what_a_later_release_withholds_is_not_shown_again_unasked(shelf):
    first = shelf()
    last = shelf.withholding({"phonics_standard": "it broke a condition"})
    with pytest.raises(ShownAgain, match=r"1\. phonics_standard: withheld since, because it broke"):
        history.put_in_use(shelf.root, first)
    assert release.current_name(shelf.root) == last
    history.put_in_use(shelf.root, first, even_so=True)
    assert release.current_name(shelf.root) == first


def test_what_a_later_release_withholds_at_one_point_is_compared_cell_by_cell(shelf):
    key = "phonics_standard 202425 Academic year"
    first, hidden = shelf(), shelf.withholding({key: "of few"}, hidden=["phonics_standard"])
    last = shelf.withholding({key: "of few"}, hidden=["phonics_standard"])
    with pytest.raises(ShownAgain, match=f"{key}: withheld since, because of few"):
        history.put_in_use(shelf.root, first)
    history.put_in_use(shelf.root, hidden)
    assert release.current_name(shelf.root) == hidden != last


def test_what_only_a_damaged_releases_manifest_withholds_counts_too(shelf):
    first = shelf()
    last = shelf.withholding({"phonics_standard 202425 Academic year": "of few"}, hidden=["phonics_standard"])
    harm(shelf.root, last)
    with pytest.raises(ShownAgain, match="of few"):
        history.put_in_use(shelf.root, first)


def test_a_year_restated_since_is_not_shown_again_unasked(shelf):
    first, last = shelf(), shelf()
    rewrite(shelf.root, last, restated={"202425": "a school corrected it", "201920": "not in the first"})
    with pytest.raises(ShownAgain) as refused:
        history.put_in_use(shelf.root, first)
    assert refused.value.what == ("2024/25: changed since, because a school corrected it",)


def test_a_release_of_before_a_check_there_is_now_is_not_shown_again_unasked(shelf):
    first = shelf(gate={})
    shelf()
    with pytest.raises(ShownAgain, match="before it was checked for"):
        history.put_in_use(shelf.root, first)


def test_another_authoritys_releases_stand_in_nobodys_way(shelf):
    first = shelf()
    shelf.withholding({"phonics_standard": "of few"}, new_la_code="E10000001")
    shelf.withholding({"phonics_standard": "of few"}, invented=False)
    assert history.put_in_use(shelf.root, first).release == first


def test_clearing_keeps_the_newest_the_one_in_use_the_one_before_it_and_what_is_damaged(shelf):
    names = [shelf() for _ in range(7)]
    harm(shelf.root, names[0])
    release.use(shelf.root, names[3])
    would = [entry.name for entry in history.to_clear(shelf.root, 2)]
    assert would == [names[4], names[1]]
    assert len(history.listed(shelf.root)) == 7
    assert [entry.name for entry in history.clear(shelf.root, 2)] == would
    left = sorted(path.name for path in shelf.root.iterdir() if path.is_dir())
    assert left == [names[0], names[2], names[3], names[5], names[6]]
    assert release.open_current(shelf.root).folder.name == names[3]
    assert history.clear(shelf.root, 2) == []


def test_each_authoritys_newest_are_kept(shelf):
    own = [shelf(invented=False) for _ in range(2)]
    invented = [shelf() for _ in range(3)]
    assert [entry.name for entry in history.to_clear(shelf.root, 2)] == [invented[0]]
    assert own


def test_under_two_releases_are_never_kept(shelf):
    shelf()
    with pytest.raises(CswanalyticsError, match="at least 2"):
        history.clear(shelf.root, 1)


def test_what_a_stopped_clearing_left_is_no_release_and_goes_with_the_next_build(shelf):
    names = [shelf() for _ in range(2)]
    (shelf.root / names[0]).rename(shelf.root / f"{release.UNFINISHED}{names[0]}")
    assert [entry.name for entry in history.listed(shelf.root)] == [names[1]]
    shelf()
    assert not list(shelf.root.glob(f"{release.UNFINISHED}*"))


def test_the_newest_readable_one_is_what_was_published_last_whatever_is_in_use(shelf):
    first, second, third = (shelf() for _ in range(3))
    history.put_in_use(shelf.root, first)
    harm(shelf.root, third)
    assert history.newest(release.open_current(shelf.root)).folder.name == second


def test_the_command_lists_in_every_form_and_fails_while_the_one_in_use_is_damaged(shelf):
    first, second = shelf(), shelf()
    told = json.loads(run("list", "--releases", shelf.root, "--format", "json").stdout)["releases"]
    assert [(row["release"], row["in_use"], row["fault"]) for row in told] == [
        (second, True, ""),
        (first, False, ""),
    ]
    assert {"released_at", "data_to", "authority", "bytes"} <= set(told[0])
    harm(shelf.root, first)
    done = run("list", "--releases", shelf.root)
    assert "damaged" in done.stdout
    assert f"Damaged: {first}" in done.stderr
    harm(shelf.root, second)
    csv = run("list", "--releases", shelf.root, "--format", "csv", expect=1).stdout.splitlines()
    assert csv[0].startswith("release,released_at,data_to,authority")
    assert len(csv) == 3


def test_the_command_puts_in_use_and_clears_only_what_a_dry_run_said(shelf):
    names = [shelf() for _ in range(4)]
    assert f"Release {names[2]} of Sampleshire, invented is in use" in (
        run("use", names[2], "--releases", shelf.root).stderr
    )
    dry = run("prune", "--keep", 2, "--dry-run", "--releases", shelf.root).stderr
    assert dry.count("Would be cleared away") == 1
    done = run("prune", "--keep", 2, "--releases", shelf.root).stderr
    assert done == dry.replace("Would be cleared", "Cleared")
    assert f"Cleared away: {names[0]}" in done
    assert run("prune", "--keep", 2, "--releases", shelf.root).stderr == "Nothing to clear away.\n"
