"""JSON Schemas (draft 2020-12), derived from the models; the committed files are the contract.

Each record type has two files: ``<type>.schema.json`` describes one record in the release form,
``<type>.file.schema.json``, for editors, one record or a non-empty list of them in the source form.
``dataset.schema.json``, ``redirects.schema.json`` and ``codebook.schema.json`` describe ``data/dataset.yaml``,
``data/redirects.yaml`` and ``data/codebooks/*.yaml``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from news_dataset import strict_json
from news_dataset.files import ReadError, read_bytes
from news_dataset.profile import BASE, Profile
from news_dataset.records import SCHEMA_VERSION, Description, NewCode, Redirect, Row
from news_dataset.records.columns import json_schema
from news_dataset.records.mapping import Mapping
from news_dataset.source_form.schema import source_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# The order in which keywords are written, for human readers of the files.
_KEYWORD_ORDER = (
    "$schema", "$id", "title", "description", "type", "const", "enum", "pattern", "not", "minLength", "maxLength",
    "minimum", "maximum", "properties", "required", "propertyNames", "minProperties", "additionalProperties",
    "minItems", "items", "allOf", "if", "then", "else", "anyOf", "oneOf", "dependentRequired", "examples", "$ref",
    "$defs",
)  # fmt: skip

Schema = dict[str, Any]


@cache
def record_schema(record_type: str, profile: Profile = BASE) -> Schema:
    """Return the JSON Schema of one record; raise a ``KeyError`` if there is no such record type."""
    return _with_head(json_schema(profile.by_type[record_type]), record_type, profile)


@cache
def dataset_schema() -> Schema:
    """Return the JSON Schema of ``data/dataset.yaml``."""
    return _with_head(json_schema(Description), "dataset")


@cache
def redirects_schema() -> Schema:
    """Return the JSON Schema of ``data/redirects.yaml``: a list, which may be empty."""
    about = {"title": "Redirects", "description": "Ids that were released once and are no more."}
    return _with_head(about | _list_schema(Redirect), "redirects")


@cache
def codebook_schema() -> Schema:
    """Return the JSON Schema of a file in ``data/codebooks``: a list of codes."""
    about = {
        "title": "Codes",
        "description": "Codes that this dataset adds to the codebook that the file is named after.",
    }
    return _with_head(about | _list_schema(NewCode) | {"minItems": 1}, "codebook")


@cache
def mapping_schema() -> Schema:
    """Return the JSON Schema of the mapping file of an import."""
    return _with_head(json_schema(Mapping), "mapping")


def _list_schema(model: type[Row]) -> Schema:
    name = model.__name__
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}, "$defs": {name: _tidy(json_schema(model))}}


def file_schema(record_type: str, profile: Profile = BASE) -> Schema:
    """Return the JSON Schema of a file with one record, or a non-empty list of them, in the source form."""
    model = profile.by_type[record_type]
    record = source_schema(record_schema(record_type, profile), model)
    definitions = {model.__name__: record, **record.pop("$defs", {})}
    del record["$schema"], record["$id"]
    reference = {"$ref": f"#/$defs/{model.__name__}"}
    # A branch by type, not a oneOf, so that validators report an error where it arises.
    file = {
        "title": f"{model.__name__} file",
        "description": f"One {record_type} or a non-empty list of them.",
        "if": {"type": "array"},
        "then": {"type": "array", "minItems": 1, "items": reference},
        "else": reference,
        "$defs": definitions,
    }
    return _with_head(file, f"{record_type}.file", profile)


def derive(profile: Profile = BASE) -> dict[str, str]:
    """Return the expected text of every schema file of a dataset: file name → text."""
    schemas = {"codebook.schema.json": codebook_schema(), "mapping.schema.json": mapping_schema()}
    schemas |= {"dataset.schema.json": dataset_schema(), "redirects.schema.json": redirects_schema()}
    for kind in profile.by_type:
        schemas[f"{kind}.schema.json"] = record_schema(kind, profile)
        schemas[f"{kind}.file.schema.json"] = file_schema(kind, profile)
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in sorted(schemas.items())}


def drift(folder: Path, profile: Profile = BASE) -> Iterator[tuple[str, str]]:
    """Yield name and problem of each file in *folder* that differs from the models."""
    expected = derive(profile)
    found = {path.name for path in folder.glob("*")} if folder.is_dir() else set()
    for name, text in expected.items():
        if name not in found:
            yield name, "is missing"
        elif difference := _difference(folder / name, text.encode()):
            yield name, difference
    for name in sorted(found - set(expected)):
        yield name, "belongs to no record type"


def _difference(path: Path, expected: bytes) -> str:
    """Return how a file differs from its expected content; empty if it does not."""
    try:
        return "" if read_bytes(path, len(expected)) == expected else "differs from the models"
    except ReadError as refusal:
        return "differs from the models" if refusal.problem.code == "over_limit" else str(refusal)


def check_dialect(profile: Profile = BASE) -> None:
    """Check every derived schema against the meta-schema of its dialect.

    Raises:
        jsonschema.SchemaError: a schema is not valid JSON Schema 2020-12.
    """
    from jsonschema import Draft202012Validator

    for text in derive(profile).values():
        Draft202012Validator.check_schema(strict_json.parse(text))


def _with_head(schema: Schema, name: str, profile: Profile = BASE) -> Schema:
    """Return a schema with its dialect and id, tidied."""
    dataset = f"{profile.name}:" if profile is not BASE else ""
    head = {"$schema": DIALECT, "$id": f"urn:news-dataset:schema:{SCHEMA_VERSION}:{dataset}{name}"}
    tidied: Schema = _tidy(head | schema)
    return tidied


def _tidy(schema: Any, inside_properties: bool = False) -> Any:
    """Drop defaults and redundant titles, refuse line breaks, order the keywords."""
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if inside_properties:  # names of fields, not keywords
        return {name: _tidy(part) for name, part in schema.items()}
    kept = {word: part for word, part in schema.items() if word != "default"}
    if str(kept.get("pattern", "")).endswith("$"):
        # In some languages $ also matches before a final line break. The type is inside, since a pattern holds for
        # every value that is not a text: without it a number would break this rule too, and be reported twice.
        kept["not"] = {"type": "string", "pattern": "\n"}
    if "properties" not in kept and "$id" not in kept:
        kept.pop("title", None)
    ranks = {word: rank for rank, word in enumerate(_KEYWORD_ORDER)}
    ordered = sorted(kept.items(), key=lambda item: ranks.get(item[0], len(ranks)))
    named = ("properties", "$defs", "dependentRequired")
    return {word: _tidy(part, inside_properties=word in named) for word, part in ordered}
