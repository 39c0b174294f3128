"""A small invented authority, its exports and its release: made once for every test that reads one."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest

from cswanalytics import catalogue
from cswanalytics.build import ledger
from cswanalytics.build.pipeline import build
from cswanalytics.build.sample import make_sample
from cswanalytics.settings import Settings


@dataclass(frozen=True)
class Made:
    """Where the exports of an invented authority and its releases are."""

    exports: Path
    releases: Path


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    """Give a small invented authority's exports and one release of them. Tests must not write into either."""
    folder = tmp_path_factory.mktemp("made")
    made = Made(folder / "exports", folder / "releases")
    make_sample(made.exports, pupils=2_500, schools=14, years=4, seed=3)
    now = datetime.fromisoformat("2026-11-03T10:00:00+00:00")
    build(made.exports, made.releases, Settings(), catalogue.load(), now=now)
    return made


@pytest.fixture(scope="session", autouse=True)
def secrets_that_are_the_same_on_every_run() -> Iterator[None]:
    """Let a ledger draw the same secret on every run: one for all fixtures, and one for each test."""

    def drawn(size: int) -> bytes:
        test, phase = os.environ["PYTEST_CURRENT_TEST"].rsplit(" ", 1)
        return hashlib.sha256((test if phase == "(call)" else phase).encode()).digest()[:size]

    with mock.patch.object(ledger, "secrets", SimpleNamespace(token_bytes=drawn)):
        yield
