"""Describe tables in Table Schema (Data Package 2): fields with types and constraints, keys, references."""

from __future__ import annotations

from typing import Any

from news_dataset.profile import BASE, Profile
from news_dataset.records import DERIVED, Row
from news_dataset.records.columns import properties
from news_dataset.records.fields import id_pattern
from news_dataset.tabular import Field, Table

PROFILES = "https://datapackage.org/profiles/2.0"
"""Address of the profiles of the standard, version 2."""

_TYPES = {
    "string": "string", "code": "string", "int32": "integer", "double": "number", "bool": "boolean", "date32": "date",
}  # fmt: skip
_SHARED_KEYWORDS = ("enum", "minimum", "maximum", "maxLength")


def table_schema(table: Table, profile: Profile = BASE, *, is_guarded: bool = False) -> dict[str, Any]:
    """Return the Table Schema of a table.

    Args:
        table: the table.
        profile: the profile of the dataset.
        is_guarded: whether the file is a CSV in which a text may have a character before it that keeps spreadsheets
            from running it: then patterns and lengths are left out, and null is an empty cell.
    """
    schema: dict[str, Any] = {
        "$schema": f"{PROFILES}/tableschema.json",
        "fields": [_field(table, field, profile, is_guarded) for field in table.fields],
    } | ({"primaryKey": list(table.key)} if table.key else {})
    if is_guarded:
        schema["missingValues"] = [""]
    if keys := [_foreign_key(field) for field in table.fields if field.references]:
        schema["foreignKeys"] = keys
    return schema


def _field(table: Table, field: Field, profile: Profile, is_guarded: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "description": field.description}
    if field.codebook:
        described["codebook"] = field.codebook.name  # not in the standard: the codebook in the table ``codes``
    if field.nullable and field.kind in ("int32", "double") and not is_guarded:
        described["missingValues"] = ["", "nan"]  # clients that use pandas see a missing number as NaN
    limits = _constraints(table, field, profile)
    if is_guarded:
        limits = {word: limit for word, limit in limits.items() if word not in ("pattern", "maxLength")}
    if limits:
        described["constraints"] = limits
    return described


def _constraints(table: Table, field: Field, profile: Profile) -> dict[str, Any]:
    """Return the constraints of a column of a table, from its model, or of a view, from its codebook."""
    models: tuple[type[Row], ...] = (*profile.records, *profile.children, *DERIVED)
    model = next((model for model in models if getattr(model, "table", "") == table.name), None)
    keywords = properties(model).get(field.name, {}) if model else _view_constraints(field)
    if field.name == "ordinal" and "ordinal" in table.key:
        keywords = {"minimum": 1}
    if field.kind == "date32":
        keywords = {}  # a text with a pattern in the records; here the type says it
    limits: dict[str, Any] = {} if field.nullable else {"required": True}
    limits |= {word: keywords[word] for word in _SHARED_KEYWORDS if word in keywords}
    if "const" in keywords:
        limits["enum"] = [keywords["const"]]
    if field.types and "pattern" not in keywords:
        keywords = keywords | {"pattern": id_pattern(*field.types)}  # the parent's key, which the model lacks
    if pattern := _portable(keywords.get("pattern", "")):
        limits["pattern"] = pattern
    return limits


def _view_constraints(field: Field) -> dict[str, Any]:
    book = field.codebook
    return {"enum": list(book.definitions)} if book and not book.is_open else {}


def _portable(pattern: str) -> str:
    r"""Return a pattern in XML Schema's syntax; empty if it has an escape (``\x00``)."""
    return "" if "\\" in pattern else pattern.removeprefix("^").removesuffix("$")


def _foreign_key(field: Field) -> dict[str, Any]:
    # Where a table refers to itself, version 2 leaves the resource out and version 1 has an empty name. Clients of both
    # understand the table's own name.
    return {"fields": [field.name], "reference": {"resource": field.references, "fields": ["id"]}}
