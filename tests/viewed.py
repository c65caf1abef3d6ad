"""A small invented dataset as tables, and the rows of its views as DuckDB and SQLite give them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import pyarrow as pa

from news_dataset.exporters.rows import plain_rows
from news_dataset.query import Source, run
from news_dataset.rules import quoted
from news_dataset.tabular import tables, to_arrow
from news_dataset.views import definitions, views

Rows = list[dict[str, Any]]
DAY = dt.date

STATEMENT = "statement/a/01"
_FILLED: dict[str, dict[str, Any]] = {
    "articles": {"id": "article/a", "headline": "H", "status": "reviewed"},
    "statements": {"id": STATEMENT, "article": "article/a", "kind": "indirect", "claim_type": "fact", "gist": "g",
                   "certainty": "certain", "polarity": "positive"},
    "assessments": {"target": STATEMENT, "aspect": "veracity", "verdict": "supported", "finding": "f"},
    "events": {"type": "OTHER", "title": "t"},
    "statement_participants": {"statement": STATEMENT, "role": "speaker", "ordinal": 1},
    "statement_events": {"statement": STATEMENT, "ordinal": 1, "realis": "occurred"},
    "citations": {"ordinal": 1, "stance": "supports", "says": "so"},
    "offices": {"person": "person/m", "ordinal": 1},
    "entities": {"type": "person"}, "places": {}, "sources": {"kind": "news"},
}  # fmt: skip


def dataset(**rows: Rows) -> dict[str, pa.Table]:
    """Return all tables with some rows, in which what is not said is as usual or null.

    Where nothing is said there are one article and one statement.
    """
    usual_rows: dict[str, Rows] = {"articles": [{}], "statements": [{}]}
    rows = usual_rows | rows
    found = {}
    for name, table in tables().items():
        usual = dict.fromkeys((field.name for field in table.fields), None) | _FILLED.get(name, {})
        found[name] = to_arrow(table, [usual | row for row in rows.get(name, [])])
    return found


def by_duckdb(given: Mapping[str, pa.Table], view: str) -> Rows:
    """Return the rows of a view that DuckDB works out."""

    def source(name: str) -> Source:
        return lambda: given.get(name)

    return list(plain_rows(run(f"select * from {view}", {name: source(name) for name in [*given, *views()]})))


def by_sqlite(given: Mapping[str, pa.Table], view: str) -> Rows:
    """Return the rows of a view that SQLite works out, a truth value as such."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.row_factory = sqlite3.Row
        for name, table in given.items():
            base.execute(f"CREATE TABLE {quoted(name)} ({', '.join(map(quoted, table.column_names))})")
            marks = ", ".join("?" * table.num_columns)
            values = (tuple(row.values()) for row in plain_rows(table))
            base.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", values)
        for command in definitions():
            base.execute(command)
        found = [dict(row) for row in base.execute(f"SELECT * FROM {view}")]
    flags = [field.name for field in views()[view].fields if field.kind == "bool"]
    return [row | {flag: None if row[flag] is None else bool(row[flag]) for flag in flags} for row in found]


ENGINES: dict[str, Callable[[Mapping[str, pa.Table], str], Rows]] = {"duckdb": by_duckdb, "sqlite": by_sqlite}
