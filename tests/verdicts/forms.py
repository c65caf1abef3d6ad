"""A dataset of plain data in every form that is validated, and where each record or row of it stands there."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.records import BY_TABLE, BY_TYPE
from tests.verdicts.patches import Data, in_json

IN_JSON = ("articles", "statements", "organizations", "places")
"""The record types whose curated files are JSON; those of the others are YAML."""


@dataclass
class Places:
    """Where things stand: for each file its records by key, in order, or its rows as table and row."""

    keys: dict[str, list[str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    rows: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


class _Quoting(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Puts every text in quotes, so that none can be read as something else."""


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def kind_of(key: str) -> str:
    """Return the type of the record that a key means."""
    return key.partition("/")[0]


def write_curated(data: Data, folder: Path) -> Places:
    """Write the records as people write them, and what stands beside them."""
    places, files = Places(), dict[str, list[str]]()
    for key in data.records:
        table, slug = BY_TYPE[kind_of(key)].table, data.homes[key].split("/")[1]
        slug = "sample" if table == "sources" else slug
        is_json = table in IN_JSON or any(data.homes[raw] == data.homes[key] for raw in data.raw)
        files.setdefault(f"data/curated/{table}/{slug}.{'json' if is_json else 'yaml'}", []).append(key)
    for name, keys in files.items():
        records = [data.records[key] for key in keys]
        if name.endswith(".yaml"):
            value = records[0] if len(keys) == 1 else records
            text = yaml.dump(value, Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=4096)
        else:
            texts = [data.raw.get(key) or in_json(data.records[key], indent=1) for key in keys]
            text = texts[0] if len(keys) == 1 else "[\n" + ",\n".join(texts) + "\n]\n"
        places.keys[name] = keys
        places.listed |= {name} if len(keys) > 1 else set()
        _write(folder / name, text)
    for name, value in data.special.items():
        places.keys[f"data/{name}.yaml"] = [name]
        _write(folder / f"data/{name}.yaml", in_json(value, indent=1))
    return places


def write_lines(data: Data, folder: Path, rng: random.Random | None = None) -> Places:
    """Write the records as JSON Lines; with *rng* shuffled, in several files, and with keys in any order."""
    places = Places()
    for table, model in BY_TABLE.items():
        keys = [key for key in data.records if kind_of(key) == model.record_type]
        parts = {f"{table}.jsonl": keys}
        if rng:
            keys = shuffled(keys, lambda key, table=table: repeats(table, data.records[key]), rng)  # type: ignore[misc]
            parts = {f"{table}/part-{at}.jsonl": part for at, part in enumerate(_split(keys, rng))}
        for name, part in parts.items():
            texts = [data.raw.get(key) or _line(data.records[key], rng) for key in part]
            places.keys[name] = part
            places.listed.add(name)
            _write(folder / name, "".join(f"{text}\n" for text in texts))
    return places


def _line(record: Any, rng: random.Random | None) -> str:
    if rng and isinstance(record, dict):
        record = dict(rng.sample(list(record.items()), len(record)))
        if rng.random() < 0.5:
            return json.dumps(record, separators=rng.choice([(", ", ": "), (" , ", ":"), (",", ":")]))
    return in_json(record, separators=(",", ":"))


def repeats(table: str, row: Any) -> list[Any]:
    """Return what may stand only once in a table: of rows that share it the order decides which one is blamed."""
    if not isinstance(row, dict):
        return []
    found = [row.get("id"), row.get("old_id")]
    found += [(row.get("target"), row.get("aspect"))] if table == "assessments" else []
    found += [(table, key, value, row["ordinal"]) for key, value in list(row.items())[:1] if "ordinal" in row]
    return [json.dumps(one, default=str) for one in found if one is not None]


def shuffled(items: Sequence[Any], keys: Callable[[Any], list[Any]], rng: random.Random) -> list[Any]:
    """Return items in another order; those that share a key with another keep the order among themselves."""
    seen: dict[Any, int] = {}
    for item in items:
        for key in keys(item):
            seen[key] = seen.get(key, 0) + 1
    found = rng.sample(range(len(items)), len(items))
    fixed = [place for place, at in enumerate(found) if any(seen[key] > 1 for key in keys(items[at]))]
    for place, at in zip(fixed, sorted(found[place] for place in fixed), strict=True):
        found[place] = at
    return [items[at] for at in found]


def _split(items: list[Any], rng: random.Random) -> list[list[Any]]:
    """Return items in one to three parts."""
    cuts = sorted(rng.randrange(len(items) + 1) for _ in range(rng.randrange(3)))
    return [items[start:end] for start, end in zip([0, *cuts], [*cuts, len(items)], strict=True)]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


Row = dict[str, Any]
Tables = dict[str, list[Row]]


def write_tables(tables: Tables, folder: Path, rng: random.Random | None = None) -> Places | None:
    """Write tables as Parquet; with *rng* shuffled and in several files.

    Returns:
        Where the rows stand; None where a value does not fit the type of its column.
    """
    import pyarrow.parquet as pq

    places, written = Places(), []
    for name, rows in tables.items():
        numbers = list(range(len(rows)))
        parts = {f"{name}.parquet": numbers}
        if rng:
            numbers = shuffled(numbers, lambda at, name=name, rows=rows: repeats(name, rows[at]), rng)  # type: ignore[misc]
            parts = {f"{name}/part-{at}.parquet": part for at, part in enumerate(_split(numbers, rng))}
        for file, part in parts.items():
            table = _arrow(name, rows, part)
            if table is None:
                return None
            places.rows[file] = [(name, at) for at in part]
            written.append((folder / file, table))
    for path, table in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
    return places


@cache
def _schema(name: str) -> Any:
    import pyarrow as pa

    from news_dataset.tabular import arrow_schema, tables

    wanted = arrow_schema(tables()[name], {"schema_version": SCHEMA_VERSION})
    return pa.schema([one.with_nullable(True) for one in wanted], metadata=wanted.metadata)


def fits(tables: Tables) -> bool:
    """Return whether all values fit the types of their columns."""
    return all(_arrow(name, rows, list(range(len(rows)))) is not None for name, rows in tables.items() if rows)


def _arrow(name: str, rows: list[Row], chosen: list[int]) -> Any:
    import pyarrow as pa

    known = _schema(name)
    columns = list(rows[0]) if rows else known.names
    fields = [known.field(column) if column in known.names else pa.field(column, pa.string()) for column in columns]
    arrays = []
    for one in fields:
        values = [rows[at][one.name] for at in chosen]
        if not all(value is None or _fits(value, one.type) for value in values):
            return None
        if pa.types.is_date32(one.type):
            values = [None if value is None else dt.date.fromisoformat(value) for value in values]
        if pa.types.is_dictionary(one.type):
            arrays.append(pa.array(values, pa.string()).dictionary_encode().cast(one.type))
        else:
            arrays.append(pa.array(values, one.type))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=known.metadata))


def _fits(value: Any, type_: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_boolean(type_):
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if pa.types.is_int32(type_):
        return isinstance(value, int) and -(2**31) <= value < 2**31
    if pa.types.is_float64(type_):
        return isinstance(value, int | float)
    return isinstance(value, str) and (_is_day(value) if pa.types.is_date32(type_) else _is_text(value))


def _is_day(value: str) -> bool:
    try:
        return dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
