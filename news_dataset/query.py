"""SQL over the tables and views of a dataset: DuckDB in memory, which reads what it is given and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from news_dataset import strict_json
from news_dataset.engine.database import default_memory
from news_dataset.errors import SetupError, UnsafeInputError, UsageError
from news_dataset.filesystem import scratch
from news_dataset.frames import codes_of, is_flag, kind_of
from news_dataset.rules import quoted

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Source = Callable[[], "pa.Table | Iterator[pa.RecordBatch] | None"]
Tables = Mapping[str, "pa.Table | pa.Schema"]
"""Each table that a query reads, or the columns of one that was copied into DuckDB."""

_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",  # a name in a query must not reach the caller's variables
}
_SQL_TYPES = {"int32": "INTEGER", "double": "DOUBLE", "bool": "BOOLEAN", "date32": "DATE"}
_CATALOGUE = re.compile(r"information_schema|duckdb_|pg_|pragma_|\bshow\b", re.IGNORECASE)
_COLUMN = re.compile(r'column (?:named )?"(\w+)"')
_GONE = {
    "who_said_what": {
        "verdict": "attribution_verdict (did they say it?) and content_verdict (is it so?)",
        "finding": "attribution_finding and content_finding",
    },
    "timeline": {"verdict": "reported_verdict (on the date) beside event_verdict (on the event)"},
}
_BATCH = "a batch"  # no table has a blank in its name
_UNNAMED = "write the name of the table itself, not as a text that becomes a query"


def run(query: str, sources: Mapping[str, Source]) -> pa.Table:
    """Return the rows that a query selects.

    Args:
        query: one SELECT in the SQL of DuckDB.
        sources: how to get each table and view; only those are fetched that the query names, unless it asks for the
            catalogue. A view that is not there is worked out.

    Raises:
        UsageError: the query is not one SELECT, or DuckDB refuses it; one line says why.
        UnsafeInputError: the query needs more memory than it may have.
        SetupError: the disk is full, or the temporary folder cannot be written.
    """
    import duckdb

    # Without a folder of its own, DuckDB would spill into the working folder.
    with scratch() as spill:
        settings: dict[str, Any] = _SETTINGS | {"memory_limit": f"{default_memory()}B", "temp_directory": spill}
        with duckdb.connect(":memory:", config=settings) as connection:
            try:
                _refuse_all_but_select(connection, query)
                is_about_all = _CATALOGUE.search(query) is not None
                named = set(sources) if is_about_all else _named(connection, query)
                found = _fetched(connection, sources, named)
                for name in set(sources) - set(found):
                    _hide(connection, name)
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
                selected = _selected(connection, query)
                return _typed(selected, found)
            except duckdb.OutOfMemoryException as error:
                if "No space left" in str(error):
                    raise SetupError(f"the disk is full: {_line(error)}") from error
                raise UnsafeInputError(f"the query is over a limit: {_line(error)}") from error
            except (duckdb.IOException, duckdb.FatalException) as error:
                raise SetupError(f"the temporary folder cannot be used: {_line(error)}") from error
            except duckdb.Error as error:
                raise UsageError(f"{_line(error)}{_successor(query, error)}") from error


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


def _named(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """Return the names of the tables that a query reads, in lower case."""
    import duckdb

    try:
        return {name.lower() for name in connection.get_table_names(query)}
    except duckdb.BinderException:  # it looks at columns that are not known yet, as a join with USING does
        ((said,),) = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchall()
        try:
            return {name.lower() for name in _tables_in(strict_json.parse_leniently(said))}
        except strict_json.NotJsonError as error:
            raise UsageError(f"the query {error}") from error


def _tables_in(node: Any) -> Iterator[str]:
    """Yield the names of tables in a query that is parsed."""
    if isinstance(node, dict) and node.get("type") == "BASE_TABLE":
        yield str(node["table_name"])
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _tables_in(part)


def _fetched(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], named: Collection[str]
) -> dict[str, pa.Table | pa.Schema]:
    """Make tables and views known; a view that is not there is made of the tables that it reads."""
    found: dict[str, pa.Table | pa.Schema] = {}
    missing: list[str] = []
    for name in [one for one in sources if one in named]:
        source = sources[name]()
        if source is None:
            missing.append(name)
        else:
            found[name] = _registered(connection, name, source)
    return found | (_views(connection, sources, found, missing) if missing else {})


def _views(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    found: Mapping[str, pa.Table | pa.Schema],
    missing: Sequence[str],
) -> dict[str, pa.Table | pa.Schema]:
    """Make views of tables; what an older version or a part of a dataset does not have is null, or has no rows."""
    import pyarrow as pa

    from news_dataset.tabular import arrow_schema, tables
    from news_dataset.views import definitions, needed, views

    wanted, added = [name for name in needed(missing) if name in missing or name not in found], dict(found)
    for name in (one for one in wanted if one not in views()):
        schema = arrow_schema(tables()[name])
        if name not in added:
            source = sources[name]() if name in sources else None
            added[name] = _registered(connection, name, schema.empty_table() if source is None else source)
        one = added[name]
        there = one.names if isinstance(one, pa.Schema) else one.column_names
        if absent := [field for field in schema if field.name not in there]:
            added[name] = _widened(connection, name, one, absent)
    for command in definitions(wanted):
        connection.execute(command)
    return added | {name: arrow_schema(views()[name]) for name in wanted if name in views()}


def _widened(
    connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table | pa.Schema, absent: Sequence[pa.Field]
) -> pa.Table | pa.Schema:
    """Add columns of nulls to a table that is known."""
    import pyarrow as pa

    if isinstance(table, pa.Schema):
        for field in absent:
            kind = _SQL_TYPES.get(kind_of(field.type) or "", "VARCHAR")
            connection.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(field.name)} {kind}")
        return pa.schema([*table, *absent], table.metadata)
    for field in absent:
        table = table.append_column(field, pa.nulls(len(table), field.type))
    connection.register(name, table)
    return table


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
        verb = f"INSERT INTO {quoted(name)}" if number else f"CREATE TABLE {quoted(name)} AS"
        connection.execute(f"{verb} SELECT * FROM {quoted(_BATCH)}")
    connection.unregister(_BATCH)
    return batch.schema


def _hide(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make a table known for hints alone, since the query does not name it; it cannot be read."""
    connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT 1 AS hidden WHERE error('{_UNNAMED}') IS NULL")


