"""JSON Lines of any size: ``columnar`` reads most lines; those that it refuses are judged by their models."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, BinaryIO

from news_dataset.collection import Collection
from news_dataset.engine import rows
from news_dataset.engine.columnar import PIECE, load_lines
from news_dataset.engine.duckdb import DuckDBStore
from news_dataset.engine.nested import (
    SHIFT,
    JudgedRecord,
    LocatedRow,
    NestedRow,
    has_id,
    hidden_types,
    type_of_file,
    types_in,
)
from news_dataset.engine.store import ParallelMap, Store
from news_dataset.entries import Entry, entry_at
from news_dataset.errors import IntegrityError
from news_dataset.files import MAX_BYTES, Problem, open_file
from news_dataset.issues import Progress
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.profile import Profile
from news_dataset.reader import UNREAD, Document, parse_json_line
from news_dataset.records import BY_TABLE, Record

BLOCK = 32 * 2**20
"""Bytes of a split of a file: enough rows that the cost of starting a query does not matter."""

_PORTION = 5_000  # lines that are judged together
_START = 400  # bytes in which the first id of a file is looked for


@dataclass
class LinesFile:
    """A file of JSON Lines.

    Args:
        path: the file.
        kind: the type of its records, as its folder says; empty if each id names its type.
        splits: the number of the first line of each split, counted through all files from 0.
    """

    path: Path
    kind: str = ""
    splits: list[int] = field(default_factory=list)
    _kept: tuple[int, list[bytes]] = (-1, [])

    def model(self, profile: Profile) -> type[Record]:
        """Return the model that its lines are read by at first; a wrong guess costs time only."""
        if self.kind or self.path.stem in BY_TABLE:
            return profile.by_type[self.kind] if self.kind else profile.by_table[self.path.stem]
        with open_file(self.path) as file:
            start = file.read(_START)
        places = {start.find(f'"{name}/'.encode()): model for name, model in profile.by_type.items()}
        places.pop(-1, None)
        return places[min(places)] if places else profile.by_type["statement"]

    def line(self, number: int, size: int) -> bytes:
        """Return a line by its number in all files; *size* is that of a split. Sorted lookups are fast."""
        place = bisect_right(self.splits, number) - 1
        if self._kept[0] != place:
            self._kept = place, split_lines(self.path, place * size, (place + 1) * size).split(b"\n")
        return self._kept[1][number - self.splits[place]]


def count_lines(split: tuple[Path, int, int]) -> int:
    """Return how many lines begin in a split: a path and the offsets of its first byte and behind its last.

    A line begins at the start of the file and after each line feed, so the byte before the split counts, the last not.
    """
    path, start, end = split
    with open_file(path) as file:
        file.seek(max(start - 1, 0))
        data = file.read(end - 1 - file.tell())
    return data.count(b"\n") + (start == 0)


def split_lines(path: Path, start: int, end: int) -> bytes:
    """Return the lines that begin in a split, each with a line feed.

    A last line that is too long is cut to ``MAX_BYTES + 1``, which is enough to refuse it.
    """
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
    """Move to the first line that begins after the byte at *start*; return whether it begins before *end*."""
    file.seek(start)
    while (piece := file.readline(PIECE)) and file.tell() < end:
        if piece.endswith(b"\n"):
            return True
    return False


@dataclass(frozen=True)
class LinesSource:
    """Files of JSON Lines of any size, and the documents beside them, which are numbered after the lines.

    Args:
        paths: the files.
        beside: ``dataset.yaml``, ``redirects.yaml`` and codebooks.
        progress: is told how many lines have been read.
    """

    paths: Sequence[LinesFile]
    beside: Collection
    progress: Progress | None = None
    is_of_tables = False
    issues, ownerless_tables = (), ()
    _total: list[int] = field(default_factory=list)  # the number of lines, and the size of splits, once known
    _size: list[int] = field(default_factory=list)

    @property
    def profile(self) -> Profile:
        """The profile of the dataset."""
        return self.beside.profile

    @property
    def files(self) -> int:
        """How many files there are, those beside the lines included."""
        return len(self.paths) + len(self.beside.documents)

    @property
    def available_tables(self) -> set[str]:
        """The tables that may have rows: all."""
        return set(rows.MODELS)

    def tasks(self, parallel_map: ParallelMap[Any, Any]) -> Sequence[tuple[int, Any]]:
        """Return a task per split of a file, after its number of lines.

        A task has the number of the split's first line, that of its file, and the offsets where it begins and ends.
        """
        sizes = [file.path.stat().st_size for file in self.paths]
        splits = [
            (number, start, min(start + BLOCK, size))
            for number, size in enumerate(sizes)
            for start in range(0, size, BLOCK)
        ]
        counts = list(parallel_map(count_lines, [(self.paths[number].path, *ends) for number, *ends in splits]))
        first = [0, *accumulate(counts)]
        for number, file in enumerate(self.paths):
            file.splits[:] = [line for line, split in zip(first, splits, strict=False) if split[0] == number]
        self._total[:], self._size[:] = [first[-1]], [BLOCK]
        return [(count, (line, *split)) for count, line, split in zip(counts, first, splits, strict=False)]

    def load(self, task: tuple[int, int, int, int], store: DuckDBStore) -> None:
        """Add the rows of the lines of a split; lines that the columnar reader refuses become suspects."""
        first, number, start, end = task
        file = self.paths[number]
        if content := split_lines(file.path, start, end):
            load_lines(content, first, file.model(self.profile), store)

    def report_progress(self, done: int, total: int) -> None:
        """Report how many lines have been added."""
        if self.progress:
            self.progress(done, total)

    def picklable(self) -> LinesSource:
        """Return a copy without the documents beside the lines, but with their profile."""
        return replace(self, progress=None, beside=Collection(self.beside.path, (), (), profile=self.profile))

    def compare_codes(self, store: Store) -> None:
        """Compare nothing: lines have no table of codes."""

    def unproven_portions(self, store: Store) -> Iterator[Sequence[tuple[int, bool]]]:
        """Yield portions of lines that were not proven: the key of each, and whether its rows are in no table yet."""
        loaded = " UNION ALL ".join(f"SELECT me FROM {table}" for table in BY_TABLE)
        suspects = f"(SELECT DISTINCT me FROM suspects) s LEFT JOIN ({loaded}) t ON t.me = s.me"
        keys = store.stream(f"SELECT s.me, t.me IS NULL AS is_new FROM {suspects} ORDER BY s.me")
        while portion := list(islice(keys, _PORTION)):
            yield [(me, is_new) for me, is_new in portion]

    def portions_in_memory(self) -> Sequence[None]:
        """Return one portion, None: the documents beside the lines."""
        return (None,)

    def judge(
        self, portion: Sequence[tuple[int, bool]] | None
    ) -> tuple[Sequence[Document], Sequence[JudgedRecord], Sequence[tuple[int, str]]]:
        """Validate the lines of a portion; for None return the documents beside the lines."""
        if portion is None:
            numbered = enumerate(self.beside.entries, self._total[0])
            return self.beside.documents, [JudgedRecord(entry, n << SHIFT, n << SHIFT) for n, entry in numbered], ()
        documents, judged, unread = [], [], []
        for me, is_new in portion:
            document, entry = self._read(me >> SHIFT)
            documents.append(document)
            judged += [JudgedRecord(entry, me, me, is_new)] if entry else []
            if entry is None or not has_id(entry):
                file, _ = self._file(me >> SHIFT)
                kind = file.kind or type_of_file(str(file.path))
                unread += [(me, kind), *((me, named) for named in types_in(document.data) - {kind})]
        return documents, judged, unread

    def file_of(self, place: int) -> str:
        """Return nothing: a file may have any number of issues."""
        return ""

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield nothing: texts are compared with records in files."""
        yield from ()

    def rows_at(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[LocatedRow]:
        """Yield the rows at places, with all columns."""
        for place in places:
            if (entry := self._read(place >> SHIFT)[1]) is None:  # it was read before
                raise IntegrityError(f"{self._file(place >> SHIFT)[0].path} changed while it was checked")
            yield NestedRow(entry, table, place & ((1 << SHIFT) - 1))

    def hidden_records(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return no ids, and the types of the records that unreadable lines may hold."""
        return set(), hidden_types(unread)

    def _file(self, number: int) -> tuple[LinesFile, int]:
        """Return the file that holds a line, and the number of the first line of the file."""
        files = [file for file in self.paths if file.splits]
        file = files[bisect_right([file.splits[0] for file in files], number) - 1]
        return file, file.splits[0]

    def _read(self, number: int) -> tuple[Document, Entry | None]:
        """Return a line, or an entry beside the lines, as a document and its record; None if it holds no record."""
        if number >= self._total[0]:
            entry = self.beside.entries[number - self._total[0]]
            return entry.document, entry
        file, first = self._file(number)
        index = number - first
        document = parse_json_line(file.line(number, self._size[0]), str(file.path), index + 1)
        if document.data is UNREAD:
            return document, None
        found = entry_at(document, f"/{index}", file.kind, document.data, SCHEMA_VERSION, self.profile)
        if isinstance(found, Problem):
            return Document(document.path, document.data, {}, {}, (*document.problems, found)), None
        return document, found
