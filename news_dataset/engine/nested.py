"""Records that hold their child rows, as in curated files and JSON Lines; their place is a number in their source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path, PurePath
from typing import Any, Protocol

from news_dataset.collection import Collection
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.rows import MODELS
from news_dataset.engine.store import ParallelMap, Store
from news_dataset.entries import SPECIAL, Entry
from news_dataset.folders import BESIDE, SUFFIXES
from news_dataset.issues import Issue, Severity
from news_dataset.profile import FOLDER, Profile
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE, Record, Redirect, Row
from news_dataset.records.columns import children, columns
from news_dataset.records.fields import NUMBERED, id_pattern

SHIFT = 20
"""A row's place is the number of its record, shifted by this many bits, plus its ordinal (0: the record itself)."""

_PORTION = 1_000  # records that are judged together
_SLUG_NAMED = ("article", "person", "organization", "place", "event")  # types with one record per file, named by its id


class LocatedRow(Protocol):
    """A row whose place is known, so that an issue can be reported there."""

    @property
    def id(self) -> str:
        """The id of its record."""

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of its columns by name; those that are null may be missing."""

    @property
    def path(self) -> str:
        """Its file."""

    @property
    def where(self) -> str:
        """Its file and line, or row, as messages name it."""

    def issue(
        self, column: str, message: str, hint: str = "", *, severity: Severity = "error", code: str = ""
    ) -> Issue:
        """Return an issue at a column; at the row if *column* is empty."""


@dataclass(frozen=True)
class JudgedRecord:
    """A record that was validated by its model.

    Args:
        entry: the record, with the errors of the model.
        pos: its place in the source.
        me: the key of its rows.
        is_new: whether its rows are not in the tables yet.
    """

    entry: Entry
    pos: int
    me: int
    is_new: bool = True


@dataclass(frozen=True)
class NestedRow:
    """A record, or an item of one of its lists.

    Args:
        entry: the record.
        table: the field that holds the list, which has the name of its table.
        ordinal: the number of the item, from 1; 0 for the record itself.
    """

    entry: Entry
    table: str
    ordinal: int

    @property
    def _pointer(self) -> str:
        return f"/{self.table}/{self.ordinal - 1}" if self.ordinal else ""

    @property
    def id(self) -> str:
        """The id of the record."""
        return self.entry.id

    @property
    def values(self) -> Mapping[str, Any]:
        """The fields of the record or item by name."""
        fields: Mapping[str, Any] = self.entry.data[self.table][self.ordinal - 1] if self.ordinal else self.entry.data
        return fields

    @property
    def path(self) -> str:
        """The file."""
        return self.entry.document.path

    @property
    def where(self) -> str:
        """The file and line of the record."""
        return f"{self.path}:{self.entry.document.place(self.entry.pointer)[0]}"

    def issue(
        self, column: str, message: str, hint: str = "", *, severity: Severity = "error", code: str = ""
    ) -> Issue:
        """Return an issue at a field."""
        pointer = f"{self._pointer}/{column}" if column else self._pointer
        return self.entry.issue(pointer, message, hint, severity=severity, code=code)


def rows_of(judged: Sequence[JudgedRecord]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of valid records, their children and redirects, by table; other documents have none."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in judged:
        row, pos = record.entry.row, record.pos
        if isinstance(row, Record):
            name = _name_of_file(record.entry.document.path, row.record_type in NUMBERED)
            for table, values in _rows_of_record(row, pos, name):
                found.setdefault(table, []).append(values)
        elif isinstance(row, Redirect):
            values = {field: getattr(row, field) for field in Redirect.model_fields}
            found.setdefault("redirects", []).append(values | {"_pos": pos, "_me": -1 - pos})
    return found


@lru_cache(maxsize=1)
def _name_of_file(path: str, is_numbered: bool) -> str | None:
    """Return the name of a file without suffix, to be compared with an id; None if its file may have any name."""
    place = PurePath(path)
    name = f"{place.parent.name}/{place.stem}" if is_numbered and _is_numbered_file(place) else place.stem
    return _as_utf8(name) if place.suffix in (".yaml", ".json") else None


def _rows_of_record(record: Record, pos: int, stem: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the table and values of a record, then of each child.

    Args:
        record: the record.
        pos: its place; those of its children follow it.
        stem: the name of its file without suffix, to be compared with its id; None if its file may have any name.
    """
    yield record.table, {**_values(record), "_pos": pos, "_me": pos, "_stem": stem}
    for name, child in children(type(record)).items():
        for ordinal, item in enumerate(getattr(record, name), 1):
            key = {child.parent_key: record.id, "ordinal": ordinal, "_pos": pos + ordinal, "_me": pos}
            yield child.table, {**_values(item), **key}


def _values(row: Row) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in columns(type(row))}


