"""A Parquet table of every issue of a validation, written while it runs, for reports of any length."""

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

_BATCH = 10_000  # issues that are written together


@contextmanager
def issue_table(path: Path) -> Iterator[Sink]:
    """Provide a function that adds an issue to a Parquet file: one row per issue, whose columns are its fields.

    The file appears as a whole when the block ends; after an error nothing is left of it.

    Args:
        path: the file; an earlier table of issues is replaced.

    Raises:
        SetupError: its name does not end in .parquet, something else has it, or it cannot be written.
    """
    import pyarrow as pa

    if path.suffix != ".parquet":
        raise SetupError(f"issues are written as Parquet: name it {path.with_suffix('.parquet')}")
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file() or _refusal(path)):
        raise SetupError(f"{path} is not a table of issues, so it is not ours to replace; name another file")
    if not path.parent.is_dir():
        raise SetupError(f"there is no folder {path.parent}")
    schema, waiting, failure = _schema(), list[dict[str, Any]](), list[OSError]()
    try:
        with new_output(path, _refusal) as new, new_table(new, schema) as writer:

            def write() -> None:
                writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
                waiting.clear()

            def add(issue: Issue) -> None:
                waiting.append(_row(issue))
                if len(waiting) >= _BATCH:
                    write()

            try:
                yield add
            except OSError as error:
                failure.append(error)
                raise
            write()
    except SetupError as error:
        if error.__cause__ in failure and failure[0].filename:  # the error is of a file that was validated
            raise failure[0] from None
        raise


def _row(issue: Issue) -> dict[str, Any]:
    """Return the row of an issue; lone surrogates, which Arrow refuses, become escapes."""
    row = asdict(issue)
    texts = {name: value for name, value in row.items() if isinstance(value, str)}
    return row | {name: text.encode("utf-8", "backslashreplace").decode() for name, text in texts.items()}


def _refusal(path: Path) -> str | None:
    """Return why a file is not a table of issues, in words that follow its name; None if it is one."""
    try:
        with open_file(path) as source:
            is_ours = ParquetFile(source, path).schema.equals(_schema())
    except (ReadError, IntegrityError):
        is_ours = False
    return None if is_ours else "is not a table of issues"


def _schema() -> pa.Schema:
    """Return the columns of a table of issues."""
    import pyarrow as pa

    numbers = ("line", "column", "exit_code", "row")
    return pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in Issue.__slots__])
