"""How far two independent annotations of the same texts agree.

``agreement(Collection.open("data/curated"), Collection.open("data/layers/second"))`` is the whole interface in Python;
the command ``news-dataset agreement A B`` prints the same. It is no method of ``Dataset``, which opens releases: a
layer is never released.

Articles are matched by the hash of their text, statements and events by their places in it (``matching``). What
was found is scored as F1, which needs no count of what both left out (G. Hripcsak and A. S. Rothschild, 2005, Journal
of the American Medical Informatics Association 12 (3), 296-298); how it was coded, as Cohen's kappa.
"""

from __future__ import annotations

from collections.abc import Collection as Sized
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.issues import Report
from news_dataset.records import Article, Event, Statement, StatementEvent
from news_dataset.reliability.matching import Partners, Position, Region, Unit, align, overlap, region
from news_dataset.reliability.measures import (
    Agreement,
    Coding,
    Detection,
    Pair,
    Place,
    Score,
    Side,
    Spans,
    Speakers,
    Unmatched,
    kappa,
    total,
)
from news_dataset.reliability.text import FORMATS
from news_dataset.validation import checked

__all__ = ["FORMATS", "ROLES", "Agreement", "agreement", "compare"]

ROLES = ("cue", "content", "source", "trigger", "date")
"""Roles of evidence that are always listed; others where there are any."""

_FIELDS = (
    ("statements", "kind"), ("statements", "claim_type"), ("statements", "certainty"), ("statements", "polarity"),
    ("statements", "speakers"), ("events", "type"), ("statement_events", "realis"), ("statement_events", "date"),
)  # fmt: skip
_OF_EVENTS = ("trigger", "date", "place")
_INSTEAD_OF_CONTENT = ("cue", "source")
_NOT_ASKED = ("unassessed_fact",)  # an independent annotation needs no assessments
_Statements = list[tuple[Statement, Statement]]
_Reports = list[tuple[Statement, Statement, StatementEvent, StatementEvent]]


def agreement(a: Collection, b: Collection) -> Agreement:
    """Return how far two annotations agree on the texts that both have.

    Both are checked first, as ``news-dataset validate`` does, but for assessments, which nobody asks of a layer.

    Args:
        a: the reference.
        b: the other annotation.

    Raises:
        InvalidDataError: one of them breaks a rule; the report is that of both. Other errors as of
            ``Report.raise_for_errors``.
        ValueError: no text was annotated in both.
    """
    report = checked(a) + checked(b)
    issues = [issue for issue in report if issue.code not in _NOT_ASKED]
    Report.of(issues, [tally for tally in report.tallies if tally.code not in _NOT_ASKED]).raise_for_errors()
    return compare(a, b)


def compare(a: Collection, b: Collection) -> Agreement:
    """Return how far two valid annotations agree.

    Raises:
        ValueError: no text was annotated in both.
    """
    texts = sorted(_hashes(a) & _hashes(b))
    if not texts:
        raise UsageError(f"{a.path} and {b.path} share no text: none of their articles has the same text_sha256")
    left, right = Layer.of(a, texts), Layer.of(b, texts)
    units, others = left.statement_units(), right.statement_units()
    statements = align(units, others)
    event_units, other_events = left.event_units(), right.event_units()
    events = align(event_units, other_events)
    pairs = [(left.statements[pair.a.id], right.statements[pair.b.id]) for pair in statements]
    roles = [*ROLES, *sorted((left.roles() | right.roles()) - set(ROLES))]
    reports = _reports(pairs, {pair.a.id: pair.b.id for pair in events})
    codings = list(_codings(pairs, [(left.events[pair.a.id], right.events[pair.b.id]) for pair in events], reports))
    return Agreement(
        texts=tuple(texts),
        a=left.side,
        b=right.side,
        statements=_detection(units, others, statements),
        events=_detection(event_units, other_events, events),
        reports_compared=len(reports),
        fields=tuple(
            kappa(table, name, [(c.value_a, c.value_b) for c in codings if (c.table, c.field) == (table, name)])
            for table, name in _FIELDS
        ),
        speakers=_speakers(left, right, pairs),
        spans=tuple(_spans(role, left.spans(role), right.spans(role)) for role in roles),
        segmentation=Spans("content", *_scores(left.contents(), right.contents())),
        differences=_differences(codings),
        unmatched=(*_unmatched(left, right, units, others, statements),
                   *_unmatched(left, right, event_units, other_events, events)),
    )  # fmt: skip


