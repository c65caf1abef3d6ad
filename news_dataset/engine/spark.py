"""Tables on a Spark cluster: its executors prove rows as this process would, and run the same queries.

The executors read the files themselves, with the same checks as this process; a place is the number of a row or line,
as it is here. Rows are only in Spark's cache; those of a lost executor are computed again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from news_dataset.engine.database import connected
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.executor import (
    ERROR,
    Batches,
    call_by_number,
    decode_result,
    decode_rows,
    own_version,
    pickled_result,
    prove_rows,
)  # fmt: skip
from news_dataset.engine.rows import full_types, narrow_types
from news_dataset.engine.session import one_line_errors
from news_dataset.engine.store import SPECIAL, VIEWS, LoadableSource, Store, Unit
from news_dataset.profile import Profile
from news_dataset.rules import quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, Row, SparkSession

T = TypeVar("T")
R = TypeVar("R")

_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.ansi.enforceReservedKeywords": "false",
}
_SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Settings for few rows, where planning a query again after each step, and compiling it, cost more than running it."""

_MANY = 5_000_000  # rows or lines; with fewer, the settings above are used
_LEAST = 50_000  # rows or lines of a task: starting one takes as long as proving a few thousand
_PER_SLOT = 4  # tasks for each core, so that other cores do not wait long for a slow task
_PART = 250_000  # rows of a partition of a table: each query starts a task for each partition


@contextmanager
def spark_store(
    session: SparkSession, profile: Profile, is_of_tables: bool, is_keeping: bool = False, memory: str | None = None
) -> Iterator[SparkStore]:
    """Provide empty tables on a cluster; arguments as for ``Store``, and *memory*, the limit of this process.

    Raises:
        SetupError: Spark fails, or its executors lack a package or a file.
    """
    salt = secrets.token_hex(8)
    with connected(memory, salt=salt) as database:
        store = SparkStore(session, DuckDBStore(database, profile, is_of_tables, is_keeping), salt)
        try:
            with one_line_errors():
                yield store
        finally:
            store.unpersist()


