"""Small tables out of many slices, put by on disk until the questions across tables are asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


class Spill:
    """Tables by name, each in a file of a temporary folder, which goes with the object.

    As Parquet they say which ids each part of them has, so that those of a range are found without reading the others.
    """

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="news-dataset-")
        self._writers: dict[str, Any] = {}
        self._rows: dict[str, int] = {}
        self._last: dict[str, str] = {}
        self._unordered: set[str] = set()

    def __enter__(self) -> Spill:
        """Return the object."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove everything."""
        self._close()
        self._folder.cleanup()

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Append rows to tables; the first rows of a table say what its columns are."""
        import pyarrow.parquet as pq

        for name, table in tables.items():
            if table.num_rows == 0:
                continue
            if name not in self._writers:
                self._writers[name] = pq.ParquetWriter(
                    self._path(name), table.schema, compression="lz4", use_dictionary=False
                )
            self._writers[name].write_table(table)
            self._rows[name] = self._rows.get(name, 0) + table.num_rows
            if "id" in table.column_names and name not in self._unordered:
                self._watch(name, table.column("id"))

    def is_rising(self, name: str) -> bool:
        """Return whether every id of a table comes after the one before it, so that none is there twice."""
        return name not in self._unordered

    def _watch(self, name: str, ids: pa.ChunkedArray) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        whole = ids.combine_chunks()
        whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
        rises = pc.all(pc.greater(whole.slice(1), whole.slice(0, len(whole) - 1))).as_py() is not False
        if not rises or whole[0].as_py() <= self._last.get(name, ""):
            self._unordered.add(name)
        self._last[name] = whole[-1].as_py()

    def table(self, name: str) -> pl.LazyFrame | None:
        """Return a table, or None where it has no rows; nothing can be added afterwards."""
        import polars as pl

        self._close()
        return pl.scan_parquet(self._path(name)) if name in self._rows else None

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / f"{name.replace('/', '-')}.parquet"

    def _close(self) -> None:
        while self._writers:
            self._writers.popitem()[1].close()
