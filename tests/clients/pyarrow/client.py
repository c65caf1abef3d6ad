"""pyarrow reads a release or a CSV export: ``client.py FOLDER EXPECTED.json``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, run
from tests.clients.guarded import typed


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table."""
    if (path / f"{table}.parquet").exists():
        rows: Rows = pq.read_table(path / f"{table}.parquet").to_pylist()
        return rows
    file = path / f"{table}.csv"
    names = file.read_text("utf-8").partition("\n")[0].split(",")
    types = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
    )
    return typed(path, table, pa.csv.read_csv(file, convert_options=types).to_pylist())


def also(path: Path) -> Iterator[str]:
    """See that the Parquet files carry keys and descriptions."""
    for file in sorted(path.glob("*.parquet")):
        schema = pq.read_schema(file)
        if not (schema.metadata or {}).get(b"key"):
            yield f"{file.name} names no key"
        if not all((field.metadata or {}).get(b"description") for field in schema):
            yield f"{file.name} has a column without description"


run("pyarrow", read, also)
