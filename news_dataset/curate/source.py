"""YAML as text with extents, so that a change touches what it means to change and not a character more."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

Edit = tuple[int, int, str]
"""Start and end of what is replaced, and the text that replaces it."""

_SHARP = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)

_BLANK = re.compile(r"^[ \t]*\n", re.MULTILINE)

Node = Any  # PyYAML's nodes, whose values differ by kind

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def composed(text: str) -> Node | None:
    """Return the root node of a YAML file; None where there is none.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:  # libyaml reads no escaped surrogates, which JSON has
        return yaml.compose(text, Loader=yaml.SafeLoader)


def records(text: str) -> Iterator[tuple[str, Node]]:
    """Yield the pointer and the node of each record in *text*, which the reader has accepted."""
    root = composed(text)
    if isinstance(root, yaml.SequenceNode):
        yield from ((f"/{at}", node) for at, node in enumerate(root.value))
    else:
        yield "", root


def pair(node: Node, name: str) -> tuple[Node, Node] | None:
    """Return the key and value nodes of a field of a mapping."""
    return next((found for found in node.value if found[0].value == name), None)


def at(node: Node, pointer: str) -> Node:
    """Return the node at a JSON Pointer below a node."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = pair(node, name) if isinstance(node, yaml.MappingNode) else None
        node = found[1] if found else node.value[int(name)]
    return node


def replace_value(text: str, node: Node, value: str) -> Edit:
    """Return the edit that writes a scalar in the place of a mapping, on the line of its key or dash."""
    start, last = node.start_mark.index, node.end_mark.index if node.flow_style else end_of(text, node.value[-1][1])
    before = text[:start].rstrip()
    return (len(before), last, f" {value}") if before.endswith((":", "-")) else (start, last, value)


def end_of(text: str, node: Node) -> int:
    """Return the offset behind a node's last character; block scalars and collections end on the next line."""
    own = text[node.start_mark.index : node.end_mark.index]
    return node.start_mark.index + len(own.rstrip()) if own.strip() else len(text[: node.end_mark.index].rstrip())


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and every node in it, keys too."""
    yield node
    for part in node.value if not isinstance(node, yaml.ScalarNode) else ():
        for inner in part if isinstance(part, tuple) else (part,):
            yield from nodes(inner)


def comments(text: str, root: Node | None) -> Iterator[tuple[int, str, bool]]:
    """Yield each comment's offset, its text, and whether it has its line for itself.

    Args:
        text: the file.
        root: its root node.
    """
    inside, line_end = _Extents(text, root), -1
    for found in _SHARP.finditer(text):
        at = found.start()
        if at >= line_end and at not in inside:
            line_end = text.find("\n", at)
            line_end = len(text) if line_end < 0 else line_end
            yield at, text[at:line_end].rstrip(), not text[text.rfind("\n", 0, at) + 1 : at].strip()


def blank_lines(text: str, root: Node | None) -> Iterator[int]:
    """Yield the offset of each blank line that is no part of a value; arguments as ``comments``."""
    inside = _Extents(text, root)
    yield from (found.start() for found in _BLANK.finditer(text) if found.start() not in inside)


def comment_texts(text: str) -> list[str]:
    """Return the texts of all comments, sorted."""
    return sorted(words for _, words, _ in comments(text, composed(text))) if _SHARP.search(text) else []


def has_remarks(text: str) -> bool:
    """Return whether a file may have comments or blank lines."""
    return bool(_SHARP.search(text) or _BLANK.search(text))


class _Extents:
    """Where the scalars of a file are, which lie one behind the other."""

    def __init__(self, text: str, root: Node | None) -> None:
        found = [_extent(text, node) for node in nodes(root) if isinstance(node, yaml.ScalarNode)] if root else []
        self._starts, self._ends = [start for start, _ in found], [end for _, end in found]

    def __contains__(self, at: int) -> bool:
        last = bisect_right(self._starts, at) - 1
        return last >= 0 and at < self._ends[last]


def _extent(text: str, node: Node) -> tuple[int, int]:
    """Return where a scalar's own characters are; the line with a block scalar's indicator may hold a comment."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("|", ">"):
        start = text.find("\n", start)
        end -= len(text[start:end]) - len(text[start:end].rstrip())
    return start, end


def replace_pairs(text: str, node: Node, wanted: Mapping[str, Mapping[str, str] | None]) -> list[Edit]:
    """Return the edits that replace fields of a mapping by others, or remove them.

    Args:
        text: the whole source.
        node: the mapping.
        wanted: for a field the fields (with their values as YAML) that take its place; None to remove it.
    """
    pairs = [(key.start_mark.index, end_of(text, value) if value.value else value.end_mark.index, key.value)
             for key, value in node.value]  # fmt: skip
    joint = ", " if node.flow_style else "\n" + " " * node.value[0][0].start_mark.column
    kept = [at for at, (_, _, name) in enumerate(pairs) if wanted.get(name, name) is not None]
    edits: list[Edit] = []
    for at, (begin, end, name) in enumerate(pairs):
        fields = wanted.get(name)
        if fields is not None:
            edits.append((begin, end, joint.join(f"{key}: {value}" for key, value in fields.items())))
        elif name in wanted and at < kept[-1]:  # with the gap to the next, unless it holds a comment
            following = pairs[at + 1][0]
            edits.append((begin, end if "#" in text[end:following] else following, ""))
        elif name in wanted:
            before = pairs[at - 1][1]
            alone = text.rfind("\n", before, begin)  # a comment before it stays, and only its own line goes
            edits.append((alone if "#" in text[before:begin] else before, end, ""))
    return edits


def insert_after(text: str, node: Node, names: Sequence[str], fields: Mapping[str, str]) -> Edit:
    """Return the edit that inserts fields into a mapping, behind the last field that is one of *names*."""
    _, value = [found for found in node.value if found[0].value in names][-1]
    if node.flow_style:
        at = end_of(text, value)
        return at, at, "".join(f", {key}: {words}" for key, words in fields.items())
    line_end = text.find("\n", end_of(text, value))
    at, indent = len(text) if line_end < 0 else line_end, " " * node.value[0][0].start_mark.column
    return at, at, "".join(f"\n{indent}{key}: {value}" for key, value in fields.items())


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return *text* with all edits made; they do not overlap."""
    for begin, end, words in sorted(edits, reverse=True):
        text = text[:begin] + words + text[end:]
    return text
