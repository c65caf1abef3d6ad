"""Random numbers that follow from a seed, a purpose and a row alone, and Arrow arrays out of them.

Each number is a hash of the three, so rows may be drawn in any order and in batches of any size, under every version
of every library, and are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_STEP, _FIRST, _SECOND = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


class Draws:
    """The random numbers of one seed; ``what`` names the purpose, ``at`` holds the numbers of rows."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, what: str, at: ArrayLike) -> NDArray[np.uint64]:
        """Return 64 bits for each row: SplitMix64 (Steele, Lea and Flood, 2014) from a start of its own."""
        start = np.uint64(int.from_bytes(sha256(f"{self._seed}/{what}".encode()).digest()[:8]))
        mixed = np.asarray(at).astype(np.uint64) * _STEP + start
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return mixed ^ (mixed >> np.uint64(31))

    def integers(self, what: str, at: ArrayLike, limit: ArrayLike) -> Ints:
        """Return an integer for each row, from 0 to below *limit*, which is at most 2**31."""
        high = self.bits(what, at) >> np.uint64(32)
        return ((high * np.asarray(limit).astype(np.uint64)) >> np.uint64(32)).astype(np.int64)

    def chance(self, what: str, at: ArrayLike, percent: int) -> Mask:
        """Return for each row whether an event of that probability happens."""
        return self.integers(what, at, 100) < percent

    def choice(self, what: str, at: ArrayLike, weights: Sequence[int]) -> Ints:
        """Return for each row the index of one of *weights*, each as often as it weighs."""
        steps = np.cumsum(weights)
        return np.searchsorted(steps, self.integers(what, at, steps[-1]), side="right").astype(np.int64)

    def zipf(self, what: str, at: ArrayLike, many: int) -> Ints:
        """Return for each row an index below *many*: a few of them often, most of them rarely."""
        steps = _zipf_steps(many)
        drawn = self.integers(what, at, 2**31) * (steps[-1] >> 31)  # integers, so that all machines agree
        return permute(np.searchsorted(steps, drawn, side="right").astype(np.int64), many)


@lru_cache(maxsize=32)
def _zipf_steps(many: int) -> Ints:
    return np.cumsum(2**40 // np.arange(1, many + 1))


def stride(many: int) -> int:
    """Return a step that visits all of *many* rows, in an order that looks random."""
    return next(step for step in range(int(many * 0.618) | 1, 2 * many + 2) if np.gcd(step, many) == 1)


def permute(at: Ints, many: int) -> Ints:
    """Return indices below *many* in another order, one for each."""
    return (at * stride(many) + many // 3) % many


def rows_of_groups(counts: Ints) -> tuple[Ints, Ints]:
    """Return for each row of groups of these sizes the number of its group and its place within it, from 0."""
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)


def rows_of_mask(present: Mask) -> tuple[Ints, Ints, Ints]:
    """Return for each true cell its row, its column, and its place among the true cells of its row, from 0."""
    row, slot = np.nonzero(present)
    return row, slot, (np.cumsum(present, axis=1) - 1)[row, slot]


# Arrow arrays


@cache
def strings(values: tuple[str, ...]) -> pa.Array:
    """Return an array of strings."""
    import pyarrow as pa

    return pa.array(values, pa.string())


def take(values: Sequence[str] | pa.Array, at: Ints, present: Mask | None = None) -> pa.Array:
    """Return the value at each index; null where it is not *present*."""
    import pyarrow as pa

    source = strings(tuple(values)) if isinstance(values, tuple | list) else values
    return source.take(pa.array(at, mask=None if present is None else ~present))


def take_codes(values: Sequence[str], at: Ints, present: Mask | None = None) -> pa.Array:
    """Return the value at each index as a dictionary array."""
    import pyarrow as pa

    indices = pa.array(at.astype(np.int32), mask=None if present is None else ~present)
    return pa.DictionaryArray.from_arrays(indices, strings(tuple(values)))


def numbers(values: NDArray[np.int64] | NDArray[np.float64], present: Mask | None = None) -> pa.Array:
    """Return numbers; null where they are not *present*."""
    import pyarrow as pa

    return pa.array(values, mask=None if present is None else ~present)


def only(values: pa.Array, present: Mask) -> pa.Array:
    """Return the values; null where they are not *present*."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(present), values, pa.scalar(None, values.type))


def join(*parts: pa.Array | str, by: str = "") -> pa.Array:
    """Return the parts of each row as one string; nulls are left out, without any other part it is empty."""
    import pyarrow.compute as pc

    joined = pc.binary_join_element_wise("", *parts, by, null_handling="skip")  # without "" Arrow loses rows of nulls
    return pc.utf8_slice_codeunits(joined, len(by)) if by else joined


def digits(values: Ints, width: int = 0) -> pa.Array:
    """Return integers as strings of at least *width* digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_lpad(pa.array(values).cast(pa.string()), width, "0")


def hex_digits(draws: Draws, what: str, at: Ints, many: int) -> pa.Array:
    """Return so many random hex digits for each row."""
    import pyarrow as pa

    bits = [draws.bits(f"{what} {part}", at) for part in range(-(-many // 16))]
    raw = np.stack(bits, axis=1).astype(">u8").view(np.uint8)[:, : many // 2]
    data = np.ascontiguousarray(raw).tobytes().hex().encode()
    offsets = np.arange(0, len(at) * many + 1, many, dtype=np.int32)
    return pa.StringArray.from_buffers(len(at), pa.py_buffer(offsets), pa.py_buffer(data))


def lengths(texts: pa.Array) -> Ints:
    """Return the number of code points of each string; 0 for null."""
    import pyarrow.compute as pc

    found: Ints = pc.utf8_length(texts).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
