"""Parquet tables of any size and layout, read in batches. A place is the number of a row in the files of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.engine import rows
from news_dataset.engine.duckdb import DuckDBStore, add_computed_columns
from news_dataset.engine.nested import JudgedRecord
from news_dataset.engine.store import ParallelMap, Store, own_key
from news_dataset.engine.tablefiles import TableFiles
from news_dataset.entries import Entry, entry_at, validated
from news_dataset.files import Problem
from news_dataset.issues import Issue, Progress, Severity
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import BASE, Profile
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, Child, Record, Row
from news_dataset.records.columns import children, columns
from news_dataset.tabular import code_rows, tables

if TYPE_CHECKING:
    import pyarrow as pa

_PORTION = 5_000  # records that are judged together
_NO_PARENT = -(2**62)  # the keys of rows that name no record are less; those of records that repeat an id are greater


@dataclass(frozen=True)
class TableRow:
    """A row of a table: ``row`` is its number in its file, from 0; -1 is the table as a whole."""

    path: str
    row: int
    id: str
    values: Mapping[str, Any]

    @property
    def where(self) -> str:
        """Its file and row."""
        return f"{self.path}:row {self.row}"

    def issue(
        self, column: str, message: str, hint: str = "", *, severity: Severity = "error", code: str = ""
    ) -> Issue:
        """Return an issue at a column of this row; at the row if *column* is empty."""
        pointer = f"/{column}" if column else ""
        return Issue(self.path, message, pointer, code, hint, self.id, severity=severity, row=self.row)


@dataclass(frozen=True)
class RowEntry(Entry):
    """A record composed of rows: ``own`` is its row, ``lists`` has its child rows by field."""

    own: TableRow = TableRow("", 0, "", {})
    lists: Mapping[str, Sequence[TableRow]] = field(default_factory=dict)

    def issue(
        self, pointer: str, message: str, hint: str = "", *, on_key: bool = False, severity: Severity = "error",
        code: str = "",
    ) -> Issue:  # fmt: skip
        """Return an issue at the row and column that *pointer*, a JSON Pointer into the record, leads to."""
        name, _, rest = pointer[1:].partition("/")
        if name in self.lists and rest:
            number, _, column = rest.partition("/")
            return self.lists[name][int(number)].issue(column, message, hint, severity=severity, code=code)
        return self.own.issue(pointer[1:], message, hint, severity=severity, code=code)


@dataclass(frozen=True)
class Portion:
    """Records of a table that are judged together.

    Args:
        table: the table.
        records: place and key of each record.
        lists: place and key of each of their child rows, by field.
    """

    table: str
    records: Sequence[tuple[int, int]]
    lists: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)


class _ItemsByParent:
    """Child rows in the order of their records, which are read in step with these.

    Args:
        rows: place of the record, place and key of each child row.
    """

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows, self._next = rows, next(rows, None)

    def until(self, parent: int) -> list[tuple[int, int]]:
        """Return place and key of the child rows of records up to the place *parent*, without those returned before."""
        taken = []
        while self._next is not None and self._next[0] <= parent:
            taken.append((self._next[1], self._next[2]))
            self._next = next(self._rows, None)
        return taken


def tables_source(
    paths: Mapping[str, Sequence[Path]], progress: Progress | None = None, profile: Profile = BASE
) -> TablesSource:
    """Return Parquet files as a source, without the tables of which a file or column cannot be used.

    Args:
        paths: the files of each table.
        progress: is told how many rows have been read.
        profile: the profile of the dataset.
    """
    sources: dict[str, TableFiles] = {}
    issues: list[Issue] = []
    for table, paths_of_table in paths.items():
        files = TableFiles(tables(profile)[table], paths_of_table)
        issues_of_table = list(files.read_footers())
        issues += issues_of_table
        if all(issue.code == "unknown_key" for issue in issues_of_table):
            sources[table] = files
    return TablesSource(sources, issues, sum(map(len, paths.values())), progress, profile)


@dataclass(frozen=True)
class TablesSource:
    """Parquet tables of a whole dataset or of a part.

    Args:
        sources: the files of each table that can be used.
        issues: what is wrong with files and columns.
        files: how many files there are, with those that cannot be used.
        progress: is told how many rows have been read.
        profile: the profile of the dataset.
    """

    sources: Mapping[str, TableFiles]
    issues: Sequence[Issue] = ()
    files: int = 0
    progress: Progress | None = None
    profile: Profile = BASE
    is_of_tables = True

    @property
    def available_tables(self) -> set[str]:
        """The tables that can be used."""
        return set(self.sources)

    def tasks(self, parallel_map: ParallelMap[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return a task per part of a file (table, number of file, number of part), after its number of rows."""
        return [
            (files.parts[file][part + 1] - files.parts[file][part], (name, file, part))
            for name, files in self.sources.items()
            if name in rows.MODELS
            for file, part in files.tasks()
        ]

    def load(self, task: tuple[str, int, int], store: DuckDBStore) -> None:
        """Add the rows of a part of a file to its table; *task* as in ``tasks``."""
        import numpy as np
        import pyarrow as pa

        table, file, part = task
        model = store.models[table]
        name = getattr(model, "parent_key", "id")
        without_id = f'{own_key(table) if name == "id" else _NO_PARENT} - "_pos"'
        key = without_id if table == "redirects" else f'coalesce(key("{name}"::VARCHAR), {without_id})'
        is_compared = table in {"entities", "records"} - set(self.ownerless_tables)  # they repeat columns of records
        cursor = store.cursor()
        for first, rows_of_batch in self.sources[table].batches(file, part):
            batch = _castable(add_computed_columns(model, rows_of_batch))
            batch = batch.append_column("_pos", pa.array(first + np.arange(len(batch))))
            store.add(table, batch, key, cursor, has_bounds=True, is_compared=is_compared)
        cursor.close()

    def report_progress(self, done: int, total: int) -> None:
        """Report how many rows have been added."""
        if self.progress:
            self.progress(done, total)

    def picklable(self) -> TablesSource:
        """Return a copy that reports no progress."""
        return replace(self, progress=None)

    def compare_codes(self, store: Store) -> None:
        """Fill ``codes`` and ``missing_codes`` by comparing the table of codes, if there is one, with the codebooks."""
        files = self.sources.get("codes")
        if files is None:
            return
        wanted = {(row.codebook, row.code): row.model_dump() for row in code_rows(self.profile)}
        given = [values for _, _, values in files.rows(range(files.starts[-1]))]
        known = [wanted.get((str(row.get("codebook")), str(row.get("code")))) == row for row in given]
        store.fill("codes", [(place, not is_known) for place, is_known in enumerate(known)])
        missing = set(wanted) - {(row.get("codebook"), row.get("code")) for row in given}
        store.fill("missing_codes", [(f"{book} {code}",) for book, code in sorted(missing)])

    def unproven_portions(self, store: Store) -> Iterator[Portion]:
        """Yield portions of the records that were not proven, with their child rows; then of ownerless rows."""
        for table in (name for name in self.sources if name in BY_TABLE):
            yield from self._record_portions(store, table)
        for table in self.ownerless_tables:
            unproven = store.stream(f"SELECT pos, me FROM {table} WHERE NOT proven ORDER BY pos")
            while records := list(islice(unproven, _PORTION)):
                yield Portion(table, records)

    def portions_in_memory(self) -> Sequence[Portion]:
        """Return nothing: all rows are in files."""
        return ()

    def judge(self, portion: Portion) -> tuple[Sequence[Document], Sequence[JudgedRecord], Sequence[tuple[int, str]]]:
        """Validate the records or ownerless rows of a portion; nothing is unread."""
        judged = list(
            self._judged_records(portion) if portion.table not in self.ownerless_tables else self._judged_rows(portion)
        )
        return [record.entry.document for record in judged], judged, ()

    @property
    def ownerless_tables(self) -> list[str]:
        """The tables whose rows are judged one by one, since no table of their records was given."""
        return [name for name in self.sources if name in rows.MODELS and self._is_ownerless(name)]

    def _is_ownerless(self, table: str) -> bool:
        """Return whether no table was given that may hold the records of the rows of a table."""
        model = rows.models(self.profile)[table]
        if issubclass(model, Child):
            owners = [record.table for record in self.profile.records if model in children(record).values()]
            return not any(owner in self.sources for owner in owners)
        return table == "redirects" or (table not in BY_TABLE and not BY_TABLE.keys() & self.sources.keys())

    def _record_portions(self, store: Store, table: str) -> Iterator[Portion]:
        """Yield portions of the records of a table that were not proven, with their child rows."""
        suspects = "JOIN (SELECT DISTINCT me FROM suspects) s ON s.me = t.me"
        unproven = store.stream(f"SELECT t.pos, t.me FROM {table} t {suspects} ORDER BY t.pos")
        records = list(islice(unproven, _PORTION))
        lists = {
            name: _ItemsByParent(store.stream(
                f"SELECT t.pos AS parent, c.pos, c.me, c.ordinal FROM {child.table} c "
                f"JOIN {table} t ON t.me = c.me {suspects} "
                f"ORDER BY t.pos, c.ordinal NULLS LAST, c.pos"
            ))
            for name, child in children(self.profile.by_table[table]).items()
            if records and child.table in self.sources
        }  # fmt: skip
        while records:
            yield Portion(table, records, {name: items.until(records[-1][0]) for name, items in lists.items()})
            records = list(islice(unproven, _PORTION))

    def _judged_records(self, portion: Portion) -> Iterator[JudgedRecord]:
        """Yield the records of a portion."""
        model = self.profile.by_table[portion.table]
        lists: dict[int, dict[str, list[TableRow]]] = {}  # child rows by the key of their record and by field
        for name, child in children(model).items():
            items = portion.lists.get(name, ())
            places = sorted(pos for pos, _ in items)
            located = dict(zip(places, self.rows_at(child.table, places), strict=True)) if places else {}
            for pos, me in items:
                lists.setdefault(me, {}).setdefault(name, []).append(located[pos])
        places = [pos for pos, _ in portion.records]
        for (pos, me), row in zip(portion.records, self.rows_at(portion.table, places), strict=True):
            yield JudgedRecord(_entry(model, row, lists.get(me, {}), self.profile), pos, me, is_new=False)

    def _judged_rows(self, portion: Portion) -> Iterator[JudgedRecord]:
        """Yield the ownerless rows of a portion, each validated by the model of its table."""
        table = portion.table
        model = rows.models(self.profile)[table]
        located = self.rows_at(table, [pos for pos, _ in portion.records])
        for (pos, me), own in zip(portion.records, located, strict=True):
            data = _model_data(model, own.values)
            row, error = validated(model, data)
            kind = "redirect" if table == "redirects" else "row"
            document = Document(own.path, data, {}, {})
            yield JudgedRecord(RowEntry(document, "", kind, data, row, model, error, own=own), pos, me, is_new=False)

    def file_of(self, place: int) -> str:
        """Return nothing: a file may have any number of issues."""
        return ""

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield nothing: texts are compared with records in files."""
        yield from ()

    def rows_at(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[TableRow]:
        """Yield the rows at places, which are sorted; *only* names the columns that are needed (empty: all)."""
        keys = {"codes": "code", "redirects": "old_id"}
        key = keys.get(table) or str(getattr(rows.MODELS[table], "parent_key", "id"))
        if places and places[0] < 0:  # -1 is the table as a whole
            yield TableRow(str(self.sources[table].paths[0]), -1, "", {})
        wanted = {key, *only} if only else only
        for path, row, values in self.sources[table].rows([place for place in places if place >= 0], wanted):
            yield TableRow(path, row, str(values.get(key) or ""), values)

    def hidden_records(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return nothing: a table that cannot be read is not used."""
        return set(), set()


