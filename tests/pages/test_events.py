"""The server's log is a JSON line an event, with no value in it."""

import io
import json
import logging
import subprocess
import sys

import pytest
from streamlit import logger as streamlit_logging

from cswanalytics.app import events, work
from tests.pages.test_front_door import ask

CHILD = "P0000417"


@pytest.fixture
def log(monkeypatch):
    """Give what reads the lines written so far; logging is as it was afterwards."""
    written = io.StringIO()

    def to_memory():
        handler = logging.StreamHandler(written)  # stderr is another in every phase of a test
        handler.setFormatter(events.JsonLines())
        return handler

    monkeypatch.setattr(events, "_handler", to_memory)
    # as in a server that has just begun, whatever tests before this one have logged
    monkeypatch.setattr(streamlit_logging, "_loggers", {})
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error", "streamlit.elsewhere"):
        visited = logging.getLogger(name)
        for part, fresh in (("level", logging.NOTSET), ("propagate", True), ("handlers", [])):
            monkeypatch.setattr(visited, part, fresh)
        visited.manager._clear_cache()
    root, known = logging.getLogger(), list(streamlit_logging._loggers.values())
    handlers = {logger: logger.handlers[:] for logger in (root, *known)}
    setup = streamlit_logging.setup_formatter
    monkeypatch.setattr(logging.getLogger("cswanalytics"), "level", logging.NOTSET)
    events.begin()
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.captureWarnings(capture=False)
    streamlit_logging.setup_formatter = setup
    for logger, before in handlers.items():
        logger.handlers[:] = before


def test_an_event_is_one_line_whatever_it_holds(log):
    events.tell("started", version="1", path='a "b"\nc')
    (line,) = log()
    assert line["event"] == "started"
    assert line["path"] == 'a "b"\nc'
    assert line["level"] == "info"
    assert line["at"].endswith("+00:00")


@pytest.mark.parametrize(
    "name", ["streamlit.error_util", "streamlit.a_module_that_comes_later", "cswanalytics"]
)
def test_a_fault_is_told_by_its_kind_and_place_and_not_by_what_it_says(log, name):
    logger = logging.getLogger(name) if name == "cswanalytics" else streamlit_logging.get_logger(name)
    try:
        raise KeyError(CHILD)
    except KeyError as error:
        logger.error("Uncaught app execution", exc_info=error)
    (line,) = log()
    assert (line["event"], line["fault"], line["by"]) == ("request failed", "KeyError", name)
    assert "test_events.py" in line["where"][-1]
    assert CHILD not in json.dumps(line)


def test_what_a_library_says_is_a_line_too(log):
    streamlit_logging.get_logger("streamlit.elsewhere").warning("the port %s is taken", 8501)
    assert [(line["event"], line["by"], line["says"]) for line in log()] == [
        ("said", "streamlit.elsewhere", "the port 8501 is taken")
    ]


def test_who_comes_and_what_they_ask_for_is_in_no_line(log):
    logging.getLogger("uvicorn.access").info('"GET /my_school?school=900011"')
    streamlit_logging.get_logger("uvicorn.access").info('"GET /my_school?school=900011"')
    streamlit_logging.get_logger("uvicorn.error").info("a web socket from somewhere was accepted")
    assert log() == []
    assert not logging.getLogger("uvicorn.access").hasHandlers()  # uvicorn asks this before it makes a line
    streamlit_logging.get_logger("uvicorn.error").error("the address is in use")
    assert [line["says"] for line in log()] == ["the address is in use"]


def test_a_request_that_fails_is_told_with_its_path_and_without_what_was_asked(log):
    assert ask("/attendance", answer=(500, ()))[0] == 500
    assert ask("/readyz", answer=(503, ()))[0] == 503
    assert ask("/attendance", answer=(404, ()))[0] == 404
    assert [(line["event"], line["path"], line["status"]) for line in log()] == [
        ("request failed", "/attendance", 500)
    ]


def test_only_work_that_takes_long_is_told(log, monkeypatch):
    with events.timed("gaps/overview"):
        pass
    assert log() == []
    monkeypatch.setattr(events, "LONG", 0.0)
    with pytest.raises(ZeroDivisionError), events.timed("gaps/overview"):
        raise ZeroDivisionError
    assert [(line["event"], line["work"]) for line in log()] == [("long work", "gaps/overview")]


def test_a_process_that_stops_is_told_by_its_name_and_without_its_options(log):
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", "print('900011'); raise SystemExit(2)"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        work._read(work.Work(process, work.named(["report", "feedback", "--school", "900011"])))
    assert [(line["event"], line["work"], line["status"]) for line in log() if "status" in line] == [
        ("work stopped", "report feedback", 2)
    ]
    assert "900011" not in json.dumps(log())
