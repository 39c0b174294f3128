"""What holds for the files of the project as they are committed."""

import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

from cswanalytics import cli, development, install

ROOT = Path(__file__).parents[2]
MOST_LINES = 400
DECLARATIONS = {"cswanalytics/build/contract.py"}
"""Lists, a line an entry, that are as long as what they declare."""

SOMEONES_MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|root|work|mnt|tmp|private)/\w|[A-Z]:\\+Users\\")
ADDRESS = re.compile(r"https?://[^\s\"'<>)\]]+|\b\d{1,3}(?:\.\d{1,3}){3}\b")
OWN_MACHINE = ("http://localhost", "http://127.0.0.1", "127.0.0.1", "0.0.0.0", "https://$host$")
NAMES_NOT_PLACES = ("http://www.w3.org/",)
"""Identifiers of formats, which nothing ever asks for."""

WITH_SOURCES = ("cswanalytics/definitions/national.csv", "cswanalytics/show/fonts/")
"""What is quoted from others, with where it came from."""


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def text_of(name: str) -> str:
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


FILES = committed()
CODE = [name for name in FILES if re.match(r"(cswanalytics/|pages/|dashboard).*\.py$", name)]


def test_no_module_is_too_long_to_hold_one_idea():
    lengths = {name: len(text_of(name).splitlines()) for name in CODE if name not in DECLARATIONS}

    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_no_module_has_a_name_that_says_nothing():
    said_nothing = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core"}

    assert [name for name in CODE if said_nothing & set(Path(name).stem.split("_"))] == []


def test_no_committed_file_names_a_folder_of_someones_machine():
    this_file = "tests/architecture/test_repository.py"

    assert [name for name in FILES if SOMEONES_MACHINE.search(text_of(name)) and name != this_file] == []


def test_no_committed_file_holds_an_address_but_those_of_quoted_sources():
    found = {
        name: [
            address
            for address in ADDRESS.findall(text_of(name))
            if not address.startswith((*OWN_MACHINE, *NAMES_NOT_PLACES))
        ]
        for name in FILES
        if not name.startswith(WITH_SOURCES) and name != "tests/architecture/test_repository.py"
    }

    assert {name: addresses for name, addresses in found.items() if addresses} == {}


def test_every_package_of_the_lock_is_pinned_and_has_its_hashes():
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())

    assert len(entries) > 50
    assert [entry for entry in entries if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", entry)] == []
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_the_lock_names_no_place_to_take_packages_from():
    places = r"://|--(extra-)?index-url|--find-links|--trusted-host|@ file"

    assert not re.search(places, text_of("requirements.lock"))


@pytest.mark.parametrize("file", development.documents(), ids=lambda file: file.name)
def test_a_document_made_from_code_is_as_the_code_makes_it(file: Path):
    assert file.read_text(encoding="utf-8") == development.documents()[file]


def test_every_target_of_make_is_a_command_too():
    recipes = dict(re.findall(r"^([a-z]+):[^\n]*\n\t([^\n]+)", text_of("Makefile"), re.MULTILINE))
    calls = {
        target: re.findall(r"(?:-m cswanalytics|CSWANALYTICS\)) ([\w-]+)", line)
        for target, line in recipes.items()
    }
    there_are = {
        entry.name or getattr(entry.callback, "__name__", "")
        for entry in (*cli.app.registered_commands, *development.app.registered_commands)
    }

    assert [target for target, called in calls.items() if len(called) != 1] == ["clean"]
    assert {name for called in calls.values() for name in called} <= there_are


def test_a_target_of_make_needs_nothing_of_bash():
    assert not re.search(r"\[\[|SHELL|pipefail|\$\$\(", text_of("Makefile"))


def test_an_older_python_is_told_which_one_is_needed():
    said = install.refusal((3, 9), importlib.util.find_spec)

    assert "needs Python 3.11 or later, and this is Python 3.9" in said


def test_a_python_without_venv_is_told_how_to_get_it():
    said = install.refusal((3, 11), lambda name: None if name == "ensurepip" else object())

    assert "without its module ensurepip" in said
    assert "apt-get install python3-venv" in said


def test_a_python_that_will_do_is_not_refused():
    assert install.refusal((3, 13), importlib.util.find_spec) == ""
