"""The tables in DuckDB, embedded in this process: rows are proven on their way in, and queries run over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from news_dataset.engine import rows
from news_dataset.engine.database import cursor, memory_limit
from news_dataset.engine.store import SPECIAL, VIEWS, Loaded, Store, Unit, declared
from news_dataset.profile import Profile
from news_dataset.records import Row
from news_dataset.rules import quoted

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

T = TypeVar("T")
R = TypeVar("R")

_AT_ONCE = 10_000  # rows of a result that are fetched together


class DuckDBStore(Store):
    """The narrow tables of one dataset in a database of DuckDB; arguments as ``Store``."""

    def __init__(
        self, database: DuckDBPyConnection, profile: Profile, is_of_tables: bool = False, is_keeping: bool = False
    ) -> None:
        super().__init__(profile, is_of_tables, is_keeping)
        self.database = database
        for table, model in self.models.items():
            database.execute(f"CREATE TABLE {table} ({declared(rows.narrow_types(model))})")
            if is_keeping:
                database.execute(f"CREATE TABLE full_{table} ({declared(rows.full_types(model))})")
        for name, said in SPECIAL.items():
            database.execute(f"CREATE TABLE {name} ({said})")
        for name, query in VIEWS.items():
            database.execute(f"CREATE {'TABLE' if name == 'repeated' else 'VIEW'} {name} AS {query}")

    def load(self, source: Loaded) -> None:
        """Add all rows of a source, several parts at the same time."""
        threads, done = int(self.one("SELECT current_setting('threads')")), 0
        with ThreadPoolExecutor(threads) as pool:
            tasks = source.tasks(pool.map)
            total, remaining = sum(weight for weight, _ in tasks), iter(tasks)
            while some := list(islice(remaining, 2 * threads)):
                for (weight, _), _ in zip(some, pool.map(lambda one: source.load(one[1], self), some), strict=True):
                    done += weight
                    source.report(done, total)
                self.compact()

    def spread(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
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
        """Add rows of a table, with ``_pos`` and what is computed from their values.

        Args:
            table: the table.
            batch: its rows, with the columns that ``evaluated_columns`` adds.
            me: SQL for the key of the record that a row belongs to.
            cursor: a connection of the calling thread.
            has_bounds: whether the rows have bounds of dates, which must be right.
            is_compared: whether the rows repeat others and are compared with them, so that nothing is to be proven.
        """
        model = self.models[table]
        select = _judged(model) if is_compared else rows.narrow(model)
        cursor.register("batch", batch)
        relation = self._relation(model, frozenset(batch.column_names), me, has_bounds) + " FROM batch"
        self._insert(cursor, table, select, relation, [])
        cursor.unregister("batch")

    def cursor(self) -> DuckDBPyConnection:
        """Open another connection to the tables, for another thread or a second result."""
        return cursor(self.database)

    def compact(self) -> None:
        """Compress what was added if more than half of the memory is in use; no other thread may be adding rows."""
        if self.one("SELECT sum(memory_usage_bytes) FROM duckdb_memory()") > memory_limit(self.database) / 2:
            self.database.execute("CHECKPOINT")

    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that their model has judged."""
        model = self.models[table]
        types = {"_pos": "BIGINT", "_me": "BIGINT", "_stem": "VARCHAR"} | rows.source_types(model)
        lists = {name: [row.get(name) for row in values] for name in types}
        for one in rows.evaluated(model):
            types[one.name] = one.type
            lists[one.name] = [None if value is None else one.function(value) for value in lists[one.source]]
        cells = [f"unnest(${at}::{kind}[]) AS {quoted(name)}" for at, (name, kind) in enumerate(types.items(), 1)]
        relation = f'SELECT *, false AS "_has_bounds", false AS "_is_odd" FROM (SELECT {", ".join(cells)})'
        self._insert(self.database, table, _judged(model), relation, list(lists.values()))

    def _insert(
        self, cursor: DuckDBPyConnection, table: str, select: Mapping[str, str], relation: str, values: list[Any]
    ) -> None:
        self.filled.add(table)
        cursor.execute(f"INSERT INTO {table} SELECT {_listed(select)} FROM ({relation})", values)
        if self.is_keeping:
            whole = _listed(rows.full(self.models[table]))
            cursor.execute(f"INSERT INTO full_{table} SELECT {whole} FROM ({relation})", values)

    def _relation(self, model: type[Row], there: frozenset[str], me: str, has_bounds: bool) -> str:
        """Return the select list that gives the columns of a table their types; absent ones are null."""
        types = {"_pos": "BIGINT", "_stem": "VARCHAR"} | rows.source_types(model)
        found = [f"{quoted(n) if n in there else 'NULL'}::{kind} AS {quoted(n)}" for n, kind in types.items()]
        for name, kind in [("_is_odd", "BOOLEAN"), *((one.name, one.type) for one in rows.evaluated(model))]:
            absent = "false" if kind == "BOOLEAN" else "NULL"  # it is there only where it matters
            found.append(f"{quoted(name) if name in there else absent}::{kind} AS {quoted(name)}")
        me = me if there else "NULL::BIGINT"
        return f'SELECT {", ".join(found)}, {me} AS "_me", {str(has_bounds).lower()} AS "_has_bounds"'

    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to a table of ``SPECIAL``."""
        if values:
            kinds = [one.split()[1] for one in SPECIAL[name].split(", ")]
            cells = [f"unnest(${at}::{'VARCHAR' if at - 1 in keyed else kind}[])" for at, kind in enumerate(kinds, 1)]
            inner = ", ".join(f"{cell} AS c{at}" for at, cell in enumerate(cells))
            outer = ", ".join(f"key(c{at})" if at in keyed else f"c{at}" for at in range(len(kinds)))
            lists = [list(column) for column in zip(*values, strict=True)]
            self.database.execute(f"INSERT INTO {name} SELECT {outer} FROM (SELECT {inner})", lists)

    def one(self, query: str) -> Any:
        """Return the single value of a query."""
        found = self.database.execute(query).fetchall()  # to the end, so that the connection is free for others
        return found[0][0] if found else None

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        found = self.cursor().execute(query)
        while some := found.fetchmany(_AT_ONCE):
            yield from some

    def several(self, queries: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of several queries, one after the other: together they would need more memory."""
        for query in queries:
            yield from self.stream(query)

    def units(self, query: str, most: int | None) -> Iterator[Unit]:
        """Yield the units of a check in one pass; each unit at fault is a group of its own."""
        yield from self.stream(
            "FROM (SELECT skipped, is_warning, broken, CASE WHEN broken AND skipped IS NULL THEN units END AS unit, "
            f"count(*) FROM ({query}) units GROUP BY ALL) ORDER BY unit.tbl, unit.pos, unit.col"
        )

    def define(self, name: str, query: str) -> None:
        """Create a table from a query, or replace the one of that name."""
        self.database.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")

    def insert(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""
        self.database.execute(f"INSERT INTO {name} {query}")

    def delete(self, table: str, condition: str) -> None:
        """Delete the rows of a table that meet a condition."""
        self.database.execute(f"DELETE FROM {table} WHERE {condition}")

    def rekey(self, table: str, key: str, repeated: str) -> None:
        """Give rows of a table another key, where a row ``r`` of ``repeated`` meets a condition."""
        self.database.execute(f"UPDATE {table} SET me = {key} FROM repeated r WHERE {repeated}")


def evaluated_columns(model: type[Row], batch: pa.Table) -> pa.Table:
    """Return a batch with the columns that Python computes, once for each distinct value."""
    import pyarrow as pa

    types = {"DATE": pa.date32(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string()}
    coded: dict[str, Any] = {}
    for one in rows.evaluated(model):
        if one.source not in batch.column_names:
            continue
        column = batch.column(one.source)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_date32(column.type):
            found = _of_days(column, one.type)
        else:
            if one.source not in coded:
                text = column.cast(pa.string()) if not pa.types.is_dictionary(column.type) else column
                coded[one.source] = text if pa.types.is_dictionary(text.type) else text.dictionary_encode()
            values = [
                None if value is None else one.function(value) for value in coded[one.source].dictionary.to_pylist()
            ]
            found = pa.array(values, types[one.type]).take(coded[one.source].indices)
        batch = batch.append_column(one.name, found)
    return batch


def _of_days(column: pa.Array, kind: str) -> pa.Array:
    """Return the bounds of days, which are the days themselves; or whether each lies outside the calendar."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "DATE":
        return column
    numbers = column.cast(pa.int32())
    return pc.or_(pc.less(numbers, rows.FIRST_DAY), pc.greater(numbers, rows.LAST_DAY))


def _judged(model: type[Row]) -> dict[str, str]:
    """Return the narrow columns of rows that their model has judged already, so that nothing is to be proven."""
    return rows.narrow(model) | {"proven": "true"}


def _listed(select: Mapping[str, str]) -> str:
    return ", ".join(f"{said} AS {quoted(name)}" for name, said in select.items())