@dataclass(frozen=True)
class CuratedSource:
    """Records that were read into memory, all of which their models judge."""

    collection: Collection
    is_of_tables = False
    issues = ()
    ownerless_tables = ()

    @property
    def profile(self) -> Profile:
        """The profile of the dataset."""
        return self.collection.profile

    @property
    def files(self) -> int:
        """How many files were read."""
        return len(self.collection.documents)

    @property
    def available_tables(self) -> set[str]:
        """The tables that may have rows: all."""
        return set(MODELS)

    def tasks(self, parallel_map: ParallelMap[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return nothing: no rows are loaded without their model."""
        return ()

    def load(self, task: Any, store: DuckDBStore) -> None:
        """Add nothing."""

    def report_progress(self, done: int, total: int) -> None:
        """Report nothing."""

    def picklable(self) -> CuratedSource:
        """Return the source itself."""
        return self

    def compare_codes(self, store: Store) -> None:
        """Fill nothing."""

    def unproven_portions(self, store: Store) -> Iterator[Any]:
        """Yield nothing."""
        yield from ()

    def portions_in_memory(self) -> Sequence[int]:
        """Return the number of the first record of each portion."""
        return self._starts[:-1]

    @cached_property
    def _starts(self) -> list[int]:
        """Return where portions begin, and the last one ends; what is no record comes last, in one portion."""
        entries = self.collection.entries
        first_special = next((n for n, entry in enumerate(entries) if entry.kind in SPECIAL), len(entries))
        return [*range(0, first_special, _PORTION), first_special, len(entries)]

    def judge(self, portion: int) -> tuple[Sequence[Document], Sequence[JudgedRecord], Sequence[tuple[int, str]]]:
        """Return the records of a portion, and with the first portion all files; nothing is unread."""
        end = next((start for start in self._starts if start > portion), portion)
        entries = self.collection.entries[portion:end]
        documents = () if portion else self.collection.documents
        return documents, [JudgedRecord(entry, n << SHIFT, n << SHIFT) for n, entry in enumerate(entries, portion)], ()

    def file_of(self, place: int) -> str:
        """Return the file of a record."""
        return self.collection.entries[place >> SHIFT].document.path

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield all records of some tables at once."""
        yield [entry for entry in self.collection.of() if BY_TYPE[entry.kind].table in tables]

    def rows_at(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[LocatedRow]:
        """Yield the rows at places, with all columns."""
        for place in places:
            yield NestedRow(self.collection.entries[place >> SHIFT], table, place & ((1 << SHIFT) - 1))

    def hidden_records(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return ids that broken or misplaced files may hold, and types of which they may hold any id."""
        kinds: set[str] = set()
        faulty = [document for document in self.collection.documents if document.problems]
        ids = {_as_utf8(id_) for file in faulty if not file.path.endswith(".jsonl") for id_ in _ids_in(file.data)}
        broken = [entry for entry in self.collection.entries if entry.row is None]
        problems = {document.path for document in faulty}
        lost = problems | {entry.document.path for entry in broken if not has_id(entry)}
        lists = {document.path for document in faulty if isinstance(document.data, list)}
        lists |= {entry.document.path for entry in broken if entry.pointer}
        for path in problems | {entry.document.path for entry in broken}:
            place, kind = PurePath(path), type_of_file(path)
            is_named = kind in _SLUG_NAMED and place.parent.name == BY_TYPE[kind].table
            is_of_lines = place.suffix == ".jsonl"
            if is_named and not is_of_lines:
                ids.add(_as_utf8(f"{kind}/{place.stem}"))
            if path in lost and (is_of_lines or path in lists if is_named else kind or is_of_lines):
                kinds.add(kind)
        read = {(entry.document.path, entry.pointer) for entry in self.collection.entries if has_id(entry)}
        for document in faulty:
            lines = document.data if document.path.endswith(".jsonl") and isinstance(document.data, list) else ()
            for index, line in enumerate(lines):
                kinds |= set() if (document.path, f"/{index}") in read else types_in(line)
        for place in _strays_of_no_type(faulty):
            ids |= {_as_utf8(f"{kind}/{place.stem}") for kind in _SLUG_NAMED}
            kinds |= BY_TYPE.keys() - {*_SLUG_NAMED}
        return ids, hidden_types(kinds)


def _ids_in(data: Any) -> set[str]:
    """Return the ids of the records in a file, as far as it could be read."""
    items = data if isinstance(data, list) else [data]
    return {item["id"] for item in items if isinstance(item, Mapping) and isinstance(item.get("id"), str)}


def types_in(data: Any) -> set[str]:
    """Return the types that the ids of the records in a file or line name, in whichever file they lie."""
    return {id_.partition("/")[0] for id_ in _ids_in(data)} & BY_TYPE.keys()


def _strays_of_no_type(documents: Sequence[Document]) -> Iterator[PurePath]:
    """Yield the files with records of whichever type: they lie in no folder of records, and were not read."""
    for document in documents:
        place, codes = PurePath(document.path), [problem.code for problem in document.problems]
        is_beside = f"{place.stem}.yaml" in BESIDE or place.parent.name == FOLDER
        if codes == ["misplaced_file"] and place.suffix in SUFFIXES and not is_beside and not type_of_file(str(place)):
            yield place


def type_of_file(path: str) -> str:
    """Return the type of the records in a file, by its folder or else its name; empty if neither tells."""
    place = Path(path)
    folder = place.parent.resolve()
    model = BY_TABLE.get((folder.parent if _is_numbered_file(place) else folder).name)
    model = model or BY_TABLE.get(place.name) or BY_TABLE.get(place.stem)
    return model.record_type if model else ""


def hidden_types(kinds: Set[str]) -> set[str]:
    """Return the types of records that files of some types may hold; an empty text means all types."""
    return set(BY_TYPE) if "" in kinds else set(kinds)


def _is_numbered_file(place: PurePath) -> bool:
    """Return whether a file holds one numbered record: ``statements/<article>/07.yaml``."""
    return place.stem.isdigit() and place.parent.parent.name in (BY_TYPE[kind].table for kind in NUMBERED)


def _as_utf8(name: str) -> str:
    """Return the name of a file with ``?`` for what is not UTF-8."""
    return name.encode(errors="replace").decode()


def has_id(entry: Entry) -> bool:
    """Return whether an entry has an id of its type, however broken it is; true for what is no record."""
    return entry.kind not in BY_TYPE or re.fullmatch(id_pattern(entry.kind), entry.id) is not None
