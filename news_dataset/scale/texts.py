"""Columns of text, looked at as the bytes that they are: what can be proven of all rows at once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from news_dataset.patterns import run
from news_dataset.records.fields import TEXT_PATTERN

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

_PRINTABLE = frozenset(range(0x20, 0x7F))


def unfit(texts: pa.Array, pattern: str, most: int | None) -> Mask:
    """Return which texts are not proven to match *pattern* and to have at most *most* code points.

    Nulls count as fit. No text has more code points than bytes, so most are proven short by their bytes alone; one
    class of ASCII, and the pattern of every prose field, are proven by a look at the bytes; what is left is matched by
    Polars, whose engine is pydantic's.

    Args:
        texts: an Arrow array of strings.
        pattern: an anchored pattern; empty for none.
        most: the limit; None for none.
    """
    import numpy as np
    import pyarrow.compute as pc

    starts, data = _bytes(texts)
    lengths = np.diff(starts)
    found = np.zeros(len(texts), dtype=bool)
    is_run = run(pattern) if pattern else None
    if pattern == TEXT_PATTERN:
        doubtful = _holding(starts, data, _PRINTABLE) | (lengths == 0)
        filled = lengths > 0
        for ends in (starts[:-1][filled], starts[1:][filled] - 1):
            doubtful[filled] |= data[ends] == ord(" ")
        found |= _mismatches(texts, pattern, doubtful)
    elif is_run:
        found |= _holding(starts, data, is_run.admitted) | (lengths < is_run.least)
        if is_run.most is not None:
            found |= lengths > is_run.most
    elif pattern:
        found |= _mismatches(texts, pattern, np.ones(len(texts), dtype=bool))
    if most is not None and (long := lengths > most).any():
        chosen = np.flatnonzero(long)
        found[chosen] |= pc.utf8_length(texts.take(chosen)).fill_null(0).to_numpy(zero_copy_only=False) > most
    if texts.null_count:
        found &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    return found


def _bytes(texts: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the offsets of the texts, one more than there are, and the bytes that they count in."""
    import numpy as np

    _, offsets, data = texts.buffers()
    if offsets is None or len(texts) == 0:
        return np.zeros(len(texts) + 1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    starts = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return starts, np.zeros(0, dtype=np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)


def _holding(starts: np.ndarray[Any, Any], data: np.ndarray[Any, Any], admitted: frozenset[int]) -> Mask:
    """Return which texts hold a byte that is not admitted."""
    import numpy as np

    first, last = int(starts[0]), int(starts[-1])
    found = np.zeros(len(starts) - 1, dtype=bool)
    strange = _strange(admitted)[data[first:last]]
    if strange.any():
        places = np.flatnonzero(strange) + first
        found[np.searchsorted(starts, places, side="right") - 1] = True
    return found


@cache
def _strange(admitted: frozenset[int]) -> Mask:
    import numpy as np

    return np.array([byte not in admitted for byte in range(256)])


def _mismatches(texts: pa.Array, pattern: str, among: Mask) -> Mask:
    """Return which of the texts *among* which is looked do not match."""
    import numpy as np
    import polars as pl
    import pyarrow as pa

    found = np.zeros(len(texts), dtype=bool)
    chosen = np.flatnonzero(among)
    if len(chosen):
        some = texts if len(chosen) == len(texts) else texts.take(chosen)
        try:
            some.validate(full=True)
        except pa.ArrowInvalid:  # not UTF-8, and Polars would take it for that
            found[chosen] = True
            return found
        found[chosen] = ~pl.Series(some).str.contains(pattern).fill_null(True).to_numpy()
    return found
