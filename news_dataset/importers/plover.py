"""PLOVER event records, as in the gold standard records of the Open Event Data Alliance.

Public description: https://github.com/openeventdata/PLOVER. A file is a JSON list of records, or has one on each line.

Each record is a document with ``text`` as its text. Its annotations, in this order:

- the event: type is the code (``AGREE``), id that of the record; attributes are the fields that are not named here;
- its participants: type ``source``, ``target`` or ``other``, attributes ``actorText``, ``code``, ``sector`` …; the
  event links to them by that role. A participant that is only a text has it as ``actorText``. A role that is there and
  empty (``"target": ""``) is a link to an empty id;
- its place: type and role ``location``, attributes from ``eventLoc``;
- the words marked as event: type and role ``trigger``;
- the other marks, whose words belong to nothing above: type and role ``mark``, with the label as attribute ``mark``
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
from news_dataset.files import ReadError
from news_dataset.importers.files import SourceFile, files_ending_in
from news_dataset.importers.inputs import (
    Item,
    as_list,
    content_of,
    flat_attributes,
    items_of,
    parse_file,
    repeated_id,
    unique_ids,
    unreadable_file,
)

ENDINGS = (".json", ".jsonl", ".txt")
"""How the names of files end that are read where a source is a folder or an archive; .txt only if it holds JSON."""

_ROLES = {"source": "SRC", "target": "TAR", "other": "OTH"}
_OF_DOCUMENT = ("language", "publication")
_READ = ("id", "event", "text", "textInfo", "eventLoc", *_ROLES, *_OF_DOCUMENT)
_MARK = re.compile(r"\(((?:SRC|TAR|OTH|EVT|LOC)(?:/(?:SRC|TAR|OTH|EVT|LOC))*): ?")

Record = Mapping[str, Any]


def read(source: Path) -> Iterator[Document]:
    """Yield a document for each PLOVER record; errors as ``files_ending_in``."""
    items: list[tuple[SourceFile, Item]] = []
    for file in files_ending_in(source, ENDINGS):
        data = file.read()
        if file.name != source.name and file.name.lower().endswith(".txt") and data.lstrip()[:1] not in (b"[", b"{"):
            continue
        try:
            items += [(file, item) for item in items_of(parse_file(file, data))]
        except ReadError as refusal:
            yield unreadable_file(file, refusal.problem)
    keys = [_key(file, item) for file, item in items]
    ids = unique_ids([(key, file.stem) for key, (file, _) in zip(keys, items, strict=True)])
    for (file, item), key, (id_, is_repeated) in zip(items, keys, ids, strict=True):
        document = _document(file, item, id_)
        if is_repeated:
            report = repeated_id(file.path, key, id_, item.line)
            document = replace(document, quarantined=(report, *document.quarantined))
        yield document


def _key(file: SourceFile, item: Item) -> str:
    """Return the id of a record in its file, or the file's stem and its number."""
    id_ = item.value.get("id") if isinstance(item.value, dict) else None
    return id_ if isinstance(id_, str) and id_ else f"{file.stem}-{item.number + 1}"


