"""A table in a Parquet file that grows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.tabular import arrow_schema, tables

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 125_000
"""The rows of a row group."""


class Sheet:
    """A table in a Parquet file that grows; all its row groups but the last are of the same size.

    Args:
        path: the file.
        name: the table.
        about: what stands in its metadata beside the table's own; None for the version of the schemas alone.
        schema: its columns, where they are not exactly those of the table.
    """

    def __init__(
        self, path: Path, name: str, about: Mapping[str, str] | None = None, schema: pa.Schema | None = None
    ) -> None:
        import pyarrow.parquet as pq

        self.path, self.name, self.about = path, name, about
        self._schema = schema or arrow_schema(tables()[name], about or {"schema_version": SCHEMA_VERSION})
        codes = [field.name for field in tables()[name].fields if field.kind == "code"]
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="zstd", use_dictionary=codes, write_page_checksum=True
        )
        self._waiting: list[pa.Table] = []
        self.rows = 0

    def __enter__(self) -> Sheet:
        """Return the object."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and the end of the file."""
        self.close()

    def add(self, rows: pa.Table) -> None:
        """Append rows."""
        self._waiting.append(rows.cast(self._schema))
        self.rows += len(rows)
        self._flush(ROWS)

    def close(self) -> None:
        """Write what waits, and the end of the file."""
        self._flush(1)
        self._writer.close()

    def _flush(self, least: int) -> None:
        import pyarrow as pa

        if sum(map(len, self._waiting)) < least:
            return
        waiting = pa.concat_tables(self._waiting).unify_dictionaries()
        while len(waiting) >= least:
            self._writer.write_table(waiting.slice(0, ROWS), row_group_size=ROWS)
            waiting = waiting.slice(ROWS)
        self._waiting = [waiting]
