"""Span JSON Lines: texts with spans, tokens and relations, as Prodigy writes them (https://prodi.gy/docs/api-interfaces).

Offsets count code points, and ``token_end`` is the last token of a span. A span has an id only if it has one in the
file, or if a relation refers to it: ``span-1`` for the first. A relation of a token that is no span refers to an
annotation of the type ``token``. Where there are only tokens, the text is these, joined by blanks. Tokens beside a text
are used to check spans, and not kept, unless they say more than words and places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from json import dumps
from pathlib import Path
from typing import Any

from news_dataset.annotations import SPACE_JOINED, Annotation, Aside, Document, Quarantined
from news_dataset.importers.inputs import (
    JsonLine,
    as_list,
    id_text,
    json_attributes,
    json_attributes_with_meta,
    json_lines,
    line_files,
    unreadable_line,
)
from news_dataset.importers.soundness import offset_fault, sound
from news_dataset.utf16 import Utf16

TOKEN = "token"
"""The type of an annotation for a token that is no span."""

_ANNOTATORS = ("_annotator_id", "_session_id")
_ASIDE = {"reject": "its annotator rejected it", "ignore": "its annotator skipped it"}
_TOKEN = {"text", "id", "start", "end", "ws", "disabled", "style"}
_SPAN = frozenset(("start", "end", "label", "id", "text"))
_RELATION = frozenset(("head", "child", "label", "head_span", "child_span"))

Place = tuple[int, int]
"""Start and end in code points of the text."""


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of JSON Lines files, in order.

    The id of a document is ``id``, else ``_input_hash``, which is the same for all who annotate a text, else file and
    line. Its annotator
    is ``_annotator_id``, else ``_session_id``. ``meta`` and further members are attributes. A line whose ``answer`` is
    ``reject`` or ``ignore`` is kept aside.
    """
    for file in line_files(source):
        for line in json_lines(file):
            yield unreadable_line(line) if isinstance(line, Quarantined) else _document(line)


def _document(line: JsonLine) -> Document:
    """Return the document of a line: annotated, aside, or one that says why it is bad."""
    if why := _ASIDE.get(str(line.data.get("answer"))):
        aside = Aside(line.path, f"answer: {line.data['answer']}", why, _id(line), line.number, line.text)
        return Document(line.path, aside.id, None, is_article=False, aside=(aside,))
    tokens, text = _tokens(line.data.get("tokens")), line.data.get("text")
    if isinstance(text, str) and tokens is not None:
        return _LineReader(line, text, tokens).document()
    if text is None and tokens:
        return _LineReader(line, " ".join(token["text"] for token in tokens), tokens, SPACE_JOINED).document()
    message = "tokens are not objects with text, start and end" if tokens is None else "the line has no text"
    return unreadable_line(line.refusal("unreadable", message, line.id))


def _id(line: JsonLine) -> str:
    hashed = line.data.get("_input_hash")
    return str(hashed) if "id" not in line.data and type(hashed) is int else line.id


def _tokens(member: Any) -> list[dict[str, Any]] | None:
    """Return the tokens of a line, which may be none; None if they are malformed."""
    if member is None:
        return []
    are_tokens = isinstance(member, list) and all(
        isinstance(token, dict)
        and isinstance(token.get("text"), str)
        and type(token.get("start")) is int
        and type(token.get("end")) is int
        for token in member
    )
    return list(member) if are_tokens else None


class _FaultError(Exception):
    """The reason code and the message of a fault; never leaves this module."""


