"""Peers that validate tables with Polars: by hand and dataframely; and the limit, reading alone.

Each returns the rows at fault, from 0. Statements alone have nothing to refer to, so nobody follows references there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.expressions import of_row, of_table
from benchmarks.peers.facts import Column, Table, read

if TYPE_CHECKING:
    import polars as pl


def read_one(path: Path, about: Path, out: Path) -> int:
    """Read the table of statements, and nothing else."""
    import polars as pl

    return len(pl.read_parquet(path / "statements.parquet"))


def read_all(path: Path, about: Path, out: Path) -> int:
    """Read every table, one after the other; none is kept."""
    import polars as pl

    return sum(len(pl.read_parquet(path / f"{name}.parquet")) for name in read(about))


def by_hand(path: Path, about: Path, out: Path) -> list[int]:
    """One lazy query over the table of statements."""
    return _by_hand(path, read(about)["statements"], None)


def by_hand_all(path: Path, about: Path, out: Path) -> dict[str, list[int]]:
    """One lazy query for each table, which follows references too."""
    ids = _Ids(path)
    return {name: _by_hand(path, table, ids) for name, table in read(about).items()}


def dataframely(path: Path, about: Path, out: Path) -> list[int]:
    """A schema of dataframely, which splits a frame into rows that are valid and rows that are not."""
    import dataframely as dy
    import polars as pl

    table = read(about)["statements"]
    fields: dict[str, Any] = {"row": dy.UInt32()}
    for column in table.columns:
        more: Any = {"nullable": not column.is_needed, "primary_key": column.name in table.key}
        if column.is_text:
            check = {"codes": lambda value, codes=column.codes: value.is_in(codes).fill_null(True)}
            fields[column.name] = dy.String(
                regex=column.pattern or None, max_length=column.most, check=check if column.codes else None, **more
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
    return list(failures.invalid()["row"])


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


def _refers(column: Column, ids: _Ids) -> pl.Expr:
    import polars as pl

    return pl.col(column.name).is_in(ids[column.parents].implode()).fill_null(True)


def _by_hand(path: Path, table: Table, ids: _Ids | None) -> list[int]:
    import polars as pl

    rules = list(of_table(table).values())
    rules += [_refers(column, ids) for column in table.references if ids is not None]
    rules.append((pl.col(table.key[0]) if len(table.key) == 1 else pl.struct(table.key)).is_unique())
    frame = pl.scan_parquet(path / f"{table.name}.parquet", row_index_name="row")
    return frame.filter(~pl.all_horizontal(rules)).select("row").collect()["row"].to_list()
