"""The tables that the rule book runs over: filled from any source, with the views that queries name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from news_dataset.engine import rows
from news_dataset.engine.database import cursor, memory_limit
from news_dataset.engine.rows import MODELS, models
from news_dataset.profile import Profile
from news_dataset.records import BY_TABLE, CHILDREN, ENTITY_TYPES, RECORDS, Record, Row
from news_dataset.records.columns import children, columns, parent_column
from news_dataset.rules import quoted

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

SPECIAL = {
    "broken": "tbl VARCHAR, pos BIGINT, me BIGINT, id BIGINT, parent BIGINT",
    "suspects": "me BIGINT",
    "orphans": "tbl VARCHAR, pos BIGINT, col VARCHAR, id BIGINT",
    "texts": "article BIGINT, code_points BIGINT",
    "hidden": "id BIGINT",
    "unsure": "tbl VARCHAR, col VARCHAR",
    "published": "number BIGINT, id BIGINT",
    "host": "id BIGINT",
    "row_counts": "pos BIGINT, named VARCHAR, least BIGINT, most BIGINT",
    "coverage": "pos BIGINT, named VARCHAR, min_percent BIGINT",
    "codes": "pos BIGINT, is_unknown BOOLEAN",
    "missing_codes": "code VARCHAR",
    "present": "tbl VARCHAR",
    "run": "is_whole BOOLEAN, is_sound BOOLEAN, keeps_ids BOOLEAN",
}
"""Tables that no source has, and their columns."""


@dataclass
class Store:
    """The narrow tables of one dataset in a database.

    Args:
        database: the connection.
        profile: the profile of the dataset.
        is_of_tables: whether the rows come from tables, where a row of a list may belong to no record.
        is_keeping: whether whole rows are kept as well, in tables ``full_…``, to be published.
        filled: the tables of records to which rows were added.
    """

    database: DuckDBPyConnection
    profile: Profile
    is_of_tables: bool = False
    is_keeping: bool = False
    filled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make the empty tables and the views."""
        self.models = models(self.profile)
        for table, model in self.models.items():
            self.database.execute(f"CREATE TABLE {table} ({_declared(rows.narrow_types(model))})")
            if self.is_keeping:
                self.database.execute(f"CREATE TABLE full_{table} ({_declared(rows.full_types(model))})")
        for name, said in SPECIAL.items():
            self.database.execute(f"CREATE TABLE {name} ({said})")
        for name, query in VIEWS.items():
            self.database.execute(f"CREATE {'TABLE' if name == 'repeated' else 'VIEW'} {name} AS {query}")

    def add(
        self,
        table: str,
        batch: pa.Table,
        me: str,
        cursor: DuckDBPyConnection,
        *,
        has_bounds: bool = False,
        is_compared: bool = False,
    ) -> None:
        """Add rows of a table, with ``_pos`` and what is worked out of their values.

        Args:
            table: the table.
            batch: its rows, with the columns that ``evaluated_columns`` adds.
            me: SQL for the key of the record that a row belongs to.
            cursor: a connection of the calling thread.
            has_bounds: whether the bounds of dates are there and have to be right.
            is_compared: whether the rows are compared with those that they repeat, so that nothing is to be proven.
        """
        model = self.models[table]
        select = _judged(model) if is_compared else rows.narrow(model)
        cursor.register("batch", batch)
        relation = self._relation(model, frozenset(batch.column_names), me, has_bounds) + " FROM batch"
        self._insert(cursor, table, select, relation, [])
        cursor.unregister("batch")

    def cursor(self) -> DuckDBPyConnection:
        """Open another connection to the tables, for another thread or a second result."""
        return cursor(self.database)

    def compact(self) -> None:
        """Compress what was added if more than half of the memory is in use; no other thread may be adding rows."""
        if self.one("SELECT sum(memory_usage_bytes) FROM duckdb_memory()") > memory_limit(self.database) / 2:
            self.database.execute("CHECKPOINT")

    def suspect_unproven(self) -> None:
        """Note each record in ``suspects`` that was not proven, or a child of which was not."""
        for table, model in self.profile.by_table.items():
            self.database.execute(f"INSERT INTO suspects SELECT me FROM {table} WHERE NOT proven")
            for child in children(model).values():
                unproven = f"(SELECT me FROM {child.table} WHERE NOT proven)"
                if self.one(f"SELECT count(*) FROM {unproven}"):
                    self.database.execute(f"INSERT INTO suspects SELECT me FROM {table} WHERE me IN {unproven}")

    def add_rows(self, table: str, values: Sequence[Mapping[str, Any]]) -> None:
        """Add rows that stand in memory as plain dicts, with ``_pos``, ``_me`` and perhaps ``_stem``."""
        model = self.models[table]
        types = {"_pos": "BIGINT", "_me": "BIGINT", "_stem": "VARCHAR"} | rows.source_types(model)
        lists = {name: [row.get(name) for row in values] for name in types}
        for one in rows.evaluated(model):
            types[one.name] = one.type
            lists[one.name] = [None if value is None else one.function(value) for value in lists[one.source]]
        cells = [f"unnest(${at}::{kind}[]) AS {quoted(name)}" for at, (name, kind) in enumerate(types.items(), 1)]
        relation = f'SELECT *, false AS "_has_bounds", false AS "_is_odd" FROM (SELECT {", ".join(cells)})'
        self._insert(self.database, table, _judged(model), relation, list(lists.values()))

    def _insert(
        self, cursor: DuckDBPyConnection, table: str, select: Mapping[str, str], relation: str, values: list[Any]
    ) -> None:
        self.filled.add(table)
        cursor.execute(f"INSERT INTO {table} SELECT {_listed(select)} FROM ({relation})", values)
        if self.is_keeping:
            whole = _listed(rows.full(self.models[table]))
            cursor.execute(f"INSERT INTO full_{table} SELECT {whole} FROM ({relation})", values)

    def _relation(self, model: type[Row], there: frozenset[str], me: str, has_bounds: bool) -> str:
        """Return the select list that gives the columns of a table their types; absent ones are null."""
        types = {"_pos": "BIGINT", "_stem": "VARCHAR"} | rows.source_types(model)
        found = [f"{quoted(n) if n in there else 'NULL'}::{kind} AS {quoted(n)}" for n, kind in types.items()]
        for name, kind in [("_is_odd", "BOOLEAN"), *((one.name, one.type) for one in rows.evaluated(model))]:
            absent = "false" if kind == "BOOLEAN" else "NULL"  # it is added only where it says something
            found.append(f"{quoted(name) if name in there else absent}::{kind} AS {quoted(name)}")
        me = me if there else "NULL::BIGINT"
        return f'SELECT {", ".join(found)}, {me} AS "_me", {str(has_bounds).lower()} AS "_has_bounds"'

    def fill(self, name: str, values: Sequence[Sequence[Any]], keyed: Sequence[int] = ()) -> None:
        """Add rows to one of the tables that no source has; the columns numbered *keyed* become keys."""
        if values:
            kinds = [one.split()[1] for one in SPECIAL[name].split(", ")]
            cells = [f"unnest(${at}::{'VARCHAR' if at - 1 in keyed else kind}[])" for at, kind in enumerate(kinds, 1)]
            inner = ", ".join(f"{cell} AS c{at}" for at, cell in enumerate(cells))
            outer = ", ".join(f"key(c{at})" if at in keyed else f"c{at}" for at in range(len(kinds)))
            lists = [list(column) for column in zip(*values, strict=True)]
            self.database.execute(f"INSERT INTO {name} SELECT {outer} FROM (SELECT {inner})", lists)

    def one(self, query: str) -> Any:
        """Return the one value that a query gives."""
        found = self.database.execute(query).fetchall()  # to the end, so that the connection is free for others
        return found[0][0] if found else None

    def repeat(self, table: str, first: str, following: str) -> None:
        """Make a table and replace it by what follows from it, until the values of ``up`` no longer get fewer."""
        number = f"SELECT count(DISTINCT up) FROM {table}"
        self.database.execute(f"CREATE OR REPLACE TABLE {table} AS {first}")
        before, now = -1, self.one(number)
        while now and now != before:
            self.database.execute(f"CREATE OR REPLACE TABLE {table} AS {following}")
            before, now = now, self.one(number)

    def find_repeated(self) -> None:
        """Look for ids that several records have; of rows of tables, those of lists belong to the first of these."""
        self.database.execute(f"CREATE OR REPLACE TABLE repeated AS {VIEWS['repeated']}")
        if self.is_of_tables and self.one("SELECT count(*) FROM repeated"):
            for table in BY_TABLE:
                self.database.execute(
                    f"UPDATE {table} SET me = {own_key(table)} - pos FROM repeated r "
                    f"WHERE r.tbl = '{table}' AND r.id = {table}.id AND {table}.pos > r.first"
                )

    def remove_broken(self) -> None:
        """Take out of all tables the rows of broken records; of rows of tables also those that belong to no record."""
        if self.one("SELECT count(*) FROM broken"):
            for table in self.models:
                self.database.execute(f"DELETE FROM {table} WHERE me IN (SELECT me FROM broken)")
        for table, key, owners in _OWNED if self.is_of_tables else ():
            wanted = ", ".join(f"'{owner}'" for owner in owners)
            if self.one(f"SELECT count(*) FROM present WHERE tbl IN ({wanted})") < len(owners):
                continue
            lost = f"{table} WHERE me NOT IN (SELECT me FROM ids WHERE tbl IN ({wanted}))"
            if self.one(f"SELECT count(*) FROM {lost}"):
                elsewhere = "me IN (SELECT me FROM ids)"  # in a table that has no such rows
                found = f"SELECT '{table}', pos, '{key}', CASE WHEN NOT {elsewhere} THEN me END FROM {lost}"
                self.database.execute(f"INSERT INTO orphans {found}")
                self.database.execute(f"DELETE FROM {lost}")


