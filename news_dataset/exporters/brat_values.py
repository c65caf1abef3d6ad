"""Values of an annotation as lines of brat: attributes, normalizations and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from news_dataset.annotations import Value
from news_dataset.exporters.values import Values, several

NAME = re.compile(r"[A-Za-z0-9_-]*[A-Za-z0-9][A-Za-z0-9_-]*")
"""How brat can spell a name."""

_RESOURCE = re.compile(rf"({NAME.pattern}):([\w.-]+)")
_TOKEN, _REFERENCE = re.compile(r"[\w.+-]+"), re.compile(r"[\w.:/#+-]+")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_ALWAYS_NOTES = {"AnnotatorNotes"}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A line that says something of an annotation.

    Args:
        kind: the first character of its id.
        name: what stands before the annotation.
        behind: what stands behind it.
        value: the value of an attribute; empty where it has none.
    """

    kind: str
    name: str
    behind: str = ""
    value: str = ""


def value_lines(attributes: dict[str, Values], reserved: str) -> tuple[list[ValueLine], dict[str, Values]]:
    """Return the lines that say attributes, and the attributes that no lines of brat's own can say.

    An attribute whose name has the form ``Type:Resource`` becomes a normalization, with the text in
    ``Type:Resource:text``; a short word, or True, an attribute; any other text of one line a note.

    Args:
        attributes: values by name.
        reserved: a name that lines of brat's own may not have.
    """
    lines: list[ValueLine] = []
    rest = dict(attributes)
    for name, value in attributes.items():
        text = f"{name}:text"
        if (found := _RESOURCE.fullmatch(name)) and (pairs := _normalizations(value, attributes.get(text))):
            lines += [ValueLine("N", found[1], f" {found[2]}:{id_}\t{words}") for id_, words in pairs]
            del rest[name]
            rest.pop(text, None)
        elif NAME.fullmatch(name) and name != reserved and not (isinstance(value, tuple) and len(value) < 2):
            own = [_line(name, one) for one in several(value)]
            if None not in own:
                lines += [one for one in own if one]
                del rest[name]
    return lines, rest


def _line(name: str, value: Value) -> ValueLine | None:
    if value is True:
        return ValueLine("A", name)
    if not isinstance(value, str):
        return None
    if _TOKEN.fullmatch(value) and name not in _ALWAYS_NOTES:
        return ValueLine("A", name, f" {value}", value)
    return ValueLine("#", name, f"\t{value}") if _is_line(value) else None


def _is_line(value: Value) -> bool:
    """Return whether a value is a text that a line can end with, and programs that strip blanks do not change."""
    return isinstance(value, str) and not _CONTROL.search(value) and value == value.strip()


def _normalizations(ids: Values, texts: Values | None) -> list[tuple[Value, Value]] | None:
    """Return ids with their texts; None if normalizations cannot say them so that they are read as the same."""
    each = several(ids)
    beside = ("",) * len(each) if texts is None else several(texts)
    if isinstance(ids, tuple) and len(ids) < 2:
        return None
    if texts is not None and (isinstance(ids, tuple) != isinstance(texts, tuple) or not any(beside)):
        return None
    are_ids = all(isinstance(one, str) and _REFERENCE.fullmatch(one) for one in each)
    are_lines = len(each) == len(beside) and all(map(_is_line, beside))
    return list(zip(each, beside, strict=True)) if are_ids and are_lines else None
