"""A table of every issue that a validation finds, written as it goes on, for reports of any length."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.atomic import new_output
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.files import ReadError, open_file
from news_dataset.issues import Issue, Sink
from news_dataset.parquet import ParquetFile, new_table

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 10_000  # issues that wait to be written


@contextmanager
def issue_table(path: Path) -> Iterator[Sink]:
    """Yield what adds an issue to a Parquet file with one row an issue; its columns are the fields of ``Issue``.

    The file appears when the block ends, as a whole; after an error nothing is left of it.

    Args:
        path: where it goes; an earlier table of issues is replaced.

    Raises:
        SetupError: it is not named as Parquet, there is something else, or it cannot be written.
    """
    import pyarrow as pa

    if path.suffix != ".parquet":
        raise SetupError(f"issues are written as Parquet: name it {path.with_suffix('.parquet')}")
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file() or _foreign(path)):
        raise SetupError(f"{path} is no table of issues, so it is not ours to replace; name another file")
    if not path.parent.is_dir():
        raise SetupError(f"there is no folder {path.parent}")
    schema, waiting, failure = _schema(), list[dict[str, Any]](), list[OSError]()
    try:
        with new_output(path, _foreign) as new, new_table(new, schema) as writer:

            def write() -> None:
                writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
                waiting.clear()

            def add(issue: Issue) -> None:
                waiting.append(_row(issue))
                if len(waiting) >= _AT_ONCE:
                    write()

            try:
                yield add
            except OSError as error:
                failure.append(error)
                raise
            write()
    except SetupError as error:
        if error.__cause__ in failure and failure[0].filename:  # of a file that was validated
            raise failure[0] from None
        raise


def _row(issue: Issue) -> dict[str, Any]:
    """Return the row of an issue; halves of surrogate pairs, which Arrow does not take, become escapes."""
    row = asdict(issue)
    texts = {name: value for name, value in row.items() if isinstance(value, str)}
    return row | {name: words.encode("utf-8", "backslashreplace").decode() for name, words in texts.items()}


def _foreign(path: Path) -> str | None:
    """Return why a file is no table of issues, in words that follow its name; None if it is one."""
    try:
        with open_file(path) as source:
            is_ours = ParquetFile(source, path).schema.equals(_schema())
    except (ReadError, IntegrityError):
        is_ours = False
    return None if is_ours else "is no table of issues"


def _schema() -> pa.Schema:
    import pyarrow as pa

    numbers = ("line", "column", "exit_code", "row")
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in Issue.__slots__])
