"""Peers that validate tables with Polars: by hand, pandera, dataframely, pointblank; and the limit, reading alone.

Each takes the folder of the tables and the facts; ``references`` says whether it also follows references.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.expressions import of_row, of_table
from benchmarks.peers.facts import Column, Found, Table, read

if TYPE_CHECKING:
    import polars as pl


def read_one(path: Path, facts: Path) -> Found:
    """Read the table of statements, and nothing else."""
    import polars as pl

    return Found(len(pl.read_parquet(path / "statements.parquet")))


def read_all(path: Path, facts: Path) -> Found:
    """Read every table, one after the other; none is kept."""
    import polars as pl

    counts = {name: len(pl.read_parquet(path / f"{name}.parquet")) for name in read(facts)}
    return Found(counts["statements"])


def by_hand(path: Path, facts: Path, references: bool = False) -> Found:
    """One lazy query over the table of statements."""
    table = read(facts)["statements"]
    ids = _Ids(path) if references else None
    return Found.of(_count(path), table.name, _by_hand(path, table, ids))


def by_hand_all(path: Path, facts: Path) -> Found:
    """One lazy query for each table."""
    ids = _Ids(path)
    return Found(_count(path), {name: _by_hand(path, table, ids) for name, table in read(facts).items()})


def pandera(path: Path, facts: Path, references: bool = False) -> Found:
    """A schema of pandera for Polars, every failure collected."""
    table = read(facts)["statements"]
    ids = _Ids(path) if references else None
    return Found.of(_count(path), table.name, _pandera(path, table, ids))


def pandera_all(path: Path, facts: Path) -> Found:
    """A schema of pandera for every table."""
    ids = _Ids(path)
    return Found(_count(path), {name: _pandera(path, table, ids) for name, table in read(facts).items()})


def dataframely(path: Path, facts: Path, references: bool = False) -> Found:
    """A schema of dataframely, which splits a frame into rows that are valid and rows that are not."""
    import dataframely as dy
    import polars as pl

    table = read(facts)["statements"]
    ids = _Ids(path) if references else None
    fields: dict[str, Any] = {"row": dy.UInt32()}
    for column in table.columns:
        more: Any = {"nullable": not column.is_needed, "primary_key": column.name in table.key}
        if column.is_text:
            fields[column.name] = dy.String(
                regex=column.pattern or None, max_length=column.most, check=_checks(column, ids), **more
            )
        else:
            fields[column.name] = dy.Int32(min=column.low, max=column.high, **more)
    names = {column.name for column in table.columns}
    for at, rule in enumerate(table.rules):
        fields[f"rule_{at}"] = dy.rule()(lambda schema, rule=rule: of_row(rule, names).fill_null(True))
    schema: Any = type("Statements", (dy.Schema,), fields)
    codes = [pl.col(column.name).cast(pl.String) for column in table.columns if column.codes]
    frame = pl.read_parquet(path / "statements.parquet", row_index_name="row").with_columns(codes)
    _, failures = schema.filter(frame)
    return Found.of(len(frame), table.name, failures.invalid()["row"])


def pointblank(path: Path, facts: Path, references: bool = False) -> Found:
    """A plan of pointblank; it keeps the rows that pass all steps apart from the others."""
    import pointblank as pb
    import polars as pl

    table = read(facts)["statements"]
    ids = _Ids(path) if references else None
    frame = pl.read_parquet(path / "statements.parquet", row_index_name="row")
    plan = pb.Validate(frame)
    for column in table.columns:
        if column.is_needed:
            plan = plan.col_vals_not_null(column.name)
        if column.pattern:
            plan = plan.col_vals_regex(column.name, column.pattern, na_pass=True)
        if column.most is not None:
            plan = plan.col_vals_expr((pl.col(column.name).str.len_chars() <= column.most).fill_null(True))
        if column.codes:  # its own step has no room for nulls
            plan = plan.col_vals_expr(pl.col(column.name).cast(pl.String).is_in(list(column.codes)).fill_null(True))
        if column.parents and ids is not None:
            plan = plan.col_vals_expr(_refers(column, ids))
    for rule in table.rules:
        plan = plan.col_vals_expr(of_row(rule, {column.name for column in table.columns}))
    plan = plan.rows_distinct(list(table.key)).interrogate(collect_extracts=False, get_first_n=None)
    failed = plan.get_sundered_data("fail")
    return Found.of(len(frame), table.name, failed["row"])


class _Ids(dict[str, Any]):
    """The ids of each table, read when first asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__()

    def __missing__(self, name: str) -> pl.Series:
        import polars as pl

        self[name] = pl.read_parquet(self._path / f"{name}.parquet", columns=["id"])["id"].drop_nulls()
        found: pl.Series = self[name]
        return found


