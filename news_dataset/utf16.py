"""Convert offsets between UTF-16 units, as Java and JavaScript count them, and code points."""

from __future__ import annotations

import re
from bisect import bisect_left

from news_dataset.annotations import Fragments

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """The UTF-16 units of a text: a code point beyond U+FFFF has two, any other one.

    Offsets start at 0 and are exclusive at the end of a range.

    Example:
        >>> Utf16("🙂 rain").points(((3, 7),)), Utf16("🙂 rain").points(((1, 3),)), Utf16("🙂 rain").unit(2)
        (((2, 6),), None, 3)
    """

    def __init__(self, text: str) -> None:
        # The offsets, in units, of the second unit of each pair.
        self._seconds = [match.start() + number for number, match in enumerate(_ASTRAL.finditer(text), 1)]
        self.length = len(text) + len(self._seconds)

    @property
    def differs(self) -> bool:
        """Whether any offset in units differs from that in code points."""
        return bool(self._seconds)

    def point(self, unit: int) -> int | None:
        """Return the offset in code points of *unit*; None if it is outside the text or inside a pair."""
        before = bisect_left(self._seconds, unit)
        is_within = before < len(self._seconds) and self._seconds[before] == unit
        return None if is_within or not 0 <= unit <= self.length else unit - before

    def unit(self, point: int) -> int:
        """Return the offset in UTF-16 units of an offset in code points."""
        seconds = self._seconds
        return point + bisect_left(range(len(seconds)), point, key=lambda number: seconds[number] - number - 1)

    def points(self, fragments: Fragments) -> Fragments | None:
        """Return fragments in code points; None if an offset is outside the text or inside a pair."""
        converted = [(self.point(start), self.point(end)) for start, end in fragments]
        whole = tuple((start, end) for start, end in converted if start is not None and end is not None)
        return whole if len(whole) == len(converted) else None
