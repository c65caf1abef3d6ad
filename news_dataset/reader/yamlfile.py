"""Strict YAML: one document of mappings, lists and scalars, and nothing else.

The data are built from the events of a parser, so that anything else is refused before an object exists. Unquoted
scalars are ``Plain`` at first; only the schema gives them a type (``typed``), since ``NO``, ``0123``, ``1.10``,
``12:30`` and ``null`` mean different things to different YAML readers. Such a text is refused if it is unquoted; a
number must be written as in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from news_dataset.files import Place, ReadError
from news_dataset.form import MAX_DEPTH
from news_dataset.reader.document import Cut, Document, Places, Plain, step
from news_dataset.reader.syntax import place_of, yaml_problem

# The C parser, ten times as fast, if PyYAML was built with it; both give the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The first three are line breaks in YAML 1.1, which rewrites them, but not in YAML 1.2 and editors. A byte order mark
# inside a text is dropped by one parser and kept by another.
_DISPUTED = re.compile("[\x85\u2028\u2029\ufeff]|\r(?!\n)")

_COMMENT = re.compile(r"\s*#")

Event = Any  # PyYAML's events; types-PyYAML does not tell their kinds apart


def parse_yaml(text: str, path: str) -> Document:
    """Return the document in *text*; *path* is how messages name it.

    Raises:
        ReadError: the text is not YAML, or uses a part of YAML that is not allowed.
    """
    if found := _DISPUTED.search(text):
        raise ReadError(
            "bad_encoding",
            f"holds U+{ord(found[0]):04X}, which YAML versions treat differently",
            place_of(text, found.start()),
            "remove it, or write it as an escape in double quotes",
        )
    builder = _Builder(text)
    try:
        builder.run()
    except yaml.YAMLError as error:
        raise yaml_problem(error, text, builder.quoted, builder.open) from error
    return builder.places.document(path, builder.data)


class _Builder:
    """Builds plain data from the events of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.places = Places(len(text))
        self.data: Any = None
        self.open: list[Event] = []  # the starts of the lists and mappings around the next event
        self.quoted: Event = None  # the last scalar, if it is in quotes

    def run(self) -> None:
        """Build ``data`` from all events.

        Raises:
            ReadError: something is not allowed. All methods raise it.
        """
        documents, self.next = 0, _LOADER(self.text).get_event
        while event := self.next():
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise ReadError("unsafe_yaml", "a second document begins here", _mark(event), "use one file each")
                if event.version or event.tags:
                    raise ReadError("unsafe_yaml", "directives are not allowed", _mark(event), "remove the % lines")
            elif isinstance(event, yaml.NodeEvent):
                self.data = self.build(event, "")
        if not documents:
            raise ReadError("bad_syntax", "is empty", (1, 1), "write one record or a list of records")

    def build(self, event: Event, pointer: str) -> Any:
        """Return the value that begins with *event*, taking the rest of it from the events that follow."""
        if event.anchor is not None or event.tag is not None:
            _refuse(event)
        self.places.add(pointer, self.place(event))
        if type(event) is yaml.ScalarEvent:
            self.quoted = event if event.style in ("'", '"') else None
            return str(event.value) if event.style else self.plain(event)
        self.open.append(event)
        if len(self.open) > MAX_DEPTH:
            raise ReadError("over_limit", f"nests deeper than {MAX_DEPTH} levels", _mark(event))
        value = self.mapping(pointer) if type(event) is yaml.MappingStartEvent else self.sequence(pointer)
        self.open.pop()
        return value

    def place(self, event: Event) -> Place:
        """Return the line and column, from 1, of a value or key; of a missing one perhaps the end of the text."""
        line, column = _mark(event)
        last = len(self.lines)  # behind which a parser may place what is missing
        return (line, column) if line <= last else (last, len(self.lines[-1]) + 1)

    def plain(self, event: Event) -> Plain:
        """Return an unquoted scalar, which knows whether a comment follows."""
        if not event.value:  # it has no place in the lines if it is missing at their end
            return Plain()
        line, end = self.lines[event.end_mark.line], event.end_mark.column
        is_cut = line[end : end + 1].isspace() and _COMMENT.match(line, end)
        return (Cut if is_cut else Plain)(event.value)

    def sequence(self, pointer: str) -> list[Any]:
        """Return the list whose items come next, up to its end."""
        items: list[Any] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            items.append(self.build(event, f"{pointer}/{len(items)}"))
        return items

    def mapping(self, pointer: str) -> dict[str, Any]:
        """Return the mapping whose keys and values come next, up to its end; the first of duplicate keys counts."""
        data: dict[str, Any] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            if event.anchor is not None or event.tag is not None:
                _refuse(event)
            if type(event) is not yaml.ScalarEvent:
                raise ReadError("unsafe_yaml", "a key is a list or a mapping", _mark(event), "keys are plain words")
            key, place = str(event.value), self.place(event)
            if key == "<<" and not event.style:  # the style is None in one parser, empty in the other
                raise ReadError("unsafe_yaml", "merge keys are not allowed", place, "write the fields out")
            value = self.build(self.next(), self.places.add_key(pointer, key, place, data))
            data.setdefault(key, value)
        return data


