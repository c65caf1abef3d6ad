"""Where a region of Label Studio is in its text: the one place where the declared words are, in either unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from news_dataset.annotations import Value
from news_dataset.exporters.label_studio import OWN, TEXT, spelled
from news_dataset.utf16 import Utf16

Values = Value | tuple[Value, ...]
Place = tuple[int, int]

_IN_HTML = {"startOffset", "endOffset", "globalOffsets"}


class RefusedError(ValueError):
    """A result cannot be taken over; ``reason`` is that of the quarantine."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def text_name(data: Mapping[str, Any], wanted: str) -> str | None:
    """Return the name of the text of a task: the wanted one, ``text``, or the only one; None if that is not clear."""
    texts = [name for name, value in data.items() if isinstance(value, str)]
    for name in (wanted, TEXT):
        if name in texts:
            return name
    return texts[0] if len(texts) == 1 else None


def is_place(value: Mapping[str, Any]) -> bool:
    """Return whether a value says where something is."""
    return "start" in value or "end" in value or not _IN_HTML.isdisjoint(value)


class Texts:
    """The texts of a task."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._units: dict[str, Utf16] = {}
        # Our own exporter says that its offsets count code points.
        self.is_own = isinstance(data.get(OWN), dict)

    def place(self, to_name: str, value: Mapping[str, Any], declared: str | None) -> tuple[str, Place]:
        """Return the name of the text that a value is of, and start and end in code points.

        Args:
            to_name: the tag that the value is of.
            value: the value, with ``start`` and ``end``.
            declared: the words that it says are there; None if it does not.

        Raises:
            RefusedError: there is no such place, or not only one.
        """
        start, end = value.get("start"), value.get("end")
        if not _IN_HTML.isdisjoint(value):
            raise RefusedError("unknown_unit", "it is marked in HTML, by the path of an element, and not in a text")
        if type(start) is not int or type(end) is not int:
            raise RefusedError("bad_line", "start or end is no integer")
        name = text_name(self._data, to_name)
        if name is None:
            raise RefusedError("offset_outside", f"it marks words of {to_name!r}, which is no text of the task")
        return name, self._only(name, (start, end), declared)

    def _only(self, name: str, place: Place, declared: str | None) -> Place:
        text: str = self._data[name]
        if name not in self._units:
            self._units[name] = Utf16(text)
        start, end = place
        units = self._units[name].points((place,))
        found = [one for one in (place, *(units or ())) if 0 <= one[0] < one[1] <= len(text)]
        if not found:
            why = "the end is not behind the start" if end <= start else f"the text has {len(text)} code points"
            raise RefusedError("offset_outside", f"it marks {start} to {end}, but {why}")
        if declared is not None:
            found = [one for one in found if declared in (text[slice(*one)], spelled(text[slice(*one)]))]
            if not found:
                raise RefusedError("other_words", f"the words at {start} to {end} are not those that it declares")
        elif not self.is_own and units != (place,):
            raise RefusedError("unknown_unit", f"{start} to {end} may count code points or UTF-16 units")
        if len(set(found)) > 1 and not self.is_own:
            raise RefusedError("unknown_unit", f"the words are at {start} to {end} in code points and in UTF-16 units")
        return found[0]
