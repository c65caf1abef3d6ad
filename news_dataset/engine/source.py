"""Sources of rows, what is known beside the rows, and the report that is built from what is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from news_dataset import checks
from news_dataset.engine.nested import JudgedRecord, LocatedRow
from news_dataset.engine.store import LoadableSource, Store
from news_dataset.entries import Entry
from news_dataset.issues import Issue, Report, Severity, Sink, Tally
from news_dataset.layered import Layers
from news_dataset.reader import Document
from news_dataset.spans import Text

SWITCHED_OFF = "switched off in dataset.yaml"
"""Why the units of a check are skipped whose severity is ``off``."""

KEPT = 100_000
"""How many issues a report holds at most; a sink gets all of them, one by one."""


Unread = tuple[int, str]
"""A record that could not be read: its key, and the type of the records in its file (empty: any type)."""


class Source(LoadableSource, Protocol):
    """A source of rows: records in memory, JSON Lines or Parquet tables.

    A portion says which records are judged together; what it is, only its source knows. It can be pickled.
    """

    @property
    def issues(self) -> Sequence[Issue]:
        """The issues that were found before any row was read."""

    @property
    def ownerless_tables(self) -> Collection[str]:
        """The tables whose rows are judged one by one, since no table of their records was given."""

    @property
    def files(self) -> int:
        """How many files there are."""

    @property
    def available_tables(self) -> set[str]:
        """The tables that may have rows: those given as Parquet files; of any other source all."""

    def picklable(self) -> Source:
        """Return a copy for another process: it knows the files, but not what was read from them."""

    def compare_codes(self, store: Store) -> None:
        """Compare the table ``codes``, which only Parquet sources have, with the codebooks; store the differences."""

    def unproven_portions(self, store: Store) -> Iterator[Any]:
        """Yield portions of the records in files that the predicate did not prove valid."""

    def portions_in_memory(self) -> Iterable[Any]:
        """Return portions of the records in memory, none of which the predicate has seen."""

    def judge(self, portion: Any) -> tuple[Sequence[Document], Sequence[JudgedRecord], Sequence[Unread]]:
        """Validate the records of a portion by their models; return files, records, and those that cannot be read."""

    def file_of(self, place: int) -> str:
        """Return the file with a record in memory, of which not all issues are kept; empty for any other record."""

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield the sound records of some tables."""

    def rows_at(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[LocatedRow]:
        """Yield the rows at places, which are sorted; *only* names the columns that are needed (empty: all)."""

    def hidden_records(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return ids and types of records that may exist although they cannot be read.

        No reference to such a record is reported. An id is known from the name of a broken file. Of the types, any id
        may exist.

        Args:
            unread: the types of records that ``judge`` returned in its third value; an empty one means all types.
        """


@dataclass(frozen=True)
class Context:
    """What is known about a dataset beside its rows.

    Args:
        is_whole: whether it is a whole dataset, so that references can be followed.
        texts: the texts given, by the id of their article.
        articles: the records of these articles, by id.
        published: the ids of the release beside the records, where ``dataset.yaml`` asks to keep them.
        host: the ids of the dataset around a layer, to which the layer may refer.
        layers: the layers of the dataset.
        unread_release: why the release could not be read; empty if it could.
    """

    is_whole: bool = True
    texts: Mapping[str, Text] = field(default_factory=dict)
    articles: Mapping[str, Entry] = field(default_factory=dict)
    published: Sequence[str] = ()
    host: Sequence[str] = ()
    layers: Layers = field(default_factory=Layers)
    unread_release: str = ""


class ReportBuilder:
    """Builds a report from issues and counts, with the severities that a dataset has set.

    Args:
        sink: is given every issue; None for nobody.
        severities: ``error``, ``warning`` or ``off`` by the name of a check.
    """

    def __init__(self, sink: Sink | None = None, severities: Mapping[str, str] | None = None) -> None:
        self._sink = sink
        self._severities = {name: level for name, level in (severities or {}).items() if name in checks.SETTABLE}
        self._issues: list[Issue] = []
        self._left_out = 0
        self._files_at_fault: dict[tuple[str, Severity], set[str]] = {}
        self.tallies = {code.name: Tally(code.name, code.layer) for code in checks.CODES.values()}
        self.is_sound = True

    def add_tally(self, tally: Tally) -> None:
        """Add the counts of a check; those of checks of files follow from their issues, one unit per file."""
        if tally.code in checks.OF_FILES:
            return
        total, severity = self.tallies[tally.code], self._severities.get(tally.code)
        if severity == "off":
            total.skipped[SWITCHED_OFF] = total.skipped.get(SWITCHED_OFF, 0) + tally.checked
        else:
            at_fault = tally.failed + tally.warned
            total.checked += tally.checked
            total.failed += {"error": at_fault, "warning": 0}.get(severity or "", tally.failed)
            total.warned += {"error": 0, "warning": at_fault}.get(severity or "", tally.warned)
        for reason, count in tally.skipped.items():
            total.skipped[reason] = total.skipped.get(reason, 0) + count

    def add_issues(self, issues: Iterable[Issue]) -> None:
        """Add issues: to the report while it has room, and to the sink; those of a check that is off to neither."""
        for found in issues:
            severity = self._severities.get(found.code)
            if severity == "off":
                continue
            level: Severity = "warning" if severity == "warning" else "error"
            issue = replace(found, severity=level) if severity else found
            if issue.code in checks.OF_FILES:
                self._files_at_fault.setdefault((issue.code, issue.severity), set()).add(issue.path)
            if self._sink:
                self._sink(issue)
            if len(self._issues) < KEPT:
                self._issues.append(issue)
            else:
                self._left_out += 1

    def room_for(self, code: str) -> int | None:
        """Return how many more issues of a check are of use: 0 if it is off, None (no limit) if there is a sink."""
        if self._severities.get(code) == "off":
            return 0
        return None if self._sink else max(KEPT - len(self._issues), 0)

    def leave_out(self, code: str, count: int) -> None:
        """Count issues of a check that are in no report, unless the check is off."""
        self._left_out += count if self._severities.get(code) != "off" else 0

    def build(self, files: int) -> Report:
        """Return the report; *files* is how many files the checks of files looked at."""
        for code in checks.OF_FILES:
            self.tallies[code].checked = files
            self.tallies[code].failed = len(self._files_at_fault.get((code, "error"), ()))
            self.tallies[code].warned = len(self._files_at_fault.get((code, "warning"), ()))
        return Report.of(self._issues, self.tallies.values(), left_out=self._left_out)
