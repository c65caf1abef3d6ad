"""The tables that the rule book queries, and the operations on them that every engine provides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from news_dataset.engine.rows import MODELS, models
from news_dataset.profile import Profile
from news_dataset.records import BY_TABLE, CHILDREN, ENTITY_TYPES, RECORDS, Row
from news_dataset.records.columns import children, columns, parent_column
from news_dataset.rules import quoted

T = TypeVar("T")
R = TypeVar("R")

Spread = Callable[[Callable[[T], R], Iterable[T]], Iterator[R]]
"""Calls a function for each of several values, perhaps in parallel, and yields the results in their order."""

Unit = tuple[str | None, bool, bool, Mapping[str, Any] | None, int]
"""Units of a check: why they were skipped (or None), whether warnings, whether at fault, which (or None), how many."""

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
"""Tables that the engine fills itself, and their columns."""


class Loaded(Protocol):
    """A source whose rows can be added to tables part by part, each by any process that reaches its files."""

    is_of_tables: bool

    @property
    def profile(self) -> Profile:
        """The profile of the dataset."""

    def tasks(self, spread: Spread[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return the parts, each with the number of its records or rows; *spread* runs the counting."""

    def load(self, task: Any, store: Any) -> None:
        """Add the rows of a part to a store that is embedded in this process."""

    def portable(self) -> Loaded:
        """Return a copy that another process can be sent."""

    def report(self, done: int, total: int) -> None:
        """Say how many records or rows were added."""


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
        """The tables of records to which rows were added."""

    @abstractmethod
    def load(self, source: Loaded) -> None:
        """Add all rows of a source."""

    @abstractmethod
    def spread(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield the result of a function for each item, in order; both are sent to where the engine works."""

    @abstractmethod
    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that their model has judged: plain dicts, with ``_pos``, ``_me`` and perhaps ``_stem``."""

    @abstractmethod
    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to a table of ``SPECIAL``; the columns numbered *keyed* become keys."""

    @abstractmethod
    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""

    @abstractmethod
    def several(self, queries: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of several queries with the same columns."""

    @abstractmethod
    def units(self, query: str, most: int | None) -> Iterator[Unit]:
        """Yield the units of a check in groups; those at fault one by one in order, of which *most* are enough."""

    @abstractmethod
    def define(self, name: str, query: str) -> None:
        """Create a table from a query, or replace the one of that name."""

    @abstractmethod
    def insert(self, name: str, query: str) -> None:
        """Add the rows of a query to a table."""

    @abstractmethod
    def delete(self, table: str, condition: str) -> None:
        """Delete the rows of a table that meet a condition, which is never null."""

    @abstractmethod
    def rekey(self, table: str, key: str, repeated: str) -> None:
        """Give rows of a table another key, where a row ``r`` of the table ``repeated`` meets a condition."""

    def one(self, query: str) -> Any:
        """Return the single value of a query."""
        found = list(self.stream(query))
        return found[0][0] if found else None

    def repeat(self, table: str, first: str, following: str) -> None:
        """Create a table, and replace it by the second query until the number of values of ``up`` stays the same."""
        number = f"SELECT count(DISTINCT up) FROM {table}"
        self.define(table, first)
        before, now = -1, self.one(number)
        while now and now != before:
            self.define(table, following)
            before, now = now, self.one(number)

    def suspect_unproven(self) -> bool:
        """Add records to ``suspects`` that, or a child of which, were not proven; return whether there are any."""
        unproven = [f"SELECT '{table}', count(*) FROM {table} WHERE NOT proven" for table in sorted(self.filled)]
        found = {table for table, count in self.several(unproven) if count}
        suspects = [f"SELECT me FROM {table} WHERE NOT proven" for table in sorted(found & BY_TABLE.keys())]
        for table in sorted(self.filled & BY_TABLE.keys()):
            for child in children(self.models[table]).values():
                if child.table in found:
                    theirs = f"SELECT me FROM {child.table} WHERE NOT proven"
                    suspects.append(f"SELECT me FROM {table} WHERE me IN ({theirs})")
        if suspects:
            self.insert("suspects", f"SELECT DISTINCT me FROM ({' UNION ALL '.join(suspects)}) s")
        return bool(found) or bool(self.one("SELECT count(*) FROM suspects"))

    def find_repeated(self) -> None:
        """Find ids that several records share; of Parquet tables, rows of lists belong to the first of these."""
        self.define("repeated", VIEWS["repeated"])
        if self.is_of_tables and self.one("SELECT count(*) FROM repeated"):
            for table in BY_TABLE:
                known = f"r.tbl = '{table}' AND r.id = {table}.id AND {table}.pos > r.first"
                self.rekey(table, f"{own_key(table)} - pos", known)

    def remove_broken(self) -> None:
        """Remove the rows of broken records, and of Parquet tables also those that belong to no record."""
        if self.one("SELECT count(*) FROM broken"):
            for table in self.models:
                self.delete(table, f"EXISTS (SELECT 1 FROM broken b WHERE b.me = {table}.me)")
        present = {name for (name,) in self.stream("SELECT tbl FROM present")}
        owned = [one for one in _OWNED if self.is_of_tables and present.issuperset({one[0], *one[2]})]
        lost = {table: _lost(table, owners) for table, _, owners in owned}
        counts = dict(
            self.several([f"SELECT '{table}', count(*) FROM {table} WHERE {no}" for table, no in lost.items()])
        )
        for table, key, _ in owned:
            if counts[table]:
                # The id is null where a record has it, but one of a type that has no such rows.
                elsewhere = f"LEFT JOIN (SELECT DISTINCT me AS known FROM ids) k ON k.known = {table}.me"
                found = f"CASE WHEN known IS NULL THEN me END AS id FROM {table} {elsewhere} WHERE {lost[table]}"
                self.insert("orphans", f"SELECT '{table}' AS tbl, pos, '{key}' AS col, {found}")
                self.delete(table, lost[table])


def _lost(table: str, owners: Sequence[str]) -> str:
    """Return the condition under which a row belongs to no record."""
    wanted = ", ".join(f"'{owner}'" for owner in owners)
    return f"NOT EXISTS (SELECT 1 FROM ids i WHERE i.me = {table}.me AND i.tbl IN ({wanted}))"


def declared(types: Mapping[str, str]) -> str:
    """Return columns as SQL declares them."""
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())


