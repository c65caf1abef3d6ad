"""Rows together with what is known of their keys: where each key begins, and whether keys rise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from news_dataset.scale.parquet import TableFiles, unified

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Keyed:
    """Rows, and the keys by which they belong to records; rows of one record mostly stand together.

    Args:
        rows: their columns, each in one piece.
        begins: which rows have another key than the row before them.
        heads: the keys of these.
        rises: whether each of *heads* comes after the one before it; if so, none is there twice.
    """

    rows: pa.Table
    begins: Mask
    heads: pa.Array
    rises: bool

    @classmethod
    def by(cls, rows: pa.Table, key: str) -> Keyed:
        """Return rows with the keys of one of their columns."""
        import numpy as np
        import pyarrow as pa

        column = rows.column(key)
        keys = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        begins = np.ones(len(keys), dtype=bool)
        if len(keys) > 1:
            begins[1:] = _compared("not_equal", keys).fill_null(True).to_numpy(zero_copy_only=False)
        heads = keys if begins.all() else keys.filter(pa.array(begins))
        return cls(rows, begins, heads, _rises(heads))

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.begins)

    def split(self, key: str, last: str) -> tuple[Keyed, Keyed]:
        """Return the rows whose key is not behind *last*, or is missing, and the others."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.rises:
            runs = bisect_right(self.heads, last, key=lambda head: head.as_py())
            at = int(np.flatnonzero(self.begins)[runs]) if runs < len(self.heads) else len(self)
            return (
                Keyed(self.rows.slice(0, at), self.begins[:at], self.heads.slice(0, runs), True),
                Keyed(self.rows.slice(at), self.begins[at:], self.heads.slice(runs), True),
            )
        within = pc.less_equal(self.rows.column(key), last).fill_null(True).to_numpy()
        inside, outside = (Keyed.by(self.rows.filter(pa.array(some)), key) for some in (within, ~within))
        return inside, outside


def _compared(function: str, values: pa.Array) -> pa.Array:
    """Return how each value compares with the one behind it."""
    import pyarrow.compute as pc

    return pc.call_function(function, [values.slice(0, len(values) - 1), values.slice(1)])


def _rises(heads: pa.Array) -> bool:
    import pyarrow.compute as pc

    if heads.null_count:
        return False
    return len(heads) < 2 or bool(pc.all(_compared("less", heads)).as_py())


def joined(parts: Sequence[Keyed]) -> Keyed:
    """Return rows of several tables, one behind the other."""
    import numpy as np
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    begins = [part.begins for part in parts]
    heads, rises = [parts[0].heads], all(part.rises for part in parts)
    for before, part, at in zip(parts, parts[1:], range(1, len(parts)), strict=False):
        end, start = before.heads[-1].as_py(), part.heads[0].as_py()
        goes_on = end is not None and start == end
        if goes_on:
            begins[at] = np.concatenate([[False], part.begins[1:]])
        rises = rises and (goes_on or end < start)
        heads.append(part.heads.slice(int(goes_on)))
    rows = unified([part.rows for part in parts])
    return Keyed(rows, np.concatenate(begins), pa.concat_arrays(heads), rises)


class Cursor:
    """Goes through the rows of a table in the order of their keys, once."""

    def __init__(self, files: TableFiles) -> None:
        self._files = files
        self._groups = list(reversed(files.groups))
        self._kept: Keyed | None = None

    def up_to(self, last: str | None) -> Keyed | None:
        """Return the rows that were not given yet and whose key is not behind *last*; all where it is None."""
        key = self._files.key
        parts = [] if self._kept is None else [self._kept]
        self._kept = None
        while self._groups and (last is None or str(self._groups[-1].first) <= last):
            parts.append(Keyed.by(self._files.read(self._groups.pop()), key))
        if not parts:
            return None
        if last is None:
            return joined(parts)
        inside: list[Keyed] = []
        outside: list[Keyed] = []
        for part in parts:
            for side, some in zip((inside, outside), part.split(key, last), strict=True):
                side += [some] if len(some) else []
        self._kept = joined(outside) if outside else None
        return joined(inside) if inside else None