@dataclass
class _LineReader:
    """Reads a line."""

    line: JsonLine
    text: str
    tokens: list[dict[str, Any]]
    text_rule: str = ""
    annotations: list[Annotation] = field(default_factory=list)
    by_place: dict[tuple[Place, str | None], list[int]] = field(default_factory=dict)  # by place and type; None: any
    ids: set[str] = field(default_factory=set)
    quarantined: list[Quarantined] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.utf16, self.token_places, offset = Utf16(self.text), list[Place](), 0
        for token in self.tokens:
            end = offset + len(token["text"])
            self.token_places.append((offset, end) if self.text_rule else (token["start"], token["end"]))
            offset = end + 1

    def document(self) -> Document:
        """Return the document."""
        data = self.line.data
        for name, add in (("spans", self.add_span), ("relations", self.add_relation)):
            for number, item in enumerate(as_list(data.get(name)), 1):
                id_ = str(item["id"]) if isinstance(item, dict) and item.get("id") else f"{name[:-1]}-{number}"
                try:
                    add(item)
                except _FaultError as fault:
                    reason, message = fault.args
                    content = dumps(item, ensure_ascii=False)
                    self.quarantined.append(self.line.refusal(reason, message, id_, content))
        annotator = next((name for name in _ANNOTATORS if isinstance(data.get(name), str)), "")
        without = {"id", "text", "spans", "relations", annotator}
        without |= set() if any(token.keys() - _TOKEN for token in self.tokens) else {"tokens"}
        attributes, user = json_attributes_with_meta(data, without), data[annotator] if annotator else ""
        document = Document(
            self.line.path, _id(self.line), self.text, tuple(self.annotations), attributes, user, self.text_rule
        )
        return sound(replace(document, quarantined=tuple(self.quarantined)))

    def add_span(self, item: Any) -> None:
        """Add the annotation of a span."""
        if not isinstance(item, dict) or not isinstance(item.get("label"), str):
            raise _FaultError("bad_line", "expected a span with start, end and label")
        id_ = "" if item.get("id") is None else id_text(item["id"])
        if id_ is None:
            raise _FaultError("bad_line", "the id of a span is a text or an integer")
        without = {*_SPAN, "token_start", "token_end"} if self.tokens else _SPAN
        self.add(id_, item["label"], self.place(item), json_attributes(item, without))

    def add(self, id_: str, type_: str, place: Place, attributes: dict[str, Any]) -> int:
        """Add an annotation; return its number, from 0."""
        number = len(self.annotations)
        self.ids.add(id_)
        for key in (place, type_), (place, None):
            self.by_place.setdefault(key, []).append(number)
        self.annotations.append(Annotation(id_, type_, (place,), attributes, line=self.line.number))
        return number

    def place(self, span: dict[str, Any]) -> Place:
        """Return the place of a span, whose offsets, tokens and words must agree.

        Raises:
            _FaultError: they do not agree, or some are missing.
        """
        start, end, words = span.get("start"), span.get("end"), span.get("text")
        tokens = self.token_range(span)
        of_tokens = (self.token_places[tokens[0]][0], self.token_places[tokens[1]][1]) if tokens else None
        if self.text_rule:
            if of_tokens is None:
                raise _FaultError("bad_line", "there is no text, and the span does not name its tokens")
            return of_tokens
        if type(start) is not int or type(end) is not int:
            raise _FaultError("bad_line", "start and end are integers")
        fragments = ((start, end),)
        if of_tokens and of_tokens != (start, end):
            there = f"{of_tokens[0]} to {of_tokens[1]}"
            raise _FaultError("other_words", f"it marks {start} to {end}, but its tokens are at {there}")
        fault = offset_fault(self.text, fragments)
        if not fault and self.fits((start, end), words, tokens):
            return start, end
        points = self.utf16.points(fragments) if self.utf16.differs else None
        if points and points != fragments and self.fits(points[0], words, tokens):
            raise _FaultError("unknown_unit", "its offsets fit the text only in UTF-16 units")
        if fault:
            raise _FaultError("offset_outside", fault)
        there = repr(self.text[start:end][:40])
        raise _FaultError("other_words", f"at {start} to {end} is {there}, which is not its words")

    def token_range(self, span: dict[str, Any]) -> tuple[int, int] | None:
        """Return the numbers of first and last token of a span; None if it has none."""
        first, last = span.get("token_start"), span.get("token_end")
        if not self.tokens or first is None or last is None:
            return None
        if type(first) is not int or type(last) is not int or not 0 <= first <= last < len(self.tokens):
            raise _FaultError("offset_outside", f"its tokens are {first} to {last}, but there are {len(self.tokens)}")
        return first, last

    def fits(self, place: Place, words: Any, tokens: tuple[int, int] | None) -> bool:
        """Return whether a place has the declared words, and the ends of its tokens."""
        there = self.text[slice(*place)]
        first, last = (self.tokens[number]["text"] for number in tokens) if tokens else ("", "")
        return (not isinstance(words, str) or there == words) and there.startswith(first) and there.endswith(last)

    def add_relation(self, item: Any) -> None:
        """Add the annotation of a relation."""
        if not isinstance(item, dict) or not isinstance(item.get("label"), str):
            raise _FaultError("bad_line", "expected a relation with head, child and label")
        ends = [(role, self.end(item, role)) for role in ("head", "child")]
        links = tuple((role, self.id_of(end)) for role, end in ends)
        attributes = json_attributes(item, _RELATION)
        self.annotations.append(Annotation("", item["label"], (), attributes, links, self.line.number))

    def id_of(self, end: int | Place) -> str:
        """Return the id at an end of a relation, which is new if there is none."""
        if isinstance(end, tuple):
            made = self.by_place.get((end, TOKEN))
            end = made[0] if made else self.add("", TOKEN, end, {})
        annotation = self.annotations[end]
        if annotation.id:
            return annotation.id
        id_ = f"{TOKEN if annotation.type == TOKEN else 'span'}-{end + 1}"
        while id_ in self.ids:
            id_ += "x"
        self.ids.add(id_)
        self.annotations[end] = replace(annotation, id=id_)
        return id_

    def end(self, relation: dict[str, Any], role: str) -> int | Place:
        """Return the annotation at an end of a relation, by number, or a token's place."""
        span, token = relation.get(f"{role}_span"), relation.get(role)
        label: Any = None
        if isinstance(span, dict):
            place, label = self.place(span), span.get("label")
            matches = self.by_place.get((place, label if isinstance(label, str) else None), [])
        elif type(token) is int and 0 <= token < len(self.tokens):
            place = start, end = self.token_places[token]
            matches = [number for ((first, last), type_), numbers in self.by_place.items()
                       if type_ is None and first <= start and end <= last for number in numbers]  # fmt: skip
        else:
            raise _FaultError("dangling_id", f"it refers to {role} {token!r}, which is not a token")
        if len(matches) > 1:
            raise _FaultError("dangling_id", f"its {role} may be any of {len(matches)} spans")
        if not matches and isinstance(label, str):
            raise _FaultError("dangling_id", f"its {role} is not a span that exists")
        return matches[0] if matches else place
