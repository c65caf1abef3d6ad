"""A sorted table, divided into files by the values of a column."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

from news_dataset.errors import UsageError
from news_dataset.scale.sheet import Sheet

MOST = 1_000
"""So many values a column may have by which a table is divided: each is a file that is written at the same time."""

_ABSENT = "__HIVE_DEFAULT_PARTITION__"  # so call it those who read such folders
_LONGEST = 200  # characters of the name of a folder


class PartitionError(UsageError):
    """A column has too many values, or one too long for a name, to divide a table by it."""


def divide(path: Path, name: str, column: str) -> None:
    """Replace a file ``<table>.parquet`` by ``<table>/<column>=<value>/part-0.parquet``; the column stays in the files.

    Args:
        path: the file, sorted by key, as each of the new files is.
        name: the table.
        column: one of its columns; rows in which it is null come into ``<column>=__HIVE_DEFAULT_PARTITION__``.

    Raises:
        PartitionError: it has more than a thousand values, or a value is too long for the name of a folder.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    sheets: dict[Any, Sheet] = {}
    with ExitStack() as stack, pq.ParquetFile(path) as file:
        for batch in file.iter_batches():
            rows = pa.Table.from_batches([batch])
            values = rows.column(column)
            for value in pc.unique(values).to_pylist():
                if value not in sheets:
                    if len(sheets) == MOST:
                        raise PartitionError(f"{name}.{column} has more than {MOST} values to divide the table by")
                    place = path.with_suffix("") / _folder(name, column, value) / "part-0.parquet"
                    place.parent.mkdir(parents=True)
                    sheets[value] = stack.enter_context(Sheet(place, name))
                chosen = pc.is_null(values) if value is None else pc.equal(values, pa.scalar(value)).fill_null(False)
                sheets[value].add(rows.filter(chosen))
    path.unlink()


def _folder(name: str, column: str, value: Any) -> str:
    text = _ABSENT if value is None else quote(str(value).lower() if isinstance(value, bool) else str(value), safe="")
    if len(text) > _LONGEST:
        raise PartitionError(f"{name}.{column} has a value too long for the name of a folder: {str(value)[:40]}…")
    return f"{column}={text}"