def own_key(table: str) -> int:
    """Return what less the place of a row is its key where its id is none, or another row's: no other table has it."""
    return -1 - (list(MODELS).index(table) << 48)


def evaluated_columns(model: type[Row], batch: pa.Table) -> pa.Table:
    """Return a batch with the columns that Python works out, once for each distinct value."""
    import pyarrow as pa

    types = {"DATE": pa.date32(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string()}
    coded: dict[str, Any] = {}
    for one in rows.evaluated(model):
        if one.source not in batch.column_names:
            continue
        column = batch.column(one.source)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_date32(column.type):
            found = _of_days(column, one.type)
        else:
            if one.source not in coded:
                text = column.cast(pa.string()) if not pa.types.is_dictionary(column.type) else column
                coded[one.source] = text if pa.types.is_dictionary(text.type) else text.dictionary_encode()
            values = [
                None if value is None else one.function(value) for value in coded[one.source].dictionary.to_pylist()
            ]
            found = pa.array(values, types[one.type]).take(coded[one.source].indices)
        batch = batch.append_column(one.name, found)
    return batch


def _of_days(column: pa.Array, kind: str) -> pa.Array:
    """Return the bounds of days, which are the days themselves; or which of them no calendar has."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind == "DATE":
        return column
    numbers = column.cast(pa.int32())
    return pc.or_(pc.less(numbers, rows.FIRST_DAY), pc.greater(numbers, rows.LAST_DAY))


def record_rows(record: Record, pos: int, stem: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a record in memory, with the table of each; *pos* leaves room for the ordinals of children."""
    yield record.table, {**_values(record), "_pos": pos, "_me": pos, "_stem": stem}
    for name, child in children(type(record)).items():
        for ordinal, item in enumerate(getattr(record, name), 1):
            key = {child.parent_key: record.id, "ordinal": ordinal, "_pos": pos + ordinal, "_me": pos}
            yield child.table, {**_values(item), **key}


def _values(row: Row) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in columns(type(row))}


def _judged(model: type[Row]) -> dict[str, str]:
    """Return the narrow columns of rows that their model has judged already, so that nothing is to be proven."""
    return rows.narrow(model) | {"proven": "true"}


def _listed(select: Mapping[str, str]) -> str:
    return ", ".join(f"{said} AS {quoted(name)}" for name, said in select.items())


def _declared(types: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())


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
    """Return table and column of the references that may lead to a record of one of some types."""
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
"""Tables whose rows belong to records: the column that names these, and the tables that they may be in."""

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
"""The views that queries name, in an order in which each rests on those before it."""
