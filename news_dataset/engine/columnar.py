"""Lines of JSON as columns: a strict columnar reader types them; what it refuses is left to the models.

pyarrow's reader is given the columns of the model and refuses any other key. It takes keys in any order and any
spacing, so lines need not be canonical to be fast. It is C++, and some input crashes it: that is set apart first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from news_dataset.engine.duckdb import DuckDBStore, add_computed_columns
from news_dataset.engine.nested import SHIFT
from news_dataset.files import MAX_BYTES
from news_dataset.records import Record, Row
from news_dataset.records.columns import children, columns

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

PIECE = 2**20
"""Bytes that are given to the columnar reader together; if it refuses them, they are divided."""

_LEAST = 16  # lines that are not divided any further
_PARTS = 8  # parts that refused lines are divided into
_SHORTEST = 5  # bytes of a line with its end; a shorter one is an object without keys at most


def load_lines(content: bytes, first: int, model: type[Record], store: DuckDBStore) -> None:
    """Add the rows of lines to the tables; lines that the columnar reader refuses become suspects.

    Args:
        content: the lines, each with its line feed.
        first: the number of the first line, counted through all files.
        model: the model of the records.
        store: the tables.
    """
    import numpy as np
    import pyarrow as pa

    cursor, number = store.cursor(), first
    typed: list[tuple[pa.Table, Any]] = []
    for piece in _pieces(content):
        ends = np.flatnonzero(np.frombuffer(piece, dtype=np.uint8) == ord("\n")) + 1
        typed_here, is_refused = _typed_lines(piece, ends, model)
        typed += [(table, number + lines) for table, lines in typed_here]
        if is_refused.any():
            cursor.register("refused", pa.table({"me": (number + np.flatnonzero(is_refused)) << SHIFT}))
            cursor.execute("INSERT INTO suspects SELECT me FROM refused")
        number += len(ends)
    if typed:
        tables, numbers = zip(*typed, strict=True)
        _add_rows(store, model, pa.concat_tables(tables), np.concatenate(numbers), cursor)
    cursor.close()


def _pieces(content: bytes) -> Iterator[bytes]:
    """Yield runs of whole lines, each of ``PIECE`` bytes or one line more.

    The arrays of a run take up to fifty times the bytes of its lines, if these are empty.
    """
    start = 0
    while start < len(content):
        end = content.find(b"\n", start + PIECE - 1) + 1 or len(content)
        yield content[start:end]
        start = end


def _typed_lines(content: bytes, ends: Any, model: type[Record]) -> tuple[list[tuple[pa.Table, Any]], Any]:
    """Return lines as tables, each with the numbers of its lines; and an array of which lines were refused."""
    import numpy as np

    starts = np.concatenate([[0], ends[:-1]])
    is_refused = _unsafe_lines(content, starts, ends)
    safe = np.flatnonzero(~is_refused)
    tables, stack = [], [safe] if len(safe) else []
    while stack:
        lines = stack.pop()
        if len(lines) == lines[-1] - lines[0] + 1:
            joined = content[starts[lines[0]] : ends[lines[-1]]]
        else:
            joined = b"".join(content[starts[line] : ends[line]] for line in lines)
        table = _read_columns(joined, len(lines), model)
        if table is not None:
            tables.append((table, lines))
        elif len(lines) <= _LEAST:
            is_refused[lines] = True
        else:
            stack += reversed(np.array_split(lines, _PARTS))
    return tables, is_refused


def _unsafe_lines(content: bytes, starts: Any, ends: Any) -> Any:
    """Return an array of which lines the columnar reader must not see: it would crash, or read something else."""
    import numpy as np
    import pyarrow as pa

    data, lengths = np.frombuffer(content, dtype=np.uint8), ends - starts
    last = np.maximum(ends - 2, 0)
    last = np.maximum(last - (data[last] == ord("\r")), 0)
    is_unsafe = (data[starts] != ord("{")) | (data[last] != ord("}"))
    is_unsafe |= (lengths > MAX_BYTES) | (lengths < _SHORTEST)
    at = content.find(b"null")
    while at >= 0:  # the reader takes null for a missing key
        before = at - 1
        while before > 0 and content[before] in b" \t\r":
            before -= 1
        if content[before] in b":,[":
            is_unsafe[np.searchsorted(ends, at, side="right")] = True
        at = content.find(b"null", at + 4)
    try:
        whole = pa.py_buffer(np.array([0, len(content)], dtype=np.int32)), pa.py_buffer(content)
        pa.StringArray.from_buffers(1, *whole).validate(full=True)
    except pa.ArrowInvalid:  # some line is not UTF-8
        for number in np.flatnonzero(~is_unsafe).tolist():
            try:
                content[starts[number] : ends[number]].decode()
            except UnicodeDecodeError:
                is_unsafe[number] = True
    return is_unsafe


def _read_columns(content: bytes, count: int, model: type[Record]) -> pa.Table | None:
    """Return *count* lines as columns; None if the strict reader refuses one of them."""
    import pyarrow as pa
    import pyarrow.json as pj

    reading = pj.ReadOptions(use_threads=False, block_size=len(content) + 1)
    parsing = pj.ParseOptions(explicit_schema=line_types(model), unexpected_field_behavior="error")
    try:
        table = pj.read_json(pa.BufferReader(content), reading, parsing, pa.system_memory_pool())
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == count else None


@cache
def line_types(model: type[Row]) -> pa.Schema:
    """Return the columns of a line, with child rows as lists of structs."""
    import pyarrow as pa

    plain = {"int32": pa.int32(), "double": pa.float64(), "bool": pa.bool_()}
    fields = [pa.field(column.name, plain.get(column.kind, pa.string())) for column in columns(model)]
    lists = {name: pa.list_(pa.struct(list(line_types(child)))) for name, child in children(model).items()}
    return pa.schema(fields + [pa.field(name, type_) for name, type_ in lists.items()])


def _add_rows(
    store: DuckDBStore, model: type[Record], table: pa.Table, numbers: Any, cursor: DuckDBPyConnection
) -> None:
    """Add typed lines, which have *numbers*, to the tables of the records and of their children."""
    import numpy as np
    import pyarrow as pa

    table, places = table.combine_chunks(), numbers << SHIFT
    own = table.select([column.name for column in columns(model)])
    is_odd = np.zeros(len(numbers), dtype=bool)
    for name, child in children(model).items():
        column = table.column(name).chunk(0) if len(numbers) else table.column(name).combine_chunks()
        lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        is_odd |= column.is_valid().to_numpy(zero_copy_only=False) & (lengths == 0)  # an empty list is not a list
        items = column.flatten()
        if not len(items):
            continue
        owners = np.repeat(np.arange(len(numbers)), lengths)
        ordinals = np.arange(len(items)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
        batch = pa.Table.from_arrays(items.flatten(), names=[part.name for part in items.type])
        batch = batch.append_column("ordinal", pa.array(ordinals))
        batch = batch.append_column("_pos", pa.array(places[owners] + ordinals))
        batch = batch.append_column("_owner", pa.array(places[owners]))
        if store.is_keeping:
            batch = batch.append_column(child.parent_key, own.column("id").take(pa.array(owners)))
        store.add(child.table, add_computed_columns(child, batch), '"_owner"', cursor)
    own = own.append_column("_pos", pa.array(places)).append_column("_is_odd", pa.array(is_odd))
    store.add(model.table, add_computed_columns(model, own), '"_pos"', cursor)
