"""An authority whose exports are corrected late, built twice: other children behind the same figures."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from cswanalytics import catalogue
from cswanalytics.build import gate
from cswanalytics.build.pipeline import Built, build
from cswanalytics.build.sample import make_sample
from cswanalytics.settings import Settings

CLOSED = 202425


@dataclass(frozen=True)
class Authority:
    """An authority's folders: its exports, the same corrected late, its releases and its ledger."""

    exports: Path
    corrected: Path
    releases: Path
    ledger: Path

    def build(self, exports: Path, **asked_for: object) -> Built:
        now = datetime.fromisoformat("2026-11-03T10:00:00+00:00")
        # the attack takes ten times as long as all the rest, and has tests of its own
        with patch.object(gate, "attacked", lambda passed, around: gate.not_attacked(passed)):
            return build(exports, self.releases, Settings(), catalogue.load(), now=now, **asked_for)


def unmarked(exports: Path, table: str, query: str) -> None:
    """Rewrite a table without the mark of invented data, as a query over it gives it: a real authority's."""
    file = exports / f"{table}.parquet"
    rows = duckdb.sql(query.format(table=f"read_parquet('{file}')")).arrow().read_all()
    duckdb.from_arrow(rows).write_parquet(str(file))


@pytest.fixture(scope="package")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    exports, corrected = folder / "exports", folder / "corrected"
    make_sample(exports, pupils=1_200, schools=10, years=3, seed=5)
    unmarked(exports, "schools", "select * from {table}")
    shutil.copytree(exports, corrected)
    # late news: two suspensions in three of the closed year never were
    unmarked(
        corrected, "exclusions",
        f"select * from {{table}} where time_period <> {CLOSED} or hash(exclusion_id) % 3 = 0",
    )  # fmt: skip
    return Authority(exports, corrected, folder / "releases", folder / "ledger")


@pytest.fixture(scope="package")
def first(authority):
    return authority.build(authority.exports)


@pytest.fixture(scope="package")
def second(authority, first):
    """Give the release of the corrected exports: other children, and every closed figure as it was."""
    return authority.build(authority.corrected)
