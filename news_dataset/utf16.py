"""Offsets in UTF-16 code units, as Java and JavaScript count them, beside code points."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

_LAST_OF_ONE_UNIT = 0xFFFF


class Utf16:
    """Converts offsets in a text between UTF-16 code units and code points.

    Example:
        >>> units = Utf16("😀 a")
        >>> units.to_code_points(3), units.to_code_points(1), units.from_code_points(2)
        (2, None, 3)
    """

    def __init__(self, text: str) -> None:
        self.length = len(text)
        # Most texts have no character of two units; they need no table.
        is_plain = not text or max(text) <= chr(_LAST_OF_ONE_UNIT)
        self._units = None if is_plain else [0, *accumulate(1 + (ord(one) > _LAST_OF_ONE_UNIT) for one in text)]

    def to_code_points(self, at: int) -> int | None:
        """Return an offset in code points; None where it lies outside the text or within a character."""
        if self._units is None:
            return at if 0 <= at <= self.length else None
        found = bisect_left(self._units, at)
        return found if found < len(self._units) and self._units[found] == at else None

    def from_code_points(self, at: int) -> int:
        """Return an offset in UTF-16 code units of one in code points, which lies within the text."""
        return at if self._units is None else self._units[at]