class SparkStore(Store):
    """The narrow tables of one dataset as views of a Spark session.

    Args:
        session: the session, which keeps its views and settings.
        local: empty tables in this process, which hold rows that were added until the next query.
        salt: the salt of the keys in them.
    """

    def __init__(self, session: SparkSession, local: DuckDBStore, salt: str) -> None:
        super().__init__(local.profile, local.is_of_tables, local.is_keeping)
        self._session, self.local, self._salt = session.newSession(), local, salt
        for name, value in _SETTINGS.items():
            self._session.conf.set(name, value)
        self._types = {table: _schema(narrow_types(model)) for table, model in self.models.items()}
        if self.is_keeping:
            self._types |= {f"full_{table}": _schema(full_types(model)) for table, model in self.models.items()}
        for name, declaration in SPECIAL.items():
            self._types[name] = _schema(dict(column.split() for column in declaration.split(", ")))
        self._waiting: set[str] = set()
        self._has_few = True
        self._frames: list[DataFrame] = []
        for name, schema in self._types.items():
            nulls = ", ".join(f"CAST(NULL AS {part.dataType.simpleString()}) AS {quoted(part.name)}" for part in schema)
            self._session.sql(f"SELECT {nulls} WHERE false").createOrReplaceTempView(name)
        for name, query in VIEWS.items():
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {query}")

    @property
    def _slots(self) -> int:
        """How many tasks can run at the same time on the executors that have started."""
        return self._session.sparkContext.defaultParallelism

    def load(self, source: LoadableSource) -> None:
        """Add all rows of a source: the executors prove them, and Spark keeps them."""
        tasks = source.tasks(self.parallel_map)
        total, groups = sum(weight for weight, _ in tasks), _group_by_weight(tasks, self._slots * _PER_SLOT)
        self._has_few = total < _MANY
        partitions = {"spark.sql.shuffle.partitions": str(2 * self._slots)}
        for name, value in (partitions | (_SMALL if self._has_few else {})).items():
            self._session.conf.set(name, value)
        prove = partial(prove_rows, source.picklable(), self._salt, self.is_keeping)
        sent = self._cache(self._map_items(prove, groups, "tbl string, n bigint, data binary"))
        counts = {row[0]: row[1] for row in sent.groupBy("tbl").sum("n").collect()}
        if ERROR in counts:
            decode_result(sent.where(sent.tbl == ERROR).collect()[0].data)  # which raises it
        for table, count in counts.items():
            own = sent.where(sent.tbl == table).select("data").coalesce(-(-count // _PART))
            self._add(table, self._cache(own.mapInArrow(decode_rows, self._types[table])))
        self.filled |= counts.keys() & self.models.keys()
        source.report_progress(total, total)

    def parallel_map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the result of a function for each item, in order; the function runs on the executors."""
        waiting = iter(items)
        while group := list(islice(waiting, self._slots * _PER_SLOT)):
            yield from self.results(self._map_items(partial(pickled_result, function), group, "data binary"))

    def results(self, frame: DataFrame) -> Iterator[Any]:
        """Yield the results of ``encode_result`` in a frame; raise the first that is an error."""
        for row in frame.collect():
            yield decode_result(row.data)

    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that their model has validated; they go to Spark before the next query."""
        self.local.add_rows(table, values)
        self._waiting |= {table, f"full_{table}"} if self.is_keeping else {table}

    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to a table of ``SPECIAL``; they go to Spark before the next query."""
        self.local.fill(name, values, keyed)
        self._waiting |= {name} if values else set()

    def query(self, query: str) -> DataFrame:
        """Return the rows of a query, once all rows that wait here have gone to Spark."""
        for name in sorted(self._waiting):
            rows = self.local.database.sql(f"FROM {name}").to_arrow_table()
            self.local.delete(name, "true")
            self._add(name, self._session.createDataFrame(rows, self._types[name]))
        self._waiting.clear()
        return self._session.sql(query)

    def scalar(self, query: str) -> Any:
        """Return the first value of the first row of a query; None if there is no row."""
        rows = self.query(query).collect()
        return rows[0][0] if rows else None

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        yield from map(tuple, self._rows(self.query(query)))

    def stream_all(self, queries: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of several queries, run as one: it takes long to start a query."""
        yield from self.stream(" UNION ALL ".join(f"({query})" for query in queries)) if queries else ()

    def units(self, query: str, most: int | None) -> Iterator[Unit]:
        """Yield the units of a check: first groups, then *most* of those at fault, then how many others are."""
        units = self.query(query)
        faults: dict[bool, int] = {}
        for skipped, is_warning, is_broken, count in units.groupBy("skipped", "is_warning", "broken").count().collect():
            if is_broken and skipped is None:
                faults[is_warning] = count
            else:
                yield skipped, is_warning, bool(is_broken), None, count
        if faults and most != 0:
            at_fault = units.where("broken AND skipped IS NULL").orderBy("tbl", "pos", "col")
            for row in at_fault.limit(most).collect() if most else self._rows(at_fault):
                faults[row.is_warning] -= 1
                yield None, row.is_warning, True, row.asDict(), 1
        for is_warning, count in faults.items():
            if count:
                yield None, is_warning, True, None, count

    def define(self, name: str, query: str) -> None:
        """Create a table from a query; its rows go through this process, so that no lost executor loses them."""
        rows = self.query(query)
        self._session.createDataFrame(rows.toArrow(), rows.schema).createOrReplaceTempView(name)

    def insert(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""
        self._add(name, self._cache(self.query(query)))

    def delete(self, table: str, condition: str) -> None:
        """Delete the rows of a table that meet a condition, which is never null."""
        self._cache(self.query(f"SELECT * FROM {table} WHERE NOT ({condition})")).createOrReplaceTempView(table)

    def rekey(self, table: str, key: str, repeated: str) -> None:
        """Give rows of a table another key; arguments as for ``Store.rekey``."""
        new = f"CASE WHEN r.id IS NULL THEN {table}.me ELSE {key} END AS me"
        columns = [new if name == "me" else f"{table}.{quoted(name)}" for name in self._types[table].names]
        query = f"SELECT {', '.join(columns)} FROM {table} LEFT JOIN repeated r ON {repeated}"
        self._cache(self.query(query)).createOrReplaceTempView(table)

    def unpersist(self) -> None:
        """Remove the rows from Spark's cache."""
        for frame in self._frames:
            frame.unpersist()

    def _rows(self, frame: DataFrame) -> Iterable[Row]:
        return frame.collect() if self._has_few else frame.toLocalIterator(prefetchPartitions=True)

    def _add(self, name: str, frame: DataFrame) -> None:
        self._session.table(name).union(frame).createOrReplaceTempView(name)

    def _cache(self, frame: DataFrame) -> DataFrame:
        """Return a frame whose rows are computed once, when they are first needed."""
        from pyspark import StorageLevel

        # The RDD ends the plan here. Spark does not always notice that it has the rows of a plan, and would then make
        # them again from the files for each query. If an executor is lost, only its own rows are made again.
        java: Any = self._session
        rows = java._jsparkSession.createDataFrame(frame._jdf.toJavaRDD(), frame._jdf.schema())
        self._frames.append(type(frame)(rows, self._session).persist(StorageLevel.MEMORY_AND_DISK))
        return self._frames[-1]

    def _map_items(self, function: Callable[[T], Batches], items: Sequence[T], schema: str) -> DataFrame:
        """Return the rows that a function yields for items, each of which is a task of its own.

        Args:
            function: the function, which yields Arrow batches.
            items: its arguments.
            schema: the columns that it yields, as Spark writes them.
        """
        numbers = self._session.range(0, len(items), 1, max(len(items), 1))
        return numbers.mapInArrow(partial(call_by_number, own_version(), function, items), schema)


def _group_by_weight(tasks: Sequence[tuple[int, T]], most: int) -> list[list[T]]:
    """Return tasks, which come after their weights, in about *most* groups of similar weight, in order."""
    share = max(sum(weight for weight, _ in tasks) / most, _LEAST)
    groups: list[list[T]] = []
    filled = share
    for weight, task in tasks:
        if filled + weight > share:
            groups.append([])
            filled = 0
        groups[-1].append(task)
        filled += weight
    return groups


def _schema(types: Mapping[str, str]) -> Any:
    """Return columns, given as name → SQL type, as a ``StructType``."""
    from pyspark.sql import types as spark

    kinds = {
        "BIGINT": spark.LongType(), "INTEGER": spark.IntegerType(), "TINYINT": spark.ByteType(),
        "BOOLEAN": spark.BooleanType(), "DOUBLE": spark.DoubleType(), "VARCHAR": spark.StringType(),
        "DATE": spark.DateType(),
    }  # fmt: skip
    return spark.StructType([spark.StructField(name, kinds[kind]) for name, kind in types.items()])
