"""Exports that are quick to build: a few schools, and only the tables that every export must have."""

from pathlib import Path

import pytest

from cswanalytics.build import contract
from cswanalytics.build.sample import make_sample


@pytest.fixture(scope="session")
def bare(tmp_path_factory) -> Path:
    """Give an invented authority's exports without one optional table. Tests must not write into them."""
    folder = tmp_path_factory.mktemp("bare") / "exports"
    make_sample(folder, pupils=600, schools=6, years=3, seed=3)
    for table in contract.TABLES.values():
        if not table.required:
            for file in folder.glob(f"{table.name}*.parquet"):
                file.unlink()
    return folder
