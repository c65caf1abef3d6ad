"""The release as a Data Package (version 2): tables with their types, constraints, keys and references."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from news_dataset.manifest import Manifest
from news_dataset.table_schema import PROFILES, table_schema
from news_dataset.tabular import Table, tables


def datapackage(release: Manifest) -> str:
    """Return the text of ``datapackage.json``.

    Args:
        release: the manifest, which vouches for the Parquet files.
    """
    package: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        **package_members(release.dataset),
        "resources": [_resource(table, release) for table in tables().values()],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def package_members(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a package that say what ``dataset.yaml`` says."""
    return {
        "name": dataset["name"],
        "title": dataset["title"],
        "description": dataset["description"],
        "version": dataset["data_version"],
        **{word: dataset[word] for word in ("homepage", "keywords") if word in dataset},
        "licenses": [{"name": dataset["license"], "path": dataset["license_url"]}],
        "contributors": [_contributor(one) for one in dataset["contributors"]],
    }


def _contributor(one: dict[str, Any]) -> dict[str, Any]:
    found = {"title": one["name"], "roles": [one["role"]]}
    return found | ({"path": one["url"]} if "url" in one else {})


def _resource(table: Table, release: Manifest) -> dict[str, Any]:
    # No "bytes": the best-known client counts none while it reads Parquet, and then calls the size wrong.
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.parquet",
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{release.files[f'{table.name}.parquet'].sha256}",
        "schema": table_schema(table),
    }
