"""The canonical form of YAML files: order of the keys, quotes, width; comments are kept, values do not change.

The form: fields in the order of the model, then others in theirs; block style, lists not indented; no quotes where
none are needed; texts that do not fit a line folded. A comment on a line of its own stays above what it stood above,
a comment behind a value stays behind it. Before anything is returned it is read back and compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import yaml

from news_dataset import reader
from news_dataset.curate.source import Node, comment_texts, comments, nodes
from news_dataset.reader import Plain
from news_dataset.reader.yamlfile import is_ambiguous
from news_dataset.records import Row
from news_dataset.records.columns import parts

WIDTH = 120
"""How long lines may be, where a text can be folded."""

# Hex digits are always quoted, so that all digests look alike, also one that YAML would read as a number.
_HEX = re.compile("[0-9a-f]{8,}")
_INDICATORS = "-?:,[]{}#&*!|>'\"%@`"  # YAML 1.2, chapter 5.3: what a plain scalar does not begin with
_PRINTABLE = re.compile("[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class FormatError(ValueError):
    """A file has no canonical form that says the same."""


def canonical(text: str, model: type[Row] | None) -> str:
    """Return a YAML file in canonical form.

    Args:
        text: the file, which the reader has accepted.
        model: the model of its records, for the order of the keys; None to leave the order.

    Raises:
        FormatError: the form would change a value or lose a comment, so nothing is returned.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise FormatError("not every YAML parser reads it") from error
    written = _Writer(text, root).file(root, model)
    if not _is_same(reader.parse_yaml(text, "").data, reader.parse_yaml(written, "").data):
        raise FormatError("the canonical form would change a value")
    if comment_texts(text) != comment_texts(written):
        raise FormatError("the canonical form would lose a comment")
    return written


class _Writer:
    """Writes nodes, each with the comments that belong to it."""

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        self.above: dict[int, list[str]] = defaultdict(list)
        self.behind: dict[int, list[str]] = defaultdict(list)
        self.last: list[str] = []
        starts = sorted({node.start_mark.index for node in nodes(root)})
        slots = sorted({node.start_mark.index for node in _slots(root)})
        for at, comment, is_alone in comments(text):
            following = next((start for start in starts if start > at), None)
            before = [start for start in slots if start <= at]
            if not is_alone and before:
                self.behind[before[-1]].append(comment)
            elif following is None:
                self.last.append(comment)
            else:
                self.above[following].append(comment)

    def file(self, root: Node, model: type[Row] | None) -> str:
        """Return the whole file."""
        lines = [*self.comments_above(root, 0), *self.node(root, model, 0), *self.last]
        return "\n".join(lines) + "\n"

    def comments_above(self, node: Node, indent: int) -> list[str]:
        """Return the comments above a node, once."""
        return [" " * indent + comment for comment in self.above.pop(node.start_mark.index, [])]

    def node(self, node: Node, model: type[Row] | None, indent: int) -> list[str]:
        """Return the lines of a node that begins on a line of its own."""
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, model, indent) if node.value else [" " * indent + "{}"]
        if isinstance(node, yaml.SequenceNode):
            return [line for item in node.value for line in self.item(item, model, indent)] or [" " * indent + "[]"]
        return [" " * indent + self.one_line(node)]

    def mapping(self, node: Node, model: type[Row] | None, indent: int) -> list[str]:
        """Return the lines of a mapping's fields, in canonical order."""
        order = {name: at for at, name in enumerate(model.model_fields)} if model else {}
        pairs = sorted(node.value, key=lambda pair: order.get(pair[0].value, len(order)))
        lines: list[str] = []
        for key, value in pairs:
            lines += self.comments_above(key, indent)
            lines += self.field(key, value, parts(model).get(key.value) if model else None, indent)
        return lines

    def field(self, key: Node, value: Node, model: type[Row] | None, indent: int) -> list[str]:
        """Return the lines of one field."""
        name = " " * indent + scalar(key.value, is_plain=key.style is None) + ":"
        remark = "".join(f"  {comment}" for comment in self.behind.pop(key.start_mark.index, []))
        if not isinstance(value, yaml.ScalarNode):
            if not value.value:
                return [f"{name} {'{}' if isinstance(value, yaml.MappingNode) else '[]'}{remark}"]
            inner = indent + (2 if isinstance(value, yaml.MappingNode) else 0)
            return [name + remark, *self.comments_above(value, inner), *self.node(value, model, inner)]
        if value.style is None and not value.value:
            return [name + remark]
        above = self.comments_above(value, indent)
        line = f"{name} {self.one_line(value, bool(remark))}"
        if len(line) > WIDTH and _can_fold(value.value) and not self.stays_plain(value):
            return [*above, f"{name} >-{remark}", *_folded(value.value, indent + 2)]
        return [*above, line + remark]

    def stays_plain(self, node: Node) -> bool:
        """Return whether a scalar must stay unquoted, since quotes would hide that it is a number, or is cut short."""
        return node.style is None and (is_ambiguous(node.value) or _is_cut(self.text, node))

    def item(self, node: Node, model: type[Row] | None, indent: int) -> list[str]:
        """Return the lines of one item of a list."""
        above = self.comments_above(node, indent)
        if isinstance(node, yaml.ScalarNode):
            remark = "".join(f"  {comment}" for comment in self.behind.pop(node.start_mark.index, []))
            return [*above, f"{' ' * indent}- {self.one_line(node, bool(remark))}{remark}"]
        first, *rest = self.node(node, model, indent + 2)
        while first.lstrip().startswith("#"):  # a comment above the first field goes above the item
            above.append(" " * indent + first.lstrip())
            first, *rest = rest
        return [*above, " " * indent + "- " + first[indent + 2 :], *rest]

    def one_line(self, node: Node, with_comment: bool = False) -> str:
        """Return a scalar on one line."""
        is_plain = self.stays_plain(node) or (node.style is None and not with_comment)
        return scalar(node.value, is_plain=is_plain, with_comment=with_comment)


