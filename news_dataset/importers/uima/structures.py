"""The feature structures of a UIMA CAS, as both its formats say them, before they become annotations."""

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

ELEMENTS = {
    f"uima.cas.{name}{kind}": f"uima.cas.{name}"
    for kind, names in (
        ("Array", ("String", "Integer", "Long", "Short", "Float", "Double", "Boolean")),
        ("List", ("String", "Integer", "Float")),
    )
    for name in names
}
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
    """What a feature holds in XMI: ids of structures where ``primitive`` is empty, else a value or ``is_several``."""

    primitive: str
    is_several: bool = False


@dataclass(slots=True)
class Structure:
    """A feature structure.

    Args:
        id: its id in the file.
        type: full name of its type.
        line: line of the file, from 1; 0 where it is not known.
        values: features with values.
        links: features with ids of other structures, in the order of the file.
    """

    id: str
    type: str
    line: int = 0
    values: dict[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    links: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def linked(self, feature: str) -> tuple[str, ...]:
        """Return the ids that a feature refers to."""
        return next((ids for name, ids in self.links if name == feature), ())

    def as_json(self) -> str:
        """Return the structure as a line of JSON, for a person."""
        said = {"id": self.id, "type": self.type, **self.values, **{name: list(ids) for name, ids in self.links}}
        return json.dumps(said, ensure_ascii=False)


@dataclass(slots=True)
class Cas:
    """What a file holds.

    Args:
        path: the file, as messages name it.
        types: its type system.
        structures: its feature structures by id, without those of texts; in the order of the file.
        texts: the text of each view, None where a view has none.
        names: the name of the view of each text's id.
        members: the ids that each view lists.
        quarantined: what cannot be read.
    """

    path: str
    types: Types
    structures: dict[str, Structure] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)

    def add(self, one: Structure) -> None:
        """Add a structure; a second one of an id goes to quarantine."""
        if one.id in self.structures:
            line = self.structures[one.id].line
            where = f" in line {line}" if line else ""
            self.refuse("duplicate_id", f"another structure{where} has the id {one.id}", one, "")
        else:
            self.structures[one.id] = one

    def refuse(self, reason: str, message: str, one: Structure, id: str | None = None) -> None:  # noqa: A002
        """Put a structure into quarantine; *id* is what others may know it by, its own if None."""
        name = one.id if id is None else id
        self.quarantined.append(Quarantined(self.path, reason, message, name, one.line, one.as_json()))


class Types:
    """A type system, with what features hold; it looks each type up once."""

    def __init__(self, system: Any) -> None:
        self._system = system
        self._ranges: dict[str, dict[str, Range]] = {}
        self._lineages: dict[str, tuple[str, ...]] = {}

    def lineage(self, name: str) -> tuple[str, ...]:
        """Return the type, what it inherits from, and so on.

        Raises:
            BadStructureError: there is no such type.
        """
        if name not in self._lineages:
            if not self._system.contains_type(name, True):
                raise BadStructureError(f"there is no type {name} in the type system")
            found, here = [], self._system.get_type(name, True)
            while here is not None:
                found.append(here.name)
                here = here.supertype
            self._lineages[name] = tuple(found)
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
                one.name[:-1] if one._has_reserved_name else one.name: self._range(one) for one in features
            }
        return self._ranges[name]

    def _range(self, feature: Any) -> Range:
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
        return next((ELEMENTS.get(one, one) for one in self.lineage(name) if one in ELEMENTS or one == BYTES), "")

    def holds_references(self, name: str) -> bool:
        """Return whether an array or list holds ids and no values."""
        return not {"uima.cas.FSArray", "uima.cas.FSList"}.isdisjoint(self.lineage(name))

    def slots(self, name: str) -> set[str]:
        """Return the features of a type whose arrays hold structures with a role and a target."""
        features = self._system.get_type(name, True).all_features
        return {one.name for one in features if one.elementType is not None and self.is_link(one.elementType.name)}

    def is_link(self, name: str) -> bool:
        """Return whether structures of a type only hold a role and a target, as those of slots in INCEpTION do."""
        return ANNOTATION not in self.lineage(name) and set(self.ranges(name)) in ({"target"}, {"role", "target"})


def value_of_text(primitive: str, text: str) -> Value:
    """Return the value that an attribute in XML spells.

    Raises:
        BadStructureError: the text spells no value of that type.
    """
    if primitive in ("uima.cas.String", BYTES):
        return text
    if primitive == "uima.cas.Boolean" and text in ("true", "false"):
        return text == "true"
    if primitive in _FLOATS and _FLOAT.fullmatch(text):
        return float(text)
    if primitive in _INTEGERS and _INTEGER.fullmatch(text):
        return checked(primitive, int(text))
    raise BadStructureError(f"{text!r} is no {primitive}")


def checked(primitive: str, value: object) -> Value:
    """Return a value of JSON if it is of a type.

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


def collected(cas: Cas, ids: Sequence[str]) -> Iterator[Structure | str]:
    """Yield what ids lead to through arrays and lists: each array or node of a list, and each other id."""
    for id in ids:  # noqa: A001
        seen: set[str] = set()
        here = cas.structures.get(id)
        if here is None or not cas.types.is_collection(here.type):
            yield id
        while here is not None and cas.types.is_collection(here.type) and here.id not in seen:
            seen.add(here.id)
            yield here
            tail = here.linked("tail")
            here = cas.structures.get(tail[0]) if tail else None


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
        warnings.simplefilter("ignore")  # of features that are named twice, or like something of Python
        try:
            if is_xml:
                return Types(cassis.load_typesystem(BytesIO(data)))
            return Types(cassis.load_cas_from_json(data.decode("utf-8")).typesystem)
        except Exception as error:  # whatever the library raises, it is no type system
            why = " ".join(str(error).split())[:200]
            raise BadStructureError(f"the type system cannot be read: {type(error).__name__}: {why}") from error