def _refuse(event: Event) -> None:
    """Raise ``ReadError`` for an alias, an anchor or a tag."""
    if isinstance(event, yaml.AliasEvent):
        raise ReadError("unsafe_yaml", "aliases are not allowed", _mark(event), "write the value out")
    if event.anchor is not None:
        raise ReadError("unsafe_yaml", "anchors are not allowed", _mark(event), "write the value out")
    raise ReadError("unsafe_yaml", "tags are not allowed", _mark(event), "the schema gives types")


def _mark(event: Event) -> Place:
    """Return the line and column, from 1, where an event begins."""
    mark = event.start_mark
    return mark.line + 1, mark.column + 1


_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}

# What YAML 1.1 (yaml.org/type) or the core schema of YAML 1.2 (chapter 10.3) reads as something other than text, and
# PyYAML's resolver does not know.
_OTHER_THAN_TEXT = re.compile(
    r"[yYnN]|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"
)
_RESOLVER = yaml.resolver.Resolver()
_AMBIGUOUS_STARTS = {*_RESOLVER.yaml_implicit_resolvers, *"yYnN+-.0123456789"}  # what an ambiguous scalar begins with

Schema = Mapping[str, Any]
Ambiguity = tuple[str, str]
"""The pointer of an unquoted scalar, and the scalar; `` #…`` follows if a comment cuts it short."""


def is_ambiguous(scalar: str) -> bool:
    """Return whether YAML 1.1 or 1.2 would read an unquoted scalar as something other than text."""
    if scalar and scalar[0] not in _AMBIGUOUS_STARTS:
        return False
    tag = _RESOLVER.resolve(yaml.ScalarNode, scalar, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag != "tag:yaml.org,2002:str" or _OTHER_THAN_TEXT.fullmatch(scalar))


def read_as(scalar: str) -> str:
    """Return what YAML 1.1 or 1.2 may read an ambiguous, unquoted scalar as, in words.

    Example:
        >>> read_as("NO"), read_as("2025-08-23")
        ('false', 'a date')
    """
    if re.fullmatch("y|yes|true|on", scalar, re.IGNORECASE):
        return "true"
    if re.fullmatch("n|no|false|off", scalar, re.IGNORECASE):
        return "false"
    if scalar == "~" or scalar.lower() == "null":
        return "null"
    return "a date" if re.match("[0-9]{4}-[0-9]", scalar) else "a number" if re.search("[0-9]", scalar) else "no text"


def typed(data: Any, schema: Schema, pointer: str = "") -> tuple[Any, list[Ambiguity]]:
    """Return data with every plain scalar in the type that *schema* asks for.

    Args:
        data: what a reader returned.
        schema: the JSON Schema of the data, with its own ``$defs``.
        pointer: the place of *data* in its file.

    Returns:
        The data without ``Plain``, and the scalars that must be quoted. A scalar that does not fit its type stays
        text, which the schema refuses. So does a number like 1277.0 of JSON in a field for integers: JSON Schema would
        accept it, tables would not.
    """
    ambiguous: list[Ambiguity] = []
    definitions = schema.get("$defs", {})

    def walk(value: Any, part: Schema, at: _Path) -> Any:
        """Return a value at a path in the types of a part of the schema."""
        part = definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if isinstance(value, Plain):
            wanted = part.get("type")
            is_text = wanted == "string" and value in part.get("enum", [value])  # an unknown code is reported as such
            if is_text and value and (value.is_cut or is_ambiguous(str(value))):
                ambiguous.append((pointer + _pointer(at), f"{value} #…" if value.is_cut else str(value)))
            return _convert(value, wanted)
        if isinstance(value, dict):
            fields = part.get("properties", _NO_SCHEMA)
            other = part.get("additionalProperties")
            other = other if isinstance(other, dict) else _NO_SCHEMA
            return {key: walk(item, fields.get(key, other), (at, key)) for key, item in value.items()}
        if isinstance(value, list):
            items = part.get("items", _NO_SCHEMA)
            return [walk(item, items, (at, index)) for index, item in enumerate(value)]
        return repr(value) if isinstance(value, float) and part.get("type") == "integer" else value

    return walk(data, schema, None), ambiguous


_NO_SCHEMA: Schema = {}
_Path = tuple[Any, str | int] | None
"""The path to a value: that of its parent, and its key or index; most are never needed as JSON Pointers."""


def _pointer(path: _Path) -> str:
    """Return a path as a JSON Pointer."""
    return "" if path is None else step(_pointer(path[0]), path[1])


def _convert(scalar: str, wanted: str | None) -> Any:
    """Return a scalar in a type of JSON Schema; as text if it does not fit, None if it is empty or a null."""
    if not scalar or (wanted in ("integer", "number", "boolean") and scalar.lower() in ("null", "~")):
        return None  # a key without a value
    if wanted == "integer" and _INTEGER.fullmatch(scalar):
        return int(scalar)
    if wanted == "number" and _NUMBER.fullmatch(scalar):
        return float(scalar)
    if wanted == "boolean" and scalar in _BOOLEANS:
        return _BOOLEANS[scalar]
    return str(scalar)
