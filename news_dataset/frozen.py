"""Documents of older versions: what the schemas of their version find wrong, and how they become newer ones.

They are judged by the schemas that their version was frozen with, never by newer models; to these a profile adds its
codes and fields. The errors have the form of
pydantic's (``type``, ``loc``, ``input``, ``ctx``, ``msg``), so that one wording serves both. Then each step takes a
document one version further; a step is pure: it returns a new document and looks at nothing else.
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
    """What the schemas of a version find wrong with a document."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self._errors = errors

    def errors(self, *, include_url: bool = False) -> list[dict[str, Any]]:
        """Return the errors, as ``pydantic.ValidationError.errors`` does."""
        return self._errors


def folder() -> Path:
    """Return where the committed schemas lie: in the package, or in the root of a checkout."""
    inside = _HERE / "_schemas"
    return inside if inside.is_dir() else _HERE.parent / "schemas"


_ROWS = {"redirect": "redirects", "codebook": "codebook"}
"""The kinds of which a file holds a list that is judged row by row, and the schemas of the lists."""


@cache
def schema(version: str, kind: str, profile: Profile = BASE) -> dict[str, Any]:
    """Return the schema of a version.

    Args:
        version: the version of the schemas.
        kind: a record type, ``dataset``, ``redirect`` or ``codebook``; of the last two, of one row.
        profile: the profile of the dataset, whose codes and fields are added.
    """
    name = _ROWS.get(kind, kind)
    found: dict[str, Any] = parse(read_packaged(folder() / version / f"{name}.schema.json"))
    if kind in _ROWS:
        (row,) = (name for name in found["$defs"] if found["items"]["$ref"].endswith(f"/{name}"))
        one: dict[str, Any] = found["$defs"][row]
        return one | {"$defs": found["$defs"]}
    if kind not in profile.by_type or profile is BASE or not has(version, "codebook"):  # 1.0 has no profiles
        return found
    extended: dict[str, Any] = _extended(found, json_schema(BASE.by_type[kind]), json_schema(profile.by_type[kind]))
    return extended


def _extended(said: Any, base: Any, own: Any) -> Any:
    """Return a schema, or a part of one, with what a profile adds to that of the newest version."""
    if isinstance(said, list) and isinstance(own, list):
        return [*said, *(code for code in own if code not in base)]
    if not isinstance(said, dict) or not isinstance(own, dict):
        return said
    inside = {name: _extended(one, base[name], own[name]) for name, one in said.items() if name in base and name in own}
    return said | inside | {name: one for name, one in own.items() if name not in base}


def has(version: str, kind: str) -> bool:
    """Return whether a version has documents of a kind."""
    return (folder() / version / f"{_ROWS.get(kind, kind)}.schema.json").exists()


def faults(version: str, kind: str, document: Any, profile: Profile = BASE) -> Faults | None:
    """Return what is wrong with a document by the schemas of *version*; None if nothing is.

    Args:
        version: the version of the schemas.
        kind: a record type, ``dataset``, ``redirect`` or ``codebook``.
        document: the document, plain data.
        profile: the profile of the dataset.
    """
    validator = _validator(version, kind, profile)
    found = [error for one in validator.iter_errors(document) for error in _errors(one, validator.schema, document)]
    unique = {(error["type"], error["loc"]): error for error in found}
    return Faults(list(unique.values())) if unique else None


@cache
def _validator(version: str, kind: str, profile: Profile) -> Draft202012Validator:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    nothing: Registry[Any] = Registry()  # no schema is looked up anywhere
    return Draft202012Validator(schema(version, kind, profile), registry=nothing)


