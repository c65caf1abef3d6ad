"""The release as a Data Package (version 2): tables with their types, constraints, keys and references."""

from __future__ import annotations

import json
from typing import Any

from news_dataset.manifest import Manifest
from news_dataset.table_schema import PROFILES, table_schema
from news_dataset.tabular import Table, tables


def datapackage(release: Manifest) -> str:
    """Return the text of ``datapackage.json``.

    Args:
        release: the manifest, which vouches for the Parquet files.
    """
    about = dict(release.dataset)
    package: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
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
