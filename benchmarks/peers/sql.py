"""The table of statements judged by DuckDB: one query written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.facts import Column, Rule, read


def by_hand(path: Path, about: Path, out: Path) -> list[int]:
    """Return the rows at fault; regular expressions are those of RE2."""
    import duckdb

    table = read(about)["statements"]
    source = f"read_parquet('{path / 'statements.parquet'}', file_row_number = true)"
    rules = [rule for column in table.columns for rule in _column(column)]
    rules += [_present_iff(rule) for rule in table.rules]
    twice = f"{table.key[0]} in (select {table.key[0]} from {source} group by 1 having count(*) > 1)"
    wrong = " or ".join([*(f"not coalesce({rule}, true)" for rule in rules), twice])
    with duckdb.connect() as base:
        return [row for (row,) in base.execute(f"select file_row_number from {source} where {wrong}").fetchall()]


def _column(column: Column) -> Iterator[str]:
    if column.is_needed:
        yield f"{column.name} is not null"
    if column.pattern:
        pattern = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", column.pattern)  # as RE2 writes it
        yield f"regexp_matches({column.name}, {_quoted(pattern)})"
    if column.most is not None:
        yield f"length({column.name}) <= {column.most}"
    if column.codes:
        yield f"{column.name} in ({', '.join(map(_quoted, column.codes))})"


def _present_iff(rule: Rule) -> str:
    among = ", ".join(map(_quoted, rule.about["among"]))
    return f"({rule.about['field']} is not null) = coalesce({rule.about['when']} in ({among}), false)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
