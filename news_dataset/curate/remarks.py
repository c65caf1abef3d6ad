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
"""The entry for a blank line in a list of comments; any other entry begins with ``#``."""


class OneLine:
    """Marks a list or mapping that is written on one line."""


class Brackets(OneLine, list[Any]):
    """A list that is written in brackets, where it fits the line."""


class Braces(OneLine, dict[str, Any]):
    """A mapping that is written in braces."""


class Roles(dict[str, Any]):
    """A mapping of roles, which keep their order even where a role has the name of a field."""


class _CommentMap:
    """Comments by the JSON Pointer of their value; any pointer above finds them too."""

    def __init__(self) -> None:
        self._comments: dict[str, list[str]] = {}
        self._below: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def __contains__(self, pointer: str) -> bool:
        return pointer in self._comments

    def add(self, pointer: str, comments: list[str]) -> None:
        """Append comments to those of a pointer."""
        if pointer not in self._comments:
            for above in _above(pointer):
                self._below[above][pointer] = None
        self._comments.setdefault(pointer, []).extend(comments)

    def pop(self, pointer: str) -> list[str]:
        """Remove and return the comments of a pointer; an empty list if it has none."""
        for above in _above(pointer) if pointer in self._comments else ():
            del self._below[above][pointer]
        return self._comments.pop(pointer, [])

    def below(self, pointer: str) -> list[str]:
        """Return the pointers with comments below another, in the order in which they were added."""
        return list(self._below.get(pointer, ()))

    def has_comment(self, pointer: str) -> bool:
        """Return whether a pointer in the map has a comment, and not only blank lines."""
        return any(self._comments[pointer])


def _above(pointer: str) -> Iterator[str]:
    """Yield the pointers above another, the nearest first."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


class Remarks:
    """Comments and blank lines of a file: above a key or item, between key and value, behind a value, at the end.

    The methods that return comments also remove them, so that each is written once.
    """

    def __init__(self, text: str, root: Node | None) -> None:
        self._above, self._inner, self._behind = _CommentMap(), _CommentMap(), _CommentMap()
        self.last: list[str] = []
        starts: dict[int, tuple[_CommentMap, str]] = {}  # offset of a node → where the comments before it belong
        line_starts: dict[int, str] = {}  # offset of a key or scalar item → pointer for a comment behind its value
        for node, pointer, kind in _walk(root, "") if root else ():
            starts.setdefault(node.start_mark.index, (self._inner if kind == "value" else self._above, pointer))
            if kind == "key" or (kind == "item" and isinstance(node, yaml.ScalarNode)):
                line_starts[node.start_mark.index] = pointer
        node_offsets, line_offsets = sorted(starts), sorted(line_starts)
        blank = ((offset, BLANK, True) for offset in blank_lines(text, root))
        for offset, comment, is_alone in sorted([*comments(text, root), *blank]):
            following, before = bisect_right(node_offsets, offset), bisect_right(line_offsets, offset)
            if not is_alone and before:
                self._behind.add(line_starts[line_offsets[before - 1]], [comment])
            elif following == len(node_offsets):
                self.last.append(comment)
            else:
                comment_map, pointer = starts[node_offsets[following]]
                comment_map.add(pointer, [comment])

    def above(self, pointer: str, indent: int) -> list[str]:
        """Remove and return the lines above a key or item."""
        return _lines(self._above.pop(pointer), indent)

    def inner(self, pointer: str, indent: int) -> list[str]:
        """Remove and return the lines between a key and its value."""
        return _lines(self._inner.pop(pointer), indent)

    def behind(self, pointer: str) -> str:
        """Remove and return the comment behind a value, after two blanks; empty if it has none."""
        return "".join(f"  {comment}" for comment in self._behind.pop(pointer))

    def below(self, pointer: str) -> set[str]:
        """Return the pointers with comments below another, relative to it."""
        return {
            place.removeprefix(pointer)
            for comment_map in (self._above, self._inner, self._behind)
            for place in comment_map.below(pointer)
            if comment_map.has_comment(place)
        }

    def flush(self, pointer: str, indent: int) -> list[str]:
        """Remove the comments below a pointer and return them as lines to write above it."""
        removed = [
            comment
            for comment_map in (self._above, self._inner, self._behind)
            for place in comment_map.below(pointer)
            for comment in comment_map.pop(place)
            if comment
        ]
        return _lines(removed, indent)

    def move(self, prefix: str, old: Expanded, new: Shortened) -> None:
        """Move the comments of the record at *prefix* from its places in the file to those in its shortest form.

        *old* is the record in the release form, with the origins of its values in the file.
        """
        translator = _PointerTranslator(old, new)
        moved: list[tuple[_CommentMap, str, list[str]]] = []
        for comment_map in (self._above, self._inner, self._behind):
            for pointer in [*([prefix] if prefix in comment_map else []), *comment_map.below(prefix)]:
                target, is_exact = translator.target(pointer.removeprefix(prefix), descend=comment_map is self._behind)
                kept = [comment for comment in comment_map.pop(pointer) if comment or is_exact]
                moved.append((comment_map, prefix + target, kept))
        for comment_map, pointer, kept in moved:
            has_place = comment_map is not self._behind or pointer not in comment_map
            (comment_map if has_place else self._above).add(pointer, kept)  # at most one comment behind a value


class _PointerTranslator:
    """Translates pointers into a record as it is in its file to pointers into its shortest form."""

    def __init__(self, old: Expanded, new: Shortened) -> None:
        self.release: dict[str, str] = {}  # pointer in the file → the first pointer in the release form from it
        for pointer, origin in old.origins.items():
            if not origin.pointer.endswith(f"/{SPAN}"):  # one line of a span gives many fields, and is none of them
                self.release.setdefault(origin.pointer, pointer)
        self.new = new

    def target(self, pointer: str, *, descend: bool) -> tuple[str, bool]:
        """Return the pointer of a value in the shortest form, or of the nearest around it; and whether it is exact.

        With *descend*, a mapping over several lines is left for its span or first field, which has a line of its own.
        """
        wanted = _translated(self.new.places, _translated(self.release, pointer))
        target, value = "", self.new.data
        for part in _parts(wanted):
            if isinstance(value, OneLine) or not (child := _child(value, part)):
                break
            value = child[0]
            target = step(target, part)
        is_exact = target == wanted
        while descend and isinstance(value, dict) and value and not isinstance(value, OneLine):
            if is_exact and target:
                break
            name = SPAN if SPAN in value else next(iter(value))
            target, value = step(target, name), value[name]
        return target, is_exact


def _child(value: Any, part: str) -> tuple[Any] | None:
    """Return the child of a value at one part of a pointer, in a tuple; None if it has none."""
    if isinstance(value, dict):
        return (value[part],) if part in value else None
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return (value[int(part)],)
    return None


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _translated(places: dict[str, str], pointer: str) -> str:
    """Return a pointer with its longest prefix in *places* replaced; unchanged if none is there."""
    head, rest = pointer, ""
    while head and head not in places:
        head, _, last = head.rpartition("/")
        rest = f"/{last}{rest}"
    return places[head] + rest if head else pointer


def _lines(comments: list[str], indent: int) -> list[str]:
    return [comment and " " * indent + comment for comment in comments]


def _walk(node: Node, pointer: str, kind: str = "item") -> Iterator[tuple[Node, str, str]]:
    """Yield every node, its pointer (for a key: of its value) and its kind."""
    yield node, pointer, kind
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = step(pointer, key.value)
            yield key, below, "key"
            yield from _walk(value, below, "value")
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, step(pointer, index))