def _line(error: Exception) -> str:
    """Return what DuckDB says, with its hint, as one line without a piece of the query."""
    said = str(error).split("\nLINE ")[0].split("\nPlease try installing")[0]
    return " ".join(said.split())


def _successor(query: str, error: Exception) -> str:
    """Return what took the place of the column of a view that a query asks for in vain."""
    found = _COLUMN.search(str(error))
    for view, gone in _GONE.items() if found else ():
        if found and view in query.lower() and found[1] in gone:
            return f"; in {view}, {found[1]} has become {gone[found[1]]}"
    return ""


def _typed(selected: pa.Table, tables: Tables) -> pa.Table:
    """Return a result with names that differ, and in the types that tables have, where these fit."""
    import pyarrow as pa

    schemas = [one if isinstance(one, pa.Schema) else one.schema for one in tables.values()]
    names, columns, fields = selected.column_names, [], []
    for column, name, unique in zip(selected.columns, names, _distinct(names), strict=True):
        typed, said = _column(name, column, schemas)
        columns.append(typed)
        fields.append(pa.field(unique, typed.type, metadata=said))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


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
    name: str, column: pa.ChunkedArray, schemas: Sequence[pa.Schema]
) -> tuple[pa.ChunkedArray, Mapping[bytes, bytes] | None]:
    """Return a column with plain numbers, and the description of a table's column that has its name and values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string()), None
    if pa.types.is_decimal(kind):  # sums of integers, and numbers written with a point
        return _cast(column, pa.int64() if kind.scale == 0 else pa.float64()), None
    alike = [schema.field(name) for schema in schemas if schema.get_all_field_indices(name)]
    if pa.types.is_boolean(kind):
        return column, next((field.metadata for field in alike if is_flag(field)), None)
    if pa.types.is_string(kind):
        values = set(pc.unique(column).drop_null().to_pylist()) if any(map(codes_of, alike)) else set()
        for field in alike:
            if values <= set(codes_of(field) or ()):
                return column.combine_chunks().dictionary_encode(), field.metadata
    return column, None


def _cast(column: pa.ChunkedArray, kind: Any) -> pa.ChunkedArray:
    import pyarrow as pa

    try:
        return column.cast(kind)
    except pa.ArrowInvalid:  # a number of more than 64 bits
        return column.cast(pa.float64())
