"""Records that were not proven: read strictly, judged by their models and by the named checks, in their words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from news_dataset import checks, reader
from news_dataset.checks.references import PART
from news_dataset.collection import Collection
from news_dataset.entries import Entry, entry_at
from news_dataset.issues import Issue, Tally
from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.reader import Document, Problem

_MOST = 2**53 - 1


@dataclass(frozen=True)
class Line(Document):
    """One line of JSON Lines whose places are worked out when somebody asks for one."""

    number: int = 0
    content: bytes = b""

    def place(self, pointer: str, on_key: bool = False) -> tuple[int, int]:
        """Return the line and column of the value at *pointer* (or of its key), else of its nearest parent."""
        return self._read.place(pointer, on_key) if pointer else (1, 1)

    @cached_property
    def _read(self) -> Document:
        return reader.parse_json_line(self.content, self.path, self.number)


@dataclass(frozen=True)
class Verdict:
    """What was found in some records: those that are sound, those that are not, and what the checks said.

    Args:
        entries: all records, broken ones too.
        issues: everything that the checks of single records found.
        tallies: their denominators, by name.
        is_sound: whether all lines could be read and all records have the right shape.
    """

    entries: tuple[Entry, ...] = ()
    issues: tuple[Issue, ...] = ()
    tallies: dict[str, Tally] = field(default_factory=dict)
    is_sound: bool = True


def judge_lines(path: str, lines: Sequence[tuple[int, bytes]], kind: str) -> Verdict:
    """Judge lines of JSON.

    Args:
        path: how messages name the file.
        lines: their numbers, from 1, and their bytes without line breaks.
        kind: the type of the records; empty where each id names its own.
    """
    documents, entries = [], []
    for number, content in lines:
        document, entry = _read(path, number, content, kind)
        documents.append(document)
        entries += [entry] if entry else []
    return judge(Path(path), documents, entries)


def read_record(path: str, number: int, content: bytes, kind: str) -> Entry | None:
    """Return the record in a line, broken or not; None if there is none. Arguments as ``judge_lines``."""
    return _read(path, number, content, kind)[1]


def judge(
    path: Path, documents: Sequence[Document], entries: Sequence[Entry], without: frozenset[str] = frozenset()
) -> Verdict:
    """Run the checks of single records, but those *without*, on records that were read."""
    part = Collection(path, tuple(documents), tuple(entries), is_whole=False)
    report = checks.run(part, without=checks.ACROSS | without)
    tallies = {tally.code: tally for tally in report.tallies}
    tallies["foreign_number"].skipped.pop(PART.reason, None)  # that is looked at across tables
    return Verdict(tuple(entries), report.issues, tallies, part.is_sound)


def _read(path: str, number: int, content: bytes, kind: str) -> tuple[Document, Entry | None]:
    """Return a line as a document, and the record in it if there is one."""
    pointer = f"/{number - 1}"
    try:
        data = json.loads(
            content.decode(), object_pairs_hook=_once, parse_int=_integer, parse_float=_number, parse_constant=_refused
        )
        document: Document = Line(path, data, {}, {}, number=number, content=content)
        entry = entry_at(document, pointer, kind, data, SCHEMA_VERSION)
        if isinstance(entry, Entry) and entry.row is not None and len(content) <= reader.MAX_BYTES:
            return document, entry
    except (ValueError, RecursionError):
        pass
    document = reader.parse_json_line(content, path, number)
    if document.data is reader.UNREAD:
        return document, None
    found = entry_at(document, pointer, kind, document.data, SCHEMA_VERSION)
    if isinstance(found, Problem):
        return replace(document, problems=(*document.problems, found)), None
    return document, found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > _MOST:
        raise ValueError("an integer that not every reader keeps")
    return int(digits)


def _number(words: str) -> float:
    value = float(words)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number too large to keep")
    return value


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is no number")
