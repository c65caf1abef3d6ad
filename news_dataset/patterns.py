r"""Checks that a regular expression means the same in every engine that reads it.

These are Rust's ``regex`` (pydantic, Polars), Python's ``re`` and the ECMA-262 engines of JSON Schema validators.
``\d \w \s \b`` mean Unicode in some and ASCII in others; look-around and back-references exist in some only. So a
pattern must do without them.
"""

from __future__ import annotations

import re

_CLASS = re.compile(r"\[(\^?)((?:\\.|[^\]\\])+)\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FOREIGN = re.compile(r"\(\?(?!:)|\[\[:|&&|\\[A-Za-tv-wyz0-9]")


def refuse_unportable(pattern: str, owner: str) -> None:
    r"""Raise if engines differ on what a pattern means.

    Args:
        pattern: a regular expression.
        owner: the name of the field or rule that has it, for the message.

    Raises:
        TypeError: it uses ``\d``, ``\w``, ``\s``, ``\b`` or their opposites, look-around, flags or back-references, is
            not anchored at both ends, or is not a regular expression.
    """
    plain = pattern.replace("\\\\", "")  # a literal backslash makes no escape of what follows
    foreign = _FOREIGN.search(plain)
    if foreign:
        raise TypeError(f"{owner}: {foreign[0]} in a pattern does not mean the same in every engine: {pattern}")
    if not (pattern.startswith("^") and pattern.endswith("$")) or _has_branches(plain):
        raise TypeError(f"{owner}: expected ^ at the start and $ at the end, since engines search, found {pattern}")
    try:
        re.compile(pattern)
    except re.error as error:
        raise TypeError(f"{owner}: {pattern} is not a regular expression: {error}") from error


def is_plain(pattern: str) -> bool:
    """Return whether a pattern admits only ASCII that JSON writes unescaped."""
    outside = _CLASS.sub("", pattern)
    if "\\" in outside or "." in outside:
        return False
    classes = [_members(match[2]) if not match[1] else None for match in _CLASS.finditer(pattern)]
    return all(members is not None and members <= _PLAIN for members in classes) and {*map(ord, outside)} <= _PLAIN


def _has_branches(pattern: str) -> bool:
    """Return whether a pattern has alternatives that ``^`` or ``$`` does not anchor."""
    depth = 0
    for character in _ESCAPE.sub("", _CLASS.sub("", pattern)):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            return True
    return False


_PLAIN = frozenset(range(0x20, 0x7F)) - {ord('"'), ord("\\")}


def _members(inside: str) -> frozenset[int] | None:
    """Return the code points in a class's brackets; None if any is not ASCII."""
    points: list[int | None] = []  # None is the hyphen of a range
    position = 0
    while position < len(inside):
        if escape := _ESCAPE.match(inside, position):
            points.append(int(escape[1][1:], 16) if len(escape[1]) > 1 else ord(escape[1]))
            position = escape.end()
        else:
            is_range = inside[position] == "-" and 0 < position < len(inside) - 1
            points.append(None if is_range else ord(inside[position]))
            position += 1
    members: set[int] = set()
    for index, point in enumerate(points):
        if point is None:
            low, high = points[index - 1], points[index + 1]
            members.update(range(low or 0, (high or 0) + 1))
        else:
            members.add(point)
    return frozenset(members) if max(members) < 0x80 else None
