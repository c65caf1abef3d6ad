"""Tables: their columns and keys, and the conversion of records to rows and back.

Everything is derived from the models: a record becomes a row of its table, each of its children a row of the child
table, with the parent's id and the ordinal as its key. No column is a list or a struct. A date (EDTF) is text, with its
first and last day in two more columns, ``<field>_min`` and ``<field>_max``.
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
    """A column of a table; *references* is the table that it refers to, *types* are the types of records there."""

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
    """A table: its columns, and the names of those that are its key."""

    name: str
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def path(self) -> str:
        """The path of the table in a release or an export, without the suffix of the file."""
        return self.name


@cache
def tables(profile: Profile = BASE) -> dict[str, Table]:
    """Return the tables of a dataset by name: of records, then of their children, then derived tables."""
    by_name: dict[str, Table] = {}
    for model in profile.records:
        by_name[model.table] = Table(model.table, _first_line(model), _fields(model), ("id",))
    for child in profile.children:
        owners = tuple(model.record_type for model in profile.records if child in children(model).values())
        about = "Id of the record it belongs to."
        parent_id = Field(child.parent_key, "string", False, about, child.parent_table, owners)
        ordinal = Field("ordinal", "int32", False, "Its place in the record's list, from 1.")
        fields = (parent_id, ordinal, *_fields(child))
        child_key = (child.parent_key, "ordinal")
        by_name[child.table] = Table(child.table, _first_line(child), fields, child_key)
    for derived in DERIVED:
        by_name[derived.table] = Table(derived.table, _first_line(derived), _fields(derived), derived.key)
    return by_name


@cache
def tables_of(version: str, profile: Profile = BASE) -> dict[str, Table]:
    """Return the tables of a release with an older or the current version of the schemas.

    Those of an older version have only the fields of its frozen schemas, which also tell which fields are required.
    This relies on the rule that within one MAJOR version fields are only added.
    """
    by_name = dict(tables(profile))
    if version == SCHEMA_VERSION:
        return by_name
    released_children: set[str] = set()
    for model in profile.records:
        schema = frozen.schema(version, model.record_type, profile)
        by_name[model.table] = _with_schema_columns(schema, by_name[model.table], columns(model))
        for name, child in children(model).items():
            if name in schema["properties"]:
                released_children.add(child.table)
                child_schema = schema["$defs"][child.__name__]
                by_name[child.table] = _with_schema_columns(child_schema, by_name[child.table], columns(child))
    child_tables = {child.table for child in profile.children}
    return {name: by_name[name] for name in by_name if name in released_children or name not in child_tables}


def _with_schema_columns(schema: Mapping[str, Any], table: Table, model_columns: Sequence[Column]) -> Table:
    """Return a table with only the columns of a frozen schema, nullable if that does not require them.

    Args:
        schema: the frozen schema of the model of the table.
        table: the table of the current version.
        model_columns: the columns of the model, without keys and bounds that only tables have.
    """
    required = {column.name for column in model_columns if column.name in schema["required"]}
    missing = {column.name for column in model_columns if column.name not in schema["properties"]}
    missing |= {f"{name}_{side}" for name in missing for side in ("min", "max")}
    fields = [replace(field, nullable=field.nullable and field.name not in required) for field in table.fields]
    return replace(table, fields=tuple(field for field in fields if field.name not in missing))


@cache
def code_rows(profile: Profile = BASE) -> tuple[CodeRow, ...]:
    """Return one row for each code of every codebook of a dataset, sorted by codebook and code."""
    rows = [
        CodeRow(codebook=book.name, code=code, label=_code_label(code), definition=definition)
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
        rows[record.table].append(_row_of(record))
        for name, child in children(type(record)).items():
            for ordinal, item in enumerate(getattr(record, name), 1):
                rows[child.table].append({child.parent_key: record.id, "ordinal": ordinal, **_row_of(item)})
        identity = {"id": record.id, "type": record.record_type}
        if record.record_type in ENTITY_TYPES:
            shown = {name: getattr(record, name) for name in ("name", "country", "wikidata")}
            rows["entities"].append(identity | shown)
        rows["records"].append(identity | {"label": record.label})
    rows["codes"] = [_row_of(code) for code in code_rows(profile)]
    rows["redirects"] = [_row_of(redirect) for redirect in redirects]
    for name, table in tables(profile).items():
        rows[name].sort(key=lambda row: tuple(row[column] for column in table.key))
    return rows


def unflatten(rows: Mapping[str, Sequence[Mapping[str, Any]]], profile: Profile = BASE) -> list[Record]:
    """Return the records of which ``flatten`` makes *rows*, sorted by type and id.

    Args:
        rows: the rows of at least the tables of records and children.
        profile: the profile of the dataset.

    Raises:
        pydantic.ValidationError: a row does not fit its model.
    """
    child_rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for child in profile.children:
        for row in sorted(rows[child.table], key=lambda row: int(row["ordinal"])):
            child_rows[child.table, row[child.parent_key]].append(_model_data(child, row))
    records = []
    for model in profile.records:
        lists = children(model)
        for row in sorted(rows[model.table], key=lambda row: str(row["id"])):
            of_record = {name: child_rows[child.table, row["id"]] for name, child in lists.items()}
            data = _model_data(model, row) | {name: items for name, items in of_record.items() if items}
            records.append(model.model_validate(data))
    return records


def content_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the sum of the SHA-256 of each row as canonical JSON, modulo 2**256, in hexadecimal.

    It does not depend on versions of libraries or on the order of the rows; the sums of parts can be added.
    """
    total = 0
    for row in rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=dt.date.isoformat)
        total += int.from_bytes(sha256(line.encode()).digest())
    return hash_of_sum(total)


