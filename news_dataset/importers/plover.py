"""PLOVER event records, as in the gold standard records of the Open Event Data Alliance.

Public description: https://github.com/openeventdata/PLOVER. A file is a JSON list of records, or has one a line.

Each record is a document with ``text`` as its text. Its annotations, in this order:

- the event: type is the code (``AGREE``), id that of the record; attributes are the fields that are not named here;
- its participants: type ``source``, ``target`` or ``other``, attributes ``actorText``, ``code``, ``sector`` …; the
  event links to them by that role. A participant that is only a text has it as ``actorText``. A role that is there and
  empty (``"target": ""``) is a link to an empty id;
- its place: type and role ``location``, attributes from ``eventLoc``;
- the words marked as event: type and role ``trigger``;
- the other marks, whose words are those of nobody above: type and role ``mark``, with the label as attribute ``mark``
  (``SRC``, ``LOC``, ``SRC/TAR``). They are no participants: the record names these by itself.

Fragments come from ``textInfo.markup``: without its marks, ``(SRC: words)``, which may be nested, it must be the text,
character by character. A participant has the fragment of the one mark of its role whose words are its ``actorText``;
its attribute ``mark`` is the label there. The place has that of the only mark ``LOC``, if its words contain the name.
Where the markup is not the text, it is in quarantine, and the event has no triggers and no fragments.

A record with the event ``DOCUMENT`` describes the file: it is no article, and its annotation is of type ``DOCUMENT``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.files import Problem, ReadError, decode
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import (
    attributes_of,
    chosen,
    document_ids,
    repeated_id,
    repeated_keys,
    shown,
    stem,
    unreadable,
    with_parents,
)
from news_dataset.reader import document as reading
from news_dataset.reader.jsonfile import parse_json, parse_json_lines

ENDINGS = (".json", ".jsonl", ".txt")
"""How the names of files end that are read where a source is a folder or an archive; .txt only if it holds JSON."""

_ROLES = {"source": "SRC", "target": "TAR", "other": "OTH"}
_OF_DOCUMENT = ("language", "publication")
_READ = ("id", "event", "text", "textInfo", "eventLoc", *_ROLES, *_OF_DOCUMENT)
_MARK = re.compile(r"\(((?:SRC|TAR|OTH|EVT|LOC)(?:/(?:SRC|TAR|OTH|EVT|LOC))*): ?")

Record = Mapping[str, Any]


def read(source: Path) -> Iterator[Document]:
    """Yield a document for each PLOVER record.

    Args:
        source: a file, or a folder or archive with files whose names have one of ``ENDINGS``.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    parsed: list[tuple[SourceFile, reading.Document]] = []
    for file in chosen(source, ENDINGS):
        data = file.read()
        if file.name != source.name and file.name.lower().endswith(".txt") and data.lstrip()[:1] not in (b"[", b"{"):
            continue
        try:
            is_lines = file.name.lower().endswith(".jsonl")
            parsed.append(
                (file, parse_json_lines(data, file.path) if is_lines else parse_json(decode(data), file.path))
            )
        except ReadError as refusal:
            yield unreadable(file, refusal.problem)
    records = [(file, document, at) for file, document in parsed for at in range(_count(document))]
    keys = [_key(*record) for record in records]
    ids = document_ids([(key, stem(file)) for key, (file, _, _) in zip(keys, records, strict=True)])
    twice = {file: with_parents(repeated_keys(document)) for file, document in parsed}
    for (file, document, at), key, (name, is_repeated) in zip(records, keys, ids, strict=True):
        found = _document(file, document, at, name, twice[file])
        if is_repeated:
            report = repeated_id(file.path, key, name, _place(document, at)[1])
            found = replace(found, quarantined=(report, *found.quarantined))
        yield found


def _count(document: reading.Document) -> int:
    return len(document.data) if isinstance(document.data, list) else 1


def _record(document: reading.Document, at: int) -> Any:
    return document.data[at] if isinstance(document.data, list) else document.data


def _place(document: reading.Document, at: int) -> tuple[str, int]:
    pointer = f"/{at}" if isinstance(document.data, list) else ""
    return pointer, document.place(pointer)[0]


def _key(file: SourceFile, document: reading.Document, at: int) -> str:
    record = _record(document, at)
    name = record.get("id") if isinstance(record, dict) else None
    return name if isinstance(name, str) and name else f"{stem(file)}-{at + 1}"


def _document(file: SourceFile, document: reading.Document, at: int, name: str, twice: Mapping[str, int]) -> Document:
    record, (pointer, line) = _record(document, at), _place(document, at)
    if record is reading.UNREAD:
        return unreadable(file, next(one for one in document.problems if one.line == at + 1), name)
    if again := twice.get(pointer):
        return unreadable(file, Problem("duplicate_key", "the record has a key twice", again), name)
    text = record.get("text") if isinstance(record, dict) else None
    code = record.get("event") if isinstance(record, dict) else None
    if not isinstance(code, str) or not code or not isinstance(text, str | None):
        message = "expected an object with an event, and with text as a text"
        fault = Quarantined(file.path, "bad_line", message, name, line, shown(record))
        return Document(file.path, name, None, is_article=False, quarantined=(fault,))
    found = _Event(file.path, name, line, record, text)
    found.read()
    about = attributes_of({field: record[field] for field in _OF_DOCUMENT if field in record})
    return Document(file.path, name, text, tuple(found.annotations), about, is_article=code != "DOCUMENT",
                    quarantined=tuple(found.quarantined))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Mark:
    label: str
    start: int
    end: int

    def has(self, label: str) -> bool:
        """Return whether the label is this one, or this one among others."""
        return label in self.label.split("/")


