"""SQLite reads an export: ``client.py EXPORT.db EXPECTED.json``."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, run


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table; truth values have no type of their own in SQLite."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        base.row_factory = sqlite3.Row
        rows = [dict(row) for row in base.execute(f'SELECT * FROM "{table}"')]
    return [
        {
            name: bool(value) if name in ("implicit", "approximate", "differs") and value is not None else value
            for name, value in row.items()
        }
        for row in rows
    ]


def also(path: Path) -> Iterator[str]:
    """Check the file, its references, and its search."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        if base.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            yield "the file is damaged"
        for table, row, other, _ in base.execute("PRAGMA foreign_key_check"):
            yield f"row {row} of {table} refers to nothing in {other}"
        for row, gist in base.execute("SELECT rowid, gist FROM statements LIMIT 1").fetchall():
            phrase = '"' + gist.replace('"', '""') + '"'
            found = base.execute("SELECT rowid FROM statements_fts WHERE statements_fts MATCH ?", (phrase,)).fetchall()
            if (row,) not in found:
                yield "the search does not find the first statement by its gist"


run("sqlite3", read, also, views="")
