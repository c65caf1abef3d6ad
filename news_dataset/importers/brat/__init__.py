"""brat stand-off: a text beside files of annotations (https://brat.nlplab.org/standoff.html).

The text is what the bytes of ``a.txt`` decode to, and offsets count its code points, as brat counts them. Annotations
are in ``a.ann``, or in ``a.a1`` and ``a.a2`` as in the shared tasks of BioNLP. ``annotation.conf`` says what could be
annotated, for the suggestion of a mapping; a type that it does not declare is reported once, and taken over.

An event has the id of its line, and the fragments of its trigger, whose id is kept beside. What refers to the trigger
refers to the event. The trigger is an annotation of its own only if it is of another type, or if something refers to it
and it has several events, or the same attribute as its event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from news_dataset.annotations import Annotation, Document, Fragments, Quarantined, Value
from news_dataset.exporters.brat import DOCUMENT, LINE_ENDS, NOTE
from news_dataset.files import ReadError, decode
from news_dataset.importers.brat import conf
from news_dataset.importers.brat.lines import Line, LineError, Mark, Remark, parse
from news_dataset.importers.brat.notes import apply_notes
from news_dataset.importers.files import SourceFile, all_files, source_files
from news_dataset.importers.soundness import Fault, offset_fault, sound
from news_dataset.utf16 import Utf16

Values = Value | tuple[Value, ...]

TEXT, ANNOTATIONS = ".txt", (".a1", ".a2", ".co", ".rel", ".ann")

_BLANKS = dict.fromkeys(map(ord, f"\t{LINE_ENDS}"), " ")
_SHOWN = 40  # characters of the words in a message


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of a source, sorted by path; one at a time is in memory.

    The id of a document is its path below the source, without suffix.

    Args:
        source: a folder, with others in it at any depth; a zip archive; or one file of a document.

    Raises:
        FileNotFoundError: there is none, or it holds no such document.
        UnsafeInputError: the source has a link, or an archive is unsafe.
    """
    by_id: defaultdict[str, dict[str, SourceFile]] = defaultdict(dict)
    confs: dict[str, SourceFile] = {}
    for file in _files(source):
        name = PurePosixPath(file.name)
        if name.suffix in (TEXT, *ANNOTATIONS):
            by_id[str(name.with_suffix(""))][name.suffix] = file
        elif name.name == conf.NAME:
            confs[str(name.parent)] = file
    if not by_id:
        raise FileNotFoundError(f"{source} holds no .txt or .ann file")
    configured = conf.Confs(confs)
    for id_, files in by_id.items():
        declared, is_new = configured.of(id_)
        document = _document(id_, files, declared)
        if is_new:
            quarantined = (*declared.quarantined, *document.quarantined)
            document = replace(document, quarantined=quarantined, scheme=declared.scheme)
        yield document


def _files(source: Path) -> Iterator[SourceFile]:
    """Yield the files of a source; of a single file also those that belong to it."""
    if not (source.is_file() and source.suffix in (TEXT, *ANNOTATIONS)):
        yield from all_files(source)
        return
    for path in (*(source.with_suffix(suffix) for suffix in (TEXT, *ANNOTATIONS)), source.with_name(conf.NAME)):
        yield from source_files(path) if path.exists() else ()


def _document(id_: str, files: dict[str, SourceFile], declared: conf.Conf) -> Document:
    """Return the document of the files of one stem, which are given by suffix."""
    quarantined: list[Quarantined] = []
    text_file = files.get(TEXT)
    text = _decoded(text_file, quarantined) if text_file else None
    lines: list[Line] = []
    for suffix in ANNOTATIONS:
        if suffix in files and (data := _decoded(files[suffix], quarantined)) is not None:
            numbered = enumerate(data.removeprefix("\ufeff").split("\n"), 1)
            lines += [Line(files[suffix].path, number, line.removesuffix("\r"), line[-1:] * line.endswith("\r"))
                      for number, line in numbered if line.strip("\r ")]  # fmt: skip
    path = next((files[suffix].path for suffix in (*reversed(ANNOTATIONS), TEXT) if suffix in files), "")
    document = Document(path, id_, text, quarantined=tuple(quarantined))
    if text is None:
        return _without_text(document, lines, bool(text_file))
    return _DocumentReader(document, text, lines, declared).document()


