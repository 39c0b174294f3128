"""A release that is harmed, removed, replaced or shared while the dashboard runs; a clock that goes back."""

import itertools
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from cswanalytics import gateway as gateways
from cswanalytics import on_disk, release
from cswanalytics.access import Actor
from cswanalytics.answers import Question
from cswanalytics.app import shell
from cswanalytics.errors import BuildInProgress, NotWritten, ReleaseDamaged, ReleaseProblem
from cswanalytics.gateway import open_gateway
from cswanalytics.vocabulary import Role
from tests.faults import dying
from tests.release.small_release import manifest, tables

VSH = Actor(Role.VIRTUAL_SCHOOL_HEAD)
THREADS = 20
QUESTION = Question("persistent_absence")


def cells(pupils: int, count: int) -> pd.DataFrame:
    """Give the cells of one measure in which every number tells of which release it is."""
    rows = [
        (
            "persistent_absence",
            202425,
            "Academic year",
            "Local authority",
            None,
            group,
            "total",
            "total",
            *numbers,
        )
        for group, numbers in (("all", (10 * pupils, 10 * count)), ("cwsw", (pupils, count)))
    ]
    names = [name for name in release.CELLS.names if name not in ("value", "spread", "symbol")]
    return pd.DataFrame(rows, columns=names).assign(value=None, spread=None, symbol=None)


