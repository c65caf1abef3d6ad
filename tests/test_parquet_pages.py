"""The sizes of pages: those that Arrow and other programs write, and footers that claim less."""

from __future__ import annotations

import random
import time
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from news_dataset.errors import IntegrityError
from news_dataset.parquet import ParquetFile
from news_dataset.parquet_pages import PageError, uncompressed_size
from tests.conftest import ROOT
from tests.test_parquet import lying

ROWS = 5_000


def is_right(path: Path) -> bool:
    """Return whether the pages of each chunk take what the footer says."""
    about = pq.read_metadata(path)
    with pa.OSFile(str(path)) as source:
        for group in range(about.num_row_groups):
            said = about.row_group(group)
            for at in range(about.num_columns):
                chunk = said.column(at)
                if uncompressed_size(source, chunk, said.num_rows) != chunk.total_uncompressed_size:
                    return False
    return bool(about.num_row_groups)


def test_pages_of_releases() -> None:
    """Tables with and without rows."""
    paths = [*(ROOT / "data" / "published").rglob("*.parquet")]

    assert len(paths) > 20
    assert [path.name for path in paths if not is_right(path)] == []


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip", "brotli", "lz4"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("has_dictionary", [True, False])
def test_pages_of_arrow(compression: str, version: str, has_dictionary: bool, tmp_path: Path) -> None:
    """Many small pages with statistics, nulls, long texts and lists."""
    texts = [random.choice(["x" * random.randint(0, 2_000), None]) for _ in range(ROWS)]
    table = pa.table({"text": texts, "number": range(ROWS), "list": [[1, 2]] * ROWS})
    pq.write_table(
        table, tmp_path / "a", row_group_size=ROWS // 2, data_page_size=2_000, compression=compression,
        data_page_version=version, use_dictionary=has_dictionary, write_page_checksum=True,
    )  # fmt: skip

    assert is_right(tmp_path / "a")


def test_pages_of_other_programs(tmp_path: Path) -> None:
    """DuckDB and Polars."""
    duckdb.sql(
        f"COPY (SELECT range AS a, 'x' || range AS b FROM range(50000)) TO '{tmp_path / 'duckdb'}' (FORMAT parquet)"
    )
    pl.DataFrame({"a": range(ROWS), "b": ["x"] * ROWS}).write_parquet(tmp_path / "polars")

    assert is_right(tmp_path / "duckdb")
    assert is_right(tmp_path / "polars")


@pytest.mark.parametrize("value", [1, 2_000])
def test_a_footer_that_claims_less_buys_no_memory(value: int, tmp_path: Path) -> None:
    """Arrow allocates what the pages say, whatever the footer claims."""
    file = ParquetFile(lying("total_uncompressed_size", value, tmp_path), "a file")
    before = pa.total_allocated_bytes()
    with pytest.raises(IntegrityError, match=rf"a file claims {value:,} bytes for url, and its pages have [\d,]+$"):
        file.read(["url"])
    with pytest.raises(IntegrityError, match="a file claims"):
        list(file.batches(["url"]))

    assert pa.total_allocated_bytes() - before < 2**20


def test_bytes_that_are_no_pages_are_refused_fast(tmp_path: Path) -> None:
    """However long they are."""
    path = tmp_path / "a"
    table = pa.table({"text": [random.randbytes(400).hex() for _ in range(ROWS)]})
    pq.write_table(table, path, compression="none", use_dictionary=False)
    about, data, start = pq.read_metadata(path).row_group(0), bytearray(path.read_bytes()), time.process_time()
    chunk = about.column(0)
    for seed in range(50):
        noise = random.Random(seed)
        data[4 : 4 + 200_000] = noise.choice([noise.randbytes(200_000), bytes([seed]) * 200_000])
        with pytest.raises(PageError):
            uncompressed_size(pa.BufferReader(bytes(data)), chunk, about.num_rows)

    assert time.process_time() - start < 5
