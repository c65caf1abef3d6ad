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
from news_dataset.importers.json_lines import JsonLine, as_attributes, json_lines, line_files, unread, with_meta
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


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of a source, in the order of files and lines.

    The id of a document is ``id``, else ``_input_hash``, which is the same for all who annotate a text. Its annotator
    is ``_annotator_id``, else ``_session_id``. ``meta`` and further members are attributes. A line whose ``answer`` is
    ``reject`` or ``ignore`` is kept aside.

    Args:
        source: a file, or a folder or zip archive of ``.jsonl`` files.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    for file in line_files(source):
        for line in json_lines(file):
            if isinstance(line, Quarantined):
                yield unread(line)
                continue
            if why := _ASIDE.get(str(line.data.get("answer"))):
                kind, id_ = f"answer: {line.data['answer']}", _id(line)
                aside = (Aside(line.path, kind, why, id_, line.number, line.text),)
                yield Document(line.path, id_, None, is_article=False, aside=aside)
                continue
            tokens = _tokens(line.data.get("tokens"))
            text = line.data.get("text")
            if isinstance(text, str) and tokens is not None:
                yield _Reading(line, text, tokens).document()
            elif text is None and tokens:
                yield _Reading(line, " ".join(one["text"] for one in tokens), tokens, SPACE_JOINED).document()
            else:
                why = "tokens are no objects with text, start and end" if tokens is None else "the line has no text"
                yield unread(line.refused("unreadable", why, line.id))


def _id(line: JsonLine) -> str:
    hashed = line.data.get("_input_hash")
    return str(hashed) if "id" not in line.data and type(hashed) is int else line.id


def _tokens(written: Any) -> list[dict[str, Any]] | None:
    """Return the tokens of a line; None if they are none."""
    if written is None:
        return []
    are_tokens = isinstance(written, list) and all(
        isinstance(one, dict) and isinstance(one.get("text"), str) and _is_place(one.get("start"), one.get("end"))
        for one in written
    )
    return list(written) if are_tokens else None


def _is_place(start: Any, end: Any) -> bool:
    return type(start) is int and type(end) is int


def _list(written: Any) -> list[Any]:
    return written if isinstance(written, list) else [] if written is None else [written]


class _FaultError(Exception):
    """A reason and a message; never leaves this module."""


