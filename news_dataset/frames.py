"""Arrow tables: the kinds of columns they have, and tables as pandas or Polars frames or as plain rows."""

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

ALONE = 2**20
"""Up to this many bytes one thread is enough; more only cost time, and under pyarrow 18 a short process that ends while
they start may abort."""

Row = dict[str, Any]
Read = Callable[[str], list[Row]]
"""Returns the rows of a table as plain dicts."""


class Store(Protocol):
    """Where tables come from."""

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
        """Return where a table lies: its Parquet file, or the folder of its files."""


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
        KeyError: there is no such column.
        ValueError: *filters* are not understood.
        IntegrityError: the file is not the one that the manifest vouches for.
    """
    if filters is None or isinstance(columns, str) or (isinstance(filters, list) and not filters):
        return store.table(name, columns)
    tested = columns_of(filters)
    needed = None if columns is None or tested is None else list(dict.fromkeys([*columns, *tested]))
    table = store.table(name, needed)
    wanted = chosen(columns, table.column_names, name)
    refuse_unknown(filters, table.schema, name)
    return filtered(table, condition(filters)).select(wanted)


def columns_of(filters: Any) -> list[str] | None:
    """Return the columns that conditions look at; None if they are not plain conditions, which name no columns."""
    plain = _plain(filters)
    return None if plain is None else [column for column, _, _ in plain]


def refuse_unknown(filters: Any, schema: pa.Schema, table: str) -> None:
    """Raise if plain conditions name a column that a table does not have, or a code that its codebook does not have.

    Raises:
        KeyError: they do; the message names the nearest one. It is a ``ValueError``, too.
    """
    for column, operator, value in _plain(filters) or ():
        field = schema.field(known(column, schema.names, f"column in {table}:"))
        codes = codes_of(field)
        if operator in ("in", "not in") and isinstance(value, str):
            raise UsageError(f"{operator!r} takes a list: ({column!r}, {operator!r}, [{value!r}])")
        is_list = operator in ("in", "not in") and isinstance(value, list | tuple | set | frozenset)
        for code in (value if is_list else [value]) if codes else ():
            if isinstance(code, str):
                known(code, codes or (), f"code in {table}.{column}:")


def codes_of(field: pa.Field) -> list[str] | None:
    """Return the codes that a column may hold, in the order of their codebook; None where any text is allowed."""
    codes = said(field, "codes")
    return None if codes is None else codes.split(",")


def _plain(filters: Any) -> list[tuple[str, Any, Any]] | None:
    """Return conditions as (column, operator, value); None if one is not of that form."""
    groups = filters if isinstance(filters, list) else [None]
    conditions = [one for group in groups for one in (group if isinstance(group, list) else [group])]
    plain = [one for one in conditions if isinstance(one, tuple) and len(one) == 3 and isinstance(one[0], str)]
    return plain if len(plain) == len(conditions) else None


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

    Text is ``str`` (before pandas 3 ``string``), codes of a closed codebook are categories (all of its codes, ordered
    where it has an order), days ``datetime64[s]``, whole numbers ``Int32``, other numbers ``float64``; truth values are
    ``bool`` where absent means false, else ``boolean``. No column is ``object``.

    Args:
        table: the table.
        attributes: what goes into ``DataFrame.attrs``, such as versions.
    """
    import pandas as pd
    import pyarrow as pa

    def plain(field: pa.Field) -> pa.Field:
        # Arrow has no day type that pandas knows; seconds cover every year that a date may have.
        type_ = pa.timestamp("s") if pa.types.is_date32(field.type) else field.type
        is_text = pa.types.is_dictionary(type_) and codes_of(field) is None
        return pa.field(field.name, pa.string() if is_text else type_, field.nullable)

    cast = [plain(field) for field in table.schema]
    dtypes: dict[Any, Any] = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    if int(pd.__version__.partition(".")[0]) < 3:
        dtypes[pa.string()] = pd.StringDtype("pyarrow")
    frame: pd.DataFrame = table.cast(pa.schema(cast)).to_pandas(
        types_mapper=dtypes.get, use_threads=table.nbytes > ALONE
    )
    if not cast:  # Arrow forgets the rows where there is no column
        frame = pd.DataFrame(index=range(table.num_rows), columns=pd.Index([], dtype="str"))
    for field in table.schema:
        if is_flag(field):
            frame[field.name] = frame[field.name].fillna(False).astype(bool)
        elif codes := codes_of(field):
            found = frame[field.name].cat
            others = [code for code in found.categories if code not in codes]  # of somebody else's codebook
            frame[field.name] = found.set_categories([*codes, *others], ordered=said(field, "ordered") == "true")
    frame.attrs.update(attributes or {})
    return frame


def is_flag(field: pa.Field) -> bool:
    """Return whether a column holds true or nothing, which means false."""
    return said(field, "absent") == "false"


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
    library = polars()
    frame: pl.DataFrame = library.from_arrow(table)
    flags = [field.name for field in table.schema if is_flag(field)]
    return frame.with_columns(library.col(flags).fill_null(False)) if flags else frame


def as_schema(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return rows with the columns of a schema, in their order and types."""
    import pyarrow as pa

    columns = [typed(column, field.type) for column, field in zip(rows.columns, schema, strict=True)]
    return pa.Table.from_arrays(columns, schema=schema)


def typed(column: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray:
    """Return a column in another type; codes are numbered in the order in which they come."""
    import pyarrow as pa

    if pa.types.is_dictionary(type_) and not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).combine_chunks().dictionary_encode()
    return column if column.type == type_ else column.cast(type_)


def description(schema: pa.Schema) -> str:
    """Return what a table is, in one sentence."""
    return said(schema, "description") or ""


def said(one: pa.Schema | pa.Field, name: str) -> str | None:
    """Return what the metadata of a table or column say under a name."""
    found = (one.metadata or {}).get(name.encode())
    return None if found is None else found.decode(errors="replace")
