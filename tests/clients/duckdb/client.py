"""DuckDB reads a release or a CSV export, and joins its tables: ``client.py FOLDER EXPECTED.json``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, run
from tests.clients.guarded import typed

SAID = """
SELECT count(*), count(DISTINCT s.id), count(e.name), count(a.headline)
FROM {statements} AS s
JOIN {articles} AS a ON a.id = s.article
JOIN {statement_participants} AS p ON p.statement = s.id AND p.role = 'speaker'
LEFT JOIN {entities} AS e ON e.id = p.entity
"""


def source(path: Path, table: str) -> str:
    """Return what to write after FROM."""
    if (path / f"{table}.parquet").exists():
        return f"read_parquet('{path / table}.parquet')"
    return f"read_csv('{path / table}.csv', all_varchar=true, nullstr='', header=true, delim=',', quote='\"')"


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table; from CSV, cast to what the table is after the guard is taken off."""
    found = duckdb.execute(f"SELECT * FROM {source(path, table)}")
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if not (path / f"{table}.csv").exists():
        return rows
    return typed(path, table, rows)


def also(path: Path) -> Iterator[str]:
    """Join statements with articles, speakers and entities, and count the same by hand."""
    names = ("statements", "articles", "statement_participants", "entities")
    joined = duckdb.execute(SAID.format(**{name: source(path, name) for name in names})).fetchall()[0]
    speakers = [row for row in read(path, "statement_participants") if row["role"] == "speaker"]
    named = sum(row["entity"] is not None for row in speakers)
    by_hand = (len(speakers), len({row["statement"] for row in speakers}), named, len(speakers))
    if joined != by_hand:
        yield f"the join gives {joined} instead of {by_hand}"


run("duckdb", read, also)
