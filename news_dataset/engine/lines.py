"""JSON Lines of any size: typed by a strict columnar reader; what it does not take goes to the model, line by line.

pyarrow's reader is given the columns of the model and refuses any other key. It takes keys in any order and any
spacing, so lines need not be canonical to be fast. It is C++, and some input crashes it: that is set apart first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from news_dataset.collection import Collection
from news_dataset.engine import rows
from news_dataset.engine.duckdb import DuckDBStore, evaluated_columns
from news_dataset.engine.nested import SHIFT, Judged, NestedSpot, Spot, has_id, hidden_types, type_of_file
from news_dataset.engine.store import Spread, Store
from news_dataset.entries import Entry, entry_at
from news_dataset.errors import IntegrityError
from news_dataset.files import MAX_BYTES, Problem, open_file
from news_dataset.issues import Progress
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import UNREAD, Document, parse_json_line
from news_dataset.records import BY_TABLE, Record, Row
from news_dataset.records.columns import children, columns

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

BLOCK = 32 * 2**20
"""Bytes of a split: enough that the cost of a query before its first row does not matter."""

PIECE = 2**20
"""Bytes that are given to the columnar reader together; a piece that it refuses is divided."""

_LEAST = 16  # lines that are not divided any more
_PORTION = 5_000  # lines that are judged together


@dataclass
class LinesFile:
    """A file, and the type that its folder says its records have (empty: each id names its own).

    ``splits`` has the number of the first line that begins in each split, among the lines of all files.
    """

    path: Path
    kind: str = ""
    splits: list[int] = field(default_factory=list)
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

    def line(self, number: int, size: int) -> bytes:
        """Return a line by its number; lookups are fast in rising order. *size* is that of a split."""
        place = bisect_right(self.splits, number) - 1
        if self._kept[0] != place:
            self._kept = place, split_lines(self.path, place * size, (place + 1) * size).split(b"\n")
        return self._kept[1][number - self.splits[place]]


def count_lines(split: tuple[Path, int, int]) -> int:
    """Return how many lines begin in a split of a file, if its first byte begins none: those behind its line ends.

    An end belongs to the split of the byte behind it. The first byte of a file begins a line, whatever it is.
    """
    path, start, end = split
    with open_file(path) as file:
        file.seek(max(start - 1, 0))
        data = file.read(end - 1 - file.tell())
    return data.count(b"\n") + (start == 0)


def split_lines(path: Path, start: int, end: int) -> bytes:
    """Return the lines that begin in a split, each with its end; of one that is too long, so much that this shows."""
    with open_file(path) as file:
        if start and not _skip_line(file, start - 1, end):
            return b""
        content = file.read(max(end - file.tell(), 0))
        begin = content.rfind(b"\n") + 1
        if begin < len(content):
            content += file.readline(max(MAX_BYTES + 1 - (len(content) - begin), 0))
            content = content if content.endswith(b"\n") else content[: begin + MAX_BYTES + 1] + b"\n"
    return content


def _skip_line(file: BinaryIO, start: int, end: int) -> bool:
    """Go to the first line that begins behind a byte; return whether there is one before the end."""
    file.seek(start)
    while (piece := file.readline(PIECE)) and file.tell() < end:
        if piece.endswith(b"\n"):
            return True
    return False


@dataclass(frozen=True)
class LinesSource:
    """Files of JSON Lines, each of any size; what lies beside them is numbered behind their lines."""

    paths: Sequence[LinesFile]
    beside: Collection
    progress: Progress | None = None
    is_of_tables = False
    issues, alone = (), ()
    _total: list[int] = field(default_factory=list)
    _size: list[int] = field(default_factory=list)

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

    def tasks(self, spread: Spread[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return the splits of all files, each with the number of its lines; the lines before it number its first."""
        sizes = [file.path.stat().st_size for file in self.paths]
        splits = [
            (number, start, min(start + BLOCK, size))
            for number, size in enumerate(sizes)
            for start in range(0, size, BLOCK)
        ]
        counts = list(spread(count_lines, [(self.paths[number].path, *ends) for number, *ends in splits]))
        first = [0, *accumulate(counts)]
        for number, file in enumerate(self.paths):
            file.splits[:] = [at for at, split in zip(first, splits, strict=False) if split[0] == number]
        self._total[:], self._size[:] = [first[-1]], [BLOCK]
        return [(count, (at, *split)) for count, at, split in zip(counts, first, splits, strict=False)]

    def load(self, task: tuple[int, int, int, int], store: DuckDBStore) -> None:
        """Add the rows of those lines of a split that the columnar reader takes; all others become suspects."""
        first, number, start, end = task
        file = self.paths[number]
        if content := split_lines(file.path, start, end):
            _load(content, first, file.model(self.profile), store)

    def report(self, done: int, total: int) -> None:
        """Say how many lines were added."""
        if self.progress:
            self.progress(done, total)

    def portable(self) -> LinesSource:
        """Return a copy without what lies beside the lines, but for the profile."""
        return replace(self, progress=None, beside=Collection(self.beside.path, (), (), profile=self.profile))

    def compare(self, store: Store) -> None:
        """Fill nothing: lines say nothing of themselves."""

    def portions(self, store: Store) -> Iterator[Sequence[tuple[int, bool]]]:
        """Yield the keys of the lines that were not proven, and whether their rows are not in the tables yet."""
        taken = " UNION ALL ".join(f"SELECT me FROM {table}" for table in BY_TABLE)
        suspects = f"(SELECT DISTINCT me FROM suspects) s LEFT JOIN ({taken}) t ON t.me = s.me"
        found = store.stream(f"SELECT s.me, t.me IS NULL AS is_new FROM {suspects} ORDER BY s.me")
        while some := list(islice(found, _PORTION)):
            yield [(me, is_new) for me, is_new in some]

    def held(self) -> Sequence[None]:
        """Return one portion, what lies beside the lines."""
        return (None,)

    def judged(
        self, portion: Sequence[tuple[int, bool]] | None
    ) -> tuple[Sequence[Document], Sequence[Judged], Sequence[tuple[int, str]]]:
        """Return lines as their models judge them, and which hold no record; or what lies beside the lines."""
        if portion is None:
            numbered = enumerate(self.beside.entries, self._total[0])
            return self.beside.documents, [Judged(one, at << SHIFT, at << SHIFT) for at, one in numbered], ()
        documents, judged, unread = [], [], []
        for me, is_new in portion:
            document, entry = self._read(me >> SHIFT)
            documents.append(document)
            judged += [Judged(entry, me, me, is_new)] if entry else []
            if entry is None or not has_id(entry):
                unread.append((me, (file := self._file(me >> SHIFT)[0]).kind or type_of_file(str(file.path))))
        return documents, judged, unread

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield nothing: texts are compared with records in files."""
        yield from ()

    def spots(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[Spot]:
        """Yield the rows at some places."""
        for place in places:
            if (entry := self._read(place >> SHIFT)[1]) is None:  # it was read before
                raise IntegrityError(f"{self._file(place >> SHIFT)[0].path} changed while it was checked")
            yield NestedSpot(entry, table, place & ((1 << SHIFT) - 1))

    def hidden(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return no ids, and the types that lines which cannot be read may hold."""
        return set(), hidden_types(unread)

    def _file(self, number: int) -> tuple[LinesFile, int]:
        """Return the file that holds a line, and the number of the first line of the file."""
        there = [file for file in self.paths if file.splits]
        file = there[bisect_right([one.splits[0] for one in there], number) - 1]
        return file, file.splits[0]

    def _read(self, number: int) -> tuple[Document, Entry | None]:
        """Return a line as a document, and the record in it if there is one; *number* counts through all files."""
        if number >= self._total[0]:
            entry = self.beside.entries[number - self._total[0]]
            return entry.document, entry
        file, first = self._file(number)
        at = number - first
        document = parse_json_line(file.line(number, self._size[0]), str(file.path), at + 1)
        if document.data is UNREAD:
            return document, None
        found = entry_at(document, f"/{at}", file.kind, document.data, SCHEMA_VERSION, self.profile)
        if isinstance(found, Problem):
            return Document(document.path, document.data, {}, {}, (*document.problems, found)), None
        return document, found