@dataclass
class _Reading:
    """Reads a line."""

    line: JsonLine
    text: str
    tokens: list[dict[str, Any]]
    text_rule: str = ""
    found: list[Annotation] = field(default_factory=list)
    by_place: dict[tuple[Place, str | None], list[int]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    quarantined: list[Quarantined] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.units, self.places, at = Utf16(self.text), list[Place](), 0
        for one in self.tokens:
            end = at + len(one["text"])
            self.places.append((at, end) if self.text_rule else (one["start"], one["end"]))
            at = end + 1

    def document(self) -> Document:
        """Return the document."""
        for name, add in (("spans", self.add_span), ("relations", self.add_relation)):
            for number, one in enumerate(_list(self.line.data.get(name)), 1):
                id_ = str(one["id"]) if isinstance(one, dict) and one.get("id") else f"{name[:-1]}-{number}"
                try:
                    add(one)
                except _FaultError as fault:
                    reason, message = fault.args
                    content = dumps(one, ensure_ascii=False)
                    self.quarantined.append(self.line.refused(reason, message, id_, content))
        data = self.line.data
        annotator = next((name for name in _ANNOTATORS if isinstance(data.get(name), str)), "")
        without = {"id", "text", "spans", "relations", annotator}
        without |= set() if any(one.keys() - _TOKEN for one in self.tokens) else {"tokens"}
        id_ = _id(self.line)
        user = data[annotator] if annotator else ""
        base = Document(
            self.line.path, id_, self.text, tuple(self.found), with_meta(data, without), user, self.text_rule
        )
        return sound(replace(base, quarantined=tuple(self.quarantined)))

    def add_span(self, written: Any) -> None:
        """Add a span."""
        if not isinstance(written, dict) or not isinstance(written.get("label"), str):
            raise _FaultError("bad_line", "expected a span with start, end and label")
        id_ = written.get("id") if written.get("id") is not None else ""
        if not isinstance(id_, str | int) or isinstance(id_, bool):
            raise _FaultError("bad_line", "the id of a span is a text or an integer")
        self.add(str(id_), written["label"], self.place(written), as_attributes(written, self.without()))

    def without(self) -> set[str]:
        """Return the members of a span that its annotation has no attribute for."""
        return {*_SPAN, "token_start", "token_end"} if self.tokens else set(_SPAN)

    def add(self, id_: str, type_: str, place: Place, attributes: dict[str, Any]) -> int:
        """Add an annotation; return its number, from 0."""
        number = len(self.found)
        self.ids.add(id_)
        for key in (place, type_), (place, None):
            self.by_place.setdefault(key, []).append(number)
        self.found.append(Annotation(id_, type_, (place,), attributes, line=self.line.number))
        return number

    def place(self, written: dict[str, Any]) -> Place:
        """Return where a span is, after its offsets, tokens and words are compared."""
        start, end = written.get("start"), written.get("end")
        pair = self.pair(written)
        if self.text_rule:
            if pair is None:
                raise _FaultError("bad_line", "there is no text, and the span does not name its tokens")
            return self.places[pair[0]][0], self.places[pair[1]][1]
        if type(start) is not int or type(end) is not int:
            raise _FaultError("bad_line", "start and end are integers")
        fault = offset_fault(self.text, ((start, end),))
        words = written.get("text")
        there = "" if pair is None else f"{self.places[pair[0]][0]} to {self.places[pair[1]][1]}"
        if there and there != f"{start} to {end}":
            raise _FaultError("other_words", f"it marks {start} to {end}, but its tokens are at {there}")
        if not fault and self.fits((start, end), words, pair):
            return start, end
        points = self.units.points(((start, end),)) if self.units.differs else None
        if points and points != ((start, end),) and self.fits(points[0], words, pair):
            raise _FaultError("unknown_unit", "its offsets fit the text only in UTF-16 units")
        if fault:
            raise _FaultError("offset_outside", fault)
        raise _FaultError(
            "other_words", f"at {start} to {end} is {self.text[start:end][:40]!r}, which is not its words"
        )

    def pair(self, written: dict[str, Any]) -> tuple[int, int] | None:
        """Return the numbers of the first and last token of a span; None where it does not say them."""
        first, last = written.get("token_start"), written.get("token_end")
        if not self.tokens or first is None or last is None:
            return None
        if type(first) is not int or type(last) is not int or not 0 <= first <= last < len(self.tokens):
            raise _FaultError("offset_outside", f"its tokens are {first} to {last}, but there are {len(self.tokens)}")
        return first, last

    def fits(self, place: Place, words: Any, pair: tuple[int, int] | None) -> bool:
        """Return whether the words at a place are those that a span declares, and those of its tokens."""
        there = self.text[slice(*place)]
        if pair is None:
            return not isinstance(words, str) or there == words
        first, last = (self.tokens[at]["text"] for at in pair)
        is_declared = not isinstance(words, str) or there == words
        return is_declared and there.startswith(first) and there.endswith(last)

    def add_relation(self, written: Any) -> None:
        """Add a relation."""
        if not isinstance(written, dict) or not isinstance(written.get("label"), str):
            raise _FaultError("bad_line", "expected a relation with head, child and label")
        ends = [(role, self.end(written, role)) for role in ("head", "child")]
        links = tuple((role, self.named(end)) for role, end in ends)
        attributes = as_attributes(written, _RELATION)
        self.found.append(Annotation("", written["label"], (), attributes, links, self.line.number))

    def named(self, end: int | Place) -> str:
        """Return the id of an annotation, which is given one if it has none; one is made for a token."""
        if isinstance(end, tuple):
            made = self.by_place.get((end, TOKEN))
            end = made[0] if made else self.add("", TOKEN, end, {})
        number, one = end, self.found[end]
        if not one.id:
            id_ = f"{TOKEN if one.type == TOKEN else 'span'}-{number + 1}"
            while id_ in self.ids:
                id_ += "x"
            self.ids.add(id_)
            self.found[number] = one = replace(one, id=id_)
        return one.id

    def end(self, written: dict[str, Any], role: str) -> int | Place:
        """Return the number of the annotation to which one end of a relation leads, or the place of its token."""
        span, token = written.get(f"{role}_span"), written.get(role)
        if isinstance(span, dict):
            place, label = self.place(span), span.get("label")
        elif type(token) is int and 0 <= token < len(self.tokens):
            place, label = self.places[token], None
        else:
            raise _FaultError("dangling_id", f"it refers to {role} {token!r}, which is no token")
        if isinstance(span, dict):
            found = self.by_place.get((place, label if isinstance(label, str) else None), [])
        else:
            start, end = place
            found = [at for ((first, last), type_), several in self.by_place.items()
                     if type_ is None and first <= start and end <= last for at in several]  # fmt: skip
        if len(found) > 1:
            raise _FaultError("dangling_id", f"its {role} may be any of {len(found)} spans")
        if not found and isinstance(label, str):
            raise _FaultError("dangling_id", f"its {role} is no span that is there")
        return found[0] if found else place