def _decoded(file: SourceFile, quarantined: list[Quarantined]) -> str | None:
    """Return the text of a file; None if it is not UTF-8, which goes to quarantine."""
    try:
        return decode(file.read(), keeps_mark=True)
    except ReadError as error:
        quarantined.append(Quarantined(file.path, "unreadable", error.problem.message, line=error.problem.line))
        return None


def _without_text(document: Document, lines: list[Line], has_text_file: bool) -> Document:
    """Return a document with all its lines in quarantine."""
    name = f"{PurePosixPath(document.id).name}{TEXT}"
    message = "the text beside it cannot be read" if has_text_file else f"there is no {name}"
    moved = [Quarantined(line.path, "unreadable", message, line.id, line.number, line.text) for line in lines]
    if not moved and not document.quarantined:
        moved = [Quarantined(document.path, "unreadable", message)]
    return replace(document, quarantined=(*document.quarantined, *moved))


@dataclass
class _DocumentReader:
    """Reads the annotations of a document.

    Until the end, ``line`` of an annotation is its index in ``lines``.
    """

    base: Document
    text: str
    lines: list[Line]
    declared: conf.Conf
    annotations: list[Annotation] = field(default_factory=list)
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    remarks: list[tuple[int, Remark]] = field(default_factory=list)
    quarantined: list[tuple[int, Quarantined]] = field(default_factory=list)

    def document(self) -> Document:
        """Return the document."""
        for index, line in enumerate(self.lines):
            self.add_line(index, line)
        self.add_marks()
        undeclared = self.undeclared_types()
        self.annotations.sort(key=lambda annotation: annotation.line)
        unchecked = replace(self.base, text=self.text, annotations=tuple(self.annotations),
                            quarantined=tuple(fault for _, fault in self.quarantined))  # fmt: skip
        checked = sound(unchecked)
        known, by_line = {one.id for one in checked.annotations}, {one.line: one for one in self.annotations}
        for fault in checked.quarantined[len(unchecked.quarantined) :]:
            self.refuse(fault.line, fault.reason, fault.message + _lost_roles(by_line[fault.line], known))
        attributes, notes = self.attributes_and_notes(known)
        event_of = _events_by_trigger(checked.annotations)
        for trigger in event_of.keys() & attributes.keys():
            if not attributes[trigger].keys() & attributes.get(event_of[trigger], {}).keys():
                attributes.setdefault(event_of[trigger], {}).update(attributes.pop(trigger))
        described = attributes.keys() | {note.target for _, note in notes}
        annotations = tuple(
            replace(one, attributes=attributes.get(one.id, {}), line=self.lines[one.line].number)
            for one in _with_triggers(_with_events(checked.annotations, event_of), described)
        )
        moved = (fault for _, fault in sorted(self.quarantined, key=lambda pair: pair[0]))
        quarantined = (*self.base.quarantined, *moved, *undeclared)
        document = replace(unchecked, annotations=annotations, quarantined=quarantined)
        return apply_notes(document, [(self.lines[index], note) for index, note in notes]) if notes else document

    def add_line(self, index: int, line: Line) -> None:
        """Add the mark, remark or annotation of a line."""
        try:
            parsed = parse(line)
        except LineError as error:
            self.refuse(index, "bad_line", str(error))
            return
        if isinstance(parsed, Mark):
            self.marks.append((index, parsed))
        elif isinstance(parsed, Remark):
            self.remarks.append((index, parsed))
        else:
            self.annotations.append(replace(parsed, line=index))

    def add_marks(self) -> None:
        """Add annotations of marks that have the words they declare; refuse the others."""
        faults = mark_faults(self.text, [(mark, self.lines[index].end) for index, mark in self.marks])
        for (index, mark), fault in zip(self.marks, faults, strict=True):
            if fault:
                self.refuse(index, *fault)
            else:
                self.annotations.append(Annotation(mark.id, mark.type, mark.fragments, line=index))

    def undeclared_types(self) -> list[Quarantined]:
        """Return a report of each type that the configuration does not declare."""
        types = [(annotation.line, annotation.type) for annotation in self.annotations]
        types += [(index, next(iter(remark.values))) for index, remark in self.remarks]
        return [report for index, name in sorted(types) for report in self.declared.undeclared(self.lines[index], name)]

    def attributes_and_notes(self, known: set[str]) -> tuple[dict[str, dict[str, Values]], list[tuple[int, Remark]]]:
        """Return attributes by annotation, and the notes of our exporter; refuse others.

        Args:
            known: the ids of the annotations.
        """
        refused, remark_ids = {fault.id for _, fault in self.quarantined}, {remark.id for _, remark in self.remarks}
        values: dict[str, dict[str, list[Value]]] = {}
        notes: list[tuple[int, Remark]] = []
        seen: set[str] = set()
        for index, remark in self.remarks:
            target = remark.target
            if remark.id in seen and remark.id != "#":
                self.refuse(index, "duplicate_id", f"another line has the id {remark.id}")
            elif NOTE in remark.values and target == DOCUMENT:
                notes.append((index, remark))
            elif target not in known or target in refused:
                why = "which is in quarantine" if target in refused else "which is not there"
                why = "which refers to an annotation, and is none" if target in remark_ids else why
                self.refuse(index, "dangling_id", f"it refers to {target}, {why}")
            elif NOTE in remark.values:
                notes.append((index, remark))
            else:
                for name, value in remark.values.items():
                    values.setdefault(target, {}).setdefault(name, []).append(value)
            seen.add(remark.id)
        texts = {name for _, remark in self.remarks if remark.id[0] == "N" for name in [*remark.values][1:]}
        return {id_: _attributes(by_name, texts) for id_, by_name in values.items()}, notes

    def refuse(self, index: int, reason: str, message: str) -> None:
        """Put a line into quarantine."""
        line = self.lines[index]
        self.quarantined.append((index, Quarantined(line.path, reason, message, line.id, line.number, line.text)))


