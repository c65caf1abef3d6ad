"""Quotations against the digests of the words that they are said to be, for many at once."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from itertools import compress
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
    bones = skeletons(_parts(parents.column("quote"), owners, sizes, places))
    digests = part.rows.column("digest").take(rows).fill_null("").to_pylist()
    wrong |= np.fromiter(map(len, bones), np.int64, len(bones)) != part.rows.values("length")[rows]
    wrong |= np.fromiter(map(_is_other, bones, digests), bool, len(bones))
    found[owners[wrong]] = True
    return found


def _is_other(bones: str, digest: str) -> bool:
    return sha256(bones.encode()).hexdigest()[:16] != digest


def _runs(owners: Numbers, mentions: Numbers) -> tuple[Numbers, Numbers]:
    """Return for each row how many rows its mention has, and the how manieth of them it is, from 1."""
    import numpy as np

    begins = np.ones(len(owners), dtype=bool)
    begins[1:] = (owners[1:] != owners[:-1]) | (mentions[1:] != mentions[:-1])
    starts, run = np.flatnonzero(begins), np.cumsum(begins) - 1
    sizes = np.diff(np.append(starts, len(owners)))[run]
    return sizes, np.arange(len(owners)) - starts[run] + 1


def _parts(quotes: pa.Array, owners: Numbers, sizes: Numbers, places: Numbers) -> list[str]:
    """Return the words that each row of evidence points to; none where its quotation has no such part."""
    import numpy as np

    parts: list[str] = quotes.take(owners).fill_null("").to_pylist()
    for row in np.flatnonzero(sizes > 1).tolist():
        split = parts[row].split(FRAGMENTS_JOIN)
        parts[row] = split[places[row] - 1] if len(split) == sizes[row] else ""
    return parts


def skeletons(texts: list[str]) -> list[str]:
    """Return the skeleton of each text, as ``spans.skeleton`` does; many at once are faster."""
    is_plain = [text.isascii() for text in texts]
    plain = iter(_of_plain(list(compress(texts, is_plain))))
    others = iter(_of_others([text for text, is_one in zip(texts, is_plain, strict=True) if not is_one]))
    return [next(plain if is_one else others) for is_one in is_plain]


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
    points = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    if joined.count(_APART) != len(texts) - 1 or ((points & 0xF800) == _SURROGATE).any():
        return list(map(skeleton, texts))
    left, is_known = _left()
    for point in np.unique(points[~is_known[points]]).tolist():
        leaves = np.frombuffer(_bones(chr(point)).encode("utf-16-le"), dtype="<u2")
        if len(leaves) > _MOST:
            return list(map(skeleton, texts))
        left[point, : len(leaves)] = leaves
        is_known[point] = True
    all_left = left[points].reshape(-1)
    found: str = all_left[all_left != _NOTHING].tobytes().decode("utf-16-le")
    return found.split(_APART)


_SMALL = bytes(ord(chr(point).lower()) if point < 0x80 else point for point in range(0x100))
_LOST = bytes(point for point in range(1, 0x80) if not chr(point).isalnum())
_APART, _NOTHING, _SURROGATE = "\0", 0xFFFF, 0xD800
_MOST = 3  # as many as a syllable of Hangul leaves; what leaves more is rare


@cache
def _left() -> tuple[np.ndarray[Any, Any], Mask]:
    """Return what each code point leaves, worked out when it is first met, and for which ones this is known."""
    import numpy as np

    return np.full((0x10000, _MOST), _NOTHING, dtype="<u2"), np.zeros(0x10000, dtype=bool)


def _bones(character: str) -> str:
    return character if character == _APART else bones(character)
