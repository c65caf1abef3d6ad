"""Random numbers that follow from a seed, a purpose and a row alone, and Arrow arrays out of them and invented words.

Each number is a hash of the three, so rows may be drawn in any order and in batches of any size, under every version
of every library, and are the same.
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
_STEP, _FIRST, _SECOND = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2026, 10, 31)
DAYS = (LAST - FIRST).days + 1
FIRST_DAY = (FIRST - dt.date(1970, 1, 1)).days


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

    def words(self, what: str, at: Ints, name: str, present: Mask | None = None) -> pa.Array:
        """Return for each row one of the words of a list."""
        return take(words(name), self.integers(what, at, len(words(name))), present)

    def hex(self, what: str, at: Ints, many: int) -> pa.Array:
        """Return that many hex digits for each row."""
        import pyarrow as pa

        bits = [self.bits(f"{what} {part}", at) for part in range(-(-many // 16))]
        raw = np.stack(bits, axis=1).astype(">u8").view(np.uint8)[:, : many // 2]
        data = np.ascontiguousarray(raw).tobytes().hex().encode()
        offsets = np.arange(0, len(at) * many + 1, many, dtype=np.int32)
        return pa.StringArray.from_buffers(len(at), pa.py_buffer(offsets), pa.py_buffer(data))


@lru_cache(maxsize=32)
def _zipf_steps(many: int) -> Ints:
    return np.cumsum(2**40 // np.arange(1, many + 1))


def stride(many: int) -> int:
    """Return a step that visits all of *many* rows, in an order that looks random."""
    return next(step for step in range(int(many * 0.618) | 1, 2 * many + 2) if np.gcd(step, many) == 1)


def permute(at: Ints, many: int) -> Ints:
    """Return indices below *many* in another order, one for each."""
    return (at * stride(many) + many // 3) % many


def grouped(counts: Ints) -> tuple[Ints, Ints]:
    """Return for each row of groups of these sizes the number of its group and its place within it, from 0."""
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)


def distinct(group: Ints, at: Ints, many: int) -> Ints:
    """Return indices below *many* of which no group has one twice: a later one takes the next that is free."""
    found = at.copy()
    while True:
        again = np.ones(len(found), dtype=bool)
        again[np.unique(group * many + found, return_index=True)[1]] = False
        if not again.any():
            return found
        found[again] = (found[again] + 1) % many


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the invented words of a list: names, and phrases that can be joined into sentences."""
    lines = read_packaged(resources.files(__package__) / "words.txt").splitlines()
    lists = dict(line.split(": ", 1) for line in lines)
    return tuple(lists[name].split(" | "))


@cache
def dates() -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return dates with their first and last days: ``DAYS`` plain days in order, then dates of every other form."""
    import pyarrow as pa

    plain = [(FIRST + dt.timedelta(number)).isoformat() for number in range(DAYS)]
    months = [f"{year}-{month:02d}" for year in range(2012, 2026) for month in range(1, 13)]
    years = [str(year) for year in range(1950, 2026)]
    texts = [*plain, *months, *years, *(f"{one}{mark}" for one in (*months[::5], *years[::3]) for mark in "?~%")]
    texts += [*(f"{one}-XX" for one in months[::3]), "202X", "201X", "19XX", "2024-XX", "2023-XX-XX", "XXXX-06"]
    texts += [f"XXXX-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 12, 28)]
    texts += [f"{plain[at]}/{plain[at + 1 + at % 9]}" for at in range(0, DAYS - 20, 29)]
    texts += [*(f"../{year}" for year in years[-9:]), *(f"{year}/.." for year in years[-9:]), "2024-05/"]
    bounds = [edtf.bounds(text) for text in texts]
    return pa.array(texts), *(pa.array([pair[side] for pair in bounds], pa.date32()) for side in (0, 1))


def numbers(values: NDArray[Any], present: Mask | None = None) -> pa.Array:
    """Return an array of numbers; null where they are not *present*."""
    import pyarrow as pa

    return pa.array(values, mask=None if present is None else ~present)


def take(values: Sequence[str] | pa.Array, at: Ints, present: Mask | None = None) -> pa.Array:
    """Return the value at each index; null where it is not *present*; a list of words as a dictionary."""
    import pyarrow as pa

    if isinstance(values, pa.Array):
        return values.take(numbers(at, present))
    return pa.DictionaryArray.from_arrays(numbers(at.astype(np.int32), present), pa.array(values, pa.string()))


def only(values: pa.Array, present: Mask) -> pa.Array:
    """Return the values; null where they are not *present*."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(present), values, pa.scalar(None, values.type))


def join(*parts: pa.Array | str, by: str = "") -> pa.Array:
    """Return the parts of each row as one string; nulls are left out, without any other part it is empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = [one if isinstance(one, str) else one.cast(pa.string()) for one in parts]
    joined = pc.binary_join_element_wise("", *plain, by, null_handling="skip")  # without "" Arrow loses rows of nulls
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
