"""A release of nothing, to be written, harmed and opened."""

from datetime import date, datetime

import pandas as pd

from cswanalytics import release


def manifest(**changed: object) -> release.Manifest:
    """Give what a release says of itself, but for what is changed."""
    values = {
        "release": "", "authority": "Sampleshire", "new_la_code": "E10009999", "invented": True,
        "released_at": datetime.fromisoformat("2026-11-03T10:00:00+00:00"), "data_to": date(2026, 1, 9),
        "data_dates": {"schools": date(2026, 1, 9)}, "fingerprint": "f", "base": 5, "legal_basis": "",
        "cohort_window": "six years", "years": (202425,), "in_year": (), "phases": ("Primary",),
        "measures": ("phonics_standard",),
    }  # fmt: skip
    return release.Manifest(**{**values, **changed})


def tables() -> dict[str, pd.DataFrame]:
    """Give the tables of a release, without a row."""
    return {name: pd.DataFrame(columns=schema.names) for name, schema in release.TABLES.items()}
