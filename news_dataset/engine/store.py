"""The tables that the rule book queries, and the operations on them that every engine provides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, TypeVar

from news_dataset.engine.rows import MODELS, models
from news_dataset.profile import Profile
from news_dataset.records import BY_TABLE, CHILDREN, ENTITY_TYPES, RECORDS, Row
from news_dataset.records.columns import children, columns, parent_column
from news_dataset.rules import quoted

T = TypeVar("T")
R = TypeVar("R")

ParallelMap = Callable[[Callable[[T], R], Iterable[T]], Iterator[R]]
"""Calls a function for each of several values, perhaps in parallel, and yields the results in the same order."""

Unit = tuple[str | None, bool, bool, Mapping[str, Any] | None, int]
"""Units of a check that are alike: why they were skipped (or None), whether they are warnings, whether they are at
fault, the row of the query (or None: not asked for), and how many they are."""

SPECIAL = {
    "broken": "tbl VARCHAR, pos BIGINT, me BIGINT, id BIGINT, parent BIGINT",
    "suspects": "me BIGINT",
    "orphans": "tbl VARCHAR, pos BIGINT, col VARCHAR, id BIGINT",
    "texts": "article BIGINT, code_points BIGINT",
    "hidden": "id BIGINT",
    "unsure": "tbl VARCHAR, col VARCHAR",
    "published": "number BIGINT, id BIGINT",
    "host": "id BIGINT",
    "layered": "id BIGINT",
    "row_counts": "pos BIGINT, named VARCHAR, least BIGINT, most BIGINT",
    "coverage": "pos BIGINT, named VARCHAR, min_percent BIGINT",
    "codes": "pos BIGINT, is_unknown BOOLEAN",
    "missing_codes": "code VARCHAR",
    "present": "tbl VARCHAR",
    "run": "is_whole BOOLEAN, is_sound BOOLEAN, keeps_ids BOOLEAN",
}
"""The columns of the tables that hold no records; ``checks.query`` describes those that queries use."""


class LoadableSource(Protocol):
    """A source whose rows can be added to tables part by part, by any process that can read its files."""

    is_of_tables: bool

    @property
    def profile(self) -> Profile:
        """The profile of the dataset."""

    def tasks(self, parallel_map: ParallelMap[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return the parts, each after its number of records or rows; they are counted by way of *parallel_map*."""

    def load(self, task: Any, store: Any) -> None:
        """Add the rows of a part to a ``DuckDBStore`` of this process."""

    def picklable(self) -> LoadableSource:
        """Return a copy that can be sent to another process."""

    def report_progress(self, done: int, total: int) -> None:
        """Report how many records or rows have been added, and of how many."""


