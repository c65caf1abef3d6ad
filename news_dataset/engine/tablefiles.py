"""The files of a table: what they say of themselves, and their rows, batch by batch through the gate."""

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
    """The files of one table, each in parts of one or more row groups: to open a file costs as much as many rows.

    Args:
        model: the table.
        paths: its files.
        starts: the number of the first row of each file.
        parts: for each file the number of the first row of each part in it, and the number of its rows.
        groups: for each file the first row group of each part, and the number of its row groups.
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

    def look(self) -> Iterator[Issue]:
        """Read what the files say of themselves; yield what is wrong with a file or one of its columns."""
        sizes = [0]
        for path in self.paths:
            try:
                with opened(path) as file:
                    about, schema = file.metadata, file.schema
            except ReadError as error:
                yield _issue(path, error.problem.code, error.problem.message, hint=error.problem.hint)
                continue
            except IntegrityError as error:
                hint = "write the table again with the program that made it"
                yield _issue(path, "bad_syntax", str(error).removeprefix(f"{path} "), hint=hint)
                continue
            sizes.append(about.num_rows)
            self._divide([about.row_group(number).num_rows for number in range(about.num_row_groups)])
            for code, column, message, hint in _wrong_columns(schema, self.model):
                yield _issue(path, code, message, f"/{column}", hint)
        self.starts = list(accumulate(sizes))

    def _divide(self, counts: Sequence[int]) -> None:
        """Add the parts of a file with the numbers of rows of its row groups."""
        rows, groups = [0], [0]
        for number, end in enumerate(accumulate(counts), 1):
            if end - rows[-1] >= ROWS or number == len(counts):
                rows.append(end)
                groups.append(number)
        self.parts.append(rows)
        self.groups.append(groups)

    def tasks(self) -> Iterator[tuple[int, int]]:
        """Yield every part: the number of its file, and its own."""
        for number, parts in enumerate(self.parts):
            yield from ((number, part) for part in range(len(parts) - 1))

    def batches(self, file: int, part: int, only: Set[str] = frozenset()) -> Iterator[tuple[int, pa.Table]]:
        """Yield the rows of a part, and the place of the first of each batch; of *only* some columns if given.

        Raises:
            IntegrityError: the file is damaged.
        """
        import pyarrow as pa

        at = self.starts[file] + self.parts[file][part]
        wanted = range(self.groups[file][part], self.groups[file][part + 1])
        with opened(self.paths[file]) as source:
            there = set(source.schema.names) & set(only or source.schema.names)
            names = [one.name for one in self.model.fields if one.name in there]
            for batch in source.batches(names, groups=wanted):
                try:
                    batch.validate(full=True)
                except pa.ArrowException as error:
                    raise IntegrityError(f"{self.paths[file]} holds text that is not UTF-8, or is damaged") from error
                yield at, pa.Table.from_batches([batch])
                at += len(batch)

    def rows(self, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[tuple[str, int, dict[str, Any]]]:
        """Yield file, number and values of the rows at some places, which rise; of *only* some columns if given."""
        import numpy as np

        wanted = np.asarray(places, dtype=np.int64)
        for file, part in self.tasks():
            start = self.starts[file] + self.parts[file][part]
            end = self.starts[file] + self.parts[file][part + 1]
            if np.searchsorted(wanted, start) == np.searchsorted(wanted, end):
                continue
            for at, batch in self.batches(file, part, only):
                some = wanted[np.searchsorted(wanted, at) : np.searchsorted(wanted, at + len(batch))]
                if len(some):
                    for place, values in zip(some.tolist(), _values(batch.take(some - at)), strict=True):
                        yield str(self.paths[file]), place - self.starts[file], values


@contextmanager
def opened(path: Path) -> Iterator[ParquetFile]:
    """Open a Parquet file.

    Raises:
        ReadError: it is no regular file, or cannot be read.
        IntegrityError: it is not a Parquet file.
    """
    with open_file(path) as source:
        yield ParquetFile(source, path)


def _issue(path: Path, code: str, message: str, pointer: str = "", hint: str = "") -> Issue:
    return Issue(str(path), message, pointer, code=code, hint=hint, exit_code=CODES[code].exit_code)


def _values(batch: pa.Table) -> list[dict[str, Any]]:
    """Return rows as plain dicts; a day that Python's calendar does not have as a text that is none."""
    import pyarrow as pa

    names = batch.column_names
    cells = []
    for column in batch.columns:
        if pa.types.is_date32(column.type):
            cells.append([None if one is None else _day(one) for one in column.cast(pa.int32()).to_pylist()])
        else:
            cells.append(column.to_pylist())
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _day(number: int) -> dt.date | str:
    try:
        return dt.date(1970, 1, 1) + dt.timedelta(days=number)
    except OverflowError:
        return f"day {number} from 1970"


def _wrong_columns(schema: pa.Schema, table: Table) -> Iterator[tuple[str, str, str, str]]:
    """Yield code, column, sentence and hint for each column that is missing, of another type, or unknown."""
    names, types = [one.name for one in table.fields], arrow_schema(table)
    for one in table.fields:
        wanted = types.field(one.name).type
        if one.name not in schema.names:
            message = f"the column {one.name} is missing in {table.name}"
            yield "missing_key", one.name, message, f"add it, as {wanted}"
        elif not _is_of(schema.field(one.name).type, one):
            message = f"the column {one.name} is {schema.field(one.name).type}, not {one.kind}"
            yield "wrong_type", one.name, message, f"cast it to {wanted} before the table is written"
    for name in sorted(set(schema.names) - set(names)):
        near = get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"columns: {', '.join(names)}"
        yield "unknown_key", name, f"{name} is not a column of {table.name}", hint


def _is_of(type_: pa.DataType, field_: Field) -> bool:
    """Return whether a column of a file holds what the table's does, in whatever width or coding."""
    import pyarrow as pa

    inner = type_.value_type if pa.types.is_dictionary(type_) else type_
    is_text = pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner)
    admitted = {
        "string": is_text, "code": is_text, "int32": pa.types.is_integer(type_), "double": pa.types.is_floating(type_),
        "bool": pa.types.is_boolean(type_), "date32": pa.types.is_date32(type_),
    }  # fmt: skip
    return bool(admitted[field_.kind]) or pa.types.is_null(type_)
