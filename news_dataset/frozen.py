"""Validate documents of older schema versions, and migrate them to the newest.

A document is validated by the schemas that its version was frozen with, never by newer models; a profile adds its codes
and fields to these. Errors have the form of pydantic's (``type``, ``loc``, ``input``, ``ctx``, ``msg``), so that one
wording serves both. A migration step is a pure function that takes a document to the next version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.files import read_packaged
from news_dataset.profile import BASE, Profile
from news_dataset.records.columns import json_schema
from news_dataset.strict_json import parse

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError as SchemaError

_HERE = Path(__file__).parent

# The keywords of JSON Schema and pydantic's names for the same errors (pydantic_core.ErrorType)
_TYPES = {
    "array": "tuple_type", "object": "model_type", "string": "string_type", "integer": "int_type",
    "number": "float_type", "boolean": "bool_type",
}  # fmt: skip
_LIMITS = {
    "maxLength": ("string_too_long", "max_length"), "minLength": ("string_too_short", "min_length"),
    "minItems": ("too_short", "min_length"), "minimum": ("greater_than_equal", "ge"),
    "maximum": ("less_than_equal", "le"), "pattern": ("string_pattern_mismatch", "pattern"),
}  # fmt: skip
_RULES = ("dependentRequired", "oneOf")


class Faults:
    """Errors of a document, with the interface of ``pydantic.ValidationError``."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self._errors = errors

    def errors(self, *, include_url: bool = False) -> list[dict[str, Any]]:
        """Return the errors; *include_url* is there for pydantic's signature and has no effect."""
        return self._errors


def folder() -> Path:
    """Return the folder of the committed schemas: in the package, or in the root of a checkout."""
    packaged = _HERE / "_schemas"
    return packaged if packaged.is_dir() else _HERE.parent / "schemas"


_LISTS = {"redirect": "redirects", "codebook": "codebook"}
"""The kinds whose files hold a list that is validated row by row, each with the name of the list's schema."""


@cache
def schema(version: str, kind: str, profile: Profile = BASE) -> dict[str, Any]:
    """Return the schema of one document of a version.

    Args:
        version: the version of the schemas.
        kind: a record type, ``dataset``, ``redirect`` or ``codebook``; for the last two, the schema of one row.
        profile: the profile of the dataset, whose codes and fields are added.
    """
    file: dict[str, Any] = parse(read_packaged(folder() / version / f"{_LISTS.get(kind, kind)}.schema.json"))
    if kind in _LISTS:
        (row,) = (
            definition for name, definition in file["$defs"].items() if file["items"]["$ref"] == f"#/$defs/{name}"
        )
        return {**row, "$defs": file["$defs"]}
    if kind not in profile.by_type or profile is BASE or not has(version, "codebook"):  # 1.0 has no profiles
        return file
    extended: dict[str, Any] = _extend(file, json_schema(BASE.by_type[kind]), json_schema(profile.by_type[kind]))
    return extended


def _extend(old: Any, base: Any, own: Any) -> Any:
    """Return a part of an old schema with what a profile adds.

    *base* and *own* are the same part of the newest schema, without and with the profile.
    """
    if isinstance(old, list) and isinstance(own, list):
        return [*old, *(code for code in own if code not in base)]
    if not isinstance(old, dict) or not isinstance(own, dict):
        return old
    common = {name: _extend(old[name], base[name], own[name]) for name in old if name in base and name in own}
    return old | common | {name: part for name, part in own.items() if name not in base}


def has(version: str, kind: str) -> bool:
    """Return whether a version has documents of a kind."""
    return (folder() / version / f"{_LISTS.get(kind, kind)}.schema.json").exists()


def faults(version: str, kind: str, document: Any, profile: Profile = BASE) -> Faults | None:
    """Return the errors of a document, plain data, by the schemas of *version*; None if it has none.

    The other arguments are those of ``schema``.
    """
    validator = _validator(version, kind, profile)
    schema_errors = validator.iter_errors(document)
    errors = [error for each in schema_errors for error in _as_pydantic(each, validator.schema, document)]
    unique = {(error["type"], error["loc"]): error for error in errors}
    return Faults(list(unique.values())) if unique else None


@cache
def _validator(version: str, kind: str, profile: Profile) -> Draft202012Validator:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    empty: Registry[Any] = Registry()  # no other schema is ever fetched
    return Draft202012Validator(schema(version, kind, profile), registry=empty)


