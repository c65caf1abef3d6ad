"""brat stand-off: ``a.txt`` and ``a.ann`` for each document, and ``annotation.conf`` (https://brat.nlplab.org/standoff.html).

An annotation with words becomes a text-bound one (T) or, if it has links, an event (E) with a trigger. One without
words becomes a relation (R) if it has two links, an equivalence (``*``) if all its links have the role ``Arg``. Values
become attributes (A), normalizations (N) or notes (#). What these lines cannot express is JSON in a further note:
``#1  news_dataset T1  {"id": "x"}``. Reading the folder gives the same documents again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from json import dumps
from pathlib import Path
from typing import Any

from news_dataset.annotations import Annotation, Document, Fragments
from news_dataset.exporters.brat_values import NAME, value_lines
from news_dataset.exporters.leaving_out import omissions
from news_dataset.exporters.stems import Stems
from news_dataset.exporters.values import json_safe, value_losses
from news_dataset.exporters.written import Written
from news_dataset.filesystem import write_new

NOTE, DOCUMENT = "news_dataset", "document"
"""The type of the notes that only this package writes, and their target if they are about the document."""

FIELDS: tuple[dict[str, type], dict[str, type]] = (
    {"id": str, "attributes": dict, "fragments": list},
    {"id": str, "attributes": dict, "annotator": str, "text_rule": str, "is_article": bool, "names": dict},
)
"""The members of a note about an annotation, and of one about a document, with their types.

``names`` maps spellings to the types and roles that brat cannot spell; ``fragments`` are those that line ends divide.
"""

LINE_ENDS = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
"""Characters that end a line for brat; in the words of an annotation they are written as blanks."""

_LINE_ENDS_TO_BLANKS = dict.fromkeys(map(ord, LINE_ENDS), " ")
_WITHIN_LINE = re.compile(f"[^{LINE_ENDS}]+")
_SYMMETRIC = "<REL-TYPE>:symmetric-transitive"
_ID = re.compile(r"[TER][1-9][0-9]{0,8}")


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write documents, without what ``losses`` reports, into an existing empty folder; return counts."""
    stems, config, written = Stems(), _Config(), Written()
    for document in documents:
        if document.text is not None:
            stem = stems.stem(document.id)
            lines = _Lines(document, document.text, stem, config)
            written.add(lines.annotations)
            write_new(out / f"{stem}.txt", document.text)
            write_new(out / f"{stem}.ann", "".join(f"{line}\n" for line in lines.lines()))
    write_new(out / "annotation.conf", config.text())
    return written


def losses(document: Document) -> Iterator[str]:
    """Yield a message for each thing in a document that ``write`` leaves out."""
    if document.text is None:
        yield f"{document.id}: a document without a text is left out"
        return
    yield from value_losses(document.attributes, document.id)
    omitted = omissions(document.annotations, _reason_to_omit)
    for index, annotation in enumerate(document.annotations):
        owner = f"{document.id}: {annotation.type} {annotation.id}".rstrip()
        if index in omitted:
            yield f"{owner} is left out: {omitted[index]}"
        else:
            yield from value_losses(annotation.attributes, owner)


def _line_type(annotation: Annotation) -> str:
    """Return the first letter of an annotation's line, or empty if brat has none."""
    links = annotation.links
    if annotation.fragments:
        is_event = links or re.fullmatch("E[0-9]+", annotation.id)
        return "" if _overlap(annotation.fragments) else "E" if is_event else "T"
    is_bare = not annotation.id and not annotation.attributes
    if is_bare and len(links) > 1 and {role for role, _ in links} == {"Arg"}:
        return "*"
    return "R" if len(links) == 2 and links[0] != links[1] else ""


def _overlap(fragments: Fragments) -> bool:
    """Return whether brat refuses fragments: overlapping, or touching out of order."""
    return any(
        end >= other_start and start < other_end
        for index, (start, end) in enumerate(fragments)
        for other_start, other_end in fragments[:index]
    )


