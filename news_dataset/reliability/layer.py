"""One reader's annotation of the texts that two readers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from news_dataset.collection import Collection
from news_dataset.records import Article, Assessment, Event, Mention, Statement, StatementEvent
from news_dataset.reliability.matching import Position, Region, Unit, region
from news_dataset.reliability.measures import Place, Side

OF_EVENTS = ("trigger", "date", "place")
_INSTEAD_OF_CONTENT = ("cue", "source")


@dataclass(frozen=True)
class Layer:
    """One reader's annotation of the shared texts.

    Args:
        numbers: the articles with shared texts, and the number of each one's text.
        statements: the statements on these, by id.
        events: the events that these report, or that mentions show, by id.
        shared: which of these are records of the dataset that the layer lies in, not the reader's own.
        mentions: the mentions on these, with the numbers of the texts.
        assessments: the assessments of these statements and events, by id.
        side: what it brought, and what of it is left out.
    """

    numbers: Mapping[str, int]
    statements: Mapping[str, Statement]
    events: Mapping[str, Event]
    shared: Set[str]
    mentions: Sequence[tuple[Mention, int]]
    assessments: Mapping[str, Assessment]
    side: Side

    @classmethod
    def both(cls, a: Collection, b: Collection, texts: Sequence[str]) -> tuple[Layer, Layer]:
        """Return what two readers say of some texts, which are named by their hashes.

        Events that only mentions show are among it if both have mentions: else one was not asked for them.
        """
        is_marked = all(layer.mentions for layer in (cls.of(a, texts, False), cls.of(b, texts, False)))
        return cls.of(a, texts, is_marked), cls.of(b, texts, is_marked)

    @classmethod
    def of(cls, collection: Collection, texts: Sequence[str], is_marked: bool) -> Layer:
        """Return what *collection* says of some texts.

        Args:
            collection: the records.
            texts: the hashes of the texts.
            is_marked: whether events count that no statement reports, but mentions show.
        """
        articles = [entry.row for entry in collection.of("article") if isinstance(entry.row, Article)]
        statements = [entry.row for entry in collection.of("statement") if isinstance(entry.row, Statement)]
        own = {entry.id: entry.row for entry in collection.of("event") if isinstance(entry.row, Event)}
        events = {entry.id: entry.row for entry in collection.host if isinstance(entry.row, Event)} | own
        shared = sorted((one for one in articles if one.text_sha256 in texts), key=lambda one: one.id)
        numbers = {one.id: texts.index(one.text_sha256) for one in shared}
        ours = {one.id: one for one in sorted(statements, key=lambda one: one.id) if one.article in numbers}
        reports = [row.event for one in ours.values() for row in one.statement_events]
        mentions = [(row, numbers[one.id]) for one in shared for row in one.mentions]
        shown = {name for row, _ in mentions for name in (row.referent, row.event) if name} if is_marked else set()
        found = {name: events[name] for name in sorted({*reports, *shown}) if name in events}
        side = Side(
            path=str(collection.path),
            annotators=tuple(dict.fromkeys(one.annotator for one in shared)),
            articles=tuple(numbers),
            other_articles=len(articles) - len(shared),
            other_statements=len(statements) - len(ours),
            other_events=len(own.keys() - found.keys()),
            reports=len(reports),
            mentions=len(mentions),
        )
        judged = [entry.row for entry in collection.of("assessment") if isinstance(entry.row, Assessment)]
        assessments = {one.id: one for one in judged if one.target in ours or one.target in found}
        return cls(numbers, ours, found, found.keys() - own.keys(), mentions, assessments, side)

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
        """Return the statements with their content, or what they have instead, and what they speak of."""
        found = []
        for one in self.statements.values():
            number = self.numbers[one.article]
            instead = region(span for role in _INSTEAD_OF_CONTENT for span in self.spans(role, [one]))
            meaning = [(number, row.start, row.end) for row in one.evidence if row.role in OF_EVENTS]
            meaning += [(number, row.start, row.end) for row in one.quantities]
            found.append(Unit(self.content(one) or instead, region(meaning), one.id))
        return found

    def event_units(self) -> list[Unit]:
        """Return the events with their mentions and the words that show them, their dates and their places."""
        spans: dict[str, set[Position]] = {name: set() for name in self.events}
        for mention, number in self.mentions:
            spans.get(mention.referent or "", set()).add((number, mention.start, mention.end))
        for one in self.statements.values():
            for row in one.evidence:
                if row.role in OF_EVENTS and row.of is not None and row.of <= len(one.statement_events):
                    event = one.statement_events[row.of - 1].event
                    spans.get(event, set()).add((self.numbers[one.article], row.start, row.end))
        return [Unit(region(found), id=name) for name, found in spans.items()]

    def codes(self) -> Iterator[tuple[str, str, str]]:
        """Yield table, field and code of everything that was coded."""
        for one in self.statements.values():
            yield from (("statements", *code) for code in statement_codes(one).items())
            for row in one.statement_events:
                yield from (("statement_events", *code) for code in report_codes(row).items())
        yield from (("events", "type", one.type) for one in self.events.values() if one.id not in self.shared)
        yield from (("assessments", "verdict", one.verdict) for one in self.assessments.values())

    def places(self, where: Region) -> tuple[Place, ...]:
        """Return a region with the names of this reader's articles."""
        names: dict[int, str] = {}
        for article, number in self.numbers.items():
            names.setdefault(number, article)
        return tuple(Place(names[text], start, end) for text, start, end in where)


def statement_codes(one: Statement) -> dict[str, str]:
    """Return the coded fields of a statement."""
    coded = {name: getattr(one, name) for name in ("kind", "claim_type", "certainty", "polarity")}
    return coded | {"speakers": speakers(one)}


def report_codes(row: StatementEvent) -> dict[str, str]:
    """Return the coded fields of an event as reported."""
    return {"realis": row.realis, "date": row.date or ("(in words only)" if row.date_text else "(absent)")}


def speakers(statement: Statement) -> str:
    """Return how many speakers a statement has, as a code."""
    found = [one for one in statement.statement_participants if one.role == "speaker"]
    if found and all(one.implicit for one in found):
        return "implicit"
    return ("none", "one", "several")[min(len(found), 2)]


def number_of_speakers(statement: Statement) -> int:
    """Return how many speakers a statement has, those included whom the text leaves unnamed."""
    return sum(one.role == "speaker" for one in statement.statement_participants)