def _count(path: Path) -> int:
    import polars as pl

    return int(pl.scan_parquet(path / "statements.parquet").select(pl.len()).collect().item())


def _refers(column: Column, ids: _Ids) -> pl.Expr:
    import polars as pl

    return pl.col(column.name).is_in(ids[column.parents].implode()).fill_null(True)


def _by_hand(path: Path, table: Table, ids: _Ids | None) -> list[int]:
    import polars as pl

    rules = list(of_table(table).values())
    rules += [_refers(column, ids) for column in table.references if ids is not None]
    rules.append(_unique(table))
    frame = pl.scan_parquet(path / f"{table.name}.parquet", row_index_name="row")
    return frame.filter(~pl.all_horizontal(rules)).select("row").collect()["row"].to_list()


def _unique(table: Table) -> pl.Expr:
    import polars as pl

    return (pl.col(table.key[0]) if len(table.key) == 1 else pl.struct(table.key)).is_unique()


def _pandera(path: Path, table: Table, ids: _Ids | None) -> list[int]:
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    words = [
        pl.col(column.name).cast(pl.String) for column in table.columns if column.kind == "code" and column.pattern
    ]
    frame = pl.read_parquet(path / f"{table.name}.parquet").with_columns(words)  # its checks of text want text
    columns = {column.name: _pandera_column(column, frame.schema[column.name], ids) for column in table.columns}
    names = {column.name for column in table.columns}
    checks = [pa.Check(partial(_select, of_row(rule, names).fill_null(True))) for rule in table.rules]
    checks.append(pa.Check(partial(_select, _unique(table))))
    try:
        pa.DataFrameSchema(columns, checks=checks).validate(frame, lazy=True)
    except SchemaErrors as errors:
        rows = set(errors.failure_cases["index"].to_list())
        if None in rows:  # a check that could not be run at all
            raise
        return sorted(rows)
    return []


def _pandera_column(column: Column, dtype: Any, ids: _Ids | None) -> Any:
    import pandera.polars as pa

    return pa.Column(dtype, list(_pandera_checks(column, ids)), nullable=not column.is_needed)


def _pandera_checks(column: Column, ids: _Ids | None) -> Iterator[Any]:
    import pandera.polars as pa

    if column.pattern:
        yield pa.Check.str_matches(column.pattern)
    if column.most is not None:
        yield pa.Check.str_length(max_value=column.most)
    if column.codes:
        yield pa.Check.isin(list(column.codes))
    if column.kind == "bool":
        yield pa.Check.eq(True)
    if column.low is not None:
        yield pa.Check.ge(column.low)
    if column.high is not None:
        yield pa.Check.le(column.high)
    if column.parents and ids is not None:
        yield pa.Check(partial(_select, _refers(column, ids)))


def _select(rule: pl.Expr, data: Any) -> pl.LazyFrame:
    found: pl.LazyFrame = data.lazyframe.select(rule)
    return found


def _checks(column: Column, ids: _Ids | None) -> Any:
    """Return the checks that dataframely has no words for, as functions of a column."""
    found: dict[str, Any] = {}
    if column.codes:
        found["codes"] = lambda value: value.is_in(list(column.codes)).fill_null(True)
    if column.parents and ids is not None:
        known = ids[column.parents].implode()
        found["reference"] = lambda value: value.is_in(known).fill_null(True)
    return found or None
