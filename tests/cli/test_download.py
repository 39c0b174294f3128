"""`cswanalytics download`, as an analyst types it."""

import zipfile

import pytest

from tests import commands


def run(*words, expect=0):
    return commands.run("download", *words, expect=expect)


def test_the_whole_release_is_written_as_tidy_data_with_what_it_holds(made, tmp_path):
    done = run("--releases", made.releases, "--to", tmp_path / "new" / "figures.csv")

    assert done.stdout == ""
    assert "figures.meta.csv" in done.stderr
    assert sorted(entry.name for entry in (tmp_path / "new").iterdir()) == ["figures.csv", "figures.meta.csv"]


def test_the_whole_release_is_written_as_a_workbook(bare, tmp_path):
    commands.run("build", bare, "--to", tmp_path / "R")
    done = run("--releases", tmp_path / "R", "--to", tmp_path / "FIGURES.XLSX")

    assert done.stdout == ""
    assert zipfile.is_zipfile(tmp_path / "FIGURES.XLSX")


@pytest.mark.parametrize("name", ["figures.pdf", "figures", "figures.xls"])
def test_any_other_form_is_refused_in_plain_english(made, tmp_path, name):
    done = run("--releases", made.releases, "--to", tmp_path / name, expect=1)

    assert "name it FILE.csv or FILE.xlsx" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_release_it_says_what_to_run(tmp_path):
    assert "cswanalytics build" in run("--releases", tmp_path, "--to", tmp_path / "f.csv", expect=1).stderr
