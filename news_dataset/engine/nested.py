"""Records that hold their children: curated files, and lines of JSON. A place is the number of the record in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, Protocol

from news_dataset.collection import Collection
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.rows import MODELS
from news_dataset.engine.store import Spread, Store
from news_dataset.entries import SPECIAL, Entry
from news_dataset.issues import Issue, Severity
from news_dataset.profile import Profile
from news_dataset.reader import Document
from news_dataset.records import BY_TABLE, BY_TYPE, Record, Redirect, Row
from news_dataset.records.columns import children, columns
from news_dataset.records.fields import NUMBERED, id_pattern

SHIFT = 20
"""The place of a row is the number of its record, shifted by this many bits, and its ordinal (0: the record itself)."""

_PORTION = 1_000  # records that become rows together
_SLUG_NAMED = ("article", "person", "organization", "place", "event")


class Spot(Protocol):
    """A row of which something is to be said."""

    @property
    def id(self) -> str:
        """The id of its record."""

    @property
    def values(self) -> Mapping[str, Any]:
        """Its columns."""

    @property
    def path(self) -> str:
        """Its file."""

    @property
    def where(self) -> str:
        """Its file and line or row."""

    def issue(self, column: str, message: str, hint: str = "", *, severity: Severity = "error") -> Issue:
        """Return an issue at a column, or (empty) at the row."""


@dataclass(frozen=True)
class Judged:
    """A record, judged by its model.

    Args:
        entry: the record, or why it is none.
        pos: where it stands.
        me: its key.
        is_new: whether its rows are not in the tables yet.
    """

    entry: Entry
    pos: int
    me: int
    is_new: bool = True


@dataclass(frozen=True)
class NestedSpot:
    """A record, or an item of one of its lists."""

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
        """The fields of the record or the item."""
        found: Mapping[str, Any] = self.entry.data[self.table][self.ordinal - 1] if self.ordinal else self.entry.data
        return found

    @property
    def path(self) -> str:
        """The file."""
        return self.entry.document.path

    @property
    def where(self) -> str:
        """The file and line of the record."""
        return f"{self.entry.document.path}:{self.entry.document.place(self.entry.pointer)[0]}"

    def issue(self, column: str, message: str, hint: str = "", *, severity: Severity = "error") -> Issue:
        """Return an issue at a field."""
        pointer = f"{self._pointer}/{column}" if column else self._pointer
        return self.entry.issue(pointer, message, hint, severity=severity)


def rows_of(judged: Sequence[Judged]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of sound records, and of redirects, that are not in the tables yet, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in judged:
        path = PurePath(one.entry.document.path)
        is_numbered = isinstance(one.entry.row, Record) and one.entry.row.record_type in NUMBERED
        name = _as_text(f"{path.parent.name}/{path.stem}" if is_numbered and _is_alone(path) else path.stem)
        stem = name if path.suffix in (".yaml", ".json") else None
        row = one.entry.row
        if isinstance(row, Record):
            for table, values in _record_rows(row, one.pos, stem):
                found.setdefault(table, []).append(values)
        elif isinstance(row, Redirect):
            values = {name: getattr(row, name) for name in Redirect.model_fields}
            found.setdefault("redirects", []).append(values | {"_pos": one.pos, "_me": -1 - one.pos})
    return found


def _record_rows(record: Record, pos: int, stem: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a record in memory, with the table of each; *pos* leaves room for the ordinals of children."""
    yield record.table, {**_values(record), "_pos": pos, "_me": pos, "_stem": stem}
    for name, child in children(type(record)).items():
        for ordinal, item in enumerate(getattr(record, name), 1):
            key = {child.parent_key: record.id, "ordinal": ordinal, "_pos": pos + ordinal, "_me": pos}
            yield child.table, {**_values(item), **key}


def _values(row: Row) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in columns(type(row))}


