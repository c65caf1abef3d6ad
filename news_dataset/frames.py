"""Arrow tables: kinds of columns, conditions on rows, and conversion to pandas and Polars frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from news_dataset.errors import UsageError, known, library

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Kind = Literal["string", "code", "int32", "double", "bool", "date32"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SINGLE_THREAD_BYTES = 2**20
"""Tables of up to this size are converted in one thread: more only cost time, and with pyarrow 18 a process that ends
while they start may abort."""

Row = dict[str, Any]
Read = Callable[[str], list[Row]]
"""Returns the rows of the table of a name as dicts."""


class Store(Protocol):
    """A source of the tables and views of a dataset."""

    dataset: dict[str, Any]
    tables: tuple[str, ...]
    views: tuple[str, ...]

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns."""

    def schema(self, name: str) -> pa.Schema:
        """Return the columns of a table."""

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table."""

    def path(self, name: str) -> Path:
        """Return the Parquet file of a table, or the folder of its files."""


def arrow_type(kind: Kind) -> pa.DataType:
    """Return the Arrow type of a kind of column."""
    import pyarrow as pa

    types = {
        "string": pa.string(), "code": pa.dictionary(pa.int32(), pa.string()), "int32": pa.int32(),
        "double": pa.float64(), "bool": pa.bool_(), "date32": pa.date32(),
    }  # fmt: skip
    return types[kind]


def kind_of(type_: pa.DataType) -> Kind | None:
    """Return the kind of column with an Arrow type; None if there is none."""
    return next((kind for kind in KINDS if arrow_type(kind).equals(type_)), None)


def selected_columns(columns: Sequence[str] | None, available: Sequence[str], table: str) -> list[str]:
    """Return *columns* after checking them; all available columns if it is None.

    Raises:
        KeyError: a column does not exist; the message names the nearest one.
        ValueError: *columns* is a single text, or names a column twice.
    """
    if columns is None:
        return list(available)
    if isinstance(columns, str):
        raise UsageError(f"columns is a list of names: [{columns!r}]")
    wanted = [known(column, available, f"column in {table}:") for column in columns]
    if len(set(wanted)) < len(wanted):
        raise UsageError(f"columns names {next(name for name in wanted if wanted.count(name) > 1)} twice")
    return wanted


def read(store: Store, name: str, columns: Sequence[str] | None = None, filters: Any = None) -> pa.Table:
    """Return a table, or some of its columns and rows.

    Args:
        store: the source of the table.
        name: the name of the table.
        columns: the names of the columns to return; None for all.
        filters: conditions on rows as in ``pyarrow.parquet.read_table``, such as ``[("kind", "=", "direct")]``.

    Raises:
        KeyError: a column does not exist.
        ValueError: *filters* are not understood.
        IntegrityError: the file differs from the manifest.
    """
    if filters is None or isinstance(columns, str) or (isinstance(filters, list) and not filters):
        return store.table(name, columns)
    filter_columns = columns_of(filters)
    needed = None if columns is None or filter_columns is None else list(dict.fromkeys([*columns, *filter_columns]))
    table = store.table(name, needed)
    wanted = selected_columns(columns, table.column_names, name)
    refuse_unknown(filters, table.schema, name)
    return filter_rows(table, condition(filters)).select(wanted)


def columns_of(filters: Any) -> list[str] | None:
    """Return the columns that conditions name; None unless these are a list of tuples of three, or of such lists."""
    conditions = _simple_conditions(filters)
    return None if conditions is None else [column for column, _, _ in conditions]


def refuse_unknown(filters: Any, schema: pa.Schema, table: str) -> None:
    """Raise if conditions name an unknown column or code, or a text for another value; others are not checked.

    Raises:
        KeyError: they name something unknown; the message names the nearest one. It is also a ``ValueError``.
        ValueError: a text stands where a list, a number or a day is needed; or the filters are a mapping.
    """
    if isinstance(filters, Mapping):
        raise UsageError(f"filters are not understood: write {[(name, '=', value) for name, value in filters.items()]}")
    for column, operator, value in _simple_conditions(filters) or ():
        field = schema.field(known(column, schema.names, f"column in {table}:"))
        codes = codes_of(field)
        if operator in ("in", "not in") and isinstance(value, str):
            raise UsageError(f"{operator!r} takes a list: ({column!r}, {operator!r}, [{value!r}])")
        is_list = operator in ("in", "not in") and isinstance(value, list | tuple | set | frozenset)
        for one in value if is_list else [value]:
            if codes and isinstance(one, str):
                known(one, codes, f"code in {table}.{column}:")
            elif isinstance(one, str) and (wanted := _other_than_text(field.type)):
                raise UsageError(f"{column} holds {wanted}, not text such as {one!r}")


def _other_than_text(type_: pa.DataType) -> str:
    """Return what a column holds, in words; empty if it may hold text."""
    import pyarrow as pa

    if pa.types.is_date(type_):
        return "days (datetime.date(2025, 8, 23))"
    return "numbers" if pa.types.is_integer(type_) or pa.types.is_floating(type_) else ""


def codes_of(field: pa.Field) -> list[str] | None:
    """Return the codes of a column in the order of its codebook; None if any text is allowed."""
    codes = metadata_value(field, "codes")
    return None if codes is None else codes.split(",")


def _simple_conditions(filters: Any) -> list[tuple[str, Any, Any]] | None:
    """Return conditions as one list of (column, operator, value); None if one is not of that form."""
    groups = filters if isinstance(filters, list) else [None]
    conditions: list[Any] = [
        condition for group in groups for condition in (group if isinstance(group, list) else [group])
    ]
    is_simple = all(isinstance(item, tuple) and len(item) == 3 and isinstance(item[0], str) for item in conditions)
    return conditions if is_simple else None


def filter_rows(table: pa.Table, condition: Any) -> pa.Table:
    """Return the rows of a table that meet a condition, an Arrow expression.

    Raises:
        ValueError: the condition does not fit the columns.
    """
    from pyarrow import ArrowException

    try:
        return table.filter(condition)
    except (ArrowException, TypeError, KeyError) as error:
        raise _filter_error(error) from error


def condition(filters: Any) -> Any:
    """Return filters as an Arrow expression.

    Raises:
        ValueError: the filters are not understood.
    """
    from pyarrow import ArrowException
    from pyarrow.parquet import filters_to_expression

    try:
        return filters_to_expression(filters)
    except (ArrowException, ValueError, TypeError, KeyError, IndexError) as error:
        raise _filter_error(error) from error


def _filter_error(error: Exception) -> UsageError:
    """Return the error for filters that Arrow refuses with *error*."""
    reason = str(error).partition("\n")[0]
    return UsageError(f"filters are not understood: {reason}; write [(column, '=', value), …]")


def to_pandas(table: pa.Table, attributes: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Return a table as a pandas frame.

    Text is ``str`` (before pandas 3 ``string``), codes of a closed codebook are categories (all of its codes, then any
    others in the column's dictionary; ordered if the codebook is), days ``datetime64[s]``, 32-bit integers ``Int32``,
    64-bit ones ``Int64``, other numbers ``float64``; booleans are ``bool`` if absent means false, else ``boolean``. No
    column is ``object``.

    Args:
        table: the table.
        attributes: values for ``DataFrame.attrs``, such as versions.
    """
    import pandas as pd
    import pyarrow as pa

    def converted(field: pa.Field) -> pa.Field:
        # pandas has no type for days; seconds cover every year that a date may have.
        type_ = pa.timestamp("s") if pa.types.is_date32(field.type) else field.type
        is_text = pa.types.is_dictionary(type_) and codes_of(field) is None
        return pa.field(field.name, pa.string() if is_text else type_, field.nullable)

    cast = [converted(field) for field in table.schema]
    dtypes: dict[Any, Any] = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    if int(pd.__version__.partition(".")[0]) < 3:
        dtypes[pa.string()] = pd.StringDtype("pyarrow")
    frame: pd.DataFrame = table.cast(pa.schema(cast)).to_pandas(
        types_mapper=dtypes.get, use_threads=table.nbytes > SINGLE_THREAD_BYTES
    )
    if not cast:  # without columns Arrow forgets the number of rows
        frame = pd.DataFrame(index=range(table.num_rows), columns=pd.Index([], dtype="str"))
    for field in table.schema:
        if is_flag(field):
            frame[field.name] = frame[field.name].fillna(False).astype(bool)
        elif codes := codes_of(field):
            categorical = frame[field.name].cat
            others = [code for code in categorical.categories if code not in codes]  # of somebody else's codebook
            is_ordered = metadata_value(field, "ordered") == "true"
            frame[field.name] = categorical.set_categories([*codes, *others], ordered=is_ordered)
    frame.attrs.update(attributes or {})
    return frame


