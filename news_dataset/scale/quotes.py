"""Quotations against the digests of the words that they are said to be, for many at once."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from news_dataset.spans import skeleton

if TYPE_CHECKING:
    import numpy as np

    from news_dataset.scale.slices import Slice

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

_DROPPED = bytes(point for point in range(0x80) if not chr(point).isalnum())


def unlike_their_quotes(records: Slice) -> Mask:
    """Return the statements whose quotation is not surely what their evidence of role quote points to.

    Proven is a quotation whose every mention is one fragment with its length and digest; one of several fragments is
    left to the check.
    """
    import numpy as np

    part, parents, count = records.parts["evidence"], records.parents, len(records)
    found = np.zeros(count, dtype=bool)
    rows = np.flatnonzero(part.rows.equal("role", "quote"))
    owners = part.owners[rows]
    quoted = parents.there("quote")
    shown = np.zeros(count, dtype=bool)
    shown[owners] = True
    found |= quoted != shown
    found[owners[part.rows.values("fragment")[rows] > 1]] = True
    numbers = np.flatnonzero(quoted & shown & ~found)
    bones = [_bones(text) for text in parents.column("quote").take(numbers).to_pylist()]
    lengths, digests = np.zeros(count, dtype=np.int64), np.empty(count, dtype="S16")
    lengths[numbers] = [length for length, _ in bones]
    digests[numbers] = [digest for _, digest in bones]
    said = (
        part.rows.column("digest").take(rows).fill_null("").to_numpy(zero_copy_only=False).astype("U16").astype("S16")
    )
    wrong = (digests[owners] != said) | (lengths[owners] != part.rows.values("length")[rows])
    found[owners[wrong]] = True
    return found


def _bones(quote: str) -> tuple[int, bytes]:
    """Return length and digest of the skeleton of a quotation."""
    if quote.isascii():  # of which only case and what is no letter and no digit are lost
        bone = quote.encode().lower().translate(None, _DROPPED)
        return len(bone), sha256(bone).hexdigest()[:16].encode()
    words = skeleton(quote)
    return len(words), sha256(words.encode()).hexdigest()[:16].encode()
