"""SQL over the tables and views of a dataset: DuckDB in memory, which reads what it is given and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from news_dataset.engine.database import default_memory
from news_dataset.errors import SetupError, UnsafeInputError, UsageError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Source = Callable[[], "pa.Table | Iterator[pa.RecordBatch]"]
Tables = Mapping[str, "pa.Table | pa.Schema"]
"""Each table that a query reads, or the columns of one that was copied into DuckDB."""

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",  # a name in a query must not reach the caller's variables
}
_CATALOGUE = re.compile(r"information_schema|duckdb_|pg_|pragma_|\bshow\b", re.IGNORECASE)
_BATCH = "a batch"  # no table has a blank in its name
_UNNAMED = "write the name of the table itself, not as a text that becomes a query"


def run(query: str, sources: Mapping[str, Source]) -> pa.Table:
    """Return the rows that a query selects.

    Args:
        query: one SELECT in the SQL of DuckDB.
        sources: how to get each table; only those are fetched that the query names, unless it asks for the catalogue.

    Raises:
        UsageError: the query is not one SELECT, or DuckDB refuses it; one line says why.
        UnsafeInputError: the query needs more memory than it may have.
        SetupError: the disk is full, or the temporary folder cannot be written.
    """
    import duckdb

    # Without a folder of its own, DuckDB would spill into the working folder.
    with TemporaryDirectory(prefix="news-dataset-sql-", ignore_cleanup_errors=True) as spill:
        settings: dict[str, Any] = _SETTINGS | {"memory_limit": f"{default_memory()}B", "temp_directory": spill}
        with duckdb.connect(":memory:", config=settings) as connection:
            try:
                _refuse_all_but_select(connection, query)
                is_about_all = _CATALOGUE.search(query) is not None
                named = set(sources) if is_about_all else {name.lower() for name in connection.get_table_names(query)}
                found = {name: _registered(connection, name, sources[name]()) for name in sources if name in named}
                for name in set(sources) - set(found):
                    _hide(connection, name)
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
                selected = _selected(connection, query)
                return _typed(selected, found, connection)
            except duckdb.OutOfMemoryException as error:
                if "No space left" in str(error):
                    raise SetupError(f"the disk is full: {_line(error)}") from error
                raise UnsafeInputError(f"the query is over a limit: {_line(error)}") from error
            except (duckdb.IOException, duckdb.FatalException) as error:
                raise SetupError(f"the temporary folder cannot be used: {_line(error)}") from error
            except duckdb.Error as error:
                raise UsageError(_line(error)) from error


def _selected(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Run a query in a thread of its own: an interruption does not reach the one that DuckDB works in."""
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(lambda: connection.sql(query).to_arrow_table())
        try:
            return task.result()
        except KeyboardInterrupt:
            while not wait([task], timeout=0.1).done:  # one before it begins is lost
                connection.interrupt()
            raise


def _refuse_all_but_select(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    import duckdb

    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise UsageError(f"expected one SELECT, found {len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise UsageError(f"expected a SELECT, found {statements[0].type.name}: the data is read only")


def _registered(
    connection: duckdb.DuckDBPyConnection, name: str, source: pa.Table | Iterator[pa.RecordBatch]
) -> pa.Table | pa.Schema:
    """Make a table known; batches can be read once, and a query may read a table twice, so they are copied."""
    import pyarrow as pa

    if isinstance(source, pa.Table):
        connection.register(name, source)
        return source
    for number, batch in enumerate(source):
        connection.register(_BATCH, pa.Table.from_batches([batch]))
        verb = f"INSERT INTO {_quoted(name)}" if number else f"CREATE TABLE {_quoted(name)} AS"
        connection.execute(f"{verb} SELECT * FROM {_quoted(_BATCH)}")
    connection.unregister(_BATCH)
    return batch.schema


def _hide(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table known for hints alone, since the query does not name it; it cannot be read."""
    connection.execute(f"CREATE VIEW {_quoted(name)} AS SELECT 1 AS hidden WHERE error('{_UNNAMED}') IS NULL")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _line(error: Exception) -> str:
    """Return what DuckDB says, with its hint, as one line without a piece of the query."""
    said = str(error).split("\nLINE ")[0].split("\nPlease try installing")[0]
    return " ".join(said.split())


def _typed(selected: pa.Table, tables: Tables, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return a result with names that differ, and in the types that tables have, where these fit."""
    import pyarrow as pa

    names = selected.column_names
    columns = [_column(name, one, tables, connection) for name, one in zip(names, selected.columns, strict=True)]
    return pa.table(columns, names=list(_distinct(names)))


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


def _column(
    name: str, column: pa.ChunkedArray, tables: Tables, connection: duckdb.DuckDBPyConnection
) -> pa.ChunkedArray:
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
    for table, found in tables.items():
        schema = found if isinstance(found, pa.Schema) else found.schema
        at = schema.get_field_index(name)
        if at >= 0 and pa.types.is_dictionary(schema.field(at).type):
            codes = _codes(table, found, name, connection)
            if pc.all(pc.is_in(column.drop_null(), value_set=codes)).as_py() in (True, None):
                places = pc.index_in(column, value_set=codes).combine_chunks()
                return pa.chunked_array([pa.DictionaryArray.from_arrays(places, codes)])
    return column


def _codes(table: str, found: pa.Table | pa.Schema, name: str, connection: duckdb.DuckDBPyConnection) -> pa.Array:
    """Return the codes of a column, in the order that ``load`` gives; of a large table sorted."""
    import pyarrow as pa

    if isinstance(found, pa.Table):
        chunks = found.column(name).unify_dictionaries().chunks
        return chunks[0].dictionary if chunks else pa.array([], pa.string())
    column, quoted = _quoted(name), _quoted(table)
    codes = connection.sql(f"SELECT DISTINCT {column} FROM {quoted} WHERE {column} IS NOT NULL ORDER BY 1")
    return codes.to_arrow_table().column(0).combine_chunks()


def _cast(column: pa.ChunkedArray, kind: Any) -> pa.ChunkedArray:
    import pyarrow as pa

    try:
        return column.cast(kind)
    except pa.ArrowInvalid:  # a number of more than 64 bits
        return column.cast(pa.float64())
