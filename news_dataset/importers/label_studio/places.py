"""Where a region of Label Studio is in its text: the one place where the declared words are, in either unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from news_dataset.annotations import Value
from news_dataset.exporters.label_studio import OWN, TEXT, spelled
from news_dataset.importers.soundness import offset_fault
from news_dataset.utf16 import Utf16

Values = Value | tuple[Value, ...]
Place = tuple[int, int]
"""Start and end in code points of the text."""

_IN_HTML = {"startOffset", "endOffset", "globalOffsets"}


class RefusedError(ValueError):
    """A result cannot be taken over; ``reason`` is that of the quarantine."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def text_name(data: Mapping[str, Any], wanted: str) -> str | None:
    """Return the wanted text's name, ``text``, or the only one; None if not clear."""
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
        self._is_own = isinstance(data.get(OWN), dict)  # our exporter says that its offsets count code points

    def place(self, to_name: str, value: Mapping[str, Any], declared: str | None) -> tuple[str, Place]:
        """Return the name of the text that a value is of, and its place there.

        Args:
            to_name: the tag that the value is of.
            value: the value, with ``start`` and ``end``.
            declared: the words that it declares to be there; None if it declares none.

        Raises:
            RefusedError: there is no such place, or not only one.
        """
        start, end = value.get("start"), value.get("end")
        if not _IN_HTML.isdisjoint(value):
            raise RefusedError("unknown_unit", "it is marked in HTML, by the path of an element, and not in a text")
        if type(start) is not int or type(end) is not int:
            raise RefusedError("bad_line", "start or end is not an integer")
        name = text_name(self._data, to_name)
        if name is None:
            raise RefusedError("offset_outside", f"it marks words of {to_name!r}, which is not a text of the task")
        return name, self._only_place(name, (start, end), declared)

    def _only_place(self, name: str, offsets: Place, declared: str | None) -> Place:
        """Return the place of offsets in either unit; raise RefusedError if not one."""
        text: str = self._data[name]
        if name not in self._units:
            self._units[name] = Utf16(text)
        start, end = offsets
        converted = self._units[name].points((offsets,))
        places = [place for place in (offsets, *(converted or ())) if not offset_fault(text, (place,))]
        if not places:
            raise RefusedError("offset_outside", offset_fault(text, (offsets,)))
        if declared is not None:
            places = [place for place in places if declared in (text[slice(*place)], spelled(text[slice(*place)]))]
            if not places:
                raise RefusedError("other_words", f"the words at {start} to {end} are not those that it declares")
        elif not self._is_own and converted != (offsets,):
            raise RefusedError("unknown_unit", f"{start} to {end} may count code points or UTF-16 units")
        if len(set(places)) > 1 and not self._is_own:
            raise RefusedError("unknown_unit", f"the words are at {start} to {end} in code points and in UTF-16 units")
        return places[0]


def as_tuple(value: Values) -> tuple[Value, ...]:
    """Return the values of an attribute as a tuple, also a single one."""
    return value if isinstance(value, tuple) else (value,)


def add_value(attributes: dict[str, Values], name: str, value: Values) -> None:
    """Add a value to those that an attribute has."""
    attributes[name] = (*as_tuple(attributes[name]), *as_tuple(value)) if name in attributes else value