def _reason_to_omit(annotation: Annotation, _by_id: dict[str, Annotation]) -> str:
    """Return why brat cannot express an annotation; empty if it can."""
    if _line_type(annotation):
        return ""
    if annotation.fragments:
        return "its fragments overlap or touch out of order"
    return f"without words, it has {len(annotation.links)} links; brat has two, and not the same twice"


def in_lines(text: str, fragments: Fragments) -> Fragments:
    r"""Split fragments at line ends, as brat needs them; fragments of nothing but line ends stay as they are.

    Example:
        >>> in_lines("Rain\r\nand snow\n", ((0, 14), (14, 15)))
        ((0, 4), (6, 14))
    """
    pieces = (piece.span() for start, end in fragments for piece in _WITHIN_LINE.finditer(text, start, end))
    return tuple(pieces) or fragments


class _Names:
    """Unique spellings that brat allows for types and roles; ``spelled`` maps each name to its own."""

    def __init__(self, annotations: Iterable[Annotation]) -> None:
        names: set[str] = set()
        for annotation in annotations:
            names |= {annotation.type, *(role for role, _ in annotation.links)}
        self.spelled = {name: name for name in names if NAME.fullmatch(name)}
        taken = set(self.spelled)
        for name in sorted(names - self.spelled.keys()):
            base = spelled = re.sub("[^A-Za-z0-9_-]", "_", name) if re.search("[A-Za-z0-9]", name) else "name"
            number = 1
            while spelled in taken:
                number += 1
                spelled = f"{base}_{number}"
            taken.add(spelled)
            self.spelled[name] = spelled

    @property
    def originals(self) -> dict[str, str]:
        """The names that are not spelled as they are, by their spelling."""
        return {spelled: name for name, spelled in self.spelled.items() if spelled != name}


@dataclass
class _Config:
    """The contents of ``annotation.conf``: types of each kind, with roles or values."""

    types: dict[str, dict[str, set[str]]] = field(default_factory=lambda: {"T": {}, "E": {}, "R": {}, "A": {}})

    def add(self, kind: str, name: str, roles_or_values: Iterable[str] = ()) -> None:
        """Add a type to a kind (``T``, ``E``, ``R`` or ``A``), with its roles or, for ``A``, its values."""
        self.types[kind].setdefault(name, set()).update(roles_or_values)

    def text(self) -> str:
        """Return the content of the file."""
        lines = ["[entities]", *sorted(self.types["T"]), "", "[relations]"]
        for name, roles in sorted(self.types["R"].items()):
            plain = sorted(roles - {_SYMMETRIC}) or ["Arg1", "Arg2"]
            plain *= 2 if len(plain) == 1 else 1  # both ends may have one role
            arguments = [*(f"{role}:<ANY>" for role in plain), *({_SYMMETRIC} & roles)]
            lines.append(f"{name}\t{', '.join(arguments)}")
        lines += ["<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>", "", "[events]"]
        for name, roles in sorted(self.types["E"].items()):
            lines.append(f"{name}\t{', '.join(f'{role}*:<ANY>' for role in sorted(roles))}".rstrip())
        lines += ["", "[attributes]"]
        for name, values in sorted(self.types["A"].items()):
            lines.append(f"{name}\tArg:<ANY>" + f", Value:{'|'.join(sorted(values))}" * bool(values))
        return "\n".join([*lines, ""])


