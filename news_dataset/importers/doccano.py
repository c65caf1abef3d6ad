"""doccano: JSON Lines of texts with spans and relations (https://doccano.github.io/doccano/).

Three forms are read: ``label`` or ``labels`` as a list of ``[start, end, "Label"]``; ``entities`` and ``relations`` as
lists of objects; and ``annotations`` as older versions wrote them, with a ``user`` each. Versions of doccano differ in
what offsets count: code points or UTF-16 units. Where a text has characters beyond U+FFFF and the unit is not stated,
offsets that may be either are put into quarantine. Offsets in grapheme clusters cannot be told from others.

An entity has the id of the origin, and a relation that id after an ``R``, since both are numbered from 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from json import dumps
from pathlib import Path, PurePosixPath
from typing import Any

from news_dataset.annotations import Annotation, Document, Fragments, Quarantined
from news_dataset.errors import known
from news_dataset.exporters.doccano import FROM, LINK, ORIGIN, ROLES, TO
from news_dataset.importers.files import SourceFile
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
from news_dataset.importers.soundness import Fault, offset_fault, sound
from news_dataset.utf16 import Utf16

UNITS = ("code_points", "utf16")
"""What offsets may count."""

_TEXTS, _LABELS, _USERS = ("text", "data"), ("label", "labels", "entities", "annotations"), ("username", "user")
_KNOWN = frozenset((*_TEXTS, *_LABELS[1:], *_USERS, "id", "relations"))
_SPAN = frozenset(("id", "label", "start_offset", "end_offset", ORIGIN, *_USERS))
_RELATION = frozenset(("id", "type", "from_id", "to_id", ORIGIN, ROLES, LINK, *_USERS))
_MERGED = "all"  # the stem of the file in which doccano exports the work of all annotators together


def read(source: Path, unit: str | None = None) -> Iterator[Document]:
    """Yield the documents of an export, in the order of files and lines.

    Each annotator's work is a document of its own: as ``username`` or ``user`` says, or the name of the file, where
    there are several. Further members of a line are attributes of the document.

    Args:
        source: as of ``line_files``.
        unit: what offsets count, one of ``UNITS``; None if that is not known.

    Raises:
        UnknownNameError: there is no such unit; other errors as ``line_files``.
    """
    if unit is not None:
        known(unit, UNITS, "unit")
    files = line_files(source)
    return (document for file in files for document in _documents(file, unit, len(files) > 1))


def _documents(file: SourceFile, unit: str | None, is_one_of_several: bool) -> Iterator[Document]:
    """Yield a document per line and annotator, or one that says why a line is bad."""
    stem = PurePosixPath(file.name).stem
    for line in json_lines(file):
        if isinstance(line, Quarantined):
            yield unreadable_line(line)
            continue
        text = next((line.data[name] for name in _TEXTS if name in line.data), None)
        if isinstance(text, str):
            annotator = stem if is_one_of_several and stem != _MERGED else ""
            yield from _LineReader(line, text).documents(unit, annotator)
        else:
            yield unreadable_line(line.refusal("unreadable", "the line has no text", line.id))


@dataclass(frozen=True, slots=True)
class _Span:
    """A span: annotation without fragments, id and fragments in the file, user, JSON."""

    annotation: Annotation
    id: str
    fragments: Fragments
    user: str
    data: Any


@dataclass
class _LineReader:
    """Reads a line."""

    line: JsonLine
    text: str
    spans: list[_Span] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # of each span: annotator, number among theirs
    quarantined: list[Quarantined] = field(default_factory=list)

    def documents(self, unit: str | None, annotator: str) -> Iterator[Document]:
        """Yield a document per annotator; *annotator* is the default."""
        data = self.line.data
        for name in _LABELS:
            self.add_labels(data.get(name))
        attributes = json_attributes_with_meta(data | {"label": self.labels}, _KNOWN)
        line_user = next((str(data[name]) for name in _USERS if name in data), annotator)
        by_user: dict[str, list[Annotation]] = {}
        converted = in_code_points(self.text, [span.fragments for span in self.spans], unit)
        for span, (fragments, fault) in zip(self.spans, converted, strict=True):
            if fault:
                self.refuse(*fault, span.data, span.annotation.id)
            else:
                user = span.user or line_user
                annotations = by_user.setdefault(user, [])
                self.places[span.id] = user, len(annotations)
                annotations.append(replace(span.annotation, fragments=fragments))
        by_user = by_user or {line_user: []}
        self.add_relations(by_user, line_user)
        for user, annotations in by_user.items():
            quarantined, self.quarantined = tuple(self.quarantined), []
            document = Document(self.line.path, self.line.id, self.text, tuple(annotations), attributes, user)
            yield sound(replace(document, quarantined=quarantined))

    def refuse(self, reason: str, message: str, data: Any, id_: str = "") -> None:
        """Put a part of the line into quarantine."""
        self.quarantined.append(self.line.refusal(reason, message, id_, dumps(data, ensure_ascii=False)))

    def add_labels(self, member: Any) -> None:
        """Add the spans and labels of a member of the line."""
        for item in as_list(member):
            if isinstance(item, str):
                self.labels.append(item)
            elif span := _span(item, self.line.number):
                self.spans.append(span)
            else:
                message = "expected [start, end, label], or start_offset, end_offset and label"
                self.refuse("bad_line", message, item, id_text(item.get("id")) or "" if isinstance(item, dict) else "")

    def add_relations(self, by_user: dict[str, list[Annotation]], line_user: str) -> None:
        """Add relations to the annotations of whoever made the first of the two spans."""
        counts = Counter(span.id for span in self.spans)
        ids = {span.id: span.annotation.id for span in self.spans if counts[span.id] == 1}
        for item in as_list(self.line.data.get("relations")):
            relation = _relation(item, ids, self.line.number)
            if not relation:
                self.refuse("bad_line", "expected from_id, to_id and type", item)
                continue
            start = str(item["from_id"])
            place = self.places.get(start) if start in ids else None
            if item.get(LINK) is not True:
                by_user.setdefault(place[0] if place else next(iter(by_user), line_user), []).append(relation)
            elif place:
                annotations, number = by_user[place[0]], place[1]
                link = (relation.type, relation.links[1][1])
                annotations[number] = replace(annotations[number], links=(*annotations[number].links, link))
            else:
                message = f"it refers to {start}, which is in quarantine, there twice, or not there"
                self.refuse("dangling_id", message, item, relation.id)


def _span(item: Any, line: int) -> _Span | None:
    """Return the span of ``[start, end, label]`` or of an object; None if neither."""
    is_triple = isinstance(item, list) and len(item) == 3
    data = dict(zip(("start_offset", "end_offset", "label"), item, strict=True)) if is_triple else item
    if not isinstance(data, dict):
        return None
    start, end, label = (data.get(name) for name in ("start_offset", "end_offset", "label"))
    id_, origin = id_text(data.get("id", "")), id_text(data.get(ORIGIN, data.get("id", "")))
    if type(start) is not int or type(end) is not int or id_text(label) is None or id_ is None or origin is None:
        return None
    user = next((str(data[name]) for name in _USERS if name in data), "")
    annotation = Annotation(origin, str(label), (), json_attributes(data, _SPAN), line=line)
    return _Span(annotation, id_, ((start, end),), user, item)


def _relation(item: Any, ids: dict[str, str], line: int) -> Annotation | None:
    """Return the relation of an object, or None; *ids* are those of annotations."""
    if not isinstance(item, dict):
        return None
    start, end, type_ = (id_text(item.get(name)) for name in ("from_id", "to_id", "type"))
    id_ = id_text(item.get(ORIGIN, f"R{item['id']}" if "id" in item else ""))
    roles = item.get(ROLES, [FROM, TO])
    is_pair = isinstance(roles, list) and len(roles) == 2 and all(isinstance(role, str) for role in roles)
    if start is None or end is None or type_ is None or id_ is None or not is_pair:
        return None
    links = ((roles[0], ids.get(start, start)), (roles[1], ids.get(end, end)))
    return Annotation(id_, type_, (), json_attributes(item, _RELATION), links, line)


def in_code_points(
    text: str, originals: Sequence[Fragments], unit: str | None = None
) -> Iterator[tuple[Fragments, Fault | None]]:
    """Yield the fragments of each annotation in code points, with their fault or None.

    Without a unit, fragments are taken over if they are the same in both, or no UTF-16 units. Others are in doubt,
    and so are all that differ as soon as one of the document fits only in UTF-16 units.

    Args:
        text: the text of the document.
        originals: the fragments of each annotation, in the unit of the origin.
        unit: one of ``UNITS``; None where the origin does not say it.
    """
    utf16 = Utf16(text)
    if unit == "utf16":
        for fragments in originals:
            points = utf16.points(fragments)
            outside = "an offset lies outside the text or within a character, in UTF-16 units"
            message = offset_fault(text, points) if points else outside
            yield points or fragments, ("offset_outside", message) if message else None
        return
    messages = [offset_fault(text, fragments) for fragments in originals]
    fit_in_utf16 = [unit is None and _fits_in_utf16(text, utf16, fragments) for fragments in originals]
    is_doubtful = any(message and fits for message, fits in zip(messages, fit_in_utf16, strict=True))
    for fragments, message, fits in zip(originals, messages, fit_in_utf16, strict=True):
        if fits or (is_doubtful and not message and utf16.points(fragments) != fragments):
            where = "only in UTF-16 units" if message else "in code points and in UTF-16 units, at different words"
            yield fragments, ("unknown_unit", f"its offsets fit the text {where}; say which unit they count")
        else:
            yield fragments, ("offset_outside", message) if message else None


def _fits_in_utf16(text: str, utf16: Utf16, fragments: Fragments) -> bool:
    """Return whether UTF-16 offsets fit the text, elsewhere than as code points."""
    points = utf16.points(fragments) if utf16.differs else None
    return points is not None and points != fragments and not offset_fault(text, points)
