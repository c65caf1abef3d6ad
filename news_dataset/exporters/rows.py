"""Rows of Arrow tables as plain values, a batch at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000  # rows that are Python objects at once


def plain_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dicts in the order of its columns, days as ISO text, None for null."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            yield {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}
