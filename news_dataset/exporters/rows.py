"""Rows of Arrow tables as plain values, a batch at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from news_dataset.errors import InvalidDataError
from news_dataset.tabular import Table
from news_dataset.tabular import tables as specifications

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000  # rows that are Python objects at once


def specified(names: Iterable[str]) -> list[Table]:
    """Return what is known of the tables with these names: columns, keys, references.

    Raises:
        InvalidDataError: of one nothing is known.
    """
    known, wanted = specifications(), list(names)
    if strange := sorted(set(wanted) - set(known)):
        raise InvalidDataError(f"of the table {strange[0]} nothing is known; only jsonl can take it")
    return [known[name] for name in wanted]


def plain_rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dicts in the order of its columns, days as ISO text, None for null."""
    for batch in table.to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            yield {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}