def is_flag(field: pa.Field) -> bool:
    """Return whether a column is true or absent, which means false."""
    return metadata_value(field, "absent") == "false"


def polars() -> Any:
    """Return the library Polars.

    Raises:
        SetupError: it is not installed.
    """
    return library("polars", "polars")


def converter(as_: str) -> Callable[[pa.Table, dict[str, Any]], Any]:
    """Return the function that converts a table and its attributes to the form *as_*, such as ``pandas``.

    Raises:
        ValueError: there is no such form.
    """
    converters: dict[str, Callable[[pa.Table, dict[str, Any]], Any]] = {
        "pandas": to_pandas,
        "arrow": lambda table, _: table,
        "polars": lambda table, _: to_polars(table),
        "records": lambda table, _: table.to_pylist(),
    }
    if as_ not in converters:
        raise UsageError(f"as_={as_!r} is none of {', '.join(converters)}")
    return converters[as_]


def to_polars(table: pa.Table) -> pl.DataFrame:
    """Return a table as a Polars frame.

    Raises:
        SetupError: Polars is not installed.
    """
    library = polars()
    frame: pl.DataFrame = library.from_arrow(table)
    flags = [field.name for field in table.schema if is_flag(field)]
    return frame.with_columns(library.col(flags).fill_null(False)) if flags else frame


def as_schema(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table in the types of a schema that has the same columns in the same order."""
    import pyarrow as pa

    columns = [as_type(column, field.type) for column, field in zip(rows.columns, schema, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


def as_type(column: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray:
    """Return a column cast to a type; codes are numbered in the order of their first occurrence."""
    import pyarrow as pa

    if pa.types.is_dictionary(type_) and not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return column if column.type == type_ else column.cast(type_)


def description(schema: pa.Schema) -> str:
    """Return the description of a table; empty if it has none."""
    return metadata_value(schema, "description") or ""


def metadata_value(owner: pa.Schema | pa.Field, key: str) -> str | None:
    """Return a value of the metadata of a table or column; None without such a key."""
    value = (owner.metadata or {}).get(key.encode())
    return None if value is None else value.decode(errors="replace")
