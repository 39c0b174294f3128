"""The commands for whoever works on cswanalytics itself, run in a checkout: tests, checks, documents, lock.

`make test` is `python -m cswanalytics test`, and so on: the same commands for people, for CI, and where there
is no make. Each passes on the exit status of the tool it runs.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cswanalytics import install as installation
from cswanalytics import settings
from cswanalytics.errors import CswanalyticsError

app = typer.Typer(add_completion=False)

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LINT_IMPORTS = ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
CHECKS: dict[str, tuple[str, ...]] = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "ty": ("-m", "ty", "check"),
    "import contracts": (*LINT_IMPORTS, "--no-logo"),
}
"""What `check-code` runs, by name: arguments for Python."""

LOCK = (
    *("-m", "uv", "pip", "compile", "pyproject.toml", "-o", "requirements.lock"),
    *("--quiet", "--universal", "--python-version", "3.11", "--all-extras", "--upgrade"),
    *("--generate-hashes", "--no-emit-index-url", "--no-header"),
)

Names = Annotated[list[str] | None, typer.Argument(help="Benchmarks; all unless named", show_default=False)]
PassedOn = Annotated[list[str] | None, typer.Argument(help="Passed on to pytest", show_default=False)]


@app.command()
def install() -> None:
    """Make .venv from requirements.lock; needs nothing but Python 3.11 or later."""
    installation.main()


@app.command("test", context_settings={"ignore_unknown_options": True})
def run_tests(arguments: PassedOn = None) -> None:
    """Run every test, three at a time, or those named."""
    # one more than the two cores of a small machine: tests in a browser mostly wait for it
    _pass_on(_python("-m", "pytest", "-n", "3", "--dist", "loadfile", *(arguments or ())))


@app.command("check-code")
def check_code() -> None:
    """Run every check of the code: style, types, who imports whom, and documents made from code."""
    failed = []
    for name, arguments in CHECKS.items():
        _head(name)
        if _python(*arguments):
            failed.append(name)
    _head("documents made from code")
    if old := [
        file.relative_to(ROOT).as_posix() for file, text in documents().items() if _read(file) != text
    ]:
        _say(f"Not current: {', '.join(old)}. `make docs` writes them.")
        failed.append("documents made from code")
    _head(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    _pass_on(1 if failed else 0)


@app.command()
def docs() -> None:
    """Write what is made from code: docs/exports.md, docs/measures.md and definitions/data_dictionary.csv."""
    for file, text in documents().items():
        file.write_text(text, encoding="utf-8", newline="\n")


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks; all by default")] = None,
) -> None:
    """Run the benchmarks, print what they measured and write it into benchmarks/RESULTS.md."""
    _pass_on(_python("-m", "benchmarks.results", *(names or ())))


@app.command()
def screenshots() -> None:
    """Take the pictures in docs/screenshots/, of the invented authority and of no other."""
    with tempfile.TemporaryDirectory() as releases:
        status = _python("-m", "cswanalytics", "sample-release", "--to", releases)
        _pass_on(status or _python("tests/browser/screenshots.py", **{settings.RELEASES_VARIABLE: releases}))


@app.command()
def lock() -> None:
    """Write requirements.lock anew from pyproject.toml: the newest of each package it allows, with hashes."""
    _pass_on(_python(*LOCK))


def documents() -> dict[Path, str]:
    """Give the documents that are made from code, by the file each stands in."""
    from cswanalytics import catalogue, documentation

    return {
        DOCS / "exports.md": documentation.exports_markdown(),
        DOCS / "measures.md": documentation.measures_markdown(),
        catalogue.DATA_DICTIONARY: documentation.data_dictionary(),
    }


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _python(*arguments: str, **environment: str) -> int:
    """Run this Python with arguments in the project's folder, and give its exit status."""
    if not (ROOT / "pyproject.toml").is_file():
        raise CswanalyticsError(f"there is no project in {ROOT}: run this in a checkout of cswanalytics")
    command, variables = [sys.executable, *arguments], {**os.environ, **environment}
    return subprocess.call(command, cwd=ROOT, env=variables)  # noqa: S603  # our own interpreter


def _head(text: str) -> None:
    _say(f"-- {text}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _pass_on(status: int) -> None:
    raise typer.Exit(status)
