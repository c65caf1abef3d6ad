"""Random numbers that depend only on a seed, a purpose and a key, and Arrow arrays made of them and of invented words.

Each number is a hash of the three, so it does not depend on the order of rows, on the size of batches or on versions of
libraries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from news_dataset import edtf
from news_dataset.files import read_packaged

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
# the increment and the multipliers of SplitMix64
_STEP, _FIRST, _SECOND = map(np.uint64, (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
FIRST_DAY = (FIRST - dt.date(1970, 1, 1)).days


class Draws:
    """The random numbers of one seed.

    Every method takes the purpose of the numbers, and keys, one integer for each row: the same purpose and key give the
    same number.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, purpose: str, keys: ArrayLike) -> NDArray[np.uint64]:
        """Return 64 bits for each row by SplitMix64 (Steele, Lea and Flood, 2014)."""
        start = np.uint64(int.from_bytes(sha256(f"{self._seed}/{purpose}".encode()).digest()[:8]))
        mixed = np.asarray(keys).astype(np.uint64) * _STEP + start
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return mixed ^ (mixed >> np.uint64(31))

    def integers(self, purpose: str, keys: ArrayLike, limit: ArrayLike) -> Ints:
        """Return an integer for each row, from 0 to below *limit*, at most 2**31, of all rows or of each."""
        high = self.bits(purpose, keys) >> np.uint64(32)
        return ((high * np.asarray(limit).astype(np.uint64)) >> np.uint64(32)).astype(np.int64)

    def chance(self, purpose: str, keys: ArrayLike, percent: int) -> Mask:
        """Return True for each row with a probability of *percent*."""
        return self.integers(purpose, keys, 100) < percent

    def choice(self, purpose: str, keys: ArrayLike, weights: Sequence[int]) -> Ints:
        """Return an index of *weights* for each row, with a probability in proportion to its weight."""
        steps = np.cumsum(weights)
        return np.searchsorted(steps, self.integers(purpose, keys, steps[-1]), side="right").astype(np.int64)

    def zipf(self, purpose: str, keys: ArrayLike, limit: int) -> Ints:
        """Return an index below *limit* for each row by Zipf's law."""
        steps = _zipf_steps(limit)
        drawn = self.integers(purpose, keys, 2**31) * (steps[-1] >> 31)  # integers, so that all machines agree
        return permute(np.searchsorted(steps, drawn, side="right").astype(np.int64), limit)

    def words(self, purpose: str, keys: Ints, name: str, present: Mask | None = None) -> pa.Array:
        """Return a list of words or phrases from ``words.txt`` by its name."""
        return take(words(name), self.integers(purpose, keys, len(words(name))), present)

    def hex(self, purpose: str, keys: Ints, width: int) -> pa.Array:
        """Return *width* hexadecimal digits for each row."""
        import pyarrow as pa

        bits = [self.bits(f"{purpose} {part}", keys) for part in range(-(-width // 16))]
        raw = np.stack(bits, axis=1).astype(">u8").view(np.uint8)[:, : width // 2]
        data = np.ascontiguousarray(raw).tobytes().hex().encode()
        offsets = np.arange(0, len(keys) * width + 1, width, dtype=np.int32)
        return pa.StringArray.from_buffers(len(keys), pa.py_buffer(offsets), pa.py_buffer(data))


@lru_cache(maxsize=32)
def _zipf_steps(limit: int) -> Ints:
    """Return the cumulative weights of Zipf's law, as integers."""
    return np.cumsum(2**40 // np.arange(1, limit + 1))


def stride(size: int) -> int:
    """Return a step, coprime to *size*, whose multiples modulo *size* visit all indices, scattered."""
    # near the golden ratio, so that subsequent indices are far apart
    return next(step for step in range(int(size * 0.618) | 1, 2 * size + 2) if np.gcd(step, size) == 1)


def permute(indices: Ints, size: int) -> Ints:
    """Return the image of *indices* under a fixed permutation of the indices below *size*."""
    return (indices * stride(size) + size // 3) % size


def grouped(counts: Ints) -> tuple[Ints, Ints]:
    """Return for each row of groups of these sizes its group, and its index in that."""
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)


def ordinals(parents: Ints) -> pa.Array:
    """Return the ordinals of children, given the sorted indices of their parents, from 0 without gaps."""
    return numbers(grouped(np.bincount(parents))[1] + 1)


def distinct(group: Ints, indices: Ints, size: int) -> Ints:
    """Return *indices*, each at most once in a group; repeated ones become free ones."""
    unique = indices.copy()
    while True:
        repeated = np.ones(len(unique), dtype=bool)
        repeated[np.unique(group * size + unique, return_index=True)[1]] = False
        if not repeated.any():
            return unique
        unique[repeated] = (unique[repeated] + 1) % size


@cache
def word_lists() -> dict[str, tuple[str, ...]]:
    """Return the lists of words or phrases in ``words.txt`` by their names."""
    lines = read_packaged(resources.files(__package__) / "words.txt").splitlines()
    return {name: tuple(words.split(" | ")) for name, words in (line.split(": ", 1) for line in lines)}


def words(name: str) -> tuple[str, ...]:
    """Return a list of words or phrases from ``words.txt`` by its name."""
    return word_lists()[name]


@cache
def dates() -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return EDTF dates, and their first and last days; ``DAYS`` plain days come first."""
    import pyarrow as pa

    plain = [(FIRST + dt.timedelta(offset)).isoformat() for offset in range(DAYS)]
    months = [f"{year}-{month:02d}" for year in range(2012, 2026) for month in range(1, 13)]
    years = [str(year) for year in range(1950, 2026)]
    texts = [*plain, *months, *years, *(f"{text}{mark}" for text in (*months[::5], *years[::3]) for mark in "?~%")]
    texts += [*(f"{text}-XX" for text in months[::3]), "202X", "201X", "19XX", "2024-XX", "2023-XX-XX", "XXXX-06"]
    texts += [f"XXXX-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 12, 28)]
    texts += [f"{plain[index]}/{plain[index + 1 + index % 9]}" for index in range(0, DAYS - 20, 29)]
    texts += [*(f"../{year}" for year in years[-9:]), *(f"{year}/.." for year in years[-9:]), "2024-05/"]
    bounds = [edtf.bounds(text) for text in texts]
    return pa.array(texts), *(pa.array([pair[side] for pair in bounds], pa.date32()) for side in (0, 1))


def numbers(values: NDArray[Any], present: Mask | None = None) -> pa.Array:
    """Return an array of numbers; null where they are not *present*."""
    import pyarrow as pa

    return pa.array(values, mask=None if present is None else ~present)


def take(values: Sequence[str] | pa.Array, indices: Ints, present: Mask | None = None) -> pa.Array:
    """Return the values at *indices*, of a list as a dictionary; null if not *present*."""
    import pyarrow as pa

    if isinstance(values, pa.Array):
        return values.take(numbers(indices, present))
    return pa.DictionaryArray.from_arrays(numbers(indices.astype(np.int32), present), pa.array(values, pa.string()))


def only(values: pa.Array, present: Mask) -> pa.Array:
    """Return the values; null where they are not *present*."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(present), values, pa.scalar(None, values.type))


def either(condition: Mask, yes: pa.Array, no: pa.Array) -> pa.Array:
    """Return the value of *yes* in each row in which the condition holds, else that of *no*."""
    import pyarrow.compute as pc

    return pc.if_else(numbers(condition), yes, no)


def join(*parts: pa.Array | str, by: str = "") -> pa.Array:
    """Return the parts of each row joined *by* a separator, without nulls."""
    import pyarrow as pa
    import pyarrow.compute as pc

    strings = [part if isinstance(part, str) else part.cast(pa.string()) for part in parts]
    joined = pc.binary_join_element_wise(
        "", *strings, by, null_handling="skip"
    )  # without "" a row of nulls would be null
    return pc.utf8_slice_codeunits(joined, len(by)) if by else joined


def digits(values: Ints, width: int = 0) -> pa.Array:
    """Return integers as strings of at least *width* digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_lpad(pa.array(values).cast(pa.string()), width, "0")


def lengths(texts: pa.Array) -> Ints:
    """Return the number of code points of each string; 0 for null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found: Ints = pc.utf8_length(texts.cast(pa.string())).fill_null(0).to_numpy().astype(np.int64)
    return found
