"""Rows together with what is known of their keys: where each key begins, and whether keys rise."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from news_dataset.scale.parquet import AT, TableFiles, unified

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]


FEW, ROUNDS = 2_000, 3
"""So many keys may be astray, and so often they are looked for, before all rows are compared."""


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


def put_in_order(keyed: Keyed, key: str, second: str = "") -> Keyed:
    """Return rows in the order of their keys, then of a second column, then of their places.

    Rows that have this order already are returned as they are. Where few are astray, the others keep their places, as
    comparing all of them costs more than looking at them.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if keyed.rises and _follow(keyed, second).all():
        return keyed
    keys = [(name, "ascending") for name in (key, second, AT) if name]
    astray = _astray(keyed, second)
    if astray is not None:
        return _merged(keyed, astray, key, keys)
    taken = keyed.rows.take(pc.sort_indices(keyed.rows, sort_keys=keys))
    columns = [pa.concat_arrays(one.chunks) for one in taken.columns]
    return Keyed.by(pa.Table.from_arrays(columns, names=taken.column_names), key)


def _follow(keyed: Keyed, second: str) -> Mask:
    """Return which rows rise above the one before, if they have its key; where nothing rises, none may have it."""
    import numpy as np

    if not second:
        return keyed.begins[1:]
    ordinal = keyed.rows.column(second).chunk(0).fill_null(np.iinfo(np.int32).max).to_numpy()  # nulls come last
    found: Mask = keyed.begins[1:] | (ordinal[1:] > ordinal[:-1])
    return found


def _astray(keyed: Keyed, second: str) -> Mask | None:
    """Return which keys have to be put in order, so that all others are; None where they are many."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found = np.zeros(len(keyed.heads), dtype=bool)
    found[(np.cumsum(keyed.begins) - 1)[1:][~_follow(keyed, second)]] = True
    for _ in range(ROUNDS):
        rest = np.flatnonzero(~found)
        falls = _falls(keyed.heads.take(pa.array(rest)))
        if not falls.any():
            few = keyed.heads.filter(pa.array(found))
            found |= pc.is_in(keyed.heads, value_set=few).to_numpy(zero_copy_only=False)
            return found
        found[rest[:-1][falls]] = found[rest[1:][falls]] = True
        if found.sum() > FEW:
            break
    return None


def _falls(heads: pa.Array) -> Mask:
    """Return which keys, but for the last, do not come before the one behind them."""
    import numpy as np

    if len(heads) < 2:
        return np.zeros(0, dtype=bool)
    found: Mask = ~_compared("less", heads).fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _merged(keyed: Keyed, astray: Mask, key: str, keys: list[tuple[str, str]]) -> Keyed:
    """Return rows in order, out of those that are already and the few that are astray."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    few = keyed.rows.filter(pa.array(astray[np.cumsum(keyed.begins) - 1]))
    few = Keyed.by(few.take(pc.sort_indices(few, sort_keys=keys)).combine_chunks(), key)
    rest = np.flatnonzero(~astray)
    among = keyed.heads.take(pa.array(rest))
    places = [
        len(rest) if head is None else bisect_left(among, head, key=lambda one: one.as_py())
        for head in few.heads.to_pylist()
    ]
    starts = np.append(np.flatnonzero(np.append(keyed.begins, few.begins)), len(keyed) + len(few))
    order = np.insert(rest, places, len(keyed.heads) + np.arange(len(places)))
    first, end = starts[order], starts[order + 1]
    breaks = np.flatnonzero(first[1:] != end[:-1]) + 1
    both = pa.concat_tables([keyed.rows, few.rows])
    turns = zip(first[np.append(0, breaks)].tolist(), end[np.append(breaks, len(end)) - 1].tolist(), strict=True)
    rows = pa.concat_tables([both.slice(start, stop - start) for start, stop in turns])
    columns = [pa.concat_arrays(one.chunks) for one in rows.columns]
    return Keyed.by(pa.Table.from_arrays(columns, names=rows.column_names), key)


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