def _errors(error: SchemaError, whole: Any, document: Any) -> Iterator[dict[str, Any]]:
    """Yield an error of jsonschema as pydantic would put it: each unknown or missing key is one of its own."""
    word, loc = str(error.validator), tuple(error.absolute_path)
    value: Any = error.instance
    said: Any = error.validator_value
    around: Any = error.schema
    is_rule = "allOf" in error.absolute_schema_path or word in _RULES
    if word == "additionalProperties":
        for key in sorted(set(value) - set(around["properties"])):
            yield _error("extra_forbidden", (*loc, key), value[key])
    elif is_rule:
        message = f"a rule across fields is broken: {error.message}"
        fields = _at_fault(word, said, value) if said is not None else _refused(error, whole, document)
        yield from (_error("broken_rule", (*loc, *field), value, message) for field in fields)
    elif word == "required":
        missing = [key for key in said if key not in value]
        yield from (_error("missing", (*loc, key), value) for key in missing)
    elif word == "not":
        yield _error("string_pattern_mismatch", loc, value, pattern="")
    elif word in ("enum", "const"):
        codes = said if word == "enum" else [said]
        yield _error("literal_error", loc, value, expected=" or ".join(f"'{code}'" for code in codes))
    elif word in _LIMITS:
        kind, name = _LIMITS[word]
        yield _error(kind, loc, value, **{name: said})
    else:
        yield _error(_TYPES.get(str(said), "string_type"), loc, value)


def _at_fault(word: str, said: Any, value: Any) -> list[tuple[str, ...]]:
    """Return the fields that a broken rule is about: those that are missing, else the place of the error itself."""
    if word == "required":
        return [(key,) for key in said if key not in value]
    if word == "dependentRequired":
        return [(key,) for field, keys in said.items() if field in value for key in keys if key not in value]
    if word == "oneOf":  # of which one is there at most
        there = value if isinstance(value, dict) else {}
        present = [(key,) for part in said for key in part.get("required", ()) if key in there]
        return [*present[1:]] or [()]
    return [()]


def _refused(error: SchemaError, whole: Any, document: Any) -> list[tuple[str, ...]]:
    """Return the fields of a row that a rule refuses (``false``); jsonschema names the row, but not them."""
    part, row = whole, document
    for step in error.absolute_schema_path:
        if isinstance(part, dict) and step not in part and "$ref" in part:
            part = whole["$defs"][part["$ref"].rpartition("/")[2]]
        part = part[step]
    for place in error.absolute_path:
        row = row[place]
    return [(field,) for field, admitted in part.items() if admitted is False and field in row]


def _error(kind: str, loc: tuple[str | int, ...], value: Any, msg: str = "", **context: Any) -> dict[str, Any]:
    return {"type": kind, "loc": loc, "input": value, "ctx": context, "msg": msg}


Document = dict[str, Any]
Change = Callable[[str, Document], Document]
"""Takes the kind of a document (a record type, ``dataset`` or ``redirect``) and the document."""


@dataclass(frozen=True, slots=True)
class Step:
    """What changes from one version to the next."""

    old: str
    new: str
    change: Change


def _of_decisive_sources(kind: str, document: Document) -> Document:
    """Say of the sources that decide an assessment, and no longer of all, how independent they are."""
    if kind == "assessment":
        cited = {one["source"] for one in document.get("citations", ()) if one["stance"] != "context"}
        if not cited:
            del document["independence"]
        elif len(cited) == 1:
            document["independence"] = "single"
    return document


def _unchanged(kind: str, document: Document) -> Document:
    return document


STEPS: tuple[Step, ...] = (Step("1.0", "1.1", _of_decisive_sources), Step("1.1", "1.2", _unchanged))
"""Every step, oldest first. 1.1 adds fields and lists; and ``independence`` looks at decisive sources alone. 1.2 adds
fields and codes, and asks for less."""


def migrate(kind: str, document: Document, version: str, steps: Sequence[Step] = STEPS) -> Document:
    """Return a document of *version* as one of the newest; *document* itself stays as it is.

    Args:
        kind: a record type, ``dataset`` or ``redirect``.
        document: the document, valid by the schemas of *version*.
        version: its version.
        steps: the steps, oldest first, each from where the one before ends.

    Raises:
        ValueError: no steps lead from *version* to the newest.
    """
    newest, known = steps[-1].new, [step.old for step in steps]
    if version not in (*known, newest):
        raise ValueError(f"nothing leads from schema {version} to {newest}")
    found = dict(document)
    for step in steps[known.index(version) :] if version in known else ():
        found = step.change(kind, dict(found))
    if kind == "dataset":
        found["schema_version"] = newest
    return found
