"""SQL over the tables and views of a dataset: DuckDB in memory, which reads what it is given and nothing else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from news_dataset.errors import UnsafeInputError, UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    import pyarrow.dataset as ds

Source = Callable[[], "pa.Table | ds.Dataset"]

_GIB = 2**30
_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",  # a name in a query must not reach the caller's variables
}
_CATALOGUE = re.compile(r"information_schema|duckdb_|pg_|pragma_|\bshow\b", re.IGNORECASE)
_UNNAMED = "write the name of the table itself, not as a text that becomes a query"


def run(query: str, sources: Mapping[str, Source]) -> pa.Table:
    """Return the rows that a query selects.

    Args:
        query: one SELECT in the SQL of DuckDB.
        sources: how to get each table; only those are fetched that the query names, unless it asks for the catalogue.

    Raises:
        UsageError: the query is not one SELECT, or DuckDB refuses it; one line says why.
        UnsafeInputError: the query needs more memory or disk than it may have.
    """
    import duckdb

    # Without a folder of its own, DuckDB would spill into the working folder.
    with TemporaryDirectory(prefix="news-dataset-sql-", ignore_cleanup_errors=True) as spill:
        settings: dict[str, Any] = _SETTINGS | {"memory_limit": f"{_memory()}B", "temp_directory": spill}
        with duckdb.connect(":memory:", config=settings) as connection:
            try:
                _refuse_all_but_select(connection, query)
                is_about_all = _CATALOGUE.search(query) is not None
                named = set(sources) if is_about_all else {name.lower() for name in connection.get_table_names(query)}
                found = {name: source() for name, source in sources.items() if name in named}
                for name in sources:
                    _register(connection, name, found.get(name))
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
                selected = connection.sql(query).to_arrow_table()
            except duckdb.OutOfMemoryException as error:
                raise UnsafeInputError(f"the query is over a limit: {_line(error)}") from error
            except duckdb.Error as error:
                raise UsageError(_line(error)) from error
    return _typed(selected, found)


def _memory() -> int:
    """Return half of the machine's memory in bytes, at most 4 GiB."""
    if not hasattr(os, "sysconf"):  # Windows
        return 2 * _GIB
    return min(4 * _GIB, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)


def _refuse_all_but_select(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    import duckdb

    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise UsageError(f"expected one SELECT, found {len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise UsageError(f"expected a SELECT, found {statements[0].type.name}: the data is read only")


def _register(connection: duckdb.DuckDBPyConnection, name: str, found: pa.Table | ds.Dataset | None) -> None:
    """Make a table known; one that the query does not name is there for hints alone, and cannot be read."""
    if found is not None:
        connection.register(name, found)
        return
    quoted = '"' + name.replace('"', '""') + '"'
    connection.execute(f"CREATE VIEW {quoted} AS SELECT 1 AS hidden WHERE error('{_UNNAMED}') IS NULL")


def _line(error: Exception) -> str:
    """Return what DuckDB says, with its hint, as one line without a piece of the query."""
    said = str(error).split("\nLINE ")[0].split("\nPlease try installing")[0]
    return " ".join(said.split())


def _typed(selected: pa.Table, sources: Mapping[str, pa.Table | ds.Dataset]) -> pa.Table:
    """Return a result with names that differ, and in the types that tables have, where these fit."""
    import pyarrow as pa

    columns = [
        _column(name, column, sources) for name, column in zip(selected.column_names, selected.columns, strict=True)
    ]
    return pa.table(columns, names=list(_distinct(selected.column_names)))


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """Yield names; one that was there before gets a number."""
    used: set[str] = set()
    for name in names:
        number, unused = 0, name
        while unused in used or (number and unused in names):
            number += 1
            unused = f"{name}_{number}"
        used.add(unused)
        yield unused


def _column(name: str, column: pa.ChunkedArray, sources: Mapping[str, pa.Table | ds.Dataset]) -> pa.ChunkedArray:
    """Return a column as codes where it has name and values of such a column, and its numbers as plain ones."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_decimal(kind):  # sums of integers, and numbers written with a point
        return _cast(column, pa.int64() if kind.scale == 0 else pa.float64())
    if not pa.types.is_string(kind):
        return column
    for source in sources.values():
        at = source.schema.get_field_index(name)
        if at >= 0 and pa.types.is_dictionary(source.schema.field(at).type):
            codes = _codes(source, name)
            if pc.all(pc.is_in(column.drop_null(), value_set=codes)).as_py() in (True, None):
                places = pc.index_in(column, value_set=codes).combine_chunks()
                return pa.chunked_array([pa.DictionaryArray.from_arrays(places, codes)])
    return column


def _codes(source: pa.Table | ds.Dataset, name: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = source.column(name) if isinstance(source, pa.Table) else source.to_table(columns=[name]).column(name)
    chunks = column.unify_dictionaries().chunks
    return chunks[0].dictionary if chunks else pc.unique(pa.array([], pa.string()))


def _cast(column: pa.ChunkedArray, kind: Any) -> pa.ChunkedArray:
    import pyarrow as pa

    try:
        return column.cast(kind)
    except pa.ArrowInvalid:  # a number of more than 64 bits
        return column.cast(pa.float64())
