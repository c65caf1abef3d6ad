"""Tables in the words of Table Schema (Data Package 2): fields with types and constraints, keys, references."""

from __future__ import annotations

from typing import Any

from news_dataset.profile import BASE, Profile
from news_dataset.records import DERIVED, Row
from news_dataset.records.columns import properties
from news_dataset.records.fields import id_pattern
from news_dataset.tabular import Field, Table

PROFILES = "https://datapackage.org/profiles/2.0"
"""Where the profiles of version 2 of the standard are."""

_TYPES = {
    "string": "string", "code": "string", "int32": "integer", "double": "number", "bool": "boolean", "date32": "date",
}  # fmt: skip
_WORDS = ("enum", "minimum", "maximum", "maxLength")


def table_schema(table: Table, profile: Profile = BASE, *, is_guarded: bool = False) -> dict[str, Any]:
    """Return the Table Schema of a table, whatever file it lies in.

    Args:
        table: the table.
        profile: the profile of the dataset.
        is_guarded: whether texts may have a guard before them, so that their form and length are left out; null
            is then an empty cell.
    """
    found: dict[str, Any] = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_field(table, field, profile, is_guarded) for field in table.fields],
    } | ({"primaryKey": list(table.key)} if table.key else {})
    if is_guarded:
        found["missingValues"] = [""]
    if keys := [_foreign_key(table, field) for field in table.fields if field.references]:
        found["foreignKeys"] = keys
    return found


def _field(table: Table, field: Field, profile: Profile, is_guarded: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "description": field.description}
    if field.codebook:
        found["codebook"] = field.codebook.name  # a property of our own: where the table codes defines the codes
    if field.nullable and field.kind in ("int32", "double") and not is_guarded:
        found["missingValues"] = ["", "nan"]  # clients that read by way of pandas see a missing number as not-a-number
    limits = _constraints(table, field, profile)
    if is_guarded:
        limits = {word: limit for word, limit in limits.items() if word not in ("pattern", "maxLength")}
    if limits:
        found["constraints"] = limits
    return found


def _constraints(table: Table, field: Field, profile: Profile) -> dict[str, Any]:
    """Return what the model, or of a view its definition, says of a column, in the words of Table Schema."""
    models: tuple[type[Row], ...] = (*profile.records, *profile.children, *DERIVED)
    model = next((one for one in models if getattr(one, "table", "") == table.name), None)
    said = properties(model).get(field.name, {}) if model else _view_constraints(field)
    if field.name == "ordinal" and "ordinal" in table.key:
        said = {"minimum": 1}
    if field.kind == "date32":
        said = {}  # in the records a day is a text with a pattern; here it has a type
    limits: dict[str, Any] = {} if field.nullable else {"required": True}
    limits |= {word: said[word] for word in _WORDS if word in said}
    if "const" in said:
        limits["enum"] = [said["const"]]
    if field.types and "pattern" not in said:
        said = said | {"pattern": id_pattern(*field.types)}  # the key of the parent, which the model does not have
    if pattern := _portable(said.get("pattern", "")):
        limits["pattern"] = pattern
    return limits


def _view_constraints(field: Field) -> dict[str, Any]:
    book = field.codebook
    return {"enum": list(book.definitions)} if book and not book.is_open else {}


def _portable(pattern: str) -> str:
    r"""Return a pattern as Table Schema wants it, in the syntax of XML Schema: about the whole text, without anchors.

    Empty where it has no such form: XML Schema knows no ``\x00``.
    """
    return "" if "\\" in pattern else pattern.removeprefix("^").removesuffix("$")


def _foreign_key(table: Table, field: Field) -> dict[str, Any]:
    # Version 2 leaves the resource out where a table refers to itself; clients of version 1 want an empty name then.
    # The table's own name is understood by both.
    return {"fields": [field.name], "reference": {"resource": field.references, "fields": ["id"]}}
