"""Quotations against the digests of the words that they are said to be, for many at once."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from news_dataset.checks.evidence import FRAGMENTS_JOIN
from news_dataset.spans import bones, skeleton

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from news_dataset.scale.slices import Slice

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]


def unlike_their_quotes(records: Slice) -> Mask:
    """Return the statements whose quotation is not surely what their evidence of role quote points to.

    Proven is a quotation each of whose mentions has fragments 1, 2, … that have the lengths and digests of its parts.
    """
    import numpy as np

    part, parents, count = records.parts["evidence"], records.parents, len(records)
    found = np.zeros(count, dtype=bool)
    rows = np.flatnonzero(part.rows.equal("role", "quote"))
    owners = part.owners[rows]
    quoted = parents.there("quote")
    found[owners] = True
    found = np.not_equal(quoted, found)
    if not len(rows):
        return found
    sizes, places = _runs(owners, part.rows.values("mention")[rows])
    wrong = part.rows.values("fragment")[rows] != places
    due = _due(parents.column("quote"), owners, sizes, places)
    digests = part.rows.column("digest").take(rows).fill_null("").to_numpy(zero_copy_only=False).astype("U16")
    wrong |= np.array([length for length, _ in due]) != part.rows.values("length")[rows]
    wrong |= np.array([digest for _, digest in due]) != digests
    found[owners[wrong]] = True
    return found


def _runs(owners: Numbers, mentions: Numbers) -> tuple[Numbers, Numbers]:
    """Return for each row how many rows its mention has, and the how manieth of them it is, from 1."""
    import numpy as np

    begins = np.ones(len(owners), dtype=bool)
    begins[1:] = (owners[1:] != owners[:-1]) | (mentions[1:] != mentions[:-1])
    starts, run = np.flatnonzero(begins), np.cumsum(begins) - 1
    sizes = np.diff(np.append(starts, len(owners)))[run]
    return sizes, np.arange(len(owners)) - starts[run] + 1


def _due(quotes: pa.Array, owners: Numbers, sizes: Numbers, places: Numbers) -> list[tuple[int, str]]:
    """Return length and digest that each row of evidence should have; of none where its quotation has no such part."""
    words = quotes.take(owners).to_pylist()
    parts: list[str] = []
    for quote, size, place in zip(words, sizes.tolist(), places.tolist(), strict=True):
        split = [quote or ""] if size == 1 or quote is None else quote.split(FRAGMENTS_JOIN)
        parts.append(split[place - 1] if len(split) == size else "")
    return [(len(bone), sha256(bone.encode()).hexdigest()[:16]) for bone in skeletons(parts)]


def skeletons(texts: list[str]) -> list[str]:
    """Return the skeleton of each text, as ``spans.skeleton`` does; many at once are faster."""
    plain = [text for text in texts if text.isascii()]
    others = [text for text in texts if not text.isascii()]
    found = {True: iter(_of_plain(plain)), False: iter(_of_others(others))}
    return [next(found[text.isascii()]) for text in texts]


def _of_plain(texts: list[str]) -> list[str]:
    """Return skeletons of ASCII, of which only case and what is no letter and no digit are lost."""
    joined = _APART.join(texts)
    if joined.count(_APART) != len(texts) - 1:
        return list(map(skeleton, texts))
    return joined.encode().translate(_SMALL, _LOST).decode().split(_APART)


def _of_others(texts: list[str]) -> list[str]:
    """Return skeletons of any texts, by a table of what each code point leaves."""
    import numpy as np

    joined = _APART.join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    if joined.count(_APART) != len(texts) - 1 or points.max(initial=0) > _LAST:
        return list(map(skeleton, texts))
    counts, offsets, left = _left()
    sizes = counts[points]
    begins = np.cumsum(sizes, dtype=np.int32) - sizes  # where what each code point leaves begins
    places = np.repeat(offsets[points] - begins, sizes) + np.arange(int(sizes.sum(dtype=np.int64)), dtype=np.int32)
    return left[places].tobytes().decode("utf-32-le").split(_APART)


_SMALL = bytes(ord(chr(point).lower()) if point < 0x80 else point for point in range(0x100))
_LOST = bytes(point for point in range(1, 0x80) if not chr(point).isalnum())
_APART, _LAST = "\0", 0xFFFF


@cache
def _left() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return how many code points each code point leaves in a skeleton, where they begin, and all of them."""
    import numpy as np

    left = [_APART, *(_bones(point) for point in range(1, _LAST + 1))]
    counts = np.array([len(bone) for bone in left], dtype=np.int32)
    points = np.frombuffer("".join(left).encode("utf-32-le"), dtype="<u4")
    return counts, (np.cumsum(counts) - counts).astype(np.int32), points


def _bones(point: int) -> str:
    return "" if 0xD800 <= point < 0xE000 else bones(chr(point))  # halves of surrogate pairs are in no text
