"""Parquet tables of any size: row groups in the order of their keys, and rows in the types that proofs look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.errors import IntegrityError
from news_dataset.tabular import Field, Table

if TYPE_CHECKING:
    import pyarrow as pa

AT = "\0at"
"""A column beside those of a table: where the row stands, the number of its file shifted by ``FILE`` and of the row."""

FILE = 40


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: where it is, and the first and last key in it, as far as the file says."""

    file: int
    number: int
    start: int
    rows: int
    first: str | None
    last: str | None


@dataclass
class TableFiles:
    """The files of one table.

    Args:
        table: what the table is.
        paths: its files.
        key: the column by which records and the rows of their children are brought together.
        wrong: what is wrong with its columns, as code, column and sentence; if anything but an unknown column is, no
            row can be looked at.
    """

    table: Table
    paths: Sequence[Path]
    key: str
    wrong: list[tuple[Path, str, str, str]] = field(default_factory=list)
    _open: dict[int, Any] = field(default_factory=dict)

    def file(self, number: int) -> Any:
        """Return a file as a ``ParquetFile``."""
        import pyarrow.parquet as pq

        if number not in self._open:
            self._open[number] = pq.ParquetFile(self.paths[number], page_checksum_verification=True)
        return self._open[number]

    @cached_property
    def groups(self) -> list[Group]:
        """All row groups, in the order of their keys where these are known."""
        found = []
        for number in range(len(self.paths)):
            about, start = self.file(number).metadata, 0
            place = next((at for at in range(about.num_columns) if about.schema.column(at).path == self.key), None)
            for group in range(about.num_row_groups):
                of = about.row_group(group)
                said = of.column(place).statistics if place is not None else None
                ends = (said.min, said.max) if said is not None and said.has_min_max else (None, None)
                ends = ends if isinstance(ends[0], str) else (None, None)
                if of.num_rows:
                    found.append(Group(number, group, start, of.num_rows, *ends))
                start += of.num_rows
        return sorted(found, key=lambda group: (group.first or "", group.last or ""))

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(group.rows for group in self.groups)

    @cached_property
    def is_clustered(self) -> bool:
        """Whether the keys of no two row groups overlap, but for a last one that is the next's first."""
        pairs = zip(self.groups, self.groups[1:], strict=False)
        known = all(group.first is not None for group in self.groups)
        return known and all(str(one.last) <= str(other.first) for one, other in pairs)

    def read(self, group: Group) -> pa.Table:
        """Return the rows of a group, in the types of the table, with their places.

        Raises:
            IntegrityError: the file is damaged.
        """
        import numpy as np
        import pyarrow as pa

        columns = [one.name for one in self.table.fields]
        file = self.file(group.file)
        is_placed = AT in file.schema_arrow.names
        wanted = [*columns, AT] if is_placed else columns
        try:
            rows = file.read_row_group(group.number, columns=wanted, use_threads=True)
        except (pa.ArrowException, OSError) as error:
            why = str(error).partition("\n")[0]
            raise IntegrityError(f"{self.paths[group.file]} is damaged: {why}") from error
        arrays = [_plain(rows.column(name)) for name in rows.column_names]
        if not is_placed:
            arrays.append(pa.array((group.file << FILE) + group.start + np.arange(group.rows)))
        return pa.Table.from_arrays(arrays, names=[*columns, AT])

    def look(self) -> bool:
        """Look at the columns of all files; return whether rows can be looked at."""
        import pyarrow as pa

        self.wrong.clear()
        for number, path in enumerate(self.paths):
            try:
                schema = self.file(number).schema_arrow
            except (pa.ArrowException, OSError) as error:
                self.wrong.append(
                    (path, "bad_syntax", "", f"is not a Parquet file: {str(error).partition(chr(10))[0]}")
                )
                continue
            for one in self.table.fields:
                if one.name not in schema.names:
                    self.wrong.append(
                        (path, "missing_key", one.name, f"the column {one.name} is missing in {self.table.name}")
                    )
                elif not _is_of(schema.field(one.name).type, one):
                    said = f"the column {one.name} is {schema.field(one.name).type}, not {one.kind}"
                    self.wrong.append((path, "wrong_type", one.name, said))
            for name in sorted(set(schema.names) - {one.name for one in self.table.fields} - {AT}):
                self.wrong.append((path, "unknown_key", name, f"{name} is not a column of {self.table.name}"))
        return all(code == "unknown_key" for _, code, _, _ in self.wrong)


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


def _plain(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece, texts as ``string``, codes as they are coded."""
    import pyarrow as pa

    whole = column.combine_chunks()
    array = whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)
    if pa.types.is_large_string(array.type) or pa.types.is_string_view(array.type):
        return array.cast(pa.string())
    if pa.types.is_dictionary(array.type) and not pa.types.is_string(array.type.value_type):
        return array.cast(pa.dictionary(pa.int32(), pa.string()))
    return array


def unified(parts: list[pa.Table]) -> pa.Table:
    """Return tables as one whose columns are each in one piece."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    columns = []
    for name in parts[0].column_names:
        whole = pa.chunked_array([chunk for part in parts for chunk in part.column(name).chunks])
        if pa.types.is_dictionary(whole.type):
            whole = whole.unify_dictionaries()
        columns.append(pa.concat_arrays(whole.chunks))
    return pa.Table.from_arrays(columns, names=parts[0].column_names)
