"""One document of token-indexed JSON: SpkAtt-2023, DyGIE++, SpERT (``news_dataset.importers.tokens`` says more)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from news_dataset.annotations import SPACE_JOINED, Annotation, Document, Fragments, Quarantined
from news_dataset.files import ReadError
from news_dataset.importers.inputs import as_list, content_of, flat_attributes
from news_dataset.importers.token_text import TokenText

_REFERENCE = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")


@dataclass(slots=True)
class _Draft:
    """A document that is being read: its text, and the annotations found so far."""

    path: str
    id: str
    line: int
    text: TokenText
    annotations: list[Annotation] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)

    def refuse(self, reason: str, message: str, value: Any, id_: str = "") -> None:
        """Put something into quarantine."""
        self.quarantined.append(Quarantined(self.path, reason, message, id_, self.line, content_of(value)))

    def document(self, data: Mapping[str, Any], read: Sequence[str]) -> Document:
        """Return the document; fields besides *read* are attributes, or refused."""
        rest = {key: value for key, value in data.items() if key not in read}
        for key in [key for key, value in rest.items() if isinstance(value, list | dict)]:
            self.refuse("bad_line", f"{key} is no field that this reader knows", {key: rest.pop(key)})
        return Document(
            self.path, self.id, self.text.text, tuple(self.annotations), flat_attributes(rest),
            text_rule=SPACE_JOINED, quarantined=tuple(self.quarantined),
        )  # fmt: skip


def _strings(value: Any, what: str, line: int) -> list[str]:
    """Return a list of texts; raise ReadError, naming *what* it is, if it is none."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ReadError("bad_syntax", f"{what} is not a list of texts", (line, 1))
    return value


