"""pandas reads a release or a CSV export: ``client.py FOLDER EXPECTED.json``."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, plain, run
from tests.clients.guarded import typed


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table."""
    if (path / f"{table}.parquet").exists():
        return rows_of(pd.read_parquet(path / f"{table}.parquet", dtype_backend="pyarrow"))
    frame = pd.read_csv(path / f"{table}.csv", dtype=str, keep_default_na=False, na_values=[""])
    return typed(path, table, rows_of(frame))


def rows_of(frame: pd.DataFrame) -> Rows:
    """Return the rows of a frame as plain values."""
    rows = frame.astype(object).to_dict("records")
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


run("pandas", read)
