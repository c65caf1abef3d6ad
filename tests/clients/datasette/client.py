"""Datasette serves an export: ``client.py EXPORT.db EXPECTED.json``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.expectation import Rows, run


def get(path: Path, address: str) -> Any:
    """Return what Datasette answers, without a server."""
    place = f"/{quote(path.stem)}/{address}"
    command = [sys.executable, "-m", "datasette", str(path), "--get", place, "--setting", "max_returned_rows", "100000"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{place}: {(done.stdout or done.stderr)[:200]}")
    return json.loads(done.stdout)


def read(path: Path, table: str) -> Rows:
    """Return the rows of a table; truth values have no type of their own in SQLite."""
    rows: Rows = get(path, f"{table}.json?_shape=array&_size=max")
    return [
        {
            name: bool(value) if name in ("implicit", "approximate", "differs") and value is not None else value
            for name, value in row.items()
        }
        for row in rows
    ]


def also(path: Path) -> Iterator[str]:
    """Search, and see that references are known."""
    rows = get(path, "statements.json?_shape=array&_size=max")
    for row in rows[:1]:
        words = quote('"' + row["gist"].replace('"', "") + '"')
        if row not in get(path, f"statements.json?_shape=array&_size=max&_search={words}"):
            yield "the search does not find the first statement by its gist"
    if rows and get(path, "statements.json?_shape=array&_search=zzqqzz"):
        yield "the search is not known, so that it finds everything"
    expandable = {pair[0]["column"] for pair in get(path, "statements.json?_size=1")["expandable_columns"]}
    if expandable != {"article", "occasion", "parent"}:
        yield f"the references of statements are {expandable}"


run("datasette", read, also, views="")
