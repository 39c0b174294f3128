"""Who may import whom: the contracts of pyproject.toml hold, and break when they should."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
PACKAGE = ROOT / "cswanalytics"
WHAT_A_PAGE_MAY_IMPORT = {
    "cswanalytics.aims",
    "cswanalytics.answers",
    "cswanalytics.catalogue",
    "cswanalytics.inference",
    "cswanalytics.national",
    "cswanalytics.show",
    "cswanalytics.vocabulary",
}
FORBIDDEN = {
    "one-way": ("cswanalytics/show/words.py", "from cswanalytics.app import widgets"),
    "build-protected": ("cswanalytics/app/first_run.py", "from cswanalytics.build import counts"),
    "build-below-the-door": ("cswanalytics/build/counts.py", "from cswanalytics.answers import Answer"),
    "no-duckdb": ("cswanalytics/show/tables.py", "import duckdb"),
    "exact-apart": ("cswanalytics/gateway.py", "from cswanalytics import exact"),
    "no-streamlit": ("cswanalytics/inference/pools.py", "import streamlit"),
    "pages": ("pages/gaps/overview.py", "from cswanalytics.gateway import open_gateway"),
    "app": ("cswanalytics/app/widgets.py", "from cswanalytics.app import shell"),
}
"""For each contract, an import that it must not let pass."""


def lint_imports(project: Path) -> str:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=project, capture_output=True, text=True, encoding="utf-8", env=None, check=False,
    )  # fmt: skip
    return " ".join((done.stdout + done.stderr).split())


def modules_in(package: Path) -> set[str]:
    files = {file.stem for file in package.glob("*.py")} - {"__init__"}
    return files | {folder.parent.name for folder in package.glob("*/__init__.py")}


@pytest.fixture(scope="module")
def with_every_forbidden_import(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give what the contracts say of a copy of the code in which each is broken once."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("cswanalytics", "pages"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for file, line in FORBIDDEN.values():
        with (copy / file).open("a", encoding="utf-8") as opened:
            opened.write(f"\n{line}\n")
    return lint_imports(copy)


def test_every_import_contract_is_kept():
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in lint_imports(ROOT)


@pytest.mark.parametrize("contract", CONTRACTS, ids=[contract["id"] for contract in CONTRACTS])
def test_a_contract_bites(contract: dict, with_every_forbidden_import: str):
    assert f"{contract['name']} BROKEN" in with_every_forbidden_import


def test_the_contract_of_pages_names_every_module_of_ours_but_those_a_page_may_use():
    pages = next(contract for contract in CONTRACTS if contract["id"] == "pages")
    ours = {f"cswanalytics.{name}" for name in modules_in(PACKAGE)}

    assert ours - set(pages["forbidden_modules"]) == WHAT_A_PAGE_MAY_IMPORT
    parts_of_pages = ("documents", "letters", "sections", "widgets")
    assert pages["ignore_imports"] == [f"pages.** -> cswanalytics.app.{part}" for part in parts_of_pages]


def test_the_web_server_never_loads_the_build():
    loads = (
        "import sys; import cswanalytics.app.shell; "
        "from cswanalytics.app import menu; menu.discover(menu.PAGES); "
        "print(sorted(name for name in sys.modules if name.startswith('cswanalytics.build')))"
    )

    done = subprocess.run([sys.executable, "-c", loads], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
