"""One reader's annotation of the texts that two readers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from news_dataset.collection import Collection
from news_dataset.records import Article, Assessment, Event, Mention, Statement, StatementEvent
from news_dataset.reliability.matching import Position, Region, Unit, region
from news_dataset.reliability.measures import Place, Side

EVENT_ROLES = ("trigger", "date", "place")
_FALLBACK_ROLES = ("cue", "source")


@dataclass(frozen=True)
class Layer:
    """One reader's annotation of the shared texts.

    Args:
        numbers: for each article with a shared text, by id, the index of that text.
        statements: the statements of these articles, by id.
        events: the events that the statements report or, if both readers have mentions, that mentions show, by id.
        shared: the ids of those events that are records of the dataset around the layer, not the reader's own.
        mentions: the mentions in these articles, each with the index of its text.
        assessments: the assessments of these statements and events, by id.
        side: what the annotation has, and what of it is left out.
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
        """Return two readers' annotations of the texts with these hashes.

        Events that only mentions show are included if both have mentions: otherwise one was not asked for them.
        """
        with_mentioned = all(layer.mentions for layer in (cls.of(a, texts, False), cls.of(b, texts, False)))
        return cls.of(a, texts, with_mentioned), cls.of(b, texts, with_mentioned)

    @classmethod
    def of(cls, collection: Collection, texts: Sequence[str], with_mentioned: bool) -> Layer:
        """Return the annotation of some texts.

        Args:
            collection: the records.
            texts: the hashes of the texts.
            with_mentioned: whether to include events that mentions show and no statement reports.
        """
        articles = [entry.row for entry in collection.of("article") if isinstance(entry.row, Article)]
        statements = [entry.row for entry in collection.of("statement") if isinstance(entry.row, Statement)]
        own = {entry.id: entry.row for entry in collection.of("event") if isinstance(entry.row, Event)}
        events = {entry.id: entry.row for entry in collection.host if isinstance(entry.row, Event)} | own
        shared = sorted((row for row in articles if row.text_sha256 in texts), key=lambda row: row.id)
        numbers = {article.id: texts.index(article.text_sha256) for article in shared}
        kept = {row.id: row for row in sorted(statements, key=lambda row: row.id) if row.article in numbers}
        reports = [row.event for statement in kept.values() for row in statement.statement_events]
        mentions = [(row, numbers[article.id]) for article in shared for row in article.mentions]
        mentioned = {name for row, _ in mentions if with_mentioned for name in (row.referent, row.event) if name}
        kept_events = {name: events[name] for name in sorted({*reports, *mentioned}) if name in events}
        side = Side(
            path=str(collection.path),
            annotators=tuple(dict.fromkeys(article.annotator for article in shared)),
            articles=tuple(numbers),
            other_articles=len(articles) - len(shared),
            other_statements=len(statements) - len(kept),
            other_events=len(own.keys() - kept_events.keys()),
            reports=len(reports),
            mentions=len(mentions),
        )
        all_assessments = [entry.row for entry in collection.of("assessment") if isinstance(entry.row, Assessment)]
        assessments = {row.id: row for row in all_assessments if row.target in kept or row.target in kept_events}
        return cls(numbers, kept, kept_events, kept_events.keys() - own.keys(), mentions, assessments, side)

    def spans(self, role: str, statements: Iterable[Statement] | None = None) -> set[Position]:
        """Return the distinct spans of evidence of a role, of all statements or of those given."""
        return {
            (self.numbers[statement.article], row.start, row.end)
            for statement in (self.statements.values() if statements is None else statements)
            for row in statement.evidence
            if row.role == role
        }

    def roles(self) -> set[str]:
        """Return the roles that any evidence has."""
        return {row.role for statement in self.statements.values() for row in statement.evidence}

    def content(self, statement: Statement) -> Region:
        """Return the spans of the content of a statement; empty if it has none."""
        return region(self.spans("content", [statement]))

    def contents(self) -> set[Region]:
        """Return the distinct contents of the statements that have any."""
        return {content for statement in self.statements.values() if (content := self.content(statement))}

    def statement_units(self) -> list[Unit]:
        """Return a unit for each statement: its content, else its cue and source, and what it speaks of."""
        units = []
        for statement in self.statements.values():
            number = self.numbers[statement.article]
            fallback = region(span for role in _FALLBACK_ROLES for span in self.spans(role, [statement]))
            meaning = [(number, row.start, row.end) for row in statement.evidence if row.role in EVENT_ROLES]
            meaning += [(number, row.start, row.end) for row in statement.quantities]
            units.append(Unit(self.content(statement) or fallback, region(meaning), statement.id))
        return units

    def event_units(self) -> list[Unit]:
        """Return a unit for each event: its mentions, and the evidence of it, of its date and of its place."""
        spans: dict[str, set[Position]] = {event_id: set() for event_id in self.events}
        for mention, number in self.mentions:
            spans.get(mention.referent or "", set()).add((number, mention.start, mention.end))
        for statement in self.statements.values():
            for row in statement.evidence:
                if row.role in EVENT_ROLES and row.of is not None and row.of <= len(statement.statement_events):
                    event = statement.statement_events[row.of - 1].event
                    spans.get(event, set()).add((self.numbers[statement.article], row.start, row.end))
        return [Unit(region(positions), id=event_id) for event_id, positions in spans.items()]

    def codes(self) -> Iterator[tuple[str, str, str]]:
        """Yield table, field and code for every coded field of the reader's records."""
        for statement in self.statements.values():
            yield from (("statements", *code) for code in statement_codes(statement).items())
            for row in statement.statement_events:
                yield from (("statement_events", *code) for code in report_codes(row).items())
        yield from (("events", "type", event.type) for event in self.events.values() if event.id not in self.shared)
        yield from (("assessments", "verdict", row.verdict) for row in self.assessments.values())

    def places(self, region: Region) -> tuple[Place, ...]:
        """Return a region with this reader's article ids, the first for each text."""
        names: dict[int, str] = {}
        for article, number in self.numbers.items():
            names.setdefault(number, article)
        return tuple(Place(names[text], start, end) for text, start, end in region)


def statement_codes(statement: Statement) -> dict[str, str]:
    """Return the coded fields of a statement, with their codes."""
    coded = {name: getattr(statement, name) for name in ("kind", "claim_type", "certainty", "polarity")}
    return coded | {"speakers": speaker_code(statement)}


def report_codes(row: StatementEvent) -> dict[str, str]:
    """Return the coded fields of a reported event, with their codes."""
    return {"realis": row.realis, "date": row.date or ("(in words only)" if row.date_text else "(absent)")}


def speaker_code(statement: Statement) -> str:
    """Return ``none``, ``one``, ``several`` or, if the text names none of them, ``implicit`` speakers."""
    participants = [participant for participant in statement.statement_participants if participant.role == "speaker"]
    if participants and all(participant.implicit for participant in participants):
        return "implicit"
    return ("none", "one", "several")[min(len(participants), 2)]


def number_of_speakers(statement: Statement) -> int:
    """Return how many speakers a statement has, including those that the text does not name."""
    return sum(participant.role == "speaker" for participant in statement.statement_participants)
