"""The Data Package descriptor of the CSV files: Table Schema with types, keys and descriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from news_dataset.records.codebooks import CODEBOOKS
from news_dataset.tabular import Field, Table

_TYPES = {
    "string": "string", "code": "string", "int32": "integer", "double": "number", "bool": "boolean", "date32": "date",
}  # fmt: skip
_GUARD = (
    "A text that a spreadsheet could take for a formula has an apostrophe before it (also within, after a semicolon), "
    "and so has a text that begins with one."
)


def table_schema(table: Table) -> dict[str, Any]:
    """Return the Table Schema of a table, whatever file it lies in."""
    references = [(field.name, field.references) for field in table.fields if field.references]
    schema: dict[str, Any] = {
        "fields": [_field(field) for field in table.fields],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if references:
        schema["foreignKeys"] = [
            # an empty name is the table itself
            {"fields": [name], "reference": {"resource": "" if to == table.name else to, "fields": ["id"]}}
            for name, to in references
        ]
    return schema


def descriptor(tables: Sequence[Table], about: Mapping[str, str]) -> dict[str, Any]:
    """Return the descriptor of CSV files.

    Args:
        tables: the tables, each in a file ``<table>.csv``.
        about: what is known of name, title, license, data_version, schema_version, citation.
    """
    names = {"name": "name", "title": "title", "data_version": "version"}
    package: dict[str, Any] = {new: about[old] for old, new in names.items() if old in about}
    if "license" in about:
        package["licenses"] = [{"name": about["license"]}]
    package["description"] = " ".join(filter(None, (about.get("citation"), _GUARD)))
    return package | {"resources": [_resource(table) for table in tables]}


def _resource(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.description,
        "type": "table",
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "schema": table_schema(table),
    }


def _field(field: Field) -> dict[str, Any]:
    book = next((book for book in CODEBOOKS if book.name == field.codebook), None)
    constraints: dict[str, Any] = {} if field.nullable else {"required": True}
    if book and not book.is_open:
        constraints["enum"] = list(book.definitions)
    found = {"name": field.name, "type": _TYPES[field.kind], "description": field.description}
    return found | ({"constraints": constraints} if constraints else {})
