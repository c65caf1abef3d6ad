"""Tables in DuckDB in this process: rows are proven valid as they are added, and queries run over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from news_dataset.engine import rows
from news_dataset.engine.computed import FIRST_DAY, LAST_DAY, computed_columns
from news_dataset.engine.database import cursor, memory_limit
from news_dataset.engine.store import SPECIAL, VIEWS, LoadableSource, Store, Unit, declared
from news_dataset.profile import Profile
from news_dataset.records import Row
from news_dataset.rules import quoted

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
R = TypeVar("R")

_FETCHED_ROWS = 10_000  # rows of a result that are fetched at once


class DuckDBStore(Store):
    """The narrow tables of one dataset in a DuckDB database; other arguments as for ``Store``."""

    def __init__(
        self, database: DuckDBPyConnection, profile: Profile, is_of_tables: bool = False, is_keeping: bool = False
    ) -> None:
        super().__init__(profile, is_of_tables, is_keeping)
        self.database = database
        for table, model in self.models.items():
            database.execute(f"CREATE TABLE {table} ({declared(rows.narrow_types(model))})")
            if is_keeping:
                database.execute(f"CREATE TABLE full_{table} ({declared(rows.full_types(model))})")
        for name, declaration in SPECIAL.items():
            database.execute(f"CREATE TABLE {name} ({declaration})")
        for name, query in VIEWS.items():
            database.execute(f"CREATE {'TABLE' if name == 'repeated' else 'VIEW'} {name} AS {query}")

    def load(self, source: LoadableSource) -> None:
        """Add all rows of a source, one part per thread at a time."""
        threads, done = int(self.scalar("SELECT current_setting('threads')")), 0
        with ThreadPoolExecutor(threads) as pool:
            tasks = source.tasks(pool.map)
            total, remaining = sum(weight for weight, _ in tasks), iter(tasks)
            while group := list(islice(remaining, 2 * threads)):
                for (weight, _), _ in zip(group, pool.map(lambda item: source.load(item[1], self), group), strict=True):
                    done += weight
                    source.report_progress(done, total)
                self.compact()

    def parallel_map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the result of a function for each item."""
        yield from map(function, items)

    def add(
        self,
        table: str,
        batch: pa.Table,
        me: str,
        cursor: DuckDBPyConnection,
        *,
        has_bounds: bool = False,
        is_compared: bool = False,
    ) -> None:
        """Add rows to a table, with the columns that SQL computes from them.

        Args:
            table: the table.
            batch: the rows, with ``_pos`` and the columns that ``add_computed_columns`` adds.
            me: SQL for the key of the record that a row belongs to.
            cursor: a connection of the calling thread.
            has_bounds: whether the rows have columns ``_min`` and ``_max`` of dates, which are checked.
            is_compared: whether the rows repeat others and are compared with them, so that they need no proof.
        """
        model = self.models[table]
        select = _columns_without_proof(model) if is_compared else rows.narrow_columns(model)
        cursor.register("batch", batch)
        relation = self._typed_select(model, frozenset(batch.column_names), me, has_bounds) + " FROM batch"
        self._insert(cursor, table, select, relation, [])
        cursor.unregister("batch")

    def cursor(self) -> DuckDBPyConnection:
        """Open another connection to the tables, for another thread or a second result."""
        return cursor(self.database)

    def compact(self) -> None:
        """Compress the tables if more than half of the memory is in use; no other thread may be adding rows."""
        if self.scalar("SELECT sum(memory_usage_bytes) FROM duckdb_memory()") > memory_limit(self.database) / 2:
            self.database.execute("CHECKPOINT")

    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that their model has validated."""
        model = self.models[table]
        types = {"_pos": "BIGINT", "_me": "BIGINT", "_stem": "VARCHAR"} | rows.source_types(model)
        lists = {name: [row.get(name) for row in values] for name in types}
        for column in computed_columns(model):
            types[column.name] = column.type
            lists[column.name] = [None if value is None else column.function(value) for value in lists[column.source]]
        cells = [f"unnest(${n}::{kind}[]) AS {quoted(name)}" for n, (name, kind) in enumerate(types.items(), 1)]
        relation = f'SELECT *, false AS "_has_bounds", false AS "_is_odd" FROM (SELECT {", ".join(cells)})'
        self._insert(self.database, table, _columns_without_proof(model), relation, list(lists.values()))

    def _insert(
        self, cursor: DuckDBPyConnection, table: str, select: Mapping[str, str], relation: str, values: list[Any]
    ) -> None:
        """Insert rows: *relation* is SQL that gives them with *values* as parameters, *select* the narrow columns."""
        self.filled.add(table)
        cursor.execute(f"INSERT INTO {table} SELECT {_select_list(select)} FROM ({relation})", values)
        if self.is_keeping:
            full = _select_list(rows.full_columns(self.models[table]))
            cursor.execute(f"INSERT INTO full_{table} SELECT {full} FROM ({relation})", values)

    def _typed_select(self, model: type[Row], names: frozenset[str], me: str, has_bounds: bool) -> str:
        """Return a SELECT of all columns of a table, cast to their types.

        Args:
            model: the model of the rows.
            names: the columns that a batch has; the others are null, or false.
            me: SQL for the key of the record that a row belongs to.
            has_bounds: whether the batch has columns ``_min`` and ``_max`` of dates.
        """
        types = {"_pos": "BIGINT", "_stem": "VARCHAR"} | rows.source_types(model)
        cells = [f"{quoted(n) if n in names else 'NULL'}::{kind} AS {quoted(n)}" for n, kind in types.items()]
        computed = {column.name: column.type for column in computed_columns(model)}
        for name, kind in {"_is_odd": "BOOLEAN", **computed}.items():
            absent = "false" if kind == "BOOLEAN" else "NULL"
            cells.append(f"{quoted(name) if name in names else absent}::{kind} AS {quoted(name)}")
        me = me if names else "NULL::BIGINT"
        return f'SELECT {", ".join(cells)}, {me} AS "_me", {str(has_bounds).lower()} AS "_has_bounds"'

    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to a table of ``SPECIAL``; texts in the columns *keyed* become keys."""
        if values:
            kinds = [declaration.split()[1] for declaration in SPECIAL[name].split(", ")]
            cells = [f"unnest(${n + 1}::{'VARCHAR' if n in keyed else kind}[])" for n, kind in enumerate(kinds)]
            inner = ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells))
            outer = ", ".join(f"key(c{n})" if n in keyed else f"c{n}" for n in range(len(kinds)))
            lists = [list(column) for column in zip(*values, strict=True)]
            self.database.execute(f"INSERT INTO {name} SELECT {outer} FROM (SELECT {inner})", lists)

    def scalar(self, query: str) -> Any:
        """Return the first value of the first row of a query; None if there is no row."""
        result = self.database.execute(query).fetchall()  # to the end, so that the connection is free for others
        return result[0][0] if result else None

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        result = self.cursor().execute(query)
        while fetched := result.fetchmany(_FETCHED_ROWS):
            yield from fetched

    def stream_all(self, queries: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of several queries, run one after the other: together they would need more memory."""
        for query in queries:
            yield from self.stream(query)

    def units(self, query: str, most: int | None) -> Iterator[Unit]:
        """Yield the units of a check in one pass; each unit at fault is a group of its own, whatever *most* is."""
        yield from self.stream(
            "FROM (SELECT skipped, is_warning, broken, CASE WHEN broken AND skipped IS NULL THEN units END AS unit, "
            f"count(*) FROM ({query}) units GROUP BY ALL) ORDER BY unit.tbl, unit.pos, unit.col"
        )

    def define(self, name: str, query: str) -> None:
        """Create a table from a query, or replace the table of that name."""
        self.database.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def insert(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""
        self.database.execute(f"INSERT INTO {name} {query}")

    def delete(self, table: str, condition: str) -> None:
        """Delete the rows of a table that meet a condition."""
        self.database.execute(f"DELETE FROM {table} WHERE {condition}")

    def rekey(self, table: str, key: str, repeated: str) -> None:
        """Give rows of a table another key; arguments as for ``Store.rekey``."""
        self.database.execute(f"UPDATE {table} SET me = {key} FROM repeated r WHERE {repeated}")


def add_computed_columns(model: type[Row], batch: pa.Table) -> pa.Table:
    """Return rows with the columns of ``computed_columns``, computed once for each distinct value."""
    import pyarrow as pa

    types = {"DATE": pa.date32(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string()}
    encoded: dict[str, Any] = {}
    for computed in computed_columns(model):
        source = computed.source
        if source not in batch.column_names:
            continue
        column = batch.column(source)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_date32(column.type):
            cells = _computed_from_days(column, computed.type)
        else:
            if source not in encoded:
                is_encoded = pa.types.is_dictionary(column.type)
                encoded[source] = column if is_encoded else column.cast(pa.string()).dictionary_encode()
            distinct = encoded[source].dictionary.to_pylist()
            values = [None if value is None else computed.function(value) for value in distinct]
            cells = pa.array(values, types[computed.type]).take(encoded[source].indices)
        batch = batch.append_column(computed.name, cells)
    return batch


def _computed_from_days(column: pa.Array, kind: str) -> pa.Array:
    """Return what is computed from days: DATE: the days themselves; BOOLEAN: whether Python's calendar lacks them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "DATE":
        return column
    numbers = column.cast(pa.int32())
    return pc.or_(pc.less(numbers, FIRST_DAY), pc.greater(numbers, LAST_DAY))


def _columns_without_proof(model: type[Row]) -> dict[str, str]:
    """Return the narrow columns of rows that need no proof, as name → SQL."""
    return rows.narrow_columns(model) | {"proven": "true"}


def _select_list(select: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} AS {quoted(name)}" for name, sql in select.items())
