"""The commands as an analyst types them."""

import csv
import io
import json
import shutil
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cswanalytics import release
from tests.commands import run


@pytest.fixture
def broken(made, tmp_path):
    """Give exports with two faults, and a child's pseudonym that no message may hold."""
    folder = shutil.copytree(made.exports, tmp_path / "broken")
    file = next(folder.rglob("exclusions*.parquet"))
    rows = pq.read_table(file)
    child = rows["pupil_id"][0].as_py()
    wrong = rows.set_column(
        rows.column_names.index("category"), "category", pa.array(["expelled"] * len(rows))
    )
    pq.write_table(wrong, file)
    next(folder.rglob("phonics*.parquet")).write_bytes(b"not parquet")
    return folder, child


def test_the_first_hour_from_nothing_to_an_answer_in_processes_of_their_own(tmp_path):
    def run(*words, folder):
        return subprocess.run(
            [sys.executable, "-m", "cswanalytics", *map(str, words)],
            check=True, capture_output=True, text=True, encoding="utf-8", cwd=folder,
        )  # fmt: skip

    small = ("--pupils", 1500, "--schools", 8, "--years", 3)
    run("sample", "X", "--seed", 7, *small, folder=tmp_path)
    run("check", "X", folder=tmp_path)
    run("build", "X", "--to", "R", folder=tmp_path)
    asked = ("answer", "persistent_absence", "--level", "authority", "--format", "json")
    printed = run(*asked, folder=tmp_path)
    answer = json.loads(printed.stdout)
    assert [row["year"] for row in answer["rows"]] == ["2023/24", "2024/25"]
    for row in answer["rows"]:
        assert row["cwsw"] > row["peers"] > 0
        assert row["gap"] == pytest.approx(row["cwsw"] - row["peers"], abs=0.011)
        assert row["gap_low"] < row["gap"] < row["gap_high"]
        assert row["cwsw_count"] % 5 == row["peers_pupils"] % 5 == 0


def test_work_in_a_pipe_is_quiet_and_the_same_exports_again_are_skipped_unless_forced(bare, tmp_path):
    built = run("build", bare, "--to", tmp_path)
    assert built.stdout == ""
    assert "is in use" in built.stderr
    assert "\x1b" not in built.stderr
    first = release.current_name(tmp_path)

    assert "already the release in use" in run("build", bare, "--to", tmp_path).stderr
    assert release.current_name(tmp_path) == first

    forced = run("build", bare, "--to", tmp_path, "--force", "--progress", "lines")
    assert release.current_name(tmp_path) != first
    steps = [line.split("\t") for line in forced.stdout.splitlines()]
    assert steps[0][0] == "Checking the exports"
    assert steps[-1][0] == "Writing the release"
    assert [int(done) for _, done, _ in steps] == list(range(len(steps)))
    assert all(int(done) < int(total) for _, done, total in steps)


def test_the_same_exports_give_the_same_figures_on_another_day_and_from_another_folder(made, tmp_path):
    exports = shutil.copytree(made.exports, tmp_path / "exports")
    run("build", exports, "--to", tmp_path / "R")
    hashes = [release.open_current(folder).manifest.files for folder in (made.releases, tmp_path / "R")]
    assert hashes[0] == hashes[1]


def test_other_settings_are_another_build(bare, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "authority.toml").write_text(
        '[authority]\nname = "Northshire"\n[rounding]\nbase = 10\n'
    )
    run("build", bare, "--to", tmp_path / "R")
    run("build", bare, "--to", tmp_path / "R", "--config", tmp_path / "config")
    opened = release.open_current(tmp_path / "R")
    assert opened.manifest.authority == "Northshire"
    cells = pd.read_parquet(opened.table("cells"))
    assert (cells["pupils"].dropna() % 10 == 0).all()


def test_unfit_exports_give_every_fault_and_what_was_in_use_stays(made, broken, tmp_path):
    folder, child = broken
    releases = shutil.copytree(made.releases, tmp_path / "releases")
    before = release.current_name(releases)
    done = run("build", folder, "--to", releases, expect=1)
    assert done.stderr.startswith("ExportsRefused: ")
    assert "so nothing was built; the release of 3 November 2026 stays in use" in done.stderr
    assert "1. " in done.stderr
    assert "2. " in done.stderr
    assert "phonics" in done.stderr
    assert "category" in done.stderr
    assert child not in done.stderr
    assert "expelled" not in done.stderr
    assert release.current_name(releases) == before


def test_check_lists_every_fault_as_a_table_and_as_json(broken):
    folder, child = broken
    table = run("check", folder, expect=1).stdout
    found = json.loads(run("check", folder, "--format", "json", expect=1).stdout)
    assert {finding["table"] for finding in found["findings"] if finding["severity"] == "error"} == {
        "exclusions",
        "phonics",
    }
    assert "exclusions" in table
    assert "phonics" in table
    assert child not in table + json.dumps(found)


def test_count_writes_the_exact_cells_and_says_to_keep_them(made, tmp_path):
    done = run("count", made.exports, "--to", tmp_path / "deep" / "exact.parquet")
    assert "not rounded" in done.stderr
    cells = pd.read_parquet(tmp_path / "deep" / "exact.parquet")
    assert cells.columns.tolist() == [*release.CELL_KEY, "pupils", "numerator", "denominator"]
    assert not cells.duplicated(list(release.CELL_KEY)).any()
    whole = cells[
        (cells["breakdown"] == "total") & cells["school_urn"].isna() & (cells["social_care_group"] == "all")
    ]
    assert (whole.loc[whole["measure"] == "suspended_once_or_more", "pupils"] > 1000).all()


