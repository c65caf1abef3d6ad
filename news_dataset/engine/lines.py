"""JSON Lines of any size: typed by a strict columnar reader; what it does not take goes to the model, line by line.

pyarrow's reader is given the columns of the model and refuses any other key. It takes keys in any order and any
spacing, so lines need not be canonical to be fast. It is C++, and some input crashes it: that is set apart first.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from news_dataset.collection import Collection
from news_dataset.engine import rows
from news_dataset.engine.nested import SHIFT, Judged, NestedSpot, Spot, has_id
from news_dataset.engine.store import Store, evaluated_columns
from news_dataset.entries import Entry, entry_at
from news_dataset.files import MAX_BYTES, Problem, open_file
from news_dataset.issues import Progress
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import UNREAD, Document, parse_json_line
from news_dataset.records import BY_TABLE, BY_TYPE, Record, Row
from news_dataset.records.columns import children, columns

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

BLOCK = 32 * 2**20
"""Bytes that are read together, so many that what a query costs before its first row does not count."""

PIECE = 2**20
"""Bytes that are given to the columnar reader together; a piece that it refuses is divided."""

_LEAST = 16  # lines that are not divided any more
_PORTION = 5_000  # lines that are judged together


@dataclass
class Block:
    """Whole lines of a file: the number of the first, from 0 in the file, the offset of its byte, and their bytes."""

    first: int
    offset: int
    content: bytes


@dataclass
class LinesFile:
    """A file, the type that its folder says its records have (empty: each id names its own), and where blocks begin.

    ``first`` is the number of its first line among those of all files.
    """

    path: Path
    kind: str = ""
    first: int = 0
    begins: list[tuple[int, int]] = field(default_factory=list)
    _kept: tuple[int, list[bytes]] = (-1, [])

    def model(self, profile: Profile) -> type[Record]:
        """Return the model that its lines are compared with first; a wrong guess costs time alone."""
        if self.kind or self.path.stem in BY_TABLE:
            return profile.by_type[self.kind] if self.kind else profile.by_table[self.path.stem]
        with open_file(self.path) as file:
            start = file.read(400)
        places = {start.find(f'"{name}/'.encode()): model for name, model in profile.by_type.items()}
        places.pop(-1, None)
        return places[min(places)] if places else profile.by_type["statement"]

    def blocks(self) -> Iterator[Block]:
        """Yield the lines in blocks, in bounded memory; of a line that is too long, only so much that this shows."""
        first, offset, begun, kept = 0, 0, 0, b""
        with open_file(self.path) as file:
            while data := file.read(BLOCK):
                end = data.rfind(b"\n") + 1
                if not end:
                    kept = (kept + data)[: MAX_BYTES + 1] if len(kept) <= MAX_BYTES else kept
                    offset += len(data)
                    continue
                head = data.find(b"\n") + 1
                line = kept + data[:head]
                content = (line if len(line) <= MAX_BYTES + 1 else line[: MAX_BYTES + 1] + b"\n") + data[head:end]
                yield Block(first, begun, content)
                first, kept = first + content.count(b"\n"), data[end:]
                begun, offset = offset + end, offset + len(data)
        if kept:
            yield Block(first, begun, kept + b"\n")

    def line(self, number: int) -> bytes:
        """Return a line by its number in the file, from 0; lookups are fast in rising order."""
        place = bisect_right(self.begins, (number, 1 << 62)) - 1
        first, offset = self.begins[place]
        if self._kept[0] != place:
            end = self.begins[place + 1][1] if place + 1 < len(self.begins) else self.path.stat().st_size
            with open_file(self.path) as file:
                file.seek(offset)
                self._kept = place, list(_short_lines(file, end))
        return self._kept[1][number - first]


def _short_lines(file: BinaryIO, end: int) -> Iterator[bytes]:
    """Yield the lines up to an offset; of one that is too long only so much that this shows."""
    while file.tell() < end:
        line = file.readline(MAX_BYTES + 1)
        yield line.removesuffix(b"\n")
        while line and not line.endswith(b"\n"):
            line = file.readline(BLOCK)


@dataclass(frozen=True)
class LinesSource:
    """Files of JSON Lines, each of any size; what lies beside them is numbered behind their lines."""

    paths: Sequence[LinesFile]
    beside: Collection
    progress: Progress | None = None
    threads: int = os.cpu_count() or 1
    is_of_tables = False
    issues = ()
    alone = ()
    _unread: set[str] = field(default_factory=set)
    _total: list[int] = field(default_factory=list)

    @property
    def profile(self) -> Profile:
        """The profile of the dataset."""
        return self.beside.profile

    @property
    def files(self) -> int:
        """How many files there are."""
        return len(self.paths) + len(self.beside.documents)

    @property
    def present(self) -> set[str]:
        """The tables that can have rows: all of them."""
        return set(rows.MODELS)

    def load(self, store: Store) -> None:
        """Add the rows of all lines that the columnar reader takes; the numbers of all others become suspects."""
        total, done, number = sum(file.path.stat().st_size for file in self.paths), 0, 0
        with ThreadPoolExecutor(self.threads) as pool:
            for file in self.paths:
                file.first, model, last = number, file.model(self.profile), 0
                blocks = _counted(file)
                while some := list(islice(blocks, 2 * self.threads)):
                    tasks = [pool.submit(_load, block, file.first, model, store) for block in some]
                    for block, task in zip(some, tasks, strict=True):
                        last = block.first + task.result()
                        done += len(block.content)
                    if self.progress:
                        known = number + last
                        self.progress(known, known * total // max(done, 1))
                    store.compact()
                number += last
        self._total.append(number)
        store.suspect_unproven()

    def suspects(self, store: Store) -> Iterator[tuple[Sequence[Document], Sequence[Judged]]]:
        """Yield the lines that were not proven, judged by their models."""
        taken = " UNION ALL ".join(f"SELECT me FROM {table}" for table in BY_TABLE)
        query = (
            f"SELECT s.me, t.me IS NULL FROM (SELECT DISTINCT me FROM suspects) s LEFT JOIN ({taken}) t ON t.me = s.me"
        )
        found = store.cursor().execute(f"{query} ORDER BY s.me")
        while portion := found.fetchmany(_PORTION):
            documents, judged, refused = [], [], []
            for me, is_new in portion:
                document, entry = self._read(me >> SHIFT)
                documents.append(document)
                if entry:
                    judged.append(Judged(entry, me, me, bool(is_new)))
                else:
                    refused.append(("", me, me, None, None))
                if entry is None or not has_id(entry):
                    self._unread.add(self._file(me >> SHIFT).kind)
            store.fill("broken", refused)
            yield documents, judged
        places = [(self._total[0] + at) << SHIFT for at in range(len(self.beside.entries))]
        judged = [Judged(entry, at, at) for entry, at in zip(self.beside.entries, places, strict=True)]
        yield self.beside.documents, judged

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield nothing: texts are compared with records in files."""
        yield from ()

    def spots(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[Spot]:
        """Yield the rows at some places."""
        for place in places:
            entry = self._read(place >> SHIFT)[1]
            assert entry is not None  # it was read before
            yield NestedSpot(entry, table, place & ((1 << SHIFT) - 1))

    def hidden(self) -> tuple[set[str], set[str]]:
        """Return no ids, and the types that lines which cannot be read may hold."""
        return set(), set(BY_TYPE) if "" in self._unread else set(self._unread)

    def _file(self, number: int) -> LinesFile:
        return self.paths[bisect_right([file.first for file in self.paths], number) - 1]

    def _read(self, number: int) -> tuple[Document, Entry | None]:
        """Return a line as a document, and the record in it if there is one; *number* counts through all files."""
        if number >= self._total[0]:
            entry = self.beside.entries[number - self._total[0]]
            return entry.document, entry
        file = self._file(number)
        at = number - file.first
        document = parse_json_line(file.line(at), str(file.path), at + 1)
        if document.data is UNREAD:
            return document, None
        found = entry_at(document, f"/{at}", file.kind, document.data, SCHEMA_VERSION, self.profile)
        if isinstance(found, Problem):
            return Document(document.path, document.data, {}, {}, (*document.problems, found)), None
        return document, found


def _counted(file: LinesFile) -> Iterator[Block]:
    for block in file.blocks():
        file.begins.append((block.first, block.offset))
        yield block


def _load(block: Block, first: int, model: type[Record], store: Store) -> int:
    """Add the rows of a block; return how many lines it has."""
    import numpy as np
    import pyarrow as pa

    data = np.frombuffer(block.content, dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n")) + 1
    starts = np.concatenate([[0], ends[:-1]])
    numbers = first + block.first + np.arange(len(ends))
    odd = _odd_lines(block.content, starts, ends)
    cursor = store.cursor()
    left = np.flatnonzero(~odd)
    cuts: Any = np.searchsorted(ends[left], np.arange(PIECE, int(ends[-1]), PIECE)) if len(left) else []
    stack, taken = [some for some in reversed(np.split(left, cuts)) if len(some)], []
    while stack:
        some = stack.pop()
        is_run = len(some) == some[-1] - some[0] + 1
        pieces = [block.content[starts[at] : ends[at]] for at in ((some[0],) if is_run else some)]
        content = block.content[starts[some[0]] : ends[some[-1]]] if is_run else b"".join(pieces)
        table = _typed(content, len(some), model)
        if table is not None:
            taken.append((table, numbers[some]))
        elif len(some) <= _LEAST:
            odd[some] = True
        else:
            stack += reversed(np.array_split(some, 8))
    if taken:
        whole = pa.concat_tables([table for table, _ in taken])
        _add(store, model, whole, np.concatenate([some for _, some in taken]), cursor)
    if odd.any():
        cursor.execute("INSERT INTO suspects SELECT unnest($1::BIGINT[])", [(numbers[odd] << SHIFT).tolist()])
    cursor.close()
    return len(ends)


def _odd_lines(content: bytes, starts: Any, ends: Any) -> Any:
    """Return which lines the columnar reader may not see, for it crashes on them or would take them for others."""
    import numpy as np
    import pyarrow as pa

    data = np.frombuffer(content, dtype=np.uint8)
    last = ends - 2
    last = np.where((last > 0) & (data[np.maximum(last, 0)] == ord("\r")), last - 1, last)
    lengths = ends - starts
    odd = (data[starts] != ord("{")) | (data[np.maximum(last, 0)] != ord("}")) | (lengths > MAX_BYTES) | (lengths < 5)
    at = content.find(b"null")
    while at >= 0:
        before = at - 1
        while before > 0 and content[before] in b" \t\r":
            before -= 1
        if content[before] in b":,[":
            odd[np.searchsorted(ends, at, side="right")] = True
        at = content.find(b"null", at + 4)
    try:
        whole = pa.py_buffer(np.array([0, len(content)], dtype=np.int32)), pa.py_buffer(content)
        pa.StringArray.from_buffers(1, *whole).validate(full=True)
    except pa.ArrowInvalid:  # somewhere not UTF-8: then each line is looked at by itself
        for number in np.flatnonzero(~odd).tolist():
            try:
                content[starts[number] : ends[number]].decode()
            except UnicodeDecodeError:
                odd[number] = True
    return odd


def _typed(content: bytes, count: int, model: type[Record]) -> pa.Table | None:
    """Return lines as columns; None where the strict reader refuses one of them."""
    import pyarrow as pa
    import pyarrow.json as pj

    reading = pj.ReadOptions(use_threads=False, block_size=len(content) + 1)
    parsing = pj.ParseOptions(explicit_schema=line_types(model), unexpected_field_behavior="error")
    try:
        found = pj.read_json(pa.BufferReader(content), reading, parsing, pa.system_memory_pool())
    except pa.ArrowInvalid:
        return None
    return found if found.num_rows == count else None


@cache
def line_types(model: type[Row]) -> pa.Schema:
    """Return the columns of a line, children as lists of structs."""
    import pyarrow as pa

    plain = {"int32": pa.int32(), "double": pa.float64(), "bool": pa.bool_()}
    fields = [pa.field(column.name, plain.get(column.kind, pa.string())) for column in columns(model)]
    inside = [(name, list(line_types(child))) for name, child in children(model).items()]
    return pa.schema(fields + [pa.field(name, pa.list_(pa.struct(some))) for name, some in inside])


def _add(store: Store, model: type[Record], table: pa.Table, numbers: Any, cursor: DuckDBPyConnection) -> None:
    """Add typed lines to the tables of the records and of their children."""
    import numpy as np
    import pyarrow as pa

    table, places = table.combine_chunks(), numbers << SHIFT
    own = table.select([column.name for column in columns(model)])
    is_odd = np.zeros(len(numbers), dtype=bool)
    for name, child in children(model).items():
        column = table.column(name).chunk(0) if len(numbers) else table.column(name).combine_chunks()
        lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        is_odd |= column.is_valid().to_numpy(zero_copy_only=False) & (lengths == 0)  # an empty list is no list
        items = column.flatten()
        if not len(items):
            continue
        owners = np.repeat(np.arange(len(numbers)), lengths)
        ordinals = np.arange(len(items)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
        batch = pa.Table.from_arrays(items.flatten(), names=[one.name for one in items.type])
        batch = batch.append_column("ordinal", pa.array(ordinals))
        batch = batch.append_column("_pos", pa.array(places[owners] + ordinals))
        batch = batch.append_column("_owner", pa.array(places[owners]))
        if store.is_keeping:
            batch = batch.append_column(child.parent_key, own.column("id").take(pa.array(owners)))
        store.add(child.table, evaluated_columns(child, batch), '"_owner"', cursor)
    own = own.append_column("_pos", pa.array(places)).append_column("_is_odd", pa.array(is_odd))
    store.add(model.table, evaluated_columns(model, own), '"_pos"', cursor)