def _lost_roles(event: Annotation, known: Set[str]) -> str:
    """Return the end of a message that names what an event in quarantine refers to soundly; empty if nothing."""
    roles = [f"{role}:{target}" for role, target in event.links if role and target in known]
    is_event = bool(event.links) and not event.links[0][0]
    return f"; what is right in the line is left out too: {' '.join(roles)}" if is_event and roles else ""


def _attributes(values: dict[str, list[Value]], texts: set[str]) -> dict[str, Values]:
    """Return one value or a tuple by name, without *texts* that are all empty."""
    return {name: tuple(some) if len(some) > 1 else some[0] for name, some in values.items()
            if any(some) or name not in texts}  # fmt: skip


def _events_by_trigger(annotations: Sequence[Annotation]) -> dict[str, str]:
    """Return the event of each trigger that is of the type of its event and has no other."""
    types = {annotation.id: annotation.type for annotation in annotations}
    events: defaultdict[str, list[str]] = defaultdict(list)
    for annotation in annotations:
        for role, target in annotation.links:
            if not role:
                events[target].append(annotation.id)
    return {trigger: some[0] for trigger, some in events.items() if [types[one] for one in some] == [types[trigger]]}


def _with_events(annotations: Sequence[Annotation], event_of: Mapping[str, str]) -> Iterator[Annotation]:
    """Yield annotations whose links lead to an event instead of its trigger, except those of the event itself."""
    for one in annotations:
        events = {target: event for _, target in one.links if (event := event_of.get(target, target)) != one.id}
        yield replace(
            one, links=tuple((role, events.get(target, target) if role else target) for role, target in one.links)
        )


