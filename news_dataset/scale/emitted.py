"""What a slice of sound records gives away for the questions across tables: keys, references, and a few values.

Each question has a small table of its own; ``across`` puts the tables of all slices together. References are given
once for each id that a slice refers to, however often it does so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from news_dataset.records import Article, Assessment, Event, Statement
from news_dataset.records.columns import columns
from news_dataset.scale.proof import Rows
from news_dataset.scale.slices import Slice

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]

Tables = dict[str, Any]
"""Arrow tables by the name of the question."""


def emitted(records: Slice, kept: Mask, at: Numbers) -> Tables:
    """Return the tables of the records *kept*.

    Args:
        records: a slice.
        kept: which of its records are sound.
        at: where each record stands: the number of its line or row.

    Returns:
        ``keys/<type>``: id, at. ``references/<table>.<column>``: id, count. ``parents/<type>``: id, at,
        parent. ``texts``: id, at, text_length, status. ``reach``: article, reach (how far its spans go), spans (how
        many). ``facts``: id, at, article. ``assessed``: id, at, target, aspect, correct_value. ``dated``: id, at, date.
    """
    import pyarrow as pa

    name, parents = records.model.record_type, records.parents
    ids = _kept(parents, "id", kept)
    found: Tables = {f"keys/{name}": pa.table({"id": ids, "at": at[kept]})}
    for rows, chosen in [(parents, kept), *((part.rows, kept[part.owners]) for part in records.parts.values())]:
        found |= _references(rows, chosen)
    if records.model in (Event, Statement):
        chosen = kept & parents.there("parent")
        found[f"parents/{name}"] = _named(parents, chosen, at, "parent")
    found |= _values(records, kept, ids, at)
    return found


def _values(records: Slice, kept: Mask, ids: pa.Array, at: Numbers) -> Tables:
    import pyarrow as pa

    parents, found = records.parents, {}
    if records.model is Article:
        lengths = parents.values("text_length")[kept]
        found["texts"] = pa.table(
            {"id": ids, "at": at[kept], "text_length": lengths, "status": _kept(parents, "status", kept)}
        )
        found["reach"] = _reach(records, kept, "id", ("mentions",))
    elif records.model is Statement:
        facts = kept & parents.equal("claim_type", "fact")
        found["facts"] = _named(parents, facts, at, "article")
        found["reach"] = _reach(records, kept, "article", ("evidence", "quantities"))
    elif records.model is Assessment:
        named = {one: _kept(parents, one, kept) for one in ("target", "aspect", "correct_value")}
        found["assessed"] = pa.table({"id": ids, "at": at[kept], **named})
    elif records.model is Event:
        dated = kept & parents.there("date") & ~parents.days("date").impossible
        found["dated"] = _named(parents, dated, at, "date")
    return found


def _named(parents: Rows, chosen: Mask, at: Numbers, name: str) -> pa.Table:
    """Return id, place and one column of the chosen records."""
    import pyarrow as pa

    return pa.table({"id": _kept(parents, "id", chosen), "at": at[chosen], name: _kept(parents, name, chosen)})


def _kept(rows: Rows, name: str, chosen: Mask) -> pa.Array:
    """Return the chosen values of a column, codes as texts."""
    import pyarrow as pa

    array = rows.column(name)
    found = array if chosen.all() else array.filter(pa.array(chosen))
    return found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found


def _references(rows: Rows, chosen: Mask) -> Tables:
    import numpy as np
    import pyarrow as pa

    found = {}
    for column in columns(rows.model):
        if column.reference and column.name in rows.table.column_names:
            coded = rows.coded(column.name)
            counts = np.bincount(coded.indices.filter(pa.array(chosen)).drop_null(), minlength=len(coded.dictionary))
            used = np.flatnonzero(counts)
            found[f"references/{vars(rows.model)['table']}.{column.name}"] = pa.table(
                {"id": coded.dictionary.take(pa.array(used)), "count": counts[used]}
            )
    return found


def _reach(records: Slice, kept: Mask, article: str, names: tuple[str, ...]) -> pa.Table:
    """Return for each article how far the spans of its records go, and how many there are."""
    import numpy as np
    import pyarrow as pa

    reach, spans = np.zeros(len(records), dtype=np.int64), np.zeros(len(records), dtype=np.int64)
    for name in names:
        part = records.parts[name]
        np.maximum.at(reach, part.owners, part.rows.values("end").astype(np.int64))
        spans += part.counts(len(records))
    table = pa.table({"article": _kept(records.parents, article, kept), "reach": reach[kept], "spans": spans[kept]})
    grouped = table.group_by("article", use_threads=False).aggregate([("reach", "max"), ("spans", "sum")])
    return grouped.rename_columns(["article", "reach", "spans"])
