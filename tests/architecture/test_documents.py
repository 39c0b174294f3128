"""What documents name is there: files, tests, commands, decisions."""

import re
from pathlib import Path

import pytest

from cswanalytics import cli, data_team, development

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    file
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "data" / "sample")
    for file in folder.glob("*.md")
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
NAMES = [file.relative_to(ROOT).as_posix() for file in DOCUMENTS]
COMMANDS = {
    entry.name or getattr(entry.callback, "__name__", "")
    for entry in (
        *cli.app.registered_commands,
        *data_team.app.registered_commands,
        *development.app.registered_commands,
    )
} | {group.name for group in cli.app.registered_groups if group.name}


@pytest.fixture(params=DOCUMENTS, ids=NAMES)
def document(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_every_link_leads_somewhere(document: Path):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_file_named_is_there(document: Path):
    folders, kinds = "cswanalytics|tests|pages|data|deploy|docs|benchmarks", "py|md|toml|lock"
    pattern = rf"`((?:{folders})/[\w./-]*|[\w-]+\.(?:{kinds}))(?:::\w+)?`"
    named = set(re.findall(pattern, document.read_text(encoding="utf-8")))
    written_by_readers = {"authority.toml", "access.toml", "secrets.toml"}
    places = (ROOT, ROOT / "cswanalytics")

    assert [
        name for name in named - written_by_readers if not any((place / name).exists() for place in places)
    ] == []


def test_every_command_named_is_there(document: Path):
    named = set(re.findall(r"`?(?:-m |`)cswanalytics ([a-z][a-z-]+)", document.read_text(encoding="utf-8")))

    assert named <= COMMANDS


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "SECURITY.md"])
def test_every_test_that_guards_a_security_property_is_there(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if "::" in line]

    assert len(rows) > 15
    for row in rows:
        file = ""
        for named, test in re.findall(r"`([\w/.]*)::(\w+)`", row):
            file = named or file
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"


def test_the_layout_names_every_module_of_the_package():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    layout = text.split("## Layout")[1].split("## How a build goes")[0]
    package = ROOT / "cswanalytics"
    modules = [file.name for folder in (package, package / "build") for file in folder.glob("*.py")]
    folders = [f"{file.parent.name}/" for file in package.glob("*/__init__.py")]

    assert [name for name in (*modules, *folders) if name not in layout and name != "__init__.py"] == []


def test_every_decision_is_listed():
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"\((\d{4}-[\w-]+\.md)\)", index) == [file.name for file in DECISIONS]


@pytest.mark.parametrize(
    "file", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=lambda file: file.stem
)
def test_a_decision_says_its_context_itself_and_its_consequences(file: Path):
    text = file.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(file.stem[:4])}. ")
    for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
        assert part in text
