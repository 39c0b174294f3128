"""The exact cells in the shape of a release, for the data team alone; never for the dashboard."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cswanalytics.build.checks import checked
from cswanalytics.build.cohort import STEPS, child_years
from cswanalytics.build.counts import HEADS, PLACE, SCHOOL_BREAKDOWN, Counts, Layout, count, offered_cells
from cswanalytics.build.expressions import refuse_what_cannot_be_worked_out
from cswanalytics.build.steps import Progress, Steps, silent
from cswanalytics.catalogue import Catalogue, Measure, MeasureKind
from cswanalytics.settings import Settings
from cswanalytics.vocabulary import TOTAL, Group, Level

KEY = ["time_period", "time_identifier", "geographic_level", "school_urn", "social_care_group",
       "breakdown", "breakdown_item"]  # fmt: skip
"""What tells the exact cells of one measure apart, in their order."""


def count_exactly(
    exports: Path,
    settings: Settings,
    catalogue: Catalogue,
    today: date | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Check exports and count the exact cells, for the data team alone. ExportsRefused if unfit."""
    steps = Steps(progress, 2 + len(STEPS))
    steps.begin("Checking the exports")
    refuse_what_cannot_be_worked_out(catalogue)
    with checked(exports, settings) as fit:
        cohort = child_years(fit, settings, today or date.today(), steps.work_out)
        steps.begin("Counting")
        counts = count(cohort, catalogue, for_release=False)
    return exact_cells(counts)


def exact_cells(counts: Counts) -> pd.DataFrame:
    """Give the exact cells in the shape of a release, for the data team that owns the exports alone.

    One row for each measure, point, level, school, group and item in which any pupil is in the measure's
    population: the key columns of a release, `pupils`, `numerator`, and for value measures `denominator`.
    """
    cells = counts.by_group
    keys = _keys(cells.index.to_frame(index=False).rename(columns={"group": "social_care_group"}))
    # in order once, for every measure
    cells = cells.take(keys.index)
    places = cells.index.to_frame(index=False).rename(columns={"group": "social_care_group"})
    # the place in `cells` of all pupils, for each cell
    everyone = cells.index.get_indexer_for(
        pd.MultiIndex.from_frame(places[PLACE].assign(group=Group.ALL.value)[["group", *PLACE]])
    )
    figures = [
        _exact(measure, places, cells, everyone, counts.layout).assign(measure=measure.id)
        for measure in sorted(counts.layout.measures, key=lambda measure: measure.id)
    ]
    together = pd.concat(figures)
    exact = keys.take(together.index.to_numpy()).reset_index(drop=True)
    exact = pd.concat([exact, together.reset_index(drop=True)], axis="columns")
    return exact[["measure", *KEY, "pupils", "numerator", "denominator"]]


def _keys(places: pd.DataFrame) -> pd.DataFrame:
    """Give the key columns of a release for places of counts, in order; indexed by where each place stood."""
    at_school = places["breakdown"] == SCHOOL_BREAKDOWN
    keys = places.assign(
        geographic_level=at_school.map({True: Level.SCHOOL.value, False: Level.AUTHORITY.value}),
        school_urn=places["breakdown_item"].where(at_school),
    )
    keys.loc[at_school, ["breakdown", "breakdown_item"]] = TOTAL
    return keys.sort_values(KEY, na_position="first")[KEY]


def _exact(
    measure: Measure, keys: pd.DataFrame, cells: pd.DataFrame, everyone: np.ndarray, plan: Layout
) -> pd.DataFrame:
    """Give a measure's exact figures where it is offered to anybody, indexed by their places in `keys`."""
    population = cells[plan.in_population(measure.population)].to_numpy()
    in_all = population[everyone]
    pupils = in_all if measure.of_all_pupils else population
    denominator = np.full(len(keys), np.nan)
    if measure.of_all_pupils:
        numerator = cells[HEADS].to_numpy()
    elif measure.is_counted:
        numerator = cells[plan.ladder_of(measure).column(measure.step)].to_numpy()
    else:
        numerator = cells[f"{measure.id}_top"].to_numpy() / measure.divisor
        share = measure.kind is MeasureKind.SHARE
        denominator = cells[f"{measure.id}_bottom"].to_numpy() if share else pupils
    offered = ((in_all > 0) | (numerator != 0)) & offered_cells(keys, measure).to_numpy()
    if measure.of_all_pupils:
        offered &= (keys["social_care_group"] != Group.ALL).to_numpy()
    [at] = np.nonzero(offered)
    figures = {"pupils": pupils[at], "numerator": numerator[at], "denominator": denominator[at]}
    return pd.DataFrame(figures, index=at).astype({"numerator": float, "denominator": float})
