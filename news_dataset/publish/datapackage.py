"""The release as a Data Package (version 2): tables with their types, constraints, keys and references."""

from __future__ import annotations

import json
from typing import Any

from news_dataset.manifest import Manifest
from news_dataset.records import CHILDREN, DERIVED, RECORDS, Row
from news_dataset.records.fields import id_pattern
from news_dataset.tabular import Field, Table, tables

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES = {
    "string": "string", "code": "string", "int32": "integer", "double": "number", "bool": "boolean", "date32": "date",
}  # fmt: skip
_WORDS = ("enum", "minimum", "maximum", "maxLength")
_MODELS: tuple[type[Row], ...] = (*RECORDS, *CHILDREN, *DERIVED)


def datapackage(release: Manifest) -> str:
    """Return the text of ``datapackage.json``.

    Args:
        release: the manifest, which vouches for the Parquet files.
    """
    about = dict(release.dataset)
    package: dict[str, Any] = {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": about["name"],
        "title": about["title"],
        "description": about["description"],
        "version": about["data_version"],
        **{word: about[word] for word in ("homepage", "keywords") if word in about},
        "licenses": [{"name": about["license"], "path": about["license_url"]}],
        "contributors": [_contributor(one) for one in about["contributors"]],
        "resources": [_resource(table, release) for table in tables().values()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _contributor(one: dict[str, Any]) -> dict[str, Any]:
    found = {"title": one["name"], "roles": [one["role"]]}
    return found | ({"path": one["url"]} if "url" in one else {})


def _resource(table: Table, release: Manifest) -> dict[str, Any]:
    # No "bytes": the best-known client counts none while it reads Parquet, and then calls the size wrong.
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.parquet",
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{release.files[f'{table.name}.parquet'].sha256}",
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(table, field) for field in table.fields],
        "primaryKey": list(table.key),
    }
    if keys := [_foreign_key(table, field) for field in table.fields if field.references]:
        found["foreignKeys"] = keys
    return found


def _field(table: Table, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name, "type": _TYPES[field.kind], "description": field.description}
    if field.codebook:
        found["codebook"] = field.codebook  # a property of our own: where the table codes defines the codes
    if field.nullable and field.kind in ("int32", "double"):
        found["missingValues"] = ["", "nan"]  # clients that read by way of pandas see a missing number as not-a-number
    if limits := _constraints(table, field):
        found["constraints"] = limits
    return found


def _constraints(table: Table, field: Field) -> dict[str, Any]:
    """Return what the model says of a column, in the words of Table Schema."""
    model = next(one for one in _MODELS if vars(one)["table"] == table.name)
    said = model.model_json_schema()["properties"].get(field.name, {})
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


def _portable(pattern: str) -> str:
    r"""Return a pattern as Table Schema wants it, in the syntax of XML Schema: about the whole text, without anchors.

    Empty where it has no such form: XML Schema knows no ``\x00``.
    """
    return "" if "\\" in pattern else pattern.removeprefix("^").removesuffix("$")


def _foreign_key(table: Table, field: Field) -> dict[str, Any]:
    # Version 2 leaves the resource out where a table refers to itself; clients of version 1 want an empty name then.
    # The table's own name is understood by both.
    return {"fields": [field.name], "reference": {"resource": field.references, "fields": ["id"]}}
