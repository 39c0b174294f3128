"""From rounded counts and coarsened values to the cells of a release, in its shape."""

import numpy as np
import pandas as pd

from cswanalytics import release
from cswanalytics.build.coarsening import FEWEST_PUPILS, coarsen, dominated, exact_values
from cswanalytics.build.counts import HEADS, PLACE, SCHOOL_BREAKDOWN, Counts, offered_cells
from cswanalytics.build.rounding import Rounded
from cswanalytics.catalogue import Measure, MeasureKind
from cswanalytics.vocabulary import PEERS, RECENCY_BANDS, TOTAL, Group, Level, Symbol

GROUPED_PLACE = ["group", *PLACE]


def released_cells(counts: Counts, rounded: Rounded) -> pd.DataFrame:
    """Give every cell of a release, sorted by its key.

    Which rows there are is a function of published figures alone: an item or school whose published
    population is nought is left out, so that a true nought and a rounded one cannot be told apart.
    """
    if rounded.cells.empty:
        columns = [*PLACE, "measure", "social_care_group", "pupils", "count", "value", "spread", "symbol"]
        return _in_shape(pd.DataFrame(columns=columns))
    cells = rounded.cells.rename(columns={"social_care_group": "group"}).set_index(GROUPED_PLACE)
    of_all = cells[cells.index.get_level_values("group") == Group.ALL.value].droplevel("group")
    everyone = of_all.reindex(cells.index.droplevel("group")).set_axis(cells.index)
    exact = counts.by_group.reindex(cells.index, fill_value=0)
    peers = (
        counts.cells[counts.cells["social_care_group"] == PEERS]
        .set_index(PLACE)
        .drop(columns="social_care_group")
    )
    peers = peers.reindex(cells.index.droplevel("group"), fill_value=0).set_axis(cells.index)
    frames = [
        _of_measure(measure, cells, everyone, exact, peers, counts)
        for measure in counts.layout.measures
        if measure.id not in rounded.withheld
    ]
    return _in_shape(pd.concat(frames, ignore_index=True))


def _of_measure(
    measure: Measure, cells: pd.DataFrame, everyone: pd.DataFrame, exact: pd.DataFrame, peers: pd.DataFrame,
    counts: Counts,
) -> pd.DataFrame:  # fmt: skip
    """Give one measure's cells for every group; of `exact` and `peers` nothing leaves but values."""
    plan = counts.layout
    population = HEADS if measure.of_all_pupils else plan.in_population(measure.population)
    figures = pd.DataFrame(
        {"measure": measure.id, "pupils": (everyone if measure.of_all_pupils else cells)[population]}
    )
    figures["count"] = pd.Series(np.nan, index=figures.index)
    figures["value"] = np.nan
    figures["spread"] = np.nan
    if measure.of_all_pupils:
        figures["count"] = cells[HEADS]
    elif measure.is_counted:
        figures["count"] = cells[plan.ladder_of(measure).column(measure.step)]
    else:
        _add_values(figures, measure, everyone[population], exact, peers, population)
    figures["symbol"] = (
        "" if measure.is_counted else figures["value"].isna().map({True: Symbol.WITHHELD, False: ""})
    )
    at_total = figures.index.get_level_values("breakdown") == TOTAL
    nobody = everyone[population] == 0
    figures.loc[at_total & nobody, "symbol"] = Symbol.NOTHING_TO_COUNT
    figures.loc[at_total & nobody, ["pupils", "count"]] = np.nan
    figures = figures[at_total | ~nobody].reset_index().rename(columns={"group": "social_care_group"})
    return figures[_offered(figures, measure)]


def _add_values(
    figures: pd.DataFrame, measure: Measure, everyone: pd.Series, exact: pd.DataFrame, peers: pd.DataFrame,
    population: str,
) -> None:  # fmt: skip
    values = coarsen(
        exact_values(exact, measure, exact[population]), figures["pupils"], measure.has_fine_scale
    )
    rest = (everyone - figures["pupils"]).to_numpy(dtype=float)
    # what is left when this group is taken from all pupils must itself be fit to show
    withheld = (rest > 0) & (rest < FEWEST_PUPILS)
    if measure.kind is MeasureKind.RATE:
        withheld |= dominated(exact, measure).to_numpy()
        # all pupils less children with a social worker are the peers, who too must rest on many pupils
        is_cwsw = figures.index.get_level_values("group") == Group.CWSW
        withheld |= is_cwsw & dominated(peers, measure).to_numpy()
    at_school = figures.index.get_level_values("breakdown") == SCHOOL_BREAKDOWN
    figures["value"] = np.where(withheld, np.nan, values.value)
    figures["spread"] = np.where(withheld | at_school, np.nan, values.spread)


def _offered(figures: pd.DataFrame, measure: Measure) -> pd.Series:
    """Say which cells a release has: where the measure is offered, and of bands of recency totals only."""
    group = figures["social_care_group"]
    bands = group.isin([band.value for band in RECENCY_BANDS])
    never = (group == Group.PREVIOUS_6_PLUS) & (figures["pupils"].fillna(0) == 0)
    share_of_all = (group == Group.ALL) & measure.of_all_pupils
    return (
        offered_cells(figures, measure) & (~bands | (figures["breakdown"] == TOTAL)) & ~never & ~share_of_all
    )


def _in_shape(cells: pd.DataFrame) -> pd.DataFrame:
    at_school = cells["breakdown"] == SCHOOL_BREAKDOWN
    cells["geographic_level"] = np.where(at_school, Level.SCHOOL.value, Level.AUTHORITY.value)
    cells["school_urn"] = cells["breakdown_item"].where(at_school, None)
    cells.loc[at_school, ["breakdown", "breakdown_item"]] = TOTAL
    cells["symbol"] = cells["symbol"].astype(object).replace("", None)
    for column in ("pupils", "count"):
        cells[column] = cells[column].astype("Float64").astype("Int32")
    key = list(release.CELL_KEY)
    return cells[release.CELLS.names].sort_values(key, na_position="first").reset_index(drop=True)
