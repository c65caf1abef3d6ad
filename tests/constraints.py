"""The constraints of the committed schemas, each by its JSON Pointer, and which of them a document breaks.

A constraint is a keyword that can refuse a document: every ``type``, ``pattern``, ``not``, ``enum``, ``const``, limit,
``additionalProperties`` and ``oneOf``; every single entry of ``required`` and ``dependentRequired``; every field that a
branch refuses (``false``); and every value upon which an ``if`` with a ``then`` decides. ``properties``, ``items``,
``allOf``, ``then``, ``else`` and ``$ref`` only lead to others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from news_dataset.manifest import SCHEMA_VERSION
from tests.conftest import ROOT

SCHEMAS = ROOT / "schemas" / SCHEMA_VERSION
_SILENT = {"$schema", "$id", "title", "description", "examples", "$ref"}

Schema = dict[str, Any]


@cache
def load(name: str) -> Schema:
    """Return a committed schema."""
    found: Schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return found


def validator(schema: Schema) -> Draft202012Validator:
    """Return a validator that can look up nothing outside of *schema*."""
    nothing: Registry[Any] = Registry()
    return Draft202012Validator(schema, registry=nothing)


def at(schema: Any, pointer: str) -> Any:
    """Return what stands at a JSON Pointer."""
    for step in pointer.split("/")[1:]:
        schema = schema[int(step)] if isinstance(schema, list) else schema[step]
    return schema


def constraints(schema: Schema) -> list[str]:
    """Return the JSON Pointer of every constraint of *schema* that a document can break."""
    return [pointer for pointer in _walk(schema, "") if not _is_assured(schema, pointer)]


def _walk(part: Any, pointer: str) -> Iterator[str]:
    if part is False:
        yield pointer
    for word, value in part.items() if isinstance(part, dict) else ():
        here = f"{pointer}/{word}"
        if word == "if" and "then" not in part:
            continue  # what holds by it frees from ``else``, which is what can refuse
        if word in _ENTRIES:
            yield from (f"{here}{entry}" for entry in _ENTRIES[word](value))
        elif word in _LEADING:
            for step, below in _LEADING[word](value):
                yield from _walk(below, f"{here}{step}")
        else:
            assert word in _SILENT, f"say here what {word} at {here} is: a constraint, a way to others, or neither"


def values(condition: Schema) -> Iterator[str]:
    """Yield the values that an ``if`` asks for, by their pointers below it."""
    for name, field in condition.get("properties", {}).items():
        yield from (f"/properties/{name}/enum/{place}" for place in range(len(field["enum"])))


# Each keyword that can refuse a document, with its single entries; and each that leads to others, with the ways.
_ENTRIES: dict[str, Callable[[Any], Iterable[str]]] = {
    **dict.fromkeys(
        ("type", "pattern", "not", "enum", "const", "minLength", "maxLength", "minimum", "maximum", "minItems",
         "additionalProperties", "oneOf"), lambda value: [""]),
    "required": lambda names: [f"/{place}" for place in range(len(names))],
    "dependentRequired": lambda value: [f"/{name}/{at}" for name, others in value.items() for at in range(len(others))],
    "if": lambda condition: values(condition),
}  # fmt: skip
_LEADING: dict[str, Callable[[Any], Iterable[tuple[str, Any]]]] = {
    **dict.fromkeys(("items", "then", "else"), lambda part: [("", part)]),
    **dict.fromkeys(("properties", "$defs"), lambda parts: [(f"/{name}", part) for name, part in parts.items()]),
    "allOf": lambda rules: [(f"/{place}", rule) for place, rule in enumerate(rules)],
}


def _is_assured(schema: Schema, pointer: str) -> bool:
    """A type that stands in ``then`` and is what ``if`` asked for: it is there for editors and holds already."""
    above = pointer.removesuffix("/then/type")
    return above != pointer and at(schema, f"{above}/if") == {"type": at(schema, pointer)}


def companions(schema: Schema, pointer: str) -> set[str]:
    """Return the constraints that whatever breaks the one at *pointer* breaks as well.

    ``type`` beside ``enum`` or ``const`` says for editors and generators what the codes say already. What is no mapping
    fits each branch of a ``oneOf`` of ``required`` (they speak of mappings only), so not exactly one. In ``then``, a
    keyword that stands in the field's own schema too is said again, so that ``then`` is complete in itself.
    """
    above, _, word = pointer.rpartition("/")
    beside = at(schema, above) if word == "type" else {}
    found = {f"{above}/{other}" for other in ("enum", "const") if other in beside}
    found |= {f"{above}/allOf/{place}/oneOf" for place, part in enumerate(beside.get("allOf", [])) if "oneOf" in part}
    rule, is_branch, rest = pointer.partition("/then/")
    home = f"{rule.rpartition('/allOf/')[0]}/{rest}"
    if is_branch and "/allOf/" in rule and rest.startswith("properties/"):
        field = at(schema, home.rpartition("/")[0])
        found |= {home} if isinstance(field, dict) and field.get(word) == at(schema, pointer) else set()
    return found


def broken(schema: Schema, document: Any) -> list[str]:
    """Return the constraints that *document* breaks, one for each error of ``jsonschema``."""
    return [_pointer(schema, error) for error in validator(schema).iter_errors(document)]


def decided(schema: Schema, document: Any) -> set[str]:
    """Return the values, by their pointers, upon which the branches were taken that *document* breaks."""
    found = set()
    for error in validator(schema).iter_errors(document):
        rule, is_branch, rest = _pointer(schema, error).partition("/then/")
        if is_branch and "/allOf/" in rule:
            path = list(error.absolute_path)[: -1 if rest.startswith("properties/") else None]
            row = document
            for step in path:
                row = row[step]
            ((name, field),) = at(schema, f"{rule}/if/properties").items()
            found.add(f"{rule}/if/properties/{name}/enum/{field['enum'].index(row[name])}")
    return found


def covered(schema: Schema, document: Any) -> set[str]:
    """Return the constraints that *document* breaks alone, or with nothing but their companions."""
    found = broken(schema, document)
    alone = {one for one in found if set(found) - {one} <= companions(schema, one) and len(set(found)) == len(found)}
    return alone | (decided(schema, document) if alone else set())


def _pointer(schema: Schema, error: ValidationError) -> str:
    """Return where in *schema* an error arose: references followed, single entries named."""
    pointer = ""
    for step in error.absolute_schema_path:  # $ref and if are not in it
        here = at(schema, pointer)
        if isinstance(here, dict) and step not in here:
            pointer = str(here["$ref"]).removeprefix("#")
        pointer += f"/{step}"
    if error.validator is None and pointer.endswith("/properties"):  # false; jsonschema leaves out the field's name
        (name,) = [name for name, field in at(schema, pointer).items() if field is False]
        return f"{pointer}/{name}"
    asked: Any = error.validator_value
    if error.validator == "required":
        (missing,) = [name for name in asked if error.message.startswith(repr(name))]
        return f"{pointer}/{asked.index(missing)}"
    if error.validator == "dependentRequired":
        row: Any = error.instance
        wanting = [
            f"{name}/{place}"
            for name, others in asked.items()
            for place, other in enumerate(others)
            if name in row and other not in row
        ]
        assert len(wanting) == 1
        return f"{pointer}/{wanting[0]}"
    return pointer