def hash_of_sum(total: int) -> str:
    """Return the content hash for the sum of the SHA-256 of all rows."""
    return f"{total % 2**256:064x}"


def arrow_schema(table: Table, metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """Return the Arrow schema of a table, with descriptions, references and key in its metadata.

    Args:
        table: the table or view.
        metadata: further metadata, such as versions.
    """
    import pyarrow as pa

    own = {"table": table.name, "description": table.description, "key": ",".join(table.key)}
    return pa.schema([_arrow_field(field) for field in table.fields], metadata=own | dict(metadata or {}))


def described(schema_or_table: Any, table: Table) -> Any:
    """Return a schema or Arrow table with the metadata of *table* where it has none."""
    import pyarrow as pa

    schema = schema_or_table.schema if isinstance(schema_or_table, pa.Table) else schema_or_table
    if not schema.names:  # rebuilt without columns, a table would lose its number of rows
        return schema_or_table
    known = {field.name: field for field in arrow_schema(table)}
    fields = [
        field.with_metadata({**(known[field.name].metadata or {}), **(field.metadata or {})})
        if field.name in known
        else field
        for field in schema
    ]
    schema = pa.schema(fields, schema.metadata)
    is_table = isinstance(schema_or_table, pa.Table)
    return pa.Table.from_arrays(schema_or_table.columns, schema=schema) if is_table else schema


def to_arrow(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an Arrow table."""
    import pyarrow as pa

    schema = arrow_schema(table)
    arrays = [pa.array([row[field.name] for row in rows], type=field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _code_label(code: str) -> str:
    """Return a code as words; one in capitals gets a capital only at its start."""
    words = code.replace("_", " ").replace("-", " ")
    return words.capitalize() if code.isupper() else words


def _first_line(model: type[Row]) -> str:
    return docstring(model).partition("\n")[0]


def _fields(model: type[Row]) -> tuple[Field, ...]:
    """Return the columns for a model, a date with those of its first and last day."""
    fields: list[Field] = []
    for column in columns(model):
        if column.kind == "edtf":
            fields.append(_field(column, "string"))
            for side, words in (("min", "First"), ("max", "Last")):
                text = f"{words} day that {column.name} may mean; null: open, unknown or absent."
                fields.append(Field(f"{column.name}_{side}", "date32", True, text))
        else:
            fields.append(_field(column, "date32" if column.kind == "day" else column.kind))
    return tuple(fields)


def _field(column: Column, kind: Kind) -> Field:
    """Return the column of a table for a column of a model."""
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


def _row_of(item: Row) -> dict[str, Any]:
    """Return the columns of a record or child, without keys of the parent."""
    row: dict[str, Any] = {}
    for column in columns(type(item)):
        value = getattr(item, column.name)
        row[column.name] = dt.date.fromisoformat(value) if column.kind == "day" and value is not None else value
        if column.kind == "edtf":
            bounds = (None, None) if value is None else edtf.bounds(value)
            row[f"{column.name}_min"], row[f"{column.name}_max"] = bounds
    return row


def _model_data(model: type[Row], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of *model* in a row: without nulls, keys and bounds, days as text."""
    kept = {column.name: row[column.name] for column in columns(model) if row[column.name] is not None}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


def _arrow_field(field: Field) -> pa.Field:
    """Return a column for Arrow, with its description and codes as metadata."""
    import pyarrow as pa

    metadata = {"description": field.description}
    if field.references:
        metadata["references"] = f"{field.references}.id"
    if book := field.codebook:
        metadata["codebook"] = book.name
        if not book.is_open:
            metadata |= {"codes": ",".join(book.definitions)} | ({"ordered": "true"} if book.is_ordered else {})
    if field.is_flag:
        metadata["absent"] = "false"
    return pa.field(field.name, arrow_type(field.kind), field.nullable, metadata=metadata)
