"""Write the tables of a release on a Spark cluster, in parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.engine.database import connected
from news_dataset.engine.executor import MEMORY, as_error, encode_result
from news_dataset.engine.spark import SparkStore
from news_dataset.errors import NewsDatasetError
from news_dataset.filesystem import remove
from news_dataset.manifest import Content
from news_dataset.profile import Profile
from news_dataset.publish.tables import TableWriter, files_of_table, source_of, sum_of_hashes, write_lines, write_table
from news_dataset.rules import quoted
from news_dataset.tabular import hash_of_sum, tables

if TYPE_CHECKING:
    import pyarrow as pa

PART_ROWS = 1_000_000
"""The approximate number of rows in a file; Spark divides the keys by a sample of them."""


def write_parts(store: SparkStore, name: str, folder: Path, about: Mapping[str, str]) -> Content:
    """Write a table as ``<table>/part-<number>.parquet``; return its rows and hash.

    Rows are ordered by key across all files. A table without rows, and the table ``codes``, is one file.

    Args:
        store: the rows.
        name: the table.
        folder: the new release; every machine of the cluster must see it under this path.
        about: metadata of the files beside those of the table.
    """
    table = tables(store.profile)[name]
    if name == "codes":
        return write_table(store.local.database, name, folder / f"{name}.parquet", about, store.profile)
    names = ", ".join(quoted(field.name) for field in table.fields)
    rows = store.query(f"SELECT {names} FROM ({source_of(name)}) rows_of_table")
    parts = -(-rows.count() // PART_ROWS)  # rounded up
    if not parts:
        with TableWriter(folder / f"{name}.parquet", table, about):
            return Content(0, hash_of_sum(0))
    (folder / name).mkdir()
    ordered = rows.repartitionByRange(parts, *table.key).sortWithinPartitions(*table.key)
    write = partial(_write_part, folder / name, name, store.profile, about)
    sums = list(store.results(ordered.mapInArrow(write, "data binary")))
    return Content(sum(count for count, _ in sums), hash_of_sum(sum(total for _, total in sums)))


def write_lines_beside(store: SparkStore, table: str, folder: Path) -> None:
    """Write records as JSON Lines, one file beside each Parquet file of their table."""
    for _ in store.parallel_map(partial(_write_lines, store.profile, table, folder), files_of_table(folder, table)):
        pass


def _write_part(
    folder: Path, name: str, profile: Profile, about: Mapping[str, str], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Write the sorted rows of a part to a file, on an executor.

    Yields one batch, with the number of rows and the sum of their hashes, or with the error; none for an empty part.
    """
    from pyspark import TaskContext

    context, table = TaskContext.get(), tables(profile)[name]
    assert context is not None
    first = next((batch for batch in batches if len(batch)), None)
    if first is None:  # keys may give fewer parts, and some readers refuse an empty file
        return
    path = folder / f"part-{context.partitionId():05}.parquet"
    new = folder / f".{path.name}-{context.taskAttemptId()}"  # another attempt may be writing the same part
    try:
        with connected(MEMORY, threads=1) as database:
            with TableWriter(new, table, about) as writer:
                count_and_sum = sum_of_hashes(database, table, writer.through(chain([first], batches)))
            new.replace(path)
        yield encode_result(count_and_sum)
    except (NewsDatasetError, OSError) as error:
        yield encode_result(as_error(error))
    finally:
        new.unlink(missing_ok=True)


def _write_lines(profile: Profile, table: str, folder: Path, file: Path) -> None:
    """Write the records of one file of a table as JSON Lines, on an executor."""
    path = file.with_suffix(".jsonl")
    remove(path)  # an interrupted attempt may have left it
    with connected(MEMORY, threads=1) as database:
        write_lines(database, profile.by_table[table], folder, path, [file])