class _Event:
    """Reads one record."""

    def __init__(self, path: str, name: str, line: int, record: Record, text: str | None) -> None:
        self.path, self.name, self.line, self.record, self.text = path, name, line, record, text
        self.annotations: list[Annotation] = []
        self.quarantined: list[Quarantined] = []
        self.links: list[tuple[str, str]] = []

    def refuse(self, reason: str, message: str, content: Any) -> None:
        """Put a part of the record into quarantine."""
        self.quarantined.append(Quarantined(self.path, reason, message, self.name, self.line, shown(content)))

    def read(self) -> None:
        """Read the record."""
        marks = self.marks()
        claimed: set[_Mark] = set()
        for role, label in _ROLES.items():
            for actor in self.actors(role):
                words = actor.get("actorText")
                found = [one for one in marks if one.has(label) and self.words(one) == words]
                self.add(role, actor, found, claimed)
        for place in self.places():
            found = [one for one in marks if one.has("LOC")]
            is_named = len(found) == 1 and str(place.get("name") or "\0") in self.words(found[0])
            self.add("location", place, found if is_named else [], claimed)
        for mark in marks:
            if mark not in claimed:
                self.add("trigger" if mark.label == "EVT" else "mark", {}, [mark], claimed)
        attributes = attributes_of(self.record, _READ)
        own = Annotation(self.name, self.record["event"], (), attributes, tuple(self.links), self.line)
        self.annotations.insert(0, own)

    def add(self, role: str, data: Record, marks: list[_Mark], claimed: set[_Mark]) -> None:
        """Add what the event links to; its words are marked where exactly one mark is its own."""
        identity = f"{self.name}.{role}{sum(one.type == role for one in self.annotations) + 1}"
        attributes, mark = attributes_of(data), marks[0] if len(marks) == 1 else None
        if mark and role != "trigger":
            attributes["mark"] = mark.label
        if mark:
            claimed.add(mark)
        fragments = ((mark.start, mark.end),) if mark else ()
        self.annotations.append(Annotation(identity, role, fragments, attributes, line=self.line))
        self.links.append((role, identity))

    def actors(self, role: str) -> Iterator[Record]:
        """Yield the participants of a role; a role without any is a link to nobody."""
        given = self.record.get(role)
        if given in ("", []):
            self.links.append((role, ""))
            return
        for one in given if isinstance(given, list) else [] if given is None else [given]:
            if isinstance(one, dict):
                yield one
            elif isinstance(one, str) and one:
                yield {"actorText": one}
            else:
                self.refuse("bad_line", f"{role} is no list of objects", one)

    def places(self) -> Iterator[Record]:
        """Yield the places of the event."""
        given = self.record.get("eventLoc")
        for one in given if isinstance(given, list) else [given] if given else []:
            if isinstance(one, dict):
                yield one
            elif isinstance(one, str) and one:
                yield {"name": one}
            else:
                self.refuse("bad_line", "eventLoc is no object", one)

    def words(self, mark: _Mark) -> str:
        """Return the words of a mark."""
        return (self.text or "")[mark.start : mark.end]

    def marks(self) -> list[_Mark]:
        """Return the marks of the markup; none where it is not the text."""
        given = self.record.get("textInfo")
        if given is None:
            return []
        markup = given.get("markup") if isinstance(given, dict) else None
        if not isinstance(markup, str):
            self.refuse("bad_line", "textInfo is no object with markup", given)
            return []
        if rest := {key: value for key, value in given.items() if key != "markup"}:
            self.refuse("bad_line", "textInfo has more than markup", rest)
        text, marks = without_marks(markup)
        if text == self.text and marks is not None:
            return marks
        why = f"from character {_common(text, self.text or '')} on" if marks is not None else "since a mark has no end"
        self.refuse("other_words", f"the markup without its marks is not the text, {why}", markup)
        return []


def without_marks(markup: str) -> tuple[str, list[_Mark] | None]:
    """Return a text without its marks, and these with their places in it; None where one has no end.

    Other brackets are part of the text; those within a mark are read in pairs.

    Example:
        >>> without_marks("The (SRC: League (PEL)) (EVT: met).")[0]
        'The League (PEL) met.'
    """
    text: list[str] = []
    marks: list[_Mark] = []
    opened: list[int | None] = []  # number of the mark; None for another bracket
    at = 0
    while at < len(markup):
        if found := _MARK.match(markup, at):
            opened.append(len(marks))
            marks.append(_Mark(found[1], len(text), -1))
            at = found.end()
            continue
        if markup[at] == "(":
            opened.append(None)
        elif markup[at] == ")" and opened and (number := opened.pop()) is not None:
            marks[number] = replace(marks[number], end=len(text))
            at += 1
            continue
        text.append(markup[at])
        at += 1
    return "".join(text), None if any(one.end < 0 for one in marks) else marks


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))
