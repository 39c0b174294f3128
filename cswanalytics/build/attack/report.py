"""The full attack on releases as they stand, by anybody: `cswanalytics attack`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cswanalytics.build.attack.goals import Finding, goals
from cswanalytics.build.attack.neighbourhoods import moved
from cswanalytics.build.attack.published import Published, in_columns, pairs_of, points_of
from cswanalytics.build.attack.recovery import recovered
from cswanalytics.build.contract import TABLES
from cswanalytics.build.counts import layout
from cswanalytics.catalogue import Catalogue
from cswanalytics.release import Release
from cswanalytics.vocabulary import year_label

MOST_UNKNOWNS = 20_000
"""A year with more true counts behind it than this is passed over, and said to be."""


@dataclass(frozen=True)
class Attacked:
    """What was worked out, and sentences that say what the attack covered and what it did not."""

    findings: tuple[Finding, ...]
    covered: tuple[str, ...]


def attack_releases(releases: Sequence[Release], catalogue: Catalogue) -> Attacked:
    """Attack one release, or several of one authority together, the oldest first, as anybody could.

    Of a year that a later release restated, what changed is held against what stayed; of every other year
    all releases say the same, or it is found that they do not. Exact counts are not at hand, so no school
    is an insider.
    """
    plan = layout(catalogue, frozenset(TABLES) - frozenset(releases[-1].manifest.not_exported.values()))
    schools = pd.read_parquet(releases[-1].table("schools"))
    cells = [pd.read_parquet(release.table("cells")) for release in releases]
    numbers = [in_columns(own, plan, catalogue, schools)[0] for own in cells]
    phases = dict(zip(schools["school_urn"], schools["merged_phase"], strict=True))
    restated = {int(year) for release in releases for year in release.manifest.restated if year.isdigit()}
    findings: list[Finding] = []
    covered: list[str] = []
    last, earlier = numbers[-1], numbers[:-1]
    years = sorted({period for period, _ in points_of(numbers)})
    for year in years:
        points = [point for point in points_of(numbers) if point[0] == year]
        told = (last,) if year in restated else tuple(numbers)
        published = Published(told, releases[-1].manifest.base, plan, phases, pairs_of(catalogue))
        cube = published.cube(points)
        if len(cube.places) > MOST_UNKNOWNS:
            covered.append(f"{year_label(year)} was not attacked: {len(cube.places):,} counts are too many.")
            continue
        knowledge = published.knowledge(cube)
        if year in restated:
            for was in earlier:
                knowledge = knowledge.narrowed(*moved(cube, was, last, published.base))
        aims = goals(cube, last)
        whole = np.array([last.get(place, 0) for place in cube.places], dtype=float)
        findings += recovered(cube, knowledge, aims, whole)
        covered.append(
            f"{year_label(year)}: {len(cube.places):,} counts; {len(aims):,} things must not be worked out."
        )
    covered.append(
        "Attacked as anybody who holds these releases. What a school could add from its own pupils is "
        "attacked when a release is built, with the exact counts at hand; no figure but counts was attacked."
    )
    return Attacked(tuple(findings), tuple(covered))