@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize("more", [(), ("--by", "sex"), ("--level", "school"), ("--point", "To half-term 2")])
def test_answers_in_every_form(made, form, more):
    printed = run(
        "answer", "suspended_once_or_more", "--releases", made.releases, "--format", form, *more
    ).stdout
    if form == "json":
        assert json.loads(printed)["rows"]
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(printed)))
        assert {"cwsw", "peers", "gap", "school_urn", "breakdown_item"} <= set(rows[0])
    else:
        assert "2024/25" in printed


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_figures_of_the_offer_are_answered_in_every_form(made, form):
    printed = run("answer", "dt_qualified", "--releases", made.releases, "--format", form).stdout
    if form == "json":
        told = json.loads(printed)
        assert told["released_as"].startswith("yes or no for each school")
        assert {row["number"] for row in told["rows"] if row["school_urn"]} <= {0, 1, None}
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(printed)))
        assert [row["out_of"] for row in rows if row["school_urn"] == row["phase"] == ""]
    else:
        assert "Designated teacher is a qualified teacher, Sampleshire" in " ".join(printed.split())
        assert "Invented data: no child here is real." in " ".join(printed.split())


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_england_stands_beside_the_like_group_alone(made, form):
    """2024/25: 46 % of children in need were persistently absent, and nothing is published of CWSW."""
    words = ("answer", "persistent_absence", "--national", "--releases", made.releases, "--format", form)
    cino, cwsw = run(*words, "--who", "cino").stdout, run(*words).stdout
    if form == "table":
        assert "England, like group" in cino
        assert "England, like group" not in cwsw
        assert "publishes no figure for children with a social worker" in " ".join(cwsw.split())
        return
    rows = [
        json.loads(text)["rows"] if form == "json" else list(csv.DictReader(io.StringIO(text)))
        for text in (cino, cwsw)
    ]
    like, unlike = (entries[-1] for entries in rows)
    assert (like["year"], float(like["england_cwsw"])) == ("2024/25", 46.0)
    assert like["england_cwsw_group"] == "children in need at 31 March, England"
    assert unlike["england_cwsw"] in (None, "")
    assert unlike["england_cwsw_because"].startswith("the department publishes no figure")


def test_years_that_are_not_comparable_are_counted_and_labelled(tmp_path):
    run("sample", tmp_path / "X", "--pupils", 1500, "--schools", 8, "--years", 6)
    run("build", tmp_path / "X", "--to", tmp_path / "R")
    printed = run("answer", "persistent_absence", "--format", "json", "--releases", tmp_path / "R")
    closed = json.loads(printed.stdout)["rows"][0]
    assert closed["year"] == "2020/21"
    assert closed["state"] == "not comparable"
    assert "schools were closed" in closed["because"]
    assert closed["cwsw"] is not None


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("answer", "no_such"), 1, "there is no measure 'no_such'"),
        (("answer", "persistent_absence", "--by", "postcode"), 1, "there is no breakdown 'postcode'"),
        (("answer",), 2, "Missing argument"),
        (("nonsense",), 2, "No such command"),
        (("answer", "persistent_absence", "--level", "street"), 2, "street"),
        (("build", "no/such/folder", "--to", "{tmp}"), 1, "does not exist"),
        (("answer", "persistent_absence", "--config", "no/such/folder"), 1, None),
    ],
)
def test_exit_status_tells_data_and_question_from_command_line(made, tmp_path, words, status, says):
    words = [word.replace("{tmp}", str(tmp_path)) for word in words]
    done = run(*words, expect=status, CSWANALYTICS_RELEASES=str(made.releases))
    if says:
        assert says in done.stderr


def test_with_two_releases_folders_here_none_is_guessed(made, tmp_path):
    for name in ("one", "other"):
        shutil.copytree(made.releases, tmp_path / name)
    done = run("answer", "persistent_absence", folder=tmp_path, expect=1)
    assert "No figures have been released yet" in done.stderr


def test_no_release_yet_says_what_to_run(tmp_path):
    assert (
        "cswanalytics build" in run("answer", "persistent_absence", "--releases", tmp_path, expect=1).stderr
    )


def test_a_damaged_release_is_refused_with_what_to_do(made, tmp_path):
    releases = shutil.copytree(made.releases, tmp_path / "releases")
    cells = release.open_current(releases).table("cells")
    cells.write_bytes(cells.read_bytes() + b" ")
    done = run("answer", "persistent_absence", "--releases", releases, expect=1)
    assert "cells.parquet has been altered" in done.stderr
    assert "build again" in done.stderr


def test_a_faulty_setting_is_named_with_every_other(made, tmp_path):
    (tmp_path / "authority.toml").write_text(
        '[rounding]\nbase = 3\n[cohort]\nwindow = "forever"\n[nonsense]\n'
    )
    done = run("build", made.exports, "--to", tmp_path / "R", "--config", tmp_path, expect=1)
    for fault in (
        "base must be a whole number of 5 or more",
        "window must be one of",
        "[nonsense] is not a section",
    ):
        assert fault in done.stderr


WORK = """
import time
from cswanalytics.command_options import ProgressOption, showing
with showing(ProgressOption.LINES) as tell:
    tell("Reading", 0, 1)
    time.sleep(90)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there the next line that nobody takes ends it")
def test_long_work_ends_once_nobody_reads_how_far_it_has_got():
    # as under a server started in the background of a shell, which passes on that Ctrl-C is not for it
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", WORK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as work:
        assert work.stdout.readline() == b"Reading\t0\t1\n"
        work.stdout.close()

        assert work.wait(timeout=60) != 0
        assert b"KeyboardInterrupt" in work.stderr.read()
