"""What docs/operations.md has somebody type is there, and the examples in deploy/ agree with the program."""

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
import typer.main

from cswanalytics import cli, errors, install
from cswanalytics.app import events, front_door, health
from cswanalytics.settings import RELEASES_VARIABLE

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PORT = "8501"
ELSEWHERE = {
    "NAME=$(cat", "chgrp", "chmod", "chown", "cp", "curl", "docker", "groupadd", "install", "journalctl",
    "ln", "mv", "py", "python3", "rsync", "schtasks", "ssh", "systemctl", "tar",
}  # fmt: skip
"""Programs of the machine that the document has somebody run."""

OURS = (r".venv\Scripts\python", ".venv/bin/python", "cswanalytics")
FENCED = [
    (language, line)
    for language, block in re.findall(r"^```(sh|bat)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
COMMANDS = [
    found for _, line in FENCED for found in re.findall(r'(?:^|-m |ssh \S+ )cswanalytics ([^"]+)', line)
]
INLINE = re.findall(r"`cswanalytics ([^`]+)`", TEXT)


def understood(words: list[str], complete: bool = True) -> dict[str, object]:
    """Give what the command line makes of these words; it fails the test where it makes nothing of them."""
    command, context = typer.main.get_command(cli.app), None
    while hasattr(command, "resolve_command"):
        context = command.make_context("cswanalytics", words, parent=context, resilient_parsing=True)
        name, command, words = command.resolve_command(context, words)
        assert command is not None, name
    if not complete:
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known
        return {}
    return command.make_context(command.name, words, parent=context).params


@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_every_command_of_the_document_is_understood(command):
    understood(shlex.split(command.replace("\\", "/")))


@pytest.mark.parametrize("command", sorted(set(INLINE)))
def test_every_command_named_in_passing_has_these_options(command):
    understood(command.replace("…", "x").split(), complete=False)


def test_the_reading_of_commands_bites():
    assert len(COMMANDS) > 15
    for wrong in (
        "releases us NAME",
        "releases use",
        "releases use NAME --evenso",
        "serve --port x",
        "prune",
    ):
        with pytest.raises((Exception, SystemExit)):
            understood(wrong.split())


def test_every_other_line_runs_a_program_of_the_machine_or_one_of_ours():
    assert {line.split()[0] for _, line in FENCED} - set(OURS) <= ELSEWHERE


def test_every_file_of_the_project_that_a_command_names_is_there():
    named = re.findall(r"(?<![/\w])(deploy/[\w.-]+|dashboard\.py)", "\n".join(line for _, line in FENCED))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_error_and_event_that_the_document_explains_can_happen():
    explained = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w+)`", TEXT)) - {"DynamicUser"}
    assert explained
    assert {name for name in explained if not hasattr(errors, name)} == set()
    table = TEXT.split("| event | when |")[1].split("\n\n")[0]
    described = {
        name for cell in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in cell.split("`")[1::2]
    }
    told = re.findall(
        r'(?:tell\(\s*|"event": )"([a-z ]+)"',
        "".join(file.read_text(encoding="utf-8") for file in (ROOT / "cswanalytics" / "app").glob("*.py")),
    )
    assert described == set(told)


def test_on_windows_the_installation_is_looked_for_where_windows_puts_it(monkeypatch):
    assert install.venv_python() == install.VENV / "bin" / "python"
    with monkeypatch.context() as on_windows:
        on_windows.setattr(install.os, "name", "nt")
        found = install.venv_python()
    assert found == install.VENV / "Scripts" / "python.exe"
    assert r".venv\Scripts\python -m cswanalytics serve" in TEXT


