"""What a page leaves out: what withdrawn articles claim. The articles themselves stay, with their status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

WITHDRAWN = "withdrawn"
_OWNERS = ("article", "statement", "assessment", "target", "record")


def without_withdrawn(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return tables and views without what withdrawn articles claim, and what was found out about it."""
    kept = dict(tables)
    gone = _ids(kept, "articles", "status", {WITHDRAWN})
    if not gone:
        return kept
    claims = _ids(kept, "statements", "article", gone)
    claims |= _ids(kept, "assessments", "target", claims)
    for name, table in kept.items():
        columns = [(column, gone | claims) for column in _OWNERS if column in table.column_names]
        columns += [("id", claims)] if name != "articles" and "id" in table.column_names else []
        columns += [("status", {WITHDRAWN})] if name != "articles" and "status" in table.column_names else []
        for column, values in columns:
            kept[name] = _where(kept[name], column, values, is_wanted=False)
    return kept


def _ids(tables: Mapping[str, pa.Table], name: str, column: str, values: set[str]) -> set[str]:
    """Return the ids of the rows that have one of some values in a column; none where there is no such table."""
    if name not in tables or not {"id", column} <= {*tables[name].column_names}:
        return set()
    return {*_where(tables[name], column, values, is_wanted=True).column("id").to_pylist()}


def _where(table: pa.Table, column: str, values: set[str], *, is_wanted: bool) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = pc.is_in(table.column(column).cast(pa.string()), pa.array(sorted(values), pa.string()))
    return table.filter(found if is_wanted else pc.invert(found))