def _slots(node: Node) -> Iterator[Node]:
    """Yield the nodes that a comment can follow on its line: keys, and scalars that are items."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield from _slots(value) if not isinstance(value, yaml.ScalarNode) else ()
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from [item] if isinstance(item, yaml.ScalarNode) else _slots(item)


def _is_cut(text: str, node: Node) -> bool:
    """Return whether a comment follows a scalar directly."""
    line_end = text.find("\n", node.end_mark.index)
    rest = text[node.end_mark.index : line_end if line_end >= 0 else len(text)]
    return bool(node.value) and rest.lstrip().startswith("#")


def _is_same(old: Any, new: Any) -> bool:
    """Return whether two files say the same; a number must not become a text, nor a text a number."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    could_differ = isinstance(old, str) and (not old or is_ambiguous(old))
    meant = not could_differ or isinstance(old, Plain) == isinstance(new, Plain)
    is_cut = [getattr(value, "is_cut", False) and not is_ambiguous(value) for value in (old, new)]
    return bool(old == new and meant and is_cut[0] == is_cut[1])


def scalar(text: str, *, is_plain: bool = False, with_comment: bool = False, in_flow: bool = False) -> str:
    """Return *text* as a scalar on one line.

    Args:
        text: what it says.
        is_plain: whether it was written without quotes, and so may be a number or a truth value.
        with_comment: whether a comment follows on the line, which YAML could read as a part of an unquoted text.
        in_flow: whether it lies within brackets or braces.
    """
    with_comment |= in_flow and bool(set(",[]{}") & set(text))
    if not _PRINTABLE.fullmatch(text):
        return '"' + "".join(map(_escaped, text)) + '"'
    if (_is_safe(text) and not with_comment) or (is_plain and (is_ambiguous(text) or not _HEX.fullmatch(text))):
        return text
    return "'" + text.replace("'", "''") + "'"


def _folded(text: str, indent: int) -> Iterator[str]:
    """Yield the lines of *text* as the body of a folded scalar; joined by blanks they are the text."""
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > WIDTH - indent:
            yield " " * indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield " " * indent + line


def _can_fold(text: str) -> bool:
    """Return whether *text* survives folding: single blanks, none at its ends, nothing that needs an escape."""
    return bool(_PRINTABLE.fullmatch(text)) and " " in text and "  " not in f" {text} "


def _is_safe(text: str) -> bool:
    """Return whether every YAML reads *text* without quotes as just this text."""
    return bool(
        text
        and text == text.strip()
        and text[0] not in _INDICATORS
        and not text.startswith("...")
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
        and not _HEX.fullmatch(text)
        and not is_ambiguous(text)
    )


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _PRINTABLE.fullmatch(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
