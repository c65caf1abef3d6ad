"""Check the footer of a Parquet file, and the headers of its pages, before Arrow uses them.

Before each page there is a header in the compact protocol of Thrift. Arrow allocates as much memory as it says, while
the footer may say less, as if the file were small. Other wrong values in a footer end the process.
Sources: https://github.com/apache/parquet-format (PageHeader), and the compact protocol of Apache Thrift.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

_UNCOMPRESSED, _COMPRESSED = 2, 3  # fields of PageHeader
_HEADER_FIRST, _HEADER_MAX = (
    512,
    2**20,
)  # bytes of a header that are read at first, and at most, since it may hold statistics
_BOOLEANS, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _LISTS, _STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 12
_DEPTH = 8  # levels of structs and lists in a header or footer

# Fields of the footer: FileMetaData, SchemaElement, RowGroup, ColumnChunk, ColumnMetaData, Statistics.
_SCHEMA, _GROUPS, _TYPE, _CHILDREN, _COLUMNS, _CHUNK, _STATISTICS, _BOUNDS = 2, 4, 1, 5, 1, 3, 12, (1, 2, 5, 6)
_TEXT, _WIDTHS = 6, {0: 1, 1: 4, 2: 8, 3: 12, 4: 4, 5: 8}  # types, and how long their values are


class PageError(ValueError):
    """There is no valid header where a page should begin."""


def uncompressed_size(source: Any, chunk: Any, rows: int) -> int:
    """Return how many bytes the pages of a column chunk take uncompressed, with their headers.

    Args:
        source: the file, opened by Arrow.
        chunk: the entry of the chunk in the footer.
        rows: how many rows it has, and so at most how many pages with rows.

    Raises:
        PageError: its pages do not follow one another.
    """
    offsets = (chunk.dictionary_page_offset or 0, chunk.data_page_offset)
    at = min((offset for offset in offsets if offset > 0), default=0)  # without rows there may be no data page
    end, total = at + chunk.total_compressed_size, 0
    for _ in range(rows + 2):
        if at >= end:
            return total
        length, fields = _page_header(source, at, end)
        size, stored = fields.get(_UNCOMPRESSED), fields.get(_COMPRESSED)
        if not (isinstance(size, int) and isinstance(stored, int)) or size < 0 or stored < 0:
            raise PageError("a page has no size")
        total += length + size
        at += length + stored
    raise PageError("there are more pages than rows")


def plan(size: int, metadata: Any, columns: Sequence[str], groups: Sequence[int] | None) -> None:
    """Let Arrow plan to read column chunks, without their bytes, so that it validates their entries in the footer.

    Arrow validates them whenever they are used. Here it raises an error; in most of its other functions, the same error
    ends the process.

    Args:
        size: how long the file is.
        metadata: its footer.
        columns: the names of the columns.
        groups: the numbers of the row groups; None for all.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = list(range(metadata.num_row_groups) if groups is None else groups)
    # With a buffer all columns are planned before one of them is read; to buffer ahead would start threads.
    file = pq.ParquetFile(pa.PythonFile(_BlankFile(size), "r"), metadata=metadata, buffer_size=1, pre_buffer=False)
    for number in numbers:
        with suppress(_PlannedError):
            next(file.iter_batches(1, row_groups=[number], columns=list(columns), use_threads=False), None)


class _PlannedError(Exception):
    """Arrow has planned, and begins to read."""


class _BlankFile(io.RawIOBase):
    """A file with a size, but without bytes that can be read."""

    def __init__(self, size: int) -> None:
        self._size, self._place = size, 0

    def readable(self) -> bool:
        """Return true, since otherwise Arrow would not plan to read it."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to an offset."""
        self._place = (0, self._place, self._size)[whence] + offset
        return self._place

    def tell(self) -> int:
        """Return the offset."""
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        """Raise ``_PlannedError``."""
        raise _PlannedError


def has_sound_statistics(source: Any) -> bool:
    """Return whether each minimum and maximum in a footer is a value of the type of its column.

    Arrow takes that for granted, and ends the process if one is not. A footer over 1 MiB counts as not sound.
    """
    size = source.size()
    source.seek(size - 8)
    length = int.from_bytes(source.read(4), "little")
    if length > _HEADER_MAX:
        return False
    source.seek(size - 8 - length)
    try:
        footer = _struct(source.read(length), 0, 0)[1]
        types = [element.get(_TYPE) for element in footer[_SCHEMA] if not element.get(_CHILDREN)]
        return all(
            _has_valid_statistics(chunk[_CHUNK], kind)
            for group in footer[_GROUPS]
            for chunk, kind in zip(group[_COLUMNS], types, strict=True)
        )
    except (IndexError, KeyError, TypeError, ValueError, AttributeError):  # the footer has another form
        return False


def _has_valid_statistics(chunk: Mapping[int, Any], kind: int) -> bool:
    """Return whether a column chunk has a type, and its minima and maxima are as long as values of that type."""
    statistics: Mapping[int, bytes] = chunk.get(_STATISTICS, {})
    bounds = [statistics[number] for number in _BOUNDS if number in statistics]
    has_width = kind == _TEXT or all(len(bound) == _WIDTHS.get(kind) for bound in bounds)
    return chunk[_TYPE] == kind and has_width


def _page_header(source: Any, at: int, end: int) -> tuple[int, dict[int, Any]]:
    """Return the length of the header at an offset, and its fields by number; *end* is the end of the chunk."""
    size = _HEADER_FIRST
    while True:
        source.seek(at)
        data = source.read(min(size, end - at))
        try:
            return _struct(data, 0, 0)
        except IndexError as error:
            if len(data) < size or size >= _HEADER_MAX:
                raise PageError("a page has no header") from error
            size *= 4


def _struct(data: bytes, at: int, depth: int) -> tuple[int, dict[int, Any]]:
    """Return the offset after a struct, and its fields by number.

    Raises:
        IndexError: the data end before it does.
    """
    fields: dict[int, Any] = {}
    number = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            number += head >> 4
        else:
            at, value = _varint(data, at)
            number = _signed(value)
        at, fields[number] = _value(data, at, head & 15, depth)
    return at + 1, fields


def _value(data: bytes, at: int, kind: int, depth: int, *, is_element: bool = False) -> tuple[int, Any]:
    """Return the offset after a value of a kind, and the value; None if values of the kind are not needed."""
    if kind in _BOOLEANS:
        return at + is_element, None  # that of a field is in its head
    if kind in (_BYTE, _DOUBLE):
        return at + (1 if kind == _BYTE else 8), None
    if kind in _INTEGERS:
        at, value = _varint(data, at)
        return at, _signed(value)
    if kind == _BINARY:
        at, size = _varint(data, at)
        return at + size, data[at : at + size]
    if depth >= _DEPTH:
        raise PageError("a header nests too deep")
    if kind == _STRUCT:
        return _struct(data, at, depth + 1)
    if kind in _LISTS:
        head, at = data[at], at + 1
        at, size = _varint(data, at) if head >> 4 == 15 else (at, head >> 4)
        items = []
        for _ in range(size):
            at, value = _value(data, at, head & 15, depth + 1, is_element=True)
            data[at - 1]  # raises if the list is longer than the data
            items.append(value)
        return at, items
    raise PageError("a header holds a value of no known kind")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the offset after a number of variable length, and the number."""
    value = 0
    for shift in range(0, 70, 7):
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return at, value
    raise PageError("a header holds a number of more than 64 bits")


def _signed(value: int) -> int:
    """Return a number from its zigzag encoding."""
    return (value >> 1) ^ -(value & 1)