def _hashes(collection: Collection) -> set[str]:
    return {entry.row.text_sha256 for entry in collection.of("article") if isinstance(entry.row, Article)}


def _reports(pairs: _Statements, partners: dict[str, str]) -> _Reports:
    """Return the rows of aligned statements that report aligned events; several of one event in their order."""
    found = []
    for one, other in pairs:
        for event in dict.fromkeys(row.event for row in one.statement_events):
            rows = [row for row in one.statement_events if row.event == event]
            others = [row for row in other.statement_events if row.event == partners.get(event)]
            found += [(one, other, row, its) for row, its in zip(rows, others, strict=False)]
    return found


def _codings(pairs: _Statements, events: Iterable[tuple[Event, Event]], reports: _Reports) -> Iterator[Coding]:
    """Yield the coded fields of aligned statements, of aligned events, and of the reports of these."""
    for one, other in pairs:
        for name in ("kind", "claim_type", "certainty", "polarity"):
            yield Coding("statements", name, one.id, other.id, getattr(one, name), getattr(other, name))
        yield Coding("statements", "speakers", one.id, other.id, speakers(one), speakers(other))
    for event, its_event in events:
        yield Coding("events", "type", event.id, its_event.id, event.type, its_event.type)
    for one, other, row, its in reports:
        ids, reported = (one.id, other.id), (row.event, its.event)
        yield Coding("statement_events", "realis", *ids, row.realis, its.realis, *reported)
        yield Coding("statement_events", "date", *ids, reported_date(row), reported_date(its), *reported)


def _differences(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    ranks = {field: rank for rank, field in enumerate(_FIELDS)}
    found = [one for one in codings if one.value_a != one.value_b]
    return tuple(sorted(found, key=lambda one: (one.table == "events", one.a, one.b, ranks[one.table, one.field])))


def _detection(a: Sequence[Unit], b: Sequence[Unit], partners: Sequence[Partners]) -> Detection:
    without_a, without_b = (sum(not unit.region for unit in units) for units in (a, b))
    pairs = tuple(Pair(pair.a.id, pair.b.id, float(pair.overlap)) for pair in partners)
    ordered = tuple(sorted(pairs, key=lambda pair: (pair.a, pair.b)))
    return Detection(Score.of(len(a), len(b), len(partners)), without_a, without_b, ordered)


def _speakers(a: Layer, b: Layer, pairs: _Statements) -> Speakers:
    same = sum(number_of_speakers(one) == number_of_speakers(other) for one, other in pairs)
    sources = [(a.spans("source", [one]), b.spans("source", [other])) for one, other in pairs]
    both = [(region(ours), region(theirs)) for ours, theirs in sources if ours and theirs]
    found = [_spans("source", *two) for two in sources]
    spans = Spans("source", total(one.exact for one in found), total(one.overlapping for one in found))
    return Speakers(len(pairs), same, len(both), sum(overlap(*two) > 0 for two in both), spans)


def _spans(role: str, a: set[Position], b: set[Position]) -> Spans:
    return Spans(role, *_scores({(one,) for one in a}, {(one,) for one in b}))


def _scores(a: Sized[Region], b: Sized[Region]) -> tuple[Score, Score]:
    """Return how many regions are the same, and how many overlap."""
    overlapping = align([Unit(one, one) for one in a], [Unit(one, one) for one in b])
    return Score.of(len(a), len(b), len(set(a) & set(b))), Score.of(len(a), len(b), len(overlapping))


def _unmatched(
    a: Layer, b: Layer, units: Sequence[Unit], others: Sequence[Unit], partners: Sequence[Partners]
) -> Iterator[Unmatched]:
    sides: tuple[tuple[Literal["a", "b"], Layer, Sequence[Unit], set[str]], ...] = (
        ("a", a, units, {pair.a.id for pair in partners}),
        ("b", b, others, {pair.b.id for pair in partners}),
    )
    for side, layer, found, matched in sides:
        for unit in sorted(found, key=lambda unit: unit.id):
            if unit.id not in matched:
                why = "no partner" if unit.region else "no span"
                yield Unmatched(side, unit.id, layer.places(unit.region), why)


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
