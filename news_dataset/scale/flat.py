"""A slice of records as rows of the tables that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from news_dataset.records import ENTITY_TYPES
from news_dataset.records.columns import columns
from news_dataset.scale.emitted import Tables
from news_dataset.scale.proof import Rows
from news_dataset.scale.slices import Slice
from news_dataset.tabular import arrow_schema, tables

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]


def flattened(records: Slice, kept: Mask) -> Tables:
    """Return the rows that the records *kept* have in all tables, as ``tabular.flatten`` makes them one by one.

    Args:
        records: a slice with all its columns.
        kept: which of its records are wanted; dates of others may be anything.

    Returns:
        The rows of the type's own table, of its children and of the derived tables, in the order of the records.
    """
    import numpy as np

    model, parents = records.model, records.parents
    own = _arrays(parents)
    found = {model.table: _table(model.table, own, kept)}
    for part in records.parts.values():
        counts = part.counts(len(records))
        places = np.arange(len(part.owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        child = tables()[vars(part.rows.model)["table"]]
        key = {child.key[0]: own["id"].take(_arrow(part.owners)), child.key[1]: _arrow((places + 1).astype(np.int32))}
        found[child.name] = _table(child.name, key | _arrays(part.rows), kept[part.owners])
    shadow = own | {"type": _constant(model.record_type, len(records)), "label": own[model.label_field]}
    for name in ("records", *(["entities"] if model.record_type in ENTITY_TYPES else [])):
        found[name] = _table(name, shadow, kept)
    return found


def _arrays(rows: Rows) -> dict[str, Any]:
    """Return the columns of a table, by name, with the bounds of dates."""
    found: dict[str, Any] = {}
    for column in columns(rows.model):
        name = column.name
        if column.kind == "edtf":
            days = rows.days(name)
            found |= {name: rows.column(name), f"{name}_min": days.first, f"{name}_max": days.last}
        elif column.kind == "day":
            found[name] = rows.days(name).first
        else:
            found[name] = rows.coded(name) if column.kind == "code" else rows.column(name)
    return found


def _table(name: str, arrays: Mapping[str, Any], kept: Mask) -> pa.Table:
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    found = pa.Table.from_arrays([arrays[one] for one in schema.names], schema=schema)
    return found if kept.all() else found.filter(_arrow(kept))


def _constant(word: str, count: int) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(np.zeros(count, dtype=np.int32), [word])


def _arrow(values: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array(values)