def _document(file: SourceFile, item: Item, id_: str) -> Document:
    """Return the document of a record."""
    if item.problem:
        return unreadable_file(file, item.problem, id_)
    record = item.value
    text, code = (record.get("text"), record.get("event")) if isinstance(record, dict) else (None, None)
    if not isinstance(code, str) or not code or not isinstance(text, str | None):
        message = "expected an object with an event, and with text as a text"
        fault = Quarantined(file.path, "bad_line", message, id_, item.line, content_of(record))
        return Document(file.path, id_, None, is_article=False, quarantined=(fault,))
    reader = _RecordReader(file.path, id_, item.line, record, text)
    reader.read()
    attributes = flat_attributes({name: record[name] for name in _OF_DOCUMENT if name in record})
    return Document(file.path, id_, text, tuple(reader.annotations), attributes, is_article=code != "DOCUMENT",
                    quarantined=tuple(reader.quarantined))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark: labels, joined by ``/``, and start and end in code points of the text."""

    label: str
    start: int
    end: int

    def has(self, label: str) -> bool:
        """Return whether the mark has a label, alone or among others."""
        return label in self.label.split("/")


class _RecordReader:
    """Reads one record."""

    def __init__(self, path: str, id_: str, line: int, record: Record, text: str | None) -> None:
        self.path, self.id, self.line, self.record, self.text = path, id_, line, record, text or ""
        self.annotations: list[Annotation] = []
        self.quarantined: list[Quarantined] = []
        self.links: list[tuple[str, str]] = []
        self.claimed: set[_Mark] = set()

    def refuse(self, reason: str, message: str, content: Any) -> None:
        """Put a part of the record into quarantine."""
        self.quarantined.append(Quarantined(self.path, reason, message, self.id, self.line, content_of(content)))

    def read(self) -> None:
        """Read the annotations of the record, the event first."""
        marks = self.marks()
        for role, label in _ROLES.items():
            for actor in self.objects(role, "actorText", f"{role} is not a list of objects"):
                words = actor.get("actorText")
                self.add(role, actor, [mark for mark in marks if mark.has(label) and self.words(mark) == words])
        for place in self.objects("eventLoc", "name", "eventLoc is not an object"):
            matches = [mark for mark in marks if mark.has("LOC")]
            is_named = len(matches) == 1 and str(place.get("name") or "\0") in self.words(matches[0])
            self.add("location", place, matches if is_named else [])
        for mark in marks:
            if mark not in self.claimed:
                self.add("trigger" if mark.label == "EVT" else "mark", {}, [mark])
        attributes = flat_attributes(self.record, _READ)
        event = Annotation(self.id, self.record["event"], (), attributes, tuple(self.links), self.line)
        self.annotations.insert(0, event)

    def add(self, role: str, data: Record, matches: list[_Mark]) -> None:
        """Add an annotation, with words if exactly one mark matches, and a link to it."""
        id_ = f"{self.id}.{role}{sum(annotation.type == role for annotation in self.annotations) + 1}"
        attributes, mark = flat_attributes(data), matches[0] if len(matches) == 1 else None
        if mark and role != "trigger":
            attributes["mark"] = mark.label
        if mark:
            self.claimed.add(mark)
        fragments = ((mark.start, mark.end),) if mark else ()
        self.annotations.append(Annotation(id_, role, fragments, attributes, line=self.line))
        self.links.append((role, id_))

    def objects(self, field: str, name: str, message: str) -> Iterator[Record]:
        """Yield the objects of a field; of a text one that has it by that *name*.

        A role without participants is a link to nobody. What is neither an object nor a text is refused.
        """
        value = self.record.get(field)
        if field in _ROLES and value in ("", []):
            self.links.append((field, ""))
        elif field in _ROLES or value:
            for item in as_list(value):
                if isinstance(item, dict):
                    yield item
                elif isinstance(item, str) and item:
                    yield {name: item}
                else:
                    self.refuse("bad_line", message, item)

    def words(self, mark: _Mark) -> str:
        """Return the words of a mark."""
        return self.text[mark.start : mark.end]

    def marks(self) -> list[_Mark]:
        """Return the marks of the markup; none where it is not the text."""
        info = self.record.get("textInfo")
        if info is None:
            return []
        markup = info.get("markup") if isinstance(info, dict) else None
        if not isinstance(markup, str):
            self.refuse("bad_line", "textInfo is not an object with markup", info)
            return []
        if rest := {key: value for key, value in info.items() if key != "markup"}:
            self.refuse("bad_line", "textInfo has more than markup", rest)
        text, marks = without_marks(markup)
        if marks is not None and text == self.record.get("text"):
            return marks
        why = f"from character {_common_length(text, self.text)} on" if marks is not None else "since a mark has no end"
        self.refuse("other_words", f"the markup without its marks is not the text, {why}", markup)
        return []


def without_marks(markup: str) -> tuple[str, list[_Mark] | None]:
    """Return a text without its marks, and the marks; None where one has no end.

    Other brackets are part of the text; those within a mark are read in pairs.

    Example:
        >>> without_marks("The (SRC: League (PEL)) (EVT: met).")[0]
        'The League (PEL) met.'
    """
    text: list[str] = []
    marks: list[_Mark] = []
    opened: list[int | None] = []  # number of the mark; None for another bracket
    offset = 0
    while offset < len(markup):
        if match := _MARK.match(markup, offset):
            opened.append(len(marks))
            marks.append(_Mark(match[1], len(text), -1))
            offset = match.end()
            continue
        if markup[offset] == "(":
            opened.append(None)
        elif markup[offset] == ")" and opened and (number := opened.pop()) is not None:
            marks[number] = replace(marks[number], end=len(text))
            offset += 1
            continue
        text.append(markup[offset])
        offset += 1
    return "".join(text), None if any(mark.end < 0 for mark in marks) else marks


def _common_length(text: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(text, other, strict=False))
    return next((length for length, (first, second) in pairs if first != second), min(len(text), len(other)))