class _Lines:
    """The lines of a document's ``.ann`` file; it also fills the configuration."""

    def __init__(self, document: Document, text: str, stem: str, config: _Config) -> None:
        omitted = omissions(document.annotations, _reason_to_omit)
        self.document, self.text, self.stem, self.config = document, text, stem, config
        self.annotations = [annotation for index, annotation in enumerate(document.annotations) if index not in omitted]
        self.names = _Names(self.annotations)
        self.numbers, self.taken = Counter[str](), {annotation.trigger for annotation in self.annotations}
        types = {annotation.id: _line_type(annotation) for annotation in self.annotations if annotation.id}
        kept = {id_ for id_, type_ in types.items() if _ID.fullmatch(id_) and id_[0] == type_}
        self.taken |= kept
        self.ids = {id_: id_ if id_ in kept else self.new_id(type_) for id_, type_ in types.items()}
        self.text_bound_ids = {id_ for id_ in self.ids.values() if id_[0] == "T"}

    def new_id(self, line_type: str) -> str:
        """Return the next free id of a line type."""
        self.numbers[line_type] += 1
        while f"{line_type}{self.numbers[line_type]}" in self.taken:
            self.numbers[line_type] += 1
        return f"{line_type}{self.numbers[line_type]}"

    def lines(self) -> Iterator[str]:
        """Yield all lines, without their ends."""
        document = self.document
        members: dict[str, Any] = {
            "id": document.id if document.id != self.stem else None,
            "attributes": json_safe(document.attributes) or None,
            "annotator": document.annotator or None,
            "text_rule": document.text_rule or None,
            "is_article": None if document.is_article else False,
            "names": self.names.originals or None,
        }
        yield from self.note(DOCUMENT, members)
        for annotation in self.annotations:
            type_ = self.names.spelled[annotation.type]
            if _line_type(annotation) == "*":
                self.config.add("R", type_, [_SYMMETRIC])
                yield f"*\t{type_} {' '.join(self.ids[target] for _, target in annotation.links)}"
            else:
                yield from self._annotation(annotation, type_)

    def _annotation(self, annotation: Annotation, type_: str) -> Iterator[str]:
        """Yield the lines of an annotation that is no equivalence; *type_* is the spelling of its type."""
        line_type, fragments = _line_type(annotation), annotation.fragments
        id_ = self.ids[annotation.id] if annotation.id else self.new_id(line_type)
        roles = [self.names.spelled[role] for role, _ in annotation.links]
        targets = [self.ids[target] for _, target in annotation.links]
        links = " ".join(f"{role}:{target}" for role, target in zip(roles, targets, strict=True))
        if line_type == "T":
            yield self.text_bound(id_, type_, fragments)
        elif line_type == "E":
            trigger = self.ids.get(annotation.trigger) or annotation.trigger or self.new_id("T")
            if trigger not in self.text_bound_ids:
                yield self.text_bound(trigger, type_, fragments)
            yield f"{id_}\t{f'{type_}:{trigger} {links}'.rstrip()}"
        else:
            yield f"{id_}\t{type_} {links}"
        self.config.add(line_type, type_, roles)
        values, rest = value_lines(json_safe(annotation.attributes), NOTE)
        for value in values:
            yield f"{self.new_id(value.kind)}\t{value.name} {id_}{value.rest}"
            if value.kind == "A":
                self.config.add("A", value.name, {value.value} - {""})
        undivided = fragments if in_lines(self.text, fragments) != fragments else None
        origin = annotation.id if annotation.id != id_ else None
        yield from self.note(id_, {"id": origin, "attributes": rest or None, "fragments": undivided})

    def text_bound(self, id_: str, type_: str, fragments: Fragments) -> str:
        """Return the line of a text-bound annotation, and remember its id."""
        self.text_bound_ids.add(id_)
        pieces = in_lines(self.text, fragments)
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        words = " ".join(self.text[start:end] for start, end in pieces).translate(_LINE_ENDS_TO_BLANKS)
        return f"{id_}\t{type_} {offsets}\t{words}"

    def note(self, target: str, members: Mapping[str, Any]) -> Iterator[str]:
        """Yield a note with the members that are not None, if there are any."""
        if given := {name: value for name, value in members.items() if value is not None}:
            yield f"{self.new_id('#')}\t{NOTE} {target}\t{dumps(given, allow_nan=False)}"
