"""Tables of any size without reading them whole: as a Polars query, or batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset import frames, manifest
from news_dataset.curated import Curated
from news_dataset.errors import IntegrityError, UsageError
from news_dataset.names import known
from news_dataset.released import Release
from news_dataset.scale.stored import Tables

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

Opened = Release | Curated | Tables


def scan(store: Opened, table: str, *, hashed: bool) -> pl.LazyFrame:
    """Return a table as a query; arguments and errors as ``Dataset.scan``."""
    polars = frames.polars()
    known(table, store.tables, "table")
    if isinstance(store, Curated):
        return frames.to_polars(store.table(table)).lazy()
    sources = _sources(store, table, hashed)
    whole = [one if isinstance(one, Path) else BytesIO(one) for one in sources]
    query: pl.LazyFrame = polars.scan_parquet(whole, hive_partitioning=False, glob=False)
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
    fragments = [_fragment(source) for source in _sources(store, table, hashed)]
    names = fragments[0].physical_schema.names
    wanted, tested = frames.chosen(columns, names, table), [] if filters is None else frames.columns_of(filters)
    for column in tested or ():
        known(column, names, f"column in {table}:")
    is_all = filters is None or (isinstance(filters, list) and not filters)
    condition = None if is_all else frames.condition(filters)
    return _read([_scanner(one, wanted, condition, batch_size) for one in fragments], fragments, table)


def _read(scanners: Sequence[Any], fragments: Sequence[Any], table: str) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for scanner, fragment in zip(scanners, fragments, strict=True):
        try:
            yield from (batch for batch in scanner.to_batches() if len(batch))
        except (pa.ArrowException, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise IntegrityError(f"{fragment.path or table} cannot be read: {reason}") from error


def _sources(store: Release | Tables, table: str, hashed: bool) -> list[Path | bytes]:
    """Return the files of a table: small ones of a release, and on request all, after they were hashed."""
    if isinstance(store, Tables):
        if hashed:
            raise UsageError(f"{store.folder} has no manifest that its files could be compared with")
        return [*store.files(table)]
    file = store.manifest.files.get(f"{table}.parquet")
    is_large = file is not None and file.bytes > manifest.SMALL
    return [store.path(table) if is_large and not hashed else store.hashed(table)]


def _fragment(source: Path | bytes) -> Any:
    """Return a file as what Arrow scans."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    options = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    form = ds.ParquetFileFormat(default_fragment_scan_options=options)
    try:
        if isinstance(source, bytes):
            fragment = form.make_fragment(pa.BufferReader(source))
        else:
            fragment = form.make_fragment(str(source), pa.fs.LocalFileSystem())
        fragment.ensure_complete_metadata()
    except (pa.ArrowException, OSError) as error:
        name = source if isinstance(source, Path) else "a table"
        raise IntegrityError(f"{name} is not a Parquet file") from error
    return fragment


def _scanner(fragment: Any, columns: Sequence[str], condition: Any, batch_size: int) -> Any:
    """Return what reads a file, no more than two row groups ahead.

    Raises:
        ValueError: the condition does not fit the columns.
    """
    import pyarrow as pa

    try:
        return fragment.scanner(
            columns=list(columns), filter=condition, batch_size=batch_size, batch_readahead=1, fragment_readahead=1
        )
    except (pa.ArrowException, KeyError) as error:
        raise frames.not_understood(error) from error
