"""``annotation.conf`` of brat: the types, roles and values that annotators could use (https://brat.nlplab.org/configuration.html).

A line names a type, and after it arguments as ``Role:Type|Type``; a role may end with ``?``, ``*``, ``+`` or ``{2}``.
What is indented lies below the type before it. ``!`` marks a type that only has others below it, a line of hyphens is
for the eye, ``<X>=A|B`` lets ``<X>`` stand for ``A|B``, and ``<OVERLAP>`` says which spans may overlap, which no import
depends on. As in brat, the file of the nearest folder holds, from that of a document up to the source itself, and
sections that brat does not know are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import PurePosixPath

from news_dataset.annotations import Annotation, Quarantined, Scheme, Value
from news_dataset.files import ReadError, decode
from news_dataset.importers.brat.lines import Line, LineError
from news_dataset.importers.files import SourceFile

NAME = "annotation.conf"

ENTITIES, RELATIONS, EVENTS, ATTRIBUTES = "entities", "relations", "events", "attributes"
_SECTIONS = {"spans": ENTITIES} | {name: name for name in (ENTITIES, RELATIONS, EVENTS, ATTRIBUTES)}
_OF_LINES = {"T": (ENTITIES, EVENTS), "E": (ENTITIES, EVENTS), "R": (RELATIONS,), "*": (RELATIONS,),
             "A": (ATTRIBUTES,), "M": (ATTRIBUTES,)}  # fmt: skip
"""The sections that declare what a line says, by the first character of its id."""

_CLASSES = {"<ANY>": (ENTITIES, EVENTS), "<ENTITY>": (ENTITIES,), "<EVENT>": (EVENTS,), "<RELATION>": (RELATIONS,),
            "<NONE>": ()}  # fmt: skip
_NESTING = "ENTITY-NESTING"  # a name for which spans may nest, and no relation

_SECTION = re.compile(r"\s*\[(.*)\]\s*")
_MACRO = re.compile(r"(<[A-Za-z_-]+>)=\s*(.*?)\s*")
_TYPE = re.compile(r"(\s*)(\S+)(?:\s+(.*?))?\s*")
_ARGUMENT = re.compile(r"(\S+?)(?:[?*+]|\{[0-9]+(?:-[0-9]+)?\})?:(\S+)")
_OTHER = re.compile("[^A-Za-z0-9_-]")
_LONGEST = 100_000  # characters of a line with what its names in < > stand for

Arguments = dict[str, list[str]]


@dataclass
class Conf:
    """What a file declares.

    Args:
        path: the file, as messages name it; empty where there is none, and nothing is reported.
        types: the types of each section, with their arguments.
        groups: the types that are not for annotations.
        above: the type above each entity that has one.
        quarantined: why the file is not used, if it is not.
    """

    path: str = ""
    types: dict[str, dict[str, Arguments]] = field(default_factory=lambda: {name: {} for name in _SECTIONS.values()})
    groups: set[str] = field(default_factory=set)
    above: dict[str, str] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()
    _told: set[tuple[str, str]] = field(default_factory=set)

    def undeclared(self, line: Line, name: str) -> Iterator[Quarantined]:
        """Yield a report of a line whose type is declared nowhere, if it is the first of that type."""
        sections = _OF_LINES.get(line.id[:1], ())
        said = (sections[0], name) if sections else ("", "")
        if self.path and sections and said not in self._told and not any(name in self.types[one] for one in sections):
            self._told.add(said)
            message = f"{self.path} does not declare {name}; it is read all the same, and not listed again"
            yield Quarantined(line.path, "undeclared", message, line.id, line.number, line.text)

    @property
    def scheme(self) -> Scheme:
        """The types, roles and values, each in an example."""
        return Scheme(tuple(self._examples()), self.above)

    def _examples(self) -> Iterator[Annotation]:
        for section in (ENTITIES, EVENTS, RELATIONS):
            for name, arguments in self.types[section].items():
                if name in self.groups:
                    continue
                words = () if section == RELATIONS else ((0, 1),)
                links = tuple(
                    (role, "" if one in _CLASSES else one) for role, some in arguments.items() for one in some
                )
                values = self._values(section, name)
                for row in zip_longest(*values.values()):
                    said = {key: value for key, value in zip(values, row, strict=True) if value is not None}
                    yield Annotation(name if words else "", name, words, said, links)
                if not values:
                    yield Annotation(name if words else "", name, words, {}, links)

    def _values(self, section: str, name: str) -> dict[str, list[Value]]:
        """Return the values of each attribute that a type may have."""
        found: dict[str, list[Value]] = {}
        for attribute, arguments in self.types[ATTRIBUTES].items():
            holders = [one for role, some in arguments.items() if role != "Value" for one in some]
            if any(one == name or section in _CLASSES.get(one, ()) for one in holders):
                found[attribute] = [*arguments.get("Value", ())] or [True]
        return found


class Confs:
    """The files of a source, by the documents that they hold for.

    Args:
        files: the file of each folder that has one.
    """

    def __init__(self, files: Mapping[str, SourceFile]) -> None:
        self._files = files
        self._read: dict[str, Conf] = {}

    def of(self, document: str) -> tuple[Conf, bool]:
        """Return what holds for a document, given its path, and whether none before it had the same."""
        folder = next((name for one in PurePosixPath(document).parents if (name := str(one)) in self._files), "")
        is_new = bool(folder) and folder not in self._read
        if is_new:
            self._read[folder] = read(self._files[folder])
        return self._read.get(folder) or Conf(), is_new


def read(file: SourceFile) -> Conf:
    """Return what a file declares; nothing but a report if it is broken, so that it is not used by half."""
    try:
        lines = decode(file.read().removeprefix(b"\xef\xbb\xbf")).splitlines()
    except ReadError as error:
        return _broken(Line(file.path, error.problem.line, ""), str(error))
    reading = _Reading(Conf(file.path))
    for number, text in enumerate(lines, 1):
        try:
            reading.take(text)
        except LineError as error:
            return _broken(Line(file.path, number, text), str(error))
    return reading.conf


def _broken(line: Line, why: str) -> Conf:
    return Conf(
        quarantined=(Quarantined(line.path, "unreadable", f"it is not used: {why}", "", line.number, line.text),)
    )


class _Reading:
    """Reads a file line by line."""

    def __init__(self, conf: Conf) -> None:
        self.conf = conf
        self.section = ""
        self.macros: dict[str, str] = {}
        self.open: list[tuple[int, str]] = []

    def take(self, text: str) -> None:
        """Take a line.

        Raises:
            LineError: it is not as brat reads it.
        """
        if not text.strip() or text.lstrip().startswith("#") or not text.strip(" \t-"):
            return
        if found := _SECTION.fullmatch(text):
            self.section, self.open = found[1], []
        elif found := _MACRO.fullmatch(text):
            self.macros[found[1]] = self.expanded(found[2])
        elif not self.section:
            raise LineError("expected a section first, such as [entities]")
        elif self.section in _SECTIONS:
            self.take_type(self.expanded(text), _SECTIONS[self.section])

    def expanded(self, text: str) -> str:
        """Return a text with what its names in < > stand for."""
        for name, value in self.macros.items():
            text = text.replace(name, value)
            if len(text) > _LONGEST:
                raise LineError(f"{name} makes it longer than {_LONGEST:,} characters")
        return text

    def take_type(self, text: str, section: str) -> None:
        """Take the line of a type."""
        found = _TYPE.fullmatch(text)
        assert found
        indent, terms, rest = found.groups()
        name = _OTHER.sub("_", terms.partition("|")[0].removeprefix("!"))
        if terms.startswith("<") or name == _NESTING:
            return
        if not name:
            raise LineError("expected the name of a type")
        arguments: Arguments = {}
        count = 0
        for one in filter(None, map(str.strip, (rest or "").split(","))):
            if not (said := _ARGUMENT.fullmatch(one)):
                raise LineError(f"expected {name} Role:Type, Role:Type|Type, and not {one!r}")
            if not said[1].startswith("<"):
                count += 1
                arguments[said[1]] = [self.known(part) for part in said[2].split("|") if part]
        if section == RELATIONS and count < 2:
            raise LineError(f"expected {name} Arg1:Type, Arg2:Type")
        self.add(name, section, len(indent), arguments, terms.startswith("!"))

    def known(self, name: str) -> str:
        """Return the name of a type, class or value."""
        if name.startswith("<") and name not in _CLASSES:
            raise LineError(f"{name} is defined nowhere above; expected {name}=Type|Type")
        return name

    def add(self, name: str, section: str, indent: int, arguments: Arguments, is_group: bool) -> None:
        """Add a type; what one that is there already has more is added to it."""
        while self.open and self.open[-1][0] >= indent:
            self.open.pop()
        types = self.conf.types[section]
        if self.open and section == ENTITIES and name not in types:  # so that no type lies below itself
            self.conf.above[name] = self.open[-1][1]
        self.open.append((indent, name))
        self.conf.groups |= {name} if is_group else set()
        there = types.setdefault(name, {})
        for role, some in arguments.items():
            there[role] = [*dict.fromkeys([*there.get(role, ()), *some])]
