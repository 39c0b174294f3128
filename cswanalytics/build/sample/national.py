"""England, invented: a folder of exports for each of its authorities, written one after another.

One authority is held in memory at a time. Each is invented from a seed of its own, so that any of them can be
made again alone. Each has the sample's name and codes: they are built one by one, and never together.
"""

from pathlib import Path

import numpy as np

from cswanalytics.build.sample import Progress, make_sample
from cswanalytics.build.sample.draws import stream
from cswanalytics.errors import CswanalyticsError

AUTHORITIES = 153
PUPILS = 9_000_000
PUPILS_A_SCHOOL = 375
SPREAD = 0.65
"""Of the logarithm of pupils in an authority: most have 20,000 to 100,000, the largest about 250,000."""


def sizes(seed: int) -> list[int]:
    """Give how many pupils each authority has: nine million in all, whatever the seed."""
    drawn = np.exp(stream(seed, "authorities").normal(0, SPREAD, AUTHORITIES))
    return [int(size) for size in np.round(drawn / drawn.sum() * PUPILS)]


def make_authority(
    directory: Path, number: int, years: int, seed: int, progress: Progress | None = None
) -> Path:
    """Write the exports of one authority of England, from 1 to AUTHORITIES, into a folder named after it."""
    pupils = sizes(seed)[number - 1]
    schools = max(4, pupils // PUPILS_A_SCHOOL)
    own_seed = seed * (AUTHORITIES + 1) + number
    return make_sample(directory / f"authority-{number:03d}", pupils, schools, years, own_seed, progress)


def make_national(
    directory: Path, authorities: int, years: int, seed: int, progress: Progress | None = None
) -> list[Path]:
    """Write the first so many authorities of England below `directory`, and give their folders.

    `progress` is told each authority. CswanalyticsError where there are not so many.
    """
    if not 1 <= authorities <= AUTHORITIES:
        raise CswanalyticsError(
            f"England has authorities from 1 to {AUTHORITIES}; {authorities:,} were asked for."
        )
    folders = []
    for number in range(1, authorities + 1):
        if progress:
            progress(f"authority {number}", number - 1, authorities)
        folders.append(make_authority(directory, number, years, seed))
    return folders