def written(root: Path, pupils: int, **changed: object) -> release.Release:
    full = tables() | {"cells": cells(pupils, pupils // 2)}
    said = manifest(measures=("persistent_absence",), authority=f"of {pupils}", **changed)
    return release.write(root, said, full)


@pytest.fixture
def releases(tmp_path) -> Path:
    for pupils in (100, 200):
        written(tmp_path, pupils, released_at=manifest().released_at + timedelta(hours=pupils))
    return tmp_path


def pupils_of(gateway) -> int:
    rows = gateway.answer(QUESTION).rows
    return int(rows["cwsw_pupils"].iloc[0])


def harms(file: Path):
    content = file.read_bytes()
    yield content[:-1]
    yield content[: len(content) // 2]
    yield b""
    for place in range(0, len(content), max(1, len(content) // 40)):
        yield content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize("name", [release.MANIFEST, release.SEAL, "cells.parquet", "offer.parquet"])
def test_a_file_cut_short_or_altered_by_one_byte_is_never_opened(releases, name: str) -> None:
    file = release.open_current(releases).folder / name
    whole = file.read_bytes()
    for harmed in harms(file):
        file.write_bytes(harmed)
        with pytest.raises(ReleaseDamaged, match=r"parquet|manifest|form"):
            open_gateway(releases, VSH)
    file.write_bytes(whole)
    assert pupils_of(open_gateway(releases, VSH)) == 200


def test_what_is_loaded_goes_on_serving_when_its_files_are_harmed_or_gone(releases) -> None:
    opened = open_gateway(releases, VSH)
    folder = release.open_current(releases).folder
    (folder / "cells.parquet").write_bytes(b"harmed")
    assert pupils_of(opened) == 200
    shutil.rmtree(folder)
    assert pupils_of(opened) == 200
    assert pupils_of(opened.earlier) == 100
    shutil.rmtree(releases)
    assert pupils_of(opened.seen_by(Actor(Role.DATA_TEAM))) == 200


def test_with_every_release_gone_there_is_none_before(releases) -> None:
    opened = open_gateway(releases, VSH)
    shutil.rmtree(releases)
    assert opened.earlier is None


def test_a_file_that_changes_between_the_check_and_the_reading_is_not_read(releases, monkeypatch) -> None:
    opened = release.open_current(releases)
    other = written(releases, 300)
    shutil.copyfile(other.table("cells"), opened.table("cells"))
    with pytest.raises(ReleaseDamaged, match=r"cells.parquet has been altered"):
        gateways.ReleaseGateway(opened, VSH, dying.catalogue.load())
    opened.table("cells").write_bytes(b"PAR1 and no more PAR1")
    with pytest.raises(ReleaseDamaged, match="cannot be read"):
        gateways.ReleaseGateway(opened, VSH, dying.catalogue.load())


def test_the_page_says_that_a_release_is_damaged_and_draws_nothing(releases, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        shell.widgets, "empty", lambda heading, sentence: said.append(f"{heading}. {sentence}")
    )
    folder = release.open_current(releases).folder
    for harm in (lambda: (folder / "cells.parquet").unlink(), lambda: shutil.rmtree(folder)):
        harm()
        with pytest.raises(ReleaseDamaged) as damaged:
            open_gateway(releases, VSH)
        shell._say_why_not(damaged.value)
    assert all(sentence.startswith("This release is damaged. ") for sentence in said)
    assert "cells.parquet is missing" in said[0]
    assert "put its folder back or build again" in said[1]


def test_current_switched_under_twenty_readers_mixes_no_releases(releases) -> None:
    first, second = (path.name for path in sorted(releases.glob("2026*")))

    def read() -> set[tuple[str, int, int]]:
        seen = set()
        for _ in range(3):
            opened = open_gateway(releases, VSH)
            rows = opened.answer(QUESTION).rows
            seen.add((opened.facts.authority, pupils_of(opened), int(rows["peers_pupils"].iloc[0])))
        return seen

    with ThreadPoolExecutor(THREADS) as threads:
        reading = [threads.submit(read) for _ in range(THREADS)]
        turns = itertools.cycle((first, second))
        while not all(one.done() for one in reading):
            release.use(releases, next(turns))
        seen = set().union(*(one.result() for one in reading))

    assert seen <= {("of 100", 100, 900), ("of 200", 200, 1_800)}
    assert seen


def test_two_dashboards_on_one_release_answer_alike_and_one_closing_harms_neither(releases) -> None:
    one, other = open_gateway(releases, VSH), open_gateway(releases, VSH)
    assert pupils_of(one) == pupils_of(other) == 200
    del one
    assert pupils_of(other) == 200


def test_two_builds_at_once_are_refused_and_say_so(tmp_path) -> None:
    dying.few_exports(tmp_path / "exports")
    with release.building(tmp_path / "releases"), pytest.raises(BuildInProgress, match="another build"):
        dying.build_few(tmp_path)
    assert dying.build_few(tmp_path).is_new


def test_of_two_builds_over_one_ledger_the_second_to_end_says_so_and_takes_nothing_from_the_first(
    tmp_path,
) -> None:
    one, other = (dying.ledger_of(tmp_path, (f"{year} Academic year",)) for year in (202324, 202425))
    dying.ledgers.save(one)
    with pytest.raises(BuildInProgress, match="another build wrote to the ledger"):
        dying.ledgers.save(other)
    assert dying.ledgers.opened(tmp_path, "E1").entries.keys() == {"202324 Academic year"}


def test_a_clock_that_went_back_is_told_and_the_new_release_is_in_use(tmp_path) -> None:
    dying.few_exports(tmp_path / "exports")
    now = manifest().released_at
    first = dying.build_few(tmp_path, now=now)
    again = dying.build_few(tmp_path, now=now - timedelta(days=30))

    assert first.said == ()
    assert any("earlier than when the release of 3 November 2026 was made" in said for said in again.said)
    assert release.open_current(tmp_path / "releases") == again.release
    assert again.release.folder.name < first.release.folder.name
    # what is dated later is not told as having gone before
    assert release.before(again.release) is None
    assert dying.build_few(tmp_path, now=now).release.folder.name == f"{first.release.folder.name}-2"


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b", ".", "..", " ", "‮gpj.exe"])
def test_whatever_current_holds_is_a_release_beside_it_or_said_to_be_damage(releases, name: str) -> None:
    (releases / release.CURRENT).write_text(name, encoding="utf-8")
    with pytest.raises(ReleaseProblem) as refused:
        release.open_current(releases)
    assert len(str(refused.value)) < 1_000


def test_a_release_is_not_removed_when_it_came_into_use_and_only_then_the_disk_failed(
    tmp_path, monkeypatch
) -> None:
    written(tmp_path, 100)
    flush = on_disk.flush

    def fail_after_current(path: Path) -> None:
        if path == tmp_path and release.current_name(tmp_path) != "2026-11-03T1000":
            raise OSError(5, "Input/output error")
        flush(path)

    monkeypatch.setattr(on_disk, "flush", fail_after_current)
    with pytest.raises(NotWritten, match="Input/output error"):
        written(tmp_path, 200)
    assert release.open_current(tmp_path).manifest.authority == "of 200"
