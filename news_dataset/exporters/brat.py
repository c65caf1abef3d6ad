"""brat stand-off: ``a.txt`` and ``a.ann`` for each document, and ``annotation.conf`` (https://brat.nlplab.org/standoff.html).

An annotation with words is a text-bound one (T); an event (E) with a trigger, if it has links. One without
words is a relation (R) if it has two links, an equivalence (``*``) if its links are all of the role ``Arg``. Values are
attributes (A), normalizations (N) or notes (#). What these lines cannot say of an annotation or of the document is in
a further note as JSON: ``#1  news_dataset T1  {"id": "x"}``. Reading the folder gives the same documents again.
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
from news_dataset.exporters.leaving_out import left_out
from news_dataset.exporters.stems import Stems
from news_dataset.exporters.values import lacking_values, plain_values
from news_dataset.exporters.written import Written
from news_dataset.filesystem import write_new

NOTE, DOCUMENT = "news_dataset", "document"
"""The type of notes that only this package writes, and their target where they are about the document."""

FIELDS: tuple[dict[str, type], dict[str, type]] = (
    {"id": str, "attributes": dict, "fragments": list},
    {"id": str, "attributes": dict, "annotator": str, "text_rule": str, "is_article": bool, "names": dict},
)
"""What a note says of an annotation, and of a document.