def unit(name: str) -> dict[str, list[str]]:
    """Give the settings of a unit's sections, each with every value it is given."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


def of_unit(name: str) -> tuple[str, dict[str, object]]:
    program, _, command = unit(name)["ExecStart"][0].partition(" -m cswanalytics ")
    assert program == "/opt/cswanalytics/.venv/bin/python"
    return command.split()[0], understood(shlex.split(command))


def test_the_unit_serves_releases_it_cannot_write_and_sees_no_exports():
    found = unit("cswanalytics.service")
    command, asked = of_unit("cswanalytics.service")
    assert command == "serve"
    assert (asked["headless"], asked["address"], str(asked["port"])) == (True, "127.0.0.1", PORT)
    for folder in (asked["releases"], asked["config"]):
        assert str(folder) in found["ReadOnlyPaths"][0].split()
        assert f"`{folder}`" in TEXT
    assert "ReadWritePaths" not in found
    assert {"-/srv/cswanalytics/exports", "-/srv/cswanalytics/ledger"} == set(
        found["InaccessiblePaths"][0].split()
    )
    assert found["Environment"][-1] == (
        f"{cli.SECRETS_VARIABLE}=/run/credentials/cswanalytics.service/secrets.toml"
    )
    assert found["LoadCredential"] == ["secrets.toml:/etc/cswanalytics/secrets.toml"]
    for name, value in {
        "DynamicUser": "yes", "ProtectSystem": "strict", "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "", "PrivateTmp": "yes", "ProtectHome": "yes", "UMask": "0077",
    }.items():  # fmt: skip
        assert found[name] == [value], name


def test_the_builds_unit_is_on_no_network_and_its_timer_is_its_own():
    found = unit("cswanalytics-build.service")
    command, asked = of_unit("cswanalytics-build.service")
    assert command == "build"
    assert found["PrivateNetwork"] == ["yes"]
    assert found["ReadOnlyPaths"] == [str(asked["exports"])]
    assert str(asked["to"]).startswith(found["ReadWritePaths"][0])
    assert unit("cswanalytics-build.timer")["OnCalendar"]
    for name in ("cswanalytics.service", "cswanalytics-build.service", "cswanalytics-build.timer"):
        reader = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
        reader.read(DEPLOY / name)
        assert len(reader.sections()) >= 2


def instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line and not line.startswith("#")]


def test_the_container_is_not_roots_holds_only_the_program_and_watches_its_own_health():
    found = instructions()
    copied = [
        word for name, rest in found if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(copied) == {
        "pyproject.toml", "requirements.lock", "README.md", "LICENSE", "dashboard.py", ".streamlit",
        "cswanalytics", "pages", "data/sample/config",
    }  # fmt: skip
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()[1:]
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied)
    last_stage = [place for place, (name, _) in enumerate(found) if name == "FROM"][-1]
    users = [rest for name, rest in found[last_stage:] if name == "USER"]
    assert users == ["10001"]
    ran = dict(found[last_stage:])
    command = json.loads(ran["CMD"])
    asked = understood(command)
    assert (asked["headless"], str(asked["port"]), ran["EXPOSE"]) == (True, PORT, PORT)
    probed = re.search(r"http://127.0.0.1:(\d+)(/\w+)", ran["HEALTHCHECK"])
    assert probed
    assert probed[1] == PORT
    assert probed[2] in {route.path for route in health.ROUTES}
    assert any(name == "RUN" and "-m cswanalytics install" in rest for name, rest in found)


@pytest.mark.parametrize("file", ["nginx.conf", "Caddyfile"])
def test_a_proxy_keeps_health_and_metrics_inside_and_lets_pages_and_their_web_socket_through(file):
    text = (DEPLOY / file).read_text(encoding="utf-8")
    closed = re.findall(r"(?:location ~|path_regexp) (\S+)", text)
    inside = [route.path for route in health.ROUTES]
    assert len(inside) == 2
    for path in (*inside, "/_stcore/metrics", "/overview/_stcore/metrics", "/_stcore/upload_file/x"):
        assert any(re.search(pattern, path) for pattern in closed), path
    open_ones = [f"/_stcore/{name}" for name in front_door.OPEN_CORE]
    for path in (
        "/",
        "/overview",
        "/oauth2callback",
        "/media/a.csv",
        "/_stcore/bidi-components/x",
        *open_ones,
    ):
        assert not any(re.search(pattern, path) for pattern in closed), path
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", text)) == {PORT}
    assert text.count("{") == text.count("}")


def test_nginx_passes_the_web_socket_the_host_and_https_on_and_nothing_that_a_visitor_made_up():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    passed = dict(re.findall(r'proxy_set_header (\S+) +(?:""|(\S+));', text))
    assert passed == {
        "Upgrade": "$http_upgrade", "Connection": "$connection_upgrade", "Host": "$host",
        "X-Forwarded-Proto": "$scheme", "X-Forwarded-For": "$remote_addr", "X-Forwarded-Host": "",
        "Forwarded": "",
    }  # fmt: skip
    for line in (
        "proxy_http_version 1.1;",
        "proxy_read_timeout 1h;",
        "return 301 https://$host$request_uri;",
    ):
        assert line in text
    assert re.search(r"map \$http_upgrade \$connection_upgrade \{\s+default upgrade;\s+''\s+close;", text)


def test_what_takes_long_is_what_the_document_says():
    assert f"took {events.LONG:.0f} seconds or more" in TEXT
    assert RELEASES_VARIABLE not in TEXT
