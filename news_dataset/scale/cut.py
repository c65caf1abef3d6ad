"""Tables cut into slices: records by the order of their ids, each slice with all rows of the children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from news_dataset.records import BY_TABLE, BY_TYPE, ENTITY_TYPES, Article, EntityRow, Record, RecordRow, Row
from news_dataset.records.columns import children
from news_dataset.scale.keyed import Cursor, Keyed, put_in_order
from news_dataset.scale.parquet import AT, Group, TableFiles, unified
from news_dataset.scale.proof import Rows
from news_dataset.scale.slices import Part, Slice
from news_dataset.tabular import arrow_schema, tables

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]

SLICE = 125_000
"""So many records are looked at together, or as many as the row groups have."""


@dataclass
class Orphans:
    """Rows of a table that belong to no record of their slice: where they stand, and the id that they name."""

    table: str
    at: Numbers
    owners: list[str | None]


@dataclass
class Cut:
    """A slice out of tables.

    Args:
        records: the slice; its parts have all rows, in the order of records and ordinals.
        at: where the row of each record stands.
        parts_at: where the rows of each part stand.
        listed: the derived tables: where for each record its row stands, or -1, and the row.
        orphans: rows that belong to none of the records.
    """

    records: Slice
    at: Numbers
    parts_at: dict[str, Numbers]
    listed: dict[str, tuple[Numbers, Rows]]
    orphans: list[Orphans] = field(default_factory=list)


def cuts(sources: Mapping[str, TableFiles]) -> Iterator[Cut]:
    """Yield the slices of all tables, type after type in the order in which their ids sort.

    Args:
        sources: the files of each table, clustered by key.
    """
    cursors = {name: Cursor(files) for name, files in sources.items() if name not in BY_TABLE}
    for _, model in sorted(BY_TYPE.items()):
        if model.table not in sources:
            continue
        files = sources[model.table]
        for groups in _together(files.groups):
            rows = unified([files.read(group) for group in groups])
            yield _cut(model, put_in_order(Keyed.by(rows, "id"), "id").rows, cursors)
    for name, cursor in cursors.items():  # behind the last record
        rest = cursor.up_to(None)
        if rest is not None:
            yield _rest(name, sources[name].key, rest.rows)


def _rest(name: str, key: str, rows: pa.Table) -> Cut:
    """Return rows that belong to no record."""
    import numpy as np

    nothing = Slice(Article, Rows(Article, empty(Article)))
    orphans = _orphans(name, rows, key, np.ones(rows.num_rows, dtype=bool))
    return Cut(nothing, np.zeros(0, dtype=np.int64), {}, {}, [orphans])


def derived(model: type[Record]) -> dict[str, type[Row]]:
    """Return the derived tables in which each record of *model* has a row."""
    found: dict[str, type[Row]] = {"records": RecordRow}
    return found | ({"entities": EntityRow} if model.record_type in ENTITY_TYPES else {})


def _together(groups: list[Group]) -> Iterator[list[Group]]:
    """Yield row groups that make a slice; an id that stands at the end of one and in the next is not divided."""
    waiting: list[Group] = []
    for place, group in enumerate(groups):
        waiting.append(group)
        is_divided = place + 1 < len(groups) and groups[place + 1].first == group.last
        if sum(one.rows for one in waiting) >= SLICE and not is_divided:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _cut(model: type[Record], rows: pa.Table, cursors: Mapping[str, Cursor]) -> Cut:
    import numpy as np
    import pyarrow.compute as pc

    ids = rows.column("id").chunk(0) if rows.num_rows else rows.column("id").combine_chunks()
    last = pc.max(ids).as_py()
    cut = Cut(Slice(model, Rows(model, _without_place(rows))), _places(rows), {}, {})
    for name, child in children(model).items():
        found = cursors[name].up_to(last) if name in cursors and last is not None else None
        key = child.parent_key
        ordered = put_in_order(found, key, "ordinal") if found is not None else None
        owners, chosen = _owned(ordered, ids)
        part = ordered.rows if ordered is not None else None
        if part is not None and not chosen.all():
            cut.orphans.append(_orphans(name, part, key, ~chosen))
            part, owners = part.filter(_arrow(chosen)), owners[chosen]
        table = empty(child) if part is None else _without_place(part)
        cut.records.parts[name] = Part(Rows(child, table), owners)
        cut.parts_at[name] = np.zeros(0, dtype=np.int64) if part is None else _places(part)
    for name, shadow in derived(model).items():
        if name in cursors and last is not None and (found := cursors[name].up_to(last)) is not None:
            _list(cut, name, shadow, put_in_order(found, "id"), ids)
    return cut


def _list(cut: Cut, name: str, shadow: type[Row], keyed: Keyed, ids: pa.Array) -> None:
    """Bring the rows of a derived table together with their records."""
    import numpy as np

    rows, (owners, chosen) = keyed.rows, _owned(keyed, ids)
    first = np.ones(len(owners), dtype=bool)
    first[1:] = owners[1:] != owners[:-1]
    chosen &= first  # a second row of one record belongs to nobody
    if not chosen.all():
        cut.orphans.append(_orphans(name, rows, "id", ~chosen))
    places = np.full(len(ids), -1, dtype=np.int64)
    places[owners[chosen]] = _places(rows)[chosen]
    kept = rows.filter(_arrow(chosen)) if not chosen.all() else rows
    cut.listed[name] = (places, Rows(shadow, _without_place(kept)))


def _owned(keyed: Keyed | None, ids: pa.Array) -> tuple[Numbers, Mask]:
    """Return the place of each row's record among *ids*, and for which rows there is one."""
    import numpy as np
    import pyarrow.compute as pc

    if keyed is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    runs = np.cumsum(keyed.begins) - 1
    if keyed.rises and keyed.heads.equals(ids):  # every record has rows
        return runs, np.ones(len(runs), dtype=bool)
    found = pc.index_in(keyed.heads, value_set=ids, skip_nulls=True).fill_null(-1)  # one look for each record
    owners = found.to_numpy().astype(np.int64)[runs]
    return owners, owners >= 0


def _orphans(name: str, rows: pa.Table, key: str, chosen: Mask) -> Orphans:
    return Orphans(name, _places(rows)[chosen], rows.column(key).filter(_arrow(chosen)).to_pylist())


def _places(rows: pa.Table) -> Numbers:
    found: Numbers = rows.column(AT).to_numpy()
    return found


def _without_place(rows: pa.Table) -> pa.Table:
    return rows.drop_columns([AT])


def _arrow(chosen: Mask) -> pa.Array:
    import pyarrow as pa

    return pa.array(chosen)


def empty(model: type[Row]) -> pa.Table:
    """Return no rows of a table."""
    return arrow_schema(tables()[vars(model)["table"]]).empty_table()
