"""Synthetic tables as the records that they stand for, so that the checks can judge them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.records import CHILDREN, RECORDS, Redirect, Row
from news_dataset.records.columns import children, columns

Data = dict[str, list[dict[str, Any]]]


def plain(model: type[Row], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the data of its model: without nulls and bounds, days as text."""
    kept = {column.name: row[column.name] for column in columns(model) if row[column.name] is not None}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


def nested(tables: Mapping[str, pa.Table]) -> Data:
    """The records of each table, with their children; children of no record are left out."""
    parts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for child in CHILDREN:
        for row in tables[child.table].to_pylist():
            parts[child.table, row[child.parent_key]].append(plain(child, row))
    found: Data = {"redirects": [plain(Redirect, row) for row in tables["redirects"].to_pylist()]}
    for model in RECORDS:
        found[model.table] = []
        for row in tables[model.table].to_pylist():
            lists = {name: parts[child.table, row["id"]] for name, child in children(model).items()}
            found[model.table].append(plain(model, row) | {name: rows for name, rows in lists.items() if rows})
    return found


def collection(data: Data) -> Collection:
    """A whole dataset of these records, one file a table."""
    documents, entries = [], []
    for table, records in data.items():
        kind = next((model.record_type for model in RECORDS if model.table == table), "redirect")
        document = Document(f"{table}.jsonl", records, {}, {}, ())
        found, problems = entries_of(document, kind, SCHEMA_VERSION)
        documents.append(replace(document, problems=tuple(problems)))
        entries += found
    return Collection(Path("synthetic"), tuple(documents), tuple(entries))
