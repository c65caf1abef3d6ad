"""Values of an annotation as lines of brat: attributes, normalizations and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from news_dataset.annotations import Value
from news_dataset.exporters.values import Values, as_tuple

NAME = re.compile(r"[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*")
"""Names that brat allows."""

_RESOURCE = re.compile(rf"({NAME.pattern}):([\w.-]+)")
_TOKEN, _REFERENCE = re.compile(r"[\w.+-]+"), re.compile(r"[\w.:/#+-]+")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_ALWAYS_NOTES = {"AnnotatorNotes"}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A line about an annotation: id, tab, *name*, blank, id of the annotation, *rest*.

    Args:
        kind: the first character of its id: A, N or #.
        name: the name of the attribute or note, or the type of the normalization.
        rest: all that follows the id of the annotation.
        value: the value of an attribute; empty for one that is only true, and for other lines.
    """

    kind: str
    name: str
    rest: str = ""
    value: str = ""


def value_lines(attributes: dict[str, Values], reserved: str) -> tuple[list[ValueLine], dict[str, Values]]:
    """Return the lines for attributes, and the attributes that need a note of this package.

    An attribute whose name has the form ``Type:Resource`` becomes a normalization, with the text in
    ``Type:Resource:text``; a short word, or True, an attribute; any other text of one line a note.

    Args:
        attributes: values by name.
        reserved: the type of the notes of this package, which no other line may have.
    """
    lines: list[ValueLine] = []
    rest = dict(attributes)
    for name, value in attributes.items():
        text_name = f"{name}:text"
        if (match := _RESOURCE.fullmatch(name)) and (pairs := _normalizations(value, attributes.get(text_name))):
            lines += [ValueLine("N", match[1], f" {match[2]}:{id_}\t{words}") for id_, words in pairs]
            del rest[name]
            rest.pop(text_name, None)
        elif NAME.fullmatch(name) and name != reserved and not (isinstance(value, tuple) and len(value) < 2):
            items = [_line(name, item) for item in as_tuple(value)]
            if None not in items:
                lines += [item for item in items if item]
                del rest[name]
    return lines, rest


def _line(name: str, value: Value) -> ValueLine | None:
    """Return the attribute or note for a value; None if neither can express it."""
    if value is True:
        return ValueLine("A", name)
    if not isinstance(value, str):
        return None
    if _TOKEN.fullmatch(value) and name not in _ALWAYS_NOTES:
        return ValueLine("A", name, f" {value}", value)
    return ValueLine("#", name, f"\t{value}") if _is_line(value) else None


def _is_line(value: Value) -> bool:
    """Return whether a value is one line of text without blanks at its ends."""
    return isinstance(value, str) and not _CONTROL.search(value) and value == value.strip()


def _normalizations(ids: Values, texts: Values | None) -> list[tuple[Value, Value]] | None:
    """Return each id with its text; None if normalizations would not be read back as the same."""
    references = as_tuple(ids)
    labels = ("",) * len(references) if texts is None else as_tuple(texts)
    if isinstance(ids, tuple) and len(ids) < 2:
        return None
    if texts is not None and (isinstance(ids, tuple) != isinstance(texts, tuple) or not any(labels)):
        return None
    are_ids = all(isinstance(item, str) and _REFERENCE.fullmatch(item) for item in references)
    are_labels = len(references) == len(labels) and all(map(_is_line, labels))
    return list(zip(references, labels, strict=True)) if are_ids and are_labels else None
