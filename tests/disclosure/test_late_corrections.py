"""Two releases of one year, the second after a late correction: together they give nobody away."""

from dataclasses import replace

import numpy as np
import pytest

from cswanalytics.build.attack.neighbourhoods import attack_neighbourhoods, without_what_is_found
from cswanalytics.build.cells import released_cells
from cswanalytics.build.ledger import as_rounded, definition
from cswanalytics.build.rounding import Earlier, round_counts

from .attacking import BASE, POINT, Released, released
from .small_authorities import Authority, random_authority


def corrected(authority: Authority, seed: int) -> Authority:
    """Give an authority of which late news takes back half the suspensions and some severe absence."""
    draw = np.random.default_rng([seed, 1])
    children = authority.children.copy()
    withdrawn = draw.random(len(children)) < 0.5
    children["suspensions"] = np.where(withdrawn, 0, children["suspensions"])
    better = draw.random(len(children)) < 0.3
    children["absence"] = np.where(better, np.minimum(children["absence"], 1), children["absence"])
    return replace(authority, children=children)


def restated(first: Released, seed: int) -> Released:
    """Give an authority's release after a correction, as rounding restates it."""
    authority = corrected(first.authority, seed)
    counts = authority.counts
    definitions = {measure.id: definition(measure) for measure in counts.layout.measures}
    before = as_rounded(first.cells, counts.layout, definitions)
    done = round_counts(
        counts, authority.catalogue, BASE, seed, earlier={POINT: Earlier(before, restated=True)}
    )
    return Released(authority, counts, released_cells(counts, done), {})


@pytest.mark.parametrize("seeds", [range(4), range(4, 8)], ids=str)
def test_what_moved_tells_nobody_of_few_children(seeds):
    for seed in seeds:
        first = released(random_authority(seed), seed)
        second = restated(first, seed)
        around = second.around(before={POINT: first.cells})
        cells, _ = without_what_is_found(second.cells, around)
        assert attack_neighbourhoods(cells, around) == []


def test_ten_that_becomes_five_is_found_where_it_is_not_withheld():
    found = []
    for seed in range(12):
        first = released(random_authority(seed), seed)
        second = restated(first, seed)
        found += attack_neighbourhoods(second.cells, second.around(before={POINT: first.cells}))
        if found:
            return
    pytest.fail("no correction of twelve moved a small number")