def _with_triggers(annotations: Iterable[Annotation], described: Set[str]) -> Iterator[Annotation]:
    """Yield annotations, events with the fragments of their triggers.

    Triggers that are nothing else are left out.

    Args:
        annotations: the annotations; the first link of an event leads to its trigger.
        described: ids that attributes or notes are about, whose annotations stay.
    """
    annotations = tuple(annotations)
    marks = {annotation.id: annotation for annotation in annotations if annotation.fragments}
    event_types: defaultdict[str, set[str]] = defaultdict(set)
    kept = set(described)
    for annotation in annotations:
        for role, target in annotation.links:
            if role:
                kept.add(target)
            else:
                event_types[target].add(annotation.type)
    only_triggers = {id_ for id_, types in event_types.items() if id_ not in kept and types == {marks[id_].type}}
    for annotation in annotations:
        if annotation.links and not annotation.links[0][0]:
            trigger = annotation.links[0][1]
            yield replace(annotation, fragments=marks[trigger].fragments, links=annotation.links[1:], trigger=trigger)
        elif annotation.id not in only_triggers:
            yield annotation


def mark_faults(text: str, marks: Sequence[tuple[Mark, str]]) -> Iterator[Fault | None]:
    """Yield the fault of the words or offsets of each mark; None where there is none.

    Offsets count code points. As soon as one mark of the document fits only in UTF-16 units, the unit of the document
    is in doubt, and every mark that fits in both is at fault, too.

    Args:
        text: the text of the document.
        marks: each mark, with the carriage return with which its line may end.
    """
    utf16 = Utf16(text)
    fits = [(_fits(text, mark, mark.fragments, end), _fits_in_utf16(text, utf16, mark, end)) for mark, end in marks]
    is_doubtful = any(in_utf16 and not in_points for in_points, in_utf16 in fits)
    for (mark, _), (in_points, in_utf16) in zip(marks, fits, strict=True):
        if in_utf16 and (not in_points or is_doubtful):
            where = "in code points, and in UTF-16 units elsewhere" if in_points else "in UTF-16 units only"
            yield "unknown_unit", f"its words are at its offsets {where}"
        elif message := offset_fault(text, mark.fragments):
            yield "offset_outside", message
        elif in_points:
            yield None
        else:
            there = " ".join(text[start:end] for start, end in mark.fragments)
            declared, found = _shortened(mark.words or ""), _shortened(there)
            yield "other_words", f"it declares {declared}, but at its offsets is {found}"


def _fits(text: str, mark: Mark, fragments: Fragments, end: str) -> bool:
    """Return whether fragments have the words of a mark, or the mark has no words.

    brat joins fragments by one blank, and writes line ends as blanks.
    """
    if offset_fault(text, fragments):
        return False
    parts = [text[start:stop] for start, stop in fragments]
    if mark.words is None or " ".join(parts) == mark.words:
        return True
    in_order = [text[start:stop] for start, stop in sorted(fragments)]
    joined = (" ".join(parts), " ".join(in_order), "".join(parts))  # the last by versions of brat before 1.3
    declared = {_with_blanks(mark.words), _with_blanks(mark.words + end)}
    return not declared.isdisjoint(map(_with_blanks, joined))


def _fits_in_utf16(text: str, utf16: Utf16, mark: Mark, end: str) -> bool:
    """Return whether a mark fits in UTF-16 units, elsewhere than in code points."""
    fragments = utf16.points(mark.fragments) if utf16.differs else None
    return fragments is not None and fragments != mark.fragments and _fits(text, mark, fragments, end)


def _with_blanks(words: str) -> str:
    return words.translate(_BLANKS)


def _shortened(words: str) -> str:
    return repr(words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…")
