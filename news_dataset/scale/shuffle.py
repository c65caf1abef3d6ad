"""Tables whose rows come in any order, divided into portions that are in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.scale.parquet import AT, FILE, TableFiles

if TYPE_CHECKING:
    import polars as pl

PORTION = 4_000_000
"""So many rows of one table are put in order at once."""


def shuffled(sources: Mapping[str, TableFiles], folder: Path) -> Iterator[dict[str, TableFiles]]:
    """Yield portions of all tables: a record with all rows of its children, by the hash of its id.

    Args:
        sources: the files of each table.
        folder: where the portions are put, one after the other.
    """
    import polars as pl

    number = 1 + max((files.rows for files in sources.values()), default=0) // PORTION
    for portion in range(number):
        found = {}
        for name, files in sources.items():
            rows = pl.concat([_placed(path, at) for at, path in enumerate(files.paths)], how="vertical_relaxed")
            chosen = rows.filter(pl.col(files.key).hash(seed=0) % number == portion).sort(files.key, AT)
            path = folder / f"{name}.parquet"
            chosen.sink_parquet(path, row_group_size=125_000)
            found[name] = replace(files, paths=[path], wrong=[], _open={})
        yield found


def _placed(path: Path, number: int) -> pl.LazyFrame:
    """Return the rows of a file with their places."""
    import polars as pl

    rows = pl.scan_parquet(path, row_index_name=AT)
    return rows.with_columns(pl.col(AT).cast(pl.Int64) + (number << FILE))
