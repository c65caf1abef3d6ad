"""Plain records as the rows of every table, whatever they hold."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from news_dataset import edtf
from news_dataset.records import BY_TYPE, ENTITY_TYPES
from news_dataset.records.columns import children
from news_dataset.tabular import code_rows, tables
from tests.verdicts.forms import Row, Tables, kind_of
from tests.verdicts.patches import Data


def to_tables(data: Data) -> Tables | None:
    """Return the rows of a dataset, with its operations on tables done; None where it does not fit into tables."""
    if data.raw or not isinstance(data.special["redirects"], list):
        return None
    found: Tables = {name: [] for name in tables()}
    for key, record in data.records.items():
        if not _add(found, kind_of(key), record):
            return None
    for redirect in data.special["redirects"]:
        if not _add_row(found, "redirects", redirect):
            return None
    found["codes"] = copy.copy(_codes())
    for name in ("value_sources", "corrections", "earlier_texts"):  # which there were not when verdicts were recorded
        if not found[name]:
            del found[name]
    for name, rows in found.items():
        rows.sort(key=lambda row: [_rank(row[column]) for column in tables()[name].key])
    for op in data.table_ops:
        _do(found, *op)
    return found


def _rank(value: Any) -> tuple[bool, bool, str | int]:
    """Return what puts nothing before numbers, and these before texts."""
    is_number = isinstance(value, int)
    return (value is not None, not is_number, value if is_number else str(value or ""))


@cache
def _codes() -> list[Row]:
    return [row.model_dump() for row in code_rows()]


def _add(found: Tables, kind: str, record: Any) -> bool:
    """Add the rows of a record; return whether it has rows at all."""
    model = BY_TYPE[kind]
    if not isinstance(record, dict):
        return False
    lists = {name: record.get(name) or [] for name in children(model)}
    own = {name: value for name, value in record.items() if name not in lists}
    if not _add_row(found, model.table, own):
        return False
    identity = own.get("id")
    for name, child in children(model).items():
        items = lists[name]
        if not isinstance(items, list):
            return False
        for ordinal, item in enumerate(items, 1):
            key = {child.parent_key: identity, "ordinal": ordinal}
            if not isinstance(item, dict) or not _add_row(found, child.table, item, key):
                return False
    label = {"id": identity, "type": kind, "label": own.get(model.label_field)}
    entity = {"id": identity, "type": kind, **{name: own.get(name) for name in ("name", "country", "wikidata")}}
    found["records"].append(label)
    found["entities"] += [entity] if kind in ENTITY_TYPES else []
    return True


def _add_row(found: Tables, table: str, values: Any, key: Row | None = None) -> bool:
    names = [field.name for field in tables()[table].fields]
    if not isinstance(values, dict) or not set(values) <= set(names) - set(key or {}):
        return False
    row: Row = dict.fromkeys(names) | (key or {}) | values
    for name in [name for name in names if f"{name}_min" in names]:
        row[f"{name}_min"], row[f"{name}_max"] = _bounds(row[name])
    found[table].append(row)
    return True


def _bounds(value: Any) -> tuple[str | None, str | None]:
    try:
        first, last = edtf.bounds(value)
    except (ValueError, TypeError, AttributeError):
        return None, None
    return first.isoformat() if first else None, last.isoformat() if last else None


def _do(found: Tables, name: str, table: str, *rest: Any) -> None:
    if name == "only_tables":
        for other in set(found) - {table, *rest}:
            del found[other]
        return
    rows = found[table]
    if name == "cell":
        at, column, value = rest
        assert column in rows[at], rest
        rows[at] = rows[at] | {column: value}
    elif name == "add_row":
        assert set(rest[0]) <= set(rows[0]), rest
        rows.append(dict.fromkeys(rows[0]) | rest[0])
    elif name == "copy_row":
        rows.append(dict(rows[rest[0]]))
    elif name == "drop_row":
        del rows[rest[0]]
    elif name == "drop_table":
        del found[table]
    else:
        assert name in ("drop_column", "add_column"), name
        kept = [{column: value for column, value in row.items() if column != rest[0]} for row in rows]
        found[table] = kept if name == "drop_column" else [row | {rest[0]: "x"} for row in rows]
