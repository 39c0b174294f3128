"""The first run: progress read from another process, and failure in plain words."""

import sys
import time

import pytest

from cswanalytics.app import first_run, work


def run(monkeypatch: pytest.MonkeyPatch, tmp_path, code: str) -> work.Work:
    """Run a stand-in for the build."""
    script = tmp_path / "stand_in.py"
    script.write_text(code)
    real = work.subprocess.Popen
    monkeypatch.setattr(
        work.subprocess,
        "Popen",
        lambda command, **options: real([sys.executable, str(script)], **options),
    )
    building = first_run.start(tmp_path)
    for _ in range(200):
        if not building.running and not building.reader.is_alive():
            break
        time.sleep(0.05)
    if building.process.stdout:
        building.process.stdout.close()
    return building


def test_progress_is_what_the_build_says(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    building = run(monkeypatch, tmp_path, "print('Counting\\t3\\t4')\nprint('by the way')")

    assert (building.step, building.share) == ("Counting", 0.75)
    assert not building.failed
    assert list(building.said) == ["by the way"]


def test_a_build_that_fails_leaves_its_last_words(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    building = run(monkeypatch, tmp_path, "import sys\nprint('no space left')\nsys.exit(1)")

    assert building.failed
    assert building.said[-1] == "no space left"
