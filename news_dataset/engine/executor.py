"""Functions that the executors of a Spark cluster run, from Arrow batches to Arrow batches."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from news_dataset.engine.database import connected
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.store import LoadableSource
from news_dataset.errors import NewsDatasetError, SetupError
from news_dataset.files import ReadError

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
R = TypeVar("R")
Batches = Iterator["pa.RecordBatch"]

MEMORY = "1GB"
"""How much memory a task may take for rows, in addition to Python itself."""

ERROR = "!"
"""The name in place of a table's where an error is sent instead of rows."""

_ROWS = 100_000  # rows of a batch that is sent back


def own_version() -> str:
    """Return the version of this package in this process."""
    from news_dataset import __version__

    return __version__


def call_by_number(version: str, function: Callable[[T], Batches], items: Sequence[T], batches: Batches) -> Batches:
    """Yield the batches of a function for items, on an executor.

    Args:
        version: the version of this package in the process that sends the items.
        function: the function, which is called with one item.
        items: all items, of which each executor gets a copy.
        batches: the numbers of the items that are wanted here, in the first column.

    Raises:
        ImportError: the executor has another version of this package.
    """
    if version != own_version():
        raise ImportError(f"the executors have news_dataset {own_version()}, and this process has {version}")
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from function(items[number])


def pickled_result(function: Callable[[T], R], item: T) -> Batches:
    """Yield the pickled result of a function, or the error that it raises, on an executor."""
    result: Any = None
    try:
        result = function(item)
    except (NewsDatasetError, ReadError, OSError) as error:
        result = as_error(error)
    yield encode_result(result)


def encode_result(result: Any) -> pa.RecordBatch:
    """Return a result as an executor sends it back: pickled, in one row of a column ``data``."""
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([pa.array([pickle.dumps(result)], pa.binary())], ["data"])


def decode_result(data: bytes) -> Any:
    """Return a result of ``encode_result``; raise it if it is an error. The bytes come from our own executors only."""
    result = pickle.loads(data)
    if isinstance(result, Exception):
        raise result
    return result


def prove_rows(source: LoadableSource, salt: str, is_keeping: bool, tasks: Sequence[Any]) -> Batches:
    """Load parts of a source on an executor, and yield the tables that the checks across rows need.

    Loading marks each row that its table's predicate proves valid; ``suspects`` lists the keys of the records that the
    models have to judge again. Each batch yielded has one row: ``tbl`` (the table), ``n`` (a number of its rows) and
    ``data`` (these rows, as an Arrow stream). An error comes as ``tbl`` ``ERROR``, with the pickled error as ``data``.

    Args:
        source: the source.
        salt: what is mixed into the hashes that stand in for ids, the same on every executor.
        is_keeping: whether to yield tables ``full_…`` too, with all columns, as a build needs them.
        tasks: the parts, as ``source.tasks`` returned them.
    """
    import pyarrow as pa

    profile, is_of_tables = source.profile, source.is_of_tables
    try:
        with connected(MEMORY, threads=1, salt=salt) as database:
            store = DuckDBStore(database, profile, is_of_tables, is_keeping)
            for task in tasks:
                source.load(task, store)
            names = [f"{kind}{table}" for table in sorted(store.filled) for kind in ("", "full_")[: 1 + is_keeping]]
            for name in [*names, "suspects"]:
                for batch in database.sql(f"FROM {name}").to_arrow_reader(_ROWS):
                    sink = pa.BufferOutputStream()
                    with pa.ipc.new_stream(sink, batch.schema) as writer:
                        writer.write_batch(batch)
                    yield _rows(name, len(batch), sink.getvalue().to_pybytes())
    except (NewsDatasetError, ReadError, OSError) as error:
        yield _rows(ERROR, 1, pickle.dumps(as_error(error)))


def _rows(name: str, count: int, data: bytes) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array([name]), pa.array([count], pa.int64()), pa.array([data], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, ["tbl", "n", "data"])


def decode_rows(batches: Batches) -> Batches:
    """Yield the rows in the column ``data`` of ``prove_rows``, on an executor."""
    import pyarrow as pa

    for batch in batches:
        data: Any
        for data in batch.column(0):
            yield from pa.ipc.open_stream(data.as_buffer())


def as_error(error: Exception) -> NewsDatasetError:
    """Return an error that occurred on an executor as one of this package."""
    if isinstance(error, NewsDatasetError):
        return error
    file = getattr(error.__cause__ or error, "filename", None)
    reason = f"{file} {error}" if file and isinstance(error, ReadError) else str(error)
    return SetupError(f"an executor fails: {reason}; all machines need the same files at the same paths")
