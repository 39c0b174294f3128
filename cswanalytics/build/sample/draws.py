"""Chance, told by name: each table has its own stream, so that changing one leaves the others alone."""

import zlib

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Whole = NDArray[np.int32]
Truth = NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the random numbers that belong to `name`: the same for a seed on every run."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))


def ranked(rng: np.random.Generator, propensity: Numbers, stratum: NDArray) -> Numbers:
    """Give each row's place among its stratum, from 0 to under 1, the highest propensity last.

    Laying a group's known distribution over its members in this order makes the group's share or mean come
    out right to within one child, whatever decides who in the group is high and who is low.
    """
    if not len(propensity):
        return np.zeros(0)
    order = np.lexsort((propensity, stratum))
    ordered = np.asarray(stratum)[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, ordered.size])
    place = np.arange(ordered.size) - np.repeat(starts, sizes)
    # one random offset a stratum, so that a stratum of one child is a fair draw and not a certainty
    quantile = np.empty(ordered.size)
    quantile[order] = (place + np.repeat(rng.random(starts.size), sizes)) / np.repeat(sizes, sizes)
    return quantile


def pick(rng: np.random.Generator, weights: Numbers, size: int) -> Whole:
    """Draw `size` positions of `weights`, in proportion to them."""
    upto = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(upto, rng.random(size), side="right"), len(upto) - 1).astype(np.int32)


def pick_by_row(rng: np.random.Generator, weights: Numbers, rows: NDArray) -> Whole:
    """Draw for each of `rows` a column of the matrix `weights`, in proportion to the weights in that row."""
    upto = np.cumsum(weights, axis=1)
    upto /= upto[:, -1:]
    chosen = np.zeros(len(rows), dtype=np.int32)
    chance = rng.random(len(rows))
    for column in range(weights.shape[1] - 1):
        chosen += chance >= upto[rows, column]
    return chosen


def rounded(rng: np.random.Generator, values: Numbers) -> Whole:
    """Round up or down by chance, so that the mean is kept."""
    return np.floor(values + rng.random(np.shape(values))).astype(np.int32)
