"""Offsets that count UTF-16 units, as programs in Java and JavaScript do, as code points; or in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from news_dataset.annotations import Fragments
from news_dataset.importers.soundness import Fault, offset_fault
from news_dataset.utf16 import Utf16

CODE_POINTS, UTF_16 = "code_points", "utf16"
UNITS = (CODE_POINTS, UTF_16)
"""What offsets may count."""


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
