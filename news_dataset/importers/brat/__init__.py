"""brat stand-off: a text beside files of annotations (https://brat.nlplab.org/standoff.html).

The text is what the bytes of ``a.txt`` decode to, and offsets count its code points, as brat counts them. Annotations
are in ``a.ann``, or in ``a.a1`` and ``a.a2`` as in the shared tasks of BioNLP. ``annotation.conf`` says what could be
annotated, for the suggestion of a mapping; a type that it does not declare is reported once, and taken over.

An event has the id of its line, and the fragments of its trigger, whose id is kept beside. The trigger is an annotation
of its own only if it is of another type, or if something else refers to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from news_dataset.annotations import Annotation, Document, Quarantined, Value
from news_dataset.exporters.brat import DOCUMENT, NOTE
from news_dataset.importers.brat import conf
from news_dataset.importers.brat.lines import Line, LineError, Mark, Remark, parse
from news_dataset.importers.brat.notes import apply_notes
from news_dataset.importers.brat.words import Words
from news_dataset.importers.files import SourceFile, source_files
from news_dataset.importers.soundness import sound

Values = Value | tuple[Value, ...]

TEXT, ANNOTATIONS = ".txt", (".a1", ".a2", ".co", ".rel", ".ann")


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of a source, sorted by path; one at a time is in memory.

    The id of a document is its path below the source, without suffix.

    Args:
        source: a folder, with others in it at any depth; a zip archive; or one file of a document.

    Raises:
        FileNotFoundError: there is none, or it holds no such document.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    found: defaultdict[str, dict[str, SourceFile]] = defaultdict(dict)
    confs: dict[str, SourceFile] = {}
    for one in _files(source):
        name = PurePosixPath(one.name)
        if name.suffix in (TEXT, *ANNOTATIONS):
            found[str(name.with_suffix(""))][name.suffix] = one
        elif name.name == conf.NAME:
            confs[str(name.parent)] = one
    if not found:
        raise FileNotFoundError(f"{source} holds no .txt or .ann file")
    configured = conf.Confs(confs)
    for id_, files in found.items():
        declared, is_new = configured.of(id_)
        document = _document(id_, files, declared)
        if is_new:
            document = replace(
                document, quarantined=(*declared.quarantined, *document.quarantined), scheme=declared.scheme
            )
        yield document


def _files(source: Path) -> Iterator[SourceFile]:
    if source.is_file() and source.suffix in (TEXT, *ANNOTATIONS):
        beside = (*(source.with_suffix(suffix) for suffix in (TEXT, *ANNOTATIONS)), source.with_name(conf.NAME))
        for path in beside:
            yield from source_files(path) if path.exists() else ()
        return
    for one in source_files(source):
        yield from one.files() if one.is_archive else (one,)


def _document(id_: str, files: dict[str, SourceFile], declared: conf.Conf) -> Document:
    quarantined: list[Quarantined] = []
    text_file = files.get(TEXT)
    text = _decoded(text_file, quarantined) if text_file else None
    lines: list[Line] = []
    for suffix in ANNOTATIONS:
        if suffix in files and (data := _decoded(files[suffix], quarantined)) is not None:
            whole = enumerate(data.removeprefix("\ufeff").split("\n"), 1)
            lines += [Line(files[suffix].path, number, one.removesuffix("\r"), one[-1:] * one.endswith("\r"))
                      for number, one in whole if one.strip("\r ")]  # fmt: skip
    path = next((files[suffix].path for suffix in reversed(ANNOTATIONS) if suffix in files), "")
    document = Document(path or (text_file.path if text_file else ""), id_, text, quarantined=tuple(quarantined))
    if text is None:
        return _without_text(document, lines, bool(text_file))
    return _Reading(document, text, lines, declared).document()


def _decoded(file: SourceFile, quarantined: list[Quarantined]) -> str | None:
    data = file.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02x}"
        quarantined.append(Quarantined(file.path, "unreadable", message, line=line))
        return None


def _without_text(document: Document, lines: list[Line], is_there: bool) -> Document:
    """Return a document whose annotations are all in quarantine."""
    why = "the text beside it cannot be read" if is_there else f"there is no {PurePosixPath(document.id).name}{TEXT}"
    moved = [Quarantined(one.path, "unreadable", why, one.id, one.number, one.text) for one in lines]
    if not moved and not document.quarantined:
        moved = [Quarantined(document.path, "unreadable", why)]
    return replace(document, quarantined=(*document.quarantined, *moved))


@dataclass
class _Reading:
    """Reads the annotations of a document. Until the end, ``line`` of an annotation is its place in ``lines``."""

    base: Document
    text: str
    lines: list[Line]
    declared: conf.Conf
    found: list[Annotation] = field(default_factory=list)
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    remarks: list[tuple[int, Remark]] = field(default_factory=list)
    quarantined: list[tuple[int, Quarantined]] = field(default_factory=list)
    reported: list[Quarantined] = field(default_factory=list)

    def document(self) -> Document:
        """Return the document."""
        for at, line in enumerate(self.lines):
            self.parse(at, line)
        self.check_words()
        self.check_types()
        self.found.sort(key=lambda one: one.line)
        unchecked = replace(self.base, text=self.text, annotations=tuple(self.found),
                            quarantined=tuple(one for _, one in self.quarantined))  # fmt: skip
        checked = sound(unchecked)
        for fault in checked.quarantined[len(unchecked.quarantined) :]:
            self.refuse(fault.line, fault.reason, fault.message)
        values, notes = self.remarks_by_id({one.id for one in checked.annotations})
        mentioned = values.keys() | {note.target for _, note in notes}
        annotations = tuple(
            replace(one, attributes=values.get(one.id, {}), line=self.lines[one.line].number)
            for one in _events(checked.annotations, mentioned)
        )
        moved = (one for _, one in sorted(self.quarantined, key=lambda item: item[0]))
        quarantined = (*self.base.quarantined, *moved, *self.reported)
        document = replace(unchecked, annotations=annotations, quarantined=quarantined)
        return apply_notes(document, [(self.lines[at], note) for at, note in notes]) if notes else document

    def parse(self, at: int, line: Line) -> None:
        """Add what a line says."""
        try:
            one = parse(line)
        except LineError as error:
            self.refuse(at, "bad_line", str(error))
            return
        if isinstance(one, Mark):
            self.marks.append((at, one))
        elif isinstance(one, Remark):
            self.remarks.append((at, one))
        else:
            self.found.append(replace(one, line=at))

    def check_words(self) -> None:
        """Add the text-bound annotations whose words are those that are declared."""
        words = Words(self.text)
        for at, mark, fault in words.checked((at, one, self.lines[at].end) for at, one in self.marks):
            if fault:
                self.refuse(at, *fault)
            else:
                self.found.append(Annotation(mark.id, mark.type, mark.fragments, line=at))

    def check_types(self) -> None:
        """Report each type that nothing declares."""
        said = [
            *((one.line, one.type) for one in self.found),
            *((at, next(iter(one.values))) for at, one in self.remarks),
        ]
        for at, name in sorted(said):
            self.reported += self.declared.undeclared(self.lines[at], name)

    def remarks_by_id(self, known: set[str]) -> tuple[dict[str, dict[str, Values]], list[tuple[int, Remark]]]:
        """Return the attributes of each annotation, and the notes that only this package writes."""
        refused, seen = {one.id for _, one in self.quarantined}, {remark.id for _, remark in self.remarks}
        values: dict[str, dict[str, list[Value]]] = {}
        notes: list[tuple[int, Remark]] = []
        ids: set[str] = set()
        for at, remark in self.remarks:
            if remark.id in ids and remark.id != "#":
                self.refuse(at, "duplicate_id", f"another line has the id {remark.id}")
            elif NOTE in remark.values and remark.target == DOCUMENT:
                notes.append((at, remark))
            elif remark.target not in known or remark.target in refused:
                why = "which is in quarantine" if remark.target in refused else "which is not there"
                why = "which refers to an annotation, and is none" if remark.target in seen else why
                self.refuse(at, "dangling_id", f"it refers to {remark.target}, {why}")
            elif NOTE in remark.values:
                notes.append((at, remark))
            else:
                named = values.setdefault(remark.target, {})
                for name, value in remark.values.items():
                    named.setdefault(name, []).append(value)
            ids.add(remark.id)
        texts = {name for _, remark in self.remarks if remark.id[0] == "N" for name in [*remark.values][1:]}
        return {id_: _attributes(named, texts) for id_, named in values.items()}, notes

    def refuse(self, at: int, reason: str, message: str) -> None:
        """Put a line into quarantine."""
        line = self.lines[at]
        self.quarantined.append((at, Quarantined(line.path, reason, message, line.id, line.number, line.text)))


def _attributes(named: dict[str, list[Value]], texts: set[str]) -> dict[str, Values]:
    """Return one value, or several as a tuple; texts of normalizations are left out where all are empty."""
    return {
        name: tuple(values) if len(values) > 1 else values[0]
        for name, values in named.items()
        if any(values) or name not in texts
    }


def _events(annotations: Iterable[Annotation], mentioned: Set[str]) -> Iterator[Annotation]:
    """Yield the annotations, events with the fragments of their triggers; triggers that are nothing else are left out.

    Args:
        annotations: the annotations; the first link of an event leads to its trigger.
        mentioned: ids of which something is said.
    """
    annotations = tuple(annotations)
    marks = {one.id: one for one in annotations if one.fragments}
    types: defaultdict[str, set[str]] = defaultdict(set)
    others = set(mentioned)
    for one in annotations:
        for role, target in one.links:
            if role:
                others.add(target)
            else:
                types[target].add(one.type)
    used = {trigger for trigger, found in types.items() if trigger not in others and found == {marks[trigger].type}}
    for one in annotations:
        if one.links and not one.links[0][0]:
            trigger = one.links[0][1]
            yield replace(one, fragments=marks[trigger].fragments, links=one.links[1:], trigger=trigger)
        elif one.id not in used:
            yield one
