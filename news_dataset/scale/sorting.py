"""Rows in any order into a table sorted by its key, in bounded memory.

What comes in order goes straight into the table. The rest is collected, put in order in portions, and put by; in the
end the portions are merged with what is there already.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.scale.sheet import Sheet
from news_dataset.tabular import tables

if TYPE_CHECKING:
    import pyarrow as pa

PORTION = 64 * 2**20
"""So many bytes of rows that came out of order are collected before they are put by."""

BATCH = 16_384
"""So many rows of a portion are in memory while portions are merged."""

FAN = 64
"""So many portions are merged at once."""


class Sorter:
    """A table that takes rows in any order.

    The rows of one record have to come together and in the order of their ordinals; so only ids are compared.

    Args:
        sheet: the table.
        folder: where rows that came out of order are put by.
    """

    def __init__(self, sheet: Sheet, folder: Path) -> None:
        self._sheet, self._folder = sheet, folder
        self._key = tables()[sheet.name].key[0]
        self._last = ""
        self._waiting: list[pa.Table] = []
        self._put_by: list[Path] = []
        self._number = 0

    def add(self, rows: pa.Table) -> None:
        """Take rows."""
        if not len(rows):
            return
        keys = _whole(rows.column(self._key))
        is_rising = _rises(keys)
        first, last = (keys[0].as_py(), keys[-1].as_py()) if is_rising else _ends(keys)
        if first > self._last:
            self._sheet.add(rows if is_rising else _ordered(rows, self._key))
            self._last = last
            return
        self._waiting.append(rows)
        if sum(one.nbytes for one in self._waiting) > PORTION:
            self._put([_together(self._waiting, self._key)])
            self._waiting = []

    def close(self) -> int:
        """Write the rest of the table; return how many rows it has."""
        self._sheet.close()
        if not self._put_by and not self._waiting:
            return self._sheet.rows
        while len(self._put_by) > FAN:
            some, self._put_by = self._put_by[:FAN], self._put_by[FAN:]
            self._put(_merged([_stored(path) for path in some], self._key))
            for path in some:
                path.unlink()
        begun = self._sheet.path.rename(self._folder / self._sheet.path.name)
        rest = [_together(self._waiting, self._key)] if self._waiting else []
        self._waiting = []
        portions = [_written(begun), *map(_stored, self._put_by), *(one.to_batches(BATCH) for one in rest)]
        with Sheet(self._sheet.path, self._sheet.name, self._sheet.about) as sheet:
            for rows in _merged(portions, self._key):
                sheet.add(rows)
        for path in (begun, *self._put_by):
            path.unlink()
        return sheet.rows

    def drop(self) -> None:
        """End without a table that anybody could use."""
        self._waiting = []
        self._sheet.close()

    def _put(self, portion: Iterable[pa.Table]) -> None:
        import pyarrow as pa

        self._number += 1
        path = self._folder / f"{self._sheet.name}-{self._number}.arrows"
        writer = None
        for rows in portion:
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            writer = writer or pa.ipc.new_stream(path, rows.schema, options=options)
            writer.write_table(rows, max_chunksize=BATCH)
        if writer is not None:
            writer.close()
            self._put_by.append(path)


class _Portion:
    """Sorted rows of which one batch is in memory."""

    def __init__(self, batches: Iterable[pa.RecordBatch], key: str) -> None:
        self._batches, self._key = iter(batches), key
        self.advance()

    def advance(self) -> None:
        """Go to the next batch."""
        self.rows = next((one for one in self._batches if len(one)), None)
        if self.rows is not None:
            self._keys = self.rows.column(self._key)
            self.last = self._keys[len(self._keys) - 1].as_py()

    def up_to(self, last: str) -> pa.RecordBatch:
        """Return the rows that were not given yet, as far as they are in memory and not behind *last*."""
        rows = self.rows
        assert rows is not None  # or it would not be asked
        if self.last <= last:
            self.advance()
            return rows
        count = bisect_right(range(len(self._keys)), last, key=lambda at: self._keys[at].as_py())
        self.rows, self._keys = rows.slice(count), self._keys.slice(count)
        return rows.slice(0, count)


def _merged(portions: Sequence[Iterable[pa.RecordBatch]], key: str) -> Iterator[pa.Table]:
    """Yield the rows of sorted portions in the order of all."""
    import pyarrow as pa

    heads = [_Portion(batches, key) for batches in portions]
    while heads := [head for head in heads if head.rows is not None]:
        last = min(head.last for head in heads)
        found = [rows for rows in (head.up_to(last) for head in heads) if len(rows)]
        whole = [pa.Table.from_batches([rows]) for rows in found]
        yield whole[0] if len(whole) == 1 else _together(whole, key)


def _stored(path: Path) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        yield from pa.ipc.open_stream(source)


def _written(path: Path) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(BATCH)


def _together(some: Sequence[pa.Table], key: str) -> pa.Table:
    import pyarrow as pa

    return _ordered(pa.concat_tables(some).unify_dictionaries(), key)


def _ordered(rows: pa.Table, key: str) -> pa.Table:
    """Return rows in the order of their key; those with the same stay in theirs."""
    import polars as pl

    order = pl.Series(rows.column(key)).to_frame("key").with_row_index("at").sort("key", maintain_order=True)["at"]
    return rows.take(order.to_arrow()).combine_chunks()


def _rises(keys: pa.Array) -> bool:
    """Return whether no key comes before the one that stands before it."""
    import pyarrow.compute as pc

    return pc.all(pc.less_equal(keys.slice(0, len(keys) - 1), keys.slice(1))).as_py() is not False


def _ends(keys: pa.Array) -> tuple[str, str]:
    import pyarrow.compute as pc

    ends = pc.min_max(keys)
    return ends["min"].as_py(), ends["max"].as_py()


def _whole(column: pa.ChunkedArray) -> Any:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
