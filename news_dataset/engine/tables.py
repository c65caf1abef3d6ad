"""Parquet tables of any size and layout, read batch by batch with page checksums. A place is the number of the row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from news_dataset.engine import rows
from news_dataset.engine.duckdb import DuckDBStore, evaluated_columns
from news_dataset.engine.nested import Judged
from news_dataset.engine.store import Spread, Store, own_key
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


@dataclass(frozen=True)
class Portion:
    """Records of a table that are judged together: place and key of each, and of the items of their lists, by field."""

    table: str
    records: Sequence[tuple[int, int]]
    lists: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)


class _Ahead:
    """Items of lists, in the order of their records, that are taken as far as these have come."""

    def __init__(self, found: Iterator[tuple[Any, ...]]) -> None:
        self._found, self._next = found, next(found, None)

    def until(self, parent: int) -> list[tuple[int, int]]:
        """Return place and key of the items of all records up to a place that were not returned before."""
        taken = []
        while self._next is not None and self._next[0] <= parent:
            taken.append((self._next[1], self._next[2]))
            self._next = next(self._found, None)
        return taken


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
    is_of_tables = True

    @property
    def present(self) -> set[str]:
        """The tables that are there."""
        return set(self.sources)

    def tasks(self, spread: Spread[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return every part of a file with its rows: the table, the number of the file, and that of the part."""
        return [
            (files.parts[file][part + 1] - files.parts[file][part], (name, file, part))
            for name, files in self.sources.items()
            if name in rows.MODELS
            for file, part in files.tasks()
        ]

    def load(self, task: tuple[str, int, int], store: DuckDBStore) -> None:
        """Add the rows of a part of a file to the tables."""
        import numpy as np
        import pyarrow as pa

        table, file, part = task
        model = store.models[table]
        name = getattr(model, "parent_key", "id")
        nobody = f'{own_key(table) if name == "id" else _NO_PARENT} - "_pos"'
        key = nobody if table == "redirects" else f'coalesce(key("{name}"::VARCHAR), {nobody})'
        is_compared = table in {"entities", "records"} - set(self.alone)
        cursor = store.cursor()
        for at, rows_of_group in self.sources[table].batches(file, part):
            batch = _castable(evaluated_columns(model, rows_of_group))
            batch = batch.append_column("_pos", pa.array(at + np.arange(len(batch))))
            store.add(table, batch, key, cursor, has_bounds=True, is_compared=is_compared)
        cursor.close()

    def report(self, done: int, total: int) -> None:
        """Say how many rows were added."""
        if self.progress:
            self.progress(done, total)

    def portable(self) -> TablesSource:
        """Return a copy without what a process has for itself."""
        return replace(self, progress=None)

    def compare(self, store: Store) -> None:
        """Compare the table of codes with the codebooks."""
        files = self.sources.get("codes")
        if files is None:
            return
        wanted = {(row.codebook, row.code): row.model_dump() for row in code_rows(self.profile)}
        found = [values for _, _, values in files.rows(range(files.starts[-1]))]
        known = [wanted.get((str(row.get("codebook")), str(row.get("code")))) == row for row in found]
        store.fill("codes", [(at, not is_known) for at, is_known in enumerate(known)])
        missing = set(wanted) - {(row.get("codebook"), row.get("code")) for row in found}
        store.fill("missing_codes", [(f"{book} {code}",) for book, code in sorted(missing)])

    def portions(self, store: Store) -> Iterator[Portion]:
        """Yield the places of the records that were not proven, with those of their children."""
        for table in (name for name in self.sources if name in BY_TABLE):
            yield from self._records(store, table)
        for table in self.alone:
            found = store.stream(f"SELECT pos, me FROM {table} WHERE NOT proven ORDER BY pos")
            while some := list(islice(found, _PORTION)):
                yield Portion(table, some)

    def held(self) -> Sequence[Portion]:
        """Return nothing: all rows are in files."""
        return ()

    def judged(self, portion: Portion) -> tuple[Sequence[Document], Sequence[Judged], Sequence[tuple[int, str]]]:
        """Return the records at some places as their models judge them, or rows that belong to none."""
        found = list(self._judged(portion) if portion.table not in self.alone else self._lone_rows(portion))
        return [one.entry.document for one in found], found, ()

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

    def _records(self, store: Store, table: str) -> Iterator[Portion]:
        """Yield the places of the records of a table that were not proven."""
        suspects = "JOIN (SELECT DISTINCT me FROM suspects) s ON s.me = t.me"
        found = store.stream(f"SELECT t.pos, t.me FROM {table} t {suspects} ORDER BY t.pos")
        some = list(islice(found, _PORTION))
        lists = {
            name: _Ahead(store.stream(
                f"SELECT t.pos AS parent, c.pos, c.me, c.ordinal FROM {child.table} c "
                f"JOIN {table} t ON t.me = c.me {suspects} "
                f"ORDER BY t.pos, c.ordinal NULLS LAST, c.pos"
            ))
            for name, child in children(self.profile.by_table[table]).items()
            if some and child.table in self.sources
        }  # fmt: skip
        while some:
            yield Portion(table, some, {name: rows_of.until(some[-1][0]) for name, rows_of in lists.items()})
            some = list(islice(found, _PORTION))

    def _judged(self, portion: Portion) -> Iterator[Judged]:
        """Yield the records at some places of a table."""
        model = self.profile.by_table[portion.table]
        lists: dict[int, dict[str, list[RowSpot]]] = {}
        for name, child in children(model).items():
            found = portion.lists.get(name, ())
            places = sorted(pos for pos, _ in found)
            spots = dict(zip(places, self.spots(child.table, places), strict=True)) if places else {}
            for pos, me in found:
                lists.setdefault(me, {}).setdefault(name, []).append(spots[pos])
        places = [pos for pos, _ in portion.records]
        for (pos, me), spot in zip(portion.records, self.spots(portion.table, places), strict=True):
            yield Judged(_entry(model, spot, lists.get(me, {}), self.profile), pos, me, is_new=False)

    def _lone_rows(self, portion: Portion) -> Iterator[Judged]:
        """Yield rows whose records are not there, judged by the model of rows."""
        table = portion.table
        model = rows.models(self.profile)[table]
        spots = self.spots(table, [pos for pos, _ in portion.records])
        for (pos, me), spot in zip(portion.records, spots, strict=True):
            data = _plain(model, spot.values)
            row, error = None, None
            try:
                row = model.model_validate(data)
            except ValidationError as refused:
                error = refused
            kind = "redirect" if table == "redirects" else "row"
            document = Document(spot.path, data, {}, {})
            yield Judged(RowEntry(document, "", kind, data, row, model, error, own=spot), pos, me, is_new=False)

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

    def hidden(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return nothing: a table that cannot be read is not there."""
        return set(), set()


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
