"""Whoever watches the server learns whether it is well, and nothing else."""

import gc
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from cswanalytics import history, release
from cswanalytics.app import events, health, in_use
from cswanalytics.app.front_door import HEADERS, FrontDoor
from cswanalytics.settings import CONFIG_VARIABLE, RELEASES_VARIABLE
from tests.pages.loops import finished

BEHIND = FrontDoor(Starlette(routes=health.ROUTES))


@pytest.fixture
def releases(made, tmp_path, monkeypatch) -> Iterator[Path]:
    """Give a server's releases, two of them, for a test to harm; what the server keeps is forgotten after."""
    folder = shutil.copytree(made.releases, tmp_path / "releases")
    first = release.current_name(folder)
    shutil.copytree(folder / first, folder / "second")
    release.use(folder, "second")
    monkeypatch.setenv(RELEASES_VARIABLE, str(folder))
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    monkeypatch.setattr(events, "_latest", [""])
    yield folder
    in_use.forget()
    gc.unfreeze()


def ask(path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "method": method, "headers": [], "query_string": b"",
             "scheme": "http", "root_path": ""}  # fmt: skip
    finished(BEHIND(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]).decode()


def lines(caplog) -> list[dict]:
    """Give what the server wrote down of itself, as it stands on stderr."""
    written = [events.JsonLines().format(record) for record in caplog.records if record.name == events.OURS]
    return [json.loads(line) for line in written]


def harm(folder: Path, name: str) -> None:
    (folder / name / "cells.parquet").write_bytes(b"not what it was")


def test_alive_is_said_without_a_release_and_by_no_other_method(tmp_path, monkeypatch):
    monkeypatch.setenv(RELEASES_VARIABLE, str(tmp_path))
    status, _, body = ask("/healthz")
    assert (status, body) == (200, "alive\n")
    assert ask("/healthz", "HEAD")[0] == 200
    assert ask("/healthz", "POST")[0] == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_the_headers_of_every_answer_are_there_and_nothing_is_kept(releases, path):
    _, headers, _ = ask(path)
    assert {name.lower() for name in HEADERS} | {"content-security-policy"} <= set(headers)
    assert headers["cache-control"] == "no-store"


def test_ready_loads_the_release_that_visitors_are_then_shown(releases):
    assert ask("/readyz")[::2] == (200, "ready\n")
    harm(releases, "second")  # what is loaded is in memory: had it to be opened again, it would be refused
    assert in_use.load(releases).facts.release
    assert ask("/readyz")[0] == 200


def test_broken_rolled_back_and_rolled_forward_it_says_so_and_the_log_has_each_once(releases, caplog):
    caplog.set_level(logging.INFO, events.OURS)
    first = next(entry.name for entry in history.listed(releases) if entry.name != "second")
    harm(releases, "second")
    assert [ask("/readyz")[::2] for _ in range(3)] == [(503, "the release in use is damaged\n")] * 3

    history.put_in_use(releases, first)
    assert [ask("/readyz")[0] for _ in range(3)] == [200] * 3
    release.use(releases, "second")
    assert ask("/readyz")[0] == 503
    release.use(releases, first)
    assert ask("/readyz")[0] == 200

    told = lines(caplog)
    assert [line["event"] for line in told] == [
        "release refused",
        "release loaded",
        "release refused",
        "release loaded",
    ]
    assert "cells.parquet has been altered" in told[0]["because"]
    assert told[0]["level"] == "error"
    assert told[1]["release"] == first
    assert told[1]["invented"] is True


@pytest.mark.parametrize("spoil", ["gone", "damaged", "no current", "settings"])
def test_a_stranger_learns_why_in_plain_words_and_no_name_path_or_figure(
    releases, tmp_path, monkeypatch, spoil
):
    if spoil == "gone":
        shutil.rmtree(releases / "second")
    elif spoil == "damaged":
        harm(releases, "second")
    elif spoil == "no current":
        (releases / release.CURRENT).unlink()
    else:
        monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "nowhere"))
    status, _, body = ask("/readyz")
    assert status == 503
    assert body.strip() in ("the release in use is damaged", "no release yet", "the settings have faults")
    assert "Sampleshire" not in body
    assert not any(sign.isdigit() for sign in body)
    assert "/" not in body
