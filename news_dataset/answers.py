"""Tables made for one answer, whose columns are borrowed from tables of the dataset or are new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from news_dataset.frames import Kind, Row, arrow_type, kind_of, metadata_value

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A column with the type and description of a column of a table; it may also be null."""

    name: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Made:
    """A column that is in no table of the dataset."""

    name: str
    kind: Kind
    description: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of an answer."""

    name: str
    description: str
    columns: tuple[Borrowed | Made, ...]


DESCRIBED = Columns(
    "described",
    "One row per column of a table.",
    (
        Made("column", "string", "Its name."),
        Made("type", "string", "What it holds: string, code, int32, double, bool or date32."),
        Made("nullable", "bool", "Whether it may be null."),
        Made("key", "bool", "Whether it is part of the key."),
        Made("references", "string", "The table whose ids it holds."),
        Made("codebook", "string", "The codebook whose codes it holds."),
        Made("description", "string", "What it says."),
    ),
)


def rows_table(columns: Columns, rows: Sequence[Row], schema_of: Callable[[str], pa.Schema]) -> pa.Table:
    """Return plain rows as an Arrow table.

    Args:
        columns: their columns.
        rows: the rows, each with a value for every column.
        schema_of: returns the schema of a table from which columns are borrowed.
    """
    import pyarrow as pa

    def field(column: Borrowed | Made) -> pa.Field:
        if isinstance(column, Made):
            return pa.field(column.name, arrow_type(column.kind), metadata={"description": column.description})
        return schema_of(column.table).field(column.column).with_name(column.name).with_nullable(True)

    fields = [field(column) for column in columns.columns]
    arrays = [pa.array([row[made.name] for row in rows], type=made.type) for made in fields]
    about = {"table": columns.name, "description": columns.description}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=about))


def describe(schema: pa.Schema) -> Iterator[Row]:
    """Yield one row per column of a table, with the columns of ``DESCRIBED``."""
    key = metadata_value(schema, "key") or ""
    for field in schema:
        references = metadata_value(field, "references")
        yield {
            "column": field.name,
            "type": kind_of(field.type),
            "nullable": field.nullable,
            "key": field.name in key.split(","),
            "references": references.removesuffix(".id") if references else None,
            "codebook": metadata_value(field, "codebook"),
            "description": metadata_value(field, "description"),
        }
