"""Tables: what columns and keys they have, and records into rows and back.

Everything is derived from the models: a record becomes a row of its table, each of its children a row of the child
table, keyed by the parent's id and the ordinal. No column is a list or a struct. Dates (EDTF) are kept as text, beside
their first and last day as ``<field>_min`` and ``<field>_max``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from news_dataset import edtf, frozen
from news_dataset.docstrings import docstring
from news_dataset.frames import Kind, arrow_type
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import BASE, Profile
from news_dataset.records import DERIVED, ENTITY_TYPES, CodeRow, Record, Redirect, Row
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import Codebook

if TYPE_CHECKING:
    import pyarrow as pa

Rows = dict[str, list[dict[str, Any]]]
"""The rows of every table: table name → rows in key order, as plain dicts with None for absent values."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table."""

    name: str
    kind: Kind
    nullable: bool
    description: str
    references: str | None = None
    types: tuple[str, ...] = ()
    codebook: Codebook | None = None
    is_flag: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns and its key."""

    name: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where a release, or another folder of all tables, has the table, without the ending of the file."""
        return self.name


@cache
def tables(profile: Profile = BASE) -> dict[str, Table]:
    """Return the tables of a dataset by name: records, their children, derived tables."""
    found: dict[str, Table] = {}
    for model in profile.records:
        found[model.table] = Table(model.table, _first_line(model), _fields(model), ("id",))
    for child in profile.children:
        owners = tuple(model.record_type for model in profile.records if child in children(model).values())
        key = Field(child.parent_key, "string", False, "Id of the record it belongs to.", child.parent_table, owners)
        ordinal = Field("ordinal", "int32", False, "Its place in the record's list, from 1.")
        fields = (key, ordinal, *_fields(child))
        identity = (child.parent_key, "ordinal")
        found[child.table] = Table(child.table, _first_line(child), fields, identity)
    for derived in DERIVED:
        found[derived.table] = Table(derived.table, _first_line(derived), _fields(derived), derived.key)
    return found


@cache
def tables_of(version: str, profile: Profile = BASE) -> dict[str, Table]:
    """Return the tables that a release of a version of the schemas has.

    Those of an older version have the fields that its frozen schemas know, and the same are required. Within one MAJOR
    version fields are only added; a step to the next has to say here what else is different.
    """
    found = dict(tables(profile))
    if version == SCHEMA_VERSION:
        return found
    lists: set[str] = set()
    for model in profile.records:
        said = frozen.schema(version, model.record_type, profile)
        found[model.table] = _as_in(said, found[model.table], columns(model))
        for name, child in children(model).items():
            if name in said["properties"]:
                lists.add(child.table)
                found[child.table] = _as_in(said["$defs"][child.__name__], found[child.table], columns(child))
    children_of = {child.table for child in profile.children}
    return {name: found[name] for name in found if name in lists or name not in children_of}


def _as_in(said: Mapping[str, Any], table: Table, known: Sequence[Column]) -> Table:
    """Return a table with those columns that a schema knows, null where it lets them be absent."""
    required = {column.name for column in known if column.name in said["required"]}
    unknown = {column.name for column in known if column.name not in said["properties"]}
    unknown |= {f"{name}_{side}" for name in unknown for side in ("min", "max")}
    fields = [replace(one, nullable=one.nullable and one.name not in required) for one in table.fields]
    return replace(table, fields=tuple(one for one in fields if one.name not in unknown))


@cache
def code_rows(profile: Profile = BASE) -> tuple[CodeRow, ...]:
    """Return one row per code of every codebook of a dataset, sorted by codebook and code."""
    rows = [
        CodeRow(codebook=book.name, code=code, label=_label(code), definition=definition)
        for book in profile.codebooks
        for code, definition in book.definitions.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.codebook, row.code)))


def flatten(records: Iterable[Record], redirects: Sequence[Redirect] = (), profile: Profile = BASE) -> Rows:
    """Return the rows of all tables, each sorted by its key.

    Args:
        records: the records, in any order.
        redirects: the rows of the table ``redirects``.
        profile: the profile of the dataset.
    """
    rows: Rows = {name: [] for name in tables(profile)}
    for record in records:
        rows[record.table].append(_row(record))
        for name, child in children(type(record)).items():
            for ordinal, item in enumerate(getattr(record, name), 1):
                rows[child.table].append({child.parent_key: record.id, "ordinal": ordinal, **_row(item)})
        own = {"id": record.id, "type": record.record_type}
        if record.record_type in ENTITY_TYPES:
            rows["entities"].append(own | {name: getattr(record, name) for name in ("name", "country", "wikidata")})
        rows["records"].append(own | {"label": record.label})
    rows["codes"] = [_row(code) for code in code_rows(profile)]
    rows["redirects"] = [_row(redirect) for redirect in redirects]
    for name, table in tables(profile).items():
        rows[name].sort(key=lambda row: tuple(row[column] for column in table.key))
    return rows


