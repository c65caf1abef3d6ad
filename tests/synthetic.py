"""Synthetic tables as the records that they stand for, and planted faults as the issues that they should become."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from news_dataset.collection import Collection
from news_dataset.entries import entries_of
from news_dataset.issues import Report
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE, CHILDREN, RECORDS, Redirect, Row
from news_dataset.records.columns import children, columns

Data = dict[str, list[dict[str, Any]]]
Tables = Mapping[str, pa.Table]
Found = tuple[str, str, str]
"""Where an issue stands: table, JSON Pointer, code."""

PARENTS = {child.table: child.parent_key for child in CHILDREN}


def plain(model: type[Row], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the data of its model: without nulls and bounds, days as text."""
    kept = {column.name: row[column.name] for column in columns(model) if row[column.name] is not None}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


def nested(tables: Tables) -> Data:
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
        kind = BY_TABLE[table].record_type if table in BY_TABLE else "redirect"
        document = Document(f"{table}.jsonl", records, {}, {}, ())
        found, problems = entries_of(document, kind, SCHEMA_VERSION)
        documents.append(replace(document, problems=tuple(problems)))
        entries += found
    return Collection(Path("synthetic"), tuple(documents), tuple(entries))


def broken(judged: Collection) -> dict[str, set[int]]:
    """The rows of records that have not the shape of their model."""
    rows: dict[str, set[int]] = defaultdict(set)
    for entry in judged.entries:
        if entry.row is None:
            rows[entry.document.path.removesuffix(".jsonl")].add(int(entry.pointer[1:]))
    return rows


def repaired(data: Data, wrong: Mapping[str, set[int]], base: Data) -> tuple[Data, dict[str, list[int]]]:
    """The data with the records of *base* instead of broken ones, and where each record stood before."""
    originals = {record["id"]: record for table in BY_TABLE for record in base[table]}
    fixed: Data = {}
    rows: dict[str, list[int]] = {}
    for table, records in data.items():
        kept = {row: originals.get(one.get("id")) if row in wrong[table] else one for row, one in enumerate(records)}
        fixed[table] = [record for record in kept.values() if record is not None]
        rows[table] = [row for row, record in kept.items() if record is not None]
    return fixed, rows


def found(report: Report, rows: Mapping[str, list[int]] | None = None) -> set[Found]:
    """Where issues stand; *rows* says where each record stood before."""
    places = set()
    for issue in report.issues:
        table = issue.path.removesuffix(".jsonl")
        _, row, *path = issue.pointer.split("/")
        path = path[:-1] if issue.code == "unknown_key" else path  # the key itself
        places.add((table, "/".join(["", str(rows[table][int(row)] if rows else row), *path]), issue.code))
    return places


def wanted(marks: Iterable[Mapping[str, Any]], tables: Tables) -> set[Found]:
    """Where the issues of planted faults should stand."""
    ids = {table: tables[table]["id"].to_pylist() for table in BY_TABLE if table in tables}
    places = set()
    for mark in marks:
        table, row, path = mark["table"], mark["row"], mark["column"]
        if table in PARENTS:
            owner = BY_TYPE[mark["record"].partition("/")[0]]
            field = next(name for name, child in children(owner).items() if child.table == table)
            path = f"{field}/{tables[table]['ordinal'][row].as_py() - 1}/{path}".rstrip("/")
            table, row = owner.table, ids[owner.table].index(mark["record"])
        path = path.rpartition("/")[0] if mark["code"] == "missing_key" else path
        places.add((table, f"/{row}/{path}".rstrip("/"), mark["code"]))
    return places


def explained(places: Iterable[Found]) -> set[Found]:
    """What may follow from faults: the second of two rules that break together, and the number of no article."""
    more = set()
    for table, pointer, code in places:
        if code == "broken_rule":
            more.add((table, pointer.rpartition("/")[0], code))
        if table == "statements" and pointer.endswith("/article") and code == "dangling_reference":
            more.add((table, pointer.replace("/article", "/id"), "foreign_number"))
    return more
