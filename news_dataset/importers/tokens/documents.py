"""One document of token-indexed JSON: SpkAtt-2023, DyGIE++, SpERT (``news_dataset.importers.tokens`` says more)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from news_dataset.annotations import SPACE_JOINED, Annotation, Document, Quarantined
from news_dataset.files import ReadError
from news_dataset.importers.inputs import attributes_of, shown
from news_dataset.importers.token_text import Token, TokenText

_REFERENCE = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")


@dataclass(slots=True)
class _Reading:
    """What of a document has been read so far."""

    path: str
    name: str
    line: int
    text: TokenText
    annotations: list[Annotation] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    def refuse(self, reason: str, message: str, content: Any, name: str = "") -> None:
        """Put something into quarantine."""
        self.quarantined.append(Quarantined(self.path, reason, message, name, self.line, shown(content)))

    def refuse_rest(self, data: Mapping[str, Any], known: Sequence[str]) -> Mapping[str, Any]:
        """Return the fields that are not known and have one value; put the others into quarantine."""
        rest = {key: value for key, value in data.items() if key not in known}
        for key in [key for key, value in rest.items() if isinstance(value, list | dict)]:
            self.refuse("bad_line", f"{key} is no field that this reader knows", {key: rest.pop(key)})
        return rest

    def document(self, data: Mapping[str, Any], known: Sequence[str]) -> Document:
        """Return the document."""
        attributes = attributes_of(self.refuse_rest(data, known))
        return Document(
            self.path, self.name, self.text.text, tuple(self.annotations), attributes,
            text_rule=SPACE_JOINED, quarantined=tuple(self.quarantined),
        )  # fmt: skip


def _strings(value: Any, what: str, line: int) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ReadError("bad_syntax", f"{what} is no list of texts", (line, 1))
    return value


def _objects(reading: _Reading, value: Any, what: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if not isinstance(value, list):
        reading.refuse("bad_line", f"{what} is no list", value)
        return
    for number, item in enumerate(value, 1):
        if isinstance(item, Mapping):
            yield number, item
        else:
            reading.refuse("bad_line", f"item {number} of {what} is no object", item)


def read_spkatt(path: str, name: str, data: Mapping[str, Any], line: int) -> Document:
    """Return a document in the form of SpkAtt-2023.

    Raises:
        ReadError: its sentences are not of the form.
    """
    given = data["Sentences"]
    if not isinstance(given, list) or not all(isinstance(one, Mapping) and "Tokens" in one for one in given):
        raise ReadError("bad_syntax", "Sentences is no list of objects with Tokens", (line, 1))
    ids = [one.get("SentenceId", number) for number, one in enumerate(given)]
    if len(set(map(str, ids))) < len(ids):
        raise ReadError("bad_syntax", "several sentences have the same SentenceId", (line, 1))
    text = TokenText([_strings(one["Tokens"], f"Tokens of sentence {ids[at]}", line) for at, one in enumerate(given)])
    reading = _Reading(path, name, line, text)
    numbers = {str(one): at for at, one in enumerate(ids)}
    for number, frame in _objects(reading, data.get("Annotations", []), "Annotations"):
        _frame(reading, f"a{number}", frame, numbers)
    return reading.document(data, ("Sentences", "Annotations"))


def _frame(reading: _Reading, name: str, frame: Mapping[str, Any], numbers: Mapping[str, int]) -> None:
    roles: list[Annotation] = []
    for role, value in frame.items():
        if not isinstance(value, list | dict) or not value:
            continue
        below = f"{name}.{role}"
        references = [_REFERENCE.fullmatch(one) if isinstance(one, str) else None for one in value]
        if isinstance(value, dict) or not all(references):
            reading.refuse("bad_line", f"{role} is no list of sentence:token", {role: value}, below)
            continue
        tokens = [(numbers.get(str(int(one[1])), -1), int(one[2])) for one in references if one]
        if fault := _fault(reading.text, tokens):
            reading.refuse(*fault, {role: value}, below)
        else:
            roles.append(Annotation(below, role, reading.text.fragments(tokens), line=reading.line))
    own = {key: value for key, value in frame.items() if not isinstance(value, list | dict)}
    links = tuple((one.type, one.id) for one in roles)
    reading.annotations.append(Annotation(name, "attribution", (), attributes_of(own), links, reading.line))
    reading.annotations += roles


def _fault(text: TokenText, tokens: Sequence[Token]) -> tuple[str, str] | None:
    """Return reason and message where tokens cannot be marked."""
    if len(set(tokens)) < len(tokens):
        return "bad_line", "has a token twice"
    if not all(map(text.has, tokens)):
        return "offset_outside", "refers to a token that the document does not have"
    return None


def read_dygie(path: str, name: str, data: Mapping[str, Any], line: int) -> Document:
    """Return a document in the form of DyGIE++.

    Raises:
        ReadError: its sentences are not lists of tokens.
    """
    given = data["sentences"]
    if not isinstance(given, list):
        raise ReadError("bad_syntax", "sentences is no list", (line, 1))
    text = TokenText([_strings(one, f"item {number} of sentences", line) for number, one in enumerate(given, 1)])
    key = data.get("doc_key")
    reading = _Reading(path, key if isinstance(key, str) and key else name, line, text)
    spans: dict[tuple[int, int], list[str]] = {}
    for item in _below(reading, data.get("ner"), "ner"):
        if span := _span(reading, item, 3):
            one = Annotation(f"e{len(reading.annotations) + 1}", item[2], *span, line=line)
            spans.setdefault((item[0], item[1]), []).append(one.id)
            reading.annotations.append(one)
    clusters = data.get("clusters") or []
    for number, cluster in enumerate(clusters if isinstance(clusters, list) else [clusters], 1):
        for item in cluster if isinstance(cluster, list) else [cluster]:
            if span := _span(reading, item, 2):
                reading.annotations.append(Annotation("", "chain", *span, {"chain": str(number)}, line=line))
    for item in _below(reading, data.get("relations"), "relations"):
        _relation(reading, item, spans)
    return reading.document(data, ("sentences", "ner", "clusters", "relations", "doc_key"))


def _below(reading: _Reading, value: Any, what: str) -> Iterator[Any]:
    """Yield the items of the lists that a field has for each sentence."""
    for number, items in enumerate(value if isinstance(value, list) else [], 1):
        if isinstance(items, list):
            yield from items
        else:
            reading.refuse("bad_line", f"item {number} of {what} is no list", items)
    if value is not None and not isinstance(value, list):
        reading.refuse("bad_line", f"{what} is no list", value)


def _span(reading: _Reading, item: Any, length: int) -> tuple[tuple[tuple[int, int], ...]] | None:
    """Return the fragments of ``[first, last, …]``, counted through the document."""
    is_span = isinstance(item, list) and len(item) == length and all(type(one) is int for one in item[:2])
    if not is_span or not all(isinstance(one, str) and one for one in item[2:]):
        reading.refuse("bad_line", "expected [first, last, label]" if length == 3 else "expected [first, last]", item)
    elif not 0 <= item[0] <= item[1] < len(reading.text.tokens):
        reading.refuse("offset_outside", "refers to tokens that the document does not have", item)
    else:
        return (reading.text.fragments(reading.text.tokens[item[0] : item[1] + 1]),)
    return None


def _relation(reading: _Reading, item: Any, spans: Mapping[tuple[int, int], list[str]]) -> None:
    is_relation = isinstance(item, list) and len(item) == 5 and all(type(one) is int for one in item[:4])
    if not is_relation or not isinstance(item[4], str) or not item[4]:
        reading.refuse("bad_line", "expected [first, last, first, last, label]", item)
        return
    ends = [spans.get((item[at], item[at + 1]), []) for at in (0, 2)]
    if any(len(end) != 1 for end in ends):
        reading.refuse("dangling_id", "an end of the relation is no entity, or several", item)
        return
    links = (("head", ends[0][0]), ("tail", ends[1][0]))
    reading.annotations.append(Annotation("", item[4], (), {}, links, reading.line))


def read_spert(path: str, name: str, data: Mapping[str, Any], line: int) -> Document:
    """Return a document in the form of SpERT.

    Raises:
        ReadError: its tokens are not texts.
    """
    text = TokenText([_strings(data["tokens"], "tokens", line)])
    reading = _Reading(path, str(data.get("orig_id", name)), line, text)
    known: set[str] = set()
    for number, item in _objects(reading, data["entities"], "entities"):
        start, end, label = item.get("start"), item.get("end"), item.get("type")
        if type(start) is not int or type(end) is not int or not isinstance(label, str) or not label:
            reading.refuse("bad_line", f"entity {number - 1} lacks type, start or end", item)
        elif not 0 <= start < end <= len(text.tokens):
            reading.refuse(
                "offset_outside", f"entity {number - 1} refers to tokens that the document does not have", item
            )
        else:
            known.add(f"e{number - 1}")
            rest = attributes_of(item, ("start", "end", "type"))
            fragments = text.fragments(text.tokens[start:end])
            reading.annotations.append(Annotation(f"e{number - 1}", label, fragments, rest, line=line))
    for number, item in _objects(reading, data.get("relations", []), "relations"):
        links = tuple((role, f"e{item.get(role)}") for role in ("head", "tail"))
        if not isinstance(item.get("type"), str) or not item["type"]:
            reading.refuse("bad_line", f"relation {number - 1} lacks a type", item)
        elif {one for _, one in links} <= known:
            rest = attributes_of(item, ("head", "tail", "type"))
            reading.annotations.append(Annotation("", item["type"], (), rest, links, line))
        else:
            reading.refuse("dangling_id", f"relation {number - 1} refers to an entity that is not there", item)
    return reading.document(data, ("tokens", "entities", "relations", "orig_id"))
