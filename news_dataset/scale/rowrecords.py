"""Rows of tables back into records, so that the model and the named checks can judge those that are not proven."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from news_dataset.entries import Entry, entry_at
from news_dataset.issues import Issue, Severity
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document, Problem
from news_dataset.records import Record
from news_dataset.scale.cut import Cut
from news_dataset.scale.parquet import FILE, TableFiles
from news_dataset.scale.proof import Rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

Place = tuple[str, int]
"""A file and a row in it."""


@dataclass(frozen=True)
class RowEntry(Entry):
    """A record out of rows; ``own`` is where its row stands, ``rows`` where those of its lists stand."""

    own: Place = ("", 0)
    rows: dict[str, list[Place]] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """The file and row of the record."""
        return f"{self.own[0]}:row {self.own[1]}"

    def issue(
        self, pointer: str, message: str, hint: str = "", *, on_key: bool = False, severity: Severity = "error"
    ) -> Issue:
        """Return an issue at the row and column that a pointer into the record means."""
        del on_key
        name, _, rest = pointer[1:].partition("/")
        place, inside = self.own, pointer
        if name in self.rows and rest:
            number, _, column = rest.partition("/")
            place, inside = self.rows[name][int(number)], f"/{column}" if column else ""
        return Issue(place[0], message, inside, hint=hint, record=self.id, severity=severity, row=place[1])


def place_of(files: TableFiles, at: int) -> Place:
    """Return file and row of a place."""
    return str(files.paths[at >> FILE]), int(at & ((1 << FILE) - 1))


def entries_of_rows(
    cut: Cut, chosen: Sequence[int], sources: dict[str, TableFiles]
) -> Iterator[tuple[Document, RowEntry | None]]:
    """Yield the chosen records of a slice: each as a document, and the entry if it is a record at all."""
    import numpy as np

    model, numbers = cut.records.model, np.asarray(chosen, dtype=np.int64)
    data = plain_rows(cut.records.parents, numbers)
    lists = {name: _lists(cut, name, numbers, sources[name]) for name in cut.records.parts if name in sources}
    for place, (number, own) in enumerate(zip(numbers.tolist(), data, strict=True)):
        rows = {}
        for name, found in lists.items():
            if items := found[place]:
                own[name], rows[name] = [one for one, _ in items], [where for _, where in items]
        where = place_of(sources[model.table], cut.at[number])
        document = Document(where[0], own, {}, {})
        yield document, _entry(document, model, own, where, rows)


def _lists(
    cut: Cut, name: str, numbers: np.ndarray[Any, Any], files: TableFiles
) -> list[list[tuple[dict[str, Any], Place]]]:
    """Return for each of some records the rows of one of its lists, with their places."""
    import numpy as np

    part = cut.records.parts[name]
    rank = np.full(len(cut.records), -1, dtype=np.int64)
    rank[numbers] = np.arange(len(numbers))
    rows = np.flatnonzero(rank[part.owners] >= 0)
    found: list[list[tuple[dict[str, Any], Place]]] = [[] for _ in numbers]
    data, at, owners = plain_rows(part.rows, rows), cut.parts_at[name][rows].tolist(), rank[part.owners[rows]].tolist()
    for row, where, owner in zip(data, at, owners, strict=True):
        found[owner].append((row, place_of(files, where)))
    return found


def _entry(
    document: Document, model: type[Record], own: dict[str, Any], place: Place, rows: dict[str, list[Place]]
) -> RowEntry | None:
    found = entry_at(document, "", model.record_type, own, SCHEMA_VERSION)
    if isinstance(found, Problem):  # an id of another type
        identity = str(own.get("id", ""))
        found = Entry(document, "", model.record_type, own | {"id": identity}, None, _refused(model, own))
    return RowEntry(**{name: getattr(found, name) for name in Entry.__dataclass_fields__}, own=place, rows=rows)


def _refused(model: type[Record], own: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    try:
        model.model_validate(own)
    except ValidationError as error:
        return error
    raise AssertionError("an id of another type has the right form")


def plain_rows(rows: Rows, chosen: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    """Return rows as the data of their model: without nulls, days as text."""
    names = [name for name in rows.model.model_fields if name in rows.table.column_names]
    columns = [_values(rows.column(name).take(chosen)) for name in names]
    found = []
    for values in zip(*columns, strict=True):
        kept = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        found.append({name: one.isoformat() if isinstance(one, dt.date) else one for name, one in kept.items()})
    return found


def _values(array: pa.Array) -> list[Any]:
    """Return values as Python has them; bytes that are not UTF-8 as text that no model accepts."""
    import pyarrow as pa

    if pa.types.is_date32(array.type):
        return [None if count is None else _day(count) for count in array.cast(pa.int32()).to_pylist()]
    try:
        return list(array.to_pylist())
    except UnicodeDecodeError:
        words = array.cast(pa.string()).cast(pa.binary()).to_pylist()
        return [None if word is None else word.decode(errors="surrogateescape") for word in words]


def _day(count: int) -> dt.date | str:
    """Return a day by its number from 1970; a text that is none where Python's calendar does not have it."""
    try:
        return dt.date(1970, 1, 1) + dt.timedelta(days=count)
    except OverflowError:
        return f"day {count} from 1970"
