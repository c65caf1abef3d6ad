"""doccano: JSON Lines of texts with spans and relations (https://doccano.github.io/doccano/).

Three forms are read: ``label`` or ``labels`` as a list of ``[start, end, "Label"]``; ``entities`` and ``relations`` as
lists of objects; and ``annotations`` as older versions wrote them, with a ``user`` each. Versions of doccano differ in
what offsets count: code points or UTF-16 units. Where a text has characters beyond U+FFFF and the unit is not stated,
offsets that may be either are put into quarantine. Offsets in grapheme clusters cannot be told from others.

An entity has the id of the origin, and a relation that id behind an ``R``, since both are numbered from 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from json import dumps
from pathlib import Path, PurePosixPath
from typing import Any

from news_dataset.annotations import Annotation, Document, Fragments, Quarantined
from news_dataset.errors import known
from news_dataset.exporters.doccano import FROM, LINK, ORIGIN, ROLES, TO
from news_dataset.importers.files import SourceFile
from news_dataset.importers.json_lines import JsonLine, as_attributes, json_lines, line_files, unread, with_meta
from news_dataset.importers.soundness import sound
from news_dataset.importers.units import UNITS, in_code_points

_TEXTS, _LABELS, _USERS = ("text", "data"), ("label", "labels", "entities", "annotations"), ("username", "user")
_KNOWN = frozenset((*_TEXTS, *_LABELS[1:], *_USERS, "id", "relations"))
_SPAN = frozenset(("id", "label", "start_offset", "end_offset", ORIGIN, *_USERS))
_RELATION = frozenset(("id", "type", "from_id", "to_id", ORIGIN, ROLES, LINK, *_USERS))


def read(source: Path, unit: str | None = None) -> Iterator[Document]:
    """Yield the documents of an export, in the order of files and lines.

    Each annotator's work is a document of its own: as ``username`` or ``user`` says, or the name of the file, where
    there are several. Further members of a line are attributes of the document.

    Args:
        source: a file, or a folder or zip archive of ``.jsonl`` files.
        unit: what offsets count, ``code_points`` or ``utf16``; None if that is not known.

    Raises:
        FileNotFoundError: there is none.
        UnknownNameError: there is no such unit.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    if unit is not None:
        known(unit, UNITS, "unit")
    files = line_files(source)
    return (document for file in files for document in _documents(file, unit, len(files) > 1))


def _documents(file: SourceFile, unit: str | None, is_one_of_several: bool) -> Iterator[Document]:
    stem = PurePosixPath(file.name).stem
    for line in json_lines(file):
        if isinstance(line, Quarantined):
            yield unread(line)
            continue
        text = next((line.data[name] for name in _TEXTS if name in line.data), None)
        if isinstance(text, str):
            yield from _Reading(line, text).documents(unit, stem if is_one_of_several and stem != "all" else "")
        else:
            yield unread(line.refused("unreadable", "the line has no text", line.id))


@dataclass(frozen=True, slots=True)
class _Span:
    """A span as the line has it: the annotation without fragments, its own id, its fragments, and what is written."""

    annotation: Annotation
    id: str
    fragments: Fragments
    user: str
    written: Any


