"""`cswanalytics serve`: what it starts, and a server seen from its start to its end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest
from typer.testing import CliRunner

from cswanalytics import cli, history, release, settings

PATIENCE = 600
"""Seconds after which a server that does not answer is taken for broken, however busy the machine."""

posix_alone = pytest.mark.skipif(os.name != "posix", reason="there a server is a process of its own")


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Give what serves with these words and says which command, with which environment, would take over."""

    def serve(*words):
        taken = []

        def take_over(program, command, environment):
            taken.append((command, environment))
            raise SystemExit(0)

        monkeypatch.setattr(os, "execve", take_over)
        monkeypatch.chdir(tmp_path)  # and back again afterwards: the server goes to the project's folder
        done = CliRunner().invoke(cli.app, ["serve", "--headless", *map(str, words)])
        assert done.exit_code == 0, done.output
        return taken[0]

    return serve


@posix_alone
def test_without_a_window_the_server_takes_the_place_of_the_command(started, made):
    command, environment = started("--port", 8777, "--address", "127.0.0.1", "--releases", made.releases)
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert {"--server.port=8777", "--server.address=127.0.0.1"} <= set(command)
    assert environment[settings.RELEASES_VARIABLE] == str(made.releases.resolve())


@posix_alone
def test_secrets_come_from_the_config_folder_unless_whoever_starts_the_server_names_others(
    started, made, tmp_path, monkeypatch
):
    monkeypatch.delenv(cli.SECRETS_VARIABLE, raising=False)
    (tmp_path / "secrets.toml").write_text("")
    words = ("--releases", made.releases, "--config", tmp_path)
    assert started(*words)[1][cli.SECRETS_VARIABLE] == str(tmp_path.resolve() / "secrets.toml")
    monkeypatch.setenv(cli.SECRETS_VARIABLE, "handed/over/secrets.toml")
    assert started(*words)[1][cli.SECRETS_VARIABLE] == "handed/over/secrets.toml"


@posix_alone
def test_a_server_is_ready_says_when_its_release_breaks_is_rolled_back_and_stops_when_told(made, tmp_path):
    releases = shutil.copytree(made.releases, tmp_path / "releases")
    first = release.current_name(releases)
    shutil.copytree(releases / first, releases / "next")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CSWANALYTICS_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "cswanalytics", "serve", "--headless", "--address", "127.0.0.1",
         "--port", str(port), "--releases", str(releases)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    written = []
    reading = threading.Thread(target=lambda: written.extend(server.stderr), daemon=True)
    reading.start()

    def ask(path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    try:
        while True:
            try:
                assert ask("/healthz") == (200, "alive\n")
                break
            except urllib.error.URLError:
                assert server.poll() is None, written
                time.sleep(0.2)
        while ask("/readyz?whose=900011") == (503, "getting ready\n"):
            time.sleep(0.2)
        assert ask("/readyz?whose=900011") == (200, "ready\n")
        (releases / "next" / "schools.parquet").unlink()
        release.use(releases, "next")
        assert ask("/readyz") == (503, "the release in use is damaged\n")
        history.put_in_use(releases, first)
        assert ask("/readyz") == (200, "ready\n")
        assert ask("/_stcore/metrics")[0] == 404
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(timeout=PATIENCE)
        reading.join()
        server.stderr.close()
    assert status in (0, -signal.SIGTERM)
    lines = [json.loads(line) for line in written]  # nothing else is on stderr
    assert [line["event"] for line in lines if line["event"] != "said"] == [
        "started", "release loaded", "release refused", "release loaded", "stopped",
    ]  # fmt: skip
    assert "900011" not in "".join(written)
    assert "drawn ahead" not in "".join(written)  # no page failed when it was drawn for nobody