@dataclass(frozen=True)
class CuratedSource:
    """Records that were read into memory."""

    collection: Collection
    is_of_tables = False
    issues = ()
    alone = ()

    @property
    def profile(self) -> Profile:
        """The profile of the dataset."""
        return self.collection.profile

    @property
    def files(self) -> int:
        """How many files were read."""
        return len(self.collection.documents)

    @property
    def present(self) -> set[str]:
        """The tables that can have rows: all of them."""
        return set(MODELS)

    def tasks(self, spread: Spread[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return nothing: every record is judged by its model."""
        return ()

    def load(self, task: Any, store: DuckDBStore) -> None:
        """Add nothing."""

    def report(self, done: int, total: int) -> None:
        """Say nothing."""

    def portable(self) -> CuratedSource:
        """Return the source itself."""
        return self

    def compare(self, store: Store) -> None:
        """Fill nothing."""

    def portions(self, store: Store) -> Iterator[Any]:
        """Yield nothing."""
        yield from ()

    def held(self) -> Sequence[int]:
        """Return where each portion of the records begins; a few of them become rows at a time."""
        return self._starts[:-1]

    @cached_property
    def _starts(self) -> list[int]:
        """Where portions begin, and the last one ends: what is no record comes last, and is judged together."""
        entries = self.collection.entries
        apart = next((at for at, one in enumerate(entries) if one.kind in SPECIAL), len(entries))
        return [*range(0, apart, _PORTION), apart, len(entries)]

    def judged(self, portion: int) -> tuple[Sequence[Document], Sequence[Judged], Sequence[tuple[int, str]]]:
        """Return the records of a portion; with the first of them, all files."""
        end = next((start for start in self._starts if start > portion), portion)
        entries = self.collection.entries[portion:end]
        documents = () if portion else self.collection.documents
        return documents, [Judged(one, at << SHIFT, at << SHIFT) for at, one in enumerate(entries, portion)], ()

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield the records of some tables."""
        yield [one for one in self.collection.of() if BY_TYPE[one.kind].table in tables]

    def spots(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[Spot]:
        """Yield the rows at some places."""
        for place in places:
            yield NestedSpot(self.collection.entries[place >> SHIFT], table, place & ((1 << SHIFT) - 1))

    def hidden(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return ids that broken files may hold, and types of which they may hold any."""
        ids: set[str] = set()
        kinds: set[str] = set()
        faulty = [document for document in self.collection.documents if document.problems]
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
                ids.add(_as_text(f"{kind}/{place.stem}"))
            if path in lost and (is_of_lines or path in lists if is_named else kind or is_of_lines):
                kinds.add(kind)
        return ids, hidden_types(kinds)


def type_of_file(path: str) -> str:
    """Return the type of the records in a file, by its folder or its name; empty if neither says it."""
    place = Path(path)
    folder = place.parent.resolve()
    model = BY_TABLE.get((folder.parent if _is_alone(place) else folder).name)
    model = model or BY_TABLE.get(place.name) or BY_TABLE.get(place.stem)
    return model.record_type if model else ""


def hidden_types(kinds: Set[str]) -> set[str]:
    """Return the types of records that may be hidden in files of some types, of which empty is any."""
    return set(BY_TYPE) if "" in kinds else set(kinds)


def _is_alone(place: PurePath) -> bool:
    """Return whether a file is named as one of a single statement or assessment: ``statements/<article>/07.yaml``."""
    return place.stem.isdigit() and place.parent.parent.name in (BY_TYPE[kind].table for kind in NUMBERED)


def _as_text(name: str) -> str:
    """Return a name of a file as a text that is UTF-8, which not every name is."""
    return name.encode(errors="replace").decode()


def has_id(entry: Entry) -> bool:
    """Return whether a record has an id of its type, however broken it is elsewhere."""
    return entry.kind not in BY_TYPE or re.fullmatch(id_pattern(entry.kind), entry.id) is not None
