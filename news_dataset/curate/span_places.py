"""Find spans in a file of records, in either form, and make the edits that replace them.

A span is a mapping with its six fields, or a text such as ``140-185 45 252562523e8e894e 0ae5066b ef46d7cb``; several in
one scalar are fragments. Both are recognized by their form, wherever they lie in a record.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from news_dataset.curate import source
from news_dataset.curate.canonical import flow
from news_dataset.errors import nearest
from news_dataset.records import Evidence, Mention, Quantity
from news_dataset.source_form import SPAN, WORDS
from news_dataset.spans import FIND, FINDING, NO_SPAN, SPAN_FIELDS, WORDS_ALONE, Span, Text, span_digest

PLACEHOLDER = "CHANGE-ME"
"""The value of ``find`` that the curator has to replace."""

_LISTS = {"mentions": "mention", "quantities": "quantity"}

_FIELDS = {*Mention.model_fields, *Evidence.model_fields, *Quantity.model_fields, *FINDING}

_ONE_LINE = re.compile(r"(\d+)-(\d+) (\d+) ([0-9a-f]{16}) ([0-9a-f]{8}) ([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class SpanPlace:
    """A span in a file, with its fragments where they share a scalar.

    Args:
        node: the mapping with the six fields, or the scalar.
        owner: for a scalar, the mapping around it and the name of its field; None for a mapping.
        role: the role that the record gives it there, else the list it is in.
        spans: the span, or its fragments.
        mention: its number in the list, or among those of its role; 0 if there is no list.
    """

    node: source.Node
    owner: tuple[source.Node, str] | None
    role: str
    spans: tuple[Span, ...]
    mention: int = 0

    @property
    def label(self) -> str:
        """What messages call the span: ``content``, ``mention 2 of content``, ``mention 3 (Mira Example)``."""
        if self.role not in _LISTS:
            return f"mention {self.mention} of {self.role}" if self.mention else self.role or "the span"
        values = [source.pair(self._row, name) for name in ("as_written", "referent", "label")]
        name = next((str(pair[1].value) for pair in values if pair and isinstance(pair[1], yaml.ScalarNode)), "")
        return f"{_LISTS[self.role]} {self.mention}{name and f' ({name})'}"

    @property
    def old_words(self) -> Any:
        """The words that the record holds of the span, one text or one per fragment; None without, or if wrong."""
        digests = [f"{span.length} {span.digest}" for span in self.spans]
        for name in (WORDS, "as_written") if self._row else ():
            words = _plain(pair[1]) if (pair := source.pair(self._row, name)) else None
            parts = words if isinstance(words, list) else [words]
            if all(isinstance(part, str) for part in parts) and [*map(span_digest, parts)] == digests:
                return words
        return None

    def replace(self, words: str, spans: tuple[Span, ...], copy: Text, *, is_json: bool) -> list[source.Edit]:
        """Return the edits of a file (*words*) that replace these spans by as many in the other text *copy*."""
        if self.owner:
            start, text = self.node.start_mark.index, words[self.node.start_mark.index : self.node.end_mark.index]
            pairs = zip(_ONE_LINE.finditer(text), spans, strict=True)
            edits = [(start + old.start(), start + old.end(), str(new)) for old, new in pairs]
            if node := self._words_node():
                parts = [copy.words[span.start : span.end] for span in spans]
                new: Any = parts if len(parts) > 1 else parts[0]
                value = json.dumps(new, ensure_ascii=False) if is_json else flow(new)
                edits.append((node.start_mark.index, node.end_mark.index, value))
            return edits
        (span,) = spans
        return [
            _replace_scalar(words, value, getattr(span, key.value))
            for key, value in self.node.value
            if key.value in _SPAN_KEYS
        ]

    def unanchor(self, words: str, *, is_json: bool) -> list[source.Edit]:
        """Return the edits that replace the span by ``find`` with its old words, or else a placeholder for them."""
        found = self.old_words or PLACEHOLDER
        key, value = (f'"{FIND}"', json.dumps(found, ensure_ascii=False)) if is_json else (FIND, flow(found))
        if not self.owner:
            wanted: dict[str, dict[str, str] | None] = dict.fromkeys((*SPAN_FIELDS, WORDS))
            return source.replace_pairs(words, self.node, wanted | {SPAN_FIELDS[0]: {key: value}})
        mapping, name = self.owner
        if name == SPAN:
            return source.replace_pairs(words, mapping, {WORDS: None, name: {key: value}})
        return [(self.node.start_mark.index, self.node.end_mark.index, f"{{{key}: {value}}}")]

    @property
    def _row(self) -> source.Node | None:
        """The mapping with the other fields of the span; None if it has none."""
        if self.owner is None:
            return self.node
        return self.owner[0] if self.owner[1] == SPAN else None

    def _words_node(self) -> source.Node | None:
        """Return the node of the words beside the span; None if there are none."""
        field = source.pair(self.owner[0], WORDS) if self.owner and self.owner[1] == SPAN else None
        return field[1] if field else None


_SPAN_KEYS = frozenset(SPAN_FIELDS)


def span_places(
    node: source.Node, owner: tuple[source.Node, str] | None = None, role: str = "", mention: int = 0
) -> Iterator[SpanPlace]:
    """Yield the spans in a node of a record; *owner*, *role* and *mention* are as in ``SpanPlace``."""
    if isinstance(node, yaml.ScalarNode):
        spans = tuple(_span(*parts) for parts in _ONE_LINE.findall(node.value))
        if spans and owner and not _ONE_LINE.sub("", node.value).strip(" +"):
            yield SpanPlace(node, owner, role, spans, mention)
    elif isinstance(node, yaml.MappingNode):
        values = {key.value: value.value for key, value in node.value}
        role = str(values.get("role", role))
        if values.keys() >= _SPAN_KEYS:
            yield SpanPlace(node, None, role, (_span(*(values[name] for name in SPAN_FIELDS)),), mention)
            return
        for key, value in node.value:
            is_span = key.value == SPAN
            yield from span_places(value, (node, key.value), role if is_span else key.value, mention if is_span else 0)
    else:
        numbers: Counter[str] = Counter()
        for item in node.value:
            written = (
                {key.value: value.value for key, value in item.value} if isinstance(item, yaml.MappingNode) else {}
            )
            of = str(written.get("role", role))
            numbers[of] = int(number) if (number := str(written.get("mention"))).isdecimal() else numbers[of] + 1
            yield from span_places(item, owner, role, numbers[of])


def _plain(node: source.Node) -> Any:
    """Return the text of a scalar, or the texts of a list."""
    return node.value if isinstance(node, yaml.ScalarNode) else [item.value for item in node.value]


def without_spans(data: Any) -> Any:
    """Return data without what anchoring or carrying may change, to compare the rest."""
    if isinstance(data, list):
        return [without_spans(item) for item in data]
    if isinstance(data, dict):
        left_out = {*FINDING, *SPAN_FIELDS, SPAN, WORDS, "text_sha256", "text_length"}
        kept = {key: without_spans(value) for key, value in data.items() if key not in left_out}
        return kept or None
    return None if isinstance(data, str) and _ONE_LINE.match(data) else data


def _span(start: str, end: str, length: str, digest: str, prefix: str, suffix: str) -> Span:
    return Span(int(start), int(end), int(length), digest, prefix, suffix)


def _replace_scalar(words: str, node: source.Node, value: int | str) -> source.Edit:
    """Return the edit that replaces a scalar; digests are quoted, since they may consist of digits."""
    quote = node.style or ("'" if isinstance(value, str) else "")
    return node.start_mark.index, source.end_of(words, node), f"{quote}{value}{quote}"


def field_fault(row: dict[str, Any], node: source.Node, *, is_by_role: bool) -> tuple[str, str, str] | None:
    """Return a field that a row without a span lacks or cannot have, its message and hint; None if there is none.

    Args:
        row: the row in the release form.
        node: what is written in its place.
        is_by_role: whether a role is the key of *node*, which says the other fields.
    """
    written = {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    if FIND not in row and WORDS in written:
        return WORDS, *WORDS_ALONE
    if unknown := sorted(written.keys() - _FIELDS - {SPAN}):
        near = nearest(unknown[0], FINDING)
        hint = f"did you mean {near}?" if near else "put the words in quotes, if they hold a comma or a colon"
        return unknown[0], f"{unknown[0]!r} is not a field of a span", hint
    if FIND not in row:
        return "", *NO_SPAN
    for key, value in written.items() if is_by_role else ():
        if key == "of":
            numbers = ",".join(item.value for item in (value.value if isinstance(value.value, list) else [value]))
            return "of", "of is not written here", f'write the key as "{row["role"]} {numbers}:"'
        if key not in FINDING:
            return key, f"{key} is not written here", "leave it out"
    return None