def _castable(batch: pa.Table) -> pa.Table:
    """Return rows in types that DuckDB can cast; rows with an integer of more than 63 bits are marked as odd."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for index, column in enumerate(batch.schema):
        if column.type == pa.float16():
            batch = batch.set_column(index, column.name, batch.column(index).cast(pa.float64()))
        elif column.type == pa.uint64():
            is_beyond = pc.greater(batch.column(index), pa.scalar(2**63 - 1, pa.uint64())).fill_null(False)
            kept = pc.if_else(is_beyond, None, batch.column(index)).cast(pa.int64())
            batch = batch.set_column(index, column.name, kept)
            if "_is_odd" in batch.column_names:
                is_beyond = pc.or_(is_beyond, batch.column("_is_odd"))
                batch = batch.drop_columns(["_is_odd"])
            batch = batch.append_column("_is_odd", is_beyond)
    return batch


def _entry(model: type[Record], own: TableRow, lists: Mapping[str, Sequence[TableRow]], profile: Profile) -> RowEntry:
    """Return a record, composed of its own and its child rows and validated by its model."""
    data = _model_data(model, own.values)
    data |= {name: [_model_data(children(model)[name], item.values) for item in items] for name, items in lists.items()}
    document = Document(own.path, data, {}, {})
    found = entry_at(document, "", model.record_type, data, SCHEMA_VERSION, profile)
    if isinstance(found, Problem):  # an id of another type: in a table, that is an id of the wrong form
        _, error = validated(model, data)
        known = data | {"id": str(data.get("id", ""))}
        found = Entry(document, "", model.record_type, known, None, model, error)
    kept = {name: getattr(found, name) for name in Entry.__dataclass_fields__}
    return RowEntry(**kept, own=own, lists=lists)


def _model_data(model: type[Row], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row as its model takes them: without nulls and bounds of dates, days as text."""
    kept = {column.name: values.get(column.name) for column in columns(model)}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in kept.items()
        if value is not None
    }
