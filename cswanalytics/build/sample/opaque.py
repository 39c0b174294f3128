"""Identifiers that say nothing: hash-like, never twice the same, and of no shape that means a person."""

import zlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

LETTERS = np.frombuffer(b"bcdfghjkmnpqrtwz", dtype=np.uint8)
"""Sixteen letters, no digit: nothing has the shape of a UPN or a postcode. No vowel, so no word."""
LENGTH = 10
_BITS = 4 * LENGTH
_MASK = np.uint64((1 << _BITS) - 1)


def identifiers(seed: int, kind: str, count: int) -> pa.Array:
    """Give `count` identifiers as text: the kind's first letter in capitals, then ten letters.

    The number of each is scrambled by steps that can be undone (odd multiples and shifts, modulo 2**40), so
    no two are the same, and neighbours look nothing alike.
    """
    mixed = np.arange(count, dtype=np.uint64)
    salt = np.uint64(zlib.crc32(f"{kind} {seed}".encode()))
    with np.errstate(over="ignore"):
        for multiple in (0x9E3779B97F, 0xC2B2AE3D27, 0xD6E8FEB867):
            mixed = ((mixed + salt) * np.uint64(multiple | 1)) & _MASK
            mixed ^= mixed >> np.uint64(_BITS // 2)
    shifts = np.arange(_BITS - 4, -1, -4, dtype=np.uint64)
    text = np.empty((count, LENGTH + 1), dtype=np.uint8)
    text[:, 0] = ord(kind[0].upper())
    text[:, 1:] = LETTERS[((mixed[:, None] >> shifts) & np.uint64(15)).astype(np.intp)]
    return _fixed_width(text)


def _fixed_width(text: NDArray[np.uint8]) -> pa.Array:
    offsets = (np.arange(len(text) + 1) * text.shape[1]).astype(np.int32)
    return pa.StringArray.from_buffers(len(text), pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))
