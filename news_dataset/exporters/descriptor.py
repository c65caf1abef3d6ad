"""The Data Package descriptor of the CSV files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from news_dataset.table_schema import table_schema
from news_dataset.tabular import Table

_GUARD = (
    "A text that a spreadsheet could take for a formula has an apostrophe before it (also within, after a semicolon), "
    "and so has a text that begins with one."
)


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
        "schema": table_schema(table, is_guarded=True),
    }
