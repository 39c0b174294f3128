"""Letters for every school: one zip, a list to tick off, resumed after a kill, the same bytes each time."""

import csv
import hashlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from cswanalytics.access import Actor
from cswanalytics.errors import CswanalyticsError, DocumentRefused
from cswanalytics.gateway import open_gateway
from cswanalytics.show.reports import feedback_run
from cswanalytics.show.reports.feedback_run import SENT_HEADS, SENT_LIST, run
from cswanalytics.show.reports.rendering import Form
from cswanalytics.vocabulary import Role
from tests.reports.sized_gateway import HOSTILE, SizedGateway

FEW = ("900012", "900014", "900015", "900016")


@pytest.fixture(scope="module")
def few(tmp_path_factory) -> feedback_run.Made:
    return run(SizedGateway(hostile=True), tmp_path_factory.mktemp("few"), chosen=FEW)


def sent_list(file: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(file) as packed:
        return list(csv.DictReader(io.StringIO(packed.read(SENT_LIST).decode("utf-8-sig"))))


def test_the_zip_has_a_file_for_each_school_named_by_its_laestab_and_a_list(few: feedback_run.Made) -> None:
    with zipfile.ZipFile(few.file) as packed:
        assert packed.namelist() == ["9992012.pdf", "9992014.pdf", "9992015.pdf", "9992016.pdf", SENT_LIST]
        assert all(packed.read(name).startswith(b"%PDF") for name in packed.namelist()[:-1])
    assert (few.pages, few.with_figures) == (4, 2)


def test_the_list_says_which_letters_have_figures_of_the_schools_own(few: feedback_run.Made) -> None:
    rows = sent_list(few.file)

    assert tuple(rows[0]) == SENT_HEADS
    assert [row["figures"] for row in rows] == ["the authority's", "the authority's", "its own", "its own"]
    assert [row["sent_on"] for row in rows] == [""] * 4


def test_no_name_in_the_list_is_worked_out_as_a_formula(few: feedback_run.Made) -> None:
    names = {row["school_urn"]: row["school_name"] for row in sent_list(few.file)}

    assert names["900012"] == "'" + HOSTILE["900012"]
    assert {urn: names[urn] for urn in FEW[1:]} == {urn: HOSTILE[urn] for urn in FEW[1:]}


def test_the_same_release_gives_the_same_bytes(few: feedback_run.Made, tmp_path) -> None:
    again = run(SizedGateway(hostile=True), tmp_path, chosen=FEW)

    assert again.file.read_bytes() == few.file.read_bytes()
    assert again.file.name == few.file.name


def test_letters_are_made_as_word_too(tmp_path) -> None:
    made = run(SizedGateway(), tmp_path, Form.WORD, chosen=FEW[:1])

    with zipfile.ZipFile(made.file) as packed:
        assert packed.namelist() == ["9992012.docx", SENT_LIST]


def test_stopped_it_keeps_what_it_made_and_goes_on_from_there(tmp_path) -> None:
    done: list[int] = []

    def tell(step: str, so_far: int, total: int) -> None:
        if total == 4:
            done.append(so_far)

    with pytest.raises(CswanalyticsError, match=r"stopped with \d of 4 pages made"):
        run(SizedGateway(), tmp_path, chosen=FEW, progress=tell, is_stopped=lambda: bool(done[1:]))
    assert not list(tmp_path.glob("*.zip"))
    kept = done[-1]
    assert 0 < kept < 4
    done.clear()
    made = run(SizedGateway(), tmp_path, chosen=FEW, progress=tell)

    assert done[0] == kept
    assert done[-1] == 4
    assert list(tmp_path.iterdir()) == [made.file]


def test_another_note_or_release_is_never_mixed_with_what_was_kept(tmp_path) -> None:
    def stop(gateway: SizedGateway, note: str = "") -> None:
        with pytest.raises(CswanalyticsError, match="stopped"):
            run(gateway, tmp_path, chosen=FEW, note=note, is_stopped=lambda: True)

    stop(SizedGateway())
    stop(SizedGateway(), "We hope to see you.")
    stop(SizedGateway(invented=False))
    stop(replace(SizedGateway(), reported=0.5))

    # how many schools have reported stands in no letter
    assert len(list(tmp_path.glob(".feedback-*"))) == 3


def test_a_note_that_names_a_child_is_refused_before_anything_is_made(tmp_path) -> None:
    with pytest.raises(DocumentRefused, match="Kayleigh"):
        run(SizedGateway(), tmp_path, chosen=FEW, note="Kayleigh has done well.")

    assert list(tmp_path.iterdir()) == []


def test_a_school_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(CswanalyticsError, match="no school with URN 123456"):
        run(SizedGateway(), tmp_path, chosen=["123456"])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_half_way_it_is_finished_by_the_next_run_and_not_begun_again(made, tmp_path) -> None:
    command = [sys.executable, "-m", "cswanalytics", "report", "feedback", "--to", str(tmp_path)]
    command += ["--releases", str(made.releases), "--progress", "lines"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed:
        for line in killed.stdout or ():
            step, done, _ = line.split("\t")
            if step == "Making pages" and int(done) >= 3:
                os.kill(killed.pid, signal.SIGKILL)
                break
    [kept] = tmp_path.glob(".feedback-*")
    before = {page.name: hashlib.sha256(page.read_bytes()).hexdigest() for page in kept.glob("*.pdf")}
    assert 3 <= len(before) < 14
    told: list[int] = []
    gateway = open_gateway(made.releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))
    finished = run(gateway, tmp_path, progress=lambda step, done, total: told.append(done))

    assert told[1] >= len(before)
    with zipfile.ZipFile(finished.file) as packed:
        assert len(packed.namelist()) == 15
        for name, digest in before.items():
            assert hashlib.sha256(packed.read(name)).hexdigest() == digest


STARTER = """
import os, signal, subprocess, sys, time
command = [sys.executable, "-m", "cswanalytics", *sys.argv[1:]]
work = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
while "Making pages\\t1" not in work.stdout.readline():
    pass
os.kill(work.pid, signal.SIGSTOP)  # so that it is not done before it is alone
print(work.pid, flush=True)
time.sleep(600)
"""


def is_at_work(pid: str) -> bool:
    """Say whether a process is running; one that has ended may be listed until somebody asks for it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up as Linux lists them")
def test_letters_end_with_the_dashboard_that_was_killed_and_the_next_run_goes_on(made, tmp_path) -> None:
    command = ["report", "feedback", "--to", str(tmp_path), "--releases", str(made.releases)]
    command += ["--progress", "lines"]
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, *command], stdout=subprocess.PIPE, text=True
    ) as dashboard:
        letters = dashboard.stdout.readline().strip() if dashboard.stdout else ""
        dashboard.kill()
    os.kill(int(letters), signal.SIGCONT)
    until = time.monotonic() + 60
    while is_at_work(letters) and time.monotonic() < until:
        time.sleep(0.05)
    kept = len(list(tmp_path.rglob("*.pdf")))

    assert not is_at_work(letters)
    assert 0 < kept < 14
    assert not list(tmp_path.glob("*.zip"))
    told: list[int] = []
    gateway = open_gateway(made.releases, Actor(Role.VIRTUAL_SCHOOL_HEAD))
    assert run(gateway, tmp_path, progress=lambda step, done, total: told.append(done)).pages == 14
    assert told[1] == kept
