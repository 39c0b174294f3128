"""A thousand special schools and alternative provisions: their figures stay possible."""

import numpy as np
import pandas as pd
import pytest

from cswanalytics.build.counts import HEADS
from cswanalytics.vocabulary import TOTAL, Group

from .attacking import rounded
from .small_authorities import Authority, random_authority

SCHOOLS_EACH, AUTHORITIES = 50, 20


def special(seed: int) -> Authority:
    """Give an authority of special schools and alternative provision alone, of 4 to 40 pupils."""
    draw = np.random.default_rng(seed)
    sizes = tuple(int(size) for size in draw.integers(4, 41, size=SCHOOLS_EACH))
    return random_authority(seed, sizes, phases=("Special", "Alternative provision"))


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Give the rounded counts of all of them."""
    frames = []
    for seed in range(AUTHORITIES):
        counts, done = rounded(special(seed), seed)
        assert not done.withheld
        names = {ladder.name: ladder for ladder in counts.layout.ladders}
        own = done.cells.rename(
            columns={names["absence"].column(1): "persistent", names["absence"].column(2): "severe"}
        )
        frames.append(own.assign(authority=seed))
    return pd.concat(frames, ignore_index=True)


def test_severe_absence_is_never_above_persistent(cells):
    assert len(cells[cells["breakdown"] == "school"]) >= 2 * SCHOOLS_EACH * AUTHORITIES
    assert (cells["severe"] <= cells["persistent"]).all()


def test_peers_are_never_fewer_than_none(cells):
    numbers = cells.select_dtypes("number").columns.difference(["authority", "time_period"]).tolist()
    by = ["authority", "breakdown", "breakdown_item"]
    everyone, cwsw = (
        cells[cells["social_care_group"] == group.value].set_index(by)[numbers].sort_index()
        for group in (Group.ALL, Group.CWSW)
    )
    peers = everyone - cwsw
    assert (peers.fillna(0) >= 0).all(axis=None)
    assert (peers["severe"] <= peers["persistent"]).all()


def test_a_school_has_one_head_count_and_everything_of_it_is_counted_among_those(cells):
    assert not cells.duplicated(["authority", "social_care_group", "breakdown", "breakdown_item"]).any()
    assert cells[["persistent", "severe"]].le(cells[HEADS], axis="index").all(axis=None)
    at_school = cells[cells["breakdown"] == "school"]
    sums = at_school.groupby(["authority", "social_care_group"])[HEADS].sum()
    totals = cells[cells["breakdown"] == TOTAL].set_index(["authority", "social_care_group"])[HEADS]
    pd.testing.assert_series_equal(sums, totals.loc[sums.index], check_dtype=False)
