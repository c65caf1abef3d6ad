"""Parquet files made to hurt whoever decodes them, most of a few kilobytes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.conftest import ROOT

PUBLISHED = ROOT / "data" / "published"
TABLE = "sources"
"""The table that each is put in the place of."""

LONG, MANY, ODD = 100_000, 20_000, 12_345
"""Letters of a long text; rows; and a number of rows that nothing else in a footer equals."""

Writer = Callable[[Path], int]
"""Writes a file, and returns how many rows it claims to have."""


def bombs() -> dict[str, Writer]:
    """Return what writes each file."""
    plain: dict[str, Any] = {"use_dictionary": False}
    alone: dict[str, Any] = {"store_schema": False}
    found: dict[str, Writer] = {
        "one text in every row": partial(_column, "url", lambda: _repeated(MANY), **alone),
        "one code in every row": partial(_column, "kind", lambda: _repeated(MANY)),
        "rows of nothing": partial(_column, "note", lambda: pa.nulls(1_000_000, pa.string())),
        "many row groups": partial(_column, "note", lambda: pa.nulls(3_000, pa.string()), row_group_size=1),
        "a text in row groups": partial(_column, "url", lambda: _repeated(2_000), **alone, row_group_size=10),
        "texts that pack well": partial(_column, "url", lambda: pa.array(["a" * LONG] * 2_000), **plain),
        "texts with one beginning": partial(
            _column, "url", lambda: pa.array(["a" * LONG] * 2_000), **plain, column_encoding={"url": "DELTA_BYTE_ARRAY"}
        ),
        "a large dictionary": partial(
            _column,
            "url",
            lambda: pa.array([f"{n}{'a' * LONG}" for n in range(1_000)]),
            dictionary_pagesize_limit=2**30,
        ),
        "one giant text": partial(_column, "url", lambda: pa.array(["a" * 200_000_000]), **plain),
        "many columns": _many_columns,
        "lists in lists": _nested,
        "a page that claims 2 GiB": _large_page,
    }
    for name in ("num_rows", "total_uncompressed_size", "total_compressed_size", "data_page_offset"):
        for value in (-5, 0, 1, 2**31 - 1, 2**40, 2**62):
            found[f"{name} {value}"] = partial(_lying, name, value)
    return found


def _repeated(rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["a" * LONG]))


def _first(rows: int) -> pa.Table:
    """Return the first row of the table so often."""
    return pq.read_table(PUBLISHED / f"{TABLE}.parquet").take(pa.array([0] * rows, pa.int32()))


def _column(name: str, make: Callable[[], pa.Array], path: Path, **options: Any) -> int:
    """Write the table with other values in a column."""
    values = make()
    table = _first(len(values))
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, values), path, compression="zstd", **options)
    return len(values)


def _many_columns(path: Path) -> int:
    pq.write_table(pa.table({f"c{n}": pa.array(["x"]) for n in range(20_000)}), path)
    return 1


def _nested(path: Path) -> int:
    """Write a column of lists in lists, with as many levels as pyarrow writes."""
    values: pa.Array = pa.array(["x"])
    for _ in range(500):
        values = pa.StructArray.from_arrays([values], ["a"])
    pq.write_table(pa.table({"id": values}), path)
    return 1


# Footers and page headers that lie. Both are in Thrift's compact protocol: a number is a zigzag varint.


def varint(number: int) -> bytes:
    """Return a number as Thrift has it."""
    rest, found = (number << 1) ^ (number >> 63), bytearray()
    rest &= 2**64 - 1
    while rest > 127:
        found.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*found, rest])


def claimed(path: Path, old: int, new: int) -> None:
    """Let the footer of a file say another number wherever it says *old*."""
    data = path.read_bytes()
    (length,) = struct.unpack("<I", data[-8:-4])
    footer = data[-8 - length : -8]
    assert varint(old) in footer
    footer = footer.replace(varint(old), varint(new))
    path.write_bytes(data[: -8 - length] + footer + struct.pack("<I", len(footer)) + data[-4:])


def _lying(field: str, value: int, path: Path) -> int:
    pq.write_table(_first(ODD), path, compression="zstd", store_schema=False)
    about = pq.read_metadata(path)
    url = about.row_group(0).column(about.schema.names.index("url"))
    claimed(path, ODD if field == "num_rows" else getattr(url, field), value)
    return max(0, value) if field == "num_rows" else ODD


def _large_page(path: Path) -> int:
    """Let the last page of a file claim to unpack to 2 GiB."""
    pq.write_table(_first(ODD), path, compression="zstd", store_schema=False, use_dictionary=False)
    about = pq.read_metadata(path)
    last, data = about.row_group(0).column(about.num_columns - 1), path.read_bytes()
    at = last.data_page_offset + 3  # behind the kind of page and the field's own byte
    end = next(place for place in range(at, len(data)) if data[place] < 128) + 1
    new = varint(2**31 - 1)
    path.write_bytes(data[:at] + new + data[end:])
    size = last.total_compressed_size
    claimed(path, size, size + len(new) - (end - at))
    return ODD


def mutations(data: bytes) -> Iterator[Callable[[Any], bytes]]:
    """Yield ways to spoil a file with a random number generator: anywhere, in its footer, in the headers of pages."""
    (length,) = struct.unpack("<I", data[-8:-4])

    def at(low: int, high: int, rng: Any) -> bytes:
        spoiled = bytearray(data)
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            place = rng.randrange(low, high)
            spoiled[place] = rng.choice((spoiled[place] ^ 1 << rng.randrange(8), 0, 0xFF, 0x7F, rng.randrange(256)))
        return bytes(spoiled)

    def moved(rng: Any) -> bytes:
        place, size = rng.randrange(4, len(data) - 8), rng.randint(1, 64)
        before, after = data[:place], data[place + size :]
        found: bytes = before + rng.choice((after, rng.randbytes(size) + data[place:], bytes(size) + after, data[-8:]))
        return found

    yield partial(at, 4, len(data))
    yield partial(at, len(data) - 8 - length, len(data))
    yield partial(at, len(data) - 8 - length, len(data) - 8)
    yield partial(at, 4, min(200, len(data)))
    yield moved
