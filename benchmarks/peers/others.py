"""Peers that validate the table of statements without Polars: pandera for pandas, DuckDB, frictionless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.facts import Column, Found, Rule, read

if TYPE_CHECKING:
    import pandas as pd


def pandera(path: Path, facts: Path, references: bool = False) -> Found:
    """A schema of pandera for pandas, every failure collected."""
    import pandas as pd
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    table = read(facts)["statements"]
    frame = pd.read_parquet(path / "statements.parquet")
    columns = {
        column.name: pa.Column(
            checks=list(_pandera_checks(path, column, references)),
            nullable=not column.is_needed,
            unique=[column.name] == list(table.key),
            report_duplicates="all",
        )
        for column in table.columns
    }
    checks = [pa.Check(lambda rows, rule=rule: _present_iff(rows, rule)) for rule in table.rules]
    try:
        pa.DataFrameSchema(columns, checks=checks).validate(frame, lazy=True)
    except SchemaErrors as errors:
        return Found.of(len(frame), table.name, set(errors.failure_cases["index"].dropna()))
    return Found.of(len(frame), table.name, ())


def duckdb(path: Path, facts: Path, references: bool = False) -> Found:
    """One query of SQL; its regular expressions are those of RE2."""
    import duckdb as db

    table = read(facts)["statements"]
    source = f"read_parquet('{path / 'statements.parquet'}', file_row_number = true)"
    rules = [rule for column in table.columns for rule in _sql(column)]
    rules += [_sql_present_iff(rule) for rule in table.rules]
    if references:
        rules += [_sql_refers(path, column) for column in table.references]
    twice = f"{table.key[0]} in (select {table.key[0]} from {source} group by 1 having count(*) > 1)"
    wrong = " or ".join([*(f"not coalesce({rule}, true)" for rule in rules), twice])
    with db.connect() as base:
        rows = base.execute(f"select file_row_number from {source} where {wrong}").fetchall()
        (count,) = base.execute(f"select count(*) from {source}").fetchall()[0]
    return Found.of(count, table.name, (row for (row,) in rows))


def frictionless(path: Path, facts: Path) -> Found:
    """A resource and its table schema."""
    from frictionless import Resource, Schema

    table = read(facts)["statements"]
    fields = []
    for column in table.columns:
        limits = {"pattern": column.pattern, "maxLength": column.most, "enum": list(column.codes)}
        constraints = {name: value for name, value in limits.items() if value}
        constraints |= {"required": column.is_needed, "unique": column.name in table.key}
        fields.append({"name": column.name, "type": "string", "constraints": constraints})
    resource = Resource(
        path="statements.parquet", basepath=str(path), schema=Schema.from_descriptor({"fields": fields})
    )
    report = resource.validate(limit_errors=1_000_000)
    task = report.tasks[0]
    if any(not hasattr(error, "row_number") for error in task.errors):
        raise RuntimeError(f"frictionless could not read the file: {task.errors[0].message}")
    rows = {error.row_number - 2 for error in task.errors}  # it counts a row of headers
    return Found.of(int(task.stats["rows"]), table.name, rows)


def _pandera_checks(path: Path, column: Column, references: bool) -> Iterator[Any]:
    import pandas as pd
    import pandera.pandas as pa

    if column.pattern:
        yield pa.Check.str_matches(column.pattern)
    if column.most is not None:
        yield pa.Check.str_length(max_value=column.most)
    if column.codes:
        yield pa.Check.isin(list(column.codes))
    if column.parents and references:
        yield pa.Check.isin(pd.read_parquet(path / f"{column.parents}.parquet", columns=["id"])["id"].dropna())


def _present_iff(rows: pd.DataFrame, rule: Rule) -> pd.Series[bool]:
    found: pd.Series[bool] = rows[rule.about["field"]].notna() == rows[rule.about["when"]].isin(rule.about["among"])
    return found


def _sql(column: Column) -> Iterator[str]:
    if column.is_needed:
        yield f"{column.name} is not null"
    if column.pattern:
        pattern = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", column.pattern)  # as RE2 writes it
        yield f"regexp_matches({column.name}, {_quoted(pattern)})"
    if column.most is not None:
        yield f"length({column.name}) <= {column.most}"
    if column.codes:
        yield f"{column.name} in ({', '.join(map(_quoted, column.codes))})"


def _sql_refers(path: Path, column: Column) -> str:
    ids = f"select id from read_parquet('{path / column.parents}.parquet') where id is not null"
    return f"({column.name} is null or {column.name} in ({ids}))"


def _sql_present_iff(rule: Rule) -> str:
    among = ", ".join(map(_quoted, rule.about["among"]))
    return f"({rule.about['field']} is not null) = coalesce({rule.about['when']} in ({among}), false)"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
