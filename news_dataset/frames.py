"""Arrow tables: the kinds of columns they have, and tables as pandas or Polars frames or as plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from news_dataset.errors import UsageError, known, library

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Kind = Literal["string", "code", "int32", "double", "bool", "date32"]
KINDS: tuple[Kind, ...] = get_args(Kind)

ALONE = 2**20
"""Up to so many bytes one thread is enough; more only cost time, and under pyarrow 18 a short process may abort when it
ends while they are starting."""

Row = dict[str, Any]
Read = Callable[[str], list[Row]]
"""Returns the rows of a table as plain dicts."""


class Store(Protocol):
    """Where tables come from."""

    dataset: dict[str, Any]
    tables: tuple[str, ...]

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns."""

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table."""

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""

    def path(self, name: str) -> Path:
        """Return where the Parquet file of a table lies."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A column of a view that holds what a column of a table holds, or null."""

    name: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Made:
    """A column of a view that no table has."""

    name: str
    kind: Kind
    description: str


@dataclass(frozen=True, slots=True)
class View:
    """The columns of rows that were joined from tables."""

    name: str
    description: str
    columns: tuple[Borrowed | Made, ...]


DESCRIBED = View(
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


def arrow_type(kind: Kind) -> pa.DataType:
    """Return the Arrow type of a kind of column."""
    import pyarrow as pa

    types = {
        "string": pa.string(), "code": pa.dictionary(pa.int32(), pa.string()), "int32": pa.int32(),
        "double": pa.float64(), "bool": pa.bool_(), "date32": pa.date32(),
    }  # fmt: skip
    return types[kind]


def kind_of(type_: pa.DataType) -> Kind | None:
    """Return the kind of a column by its Arrow type; None where no table has such a column."""
    return next((kind for kind in KINDS if arrow_type(kind).equals(type_)), None)


def chosen(columns: Sequence[str] | None, among: Sequence[str], table: str) -> list[str]:
    """Return the columns that are wanted, in the order wanted; all where *columns* is None.

    Raises:
        KeyError: there is no such column; the message names the nearest one.
        ValueError: *columns* is no list of names, or names one twice.
    """
    if columns is None:
        return list(among)
    if isinstance(columns, str):
        raise UsageError(f"columns is a list of names: [{columns!r}]")
    wanted = [known(column, among, f"column in {table}:") for column in columns]
    if len(set(wanted)) < len(wanted):
        raise UsageError(f"columns names {next(one for one in wanted if wanted.count(one) > 1)} twice")
    return wanted


def read(store: Store, name: str, columns: Sequence[str] | None = None, filters: Any = None) -> pa.Table:
    """Return a table, or some of its columns and rows.

    Args:
        store: where it is.
        name: the table.
        columns: names of the columns wanted; None for all.
        filters: conditions on rows as ``pyarrow.parquet.read_table`` takes them: ``[("kind", "=", "direct")]``.

    Raises:
        KeyError: there is no such table or column.
        ValueError: *filters* are not understood.
        IntegrityError: the file is not the one that the manifest vouches for.
    """
    known(name, store.tables, "table")
    if filters is None or isinstance(columns, str) or (isinstance(filters, list) and not filters):
        return store.table(name, columns)
    tested = columns_of(filters)
    needed = None if columns is None or tested is None else list(dict.fromkeys([*columns, *tested]))
    table = store.table(name, needed)
    wanted = chosen(columns, table.column_names, name)
    for column in tested or ():
        known(column, table.column_names, f"column in {name}:")
    return filtered(table, condition(filters)).select(wanted)


def columns_of(filters: Any) -> list[str] | None:
    """Return the columns that conditions look at; None if they are not plain conditions, which name no columns."""
    groups = filters if isinstance(filters, list) else [None]
    conditions = [one for group in groups for one in (group if isinstance(group, list) else [group])]
    plain = [one for one in conditions if isinstance(one, tuple) and len(one) == 3 and isinstance(one[0], str)]
    return [one[0] for one in plain] if len(plain) == len(conditions) else None


def filtered(table: pa.Table, condition: Any) -> pa.Table:
    """Return the rows of a table that meet a condition, which is an Arrow expression.

    Raises:
        ValueError: it does not fit the columns.
    """
    from pyarrow import ArrowException

    try:
        return table.filter(condition)
    except (ArrowException, TypeError, KeyError) as error:
        raise _not_understood(error) from error


def condition(filters: Any) -> Any:
    """Return conditions on rows as an Arrow expression.

    Raises:
        ValueError: they are not understood.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import filters_to_expression

    try:
        return filters_to_expression(filters)
    except (ArrowException, ValueError, TypeError, KeyError, IndexError) as error:
        raise _not_understood(error) from error


def _not_understood(error: Exception) -> UsageError:
    """Return the error that says that conditions on rows are not understood."""
    reason = str(error).partition("\n")[0]
    return UsageError(f"filters are not understood: {reason}; write [(column, '=', value), …]")


def to_pandas(table: pa.Table, attributes: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Return a table as a frame.

    Text is ``str`` (before pandas 3 ``string``), codes are categories, days ``datetime64[s]``, whole numbers and truth
    values nullable (``Int32``, ``boolean``), other numbers ``float64``; no column is ``object``.

    Args:
        table: the table.
        attributes: what goes into ``DataFrame.attrs``, such as versions.
    """
    import pandas as pd
    import pyarrow as pa

    # Arrow has no day type that pandas knows; seconds cover every year that a date may have.
    days = {field.name for field in table.schema if pa.types.is_date32(field.type)}
    cast = [
        pa.field(f.name, pa.timestamp("s"), f.nullable) if f.name in days else f.remove_metadata() for f in table.schema
    ]
    dtypes: dict[Any, Any] = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    if int(pd.__version__.partition(".")[0]) < 3:
        dtypes[pa.string()] = pd.StringDtype("pyarrow")
    frame: pd.DataFrame = table.cast(pa.schema(cast)).to_pandas(
        types_mapper=dtypes.get, use_threads=table.nbytes > ALONE
    )
    if not cast:  # Arrow forgets the rows where there is no column
        frame = pd.DataFrame(index=range(table.num_rows), columns=pd.Index([], dtype="str"))
    frame.attrs.update(attributes or {})
    return frame


def polars() -> Any:
    """Return the library Polars.

    Raises:
        SetupError: it is not installed.
    """
    return library("polars", "polars")


def form(as_: str) -> Callable[[pa.Table, dict[str, Any]], Any]:
    """Return what turns a table and its versions into the form that is wanted.

    Raises:
        ValueError: there is no such form.
    """
    forms: dict[str, Callable[[pa.Table, dict[str, Any]], Any]] = {
        "pandas": to_pandas,
        "arrow": lambda table, _: table,
        "polars": lambda table, _: to_polars(table),
        "records": lambda table, _: table.to_pylist(),
    }
    if as_ not in forms:
        raise UsageError(f"as_={as_!r} is none of {', '.join(forms)}")
    return forms[as_]


def to_polars(table: pa.Table) -> pl.DataFrame:
    """Return a table as a Polars frame.

    Raises:
        SetupError: Polars is not installed.
    """
    frame: pl.DataFrame = polars().from_arrow(table)
    return frame


def view_table(view: View, rows: Sequence[Row], schema_of: Callable[[str], pa.Schema]) -> pa.Table:
    """Return the rows of a view as an Arrow table.

    Args:
        view: its columns.
        rows: its rows.
        schema_of: how to get the columns of the tables that the view borrows from.
    """
    import pyarrow as pa

    def field(column: Borrowed | Made) -> pa.Field:
        if isinstance(column, Made):
            return pa.field(column.name, arrow_type(column.kind), metadata={"description": column.description})
        return schema_of(column.table).field(column.column).with_name(column.name).with_nullable(True)

    fields = [field(column) for column in view.columns]
    arrays = [pa.array([row[one.name] for row in rows], type=one.type) for one in fields]
    about = {"table": view.name, "description": view.description}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=about))


def describe(schema: pa.Schema) -> Iterator[Row]:
    """Yield a row per column of a table: column, type, nullable, key, references, codebook, description."""
    key = _said(schema, "key") or ""
    for field in schema:
        references = _said(field, "references")
        yield {
            "column": field.name,
            "type": kind_of(field.type),
            "nullable": field.nullable,
            "key": field.name in key.split(","),
            "references": references.removesuffix(".id") if references else None,
            "codebook": _said(field, "codebook"),
            "description": _said(field, "description"),
        }


def description(schema: pa.Schema) -> str:
    """Return what a table is, in one sentence."""
    return _said(schema, "description") or ""


def _said(one: pa.Schema | pa.Field, name: str) -> str | None:
    found = (one.metadata or {}).get(name.encode())
    return None if found is None else found.decode(errors="replace")
