"""Parquet tables of any size and layout, read batch by batch with page checksums. A place is the number of the row."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from news_dataset.engine import rows
from news_dataset.engine.nested import Judged
from news_dataset.engine.store import Store, evaluated_columns, own_key
from news_dataset.engine.tablefiles import TableFiles
from news_dataset.entries import Entry, entry_at
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
_NO_PARENT = -(2**62)  # keys of rows that name no record lie below, those of records that repeat an id between it and 0


@dataclass(frozen=True)
class RowSpot:
    """A row of a table."""

    path: str
    row: int
    id: str
    values: Mapping[str, Any]

    @property
    def where(self) -> str:
        """Its file and row."""
        return f"{self.path}:row {self.row}"

    def issue(self, column: str, message: str, hint: str = "", *, severity: Severity = "error") -> Issue:
        """Return an issue at a column of this row."""
        pointer = f"/{column}" if column else ""
        return Issue(self.path, message, pointer, hint=hint, record=self.id, severity=severity, row=self.row)


@dataclass(frozen=True)
class RowEntry(Entry):
    """A record out of rows; ``own`` is its row, ``lists`` are those of its children."""

    own: RowSpot = RowSpot("", 0, "", {})
    lists: Mapping[str, Sequence[RowSpot]] = field(default_factory=dict)

    def issue(
        self, pointer: str, message: str, hint: str = "", *, on_key: bool = False, severity: Severity = "error"
    ) -> Issue:
        """Return an issue at the row and column that a pointer into the record means."""
        name, _, rest = pointer[1:].partition("/")
        if name in self.lists and rest:
            number, _, column = rest.partition("/")
            found = self.lists[name][int(number)].issue(column, message, hint, severity=severity)
        else:
            found = self.own.issue(pointer[1:], message, hint, severity=severity)
        return found


def tables_source(
    found: Mapping[str, Sequence[Path]], progress: Progress | None = None, profile: Profile = BASE
) -> TablesSource:
    """Return the files of tables as a source; a table with a file or column that cannot be used is left out.

    Args:
        found: the files of each table.
        progress: is told how far the work has come.
        profile: the profile of the dataset.
    """
    sources: dict[str, TableFiles] = {}
    issues: list[Issue] = []
    for table, paths in found.items():
        files = TableFiles(tables(profile)[table], paths)
        wrong = list(files.look())
        issues += wrong
        if all(issue.code == "unknown_key" for issue in wrong):
            sources[table] = files
    return TablesSource(sources, issues, sum(map(len, found.values())), progress, profile)


@dataclass(frozen=True)
class TablesSource:
    """Parquet tables, as a whole dataset or as a part of one."""

    sources: Mapping[str, TableFiles]
    issues: Sequence[Issue] = ()
    files: int = 0
    progress: Progress | None = None
    profile: Profile = BASE
    threads: int = os.cpu_count() or 1
    is_of_tables = True

    @property
    def present(self) -> set[str]:
        """The tables that are there."""
        return set(self.sources)

    def load(self, store: Store) -> None:
        """Add the rows of all tables."""
        total, done = sum(one.starts[-1] for one in self.sources.values()), 0
        compared = {"entities", "records"} - set(self.alone)
        tasks = ((files, *task, name in compared) for name, files in self.sources.items() for task in files.tasks())
        with ThreadPoolExecutor(self.threads) as pool:
            while some := list(islice(tasks, 2 * self.threads)):
                for count in pool.map(lambda task: _load(store, *task), some):
                    done += count
                    if self.progress:
                        self.progress(done, total)
                store.compact()
        if "codes" in self.sources:
            self._load_codes(store)

    def _load_codes(self, store: Store) -> None:
        """Compare the table of codes with the codebooks."""
        files = self.sources["codes"]
        wanted = {(row.codebook, row.code): row.model_dump() for row in code_rows(self.profile)}
        found = [values for _, _, values in files.rows(range(files.starts[-1]))]
        known = [wanted.get((str(row.get("codebook")), str(row.get("code")))) == row for row in found]
        store.fill("codes", [(at, not is_known) for at, is_known in enumerate(known)])
        missing = set(wanted) - {(row.get("codebook"), row.get("code")) for row in found}
        store.fill("missing_codes", [(f"{book} {code}",) for book, code in sorted(missing)])

    def suspects(self, store: Store) -> Iterator[tuple[Sequence[Document], Sequence[Judged]]]:
        """Yield the rows that were not proven, as records with their children, judged by their models."""
        store.suspect_unproven()
        for table in (name for name in self.sources if name in BY_TABLE):
            yield from self._records(store, table)
        for table in self.alone:
            query = f"SELECT pos, me FROM {table} WHERE NOT proven ORDER BY pos"
            yield from self._lone_rows(table, store.database.execute(query).fetchall())

    @property
    def alone(self) -> list[str]:
        """Tables whose rows are judged one by one, since they belong to no record that is there."""
        return [name for name in self.sources if name in rows.MODELS and self._is_alone(name)]

    def _is_alone(self, table: str) -> bool:
        """Return whether no records are there that the rows of a table could belong to."""
        model = rows.models(self.profile)[table]
        if issubclass(model, Child):
            owners = [one.table for one in self.profile.records if model in children(one).values()]
            return not any(owner in self.sources for owner in owners)
        return table == "redirects" or (table not in BY_TABLE and not any(one in self.sources for one in BY_TABLE))

    def _records(self, store: Store, table: str) -> Iterator[tuple[Sequence[Document], Sequence[Judged]]]:
        """Yield the records of a table that were not proven, portion by portion."""
        query = (
            f"SELECT t.pos, t.me FROM {table} t JOIN (SELECT DISTINCT me FROM suspects) s ON s.me = t.me ORDER BY t.pos"
        )
        found = store.cursor().execute(query)
        while portion := found.fetchmany(_PORTION):
            judged = list(self._judged(store, table, dict(portion)))
            yield [one.entry.document for one in judged], judged

    def _judged(self, store: Store, table: str, keys: Mapping[int, int]) -> Iterator[Judged]:
        """Yield the records at some places of a table; *keys* are by place."""
        model = self.profile.by_table[table]
        lists: dict[int, dict[str, list[RowSpot]]] = {}
        wanted = "SELECT unnest($1::BIGINT[]) AS me"
        for name, child in children(model).items():
            if child.table in self.sources:
                joined = f"{child.table} c JOIN ({wanted}) w ON w.me = c.me ORDER BY c.pos"
                query = f"SELECT c.pos, c.me, c.ordinal FROM {joined}"
                found = store.database.execute(query, [list(keys.values())]).fetchall()
                spots = dict(
                    zip((pos for pos, _, _ in found), self.spots(child.table, [p for p, _, _ in found]), strict=True)
                )
                last = 2**31
                for pos, me, _ in sorted(found, key=lambda row: (last if row[2] is None else row[2], row[0])):
                    lists.setdefault(me, {}).setdefault(name, []).append(spots[pos])
        for (pos, me), spot in zip(keys.items(), self.spots(table, list(keys)), strict=True):
            mine = lists.get(me, {})
            yield Judged(_entry(model, spot, mine, self.profile), pos, me, is_new=False)

    def _lone_rows(
        self, table: str, found: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[Sequence[Document], Sequence[Judged]]]:
        """Yield rows whose records are not there, judged by the model of rows."""
        model = rows.models(self.profile)[table]
        spots = self.spots(table, [pos for pos, _ in found])
        judged = []
        for (pos, me), spot in zip(found, spots, strict=True):
            data = _plain(model, spot.values)
            row, error = None, None
            try:
                row = model.model_validate(data)
            except ValidationError as refused:
                error = refused
            kind = "redirect" if table == "redirects" else "row"
            document = Document(spot.path, data, {}, {})
            entry = RowEntry(document, "", kind, data, row, model, error, own=spot)
            judged.append(Judged(entry, pos, me, is_new=False))
        if judged:
            yield [one.entry.document for one in judged], judged

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield nothing: texts are compared with records in files."""
        yield from ()

    def spots(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[RowSpot]:
        """Yield the rows at some places, which rise; with *only* some columns if given."""
        others = {"codes": "code", "redirects": "old_id"}
        key = others.get(table) or str(getattr(rows.MODELS[table], "parent_key", "id"))
        if places and places[0] < 0:  # the table as a whole
            yield RowSpot(str(self.sources[table].paths[0]), -1, "", {})
        wanted = {key, *only} if only else only
        for path, row, values in self.sources[table].rows([place for place in places if place >= 0], wanted):
            yield RowSpot(path, row, str(values.get(key) or ""), values)

    def hidden(self) -> tuple[set[str], set[str]]:
        """Return nothing: a table that cannot be read is not there."""
        return set(), set()


def _load(store: Store, files: TableFiles, file: int, group: int, is_compared: bool) -> int:
    """Add the rows of a row group to the tables; return how many it has."""
    import numpy as np
    import pyarrow as pa

    if files.table not in rows.MODELS:
        return 0
    model, count = store.models[files.table], 0
    name = getattr(model, "parent_key", "id")
    nobody = f'{own_key(files.table) if name == "id" else _NO_PARENT} - "_pos"'
    key = nobody if files.table == "redirects" else f'coalesce(key("{name}"::VARCHAR), {nobody})'
    cursor = store.cursor()
    for at, batch in files.batches(file, group):
        batch = _castable(evaluated_columns(model, batch)).append_column("_pos", pa.array(at + np.arange(len(batch))))
        store.add(files.table, batch, key, cursor, has_bounds=True, is_compared=is_compared)
        count += len(batch)
    cursor.close()
    return count


def _castable(batch: pa.Table) -> pa.Table:
    """Return a batch in types that DuckDB casts; rows with an integer beyond 63 bits are left for their model."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for at, one in enumerate(batch.schema):
        if one.type == pa.float16():
            batch = batch.set_column(at, one.name, batch.column(at).cast(pa.float64()))
        elif one.type == pa.uint64():
            is_beyond = pc.greater(batch.column(at), pa.scalar(2**63 - 1, pa.uint64())).fill_null(False)
            kept = pc.if_else(is_beyond, None, batch.column(at)).cast(pa.int64())
            batch = batch.set_column(at, one.name, kept)
            if "_is_odd" in batch.column_names:
                is_beyond = pc.or_(is_beyond, batch.column("_is_odd"))
                batch = batch.drop_columns(["_is_odd"])
            batch = batch.append_column("_is_odd", is_beyond)
    return batch


def _entry(model: type[Record], spot: RowSpot, lists: Mapping[str, Sequence[RowSpot]], profile: Profile) -> RowEntry:
    """Return a record out of rows, judged by its model."""
    data = _plain(model, spot.values)
    data |= {name: [_plain(children(model)[name], item.values) for item in items] for name, items in lists.items()}
    document = Document(spot.path, data, {}, {})
    found = entry_at(document, "", model.record_type, data, SCHEMA_VERSION, profile)
    if isinstance(found, Problem):  # an id of another type: to a table, that is an id of the wrong form
        error = None
        try:
            model.model_validate(data)
        except ValidationError as refused:
            error = refused
        known = data | {"id": str(data.get("id", ""))}
        found = Entry(document, "", model.record_type, known, None, model, error)
    kept = {name: getattr(found, name) for name in Entry.__dataclass_fields__}
    return RowEntry(**kept, own=spot, lists=lists)


def _plain(model: type[Row], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the data of its model: without nulls and bounds, days as text."""
    kept = {column.name: values.get(column.name) for column in columns(model)}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in kept.items()
        if value is not None
    }
