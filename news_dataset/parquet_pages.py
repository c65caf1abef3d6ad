"""What the pages of a Parquet file say of their size, since a footer may say less and so pass as a small file.

Before each page there is a header in the compact protocol of Thrift, and Arrow allocates what that header says.
Sources: https://github.com/apache/parquet-format (PageHeader), and the compact protocol of Apache Thrift.
"""

from __future__ import annotations

from typing import Any

_UNCOMPRESSED, _COMPRESSED = 2, 3  # fields of PageHeader
_FIRST, _MOST = 512, 2**20  # bytes of a header that are read at first, and at most: it may hold statistics
_BOOLEANS, _BYTE, _INTEGERS, _DOUBLE, _BINARY, _LISTS, _STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 12
_DEPTH = 8


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
        size, stored = fields.get(_UNCOMPRESSED, -1), fields.get(_COMPRESSED, -1)
        if size < 0 or stored < 0:
            raise PageError("a page has no size")
        total += length + size
        at += length + stored
    raise PageError("there are more pages than rows")


def _header(source: Any, at: int, end: int) -> tuple[int, dict[int, int]]:
    """Return the length of the header at an offset, and its fields that are integers."""
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


def _struct(data: bytes, at: int, depth: int) -> tuple[int, dict[int, int]]:
    """Return the offset behind a struct, and those of its fields that are integers, by number."""
    fields: dict[int, int] = {}
    number = 0
    while head := data[at]:
        at += 1
        kind = head & 15
        if head >> 4:
            number += head >> 4
        else:
            at, value = _varint(data, at)
            number = _signed(value)
        if kind in _INTEGERS:
            at, value = _varint(data, at)
            fields[number] = _signed(value)
        else:
            at = _skip(data, at, kind, depth)
    return at + 1, fields


def _skip(data: bytes, at: int, kind: int, depth: int, *, is_element: bool = False) -> int:
    """Return the offset behind a value of a kind."""
    if kind in _BOOLEANS:
        return at + is_element  # a field's is in its head
    if kind in (_BYTE, _DOUBLE):
        return at + (1 if kind == _BYTE else 8)
    if kind in _INTEGERS:
        return _varint(data, at)[0]
    if kind == _BINARY:
        at, size = _varint(data, at)
        return at + size
    if depth >= _DEPTH:
        raise PageError("a header nests too deep")
    if kind == _STRUCT:
        return _struct(data, at, depth + 1)[0]
    if kind in _LISTS:
        head, at = data[at], at + 1
        at, size = _varint(data, at) if head >> 4 == 15 else (at, head >> 4)
        for _ in range(size):
            at = _skip(data, at, head & 15, depth + 1, is_element=True)
            data[at - 1]  # a list may not be longer than its bytes
        return at
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
