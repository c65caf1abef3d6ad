"""``annotation.conf`` of brat: the types, roles and values that annotators could use (https://brat.nlplab.org/configuration.html).

A line names a type, and after it arguments as ``Role:Type|Type``; a role may end with ``?``, ``*``, ``+`` or ``{2}``.
An indented type is below the type before it. ``!`` marks a type that only groups others, ``<X>=A|B`` defines ``<X>`` as
``A|B``, and ``<OVERLAP>`` says which spans may overlap, which no import depends on. As in brat, the file of the nearest
folder applies, from that of a document up to the source itself, and sections that brat does not know are skipped.
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
from news_dataset.importers.inputs import BYTE_ORDER_MARK

NAME = "annotation.conf"

ENTITIES, RELATIONS, EVENTS, ATTRIBUTES = "entities", "relations", "events", "attributes"
_SECTIONS = {"spans": ENTITIES} | {name: name for name in (ENTITIES, RELATIONS, EVENTS, ATTRIBUTES)}
_OF_LINES = {"T": (ENTITIES, EVENTS), "E": (ENTITIES, EVENTS), "R": (RELATIONS,), "*": (RELATIONS,),
             "A": (ATTRIBUTES,), "M": (ATTRIBUTES,)}  # fmt: skip
"""The sections that declare what a line says, by the first character of its id."""

_CLASSES = {"<ANY>": (ENTITIES, EVENTS), "<ENTITY>": (ENTITIES,), "<EVENT>": (EVENTS,), "<RELATION>": (RELATIONS,),
            "<NONE>": ()}  # fmt: skip
_NESTING = "ENTITY-NESTING"  # says which spans may nest, and is no relation

_SECTION = re.compile(r"\s*\[(.*)\]\s*")
_MACRO = re.compile(r"(<[A-Za-z_-]+>)=\s*(.*?)\s*")
_TYPE = re.compile(r"(\s*)(\S+)(?:\s+(.*?))?\s*")
_ARGUMENT = re.compile(r"(\S+?)(?:[?*+]|\{[0-9]+(?:-[0-9]+)?\})?:(\S+)")
_OTHER = re.compile("[^A-Za-z0-9_-]")
_LONGEST = 100_000  # characters of a line whose macros are expanded

Arguments = dict[str, list[str]]


@dataclass
class Conf:
    """What a file declares."""

    path: str = ""  # the file, as messages name it; empty where there is none, and nothing is reported
    # The types of each section, with their arguments.
    types: dict[str, dict[str, Arguments]] = field(default_factory=lambda: {name: {} for name in _SECTIONS.values()})
    groups: set[str] = field(default_factory=set)  # types that are not for annotations
    above: dict[str, str] = field(default_factory=dict)  # the type above an entity
    quarantined: tuple[Quarantined, ...] = ()  # why the file is not used, if it is not
    _reported: set[tuple[str, str]] = field(default_factory=set)

    def undeclared(self, line: Line, name: str) -> Iterator[Quarantined]:
        """Yield a report of a line if it is the first of a type that is not declared."""
        sections = _OF_LINES.get(line.id[:1], ())
        if not self.path or not sections or (sections[0], name) in self._reported:
            return
        if not any(name in self.types[section] for section in sections):
            self._reported.add((sections[0], name))
            message = f"{self.path} does not declare {name}; it is read all the same, and not listed again"
            yield Quarantined(line.path, "undeclared", message, line.id, line.number, line.text)

    @property
    def scheme(self) -> Scheme:
        """The types, roles and values, as examples of annotations."""
        return Scheme(tuple(self._examples()), self.above)

    def _examples(self) -> Iterator[Annotation]:
        """Yield examples of each type, which together have all values of its attributes."""
        for section in (ENTITIES, EVENTS, RELATIONS):
            for name, arguments in self.types[section].items():
                if name in self.groups:
                    continue
                words = () if section == RELATIONS else ((0, 1),)
                links = tuple(
                    (role, "" if one in _CLASSES else one) for role, some in arguments.items() for one in some
                )
                values = self._values(section, name)
                for row in zip_longest(*values.values()) if values else ((),):
                    attributes = {key: value for key, value in zip(values, row, strict=True) if value is not None}
                    yield Annotation(name if words else "", name, words, attributes, links)

    def _values(self, section: str, name: str) -> dict[str, list[Value]]:
        """Return the values of each attribute that a type may have."""
        values: dict[str, list[Value]] = {}
        for attribute, roles in self.types[ATTRIBUTES].items():
            holders = [holder for role, some in roles.items() if role != "Value" for holder in some]
            if any(holder == name or section in _CLASSES.get(holder, ()) for holder in holders):
                values[attribute] = [*roles.get("Value", ())] or [True]
        return values


class Confs:
    """The configurations of a source, each for the documents in and below its folder.

    Args:
        files: the file of each folder that has one.
    """

    def __init__(self, files: Mapping[str, SourceFile]) -> None:
        self._files = files
        self._read: dict[str, Conf] = {}

    def of(self, document: str) -> tuple[Conf, bool]:
        """Return the configuration for the path of a document, and whether it is new."""
        folder = next((name for parent in PurePosixPath(document).parents if (name := str(parent)) in self._files), "")
        is_new = bool(folder) and folder not in self._read
        if is_new:
            self._read[folder] = read(self._files[folder])
        return self._read.get(folder) or Conf(), is_new


def read(file: SourceFile) -> Conf:
    """Return the configuration in a file; only a report if any of it is malformed."""
    number, text = 0, ""
    reader = _ConfReader(Conf(file.path))
    try:
        for text in decode(file.read().removeprefix(BYTE_ORDER_MARK)).splitlines():
            number += 1
            reader.read_line(text)
    except (ReadError, LineError) as error:
        line = error.problem.line if isinstance(error, ReadError) else number
        return Conf(quarantined=(Quarantined(file.path, "unreadable", f"it is not used: {error}", "", line, text),))
    return reader.conf


class _ConfReader:
    """Reads a file line by line."""

    def __init__(self, conf: Conf) -> None:
        self.conf = conf
        self.section = ""
        self.macros: dict[str, str] = {}
        self.parents: list[tuple[int, str]] = []  # indentation and name of the last type and of those above it

    def read_line(self, text: str) -> None:
        """Read a line.

        Raises:
            LineError: it is not as brat reads it.
        """
        if not text.strip() or text.lstrip().startswith("#") or not text.strip(" \t-"):
            return
        if match := _SECTION.fullmatch(text):
            self.section, self.parents = match[1], []
        elif match := _MACRO.fullmatch(text):
            self.macros[match[1]] = self.expand(match[2])
        elif not self.section:
            raise LineError("expected a section first, such as [entities]")
        elif self.section in _SECTIONS:
            self.read_type(self.expand(text), _SECTIONS[self.section])

    def expand(self, text: str) -> str:
        """Return a text with its macros, the names in < >, expanded."""
        for name, value in self.macros.items():
            text = text.replace(name, value)
            if len(text) > _LONGEST:
                raise LineError(f"{name} makes it longer than {_LONGEST:,} characters")
        return text

    def read_type(self, text: str, section: str) -> None:
        """Read the line of a type."""
        match = _TYPE.fullmatch(text)
        assert match
        indent, terms, rest = match.groups()
        name = _OTHER.sub("_", terms.partition("|")[0].removeprefix("!"))
        if terms.startswith("<") or name == _NESTING:
            return
        if not name:
            raise LineError("expected the name of a type")
        arguments: Arguments = {}
        count = 0  # also of arguments with the same role
        for argument in filter(None, map(str.strip, (rest or "").split(","))):
            if not (match := _ARGUMENT.fullmatch(argument)):
                raise LineError(f"expected {name} Role:Type, Role:Type|Type, and not {argument!r}")
            role, values = match.groups()
            if not role.startswith("<"):
                count += 1
                arguments[role] = [value for value in values.split("|") if value]
                if unknown := [value for value in arguments[role] if value[0] == "<" and value not in _CLASSES]:
                    raise LineError(f"{unknown[0]} is defined nowhere above; expected {unknown[0]}=Type|Type")
        if section == RELATIONS and count < 2:
            raise LineError(f"expected {name} Arg1:Type, Arg2:Type")
        self.add_type(name, section, len(indent), arguments)
        self.conf.groups |= {name} if terms.startswith("!") else set()

    def add_type(self, name: str, section: str, indent: int, arguments: Arguments) -> None:
        """Add a type, or further arguments to one that is declared already."""
        while self.parents and self.parents[-1][0] >= indent:
            self.parents.pop()
        types = self.conf.types[section]
        if self.parents and section == ENTITIES and name not in types:  # so that no type is below itself
            self.conf.above[name] = self.parents[-1][1]
        self.parents.append((indent, name))
        known = types.setdefault(name, {})
        for role, values in arguments.items():
            known[role] = [*dict.fromkeys([*known.get(role, ()), *values])]
