"""What rounding costs a reader: how far published rates are from the true ones, and how many can be shown.

An invented authority is counted and rounded; every rate of children with a social worker is set beside the
exact one.

    python -m benchmarks.utility [--pupils 20000] [--schools 60] [--years 3]
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks.figures import Figure, table
from cswanalytics import catalogue
from cswanalytics.build import counts as counting
from cswanalytics.build.cells import released_cells
from cswanalytics.build.checks import checked
from cswanalytics.build.cohort import child_years
from cswanalytics.build.exact import exact_cells
from cswanalytics.build.phases import merged_phases, with_merged_phases
from cswanalytics.build.rounding import round_counts, secret_seed
from cswanalytics.build.sample import make_sample
from cswanalytics.settings import Settings
from cswanalytics.vocabulary import TOTAL, Group, Level

KEY = [
    "measure", "time_period", "time_identifier", "geographic_level", "school_urn", "social_care_group",
    "breakdown", "breakdown_item",
]  # fmt: skip
FEWEST_SHOWN = 10
"""A percentage is shown of so many published pupils or more."""

TARGET, OF_PUPILS = 0.2, 1_000
"""Points of error at authority level, with so many children with a social worker or more."""

SIZES = ((10, 20), (20, 50), (50, 100), (100, 100_000))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pupils", type=int, default=20_000)
    parser.add_argument("--schools", type=int, default=60)
    parser.add_argument("--years", type=int, default=3)
    chosen = parser.parse_args()
    print(table(measured(chosen.pupils, chosen.schools, chosen.years)))


def measured(pupils: int = 20_000, schools: int = 60, years: int = 3) -> Iterator[Figure]:
    """Give the errors that rounding makes, and how much of what there is can be shown."""
    with tempfile.TemporaryDirectory() as folder:
        yield from figures(rates(Path(folder), pupils, schools, years))


def rates(folder: Path, pupils: int, schools: int, years: int) -> pd.DataFrame:
    """Give each rate of children with a social worker, published and exact, in percentage points."""
    make_sample(folder, pupils=pupils, schools=schools, years=years, seed=7)
    definitions, settings = catalogue.load(), Settings()
    with checked(folder, settings) as fit:
        exact = counting.count(child_years(fit, settings, date.today()), definitions)
    exact = with_merged_phases(exact, merged_phases(exact.schools))
    rounded = round_counts(exact, definitions, settings.base, secret_seed(b"utility"))
    published = released_cells(exact, rounded)
    beside = published.merge(exact_cells(exact), on=KEY, suffixes=("", "_exact"))
    counted = [measure.id for measure in exact.layout.measures if measure.is_counted]
    beside = beside[
        beside["measure"].isin(counted)
        & (beside["social_care_group"] == Group.CWSW)
        & (beside["breakdown"] == TOTAL)
        & (beside["pupils_exact"] > 0)
    ]
    return beside.assign(
        shown=beside["pupils"].fillna(0) >= FEWEST_SHOWN,
        error=(100 * beside["count"] / beside["pupils"] - 100 * beside["numerator"] / beside["pupils_exact"])
        .abs()
        .astype(float),
    )


def figures(found: pd.DataFrame) -> Iterator[Figure]:
    """Give the mean error of each kind of rate, beside its target where it has one."""
    at_authority = found["geographic_level"] == Level.AUTHORITY.value
    large = found[at_authority & (found["pupils_exact"] >= OF_PUPILS)]
    error = large["error"].mean()
    yield Figure(
        f"mean error, authority, {OF_PUPILS:,} children or more", f"{error:.2f} points, {len(large)} rates",
        f"under {TARGET} points", bool(error < TARGET),
    )  # fmt: skip
    small = found[at_authority & (found["pupils_exact"] < OF_PUPILS) & found["shown"]]
    yield Figure(
        "mean error, authority, fewer children", f"{small['error'].mean():.2f} points, {len(small)} rates"
    )
    at_school = found[~at_authority]
    for least, most in SIZES:
        own = at_school[at_school["shown"] & at_school["pupils_exact"].between(least, most - 1)]
        if len(own):
            yield Figure(
                f"mean error, school, {least} to {most - 1:,} children",
                f"{own['error'].mean():.1f} points, {len(own)} rates",
            )
    yield Figure("rates shown, authority", f"{found.loc[at_authority, 'shown'].mean():.0%}")
    yield Figure("rates shown, schools with any such children", f"{at_school['shown'].mean():.0%}")


if __name__ == "__main__":
    main()
