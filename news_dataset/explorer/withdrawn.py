"""Removes the claims of withdrawn articles; the articles themselves stay, with their status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

WITHDRAWN = "withdrawn"
_OWNERS = ("article", "statement", "assessment", "target", "record")


def without_withdrawn(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return tables and views without statements of withdrawn articles."""
    kept = dict(tables)
    withdrawn = _ids(kept, "articles", "status", {WITHDRAWN})
    if not withdrawn:
        return kept
    removed = _ids(kept, "statements", "article", withdrawn)
    removed |= _ids(kept, "assessments", "target", removed)
    for name, table in kept.items():
        columns = [(column, withdrawn | removed) for column in _OWNERS if column in table.column_names]
        columns += [("id", removed)] if name != "articles" and "id" in table.column_names else []
        columns += [("status", {WITHDRAWN})] if name != "articles" and "status" in table.column_names else []
        for column, values in columns:
            kept[name] = _filtered(kept[name], column, values, keeps=False)
    return kept


def _ids(tables: Mapping[str, pa.Table], name: str, column: str, values: set[str]) -> set[str]:
    """Return the ids of rows with one of *values*; none without table or column."""
    if name not in tables or not {"id", column} <= {*tables[name].column_names}:
        return set()
    return {*_filtered(tables[name], column, values, keeps=True).column("id").to_pylist()}


def _filtered(table: pa.Table, column: str, values: set[str], *, keeps: bool) -> pa.Table:
    """Return the rows with one of *values* in a column if *keeps*, else all other rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    has_value = pc.is_in(table.column(column).cast(pa.string()), pa.array(sorted(values), pa.string()))
    return table.filter(has_value if keeps else pc.invert(has_value))
