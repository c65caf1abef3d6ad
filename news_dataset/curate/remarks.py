"""The comments and blank lines of a YAML file, by the JSON Pointers of the values that they belong to."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml

from news_dataset.curate.source import Node, blank_lines, comments
from news_dataset.reader.document import step
from news_dataset.source_form import SPAN, Expanded, Shortened

BLANK = ""
"""How a blank line is kept among comments."""


class OneLine:
    """Marks a list or mapping that is written on one line."""


class Brackets(OneLine, list[Any]):
    """A list that is written in brackets, where it fits the line."""


class Braces(OneLine, dict[str, Any]):
    """A mapping that is written in braces."""


class Roles(dict[str, Any]):
    """A mapping of roles, which stay in their order, also where one is called like a field."""


class _Places:
    """Comments by the pointers of what they belong to, which are found by any pointer above them."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}
        self._below: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def __contains__(self, pointer: str) -> bool:
        return pointer in self._found

    def add(self, pointer: str, comments: list[str]) -> None:
        """Add comments."""
        if pointer not in self._found:
            for above in _above(pointer):
                self._below[above][pointer] = None
        self._found.setdefault(pointer, []).extend(comments)

    def pop(self, pointer: str) -> list[str]:
        """Remove and return the comments of a pointer; none if it has none."""
        for above in _above(pointer) if pointer in self._found else ():
            del self._below[above][pointer]
        return self._found.pop(pointer, [])

    def below(self, pointer: str) -> list[str]:
        """Return the pointers below another, in the order of their comments."""
        return list(self._below.get(pointer, ()))

    def has_words(self, pointer: str) -> bool:
        """Return whether a pointer has more than blank lines."""
        return any(self._found[pointer])


def _above(pointer: str) -> Iterator[str]:
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


class Remarks:
    """Comments and blank lines: above a key or item, between a key and its value, behind a value, and at the end."""

    def __init__(self, text: str, root: Node | None) -> None:
        self._above, self._inner, self._behind = _Places(), _Places(), _Places()
        self.last: list[str] = []
        starts: dict[int, tuple[_Places, str]] = {}
        slots: dict[int, str] = {}
        for node, pointer, kind in _walk(root, "") if root else ():
            starts.setdefault(node.start_mark.index, (self._inner if kind == "value" else self._above, pointer))
            if kind == "key" or (kind == "item" and isinstance(node, yaml.ScalarNode)):
                slots[node.start_mark.index] = pointer
        ordered, places = sorted(starts), sorted(slots)
        blank = ((at, BLANK, True) for at in blank_lines(text, root))
        for at, comment, is_alone in sorted([*comments(text, root), *blank]):
            following, before = bisect_right(ordered, at), bisect_right(places, at)
            if not is_alone and before:
                self._behind.add(slots[places[before - 1]], [comment])
            elif following == len(ordered):
                self.last.append(comment)
            else:
                where, pointer = starts[ordered[following]]
                where.add(pointer, [comment])

    def above(self, pointer: str, indent: int) -> list[str]:
        """Return the lines above a key or item, once."""
        return _lines(self._above.pop(pointer), indent)

    def inner(self, pointer: str, indent: int) -> list[str]:
        """Return the lines between a key and its value, once."""
        return _lines(self._inner.pop(pointer), indent)

    def behind(self, pointer: str) -> str:
        """Return the comment behind a value, once."""
        return "".join(f"  {comment}" for comment in self._behind.pop(pointer))

    def below(self, pointer: str) -> set[str]:
        """Return where below a pointer comments are, relative to it."""
        return {
            place.removeprefix(pointer)
            for where in (self._above, self._inner, self._behind)
            for place in where.below(pointer)
            if where.has_words(place)
        }

    def flush(self, pointer: str, indent: int) -> list[str]:
        """Return the comments below a pointer, once, as lines above it."""
        found = [
            comment
            for where in (self._above, self._inner, self._behind)
            for place in where.below(pointer)
            for comment in where.pop(place)
            if comment
        ]
        return _lines(found, indent)

    def move(self, prefix: str, old: Expanded, new: Shortened) -> None:
        """Move what belongs to a record from its places in the file to those in its shortest form."""
        move = _Move(old, new)
        for where in (self._above, self._inner, self._behind):
            for place in [prefix, *where.below(prefix)] if prefix in where else where.below(prefix):
                pointer, is_exact = move.target(place.removeprefix(prefix), descend=where is self._behind)
                found = [comment for comment in where.pop(place) if comment or is_exact]
                move.found.append((where, prefix + pointer, found))
        for where, pointer, found in move.found:
            if where is self._behind and pointer in where:
                where = self._above  # one comment a line
            where.add(pointer, found)


class _Move:
    """Finds the places of a record's values in its shortest form."""

    def __init__(self, old: Expanded, new: Shortened) -> None:
        self.old: dict[str, str] = {}
        for pointer, origin in old.origins.items():
            if not origin.pointer.endswith(f"/{SPAN}"):
                self.old.setdefault(origin.pointer, pointer)
        self.new = new
        self.found: list[tuple[_Places, str, list[str]]] = []

    def target(self, pointer: str, *, descend: bool) -> tuple[str, bool]:
        """Return where a value is now, or the nearest that holds it; and whether it is the value itself."""
        wanted = _translated(self.new.places, _translated(self.old, pointer))
        found, value = "", self.new.data
        for part in _parts(wanted):
            if isinstance(value, OneLine) or not (child := _child(value, part)):
                break
            value = child[0]
            found = step(found, part)
        is_exact = found == wanted
        while descend and isinstance(value, dict) and value and not isinstance(value, OneLine):
            if is_exact and found:
                break
            name = SPAN if SPAN in value else next(iter(value))
            found, value = step(found, name), value[name]
        return found, is_exact


def _child(value: Any, part: str) -> tuple[Any] | None:
    if isinstance(value, dict):
        return (value[part],) if part in value else None
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return (value[int(part)],)
    return None


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _translated(places: dict[str, str], pointer: str) -> str:
    """Return a pointer of which the longest known beginning is replaced."""
    head, rest = pointer, ""
    while head and head not in places:
        head, _, last = head.rpartition("/")
        rest = f"/{last}{rest}"
    return places[head] + rest if head else pointer


def _lines(found: list[str], indent: int) -> list[str]:
    return [comment and " " * indent + comment for comment in found]


def _walk(node: Node, pointer: str, kind: str = "item") -> Iterator[tuple[Node, str, str]]:
    """Yield every node with the pointer of the value that it is, or names as its key; and whether as key or value."""
    yield node, pointer, kind
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = step(pointer, key.value)
            yield key, below, "key"
            yield from _walk(value, below, "value")
    elif isinstance(node, yaml.SequenceNode):
        for at, item in enumerate(node.value):
            yield from _walk(item, step(pointer, at))
