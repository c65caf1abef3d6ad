"""How far two independent annotations of the same texts agree.

``agreement(Collection.open("data/curated"), Collection.open("data/layers/second"))`` is the whole interface in Python;
the command ``news-dataset agreement A B`` prints the same. It is no method of ``Dataset``, which opens releases: a
layer is never released.

Articles are matched by the hash of their text, statements and events by their spans and by what they speak of
(``matching``), assessments by what they assess. What
was found is scored as F1, which needs no count of what both left out (G. Hripcsak and A. S. Rothschild, 2005, Journal
of the American Medical Informatics Association 12 (3), 296-298); how it was coded, as Cohen's kappa.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Sized
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.issues import Report
from news_dataset.records import Article, Assessment, Event, Statement, StatementEvent
from news_dataset.reliability.layer import Layer, number_of_speakers, report_codes, statement_codes
from news_dataset.reliability.matching import Partners, Position, Region, Unit, align, overlap, region
from news_dataset.reliability.measures import (
    Agreement,
    Coding,
    Detection,
    Field,
    Pair,
    Score,
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
    ("assessments", "verdict"),
)  # fmt: skip
_RECORDED_OR_NOT = ("claim_type", "certainty", "polarity", "realis")
"""The fields in which an annotation may say that it does not record them."""

UNRECORDED = "unknown"
_NOT_ASKED = ("unassessed_fact",)  # an independent annotation needs no assessments
_Statements = list[tuple[Statement, Statement]]
_Reports = list[tuple[Statement, Statement, StatementEvent, StatementEvent]]
_Assessments = list[tuple[Assessment, Assessment]]


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
    tallies = [tally for tally in report.tallies if tally.code not in _NOT_ASKED]
    Report.of(issues, tallies, report.left_out).raise_for_errors()
    return compare(a, b)


def compare(a: Collection, b: Collection) -> Agreement:
    """Return how far two valid annotations agree.

    Raises:
        ValueError: no text was annotated in both.
    """
    texts = sorted(_hashes(a) & _hashes(b))
    if not texts:
        raise UsageError(f"{a.path} and {b.path} share no text: none of their articles has the same text_sha256")
    left, right = Layer.both(a, b, texts)
    units, others = left.statement_units(), right.statement_units()
    statements = align(units, others)
    event_units, other_events = left.event_units(), right.event_units()
    events = _same_events(left, right, event_units, other_events)
    pairs = [(left.statements[pair.a.id], right.statements[pair.b.id]) for pair in statements]
    roles = [*ROLES, *sorted((left.roles() | right.roles()) - set(ROLES))]
    reports = _reports(pairs, {pair.a.id: pair.b.id for pair in events})
    assessments = _same_assessments(left, right, {pair.a.id: pair.b.id for pair in (*statements, *events)})
    coded = [pair for pair in events if pair.a.id not in left.shared and pair.b.id not in right.shared]
    both = [(left.events[pair.a.id], right.events[pair.b.id]) for pair in coded]
    codings = list(_codings(pairs, both, reports, assessments))
    return Agreement(
        texts=tuple(texts),
        a=left.side,
        b=right.side,
        statements=_detection(units, others, statements),
        events=_detection(event_units, other_events, events),
        reports_compared=len(reports),
        fields=tuple(_fields(left, right, codings)),
        speakers=_speakers(left, right, pairs),
        spans=tuple(_spans(role, left.spans(role), right.spans(role)) for role in roles),
        segmentation=Spans("content", *_scores(left.contents(), right.contents())),
        differences=_differences(codings),
        unmatched=(*_unmatched(left, right, units, others, statements),
                   *_unmatched(left, right, event_units, other_events, events)),
    )  # fmt: skip


def _hashes(collection: Collection) -> set[str]:
    rows = (entry.row for entry in collection.of("article"))
    return {row.text_sha256 for row in rows if isinstance(row, Article) and row.text_sha256}


def _reports(pairs: _Statements, partners: dict[str, str]) -> _Reports:
    """Return the rows of aligned statements that report aligned events; several of one event in their order."""
    found = []
    for one, other in pairs:
        for event in dict.fromkeys(row.event for row in one.statement_events):
            rows = [row for row in one.statement_events if row.event == event]
            others = [row for row in other.statement_events if row.event == partners.get(event)]
            found += [(one, other, row, its) for row, its in zip(rows, others, strict=False)]
    return found


def _same_events(a: Layer, b: Layer, units: Sequence[Unit], others: Sequence[Unit]) -> list[Partners]:
    """Return which events are the same: one record that both refer to or have a copy of, else by their words."""
    theirs = {unit.id: unit for unit in others}
    found = [(unit, theirs[unit.id]) for unit in units if a.events[unit.id] == b.events.get(unit.id)]
    taken = {unit.id for unit, _ in found}
    rest = ([unit for unit in side if unit.id not in taken] for side in (units, others))
    pairs = [Partners(one, other, overlap(one.region, other.region)) for one, other in found]
    return sorted([*pairs, *align(*rest)], key=lambda pair: (pair.a, pair.b))


def _codings(
    pairs: _Statements, events: Iterable[tuple[Event, Event]], reports: _Reports, assessments: _Assessments
) -> Iterator[Coding]:
    """Yield the coded fields of aligned statements and events, of the reports of these, and of their assessments."""
    for one, other in pairs:
        theirs = statement_codes(other)
        for name, code in statement_codes(one).items():
            yield Coding("statements", name, one.id, other.id, code, theirs[name])
    for event, its_event in events:
        yield Coding("events", "type", event.id, its_event.id, event.type, its_event.type)
    for one, other, row, its in reports:
        theirs = report_codes(its)
        for name, code in report_codes(row).items():
            yield Coding("statement_events", name, one.id, other.id, code, theirs[name], row.event, its.event)
    for ours, judged in assessments:
        yield Coding("assessments", "verdict", ours.id, judged.id, ours.verdict, judged.verdict)


def _same_assessments(a: Layer, b: Layer, same: Mapping[str, str]) -> _Assessments:
    """Return the assessments of one aspect of what is the same for both; *same* is ids of A with those of B."""
    theirs = {(one.target, one.aspect): one for one in b.assessments.values()}
    asked = [(one, theirs.get((same.get(one.target, ""), one.aspect))) for one in a.assessments.values()]
    return [(one, other) for one, other in asked if other]


def _fields(a: Layer, b: Layer, codings: Sequence[Coding]) -> Iterator[Field]:
    """Yield how far each coded field agrees; what an annotation does not record is not coded."""
    for table, name in _FIELDS:
        pairs = [(one.value_a, one.value_b) for one in codings if (one.table, one.field) == (table, name)]
        of_a, of_b = (Counter(code for *field, code in layer.codes() if field == [table, name]) for layer in (a, b))
        of_a.subtract(code for code, _ in pairs)
        of_b.subtract(code for _, code in pairs)
        if name in _RECORDED_OR_NOT:
            pairs = [pair for pair in pairs if UNRECORDED not in pair]
            del of_a[UNRECORDED], of_b[UNRECORDED]
        yield kappa(table, name, pairs, [*of_a.elements()], [*of_b.elements()])


def _differences(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    ranks = {field: rank for rank, field in enumerate(_FIELDS)}
    found = [one for one in codings if one.value_a != one.value_b]
    return tuple(
        sorted(
            found, key=lambda one: (one.table in ("events", "assessments"), one.a, one.b, ranks[one.table, one.field])
        )
    )


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
    overlapping = align([Unit(one) for one in a], [Unit(one) for one in b])
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
