"""Columns of text, looked at as the bytes that they are: what can be proven of all rows at once."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from news_dataset.patterns import run
from news_dataset.records.fields import BLANK, TEXT_PATTERN, UNSAFE

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]
    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]


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
        found |= _mismatches(texts, pattern, _perhaps_no_prose(texts, starts, data))
    elif is_run:
        within = data[starts[0] : starts[-1]]
        found |= _holding(starts, _outside(within, is_run.admitted)) | (lengths < is_run.least)
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


def _holding(starts: Numbers, chosen: Mask) -> Mask:
    """Return which texts hold a byte that is chosen."""
    import numpy as np

    found = np.zeros(len(starts) - 1, dtype=bool)
    if chosen.any():
        found[np.searchsorted(starts, np.flatnonzero(chosen) + starts[0], side="right") - 1] = True
    return found


def _outside(data: Bytes, admitted: frozenset[int]) -> Mask:
    """Return which bytes are not admitted; a comparison with few ranges is faster than a look at a table."""
    import numpy as np

    found = np.ones(len(data), dtype=bool)
    for low, high in _ranges(admitted):
        found &= (data - np.uint8(low)) > np.uint8(high - low)  # below the range, the difference is a large number
    return found


@cache
def _ranges(bytes_: frozenset[int]) -> tuple[tuple[int, int], ...]:
    lows = [byte for byte in sorted(bytes_) if byte - 1 not in bytes_]
    highs = [byte for byte in sorted(bytes_) if byte + 1 not in bytes_]
    return tuple(zip(lows, highs, strict=True))


def _perhaps_no_prose(texts: pa.Array, starts: Numbers, data: Bytes) -> Mask:
    """Return which texts may break the pattern of prose: all that do, and few others."""
    import numpy as np
    import pyarrow as pa

    within, unsafe = data[starts[0] : starts[-1]], _points(UNSAFE)
    chosen = _outside(within, _SAFE)
    if within.max(initial=0) > _ASCII:
        try:
            texts.validate(full=True)
        except pa.ArrowInvalid:  # not UTF-8 throughout
            return np.ones(len(texts), dtype=bool)
        for lead in _leads(unsafe):
            at = np.flatnonzero(within == lead)
            chosen[at] = _among(unsafe)[_decoded(within, at)]
    found = _holding(starts, chosen)
    found |= starts[1:] == starts[:-1]
    filled = np.flatnonzero(~found)
    first, last = starts[:-1][filled], starts[1:][filled] - 1
    found[filled] |= _perhaps_blank(data, first, first) | _perhaps_blank(data, last, last - 1)
    return found


def _perhaps_blank(data: Bytes, ends: Numbers, pairs: Numbers) -> Mask:
    """Return which ends of texts are blank, or may be, as the pair of bytes that begins or ends them says."""
    import numpy as np

    first, second = (data[np.clip(pairs + step, 0, len(data) - 1)].astype(np.uint16) for step in range(2))
    found: Mask = _halves(_points(BLANK))[(first << np.uint16(8)) | second]
    found &= data[ends] > _ASCII
    found |= data[ends] == ord(" ")
    return found


_ASCII = 0x7F
_SAFE = frozenset(range(0x20, 0x7F)) | frozenset(range(0x80, 0x100))


@cache
def _points(class_: str) -> frozenset[int]:
    """Return the code points of a class of a regular expression, none of which is behind U+FFFF."""
    return frozenset(map(ord, re.findall(f"[{class_}]", "".join(map(chr, range(0x10000))))))


@cache
def _leads(points: frozenset[int]) -> list[int]:
    """Return the bytes with which code points begin that are no ASCII."""
    return sorted({chr(point).encode()[0] for point in points if point > _ASCII})


@cache
def _among(points: frozenset[int]) -> Mask:
    import numpy as np

    found: Mask = np.isin(np.arange(0x10000), list(points))
    return found


@cache
def _halves(points: frozenset[int]) -> Mask:
    """Return which pairs of bytes, as one number, are the first or last two of a code point that is no ASCII."""
    import numpy as np

    coded = [chr(point).encode() for point in points if point > _ASCII]
    halves = [int.from_bytes(half, "big") for code in coded for half in (code[:2], code[-2:])]
    found: Mask = np.isin(np.arange(0x10000), halves)
    return found


def _decoded(data: Bytes, at: Numbers) -> np.ndarray[Any, Any]:
    """Return the code points of two or three bytes that begin at some places."""
    import numpy as np

    lead, second, third = (data[np.minimum(at + step, len(data) - 1)].astype(np.int32) for step in range(3))
    short = ((lead & 0x1F) << 6) | (second & 0x3F)
    found: np.ndarray[Any, Any] = np.where(lead < 0xE0, short, ((short & 0x3FF) << 6) | (third & 0x3F))
    return found


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
