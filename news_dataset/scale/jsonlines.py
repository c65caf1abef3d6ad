"""JSON Lines of any size: blocks of lines, most of which one regular expression proves to be of the right shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset.reader import MAX_BYTES
from news_dataset.records import Record, Row
from news_dataset.records.columns import children
from news_dataset.scale.emitted import Tables
from news_dataset.scale.examine import Findings, examine
from news_dataset.scale.facts import Fact, facts
from news_dataset.scale.proof import named_in_rules
from news_dataset.scale.recognise import formed, line_pattern
from news_dataset.scale.slices import Slice, nested

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

BLOCK = 8 * 2**20
"""Bytes that are looked at together."""

# What the pattern of a line proves to be well formed, and what is asked for all the same (``groups``, ``emitted``).
_WANTED = ("digest", "kind", "claim_type", "status", "aspect", "verdict", "independence", "stance")
_LONGER = MAX_BYTES + 1  # of a line that is too long, so much is kept to say so


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines of a file; *first* is the number of the first, from 1, *offset* the byte where it begins."""

    first: int
    offset: int
    content: bytes


def blocks(path: Path) -> Iterator[Block]:
    """Yield the lines of a file in blocks of about ``BLOCK`` bytes, in bounded memory.

    Of a line longer than a record may be, only so much is kept that it is still too long.
    """
    first, offset, begun, kept = 1, 0, 0, b""
    with open(path, "rb") as file:
        while data := file.read(BLOCK):
            end = data.rfind(b"\n") + 1
            if not end:
                kept = (kept + data)[:_LONGER] if len(kept) < _LONGER else kept
                offset += len(data)
                continue
            head = data.find(b"\n") + 1
            line = kept + data[:head]
            content = (line if len(line) <= _LONGER else line[:_LONGER] + b"\n") + data[head:end]
            yield Block(first, begun, content)
            first, kept = first + content.count(b"\n"), data[end:]
            begun, offset = offset + end, offset + len(data)
    if kept:
        yield Block(first, begun, kept)


@dataclass
class Examined:
    """What is known of a block: its findings, the lines that are not proven, with their numbers, and what was made."""

    lines: int
    findings: Findings
    suspects: list[tuple[int, bytes]]
    made: Tables = field(default_factory=dict)


Make = Callable[["Slice", "Mask"], Tables]
"""Makes tables of those records of a slice that are wanted."""


def examine_block(block: Block, model: type[Record], base: int = 0, make: Make | None = None) -> Examined:
    """Return what is known of the lines of a block, if they are records of *model*.

    Args:
        block: the lines.
        model: the model that most of them are expected to follow.
        base: what is added to the number of a line for the place of its record.
        make: what else is to be made of the records that are proven.
    """
    import numpy as np
    import pyarrow as pa

    data = np.frombuffer(block.content, dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n")) + 1
    if len(ends) == 0 or ends[-1] != len(data):  # the last line of a file may have no end
        ends = np.append(ends, len(data))
    starts = np.concatenate([[0], ends[:-1]])
    offsets = np.append(starts, len(data)).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(block.content))
    known = _recognised(lines, model)
    types = full_types(model) if make else arrow_types(model)
    table, made = _parsed(lines, known, block.content, types), {}
    if table is None and known.any():  # commas between items are too few or too many in some line
        known[known] = ~_ill_divided(lines.filter(pa.array(known)))
        table = _parsed(lines, known, block.content, types)
    if table is None:
        known[:] = False
    numbers = np.flatnonzero(known)
    findings = Findings(numbers)
    if table is not None:
        records = nested(model, table)
        findings = examine(records, numbers + block.first + base, is_recognised=True)
        if make:
            made = make(records, ~np.isin(np.arange(len(records)), findings.suspects))
    doubtful = np.sort(np.concatenate([np.flatnonzero(~known), numbers[findings.suspects]]))
    suspects = [(block.first + int(at), block.content[starts[at] : ends[at]].removesuffix(b"\n")) for at in doubtful]
    return Examined(len(lines), findings, suspects, made)


