"""Numbers that look like chance and follow from a seed, a purpose and a place alone.

Each number is a hash of the three, so rows may be made in any order and in parts of any size, under every version of
every library, and are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]
Bits = NDArray[np.uint64]

_STEP, _FIRST, _SECOND = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


class Dice:
    """The dice of one seed. ``what`` names the purpose, ``at`` holds the places, which may be any whole numbers."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, what: str, at: ArrayLike) -> Bits:
        """Return 64 bits for each place: SplitMix64 (Steele, Lea and Flood, 2014) from a start of its own."""
        start = np.uint64(int.from_bytes(sha256(f"{self._seed}/{what}".encode()).digest()[:8]))
        mixed = np.asarray(at).astype(np.uint64) * _STEP + start
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return mixed ^ (mixed >> np.uint64(31))

    def below(self, what: str, at: ArrayLike, limit: ArrayLike) -> Ints:
        """Return a whole number for each place, from 0 to below *limit* (at most 2**31)."""
        high = self.bits(what, at) >> np.uint64(32)
        return ((high * np.asarray(limit).astype(np.uint64)) >> np.uint64(32)).astype(np.int64)

    def one(self, what: str, at: int, limit: int) -> int:
        """Return the same for a single place."""
        return int(self.below(what, [at], limit)[0])

    def chance(self, what: str, at: ArrayLike, percent: ArrayLike) -> Truths:
        """Return for each place whether a thing happens that happens in so many of a hundred cases."""
        return self.below(what, at, 100) < np.asarray(percent)

    def pick(self, what: str, at: ArrayLike, weights: Sequence[int]) -> Ints:
        """Return for each place the index of one of *weights*, each as often as it weighs."""
        steps = np.cumsum(weights)
        return np.searchsorted(steps, self.below(what, at, steps[-1]), side="right").astype(np.int64)

    def zipf(self, what: str, at: ArrayLike, many: int) -> Ints:
        """Return for each place one of *many* things: few of them often, most of them seldom, each at all."""
        steps = _zipf_steps(many)
        drawn = self.below(what, at, 2**31) * (steps[-1] >> 31)  # whole numbers, for all machines to agree
        return shuffled(np.searchsorted(steps, drawn, side="right").astype(np.int64), many)


@lru_cache(maxsize=32)
def _zipf_steps(many: int) -> Ints:
    return np.cumsum(2**40 // np.arange(1, many + 1))


def shuffled(at: Ints, many: int) -> Ints:
    """Return places from 0 to below *many* in another order, one for each."""
    stride = next(step for step in range(int(many * 0.618) | 1, 2 * many + 2) if np.gcd(step, many) == 1)
    return (at * stride + many // 3) % many


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Return for each item of groups of these sizes the number of its group and its place within it, from 0."""
    group = np.repeat(np.arange(len(counts)), counts)
    return group, np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
