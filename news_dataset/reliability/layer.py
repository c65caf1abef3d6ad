"""What one reader says of the texts that both have read: statements and events, with where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from news_dataset.collection import Collection
from news_dataset.records import Article, Event, Statement, StatementEvent
from news_dataset.reliability.matching import Position, Region, Unit, region
from news_dataset.reliability.measures import Place, Side

_OF_EVENTS = ("trigger", "date", "place")
_INSTEAD_OF_CONTENT = ("cue", "source")


@dataclass(frozen=True)
class Layer:
    """One reader's annotation of the shared texts.

    Args:
        numbers: the articles with shared texts, and the number of each one's text.
        statements: the statements on these, by id.
        events: the events that these report, by id.
        side: what it brought, and what of it is left out.
    """

    numbers: Mapping[str, int]
    statements: Mapping[str, Statement]
    events: Mapping[str, Event]
    side: Side

    @classmethod
    def of(cls, collection: Collection, texts: Sequence[str]) -> Layer:
        """Return what *collection* says of some texts, which are named by their hashes."""
        articles = [entry.row for entry in collection.of("article") if isinstance(entry.row, Article)]
        statements = [entry.row for entry in collection.of("statement") if isinstance(entry.row, Statement)]
        events = {entry.id: entry.row for entry in collection.of("event") if isinstance(entry.row, Event)}
        shared = sorted((one for one in articles if one.text_sha256 in texts), key=lambda one: one.id)
        numbers = {one.id: texts.index(one.text_sha256) for one in shared}
        ours = {one.id: one for one in sorted(statements, key=lambda one: one.id) if one.article in numbers}
        reports = [row.event for one in ours.values() for row in one.statement_events]
        reported = {name: events[name] for name in sorted(set(reports)) if name in events}
        side = Side(
            path=str(collection.path),
            annotators=tuple(dict.fromkeys(one.annotator for one in shared)),
            articles=tuple(numbers),
            other_articles=len(articles) - len(shared),
            other_statements=len(statements) - len(ours),
            other_events=len(events) - len(reported),
            reports=len(reports),
        )
        return cls(numbers, ours, reported, side)

    def spans(self, role: str, statements: Iterable[Statement] | None = None) -> set[Position]:
        """Return the distinct spans of a role, of all statements or some."""
        found = self.statements.values() if statements is None else statements
        return {
            (self.numbers[one.article], row.start, row.end) for one in found for row in one.evidence if row.role == role
        }

    def roles(self) -> set[str]:
        """Return the roles that there is evidence of."""
        return {row.role for one in self.statements.values() for row in one.evidence}

    def content(self, statement: Statement) -> Region:
        """Return where the content of a statement stands; empty if it has none."""
        return region(self.spans("content", [statement]))

    def contents(self) -> set[Region]:
        """Return the distinct contents of the statements that have any."""
        return {content for one in self.statements.values() if (content := self.content(one))}

    def statement_units(self) -> list[Unit]:
        """Return the statements with their content, or what they have instead."""
        found = []
        for one in self.statements.values():
            instead = region(span for role in _INSTEAD_OF_CONTENT for span in self.spans(role, [one]))
            everything = region((self.numbers[one.article], row.start, row.end) for row in one.evidence)
            found.append(Unit(self.content(one) or instead, everything, one.id))
        return found

    def event_units(self) -> list[Unit]:
        """Return the events with the words that show them, their dates and their places, wherever they are reported."""
        spans: dict[str, set[Position]] = {name: set() for name in self.events}
        for one in self.statements.values():
            for row in one.evidence:
                if row.role in _OF_EVENTS and row.of is not None and row.of <= len(one.statement_events):
                    event = one.statement_events[row.of - 1].event
                    spans.get(event, set()).add((self.numbers[one.article], row.start, row.end))
        return [Unit(region(found), region(found), name) for name, found in spans.items()]

    def places(self, where: Region) -> tuple[Place, ...]:
        """Return a region with the names of this reader's articles."""
        names: dict[int, str] = {}
        for article, number in self.numbers.items():
            names.setdefault(number, article)
        return tuple(Place(names[text], start, end) for text, start, end in where)


def speakers(statement: Statement) -> str:
    """Return how many speakers a statement has, as a code."""
    found = [one for one in statement.statement_participants if one.role == "speaker"]
    if found and all(one.implicit for one in found):
        return "implicit"
    return ("none", "one", "several")[min(len(found), 2)]


def number_of_speakers(statement: Statement) -> int:
    """Return how many speakers a statement has, those included whom the text leaves unnamed."""
    return sum(one.role == "speaker" for one in statement.statement_participants)


def reported_date(row: StatementEvent) -> str:
    """Return the date as reported: EDTF, or in words only, or absent."""
    return row.date or ("(in words only)" if row.date_text else "(absent)")
