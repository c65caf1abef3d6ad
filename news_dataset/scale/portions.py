"""Ids compared in portions, each of which fits into memory, however many there are.

A portion is a range of ids: where a table has them in order, only a part of it has to be read for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

PORTION = 500_000
"""So many ids are compared at once."""

_SAMPLED = 100  # so many ids of a portion are looked at to find where it begins


@dataclass(frozen=True)
class Range:
    """Ids from one on, and before another; None where it has no such end."""

    begin: str | None
    end: str | None

    def holds(self, column: str) -> pl.Expr:
        """Return whether a column of texts, none of them missing, is in the range."""
        import polars as pl

        at, found = pl.col(column), pl.lit(True)
        if self.begin is not None:
            found = at >= self.begin
        return found if self.end is None else found & (at < self.end)


def missing(rows: pl.LazyFrame, among: pl.LazyFrame | None, column: str = "id") -> pl.DataFrame:
    """Return the rows whose value in a column is not among others, which are ids."""
    return rows.collect() if among is None else _compared(rows, column, among, "anti")


def present(rows: pl.LazyFrame, among: pl.LazyFrame, column: str = "id") -> pl.DataFrame:
    """Return the rows whose value in a column is among others, which are ids."""
    return _compared(rows, column, among, "semi")


def _compared(rows: pl.LazyFrame, column: str, among: pl.LazyFrame, how: Literal["anti", "semi"]) -> pl.DataFrame:
    import polars as pl

    others = among.select("id")
    if count(rows) <= PORTION:  # then only those of the others count that are asked for at all
        few = rows.collect()
        asked = others.join(few.lazy(), left_on="id", right_on=column, how="semi").unique().collect()
        return few.join(asked, left_on=column, right_on="id", how=how)
    found = []
    for portion in ranges(others):
        some, there = rows.filter(portion.holds(column)), others.filter(portion.holds("id"))
        found.append(some.join(there, left_on=column, right_on="id", how=how).collect())
    return pl.concat(found)


def several(rows: pl.LazyFrame, key: list[str]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Yield each key that several rows have, with the places of these rows in order."""
    import polars as pl

    grouped = []
    for portion in ranges(rows, key[0]):
        some = rows.filter(portion.holds(key[0]))
        twice = some.group_by(key).len().filter(pl.col("len") > 1).select(key).collect()
        if len(twice):
            there = some.join(twice.lazy(), on=key, how="semi")
            grouped.append(there.group_by(key).agg(pl.col("at").sort()).collect())
    if not grouped:
        return
    for row in pl.concat(grouped).sort(pl.col("at").list.get(1)).iter_rows():
        yield row[: len(key)], row[len(key)]


def ranges(rows: pl.LazyFrame, column: str = "id") -> list[Range]:
    """Return ranges of a column, each with about as many rows as are compared at once; together they hold all."""
    import polars as pl

    number = 1 + count(rows) // PORTION
    if number == 1:
        return [Range(None, None)]
    every = max(1, PORTION // _SAMPLED)
    sampled = rows.select(column).with_row_index().filter(pl.col("index") % every == 0).collect()
    firsts = sampled.to_series(1).sort().to_list()
    begins = sorted({firsts[len(firsts) * portion // number] for portion in range(1, number)})
    return [Range(begin, end) for begin, end in zip([None, *begins], [*begins, None], strict=True)]


def count(rows: pl.LazyFrame) -> int:
    """Return how many rows there are."""
    import polars as pl

    return int(rows.select(pl.len()).collect().item())
