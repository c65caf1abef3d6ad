"""What judged records give away for the questions across tables, as proven ones do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from news_dataset.entries import Entry
from news_dataset.records import BY_TYPE, Record
from news_dataset.scale.emitted import Tables, emitted
from news_dataset.scale.jsonlines import full_types
from news_dataset.scale.judge import Verdict
from news_dataset.scale.slices import Slice, nested
from news_dataset.scale.spill import Spill

At = Callable[[Entry], int]
"""Tells where a record stands."""


def put_by(verdict: Verdict, at: At, spill: Spill) -> None:
    """Keep of judged records what the questions across tables need.

    Of sound ones that is what proven ones give away; of broken ones their ids, which are there all the same, and what
    they lie within.
    """
    import pyarrow as pa

    for kind, model in BY_TYPE.items():
        mine = [entry for entry in verdict.entries if entry.kind == kind]
        sound = [entry for entry in mine if isinstance(entry.row, Record)]
        if sound:
            spill.add({f"judged/{name}": table for name, table in _emitted(sound, model, at).items()})
        broken = [entry for entry in mine if entry.row is None and entry.id]
        keys = [{"id": one.id, "at": at(one)} for one in broken]
        above = [{"id": one.id, "at": at(one), "parent": one.data["parent"]} for one in broken if _has_parent(one)]
        for name, rows in (("keys", keys), ("parents", above)):
            if rows:
                spill.add({f"broken/{name}/{kind}": pa.Table.from_pylist(rows)})


def _has_parent(entry: Entry) -> bool:
    return isinstance(entry.data.get("parent"), str)


def slice_of(entries: Sequence[Entry], model: type[Record]) -> Slice:
    """Return sound records of *model* as a slice with all its columns."""
    import pyarrow as pa

    data = [entry.row.to_dict() for entry in entries if isinstance(entry.row, model)]
    return nested(model, pa.Table.from_pylist(data, schema=full_types(model)))


def _emitted(entries: list[Entry], model: type[Record], at: At) -> Tables:
    import numpy as np

    records = slice_of(entries, model)
    return emitted(records, np.ones(len(records), dtype=bool), np.array([at(entry) for entry in entries]))
