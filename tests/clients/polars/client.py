"""Polars reads a release or a CSV export: ``client.py FOLDER EXPECTED.json``."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, run
from tests.clients.guarded import typed


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table."""
    if (path / f"{table}.parquet").exists():
        return pl.read_parquet(path / f"{table}.parquet").to_dicts()
    frame = pl.read_csv(path / f"{table}.csv", infer_schema=False)
    return typed(path, table, frame.to_dicts())


run("polars", read)