def _as_pydantic(error: SchemaError, root: Any, document: Any) -> Iterator[dict[str, Any]]:
    """Yield an error in *document* as errors of pydantic, one per unknown or missing key; *root* is its schema."""
    word, loc = str(error.validator), tuple(error.absolute_path)
    value: Any = error.instance
    limit: Any = error.validator_value
    parent: Any = error.schema
    is_rule = "allOf" in error.absolute_schema_path or word in _RULES
    if word == "additionalProperties":
        for key in sorted(set(value) - set(parent["properties"])):
            yield _error("extra_forbidden", (*loc, key), value[key])
    elif is_rule:
        message = f"a rule across fields is broken: {error.message}"
        fields = _refused_fields(error, root, document) if limit is None else _fields_at_fault(word, limit, value)
        yield from (_error("broken_rule", (*loc, *field), value, message) for field in fields)
    elif word == "required":
        yield from (_error("missing", (*loc, key), value) for key in limit if key not in value)
    elif word == "not":
        yield _error("string_pattern_mismatch", loc, value, pattern="")
    elif word in ("enum", "const"):
        codes = limit if word == "enum" else [limit]
        yield _error("literal_error", loc, value, expected=" or ".join(f"'{code}'" for code in codes))
    elif word in _LIMITS:
        kind, name = _LIMITS[word]
        yield _error(kind, loc, value, **{name: limit})
    else:
        yield _error(_TYPES.get(str(limit), "string_type"), loc, value)


def _fields_at_fault(word: str, limit: Any, value: Any) -> list[tuple[str, ...]]:
    """Return the fields of a row at fault, each as the end of a location; ``()`` for the row itself.

    *word* is the keyword of the broken rule, *limit* the value of the keyword.
    """
    if word == "required":
        return [(key,) for key in limit if key not in value]
    if word == "dependentRequired":
        return [(key,) for field, keys in limit.items() if field in value for key in keys if key not in value]
    if word == "oneOf" and isinstance(value, dict):  # each alternative requires one field; the first is kept
        present = [(key,) for part in limit for key in part.get("required", ()) if key in value]
        return [*present[1:]] or [()]
    return [()]


def _refused_fields(error: SchemaError, root: Any, document: Any) -> list[tuple[str, ...]]:
    """Return the fields of a row that a rule refuses with ``false``; jsonschema names only the row."""
    part, row = root, document
    for step in error.absolute_schema_path:
        if isinstance(part, dict) and step not in part and "$ref" in part:
            part = root["$defs"][part["$ref"].rpartition("/")[2]]
        part = part[step]
    for key in error.absolute_path:
        row = row[key]
    return [(field,) for field, admitted in part.items() if admitted is False and field in row]


def _error(kind: str, loc: tuple[str | int, ...], value: Any, msg: str = "", **context: Any) -> dict[str, Any]:
    return {"type": kind, "loc": loc, "input": value, "ctx": context, "msg": msg}


Document = dict[str, Any]
Change = Callable[[str, Document], Document]
"""Takes the kind of a document (a record type, ``dataset`` or ``redirect``) and the document; returns the new one."""


@dataclass(frozen=True, slots=True)
class Step:
    """The change from one version to the next."""

    old: str
    new: str
    change: Change


def _limit_independence(kind: str, document: Document) -> Document:
    """Limit the independence of an assessment to its decisive sources: those not cited as mere context."""
    if kind == "assessment":
        citations = document.get("citations", ())
        decisive = {citation["source"] for citation in citations if citation["stance"] != "context"}
        if not decisive:
            del document["independence"]
        elif len(decisive) == 1:
            document["independence"] = "single"
    return document


def _unchanged(kind: str, document: Document) -> Document:
    return document


STEPS: tuple[Step, ...] = (Step("1.0", "1.1", _limit_independence), Step("1.1", "1.2", _unchanged))
"""Every step, oldest first. 1.1 adds fields and lists, and limits ``independence`` to decisive sources. 1.2 adds fields
and codes, and requires fewer fields."""


def migrate(kind: str, document: Document, version: str, steps: Sequence[Step] = STEPS) -> Document:
    """Return a document of *version* as one of the newest version; *document* itself is not changed.

    Args:
        kind: a record type, ``dataset`` or ``redirect``.
        document: the document, valid by the schemas of *version*.
        version: its version.
        steps: the steps, oldest first, each from the version to which the one before leads.

    Raises:
        ValueError: no steps lead from *version* to the newest.
    """
    newest, known = steps[-1].new, [step.old for step in steps]
    if version not in (*known, newest):
        raise ValueError(f"nothing leads from schema {version} to {newest}")
    migrated = dict(document)
    for step in steps[known.index(version) :] if version in known else ():
        migrated = step.change(kind, dict(migrated))
    if kind == "dataset":
        migrated["schema_version"] = newest
    return migrated