def _load(content: bytes, first: int, model: type[Record], store: DuckDBStore) -> None:
    """Add the rows of lines, the first of which has a number."""
    import numpy as np
    import pyarrow as pa

    data = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n")) + 1
    starts = np.concatenate([[0], ends[:-1]])
    numbers = first + np.arange(len(ends))
    odd, cursor = _odd_lines(content, starts, ends), store.cursor()
    left = np.flatnonzero(~odd)
    cuts: Any = np.searchsorted(ends[left], np.arange(PIECE, int(ends[-1]), PIECE)) if len(left) else []
    stack, taken = [some for some in reversed(np.split(left, cuts)) if len(some)], []
    while stack:
        some = stack.pop()
        is_run = len(some) == some[-1] - some[0] + 1
        pieces = [content[starts[at] : ends[at]] for at in ((some[0],) if is_run else some)]
        piece = content[starts[some[0]] : ends[some[-1]]] if is_run else b"".join(pieces)
        table = _typed(piece, len(some), model)
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
        cursor.register("odd", pa.table({"me": numbers[odd] << SHIFT}))
        cursor.execute("INSERT INTO suspects SELECT me FROM odd")
    cursor.close()


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


def _add(store: DuckDBStore, model: type[Record], table: pa.Table, numbers: Any, cursor: DuckDBPyConnection) -> None:
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
