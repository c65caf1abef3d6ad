"""The feature structures of a UIMA CAS, from either of its formats, before they become annotations."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple

from news_dataset.annotations import Quarantined, Value
from news_dataset.errors import library

_ARRAYS, _LISTS = ("String", "Integer", "Long", "Short", "Float", "Double", "Boolean"), ("String", "Integer", "Float")
ELEMENTS = {f"uima.cas.{name}Array": f"uima.cas.{name}" for name in _ARRAYS}
ELEMENTS |= {f"uima.cas.{name}List": f"uima.cas.{name}" for name in _LISTS}
"""The type of the elements of arrays and lists of values; bytes are one value, spelled as in the file."""

BYTES = "uima.cas.ByteArray"
ANNOTATION = "uima.tcas.Annotation"

_INTEGERS = {"uima.cas.Byte": 8, "uima.cas.Short": 16, "uima.cas.Integer": 32, "uima.cas.Long": 64}
_FLOATS = {"uima.cas.Float", "uima.cas.Double"}
_PRIMITIVES = {*_INTEGERS, *_FLOATS, "uima.cas.String", "uima.cas.Boolean"}
_INTEGER = re.compile(r"[-+]?[0-9]{1,20}", re.ASCII)
_FLOAT = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|NaN|-?Inf(inity)?", re.ASCII)


class BadStructureError(ValueError):
    """A feature structure does not follow its type system."""


class Range(NamedTuple):
    """What a feature holds: ids if ``primitive`` is empty, else one value, or several."""

    primitive: str
    is_several: bool = False


@dataclass(slots=True)
class Structure:
    """A feature structure."""

    id: str  # in the file
    type: str  # full name
    line: int = 0  # of the file, from 1; 0 where it is not known
    values: dict[str, Value | tuple[Value, ...]] = field(default_factory=dict)  # features with values
    links: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # features with ids, in order

    def linked(self, feature: str) -> tuple[str, ...]:
        """Return the ids that a feature refers to."""
        return next((ids for name, ids in self.links if name == feature), ())

    def as_json(self) -> str:
        """Return the structure as a line of JSON, for a person."""
        members = {"id": self.id, "type": self.type, **self.values, **{name: list(ids) for name, ids in self.links}}
        return json.dumps(members, ensure_ascii=False)


@dataclass(slots=True)
class Cas:
    """The content of a file."""

    path: str  # the file, as messages name it
    types: Types  # its type system
    structures: dict[str, Structure] = field(default_factory=dict)  # by id, without texts; in the order of the file
    texts: dict[str, str | None] = field(default_factory=dict)  # of each view, None where it has none
    names: dict[str, str] = field(default_factory=dict)  # of the view of each text, by the id of the text
    members: dict[str, list[str]] = field(default_factory=dict)  # the ids that each view lists
    quarantined: list[Quarantined] = field(default_factory=list)  # what cannot be read

    def add(self, structure: Structure) -> None:
        """Add a structure; a second one of an id goes to quarantine."""
        if structure.id in self.structures:
            line = self.structures[structure.id].line
            where = f" in line {line}" if line else ""
            self.refuse("duplicate_id", f"another structure{where} has the id {structure.id}", structure, "")
        else:
            self.structures[structure.id] = structure

    def refuse(self, reason: str, message: str, structure: Structure, known_as: str | None = None) -> None:
        """Put a structure into quarantine, *known_as* another id than its own, if any."""
        name = structure.id if known_as is None else known_as
        self.quarantined.append(Quarantined(self.path, reason, message, name, structure.line, structure.as_json()))


class Types:
    """A type system; it looks each type up once."""

    def __init__(self, system: Any) -> None:
        self._system = system
        self._ranges: dict[str, dict[str, Range]] = {}
        self._lineages: dict[str, tuple[str, ...]] = {}

    def lineage(self, name: str) -> tuple[str, ...]:
        """Return the names of a type and of all types above it, from the bottom up.

        Raises:
            BadStructureError: there is no such type.
        """
        if name not in self._lineages:
            if not self._system.contains_type(name, True):
                raise BadStructureError(f"there is no type {name} in the type system")
            names, type_ = [], self._system.get_type(name, True)
            while type_ is not None:
                names.append(type_.name)
                type_ = type_.supertype
            self._lineages[name] = tuple(names)
        return self._lineages[name]

    def ranges(self, name: str) -> Mapping[str, Range]:
        """Return what each feature of a type holds.

        Raises:
            BadStructureError: there is no such type.
        """
        if name not in self._ranges:
            self.lineage(name)
            features = self._system.get_type(name, True).all_features
            # cassis adds an underscore to names that Python keeps for itself.
            self._ranges[name] = {
                feature.name[:-1] if feature._has_reserved_name else feature.name: self._range(feature)
                for feature in features
            }
        return self._ranges[name]

    def _range(self, feature: Any) -> Range:
        """Return what a feature holds, by the first known type above its range."""
        for name in self.lineage(feature.rangeType.name):
            if name in _PRIMITIVES:
                return Range(name)
            if not feature.multipleReferencesAllowed and name == BYTES:
                return Range(name)
            if not feature.multipleReferencesAllowed and name in ELEMENTS:
                return Range(ELEMENTS[name], is_several=True)
        return Range("")

    def is_collection(self, name: str) -> bool:
        """Return whether structures of a type are arrays or lists."""
        return not {"uima.cas.ArrayBase", "uima.cas.ListBase"}.isdisjoint(self.lineage(name))

    def is_array(self, name: str) -> bool:
        """Return whether structures of a type are arrays."""
        return "uima.cas.ArrayBase" in self.lineage(name)

    def element(self, name: str) -> str:
        """Return the type of an array's elements; empty where they are ids."""
        elements = ELEMENTS | {BYTES: BYTES}
        return next((elements[above] for above in self.lineage(name) if above in elements), "")

    def holds_references(self, name: str) -> bool:
        """Return whether an array or list holds ids and no values."""
        return not {"uima.cas.FSArray", "uima.cas.FSList"}.isdisjoint(self.lineage(name))

    def slots(self, name: str) -> set[str]:
        """Return the features whose arrays hold structures with role and target."""
        features = [one for one in self._system.get_type(name, True).all_features if one.elementType is not None]
        return {feature.name for feature in features if self.is_link(feature.elementType.name)}

    def is_link(self, name: str) -> bool:
        """Return whether structures of a type hold only role and target, as slots do."""
        return ANNOTATION not in self.lineage(name) and set(self.ranges(name)) in ({"target"}, {"role", "target"})


