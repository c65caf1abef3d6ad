"""What a Parquet file says of itself, looked at before Arrow believes it: a footer, and the headers of its pages.

Before each page there is a header in the compact protocol of Thrift, and Arrow allocates what that header says, though
the footer may say less and so pass as a small file. Other lies of a footer end the process.
Sources: https://github.com/apache/parquet-format (PageHeader), and the compact protocol of Apache Thrift.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

_UNCOMPRESSED, _COMPRESSED = 2, 3  # fields of PageHeader
_FIRST, _MOST = 512, 2**20  # bytes of a header that are read at first, and at most: it may hold statistics
_BOOLEANS, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _LISTS, _STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 12
_DEPTH = 8

# Fields of the footer: FileMetaData, SchemaElement, RowGroup, ColumnChunk, ColumnMetaData, Statistics.
_SCHEMA, _GROUPS, _TYPE, _CHILDREN, _COLUMNS, _CHUNK, _STATISTICS, _ENDS = 2, 4, 1, 5, 1, 3, 12, (1, 2, 5, 6)
_TEXT, _WIDTHS = 6, {0: 1, 1: 4, 2: 8, 3: 12, 4: 4, 5: 8}  # types, and how long their values are


class PageError(ValueError):
    """What stands where a page should begin is no header of one."""


def uncompressed_size(source: Any, chunk: Any, rows: int) -> int:
    """Return how many bytes the pages of a column chunk take uncompressed, with their headers.

    Args:
        source: the file, as Arrow's files.
        chunk: what the footer says of the chunk.
        rows: how many rows it has; it has no more pages with rows than those.

    Raises:
        PageError: its pages do not follow one another.
    """
    offsets = (chunk.dictionary_page_offset or 0, chunk.data_page_offset)
    at = min((one for one in offsets if one > 0), default=0)  # without rows there is a dictionary at most
    end, total = at + chunk.total_compressed_size, 0
    for _ in range(rows + 2):
        if at >= end:
            return total
        length, fields = _header(source, at, end)
        size, stored = fields.get(_UNCOMPRESSED), fields.get(_COMPRESSED)
        if not (isinstance(size, int) and isinstance(stored, int)) or size < 0 or stored < 0:
            raise PageError("a page has no size")
        total += length + size
        at += length + stored
    raise PageError("there are more pages than rows")


def plan(size: int, metadata: Any, columns: Sequence[str], groups: Sequence[int] | None) -> None:
    """Let Arrow plan to read column chunks, whose bytes it does not get.

    Arrow judges what a footer says of a chunk whenever it is asked about one. Here it raises; from most of its other
    functions that Python calls, the same error ends the process.

    Args:
        size: how long the file is.
        metadata: its footer.
        columns: the columns wanted.
        groups: the row groups wanted; None for all.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = list(range(metadata.num_row_groups) if groups is None else groups)
    file = pq.ParquetFile(pa.PythonFile(_BlankFile(size), "r"), metadata=metadata, pre_buffer=True)
    with suppress(_ReachedError):
        next(file.iter_batches(1, row_groups=numbers, columns=list(columns), use_threads=False), None)


class _ReachedError(Exception):
    """Somebody reads a file that has no bytes."""


class _BlankFile(io.RawIOBase):
    """A file of some size, of which no byte can be read."""

    def __init__(self, size: int) -> None:
        self._size, self._place = size, 0

    def readable(self) -> bool:
        """Return true, or Arrow would not even plan to read it."""
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to an offset."""
        self._place = (0, self._place, self._size)[whence] + offset
        return self._place

    def tell(self) -> int:
        """Return the offset."""
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        """Refuse to read."""
        raise _ReachedError


def has_sound_statistics(source: Any) -> bool:
    """Return whether each minimum and maximum in a footer is a value of its column's type, as Arrow takes for granted.

    Arrow ends the process where one is not. A footer that is too long to be looked at counts as not sound.
    """
    size = source.size()
    source.seek(size - 8)
    length = int.from_bytes(source.read(4), "little")
    if length > _MOST:
        return False
    source.seek(size - 8 - length)
    try:
        footer = _struct(source.read(length), 0, 0)[1]
        types = [one.get(_TYPE) for one in footer[_SCHEMA] if not one.get(_CHILDREN)]
        return all(
            _are_values(chunk[_CHUNK], kind)
            for group in footer[_GROUPS]
            for chunk, kind in zip(group[_COLUMNS], types, strict=True)
        )
    except (IndexError, KeyError, TypeError, ValueError, AttributeError):  # it has another form
        return False


def _are_values(chunk: Mapping[int, Any], kind: int) -> bool:
    """Return whether a column chunk is of a type, and its minima and maxima are as long as values of it."""
    found: Mapping[int, bytes] = chunk.get(_STATISTICS, {})
    ends = [found[number] for number in _ENDS if number in found]
    is_long = kind == _TEXT or all(len(one) == _WIDTHS.get(kind) for one in ends)
    return chunk[_TYPE] == kind and is_long


def _header(source: Any, at: int, end: int) -> tuple[int, dict[int, Any]]:
    """Return the length of the header at an offset, and its fields by number."""
    room = _FIRST
    while True:
        source.seek(at)
        data = source.read(min(room, end - at))
        try:
            return _struct(data, 0, 0)
        except IndexError as error:
            if len(data) < room or room >= _MOST:
                raise PageError("a page has no header") from error
            room *= 4


def _struct(data: bytes, at: int, depth: int) -> tuple[int, dict[int, Any]]:
    """Return the offset behind a struct, and its fields by number."""
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
    """Return the offset behind a value of a kind, and the value; None where nobody asks for values of the kind."""
    if kind in _BOOLEANS:
        return at + is_element, None  # a field's is in its head
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
        found = []
        for _ in range(size):
            at, value = _value(data, at, head & 15, depth + 1, is_element=True)
            data[at - 1]  # a list may not be longer than its bytes
            found.append(value)
        return at, found
    raise PageError("a header holds a value of no known kind")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return at, value
    raise PageError("a header holds a number of more than 64 bits")


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
