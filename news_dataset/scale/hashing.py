"""The content hash of a table of any size: the same as ``tabular.content_hash`` of its rows, column by column."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.manifest import Content
from news_dataset.scale.lines import as_json, write_lines

if TYPE_CHECKING:
    import polars as pl

BATCH = 50_000


def content_of(path: Path) -> Content:
    """Return how many rows a Parquet file has, and the hash of them."""
    import polars as pl
    import pyarrow.parquet as pq

    digest, count = sha256(), 0
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for batch in file.iter_batches(BATCH):
            lines = BytesIO()
            write_lines(row_lines(pl.DataFrame(pl.from_arrow(batch))), lines)
            digest.update(lines.getbuffer())
            count += len(batch)
    return Content(count, digest.hexdigest())


def row_lines(rows: pl.DataFrame) -> pl.Series:
    """Return rows as lines of JSON, every column in its place, null where it has no value."""
    import polars as pl

    pairs: list[pl.Expr] = []
    for number, values in enumerate(rows):
        start = f'{"," if number else "{"}"{values.name}":'
        mark = "" if values.dtype.is_numeric() or values.dtype == pl.Boolean else '"'
        pair = [pl.lit(start + mark), pl.col(values.name), pl.lit(mark)]
        is_whole = not values.null_count()
        pairs += pair if is_whole else [pl.concat_str(pair).fill_null(f"{start}null")]
    return pl.DataFrame([*map(as_json, rows)]).select(line=pl.concat_str(*pairs, pl.lit("}"))).to_series()
