"""Streamlit's own scripts and styles, sent compressed: the same bytes, fewer of them, no other file."""

import gzip

import pytest

from cswanalytics.app import static_files
from cswanalytics.app.static_files import FOLDER, CompressedFiles
from tests.pages.loops import finished

SCRIPT = next((FOLDER / "static" / "js").glob("PlotlyChart.*.js"))
PATH = f"/static/js/{SCRIPT.name}"


def ask(path, method="GET", kind="http", **headers):
    """Give whether a request was passed on, and what was sent if not: the headers and the body."""
    passed, sent = [], []
    given = {"accept_encoding": "gzip, deflate, br", **headers}
    scope = {
        "type": kind, "path": path, "method": method,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip

    async def behind(scope, receive, send):
        passed.append(scope["path"])

    async def send(message):
        sent.append(message)

    finished(CompressedFiles(behind)(scope, None, send))
    return bool(passed), dict(sent[0]["headers"]) if sent else {}, sent[1]["body"] if sent else b""


def test_a_script_comes_compressed_whole_and_to_be_kept():
    passed, headers, body = ask(PATH)
    assert not passed
    assert gzip.decompress(body) == SCRIPT.read_bytes()
    assert len(body) < SCRIPT.stat().st_size / 2
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"vary"] == b"Accept-Encoding"
    assert b"immutable" in headers[b"cache-control"]
    assert ask(PATH, "HEAD")[2] == b""


@pytest.mark.parametrize("path", [
    "/", "/index.html", "/static/js/none.js", "/static/js/../../index.html", "/static/js/%2e%2e/x.js",
    "/static/media/a.woff2", "/static/js/a/b.js", "/static/js/..", "/media/a.js", "/static/js//etc/passwd.js",
    f"/app{PATH}", f"/static/js/../js/{SCRIPT.name}",
])  # fmt: skip
def test_every_other_address_is_left_to_streamlit(path):
    assert ask(path)[0]


def test_who_takes_no_gzip_or_asks_for_a_part_is_left_to_streamlit():
    assert ask(PATH, accept_encoding="identity")[0]
    assert ask(PATH, range="bytes=0-9")[0]
    assert ask(PATH, "POST")[0]
    assert ask(PATH, kind="websocket")[0]


def test_a_file_is_compressed_once():
    static_files.compressed.cache_clear()
    ask(PATH)
    ask(PATH)
    assert static_files.compressed.cache_info().misses == 1