def value_of_text(primitive: str, text: str) -> Value:
    """Parse the value of an attribute in XML.

    Raises:
        BadStructureError: the text is no value of that type.
    """
    if primitive in ("uima.cas.String", BYTES):
        return text
    if primitive == "uima.cas.Boolean" and text in ("true", "false"):
        return text == "true"
    if primitive in _FLOATS and _FLOAT.fullmatch(text):
        return float(text)
    if primitive in _INTEGERS and _INTEGER.fullmatch(text):
        return check_value(primitive, int(text))
    raise BadStructureError(f"{text!r} is no {primitive}")


def check_value(primitive: str, value: object) -> Value:
    """Return a value of JSON if it is of a type, floating-point numbers as floats.

    Raises:
        BadStructureError: it is not.
    """
    if primitive in _FLOATS and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if primitive in _INTEGERS and isinstance(value, int) and not isinstance(value, bool):
        limit = 2 ** (_INTEGERS[primitive] - 1)
        if -limit <= value < limit:
            return value
    if primitive in ("uima.cas.String", BYTES) and isinstance(value, str):
        return value
    if primitive == "uima.cas.Boolean" and isinstance(value, bool):
        return value
    raise BadStructureError(f"{json.dumps(value)[:80]} is no {primitive}")


def expand_collections(cas: Cas, ids: Sequence[str]) -> Iterator[Structure | str]:
    """Yield each array or list node that ids lead to, and each other id."""
    for key in ids:
        seen: set[str] = set()
        structure = cas.structures.get(key)
        if structure is None or not cas.types.is_collection(structure.type):
            yield key
        while structure is not None and cas.types.is_collection(structure.type) and structure.id not in seen:
            seen.add(structure.id)
            yield structure
            tail = structure.linked("tail")
            structure = cas.structures.get(tail[0]) if tail else None


@lru_cache(maxsize=8)
def load_types(data: bytes, is_xml: bool) -> Types:
    """Return the type system that a file holds; the same bytes are read once.

    Args:
        data: a type system in XML, which has been found safe, or a CAS in JSON with types but no structures.
        is_xml: whether they are XML.

    Raises:
        BadStructureError: they are no type system.
    """
    cassis = library("cassis", "import")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features that are named twice, or like a keyword of Python
        try:
            if is_xml:
                return Types(cassis.load_typesystem(BytesIO(data)))
            return Types(cassis.load_cas_from_json(data.decode("utf-8")).typesystem)
        except Exception as error:  # whatever the library raises, it is no type system
            why = " ".join(str(error).split())[:200]
            raise BadStructureError(f"the type system cannot be read: {type(error).__name__}: {why}") from error
