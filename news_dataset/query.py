"""SQL queries over the tables and views of a dataset, run by an in-memory DuckDB without access to anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from news_dataset import strict_json
from news_dataset.engine.database import default_memory
from news_dataset.errors import SetupError, UnknownNameError, UnsafeInputError, UsageError, known, nearest
from news_dataset.filesystem import scratch
from news_dataset.frames import codes_of, is_flag, kind_of
from news_dataset.rules import quoted, text_literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Source = Callable[[], "pa.Table | Iterator[pa.RecordBatch] | None"]
"""Returns a table, whole or in batches; None for a view that has to be computed."""
Tables = Mapping[str, "pa.Table | pa.Schema"]
"""The tables of a query by name; for one that was copied into DuckDB, its schema."""

_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",  # queries must not read the caller's variables
}
_SQL_TYPES = {"int32": "INTEGER", "double": "DOUBLE", "bool": "BOOLEAN", "date32": "DATE"}
_CATALOG = re.compile(r"information_schema|duckdb_|pg_|pragma_|\bshow\b", re.IGNORECASE)
_NO_COLUMN = re.compile(
    r'Referenced column "(.+?)" (?:was )?not found|does not have a column named "(.+?)"'
    r'|Column "(.+?)" (?:does not exist on|in EXCLUDE list not found)'
)
_NO_NAME = re.compile(r'(Table|Function) with name "?(.+?)"? (?:does not exist|is not in the catalog)')
_NOT_IN_FROM = re.compile(r'Referenced table "(.+?)" not found!\s+Candidate tables: (.+)')
_SYNTAX = re.compile(r'syntax error at or near "(.+)"')
_INTERNAL = re.compile(
    r"^[A-Z][A-Za-z ]* Error: |(?:\n\s*(?:LINE |Candidate |Please try installing)| - file system).*", re.DOTALL
)
_HINTS = {
    "ParserException": "complete or correct it there; a query is like: select kind, count(*) from claims group by kind",
    "PermissionException": "a query reads no files, only tables and views: news-dataset tables lists the tables",
}
"""What to do, by the kind of DuckDB's error."""
_RENAMED_COLUMNS = {
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
        sources: functions that return each table and view. Those that the query needs are called: the tables and
            views that it names, and the tables from which a view is computed; all if it mentions the catalog.

    Raises:
        UsageError: the query is not one SELECT, or DuckDB refuses it; the message has one line.
        UnsafeInputError: the query needs more memory than allowed.
        SetupError: the disk is full, or the temporary folder cannot be written.
    """
    import duckdb

    if not isinstance(query, str):
        raise UsageError(f"expected a query as a text, found {type(query).__name__}: nd.sql('select * from claims')")
    # By default, DuckDB would write temporary files into the working folder.
    with scratch() as spill:
        settings = _SETTINGS | {"memory_limit": f"{default_memory()}B", "temp_directory": spill}
        with duckdb.connect(":memory:", config=settings) as connection:
            registered: dict[str, pa.Table | pa.Schema] = {}
            try:
                _refuse_all_but_select(connection, query)
                asks_for_catalog = _CATALOG.search(query) is not None
                names = set(sources) if asks_for_catalog else _tables_read(query)
                registered = _registered_sources(connection, sources, names)
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
                result = _run_interruptibly(connection, query)
                return _with_table_types(result, registered)
            except duckdb.OutOfMemoryException as error:
                if "No space left" in str(error):
                    raise SetupError(f"the disk is full: {_one_line(error)}") from error
                raise UnsafeInputError(f"the query is over a limit: {_one_line(error)}") from error
            except (duckdb.IOException, duckdb.FatalException) as error:
                raise SetupError(f"the temporary folder cannot be used: {_one_line(error)}") from error
            except duckdb.Error as error:
                _refuse_names(connection, query, str(error), sources, registered)
                hint = _HINTS.get(type(error).__name__)
                raise UsageError(f"{_one_line(error)}{f' ({hint})' if hint else ''}") from error


def _run_interruptibly(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Run a query in another thread, since Python cannot interrupt a thread while it is in DuckDB."""
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(lambda: connection.sql(query).to_arrow_table())
        try:
            return task.result()
        except KeyboardInterrupt:
            while not wait([task], timeout=0.1).done:  # an interruption before the query starts has no effect
                connection.interrupt()
            raise


def _refuse_all_but_select(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Raise UsageError unless the query is one SELECT."""
    import duckdb

    statements = connection.extract_statements(query)
    if len(statements) != 1:
        raise UsageError(f"expected one SELECT, found {len(statements)} statements")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise UsageError(f"expected a SELECT, found {statements[0].type.name}: the data is read only")


def _tables_read(query: str) -> set[str]:
    """Return the names of the tables that a query reads, in lower case."""
    import duckdb

    # a connection of its own without external access: to look up the names, DuckDB opens the files of a read_csv
    with duckdb.connect(":memory:", config=_SETTINGS | {"enable_external_access": "false"}) as connection:
        try:
            return {name.lower() for name in connection.get_table_names(query)}
        except duckdb.BinderException:  # the query needs columns, as a join with USING: no table is registered
            ((tree,),) = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchall()
    try:
        return {name.lower() for name in _tables_in(strict_json.parse_leniently(tree))}
    except strict_json.NotJsonError as error:
        raise UsageError(f"the query {error}") from error


def _tables_in(node: Any) -> Iterator[str]:
    """Yield the names of tables in a parsed query, with repetitions."""
    if isinstance(node, dict) and node.get("type") == "BASE_TABLE":
        yield str(node["table_name"])
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _tables_in(part)


def _registered_sources(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Source], names: Collection[str]
) -> dict[str, pa.Table | pa.Schema]:
    """Register the tables and views *names*, computing views without a source."""
    registered: dict[str, pa.Table | pa.Schema] = {}
    uncomputed: list[str] = []
    for name in [name for name in sources if name in names]:
        source = sources[name]()
        if source is None:
            uncomputed.append(name)
        else:
            registered[name] = _register(connection, name, source)
    return registered | (_create_views(connection, sources, registered, uncomputed) if uncomputed else {})


def _create_views(
    connection: duckdb.DuckDBPyConnection,
    sources: Mapping[str, Source],
    registered: Mapping[str, pa.Table | pa.Schema],
    missing: Sequence[str],
) -> dict[str, pa.Table | pa.Schema]:
    """Create the views *missing*, and register the tables that they read.

    Columns that an older release lacks are null, and tables that a part of a dataset lacks have no rows.
    """
    from news_dataset.tabular import arrow_schema, tables
    from news_dataset.views import definitions, views, with_dependencies

    to_create = [name for name in with_dependencies(missing) if name in missing or name not in registered]
    result = dict(registered)
    for name in (name for name in to_create if name not in views()):
        schema = arrow_schema(tables()[name])
        if name not in result:
            source = sources[name]() if name in sources else None
            result[name] = _register(connection, name, schema.empty_table() if source is None else source)
        table = result[name]
        if absent := [field for field in schema if field.name not in _columns(table)]:
            result[name] = _add_columns(connection, name, table, absent)
    for command in definitions(to_create):
        connection.execute(command)
    return result | {name: arrow_schema(views()[name]) for name in to_create if name in views()}


def _add_columns(
    connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table | pa.Schema, absent: Sequence[pa.Field]
) -> pa.Table | pa.Schema:
    """Add columns of nulls to a registered table."""
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


def _register(
    connection: duckdb.DuckDBPyConnection, name: str, source: pa.Table | Iterator[pa.RecordBatch]
) -> pa.Table | pa.Schema:
    """Register a table; batches are copied into DuckDB, since a query may read a table more than once."""
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


def _one_line(error: Exception) -> str:
    """Return an error of DuckDB as one line, without its kind, the quoted query and lists of candidates."""
    return " ".join(_INTERNAL.sub("", str(error)).split())


def _refuse_names(
    connection: duckdb.DuckDBPyConnection, query: str, message: str, sources: Collection[str], registered: Tables
) -> None:
    """Raise a ``UsageError`` if DuckDB's message is about a name that is unknown or a keyword."""
    columns = {name for table in registered.values() for name in _columns(table)}
    if match := _NO_COLUMN.search(message):
        _refuse_column(query, next(filter(None, match.groups())), columns)
    elif (match := _NO_NAME.search(message)) and match[1] == "Table":
        known(match[2], list(sources), "table")
        raise UsageError(_UNNAMED)
    elif match:
        functions = connection.execute("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1").fetchall()
        all_functions = "all: news-dataset sql 'select distinct function_name from duckdb_functions()'"
        known(match[2], [name for (name,) in functions], "function", all_functions)
    elif match := _NOT_IN_FROM.search(message):
        raise UnknownNameError(f"there is no {match[1]} after FROM; there are: {match[2].replace(chr(34), '')}")
    elif (match := _SYNTAX.search(message)) and match[1].lower() in _reserved_columns(connection):
        name = match[1].lower()
        raise UsageError(f"syntax error at {match[1]}, a keyword: write the column in double quotes, {quoted(name)}")


def _refuse_column(query: str, name: str, columns: Collection[str]) -> None:
    """Raise an ``UnknownNameError`` for a column; one in double quotes was perhaps meant as a text."""
    missing = f"there is no column {name!r}"
    for view, renamed in _RENAMED_COLUMNS.items():
        if view in query.lower() and name in renamed:
            raise UnknownNameError(f"{missing}; in {view}, {name} has become {renamed[name]}")
    if quoted(name) in query:
        column = nearest(name.lower(), sorted(columns))
        or_column = f"; did you mean the column {column}?" if column else ""
        raise UnknownNameError(f"{missing}; a text is written in single quotes, {text_literal(name)}{or_column}")
    if name.lower() in columns or not columns:
        raise UnknownNameError(f"{missing} in what follows FROM" if columns else f"{missing}: the query has no FROM")
    known(name, sorted(columns), "column", "all: news-dataset describe TABLE")


def _reserved_columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the columns of tables and views whose names are keywords in DuckDB."""
    from news_dataset.tabular import arrow_schema, tables
    from news_dataset.views import views

    words = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    keywords = {word for (word,) in connection.execute(words).fetchall()}
    return keywords & {name for table in (*tables().values(), *views().values()) for name in arrow_schema(table).names}


def _columns(table: pa.Table | pa.Schema) -> list[str]:
    """Return the names of the columns of a table."""
    import pyarrow as pa

    return list(table.names if isinstance(table, pa.Schema) else table.column_names)


def _with_table_types(result: pa.Table, tables: Tables) -> pa.Table:
    """Return a result with unique column names, and with the types and metadata of the columns of tables.

    A column gets them from a table's column of the same name, if its values fit.
    """
    import pyarrow as pa

    schemas = [table if isinstance(table, pa.Schema) else table.schema for table in tables.values()]
    names, columns, fields = result.column_names, [], []
    for column, name, unique in zip(result.columns, names, _unique_names(names), strict=True):
        typed, metadata = _typed_column(name, column, schemas)
        columns.append(typed)
        fields.append(pa.field(unique, typed.type, metadata=metadata))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _unique_names(names: Sequence[str]) -> Iterator[str]:
    """Yield names; a repeated one gets a number that makes it unique."""
    used: set[str] = set()
    for name in names:
        number, unused = 0, name
        while unused in used or (number and unused in names):
            number += 1
            unused = f"{name}_{number}"
        used.add(unused)
        yield unused


def _typed_column(
    name: str, column: pa.ChunkedArray, schemas: Sequence[pa.Schema]
) -> tuple[pa.ChunkedArray, Mapping[bytes, bytes] | None]:
    """Return a column in a type of tables, and the metadata of its model, or None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.string()), None
    if pa.types.is_decimal(kind):  # sums of integers, and literals such as 1.5
        return _cast(column, pa.int64() if kind.scale == 0 else pa.float64()), None
    candidates = [schema.field(name) for schema in schemas if schema.get_all_field_indices(name)]
    if pa.types.is_boolean(kind):
        return column, next((field.metadata for field in candidates if is_flag(field)), None)
    if pa.types.is_string(kind):
        values = set(pc.unique(column).drop_null().to_pylist()) if any(map(codes_of, candidates)) else set()
        for field in candidates:
            if values <= set(codes_of(field) or ()):
                return column.combine_chunks().dictionary_encode(), field.metadata
    return column, None


def _cast(column: pa.ChunkedArray, kind: Any) -> pa.ChunkedArray:
    """Return a column cast to a type of numbers, or to double if a number has more than 64 bits."""
    import pyarrow as pa

    try:
        return column.cast(kind)
    except pa.ArrowInvalid:
        return column.cast(pa.float64())
