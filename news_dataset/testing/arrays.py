"""Arrow columns out of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.tabular import arrow_schema, tables
from news_dataset.testing.dice import Bits, Ints, Truths

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, "pa.Array"]


def taken(values: Sequence[str] | pa.Array, at: Ints, present: Truths | None = None) -> pa.Array:
    """Return the value at each index; null where it is not *present*."""
    import pyarrow as pa

    among = values if isinstance(values, pa.Array) else _strings(tuple(values))
    return among.take(pa.array(at, mask=None if present is None else ~present))


def coded(values: Sequence[str], at: Ints, present: Truths | None = None) -> pa.Array:
    """Return the same as ``taken`` as a column of codes."""
    import pyarrow as pa

    indices = pa.array(at.astype(np.int32), mask=None if present is None else ~present)
    return pa.DictionaryArray.from_arrays(indices, _strings(tuple(values)))


def joined(*parts: pa.Array | str, by: str = " ") -> pa.Array:
    """Return the parts of each row as one text; nulls are left out, where there is nothing else the text is empty."""
    import pyarrow.compute as pc

    if not any(isinstance(part, str) for part in parts):  # Arrow leaves out the rows in which every part is null
        some = pc.coalesce(*parts, "")
        parts = (pc.if_else(pc.equal(some, ""), "", parts[0]), *parts[1:])
    return pc.binary_join_element_wise(*parts, by, null_handling="skip")


def whole(values: Ints, present: Truths | None = None) -> pa.Array:
    """Return whole numbers (int32)."""
    import pyarrow as pa

    return pa.array(values.astype(np.int32), mask=None if present is None else ~present)


def days(values: Ints, present: Truths | None = None) -> pa.Array:
    """Return days, given as days since 1970."""
    import pyarrow as pa

    return whole(values, present).cast(pa.date32())


def yes(present: Truths) -> pa.Array:
    """Return true or null."""
    import pyarrow as pa

    return pa.array(np.ones(len(present), dtype=bool), mask=~present)


def only(values: pa.Array, present: Truths) -> pa.Array:
    """Return the values, null where they are not *present*."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(present), values, pa.scalar(None, values.type))


def hexes(*bits: Bits, digits: int) -> pa.Array:
    """Return so many hex digits for each row, of as many bits as that takes."""
    import pyarrow as pa

    many = len(bits[0])
    raw = np.stack(bits, axis=1).astype(">u8").view(np.uint8)[:, : digits // 2]
    data = np.ascontiguousarray(raw).tobytes().hex().encode()
    offsets = np.arange(0, many * digits + 1, digits, dtype=np.int32)
    return pa.StringArray.from_buffers(many, pa.py_buffer(offsets), pa.py_buffer(data))


def padded(values: Ints, width: int) -> pa.Array:
    """Return whole numbers as texts of so many digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.utf8_lpad(pa.array(values).cast(pa.string()), width, "0")


def lengths(texts: pa.Array) -> Ints:
    """Return how many code points each text has; 0 for none."""
    import pyarrow.compute as pc

    found: Ints = pc.utf8_length(texts).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def table(name: str, columns: Columns) -> pa.Table:
    """Return the table of that name; columns that are not given are null."""
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    many = len(next(iter(columns.values())))
    arrays = [columns.get(field.name, pa.nulls(many, field.type)) for field in schema]
    assert set(columns) <= set(schema.names), set(columns) - set(schema.names)
    return pa.Table.from_arrays(arrays, schema=schema)


@cache
def _strings(values: tuple[str, ...]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string())
