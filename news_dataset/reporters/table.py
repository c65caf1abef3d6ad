"""Issues as a table on disk, each written when it is found, so that their number does not matter."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.errors import SetupError
from news_dataset.issues import Issue

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 10_000


class IssueTable:
    """A Parquet file with one row an issue; its columns are the fields of ``Issue``.

    It appears when the block ends, as a whole; after an error nothing is left of it.

    Args:
        path: where it goes; an earlier table of issues is replaced.

    Raises:
        SetupError: it is not named as Parquet, or there is something else.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix != ".parquet":
            raise SetupError(f"issues are written as Parquet: name it {path.with_suffix('.parquet')}")
        if os.path.lexists(path) and not _is_ours(path):
            raise SetupError(f"{path} is no table of issues, so it is not ours to replace; name another file")
        if not path.parent.is_dir():
            raise SetupError(f"there is no folder {path.parent}")
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}")
        self._waiting: list[dict[str, Any]] = []
        self._writer: Any = None

    def __enter__(self) -> IssueTable:
        """Begin the file."""
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(self._part, _schema(), compression="zstd")
        return self

    def add(self, issue: Issue) -> None:
        """Add a row."""
        row = asdict(issue)
        self._waiting.append({name: _readable(value) for name, value in row.items()})
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Put the file in its place, or remove it."""
        try:
            if kind is None:
                self._write()
            self._writer.close()
            if kind is None:
                self._part.replace(self._path)
        finally:
            self._part.unlink(missing_ok=True)

    def _write(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=_schema()))
        self._waiting.clear()


def _is_ours(path: Path) -> bool:
    """Return whether a file is a table of issues."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.is_symlink() or not path.is_file():
        return False
    try:
        return bool(pq.read_schema(path).equals(_schema()))
    except (pa.ArrowException, OSError):
        return False


def _readable(value: Any) -> Any:
    """Return a value that Arrow takes: halves of surrogate pairs as escapes."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _schema() -> pa.Schema:
    import pyarrow as pa

    numbers = ("line", "column", "exit_code", "row")
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in Issue.__slots__])
