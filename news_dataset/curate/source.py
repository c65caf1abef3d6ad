"""Edit YAML as text by the offsets of its nodes, so that nothing but the intended characters changes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

Edit = tuple[int, int, str]
"""Start and end offset of the replaced text, and the text that replaces it."""

_SHARP = re.compile(r"(?:^|(?<=[ \t]))#", re.MULTILINE)

_BLANK = re.compile(r"^[ \t]*\n", re.MULTILINE)

Node = Any  # a node of PyYAML; the type of its value depends on its kind

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def composed(text: str) -> Node | None:
    """Return the root node of a YAML file; None if it is empty.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:  # libyaml reads no escaped surrogates, which JSON has
        return yaml.compose(text, Loader=yaml.SafeLoader)


def records(text: str) -> Iterator[tuple[str, Node]]:
    """Yield the pointer and the node of each record in a file that the reader has accepted."""
    root = composed(text)
    if isinstance(root, yaml.SequenceNode):
        yield from ((f"/{index}", node) for index, node in enumerate(root.value))
    else:
        yield "", root


def pair(node: Node, name: str) -> tuple[Node, Node] | None:
    """Return the key and value nodes of a field of a mapping; None if it has no such field."""
    return next(((key, value) for key, value in node.value if key.value == name), None)


def node_at(node: Node, pointer: str) -> Node:
    """Return the node at a JSON Pointer below a node."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        field = pair(node, name) if isinstance(node, yaml.MappingNode) else None
        node = field[1] if field else node.value[int(name)]
    return node


def replace_value(text: str, node: Node, value: str) -> Edit:
    """Return the edit that replaces a mapping by *value* (YAML), on the line of its key or dash."""
    start, end = node.start_mark.index, node.end_mark.index if node.flow_style else end_of(text, node.value[-1][1])
    before = text[:start].rstrip()
    return (len(before), end, f" {value}") if before.endswith((":", "-")) else (start, end, value)


def end_of(text: str, node: Node) -> int:
    """Return the offset behind a node's last character; PyYAML gives the next line for some."""
    own = text[node.start_mark.index : node.end_mark.index]
    return node.start_mark.index + len(own.rstrip()) if own.strip() else len(text[: node.end_mark.index].rstrip())


def nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes in it, keys included."""
    yield node
    for part in node.value if not isinstance(node, yaml.ScalarNode) else ():
        for inner in part if isinstance(part, tuple) else (part,):
            yield from nodes(inner)


def comments(text: str, root: Node | None) -> Iterator[tuple[int, str, bool]]:
    """Yield offset and text of each comment, and whether it is alone on its line."""
    scalars, line_end = _ScalarExtents(text, root), -1
    for match in _SHARP.finditer(text):
        offset = match.start()
        if offset >= line_end and offset not in scalars:
            line_end = text.find("\n", offset)
            line_end = len(text) if line_end < 0 else line_end
            yield offset, text[offset:line_end].rstrip(), not text[text.rfind("\n", 0, offset) + 1 : offset].strip()


def blank_lines(text: str, root: Node | None) -> Iterator[int]:
    """Yield the offset of each blank line that is not part of a value; arguments as ``comments``."""
    scalars = _ScalarExtents(text, root)
    yield from (match.start() for match in _BLANK.finditer(text) if match.start() not in scalars)


def comment_texts(text: str) -> list[str]:
    """Return the texts of all comments, sorted."""
    return sorted(comment for _, comment, _ in comments(text, composed(text))) if _SHARP.search(text) else []


def has_remarks(text: str) -> bool:
    """Return whether a file may have comments or blank lines."""
    return bool(_SHARP.search(text) or _BLANK.search(text))


class _ScalarExtents:
    """The offsets that lie inside the scalars of a file."""

    def __init__(self, text: str, root: Node | None) -> None:
        extents = [_extent(text, node) for node in nodes(root) if isinstance(node, yaml.ScalarNode)] if root else []
        self._starts, self._ends = [start for start, _ in extents], [end for _, end in extents]

    def __contains__(self, offset: int) -> bool:
        last = bisect_right(self._starts, offset) - 1
        return last >= 0 and offset < self._ends[last]


def _extent(text: str, node: Node) -> tuple[int, int]:
    """Return start and end of a scalar, without the first line of a block scalar."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in ("|", ">"):
        start = text.find("\n", start)
        end -= len(text[start:end]) - len(text[start:end].rstrip())
    return start, end


def replace_pairs(text: str, node: Node, wanted: Mapping[str, Mapping[str, str] | None]) -> list[Edit]:
    """Return the edits that replace fields of a mapping by others, or remove them.

    Args:
        text: the whole file.
        node: the mapping.
        wanted: name of a field → the fields in its place, name → value as YAML; None to remove it. At least one field
            of the mapping must stay or be replaced.
    """
    pairs = [(key.start_mark.index, end_of(text, value) if value.value else value.end_mark.index, key.value)
             for key, value in node.value]  # fmt: skip
    separator = ", " if node.flow_style else "\n" + " " * node.value[0][0].start_mark.column
    kept = [index for index, (_, _, name) in enumerate(pairs) if wanted.get(name, name) is not None]
    edits: list[Edit] = []
    for index, (begin, end, name) in enumerate(pairs):
        fields = wanted.get(name)
        if fields is not None:
            edits.append((begin, end, separator.join(f"{key}: {value}" for key, value in fields.items())))
        elif name in wanted and index < kept[-1]:  # with the gap to the next, unless it holds a comment
            following = pairs[index + 1][0]
            edits.append((begin, end if "#" in text[end:following] else following, ""))
        elif name in wanted:
            before = pairs[index - 1][1]
            line_start = text.rfind("\n", before, begin)  # a comment before it stays: only its own line is removed
            edits.append((line_start if "#" in text[before:begin] else before, end, ""))
    return edits


def insert_after(text: str, node: Node, names: Sequence[str], fields: Mapping[str, str]) -> Edit:
    """Return the edit that inserts fields after the last of a mapping's *names*."""
    last = [value for key, value in node.value if key.value in names][-1]
    if node.flow_style:
        offset = end_of(text, last)
        return offset, offset, "".join(f", {key}: {value}" for key, value in fields.items())
    line_end, indent = text.find("\n", end_of(text, last)), " " * node.value[0][0].start_mark.column
    offset = len(text) if line_end < 0 else line_end
    return offset, offset, "".join(f"\n{indent}{key}: {value}" for key, value in fields.items())


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return *text* with all edits made; they must not overlap."""
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text
