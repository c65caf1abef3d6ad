"""Finds rows of tables again, for those few of which something is to be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from news_dataset.issues import Issue, Severity
from news_dataset.records import BY_TABLE, BY_TYPE, CHILDREN
from news_dataset.scale.parquet import AT, FILE, TableFiles
from news_dataset.scale.places import Ending, Referring
from news_dataset.scale.rowrecords import place_of
from news_dataset.scale.spill import Spill

if TYPE_CHECKING:
    import polars as pl

_PARENTS = {child.table: child.parent_key for child in CHILDREN}
_TOGETHER = 100_000  # so many ids are read at once, since lookups come in order
_SPANS = {"mentions": "article", "evidence": "statement", "quantities": "statement"}


@dataclass(frozen=True)
class RowSpot:
    """A row of which something can be said; *id* is that of its record."""

    path: str
    row: int
    id: str

    @property
    def where(self) -> str:
        """Its file and row."""
        return f"{self.path}:row {self.row}"

    def issue(self, pointer: str, message: str, hint: str = "", *, severity: Severity = "error") -> Issue:
        """Return an issue at a column of this row."""
        return Issue(self.path, message, pointer, hint=hint, record=self.id, severity=severity, row=self.row)


@dataclass(frozen=True)
class RowPlaces:
    """Finds rows again.

    Args:
        sources: the files of each table.
        spill: what the slices gave away; rows of broken records are not looked for.
    """

    sources: Mapping[str, TableFiles]
    spill: Spill
    _kept: dict[tuple[str, int], pl.Series] = field(default_factory=dict)

    def _ids(self, path: str, portion: int) -> pl.Series:
        """Return the ids of some rows of a file; those of a few lookups are kept."""
        import polars as pl

        if (path, portion) not in self._kept:
            if len(self._kept) >= 4:
                self._kept.clear()
            rows = pl.scan_parquet(path).slice(portion * _TOGETHER, _TOGETHER).select("id")
            self._kept[path, portion] = rows.collect()["id"]
        return self._kept[path, portion]

    def record(self, kind: str, at: int) -> RowSpot:
        """Return the row of a record."""
        files = self.sources[BY_TYPE[kind].table]
        path, row = place_of(files, at)
        return RowSpot(path, row, str(self._ids(path, row // _TOGETHER)[row % _TOGETHER]))

    def referring(self, table: str, column: str, targets: frozenset[str]) -> Iterator[Referring]:
        """Yield every row of a table that refers to one of some records."""
        import polars as pl

        key = _PARENTS.get(table, "id")
        for rows in self._rows(table):
            found = rows.filter(pl.col(column).is_in(list(targets))).select(AT, pl.col(key).alias("\0key"), column)
            for at, record, target in found.collect().rows():
                if record not in self._broken:
                    yield Referring(self._spot(table, at, record), f"/{column}", target)

    def ending(self, limits: Mapping[str, int]) -> Iterator[Ending]:
        """Yield every span that ends behind the limit of its article."""
        import polars as pl

        most = pl.LazyFrame({"article": list(limits), "limit": list(limits.values())})
        for table, key in _SPANS.items():
            for rows in self._rows(table):
                found = rows.select(AT, key, "end")
                if key == "statement":
                    owners = pl.concat(list(self._rows("statements"))).select("article", statement="id")
                    found = found.join(owners.join(most, on="article"), on="statement")
                else:
                    found = found.join(most, on="article")
                behind = (
                    found.filter(pl.col("end") > pl.col("limit"))
                    .sort(AT)
                    .select(AT, key, "end", pl.col("article").alias("\0of"))
                )
                for at, record, end, article in behind.collect().rows():
                    if record not in self._broken:
                        yield Ending(self._spot(table, at, record), "", end, article)

    def _spot(self, table: str, at: int, record: str) -> RowSpot:
        path, row = place_of(self.sources[table], at)
        return RowSpot(path, row, str(record))

    def _rows(self, table: str) -> Iterator[pl.LazyFrame]:
        import polars as pl

        for number, path in enumerate(self.sources[table].paths if table in self.sources else ()):
            rows = pl.scan_parquet(path, row_index_name=AT)
            yield rows.with_columns(pl.col(AT).cast(pl.Int64) + (number << FILE))

    @cached_property
    def _broken(self) -> frozenset[str]:
        """The ids of broken records."""
        found = [self.spill.table(f"broken/keys/{model.record_type}") for model in BY_TABLE.values()]
        return frozenset(word for one in found if one is not None for word in one.collect()["id"].to_list())
