"""Columns of dates: the first and the last day that each may mean, worked out once for each text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from news_dataset import edtf

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

_EPOCH = dt.date(1970, 1, 1).toordinal()
FIRST, LAST = 1 - _EPOCH, dt.date(9999, 12, 31).toordinal() - _EPOCH
"""The days that a date may have, counted from 1970 as Arrow does."""


@dataclass(frozen=True, slots=True)
class Days:
    """The bounds of a column of dates, as Arrow ``date32``, and which dates the calendar does not have."""

    first: pa.Array
    last: pa.Array
    impossible: Mask


def days_of(dates: pa.Array) -> Days:
    """Return the bounds of dates that are EDTF texts, or days already (``date32``)."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_date32(dates.type):
        counts = dates.cast(pa.int32()).fill_null(0).to_numpy()
        return Days(dates, dates, (counts < FIRST) | (counts > LAST))
    coded = dates.dictionary_encode()
    bounds = [_bounds(text) for text in coded.dictionary.to_pylist()]
    sides = [pa.array([pair[side] if pair else None for pair in bounds], pa.date32()) for side in (0, 1)]
    wrong = np.array([pair is None for pair in bounds], dtype=bool)
    codes = coded.indices.fill_null(0).to_numpy()
    impossible = wrong[codes] if len(bounds) else np.zeros(len(dates), dtype=bool)
    if dates.null_count:
        impossible &= dates.is_valid().to_numpy(zero_copy_only=False)
    return Days(sides[0].take(coded.indices), sides[1].take(coded.indices), impossible)


@lru_cache(maxsize=1 << 17)
def _bounds(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """Return the bounds of a date; None if it is none."""
    try:
        return edtf.bounds(text)
    except (ValueError, KeyError, IndexError, OverflowError):  # of a text that has not even the form of one
        return None