def _recognised(lines: pa.Array, model: type[Record]) -> Mask:
    """Return which lines the pattern of the model matches, and are no longer than a record may be."""
    import numpy as np
    import polars as pl
    import pyarrow as pa
    import pyarrow.compute as pc

    found: Mask = pc.binary_length(lines).to_numpy() <= MAX_BYTES
    try:
        lines.validate(full=True)
    except pa.ArrowInvalid:  # somewhere not UTF-8: then each line is looked at by itself
        fit = np.array([_is_text(line) for line in lines.cast(pa.binary()).to_pylist()], dtype=bool)
        found &= fit
        lines = lines.filter(pa.array(found))
        found[found] = pl.Series(lines).str.contains(line_pattern(model)).to_numpy()
        return found
    found &= pl.Series(lines).str.contains(line_pattern(model)).to_numpy()
    return found


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _joined(lines: pa.Array, known: Mask, whole: bytes) -> bytes:
    """Return the bytes of the lines that are known, which come in runs."""
    import numpy as np

    if known.all():
        return whole
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
    turns = np.flatnonzero(np.diff(known, prepend=False, append=False)).reshape(-1, 2)
    found = b"".join(whole[offsets[first] : offsets[end]] for first, end in turns)
    return found if found.endswith(b"\n") else found + b"\n"


def _ill_divided(lines: pa.Array) -> Mask:
    """Return which lines may have too few or too many commas between items, or words that look so."""
    import polars as pl

    found: Mask = pl.Series(lines).str.contains(r"\} ?\{|, ?[,\]]|\[ ?,").fill_null(True).to_numpy()
    return found


def _parsed(lines: pa.Array, known: Mask, whole: bytes, types: pa.Schema) -> pa.Table | None:
    """Return the known lines as columns; None if there are none, or one of them is no JSON after all."""
    import pyarrow as pa
    import pyarrow.json as pj

    if not known.any():
        return None
    content = _joined(lines, known, whole)
    reading = pj.ReadOptions(use_threads=False, block_size=max(len(content), 1))
    parsing = pj.ParseOptions(explicit_schema=types, unexpected_field_behavior="ignore")
    try:
        pool = pa.system_memory_pool()  # which gives back what it no longer needs
        return pj.read_json(pa.BufferReader(content), reading, parsing, pool)
    except pa.ArrowInvalid:
        return None


@cache
def full_types(model: type[Row]) -> pa.Schema:
    """Return all columns of a line, children as lists of structs."""
    import pyarrow as pa

    return pa.schema(list(_types(model, is_full=True)))


@cache
def arrow_types(model: type[Row]) -> pa.Schema:
    """Return the columns of a line that are still to be looked at when its form is proven."""
    import pyarrow as pa

    return pa.schema(list(_types(model)))


def _types(model: type[Row], is_full: bool = False) -> Iterator[pa.Field]:
    import pyarrow as pa

    plain = {"int32": pa.int32(), "double": pa.float64(), "bool": pa.bool_()}
    for fact in facts(model):
        if is_full or _is_needed(fact, model):
            yield pa.field(fact.name, plain.get(fact.column.kind, pa.string()))
    for name, part in children(model).items():
        if inside := list(_types(part, is_full)):
            yield pa.field(name, pa.list_(pa.struct(inside)))


def _is_needed(fact: Fact, model: type[Row]) -> bool:
    """Return whether a column has to be looked at although the form of its line is proven."""
    column = fact.column
    is_long = fact.most is not None or fact.name not in formed(model)
    is_asked_for = fact.name in _WANTED or fact.name in named_in_rules(model)
    return bool(is_long or is_asked_for or column.reference or fact.usual or column.kind in ("edtf", "day", "int32"))