def unflatten(rows: Mapping[str, Sequence[Mapping[str, Any]]], profile: Profile = BASE) -> list[Record]:
    """Return the records that *rows* were made of, by type and id; the inverse of ``flatten``.

    Args:
        rows: the rows of at least the tables of records and children.
        profile: the profile of the dataset.

    Raises:
        pydantic.ValidationError: a row does not fit its model.
    """
    parts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for child in profile.children:
        for row in sorted(rows[child.table], key=lambda row: int(row["ordinal"])):
            parts[child.table, row[child.parent_key]].append(_plain(child, row))
    records = []
    for model in profile.records:
        lists = children(model)
        for row in sorted(rows[model.table], key=lambda row: str(row["id"])):
            own = {name: parts[child.table, row["id"]] for name, child in lists.items()}
            data = _plain(model, row) | {name: items for name, items in own.items() if items}
            records.append(model.model_validate(data))
    return records


def content_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the sum of the SHA-256 of each row as canonical JSON, modulo 2**256, in hex.

    It is the same under every version of every library and in any order of the rows; of parts the sums are added.
    """
    total = 0
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=dt.date.isoformat)
        total += int.from_bytes(sha256(line.encode()).digest())
    return hash_of_sum(total)


def hash_of_sum(total: int) -> str:
    """Return a content hash, given the sum of the SHA-256 of all rows."""
    return f"{total % 2**256:064x}"


def arrow_schema(table: Table, metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """Return the Arrow schema of a table, with descriptions, references and key in its metadata.

    Args:
        table: the table, one of ``tables()`` or of the same form.
        metadata: more key-value metadata, such as versions.
    """
    import pyarrow as pa

    own = {"table": table.name, "description": table.description, "key": ",".join(table.key)}
    return pa.schema([_arrow_field(field) for field in table.fields], metadata=own | dict(metadata or {}))


def described(found: Any, table: Table) -> Any:
    """Return columns, or an Arrow table, with what is known of the columns where they do not say it themselves."""
    import pyarrow as pa

    schema = found.schema if isinstance(found, pa.Table) else found
    if not schema.names:  # a table made of no columns has no rows, either
        return found
    known = {field.name: field for field in arrow_schema(table)}
    fields = [
        field.with_metadata({**(known[field.name].metadata or {}), **(field.metadata or {})})
        if field.name in known
        else field
        for field in schema
    ]
    schema = pa.schema(fields, schema.metadata)
    return pa.Table.from_arrays(found.columns, schema=schema) if isinstance(found, pa.Table) else schema


def to_arrow(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an Arrow table."""
    import pyarrow as pa

    schema = arrow_schema(table)
    arrays = [pa.array([row[field.name] for row in rows], type=field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _label(code: str) -> str:
    words = code.replace("_", " ").replace("-", " ")
    return words.capitalize() if code.isupper() else words


def _first_line(model: type[Row]) -> str:
    return docstring(model).partition("\n")[0]


def _fields(model: type[Row]) -> tuple[Field, ...]:
    found: list[Field] = []
    for column in columns(model):
        if column.kind == "edtf":
            found.append(_field(column, "string"))
            for side, words in (("min", "First"), ("max", "Last")):
                text = f"{words} day that {column.name} may mean; null: open, unknown or absent."
                found.append(Field(f"{column.name}_{side}", "date32", True, text))
        else:
            found.append(_field(column, "date32" if column.kind == "day" else column.kind))
    return tuple(found)


def _field(column: Column, kind: Kind) -> Field:
    reference = column.reference
    return Field(
        column.name,
        kind,
        column.optional,
        column.description,
        reference.table if reference else None,
        reference.types if reference else (),
        column.codebook,
        column.is_flag,
    )


def _row(item: Row) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in columns(type(item)):
        value = getattr(item, column.name)
        row[column.name] = dt.date.fromisoformat(value) if column.kind == "day" and value is not None else value
        if column.kind == "edtf":
            bounds = (None, None) if value is None else edtf.bounds(value)
            row[f"{column.name}_min"], row[f"{column.name}_max"] = bounds
    return row


def _plain(model: type[Row], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the data of *model*: without nulls and bounds, days as text."""
    kept = {column.name: row[column.name] for column in columns(model) if row[column.name] is not None}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


def _arrow_field(field: Field) -> pa.Field:
    import pyarrow as pa

    about = {"description": field.description}
    if field.references:
        about["references"] = f"{field.references}.id"
    if book := field.codebook:
        about["codebook"] = book.name
        if not book.is_open:
            about |= {"codes": ",".join(book.definitions)} | ({"ordered": "true"} if book.is_ordered else {})
    if field.is_flag:
        about["absent"] = "false"
    return pa.field(field.name, arrow_type(field.kind), field.nullable, metadata=about)
