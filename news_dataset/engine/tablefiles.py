"""The Parquet files of a table: their footers, and their rows in batches, with all checks of ``parquet``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.checks import CODES
from news_dataset.errors import IntegrityError
from news_dataset.files import ReadError, open_file
from news_dataset.issues import Issue
from news_dataset.parquet import ROWS, ParquetFile
from news_dataset.tabular import Field, Table, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class TableFiles:
    """The files of one table, each divided into parts of one or more row groups: opening a file costs as many rows.

    Args:
        model: the table.
        paths: its files.
        starts: the number of the first row of each file, from 0, and the number of all rows.
        parts: for each file the number of the first row of each part in it, and the number of its rows.
        groups: for each file the number of the first row group of each part, and the number of its row groups.
    """

    model: Table
    paths: Sequence[Path]
    starts: list[int] = field(default_factory=list)
    parts: list[list[int]] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The name of the table."""
        return self.model.name

    def read_footers(self) -> Iterator[Issue]:
        """Read the footers of all files and divide these into parts; yield what is wrong with a file or column.

        Run it to its end before reading parts; if it yields an issue about a file, the parts may not be read.
        """
        sizes = [0]
        for path in self.paths:
            try:
                with open_parquet(path) as file:
                    about, schema = file.metadata, file.schema
            except ReadError as error:
                yield _issue(path, error.problem.code, error.problem.message, hint=error.problem.hint)
                continue
            except IntegrityError as error:
                hint = "write the table again with the program that made it"
                yield _issue(path, "bad_syntax", str(error).removeprefix(f"{path} "), hint=hint)
                continue
            sizes.append(about.num_rows)
            self._add_parts([about.row_group(number).num_rows for number in range(about.num_row_groups)])
            for code, column, message, hint in _wrong_columns(schema, self.model):
                yield _issue(path, code, message, f"/{column}", hint)
        self.starts = list(accumulate(sizes))

    def _add_parts(self, counts: Sequence[int]) -> None:
        """Divide a file into parts, given the number of rows of each of its row groups."""
        rows, groups = [0], [0]
        for number, end in enumerate(accumulate(counts), 1):
            if end - rows[-1] >= ROWS or number == len(counts):
                rows.append(end)
                groups.append(number)
        self.parts.append(rows)
        self.groups.append(groups)

    def tasks(self) -> Iterator[tuple[int, int]]:
        """Yield the number of the file and the number in the file of every part."""
        for number, parts in enumerate(self.parts):
            yield from ((number, part) for part in range(len(parts) - 1))

    def batches(self, file: int, part: int, only: Set[str] = frozenset()) -> Iterator[tuple[int, pa.Table]]:
        """Yield each batch of a part with the number of its first row, as in ``starts``.

        Args:
            file: the number of the file.
            part: the number of the part in it.
            only: the columns that are needed; empty for all.

        Raises:
            IntegrityError: the file is damaged.
            UnsafeInputError: its rows take too much memory.
            ReadError: the file can no longer be opened, or is not a regular file.
        """
        import pyarrow as pa

        first = self.starts[file] + self.parts[file][part]
        wanted = range(self.groups[file][part], self.groups[file][part + 1])
        with open_parquet(self.paths[file]) as source:
            kept = set(source.schema.names) & set(only or source.schema.names)
            names = [column.name for column in self.model.fields if column.name in kept]
            for batch in source.batches(names, groups=wanted):
                try:
                    batch.validate(full=True)
                except pa.ArrowException as error:
                    raise IntegrityError(f"{self.paths[file]} holds text that is not UTF-8, or is damaged") from error
                yield first, pa.Table.from_batches([batch])
                first += len(batch)

    def rows(self, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Yield path, number in the file and values of the rows at places.

        Args:
            places: the numbers of the rows among those of all files, sorted.
            only: the columns that are needed; empty for all.
        """
        import numpy as np

        wanted = np.asarray(places, dtype=np.int64)
        for file, part in self.tasks():
            start = self.starts[file] + self.parts[file][part]
            end = self.starts[file] + self.parts[file][part + 1]
            if np.searchsorted(wanted, start) == np.searchsorted(wanted, end):
                continue
            for first, batch in self.batches(file, part, only):
                here = wanted[np.searchsorted(wanted, first) : np.searchsorted(wanted, first + len(batch))]
                if len(here):
                    for place, values in zip(here.tolist(), _rows_as_dicts(batch.take(here - first)), strict=True):
                        yield str(self.paths[file]), place - self.starts[file], values


@contextmanager
def open_parquet(path: Path) -> Iterator[ParquetFile]:
    """Open a Parquet file.

    Raises:
        ReadError: it is no regular file, or cannot be read.
        IntegrityError: it is not a Parquet file.
    """
    with open_file(path) as source:
        yield ParquetFile(source, path)


def _issue(path: Path, code: str, message: str, pointer: str = "", hint: str = "") -> Issue:
    return Issue(str(path), message, pointer, code=code, hint=hint, exit_code=CODES[code].exit_code)


def _rows_as_dicts(batch: pa.Table) -> list[dict[str, Any]]:
    """Return rows as dicts of Python values; a day beyond Python's calendar becomes a text."""
    import pyarrow as pa

    names = batch.column_names
    cells = []
    for column in batch.columns:
        if pa.types.is_date32(column.type):
            days = column.cast(pa.int32()).to_pylist()
            cells.append([None if day is None else _date_or_text(day) for day in days])
        else:
            cells.append(column.to_pylist())
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _date_or_text(number: int) -> dt.date | str:
    try:
        return dt.date(1970, 1, 1) + dt.timedelta(days=number)
    except OverflowError:
        return f"day {number} from 1970"


def _wrong_columns(schema: pa.Schema, table: Table) -> Iterator[tuple[str, str, str, str]]:
    """Yield code, column, message and hint for each column that is missing, of another type, or unknown."""
    names, types = [column.name for column in table.fields], arrow_schema(table)
    for column in table.fields:
        name, wanted = column.name, types.field(column.name).type
        if name not in schema.names:
            yield "missing_key", name, f"the column {name} is missing in {table.name}", f"add it, as {wanted}"
        elif not _matches_field(schema.field(name).type, column):
            message = f"the column {name} is {schema.field(name).type}, not {column.kind}"
            yield "wrong_type", name, message, f"cast it to {wanted} before the table is written"
    for name in sorted(set(schema.names) - set(names)):
        near = get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"columns: {', '.join(names)}"
        yield "unknown_key", name, f"{name} is not a column of {table.name}", hint


def _matches_field(type_: pa.DataType, field_: Field) -> bool:
    """Return whether the type of a column fits a field of its table, in any width or encoding; all nulls do."""
    import pyarrow as pa

    inner = type_.value_type if pa.types.is_dictionary(type_) else type_
    is_text = pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner)
    admitted = {
        "string": is_text, "code": is_text, "int32": pa.types.is_integer(type_), "double": pa.types.is_floating(type_),
        "bool": pa.types.is_boolean(type_), "date32": pa.types.is_date32(type_),
    }  # fmt: skip
    return bool(admitted[field_.kind]) or pa.types.is_null(type_)
