"""The tables on a Spark cluster: rows are proven by its executors as in this process, and the same queries run there.

The executors read the files themselves, through the same gate as this process; a place is the number of a row or line,
as it is here. Rows are in Spark's cache alone; those of an executor that is lost are made again.
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
from news_dataset.engine.executor import ERROR, Batches, decoded, each, own_version, pickled, proven, received
from news_dataset.engine.rows import full_types, narrow_types
from news_dataset.engine.session import told
from news_dataset.engine.store import SPECIAL, VIEWS, Loaded, Store, Unit
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
"""Settings for few rows: planning a query again after each step, and compiling it, takes longer than running it."""

_MANY = 5_000_000  # rows or lines; for fewer there are the settings above
_LEAST = 50_000  # rows or lines of a task: starting one takes as long as proving a few thousand
_PER_SLOT = 4  # tasks for each core, so that other cores do not wait long for a slow task
_PART = 250_000  # rows of a partition of a table: each query starts a task for each partition


@contextmanager
def spark_store(
    session: SparkSession, profile: Profile, is_of_tables: bool, is_keeping: bool = False, memory: str | None = None
) -> Iterator[SparkStore]:
    """Provide empty tables on a cluster; arguments as ``Store``, *memory* is for what this process keeps.

    Raises:
        SetupError: Spark fails, or its executors lack something.
    """
    salt = secrets.token_hex(8)
    with connected(memory, salt=salt) as database:
        store = SparkStore(session, DuckDBStore(database, profile, is_of_tables, is_keeping), salt)
        try:
            with told():
                yield store
        finally:
            store.forget()


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
        said = {name: dict(one.split() for one in columns.split(", ")) for name, columns in SPECIAL.items()}
        self._types |= {name: _schema(columns) for name, columns in said.items()}
        self._waiting: set[str] = set()
        self._has_few = True
        self._cached: list[DataFrame] = []
        for name, schema in self._types.items():
            nulls = ", ".join(f"CAST(NULL AS {one.dataType.simpleString()}) AS {quoted(one.name)}" for one in schema)
            self._session.sql(f"SELECT {nulls} WHERE false").createOrReplaceTempView(name)
        for name, query in VIEWS.items():
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {query}")

    @property
    def _slots(self) -> int:
        """How many tasks run at the same time, as far as executors have come up."""
        return self._session.sparkContext.defaultParallelism

    def load(self, source: Loaded) -> None:
        """Add all rows of a source: the executors prove them, and Spark keeps them."""
        tasks = source.tasks(self.spread)
        total, groups = sum(weight for weight, _ in tasks), _grouped(tasks, self._slots * _PER_SLOT)
        self._has_few = total < _MANY
        partitions = {"spark.sql.shuffle.partitions": str(2 * self._slots)}
        for name, value in (partitions | (_SMALL if self._has_few else {})).items():
            self._session.conf.set(name, value)
        prove = partial(proven, source.portable(), self._salt, self.is_keeping)
        found = self._kept(self._mapped(prove, groups, "tbl string, n bigint, data binary"))
        counts = {row[0]: row[1] for row in found.groupBy("tbl").sum("n").collect()}
        if ERROR in counts:
            received(found.where(found.tbl == ERROR).collect()[0].data)
        for table, count in counts.items():
            own = found.where(found.tbl == table).select("data").coalesce(-(-count // _PART))
            self._add(table, self._kept(own.mapInArrow(decoded, self._types[table])))
        self.filled |= counts.keys() & self.models.keys()
        source.report(total, total)

    def spread(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the result of a function for each item; it runs on the executors."""
        waiting = iter(items)
        while some := list(islice(waiting, self._slots * _PER_SLOT)):
            yield from self.results(self._mapped(partial(pickled, function), some, "data binary"))

    def results(self, frame: DataFrame) -> Iterator[Any]:
        """Yield the results that executors sent by ``message``; raise one that is an error."""
        for row in frame.collect():
            yield received(row.data)

    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that their model has judged."""
        self.local.add_rows(table, values)
        self._waiting |= {table, f"full_{table}"} if self.is_keeping else {table}

    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to a table of ``SPECIAL``."""
        self.local.fill(name, values, keyed)
        self._waiting |= {name} if values else set()

    def query(self, query: str) -> DataFrame:
        """Return the rows of a query over all that were added."""
        for name in sorted(self._waiting):
            rows = self.local.database.sql(f"FROM {name}").to_arrow_table()
            self.local.delete(name, "true")
            self._add(name, self._session.createDataFrame(rows, self._types[name]))
        self._waiting.clear()
        return self._session.sql(query)

    def one(self, query: str) -> Any:
        """Return the single value of a query."""
        found = self.query(query).collect()
        return found[0][0] if found else None

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        yield from map(tuple, self._rows(self.query(query)))

    def several(self, queries: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of several queries, run as one: each would take its time to start."""
        yield from self.stream(" UNION ALL ".join(f"({query})" for query in queries)) if queries else ()

    def units(self, query: str, most: int | None) -> Iterator[Unit]:
        """Yield the units of a check: first in groups, then those at fault."""
        units = self.query(query)
        faults: dict[bool, int] = {}
        for skipped, is_warning, is_broken, count in units.groupBy("skipped", "is_warning", "broken").count().collect():
            if is_broken and skipped is None:
                faults[is_warning] = count
            else:
                yield skipped, is_warning, bool(is_broken), None, count
        if faults and most != 0:
            found = units.where("broken AND skipped IS NULL").orderBy("tbl", "pos", "col")
            for row in found.limit(most).collect() if most else self._rows(found):
                faults[row.is_warning] -= 1
                yield None, row.is_warning, True, row.asDict(), 1
        for is_warning, count in faults.items():
            if count:
                yield None, is_warning, True, None, count

    def define(self, name: str, query: str) -> None:
        """Create a table from a query; its rows go through this process, so that no lost executor takes them along."""
        found = self.query(query)
        self._session.createDataFrame(found.toArrow(), found.schema).createOrReplaceTempView(name)

    def insert(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""
        self._add(name, self._kept(self.query(query)))

    def delete(self, table: str, condition: str) -> None:
        """Delete the rows of a table that meet a condition."""
        self._kept(self.query(f"SELECT * FROM {table} WHERE NOT ({condition})")).createOrReplaceTempView(table)

    def rekey(self, table: str, key: str, repeated: str) -> None:
        """Give rows of a table another key, where a row ``r`` of ``repeated`` meets a condition."""
        new = f"CASE WHEN r.id IS NULL THEN {table}.me ELSE {key} END AS me"
        names = [new if one == "me" else f"{table}.{quoted(one)}" for one in self._types[table].names]
        found = f"SELECT {', '.join(names)} FROM {table} LEFT JOIN repeated r ON {repeated}"
        self._kept(self.query(found)).createOrReplaceTempView(table)

    def forget(self) -> None:
        """Remove the rows from Spark's cache."""
        for frame in self._cached:
            frame.unpersist()

    def _rows(self, frame: DataFrame) -> Iterable[Row]:
        return frame.collect() if self._has_few else frame.toLocalIterator(prefetchPartitions=True)

    def _add(self, name: str, frame: DataFrame) -> None:
        self._session.table(name).union(frame).createOrReplaceTempView(name)

    def _kept(self, frame: DataFrame) -> DataFrame:
        from pyspark import StorageLevel

        # The RDD ends the plan here. Spark does not always notice that it has the rows of a plan, and would then make
        # them again from the files for each query. If an executor is lost, only its own rows are made again.
        java: Any = self._session
        rows = java._jsparkSession.createDataFrame(frame._jdf.toJavaRDD(), frame._jdf.schema())
        self._cached.append(type(frame)(rows, self._session).persist(StorageLevel.MEMORY_AND_DISK))
        return self._cached[-1]

    def _mapped(self, function: Callable[[T], Batches], items: Sequence[T], schema: str) -> DataFrame:
        """Return the rows of a function that is called for each item, in a task of its own."""
        numbers = self._session.range(0, len(items), 1, max(len(items), 1))
        return numbers.mapInArrow(partial(each, own_version(), function, items), schema)


def _grouped(tasks: Sequence[tuple[int, T]], most: int) -> list[list[T]]:
    """Return about *most* groups of tasks, of about the same weight and in order."""
    share = max(sum(weight for weight, _ in tasks) / most, _LEAST)
    groups: list[list[T]] = []
    heavy = share
    for weight, task in tasks:
        if heavy + weight > share:
            groups.append([])
            heavy = 0
        groups[-1].append(task)
        heavy += weight
    return groups


def _schema(types: Mapping[str, str]) -> Any:
    """Return columns as Spark declares them."""
    from pyspark.sql import types as spark

    kinds = {
        "BIGINT": spark.LongType(), "INTEGER": spark.IntegerType(), "TINYINT": spark.ByteType(),
        "BOOLEAN": spark.BooleanType(), "DOUBLE": spark.DoubleType(), "VARCHAR": spark.StringType(),
        "DATE": spark.DateType(),
    }  # fmt: skip
    return spark.StructType([spark.StructField(name, kinds[kind]) for name, kind in types.items()])
