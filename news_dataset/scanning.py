"""Tables of any size without reading them whole: as a Polars query, or batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

from news_dataset import frames, manifest
from news_dataset.errors import UsageError
from news_dataset.names import known
from news_dataset.parquet import ParquetFile
from news_dataset.released import Release
from news_dataset.stored import Curated, Tables

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Opened = Release | Curated | Tables
Source = Callable[[], AbstractContextManager[ParquetFile]]


def scan(store: Opened, table: str, *, hashed: bool) -> pl.LazyFrame:
    """Return a table as a query; arguments and errors as ``Dataset.scan``."""
    polars = frames.polars()
    known(table, store.tables, "table")
    if isinstance(store, Curated):
        return frames.to_polars(store.table(table)).lazy()
    found: list[Any] = []
    for source in _sources(store, table, hashed):
        with source() as file:  # its columns are checked
            is_small = isinstance(store, Release) and file.size <= manifest.SMALL
            found.append(BytesIO(file.source.read()) if is_small else file.place)
    query: pl.LazyFrame = polars.scan_parquet(found, hive_partitioning=False, glob=False)
    return query


def iter_batches(
    store: Opened, table: str, *, columns: Sequence[str] | None, filters: Any, batch_size: int, hashed: bool
) -> Iterator[pa.RecordBatch]:
    """Return the rows of a table batch by batch; arguments and errors as ``Dataset.iter_batches``."""
    if batch_size < 1:
        raise UsageError(f"batch_size is a number of rows, at least 1, not {batch_size}")
    if isinstance(columns, str):
        raise UsageError(f"columns is a list of names: [{columns!r}]")
    known(table, store.tables, "table")
    if isinstance(store, Curated):
        return iter(frames.read(store, table, columns, filters).to_batches(batch_size))
    sources = _sources(store, table, hashed)
    for number, source in enumerate(sources):  # what is no table, or does not fit, is refused before the first batch
        with source() as file:
            if number == 0:
                schema = file.schema
    wanted, needed, condition = frames.chosen(columns, schema.names, table), [*schema.names], None
    if not (filters is None or (isinstance(filters, list) and not filters)):
        tested = frames.columns_of(filters)
        for column in tested or ():
            known(column, schema.names, f"column in {table}:")
        needed = needed if tested is None else list(dict.fromkeys([*wanted, *tested]))
        condition = frames.condition(filters)
        frames.filtered(schema.empty_table(), condition)
    return _read(store, table, sources, wanted, wanted if condition is None else needed, condition, batch_size)


def _read(
    store: Release | Tables, table: str, sources: Sequence[Source], wanted: list[str], needed: list[str],
    condition: Any, batch_size: int,
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    import pyarrow as pa

    for source in sources:
        with source() as file:
            for batch in file.batches(needed, batch_size, file.groups(condition)):
                store.check(table, batch)
                rows = pa.Table.from_batches([batch])
                if condition is not None:
                    rows = frames.filtered(rows, condition)
                yield from rows.select(wanted).to_batches()


def _sources(store: Release | Tables, table: str, hashed: bool) -> list[Source]:
    """Return what opens each file of a table."""
    if isinstance(store, Tables):
        if hashed:
            raise UsageError(f"{store.folder} has no manifest that its files could be compared with")
        return [partial(store.opened, table, path) for path in store.files(table)]
    return [partial(store.opened, table, hashed=hashed)]