@dataclass
class _Reading:
    """Reads a line."""

    line: JsonLine
    text: str
    spans: list[_Span] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)

    def documents(self, unit: str | None, annotator: str) -> Iterator[Document]:
        """Yield the document of each annotator; *annotator* is who it is where the line does not say it."""
        data = self.line.data
        for name in _LABELS:
            self.add_labels(data.get(name))
        attributes = with_meta(data | {"label": self.labels}, _KNOWN)
        own = next((str(data[name]) for name in _USERS if name in data), annotator)
        found: dict[str, list[Annotation]] = {}
        each = in_code_points(self.text, [one.fragments for one in self.spans], unit)
        for span, (fragments, fault) in zip(self.spans, each, strict=True):
            if fault:
                self.refuse(*fault, span.written, span.annotation.id)
            else:
                several = found.setdefault(span.user or own, [])
                self.places[span.id] = span.user or own, len(several)
                several.append(replace(span.annotation, fragments=fragments))
        for user, several in self.with_relations(found or {own: []}, own).items():
            quarantined, self.quarantined = tuple(self.quarantined), []
            document = Document(self.line.path, self.line.id, self.text, tuple(several), attributes, user)
            yield sound(replace(document, quarantined=quarantined))

    def refuse(self, reason: str, message: str, written: Any, id_: str = "") -> None:
        """Put something of the line into quarantine."""
        self.quarantined.append(self.line.refused(reason, message, id_, dumps(written, ensure_ascii=False)))

    def add_labels(self, written: Any) -> None:
        """Add the spans and labels of a member."""
        for one in written if isinstance(written, list) else [] if written is None else [written]:
            if isinstance(one, str):
                self.labels.append(one)
            elif span := _span(one, self.line.number):
                self.spans.append(span)
            else:
                said = "expected [start, end, label], or start_offset, end_offset and label"
                self.refuse("bad_line", said, one, _id(one.get("id")) or "" if isinstance(one, dict) else "")

    def with_relations(self, found: dict[str, list[Annotation]], own: str) -> dict[str, list[Annotation]]:
        """Return the annotations with the relations between them, which are those of who made the first of the two."""
        counts = Counter(span.id for span in self.spans)
        ids = {span.id: span.annotation.id for span in self.spans if counts[span.id] == 1}
        places = {id_: place for id_, place in self.places.items() if id_ in ids}
        written = self.line.data.get("relations")
        for one in written if isinstance(written, list) else [] if written is None else [written]:
            relation = _relation(one, ids, self.line.number)
            place = places.get(str(one["from_id"])) if relation else None
            if not relation:
                self.refuse("bad_line", "expected from_id, to_id and type", one)
            elif one.get(LINK) is not True:
                found.setdefault(place[0] if place else next(iter(found), own), []).append(relation)
            elif place:
                several, number = found[place[0]], place[1]
                link = (relation.type, relation.links[1][1])
                several[number] = replace(several[number], links=(*several[number].links, link))
            else:
                why = f"it refers to {one['from_id']}, which is in quarantine, there twice, or not there"
                self.refuse("dangling_id", why, one, relation.id)
        return found


def _id(written: Any) -> str | None:
    """Return an id as a text; None if it is none."""
    return str(written) if isinstance(written, str | int) and not isinstance(written, bool) else None


def _span(written: Any, line: int) -> _Span | None:
    is_triple = isinstance(written, list) and len(written) == 3
    said = dict(zip(("start_offset", "end_offset", "label"), written, strict=True)) if is_triple else written
    if not isinstance(said, dict):
        return None
    start, end, label = (said.get(name) for name in ("start_offset", "end_offset", "label"))
    id_, origin = _id(said.get("id", "")), _id(said.get(ORIGIN, said.get("id", "")))
    if type(start) is not int or type(end) is not int or _id(label) is None or id_ is None or origin is None:
        return None
    user = next((str(said[name]) for name in _USERS if name in said), "")
    annotation = Annotation(origin, str(label), (), as_attributes(said, _SPAN), line=line)
    return _Span(annotation, id_, ((start, end),), user, written)


def _relation(written: Any, ids: dict[str, str], line: int) -> Annotation | None:
    if not isinstance(written, dict):
        return None
    start, end, type_ = (_id(written.get(name)) for name in ("from_id", "to_id", "type"))
    id_, roles = (
        _id(written.get(ORIGIN, f"R{written['id']}" if "id" in written else "")),
        written.get(ROLES, [FROM, TO]),
    )
    is_pair = isinstance(roles, list) and len(roles) == 2 and all(isinstance(role, str) for role in roles)
    if start is None or end is None or type_ is None or id_ is None or not is_pair:
        return None
    links = ((roles[0], ids.get(start, start)), (roles[1], ids.get(end, end)))
    return Annotation(id_, type_, (), as_attributes(written, _RELATION), links, line)
