r"""Regular expressions that mean the same in every engine that reads them, and what can be told from their text.

Patterns are read by Rust's ``regex`` (pydantic, Polars), by Python's ``re`` and by the ECMA-262 engines of JSON Schema
validators. ``\d \w \s \b`` mean Unicode in some and ASCII in others, look-around and references back are known to
some alone, so a pattern does without.
"""

from __future__ import annotations

import re

_CLASS = re.compile(r"\[(\^?)((?:\\.|[^\]\\])+)\]", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FOREIGN = re.compile(r"\(\?(?!:)|\[\[:|&&|\\[A-Za-tv-wyz0-9]")


def refuse_unportable(pattern: str, where: str) -> None:
    r"""Raise if engines differ on what a pattern means.

    Args:
        pattern: a regular expression.
        where: what has it, for the message.

    Raises:
        TypeError: it uses ``\d``, ``\w``, ``\s``, ``\b`` or their opposites, look-around, flags or references back, is
            not anchored at both ends, or is no regular expression.
    """
    plain = pattern.replace("\\\\", "")  # a literal backslash makes no escape of what follows
    foreign = _FOREIGN.search(plain)
    if foreign:
        raise TypeError(f"{where}: {foreign[0]} in a pattern does not mean the same in every engine: {pattern}")
    if not (pattern.startswith("^") and pattern.endswith("$")) or _has_branches(plain):
        raise TypeError(f"{where}: a pattern is one that begins with ^ and ends with $, as engines search: {pattern}")
    try:
        re.compile(pattern)
    except re.error as error:
        raise TypeError(f"{where}: {pattern} is no regular expression: {error}") from error


def is_plain(pattern: str) -> bool:
    """Return whether all that a pattern admits is printable ASCII that JSON writes as it is: no quote, no backslash."""
    if any(mark in _CLASS.sub("", pattern) for mark in ("\\", ".")):
        return False
    rest = _CLASS.sub("", pattern)
    classes = [_members(found[2]) if not found[1] else None for found in _CLASS.finditer(pattern)]
    literals = {ord(character) for character in rest}
    return all(members is not None and members <= _PLAIN for members in classes) and literals <= _PLAIN


def _has_branches(pattern: str) -> bool:
    """Return whether a pattern has alternatives outside any group, of which the anchors hold for two alone."""
    rest, depth = _ESCAPE.sub("", _CLASS.sub("", pattern)), 0
    for character in rest:
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            return True
    return False


_PLAIN = frozenset(range(0x20, 0x7F)) - {0x22, 0x5C}


def _members(inside: str) -> frozenset[int] | None:
    """Return the code points of a class; None if any is no ASCII."""
    points: list[int | None] = []  # None is the hyphen of a range
    at = 0
    while at < len(inside):
        if found := _ESCAPE.match(inside, at):
            points.append(int(found[1][1:], 16) if len(found[1]) > 1 else ord(found[1]))
            at = found.end()
        else:
            is_range = inside[at] == "-" and 0 < at < len(inside) - 1
            points.append(None if is_range else ord(inside[at]))
            at += 1
    members: set[int] = set()
    for place, point in enumerate(points):
        if point is None:
            low, high = points[place - 1], points[place + 1]
            members.update(range(low or 0, (high or 0) + 1))
        else:
            members.add(point)
    return frozenset(members) if max(members) < 0x80 else None