def _objects(draft: _Draft, value: Any, what: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the objects of a list with their numbers from 1; anything else is refused."""
    if not isinstance(value, list):
        draft.refuse("bad_line", f"{what} is not a list", value)
        return
    for number, item in enumerate(value, 1):
        if isinstance(item, Mapping):
            yield number, item
        else:
            draft.refuse("bad_line", f"item {number} of {what} is not an object", item)


def read_spkatt(path: str, id_: str, data: Mapping[str, Any], line: int) -> Document:
    """Return a document in the form of SpkAtt-2023.

    Raises:
        ReadError: its sentences are not of the form.
    """
    sentences = data["Sentences"]
    if not isinstance(sentences, list) or not all(isinstance(item, Mapping) and "Tokens" in item for item in sentences):
        raise ReadError("bad_syntax", "Sentences is not a list of objects with Tokens", (line, 1))
    ids = [str(sentence.get("SentenceId", number)) for number, sentence in enumerate(sentences)]
    if len(set(ids)) < len(ids):
        raise ReadError("bad_syntax", "several sentences have the same SentenceId", (line, 1))
    tokens = [_strings(sentence["Tokens"], f"Tokens of sentence {sentence_id}", line)
              for sentence_id, sentence in zip(ids, sentences, strict=True)]  # fmt: skip
    draft = _Draft(path, id_, line, TokenText(tokens))
    numbers = {sentence_id: number for number, sentence_id in enumerate(ids)}
    for number, frame in _objects(draft, data.get("Annotations", []), "Annotations"):
        _add_frame(draft, f"a{number}", frame, numbers)
    return draft.document(data, ("Sentences", "Annotations"))


def _add_frame(draft: _Draft, id_: str, frame: Mapping[str, Any], numbers: Mapping[str, int]) -> None:
    """Add an attribution and its roles; *numbers* are of sentences, by their ids."""
    roles: list[Annotation] = []
    for role, value in frame.items():
        if not isinstance(value, list | dict) or not value:
            continue
        role_id = f"{id_}.{role}"
        references = [_REFERENCE.fullmatch(item) if isinstance(item, str) else None for item in value]
        if isinstance(value, dict) or not all(references):
            draft.refuse("bad_line", f"{role} is not a list of sentence:token", {role: value}, role_id)
            continue
        tokens = [(numbers.get(str(int(match[1])), -1), int(match[2])) for match in references if match]
        if fault := draft.text.fault(tokens):
            draft.refuse(*fault, {role: value}, role_id)
        else:
            roles.append(Annotation(role_id, role, draft.text.fragments(tokens), line=draft.line))
    rest = {key: value for key, value in frame.items() if not isinstance(value, list | dict)}
    links = tuple((role.type, role.id) for role in roles)
    draft.annotations.append(Annotation(id_, "attribution", (), flat_attributes(rest), links, draft.line))
    draft.annotations += roles


def read_dygie(path: str, id_: str, data: Mapping[str, Any], line: int) -> Document:
    """Return a document in the form of DyGIE++.

    Raises:
        ReadError: its sentences are not lists of tokens.
    """
    sentences = data["sentences"]
    if not isinstance(sentences, list):
        raise ReadError("bad_syntax", "sentences is not a list", (line, 1))
    tokens = [_strings(item, f"item {number} of sentences", line) for number, item in enumerate(sentences, 1)]
    key = data.get("doc_key")
    draft = _Draft(path, key if isinstance(key, str) and key else id_, line, TokenText(tokens))
    entities: dict[tuple[int, int], list[str]] = {}
    for item in _sentence_items(draft, data.get("ner"), "ner"):
        if fragments := _fragments(draft, item, 3):
            entity = Annotation(f"e{len(draft.annotations) + 1}", item[2], fragments, line=line)
            entities.setdefault((item[0], item[1]), []).append(entity.id)
            draft.annotations.append(entity)
    for number, cluster in enumerate(as_list(data.get("clusters") or None), 1):
        for item in cluster if isinstance(cluster, list) else [cluster]:
            if fragments := _fragments(draft, item, 2):
                draft.annotations.append(Annotation("", "chain", fragments, {"chain": str(number)}, line=line))
    for item in _sentence_items(draft, data.get("relations"), "relations"):
        _add_relation(draft, item, entities)
    return draft.document(data, ("sentences", "ner", "clusters", "relations", "doc_key"))


def _sentence_items(draft: _Draft, value: Any, what: str) -> Iterator[Any]:
    """Yield the items of the lists that a field has for each sentence; refuse others."""
    for number, items in enumerate(value if isinstance(value, list) else [], 1):
        if isinstance(items, list):
            yield from items
        else:
            draft.refuse("bad_line", f"item {number} of {what} is not a list", items)
    if value is not None and not isinstance(value, list):
        draft.refuse("bad_line", f"{what} is not a list", value)


def _fragments(draft: _Draft, item: Any, length: int) -> Fragments:
    """Return the fragments of ``[first, last, …]``; none where it is refused."""
    is_span = isinstance(item, list) and len(item) == length and all(type(number) is int for number in item[:2])
    if not is_span or not all(isinstance(label, str) and label for label in item[2:]):
        draft.refuse("bad_line", "expected [first, last, label]" if length == 3 else "expected [first, last]", item)
    elif not 0 <= item[0] <= item[1] < len(draft.text.tokens):
        draft.refuse("offset_outside", "refers to tokens that the document does not have", item)
    else:
        return draft.text.fragments(draft.text.tokens[item[0] : item[1] + 1])
    return ()


def _add_relation(draft: _Draft, item: Any, entities: Mapping[tuple[int, int], list[str]]) -> None:
    """Add a relation between entities, given their ids by first and last token."""
    is_relation = isinstance(item, list) and len(item) == 5 and all(type(number) is int for number in item[:4])
    if not is_relation or not isinstance(item[4], str) or not item[4]:
        draft.refuse("bad_line", "expected [first, last, first, last, label]", item)
        return
    head, tail = entities.get((item[0], item[1]), []), entities.get((item[2], item[3]), [])
    if len(head) == len(tail) == 1:
        links = (("head", head[0]), ("tail", tail[0]))
        draft.annotations.append(Annotation("", item[4], (), {}, links, draft.line))
    else:
        draft.refuse("dangling_id", "an end of the relation is no entity, or several", item)


def read_spert(path: str, id_: str, data: Mapping[str, Any], line: int) -> Document:
    """Return a document in the form of SpERT.

    Raises:
        ReadError: its tokens are not texts.
    """
    text = TokenText([_strings(data["tokens"], "tokens", line)])
    draft = _Draft(path, str(data.get("orig_id", id_)), line, text)
    known: set[str] = set()
    for number, item in _objects(draft, data["entities"], "entities"):
        start, end, label, name = item.get("start"), item.get("end"), item.get("type"), f"entity {number - 1}"
        if type(start) is not int or type(end) is not int or not isinstance(label, str) or not label:
            draft.refuse("bad_line", f"{name} lacks type, start or end", item)
        elif not 0 <= start < end <= len(text.tokens):
            draft.refuse("offset_outside", f"{name} refers to tokens that the document does not have", item)
        else:
            known.add(f"e{number - 1}")
            rest = flat_attributes(item, ("start", "end", "type"))
            fragments = text.fragments(text.tokens[start:end])
            draft.annotations.append(Annotation(f"e{number - 1}", label, fragments, rest, line=line))
    for number, item in _objects(draft, data.get("relations", []), "relations"):
        links = tuple((role, f"e{item.get(role)}") for role in ("head", "tail"))
        if not isinstance(item.get("type"), str) or not item["type"]:
            draft.refuse("bad_line", f"relation {number - 1} lacks a type", item)
        elif {target for _, target in links} <= known:
            rest = flat_attributes(item, ("head", "tail", "type"))
            draft.annotations.append(Annotation("", item["type"], (), rest, links, line))
        else:
            draft.refuse("dangling_id", f"relation {number - 1} refers to an entity that is not there", item)
    return draft.document(data, ("tokens", "entities", "relations", "orig_id"))
