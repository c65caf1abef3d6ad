"""What only rows of tables can get wrong: ordinals, bounds of dates, and tables that repeat what records say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from news_dataset.records import Record
from news_dataset.records.columns import columns
from news_dataset.scale.cut import Cut
from news_dataset.scale.proof import Rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Unfit(NamedTuple):
    """A row that does not fit: its table, where it stands, the column, and why."""

    table: str
    at: int
    column: str
    message: str


def unfit_rows(cut: Cut) -> Iterator[Unfit]:
    """Yield every row of a slice that does not fit the others."""
    import numpy as np

    for name, part in cut.records.parts.items():
        at = cut.parts_at[name]
        if len(at):
            begins = np.searchsorted(part.owners, part.owners)  # the first row of each row's record
            due = np.arange(len(at)) - begins + 1
            said = part.rows.values("ordinal")
            for row in np.flatnonzero((said != due) | ~part.rows.there("ordinal")):
                message = f"ordinal {said[row]} comes where {due[row]} is due"
                yield Unfit(name, int(at[row]), "ordinal", message)
            yield from _wrong_bounds(name, part.rows, at)
    model = cut.records.model
    yield from _wrong_bounds(model.table, cut.records.parents, cut.at)
    for name, (at, rows) in cut.listed.items():
        yield from _unlike(cut, name, at, rows)


def count(cut: Cut) -> int:
    """Return how many rows of a slice are looked at."""
    return (
        len(cut.records)
        + sum(len(at) for at in cut.parts_at.values())
        + sum(len(one) for one, _ in cut.listed.values())
    )


def _wrong_bounds(table: str, rows: Rows, at: Numbers) -> Iterator[Unfit]:
    import numpy as np

    for column in columns(rows.model):
        if column.kind != "edtf":
            continue
        days = rows.days(column.name)
        for side, right in (("min", days.first), ("max", days.last)):
            name = f"{column.name}_{side}"
            if name not in rows.table.column_names:
                continue
            wrong = _differ(rows.column(name), right) & ~days.impossible
            for row in np.flatnonzero(wrong):
                word = "first" if side == "min" else "last"
                date = rows.column(column.name)[row].as_py()
                yield Unfit(table, int(at[row]), name, f"{name} is not the {word} day of {column.name} {date}")


def _differ(one: pa.Array, other: pa.Array) -> Mask:
    """Return where two arrays differ; nulls are equal."""
    import pyarrow.compute as pc

    if one.equals(other):
        import numpy as np

        return np.zeros(len(one), dtype=bool)
    same = pc.or_(pc.equal(one, other).fill_null(False), pc.and_(pc.is_null(one), pc.is_null(other)))
    found: Mask = pc.invert(same).to_numpy(zero_copy_only=False)
    return found


def _unlike(cut: Cut, name: str, at: Numbers, rows: Rows) -> Iterator[Unfit]:
    """Yield the rows of a derived table that do not say what their records say; where a row is missing, the record."""
    import numpy as np
    import pyarrow as pa

    parents = cut.records.parents
    model: type[Record] = cut.records.model
    here = np.flatnonzero(at >= 0)
    for record in np.flatnonzero(at < 0):
        yield Unfit(model.table, int(cut.at[record]), "id", f"the record has no row in {name}")
    wanted = {"type": pa.array([model.record_type] * len(here)), "label": model.label_field}
    for column in (one.name for one in columns(rows.model) if one.name != "id"):
        source = wanted.get(column, column)
        right = parents.column(source).take(here) if isinstance(source, str) else source
        said = rows.column(column)
        said = said.cast(pa.string()) if pa.types.is_dictionary(said.type) else said
        for row in np.flatnonzero(_differ(said, right)):
            yield Unfit(name, int(at[here[row]]), column, f"{column} is not what the record says")