``names`` has types and roles that brat cannot spell, ``fragments`` those that are in pieces since they go over lines.
"""

LINE_ENDS = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
"""What ends a line for brat, and is a blank in the words of an annotation."""

_BLANKS = dict.fromkeys(map(ord, LINE_ENDS), " ")
_WITHIN_LINE = re.compile(f"[^{LINE_ENDS}]+")
_SYMMETRIC = "<REL-TYPE>:symmetric-transitive"
_ID = re.compile(r"[TER][1-9][0-9]{0,8}")


def write(documents: Iterable[Document], out: Path) -> Written:
    """Write documents into a folder.

    Args:
        documents: the documents; those without a text, and what ``lacks`` names, are left out.
        out: the folder, which is there and empty.

    Returns:
        How many were written.
    """
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


def lacks(document: Document) -> Iterator[str]:
    """Yield what brat cannot say of a document, a line each."""
    if document.text is None:
        yield f"{document.id}: a document without a text is left out"
        return
    yield from lacking_values(document.attributes, document.id)
    missing = left_out(document.annotations, _fault)
    for at, one in enumerate(document.annotations):
        name = f"{document.id}: {one.type} {one.id}".rstrip()
        if at in missing:
            yield f"{name} is left out: {missing[at]}"
        else:
            yield from lacking_values(one.attributes, name)


def _kind(one: Annotation) -> str:
    """Return the first character of the line that an annotation becomes; empty if brat has none for it."""
    if one.fragments:
        return "" if _overlap(one.fragments) else "E" if one.links or re.fullmatch("E[0-9]+", one.id) else "T"
    if not one.id and not one.attributes and len(one.links) > 1 and {role for role, _ in one.links} == {"Arg"}:
        return "*"
    return "R" if len(one.links) == 2 and one.links[0] != one.links[1] else ""


def _overlap(fragments: Fragments) -> bool:
    """Return whether brat refuses fragments: they overlap, or one ends where one that is named earlier begins."""
    return any(
        end >= other_start and start < other_end
        for at, (start, end) in enumerate(fragments)
        for other_start, other_end in fragments[:at]
    )


def _fault(one: Annotation, targets: dict[str, Annotation]) -> str:
    """Return why brat cannot say an annotation; empty if it can."""
    if _kind(one):
        return ""
    why = f"without words, it has {len(one.links)} links; brat has two, and not the same twice"
    return "its fragments overlap or touch out of order" if one.fragments else why


def in_lines(text: str, fragments: Fragments) -> Fragments:
    r"""Return fragments in pieces that lie within a line, as brat needs them; if there is none, as they are.

    Example:
        >>> in_lines("Rain\r\nand snow\n", ((0, 14), (14, 15)))
        ((0, 4), (6, 14))
    """
    pieces = (piece.span() for start, end in fragments for piece in _WITHIN_LINE.finditer(text, start, end))
    return tuple(pieces) or fragments


class _Names:
    """Types and roles as brat can spell them."""

    def __init__(self, annotations: Iterable[Annotation]) -> None:
        names = {name for one in annotations for name in (one.type, *(role for role, _ in one.links))}
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
        """The names that are spelled otherwise, by their spelling."""
        return {spelled: name for name, spelled in self.spelled.items() if spelled != name}


@dataclass
class _Config:
    """What ``annotation.conf`` has to name."""

    types: dict[str, dict[str, set[str]]] = field(default_factory=lambda: {"T": {}, "E": {}, "R": {}, "A": {}})

    def add(self, kind: str, name: str, further: Iterable[str] = ()) -> None:
        """Add a type of a kind, with its roles or values."""
        self.types[kind].setdefault(name, set()).update(further)

    def text(self) -> str:
        """Return the file."""
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
    """The lines of a document."""

    def __init__(self, document: Document, text: str, stem: str, config: _Config) -> None:
        missing = left_out(document.annotations, _fault)
        self.document, self.text, self.stem, self.config = document, text, stem, config
        self.annotations = [one for at, one in enumerate(document.annotations) if at not in missing]
        self.names = _Names(self.annotations)
        kept = {one.id for one in self.annotations if _ID.fullmatch(one.id) and one.id[0] == _kind(one)}
        self.taken, self.numbers = kept | {one.trigger for one in self.annotations}, Counter[str]()
        self.ids = {one.id: one.id if one.id in kept else self.new(_kind(one)) for one in self.annotations if one.id}
        self.marks = {id_ for id_ in self.ids.values() if id_[0] == "T"}

    def new(self, kind: str) -> str:
        """Return an id that nothing has."""
        self.numbers[kind] += 1
        while f"{kind}{self.numbers[kind]}" in self.taken:
            self.numbers[kind] += 1
        return f"{kind}{self.numbers[kind]}"

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        document = self.document
        about: dict[str, Any] = {
            "id": document.id if document.id != self.stem else None,
            "attributes": plain_values(document.attributes) or None,
            "annotator": document.annotator or None,
            "text_rule": document.text_rule or None,
            "is_article": None if document.is_article else False,
            "names": self.names.originals or None,
        }
        yield from self.note(DOCUMENT, about)
        for one in self.annotations:
            kind = _kind(one)
            links = " ".join(f"{self.names.spelled[role]}:{self.ids[target]}" for role, target in one.links)
            if kind == "*":
                self.config.add("R", self.names.spelled[one.type], [_SYMMETRIC])
                yield f"*\t{self.names.spelled[one.type]} {' '.join(self.ids[target] for _, target in one.links)}"
                continue
            id_, type_ = self.ids[one.id] if one.id else self.new(kind), self.names.spelled[one.type]
            if one.fragments:
                mark = id_ if kind == "T" else self.ids.get(one.trigger) or one.trigger or self.new("T")
                if kind == "T" or mark not in self.marks:
                    yield self.mark(mark, type_, one.fragments)
                links = f"{type_}:{mark} {links}".rstrip()
            if kind != "T":
                yield f"{id_}\t{links if kind == 'E' else f'{type_} {links}'}"
            self.config.add(kind, type_, (self.names.spelled[role] for role, _ in one.links))
            values, rest = value_lines(plain_values(one.attributes), NOTE)
            for value in values:
                yield f"{self.new(value.kind)}\t{value.name} {id_}{value.behind}"
                if value.kind == "A":
                    self.config.add("A", value.name, {value.value} - {""})
            whole = one.fragments if in_lines(self.text, one.fragments) != one.fragments else None
            said = {"id": one.id if one.id != id_ else None, "attributes": rest or None, "fragments": whole}
            yield from self.note(id_, said)

    def mark(self, id_: str, type_: str, fragments: Fragments) -> str:
        """Return the line of a text-bound annotation."""
        self.marks.add(id_)
        pieces = in_lines(self.text, fragments)
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        words = " ".join(self.text[start:end] for start, end in pieces).translate(_BLANKS)
        return f"{id_}\t{type_} {offsets}\t{words}"

    def note(self, target: str, said: Mapping[str, Any]) -> Iterator[str]:
        """Yield a note of what is not None, if anything is."""
        if found := {name: value for name, value in said.items() if value is not None}:
            yield f"{self.new('#')}\t{NOTE} {target}\t{dumps(found, allow_nan=False)}"
