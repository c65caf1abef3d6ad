"""Slices: some records of one type with all rows of their children, which can be judged without the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from news_dataset.records import Record
from news_dataset.records.columns import children
from news_dataset.scale.proof import Rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass
class Part:
    """The rows of a child table that belong to the records of a slice, in the order of the records.

    Args:
        rows: the rows.
        owners: for each row the place of its record in the slice; never falling.
    """

    rows: Rows
    owners: Numbers

    def counts(self, most: int) -> Numbers:
        """Return how many rows each of *most* records has."""
        import numpy as np

        return np.bincount(self.owners, minlength=most)


@dataclass
class Slice:
    """Some records of one type.

    Args:
        model: their model.
        parents: their rows.
        parts: the rows of their children, by the name of the field, which is that of the table; a field that no record
            has is there with no rows.
    """

    model: type[Record]
    parents: Rows
    parts: dict[str, Part] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.parents)


def nested(model: type[Record], table: pa.Table) -> Slice:
    """Return a slice of records whose children stand in columns of lists, as a line of JSON has them.

    Args:
        model: the model of the records.
        table: one row a record; lists of structs, of which fields may be missing, and whole lists of which nothing is
            to be looked at.
    """
    import numpy as np
    import pyarrow as pa

    count = table.num_rows
    parts: dict[str, Part] = {}
    for name, child in children(model).items():
        if name not in table.column_names:
            parts[name] = Part(Rows(child, pa.table({})), np.zeros(0, dtype=np.int64))
            continue
        column = table.column(name)
        whole = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        lengths = whole.value_lengths().fill_null(0).to_numpy()
        inside = whole.flatten()
        rows = pa.Table.from_arrays(inside.flatten(), names=[one.name for one in inside.type])
        parts[name] = Part(Rows(child, rows), np.repeat(np.arange(count), lengths))
    own = [one.name for one in table.schema if one.name not in parts]
    return Slice(model, Rows(model, table.select(own)), parts)
