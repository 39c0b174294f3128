"""A full disk or a closed folder: said plainly, nothing half written is left, the release in use serves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from cswanalytics import cli, exact, release
from cswanalytics.build import ledger as ledgers
from cswanalytics.errors import CswanalyticsError, NotWritten
from cswanalytics.exact import Counted, ExactFigures
from cswanalytics.show.reports import feedback_run
from tests.faults import dying
from tests.faults.limits import no_file_above, read_only
from tests.release.small_release import manifest, tables
from tests.reports.sized_gateway import SizedGateway

FEW = ("900012", "900014")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in (".building", ".saving")
    }


@pytest.fixture
def releases(tmp_path) -> Path:
    release.write(tmp_path / "releases", manifest(authority="Before"), tables())
    return tmp_path / "releases"


def test_a_disk_that_is_full_at_any_byte_of_a_release_changes_nothing(releases) -> None:
    rows = pd.DataFrame({name: [f"some {place}" for place in range(3_000)] for name in release.QUALITY.names})
    full = tables() | {"quality": rows.assign(rows_to_nearest_10=10)}
    largest = max(file.stat().st_size for file in release.write(releases, manifest(), full).folder.iterdir())
    release.use(releases, "2026-11-03T1000")
    before = contents(releases)

    for size in (0, 10, 100, 500, 1_000, 2_000, largest // 2, largest - 1):
        with (
            no_file_above(size),
            pytest.raises(NotWritten, match=r"the release cannot be written to .*: File"),
        ):
            release.write(releases, manifest(), full)
        assert contents(releases) == before
        assert release.open_current(releases).manifest.authority == "Before"


def test_a_whole_build_on_a_full_disk_says_so_and_the_next_completes(tmp_path) -> None:
    dying.few_exports(tmp_path / "exports")
    first = dying.build_few(tmp_path)
    before = contents(tmp_path / "releases")

    with no_file_above(2_000), pytest.raises(NotWritten, match="cannot be written to"):
        dying.build_few(tmp_path)

    assert contents(tmp_path / "releases") == before
    assert release.open_current(tmp_path / "releases") == first.release
    assert dying.build_few(tmp_path).is_new


def test_a_ledger_on_a_full_disk_stays_as_it_was(tmp_path) -> None:
    folder = tmp_path / "ledger"
    ledgers.save(dying.ledger_of(folder, ("202223 Academic year",)))
    before = contents(folder)

    for size in (0, 100, 1_000):
        with no_file_above(size), pytest.raises(NotWritten, match="the ledger cannot be written to"):
            dying.save_ledger(folder)
        assert ledgers.opened(folder, "E1").entries.keys() == {"202223 Academic year"}
    dying.save_ledger(folder)
    assert before.keys() - {"ledger.json"} <= contents(folder).keys()


def test_the_exact_view_on_a_full_disk_leaves_nothing_half_written(tmp_path) -> None:
    figures = ExactFigures("123456", 202526, date(2026, 1, 9), True, (Counted("m", "This year", 7, 3),))
    exact.write(tmp_path, {"123456": figures})
    before = contents(tmp_path)

    with no_file_above(100), pytest.raises(NotWritten, match="the exact view cannot be written to"):
        exact.write(tmp_path, {"123456": replace(figures, rows=(Counted("m", "This year", 8, 4),))})

    assert contents(tmp_path) == before


def test_what_a_killed_program_left_of_the_exact_view_is_removed(tmp_path) -> None:
    (tmp_path / ".unfinished-123456").write_bytes(b"half")

    exact.write(tmp_path, {})

    assert contents(tmp_path) == {}


def test_letters_on_a_full_disk_are_kept_as_far_as_they_were_made_and_finished_later(tmp_path) -> None:
    def run() -> feedback_run.Made:
        return feedback_run.run(SizedGateway(), tmp_path, chosen=FEW)

    with no_file_above(1_000), pytest.raises(NotWritten, match="The 0 of 2 made so far are kept"):
        run()
    assert contents(tmp_path) == {}
    made = run()
    pages = [size for size in (made.file.stat().st_size,) if size]
    made.file.unlink()
    # room for every page and not for all of them in one zip
    with no_file_above(pages[0] - 1), pytest.raises(CswanalyticsError, match="cannot be written to"):
        run()
    assert not list(tmp_path.rglob("*.zip"))
    assert not list(tmp_path.rglob("*.unfinished"))
    assert len(list(tmp_path.rglob("*.pdf"))) == len(FEW)
    assert run().pages == len(FEW)


def test_a_folder_of_releases_that_is_closed_is_read_and_not_built_into(releases) -> None:
    before = contents(releases)
    with read_only(releases):
        assert release.open_current(releases).manifest.authority == "Before"
        for refused in (
            lambda: release.write(releases, manifest(), tables()),
            lambda: _use(releases),
        ):
            with pytest.raises(NotWritten, match="Permission denied"):
                refused()
    assert contents(releases) == before


def _use(releases: Path) -> None:
    with release.building(releases):
        raise AssertionError("it was locked for building")


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device", "/somewhere/cells.parquet"), PermissionError(13, "denied")],
)
def test_whatever_the_system_refuses_the_command_line_says_in_one_line(
    monkeypatch, capsys, error: OSError
) -> None:
    def refuse() -> Callable[[], None]:
        raise error

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit, match="1"):
        cli.run()
    said = capsys.readouterr().err
    assert "cannot be read or written" in said
    assert len(said.splitlines()) == 1
