"""The sizes of pages: those that Arrow and other programs write, and footers that claim less."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from news_dataset.errors import IntegrityError
from news_dataset.parquet import ParquetFile
from news_dataset.parquet_pages import PageError, has_sound_statistics, uncompressed_size
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


# Footers on which Arrow ends the process, so they are read in another one.

LIES: dict[str, tuple[bytes, bytes, str]] = {
    # Arrow writes counts of levels only in newer releases; without them there is nothing to contradict.
    "no values are missing, and levels of such": (b"\x25\x02\x18\x04text", b"\x25\x00\x18\x04text", "damaged|2 rows"),
    "numbers in a column of texts": (b"\x15\x0c\x19", b"\x15\x02\x19", "2 rows"),
    "a minimum of three bytes for a number of four": (b"\x04\7\0\0\0", b"\x03\7\0\0", "damaged"),
}
"""What is replaced in the footer, with what, and a pattern of what reading says."""

READ = """
import sys
from pathlib import Path
import pyarrow.compute as pc
from news_dataset.errors import IntegrityError
from news_dataset.parquet import ParquetFile
file = ParquetFile(Path(sys.argv[1]).read_bytes(), "a file")
for read in (
    lambda: file.groups((pc.field("text") == "x") & (pc.field("number") == 7)),
    lambda: file.read(["text", "number"]),
    lambda: [*file.batches(["number", "text"])],
):
    try:
        found = read()
        print(found if found is None else f"{len(found)} rows")
    except IntegrityError as error:
        print(error)
"""


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_footer_that_lies_does_not_end_the_process(lie: tuple[bytes, bytes, str], tmp_path: Path) -> None:
    """It is damage, or its statistics are not used."""
    old, new, said = lie
    sink = pa.BufferOutputStream()
    rows = pa.table({"text": ["x", "y"], "number": pa.array([7, 8], pa.int32())})
    pq.write_table(rows, sink, use_dictionary=False, compression="none", store_schema=False)
    data = sink.getvalue().to_pybytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer = data[-8 - length : -8].replace(old, new)
    assert footer != data[-8 - length : -8]
    (tmp_path / "a").write_bytes(data[: -8 - length] + footer + len(footer).to_bytes(4, "little") + data[-4:])
    done = subprocess.run([sys.executable, "-c", READ, tmp_path / "a"], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(said, done.stdout), done.stdout


def test_statistics_of_sound_files_are_used(tmp_path: Path) -> None:
    """Of the release, and of DuckDB and Polars."""
    rows = "SELECT range AS a, 'x' AS b, 1.5::DOUBLE AS c FROM range(9)"
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'duckdb'}' (FORMAT parquet)")
    pl.DataFrame({"a": range(ROWS), "b": ["x"] * ROWS, "c": [True] * ROWS}).write_parquet(tmp_path / "polars")
    paths = [*(ROOT / "data" / "published").rglob("*.parquet"), tmp_path / "duckdb", tmp_path / "polars"]

    assert [path.name for path in paths if not has_sound_statistics(pa.BufferReader(path.read_bytes()))] == []
