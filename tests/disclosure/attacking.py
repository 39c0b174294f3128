"""Small authorities through rounding, the gate and the attacker, as a build takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cswanalytics.build.attack.cube import Cube
from cswanalytics.build.attack.goals import Finding
from cswanalytics.build.attack.insiders import exactly
from cswanalytics.build.attack.neighbourhoods import (
    Surroundings,
    attack_neighbourhoods,
    without_what_is_found,
)
from cswanalytics.build.attack.published import Published, in_columns, pairs_of
from cswanalytics.build.cells import released_cells
from cswanalytics.build.counts import Counts
from cswanalytics.build.rounding import Rounded, round_counts
from cswanalytics.vocabulary import ACADEMIC_YEAR

from .small_authorities import YEAR, Authority

BASE = 5
POINT = f"{YEAR} {ACADEMIC_YEAR}"


@dataclass(frozen=True)
class Released:
    """An authority as released: its cells, its true counts, and what the gate withheld."""

    authority: Authority
    counts: Counts
    cells: pd.DataFrame
    withheld: Mapping[str, str]

    def around(self, **more: object) -> Surroundings:
        """Give what the gate's attacker is told."""
        return Surroundings(self.counts, self.authority.catalogue, BASE, points=[POINT], **more)

    def found(self) -> list[Finding]:
        """Give what anybody or a school works out of it."""
        return attack_neighbourhoods(self.cells, self.around())

    @property
    def published(self) -> Published:
        """Give what is published of it, as an attacker reads it."""
        numbers = in_columns(self.cells, self.counts.layout, self.authority.catalogue, self.authority.schools)
        return Published(
            numbers, BASE, self.counts.layout, self.counts.phase_of_school, pairs_of(self.authority.catalogue)
        )


def rounded(authority: Authority, seed: int) -> tuple[Counts, Rounded]:
    """Round an authority's counts."""
    counts = authority.counts
    done = round_counts(counts, authority.catalogue, BASE, seed)
    assert not done.failed
    return counts, done


def released(authority: Authority, seed: int) -> Released:
    """Round an authority's counts and withhold what is found; nothing can be found in what is given."""
    counts, done = rounded(authority, seed)
    release = Released(authority, counts, released_cells(counts, done), {})
    if not release.found():
        return release
    cells, withheld = without_what_is_found(release.cells, release.around())
    release = replace(release, cells=cells, withheld=withheld)
    assert release.found() == []
    return release


def truth_of(cube: Cube, counts: Counts) -> np.ndarray:
    """Give the true counts of a cube."""
    return exactly(cube, counts.by_group)