class Store(ABC):
    """The narrow tables of one dataset.

    Args:
        profile: the profile of the dataset.
        is_of_tables: whether the rows come from tables, where a row of a list may belong to no record.
        is_keeping: whether whole rows are kept as well, in tables ``full_…``, to be published.
    """

    def __init__(self, profile: Profile, is_of_tables: bool = False, is_keeping: bool = False) -> None:
        self.profile, self.is_of_tables, self.is_keeping = profile, is_of_tables, is_keeping
        self.models = models(profile)
        self.filled: set[str] = set()
        """The names of the tables to which rows were added."""

    @abstractmethod
    def load(self, source: LoadableSource) -> None:
        """Add all rows of a source."""

    @abstractmethod
    def parallel_map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the result of a function for each item, in order; both are pickled if the engine is elsewhere."""

    @abstractmethod
    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that their model has validated: dicts of columns, with ``_pos``, ``_me`` and perhaps ``_stem``."""

    @abstractmethod
    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to a table of ``SPECIAL``; texts in the columns *keyed*, counted from 0, become keys."""

    @abstractmethod
    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""

    @abstractmethod
    def stream_all(self, queries: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of several queries with the same columns."""

    @abstractmethod
    def units(self, query: str, most: int | None) -> Iterator[Unit]:
        """Yield the units of a check in groups; those at fault one by one, in order.

        Args:
            query: the query, with all columns.
            most: of how many units at fault the rows are needed; None for all.
        """

    @abstractmethod
    def define(self, name: str, query: str) -> None:
        """Create a table from a query, or replace the table of that name."""

    @abstractmethod
    def insert(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""

    @abstractmethod
    def delete(self, table: str, condition: str) -> None:
        """Delete the rows of a table that meet a condition, which is never null."""

    @abstractmethod
    def rekey(self, table: str, key: str, repeated: str) -> None:
        """Give rows of a table another key.

        Args:
            table: the table.
            key: SQL for the key.
            repeated: the condition that a row and a row ``r`` of the table ``repeated`` meet.
        """

    def scalar(self, query: str) -> Any:
        """Return the first value of the first row of a query; None if there is no row."""
        rows = list(self.stream(query))
        return rows[0][0] if rows else None

    def repeat_until_stable(self, table: str, first: str, following: str) -> None:
        """Create a table, and replace it by *following* until its number of distinct ``up`` stays the same."""
        number = f"SELECT count(DISTINCT up) FROM {table}"
        self.define(table, first)
        before, now = -1, self.scalar(number)
        while now and now != before:
            self.define(table, following)
            before, now = now, self.scalar(number)

    def suspect_unproven(self) -> bool:
        """Add to ``suspects`` the records that were not proven, or have a child that was not; return whether any."""
        unproven = [f"SELECT '{table}', count(*) FROM {table} WHERE NOT proven" for table in sorted(self.filled)]
        with_unproven = {table for table, count in self.stream_all(unproven) if count}
        suspects = [f"SELECT me FROM {table} WHERE NOT proven" for table in sorted(with_unproven & BY_TABLE.keys())]
        for table in sorted(self.filled & BY_TABLE.keys()):
            for child in children(self.models[table]).values():
                if child.table in with_unproven:
                    theirs = f"SELECT me FROM {child.table} WHERE NOT proven"
                    suspects.append(f"SELECT me FROM {table} WHERE me IN ({theirs})")
        if suspects:
            self.insert("suspects", f"SELECT DISTINCT me FROM ({' UNION ALL '.join(suspects)}) s")
        return bool(with_unproven) or bool(self.scalar("SELECT count(*) FROM suspects"))

    def find_repeated(self) -> None:
        """Fill ``repeated``, the ids of several records; of Parquet tables, only the first keeps child rows."""
        self.define("repeated", VIEWS["repeated"])
        if self.is_of_tables and self.scalar("SELECT count(*) FROM repeated"):
            for table in BY_TABLE:
                is_later = f"r.tbl = '{table}' AND r.id = {table}.id AND {table}.pos > r.first"
                self.rekey(table, f"{own_key(table)} - pos", is_later)

    def remove_broken(self) -> None:
        """Remove the rows of broken records; of Parquet tables, move child rows without a record to ``orphans``."""
        if self.scalar("SELECT count(*) FROM broken"):
            for table in self.models:
                self.delete(table, f"EXISTS (SELECT 1 FROM broken b WHERE b.me = {table}.me)")
        present = {name for (name,) in self.stream("SELECT tbl FROM present")}
        owned = [(table, key, owners) for table, key, owners in _OWNED if present.issuperset({table, *owners})]
        owned = owned if self.is_of_tables else []
        orphaned = {table: _is_orphaned(table, owners) for table, _, owners in owned}
        queries = [
            f"SELECT '{table}', count(*) FROM {table} WHERE {condition}" for table, condition in orphaned.items()
        ]
        counts = dict(self.stream_all(queries))
        for table, key, _ in owned:
            if counts[table]:
                # The id is null if a record has it, but of a type that has no such rows.
                elsewhere = f"LEFT JOIN (SELECT DISTINCT me AS known FROM ids) k ON k.known = {table}.me"
                orphans = f"CASE WHEN known IS NULL THEN me END AS id FROM {table} {elsewhere} WHERE {orphaned[table]}"
                self.insert("orphans", f"SELECT '{table}' AS tbl, pos, '{key}' AS col, {orphans}")
                self.delete(table, orphaned[table])


def _is_orphaned(table: str, owners: Sequence[str]) -> str:
    """Return the SQL condition that a row of a table belongs to no record of the tables *owners*."""
    wanted = ", ".join(f"'{owner}'" for owner in owners)
    return f"NOT EXISTS (SELECT 1 FROM ids i WHERE i.me = {table}.me AND i.tbl IN ({wanted}))"


def declared(types: Mapping[str, str]) -> str:
    """Return columns, given as name → SQL type, as a SQL declaration."""
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())


