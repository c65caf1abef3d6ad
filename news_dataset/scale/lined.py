"""Files of JSON Lines, each of any size, as one dataset or as a part of one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from news_dataset.collection import references, rows
from news_dataset.entries import Entry
from news_dataset.issues import Issue, Progress, Report, Severity, Sink
from news_dataset.records import BY_TABLE, BY_TYPE, Article, Record, Statement
from news_dataset.scale.emitted import Tables
from news_dataset.scale.gather import Gathering
from news_dataset.scale.inorder import in_order
from news_dataset.scale.jsonlines import blocks, examine_block
from news_dataset.scale.judge import Verdict, judge_lines, read_record
from news_dataset.scale.judged import put_by, slice_of
from news_dataset.scale.places import Ending, Referring
from news_dataset.scale.relate import Relations
from news_dataset.scale.slices import Slice
from news_dataset.scale.spill import Spill

if TYPE_CHECKING:
    import numpy as np

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

_BLOCKS = 4  # so many are kept when lines are looked up again, since lookups come in order
_FILE = 40  # a place is the number of the file, shifted by so many bits, and the number of the line


@dataclass
class LinesFile:
    """A file, the type that its folder says its records have (empty: each id names its own), and where blocks begin."""

    path: Path
    kind: str = ""
    begins: list[tuple[int, int]] = field(default_factory=list)
    _kept: dict[int, list[bytes]] = field(default_factory=dict)

    @property
    def model(self) -> type[Record]:
        """The model that its lines are compared with first; a wrong guess costs time alone."""
        if self.kind or self.path.stem in BY_TABLE:
            return BY_TYPE[self.kind] if self.kind else BY_TABLE[self.path.stem]
        with open(self.path, "rb") as file:
            start = file.read(400)
        places = {start.find(f'"{name}/'.encode()): model for name, model in BY_TYPE.items()}
        places.pop(-1, None)  # of types that are not named
        return places[min(places)] if places else Statement

    def line(self, number: int) -> bytes:
        """Return a line by its number, without the line break."""
        place = bisect_right(self.begins, (number, 1 << 62)) - 1
        first, offset = self.begins[place]
        end = self.begins[place + 1][1] if place + 1 < len(self.begins) else None
        if place not in self._kept:
            if len(self._kept) >= _BLOCKS:
                self._kept.clear()
            with open(self.path, "rb") as file:
                file.seek(offset)
                self._kept[place] = file.read(-1 if end is None else end - offset).split(b"\n")
        return self._kept[place][number - first]


class Keep(Protocol):
    """What becomes of sound records."""

    def make(self, records: Slice, kept: Mask) -> Tables:
        """Return what is made of the records *kept*; may be called by several threads at once."""

    def take(self, made: Sequence[Tables]) -> None:
        """Take what was made of a block, in the order of the blocks."""


def validate_lines(
    files: Sequence[LinesFile],
    is_whole: bool,
    sink: Sink | None = None,
    progress: Progress | None = None,
    keep: Keep | None = None,
) -> Report:
    """Check files of JSON Lines and return everything that was found and counted.

    Args:
        files: the files.
        is_whole: whether they are a whole dataset, so that references can be followed.
        sink: takes every issue as it is found.
        progress: is told how far the work has come.
        keep: takes the sound records.
    """
    gathering = Gathering(len(files), sink)
    told = _told(progress, sum(file.path.stat().st_size for file in files))
    with Spill() as spill:
        for number, file in enumerate(files):
            _examine_file(file, number << _FILE, gathering, spill, told, keep)
        relations = Relations(spill, _Places(files), is_whole, gathering.is_sound)
        for tally, issues in relations.judged():
            gathering.count(tally)
            gathering.found(issues)
    return gathering.report()


def _told(progress: Progress | None, size: int) -> Progress:
    """Return what makes of bytes and records that are done a guess of how many records there are."""
    done = [0, 0]

    def tell(records: int, read: int) -> None:
        done[0], done[1] = done[0] + records, done[1] + read
        if progress:
            progress(done[0], done[0] * size // max(done[1], 1))

    return tell


def _examine_file(
    file: LinesFile, base: int, gathering: Gathering, spill: Spill, told: Progress, keep: Keep | None
) -> None:
    model, make = file.model, keep.make if keep else None
    for block, found in in_order(lambda block: examine_block(block, model, base, make), blocks(file.path)):
        file.begins.append((block.first, block.offset))
        gathering.add(found.findings)
        spill.add(found.findings.tables)
        if found.suspects:
            verdict = judge_lines(str(file.path), found.suspects, file.kind)
            gathering.judge(verdict)
            put_by(verdict, lambda entry: base + int(entry.pointer[1:]) + 1, spill)
        if keep:
            keep.take([found.made, *(_made(verdict, keep) if found.suspects else [])])
        told(found.lines, len(block.content))


def _made(verdict: Verdict, keep: Keep) -> Iterator[Tables]:
    """Yield what is made of the sound ones among judged records."""
    import numpy as np

    for model in {type(entry.row) for entry in verdict.entries if isinstance(entry.row, Record)}:
        records = slice_of(verdict.entries, model)
        yield keep.make(records, np.ones(len(records), dtype=bool))


@dataclass(frozen=True)
class _Found:
    """A record in a line, of which something is to be said."""

    entry: Entry

    @property
    def id(self) -> str:
        """Its id."""
        return self.entry.id

    @property
    def where(self) -> str:
        """Its file and line."""
        return f"{self.entry.document.path}:{self.entry.document.place(self.entry.pointer)[0]}"

    def issue(self, pointer: str, message: str, hint: str = "", *, severity: Severity = "error") -> Issue:
        """Return an issue at a field."""
        return self.entry.issue(pointer, message, hint, severity=severity)


@dataclass(frozen=True)
class _Places:
    """Finds lines again."""

    files: Sequence[LinesFile]

    def record(self, kind: str, at: int) -> _Found:
        """Return the record in a line."""
        file, number = self.files[at >> _FILE], at & ((1 << _FILE) - 1)
        entry = read_record(str(file.path), number, file.line(number), kind)
        assert entry is not None  # it was read before
        return _Found(entry)

    def referring(self, table: str, column: str, targets: frozenset[str]) -> Iterator[Referring]:
        """Yield every field in a column that refers to one of some records."""
        for entry in self._holding(targets):
            for pointer, target, _ in references(entry):
                if target in targets and pointer.rpartition("/")[2] == column and _table(entry, pointer) == table:
                    yield Referring(_Found(entry), pointer, target)

    def ending(self, limits: Mapping[str, int]) -> Iterator[Ending]:
        """Yield every span that ends behind the limit of its article."""
        for entry in self._holding(frozenset(limits)):
            article = entry.row.article if isinstance(entry.row, Statement) else entry.id
            if not isinstance(entry.row, Article | Statement) or article not in limits:
                continue
            for pointer, row in rows(entry):
                end = getattr(row, "end", None)
                if isinstance(end, int) and end > limits[article]:
                    yield Ending(_Found(entry), pointer, end, article)

    def _holding(self, words: frozenset[str]) -> Iterator[Entry]:
        """Yield the sound records in whose lines one of some ids stands."""
        import polars as pl

        wanted = [f'"{word}"' for word in sorted(words)]
        for file in self.files:
            for block in blocks(file.path):
                lines = block.content.splitlines() if b"\r" not in block.content else block.content.split(b"\n")
                texts = pl.Series([line.decode(errors="replace") for line in lines])
                for at in texts.str.contains_any(wanted).arg_true():
                    entry = read_record(str(file.path), block.first + at, lines[at], file.kind)
                    if entry and isinstance(entry.row, Record):
                        yield entry


def _table(entry: Entry, pointer: str) -> str:
    parts = pointer.split("/")
    return parts[1] if len(parts) > 2 else entry.model.table if issubclass(entry.model, Record) else ""
