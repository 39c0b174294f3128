"""Small authorities of kinds that the fixed seeds may have missed; with pairs of breakdowns too."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from .attacking import released  # which asserts that nothing can be found
from .small_authorities import MORE, random_authority

A_FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@A_FEW
@given(
    seed=some.integers(1_000, 1_000_000),
    sizes=some.lists(some.integers(4, 60), min_size=4, max_size=6).map(tuple),
)
def test_nobody_works_out_anything_of_few_children(seed, sizes):
    released(random_authority(seed, sizes), seed)


@pytest.mark.parametrize("seed", range(4))
def test_nor_where_breakdowns_are_crossed(seed):
    """Crossed by special needs, cells are smaller still: the gate withholds what rounding cannot hide."""
    released(random_authority(seed, sizes=(12, 25, 40, 9), breakdowns=MORE), seed)