def own_key(table: str) -> int:
    """Return a table's number for keys of rows without an id of their own: their place is subtracted from it."""
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
    """Return table and column of the references that may lead to a record of one of these types."""
    wanted = set(types)
    return [(table, column) for table, column, admitted in _references() if wanted & set(admitted)]


def reference_types(table: str, column: str) -> tuple[str, ...]:
    """Return the types that a reference admits; none for a column that is no reference."""
    return next((types for t, c, types in _references() if (t, c) == (table, column)), ())


_FIRST = "LEFT JOIN repeated r ON r.id = {of}.id AND r.tbl = {tbl} WHERE r.first IS NULL OR r.first = {of}.pos"
_OWNED = (
    *(
        (child.table, child.parent_key, [one.table for one in RECORDS if child in children(one).values()])
        for child in CHILDREN
    ),
    ("records", "id", list(BY_TABLE)),
    ("entities", "id", [one.table for one in RECORDS if one.record_type in ENTITY_TYPES]),
)
"""Tables whose rows belong to records: the column that names the record, and the tables that may hold it."""

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
        f"SELECT '{one.table}' AS tbl, pos, '{up}' AS col, id, {up} AS parent FROM {one.table} WHERE {up} IS NOT NULL"
        for one in RECORDS
        if (up := parent_column(one))
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
"""The views that queries use; each uses only those before it."""