def own_key(table: str) -> int:
    """Return the base of the keys of rows without an id of their own: their key is this number less their place."""
    return -1 - (list(MODELS).index(table) << 48)


def _union(parts: Iterable[str]) -> str:
    return " UNION ALL ".join(parts)


def _references() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield table, column and admitted types of every column that refers to records."""
    models: tuple[type[Row], ...] = (*RECORDS, *CHILDREN)
    for model in models:
        for column in columns(model):
            if column.reference:
                yield vars(model)["table"], column.name, column.reference.types


def unsure_references(types: Iterable[str]) -> list[tuple[str, str]]:
    """Return table and column of each reference that may lead to a record of one of some types."""
    wanted = set(types)
    return [(table, column) for table, column, admitted in _references() if wanted & set(admitted)]


@cache
def reference_types(table: str, column: str) -> tuple[str, ...]:
    """Return the record types that a column declared as a reference may refer to; ``()`` for other columns."""
    return next((types for t, c, types in _references() if (t, c) == (table, column)), ())


_FIRST = "LEFT JOIN repeated r ON r.id = {of}.id AND r.tbl = {tbl} WHERE r.first IS NULL OR r.first = {of}.pos"
_OWNED = (
    *(
        (child.table, child.parent_key, [owner.table for owner in RECORDS if child in children(owner).values()])
        for child in CHILDREN
    ),
    ("records", "id", list(BY_TABLE)),
    ("entities", "id", [model.table for model in RECORDS if model.record_type in ENTITY_TYPES]),
)
"""Tables whose rows belong to records, with the column that names the record and the tables that may hold it."""

VIEWS = {
    "ids": _union(f"SELECT '{model.table}' AS tbl, pos, me, id FROM {model.table}" for model in RECORDS)
    + " UNION ALL SELECT tbl, pos, me, id FROM broken",
    "refs": _union(
        f"SELECT '{table}' AS tbl, pos, '{column}' AS col, {quoted(column)} AS id FROM {table} "
        f"WHERE {quoted(column)} IS NOT NULL"
        for table, column, _ in _references()
    )
    + " UNION ALL SELECT tbl, pos, col, id FROM orphans",
    "own_records": _union(
        f"SELECT '{model.table}' AS tbl, pos, me, id, is_misnamed, label, '{model.record_type}' AS type "
        f"FROM {model.table}"
        for model in RECORDS
    ),
    "parents": _union(
        f"SELECT '{model.table}' AS tbl, pos, '{up}' AS col, id, {up} AS parent "
        f"FROM {model.table} WHERE {up} IS NOT NULL"
        for model in RECORDS
        if (up := parent_column(model))
    ),
    "repeated": "SELECT tbl, id, min(pos) AS first FROM ids WHERE id IS NOT NULL GROUP BY tbl, id HAVING count(*) > 1",
    "ancestry": "SELECT a.id, a.parent FROM (SELECT tbl, pos, id, parent FROM parents UNION ALL "
    "SELECT tbl, pos, id, parent FROM broken WHERE parent IS NOT NULL) a " + _FIRST.format(of="a", tbl="a.tbl"),
    "first_articles": "SELECT a.* FROM articles a " + _FIRST.format(of="a", tbl="'articles'"),
    "spans": "SELECT 'mentions' AS tbl, m.pos, a.id AS article, m.\"end\" FROM mentions m "
    "JOIN articles a ON a.me = m.me"
    + "".join(
        f" UNION ALL SELECT '{table}', e.pos, s.article, e.\"end\" FROM {table} e JOIN statements s ON s.me = e.me"
        for table in ("evidence", "quantities")
    ),
    "counts": _union(f"SELECT '{table}' AS tbl, count(*) AS n FROM {table}" for table in MODELS if table in BY_TABLE)
    + "".join(f" UNION ALL SELECT '{child.table}', count(*) FROM {child.table}" for child in CHILDREN)
    + " UNION ALL SELECT 'redirects', count(*) FROM redirects UNION ALL SELECT 'records', count(*) FROM own_records"
    + " UNION ALL SELECT 'entities', count(*) FROM own_records WHERE type IN ('person', 'organization', 'place')",
}
"""The SQL of the views that queries use, by name; each uses only those before it."""
