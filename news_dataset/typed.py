"""Records as models, one or all of a table; of a release only the lines that are asked for become models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import ValidationError

from news_dataset.errors import IntegrityError, UnknownNameError, known
from news_dataset.records import BY_TABLE, BY_TYPE, Record
from news_dataset.released import Release

if TYPE_CHECKING:
    from news_dataset.stored import Curated, Tables


def records(store: Release | Curated | Tables, table: str) -> Iterator[Record]:
    """Iterate over the records of a table.

    Raises:
        KeyError: it is none of the eight tables of records.
        IntegrityError: its file is not the one that the manifest vouches for, or holds something else.
    """
    known(table, list(BY_TABLE), "table of records")
    return _of_release(store, table, "") if isinstance(store, Release) else store.records(table)


def get(store: Release | Curated | Tables, record_id: str) -> Record:
    """Return a record by its id.

    Raises:
        KeyError: there is none; the message names the nearest id, or the one that took its place.
        IntegrityError: as ``records``.
    """
    kind = str(record_id).partition("/")[0]
    if kind in BY_TYPE:
        table = BY_TYPE[kind].table
        if isinstance(store, Release):
            # First the lines in which the id stands as it is usually written; a mistake costs a second look at all.
            for record in _of_release(store, table, f'"{record_id}"'):
                if record.id == record_id:
                    return record
        for record in records(store, table):
            if record.id == record_id:
                return record
    for row in store.table("redirects").to_pylist():
        if row["old_id"] == record_id:
            gone = f"{record_id} was {row['reason']} in {row['release']}"
            raise UnknownNameError(f"{gone}; use {row['new_id']}" if row["new_id"] else gone)
    known(record_id, store.table("records", ["id"]).column("id").to_pylist(), "record")
    raise UnknownNameError(f"there is no record {record_id!r}")


def _of_release(release: Release, table: str, words: str) -> Iterator[Record]:
    """Yield the records of a table in whose lines *words* stand."""
    wanted = words.encode(errors="replace")
    for at, line in enumerate(release.lines(table), 1):
        if wanted in line:
            try:
                yield BY_TABLE[table].model_validate_json(line)
            except ValidationError as error:
                place = release.folder / f"{table}.jsonl"
                raise IntegrityError(f"{place}:{at}: is no record of this type") from error
