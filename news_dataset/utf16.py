"""Offsets that count UTF-16 units, as programs in Java and JavaScript do, and those that count code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from news_dataset.annotations import Fragments
from news_dataset.importers.soundness import Fault, offset_fault

CODE_POINTS, UTF_16 = "code_points", "utf16"
UNITS = (CODE_POINTS, UTF_16)
"""What offsets may count."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """The UTF-16 units of a text: a character beyond U+FFFF has two, any other one.

    Args:
        text: the text.

    Example:
        >>> Utf16("🙂 rain").points(((3, 7),)), Utf16("🙂 rain").points(((1, 3),)), Utf16("🙂 rain").unit(2)
        (((2, 6),), None, 3)
    """

    def __init__(self, text: str) -> None:
        self._seconds = [found.start() + number for number, found in enumerate(_ASTRAL.finditer(text), 1)]
        self.length = len(text) + len(self._seconds)

    @property
    def differs(self) -> bool:
        """Whether there is an offset that differs from that in code points."""
        return bool(self._seconds)

    def point(self, unit: int) -> int | None:
        """Return an offset in code points; None outside the text and within a character."""
        before = bisect_left(self._seconds, unit)
        is_within = before < len(self._seconds) and self._seconds[before] == unit
        return None if is_within or not 0 <= unit <= self.length else unit - before

    def unit(self, point: int) -> int:
        """Return an offset in UTF-16 units of one in code points."""
        seconds = self._seconds
        return point + bisect_left(range(len(seconds)), point, key=lambda number: seconds[number] - number - 1)

    def points(self, fragments: Fragments) -> Fragments | None:
        """Return fragments in code points; None if an offset is outside the text or within a character."""
        found = [(self.point(start), self.point(end)) for start, end in fragments]
        whole = tuple((start, end) for start, end in found if start is not None and end is not None)
        return whole if len(whole) == len(found) else None


def in_code_points(
    text: str, each: Iterable[Fragments], unit: str | None = None
) -> Iterator[tuple[Fragments, Fault | None]]:
    """Yield the fragments of a document in code points, each with what is wrong with it.

    Without a unit, fragments are taken over if they are the same in both, or no UTF-16 units. Others are in doubt,
    and so are all that differ as soon as one of the document fits only in UTF-16 units.

    Args:
        text: the text of the document.
        each: fragments in the unit of the origin.
        unit: one of ``UNITS``; None where the origin does not say it.
    """
    units, each = Utf16(text), tuple(each)
    if unit == UTF_16:
        for fragments in each:
            points = units.points(fragments)
            inside = "an offset lies outside the text or within a character, in UTF-16 units"
            fault = offset_fault(text, points) if points else inside
            yield points or fragments, ("offset_outside", fault) if fault else None
        return
    faults = [offset_fault(text, fragments) for fragments in each]
    others = [_other(text, units, fragments) if unit is None else None for fragments in each]
    is_doubtful = any(fault and other for fault, other in zip(faults, others, strict=True))
    for fragments, fault, other in zip(each, faults, others, strict=True):
        if other or (is_doubtful and not fault and units.points(fragments) != fragments):
            where = "only in UTF-16 units" if fault else "in code points and in UTF-16 units, at different words"
            yield fragments, ("unknown_unit", f"its offsets fit the text {where}; say which unit they count")
        else:
            yield fragments, ("offset_outside", fault) if fault else None


def _other(text: str, units: Utf16, fragments: Fragments) -> Fragments | None:
    """Return fragments read in UTF-16 units, if that can be and gives others than in code points."""
    points = units.points(fragments) if units.differs else None
    return points if points and points != fragments and not offset_fault(text, points) else None
