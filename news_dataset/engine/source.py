"""What the engine reads from, knows beside the rows, and adds up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from news_dataset import checks
from news_dataset.engine.nested import Judged, Spot
from news_dataset.engine.store import Loaded, Store
from news_dataset.entries import Entry
from news_dataset.issues import Issue, Report, Severity, Sink, Tally
from news_dataset.layered import Layers
from news_dataset.reader import Document
from news_dataset.spans import Text

SWITCHED_OFF = "switched off in dataset.yaml"
KEPT = 100_000
"""How many issues a report holds at most; a sink gets all of them, one by one."""


Unread = tuple[int, str]
"""A record that could not be read: its key, and the type that its file is of (empty: any)."""


class Source(Loaded, Protocol):
    """Where rows come from."""

    @property
    def issues(self) -> Sequence[Issue]:
        """What was found before any row was read."""

    @property
    def alone(self) -> Collection[str]:
        """Tables whose rows are judged one by one, since they belong to no record that is there."""

    @property
    def files(self) -> int:
        """How many files there are."""

    @property
    def present(self) -> set[str]:
        """The tables that are there."""

    def portable(self) -> Source:
        """Return a copy that another process can be sent: what it says of files, without what was read."""

    def compare(self, store: Store) -> None:
        """Fill the tables that hold what the source says of itself."""

    def portions(self, store: Store) -> Iterator[Any]:
        """Yield where records are that were not proven, some at a time."""

    def held(self) -> Iterable[Any]:
        """Yield the portions of what is in memory, all of which is judged."""

    def judged(self, portion: Any) -> tuple[Sequence[Document], Sequence[Judged], Sequence[Unread]]:
        """Return files, their records as their models judge them, and what cannot be read."""

    def entries(self, store: Store, tables: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Yield the sound records of some tables."""

    def spots(self, table: str, places: Sequence[int], only: Set[str] = frozenset()) -> Iterator[Spot]:
        """Yield the rows at some places, in their order; only some columns of them are asked for if any are named."""

    def hidden(self, unread: Set[str]) -> tuple[set[str], set[str]]:
        """Return ids that broken files may hold, and types of which they may hold any; *unread* are types of lines."""


@dataclass(frozen=True)
class Context:
    """What is known of a dataset beside its rows.

    Args:
        is_whole: whether it is a whole dataset, so that references can be followed.
        texts: texts of articles that are given, by the article's id.
        articles: the records of their articles, by id.
        published: ids of the release beside the records, where ``dataset.yaml`` asks to keep them.
        host: ids of the dataset that a layer lies in, to which it may refer.
        layers: what its layers say of its records.
        unread_release: why the release could not be read.
    """

    is_whole: bool = True
    texts: Mapping[str, Text] = field(default_factory=dict)
    articles: Mapping[str, Entry] = field(default_factory=dict)
    published: Sequence[str] = ()
    host: Sequence[str] = ()
    layers: Layers = field(default_factory=Layers)
    unread_release: str = ""


class Gathering:
    """Adds up what is found."""

    def __init__(self, sink: Sink | None = None, severities: Mapping[str, str] | None = None) -> None:
        self._sink = sink
        self._severities = {name: one for name, one in (severities or {}).items() if name in checks.SETTABLE}
        self._issues: list[Issue] = []
        self._left_out = 0
        self._at_fault: dict[tuple[str, Severity], set[str]] = {}
        self.tallies = {code.name: Tally(code.name, code.layer) for code in checks.CODES.values()}
        self.is_sound = True

    def count(self, tally: Tally) -> None:
        """Add the units of a check; a file is one unit, however many of its lines are at fault."""
        if tally.code in checks.OF_FILES:
            return
        known, severity = self.tallies[tally.code], self._severities.get(tally.code)
        if severity == "off":
            known.skipped[SWITCHED_OFF] = known.skipped.get(SWITCHED_OFF, 0) + tally.checked
        else:
            at_fault = tally.failed + tally.warned
            known.checked += tally.checked
            known.failed += {"error": at_fault, "warning": 0}.get(severity or "", tally.failed)
            known.warned += {"error": 0, "warning": at_fault}.get(severity or "", tally.warned)
        for reason, count in tally.skipped.items():
            known.skipped[reason] = known.skipped.get(reason, 0) + count

    def found(self, issues: Iterable[Issue]) -> None:
        """Add issues."""
        for found in issues:
            severity = self._severities.get(found.code)
            if severity == "off":
                continue
            grave: Severity = "warning" if severity == "warning" else "error"
            issue = replace(found, severity=grave) if severity else found
            if issue.code in checks.OF_FILES:
                self._at_fault.setdefault((issue.code, issue.severity), set()).add(issue.path)
            if self._sink:
                self._sink(issue)
            if len(self._issues) < KEPT:
                self._issues.append(issue)
            else:
                self._left_out += 1

    @property
    def room(self) -> int | None:
        """How many issues more are kept; None where all are given to somebody."""
        return None if self._sink else max(KEPT - len(self._issues), 0)

    def leave_out(self, code: str, count: int) -> None:
        """Count issues of a check that nobody is told of."""
        self._left_out += count if self._severities.get(code) != "off" else 0

    def report(self, files: int) -> Report:
        """Return everything as one report."""
        for code in checks.OF_FILES:
            self.tallies[code].checked = files
            self.tallies[code].failed = len(self._at_fault.get((code, "error"), ()))
            self.tallies[code].warned = len(self._at_fault.get((code, "warning"), ()))
        return Report.of(self._issues, self.tallies.values(), left_out=self._left_out)
