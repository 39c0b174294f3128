"""The audit log: whole lines from many threads, each question once, never a figure; no log, no answer."""

import json
import os
import threading
import time
from dataclasses import replace

import pytest

from cswanalytics.access import Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Question
from cswanalytics.app import sign_in, visit, widgets
from cswanalytics.app.visit import Visit, Visitor
from cswanalytics.audit import AuditLog
from cswanalytics.errors import LogNotWritten, QuestionRefused
from cswanalytics.gateway import open_gateway
from cswanalytics.vocabulary import ComparedWith, Role, Who

VSH = Actor(Role.VIRTUAL_SCHOOL_HEAD)


@pytest.fixture(scope="module")
def gateway(made):
    return open_gateway(made.releases, VSH)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "audit" / "questions.jsonl"


def lines(file):
    return (
        [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    )


def under_way(file, name="v@example.org", invented=False):
    return Visit(Visitor(name, VSH, AccessTable(log=file), invented), "gaps/attendance", "2026-11-03T1000")


def test_many_threads_write_whole_lines_and_lose_none(file):
    log = AuditLog(file)

    def write(thread):
        for number in range(50):
            log.add("question", thread=thread, number=number, filling="ö" * 500)

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(line["thread"], line["number"]) for line in lines(file)} == {
        (thread, number) for thread in range(8) for number in range(50)
    }
    assert len(lines(file)) == 400


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_server_reads_the_log(file):
    AuditLog(file).add("question")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_log_that_is_moved_away_begins_anew(file):
    log = AuditLog(file)
    log.add("one")
    file.rename(file.with_suffix(".old"))
    log.add("two")
    assert [line["event"] for line in lines(file)] == ["two"]


def test_a_question_is_written_down_with_who_when_and_its_keys_and_without_a_figure(gateway, file):
    now = under_way(file)
    question = Question("persistent_absence", who=Who.CLA)
    visit.watched(gateway, now).answer(question)
    [line] = lines(file)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "event": "question",
        "person": "v@example.org",
        "role": "vsh",
        "page": "gaps/attendance",
        "release": "2026-11-03T1000",
        "measure": "persistent_absence",
        "level": "Local authority",
        "group": "cla",
        "compared_with": "peers",
        "breakdown": "total",
        "time_identifier": "Academic year",
    }


def test_an_answer_that_is_known_already_is_still_a_question_of_whoever_asks(gateway, file):
    question = Question("persistent_absence", who=Who.CINO)
    for name in ("one@example.org", "two@example.org", "one@example.org"):
        now = under_way(file, name)
        with visit.under_way(now):
            widgets.worked_out(visit.watched(gateway, now), question)
            widgets.worked_out(visit.watched(gateway, now), question)
    assert [line["person"] for line in lines(file)] == [
        "one@example.org",
        "two@example.org",
        "one@example.org",
    ]


def test_a_whole_family_of_measures_is_written_down_one_by_one(gateway, file):
    for _ in range(2):
        now = under_way(file)
        with visit.under_way(now):
            widgets.outcomes(visit.watched(gateway, now), Who.CWSW, ComparedWith.PEERS)
    expected = [measure.id for measure in gateway.measures(tier=1)]
    assert [line["measure"] for line in lines(file)] == expected * 2


def test_what_invented_people_ask_is_not_written_down(gateway, file):
    visit.watched(gateway, under_way(file, invented=True)).answer(Question("persistent_absence"))
    assert lines(file) == []


def test_what_cannot_be_written_down_is_not_answered(gateway, tmp_path):
    with pytest.raises(LogNotWritten, match="cannot be written"):
        visit.watched(gateway, under_way(tmp_path)).answer(Question("persistent_absence"))


def test_a_download_is_written_down_with_its_file_and_not_what_is_in_it(file):
    now = under_way(file)
    with visit.under_way(now):
        make = visit.handed_out("attendance.csv", lambda: b"figures")
    assert lines(file) == []
    assert make() == b"figures"
    [line] = lines(file)
    assert line["event"] == "download"
    assert line["file"] == "attendance.csv"
    assert "figures" not in json.dumps(line)


def test_an_open_page_hands_nothing_out_once_its_reader_is_let_in_no_more(file):
    now = under_way(file)
    now = replace(now, visitor=replace(now.visitor, still_let_in=lambda: False))
    with visit.under_way(now):
        make = visit.handed_out("attendance.csv", lambda: pytest.fail("it was made"))
    with pytest.raises(QuestionRefused, match="no longer let in"):
        make()
    assert lines(file) == []


def test_a_sign_in_holds_no_more_once_it_is_too_old_or_the_table_says_otherwise(tmp_path):
    entry = '[[people]]\nclaim = "groups"\nvalue = "board"\nrole = "vsh"\n'
    (tmp_path / "access.toml").write_text(entry, encoding="utf-8")
    claims = {"groups": ["board"], "iat": time.time() - 60}

    assert sign_in._still(tmp_path, claims, VSH)
    assert not sign_in._still(tmp_path, {**claims, "iat": time.time() - 11 * 3600}, VSH)
    (tmp_path / "access.toml").write_text(entry.replace("vsh", "data"), encoding="utf-8")
    assert not sign_in._still(tmp_path, claims, VSH)
    (tmp_path / "access.toml").write_text("= nonsense", encoding="utf-8")
    assert not sign_in._still(tmp_path, claims, VSH)
    (tmp_path / "access.toml").unlink()
    assert not sign_in._still(tmp_path, claims, VSH)
