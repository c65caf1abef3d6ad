"""Ids compared in portions, each of which fits into memory, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

PORTION = 500_000
"""So many ids are compared at once."""


def missing(ids: pl.LazyFrame, among: pl.LazyFrame | None, keep: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows of *ids* whose id is not among others: id, and the columns to keep."""
    import polars as pl

    wanted = ids.select("id", *keep)
    if among is None:
        return wanted.collect()
    found = []
    for portion in _portions(among):
        there = among.filter(portion).select("id")
        found.append(wanted.filter(portion).join(there, on="id", how="anti").collect())
    return pl.concat(found)


def several(rows: pl.LazyFrame, key: list[str]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Yield each key that several rows have, with the places of these rows in order."""
    import polars as pl

    grouped = []
    for portion in _portions(rows, key[0]):
        some = rows.filter(portion)
        twice = some.group_by(key).len().filter(pl.col("len") > 1).select(key).collect()
        if len(twice):
            there = some.join(twice.lazy(), on=key, how="semi")
            grouped.append(there.group_by(key).agg(pl.col("at").sort()).collect())
    if not grouped:
        return
    for row in pl.concat(grouped).sort(pl.col("at").list.get(1)).iter_rows():
        yield row[: len(key)], row[len(key)]


def _portions(rows: pl.LazyFrame, column: str = "id") -> Sequence[pl.Expr]:
    """Return conditions that split rows by the hash of a column into portions that fit into memory."""
    import polars as pl

    number = 1 + int(rows.select(pl.len()).collect().item()) // PORTION
    hashed = pl.col(column).hash(seed=0) % number
    return [pl.lit(True)] if number == 1 else [hashed == portion for portion in range(number)]
