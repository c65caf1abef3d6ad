"""How far two independent annotations of the same texts agree.

Articles are matched by the hash of their text, statements and events by their spans and by what they speak of
(``matching``), assessments by what they assess. Detection is scored as F1, which needs no count of what both left out
(G. Hripcsak and A. S. Rothschild, 2005, Journal of the American Medical Informatics Association 12 (3), 296-298);
coding as Cohen's kappa.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection as Sized
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

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
    micro_average,
)
from news_dataset.reliability.text import FORMATS
from news_dataset.validation import checked

__all__ = ["FORMATS", "ROLES", "Agreement", "agreement", "compare"]

ROLES = ("cue", "content", "source", "trigger", "date")
"""Roles of evidence that are always listed; others are listed if any evidence has them."""

_FIELDS = (
    ("statements", "kind"), ("statements", "claim_type"), ("statements", "certainty"), ("statements", "polarity"),
    ("statements", "speakers"), ("events", "type"), ("statement_events", "realis"), ("statement_events", "date"),
    ("assessments", "verdict"),
)  # fmt: skip
_MAY_BE_UNRECORDED = ("claim_type", "certainty", "polarity", "realis")
"""The fields that may have the code ``UNRECORDED``, which is left out of the comparison."""

UNRECORDED = "unknown"
_IGNORED_ISSUES = ("unassessed_fact",)  # an independent annotation needs no assessments
_StatementPairs = list[tuple[Statement, Statement]]
_ReportPairs = list[tuple[Statement, Statement, StatementEvent, StatementEvent]]
_AssessmentPairs = list[tuple[Assessment, Assessment]]


def agreement(a: Collection, b: Collection) -> Agreement:
    """Validate two annotations, and return how far they agree on the texts that both have.

    Unassessed facts are allowed, since a layer needs no assessments.

    Args:
        a: the reference.
        b: the other annotation.

    Raises:
        InvalidDataError: one of them breaks a rule; the report is of both. ``Report.raise_for_errors`` lists others.
        UsageError: no text was annotated in both; it is a ValueError.
    """
    report = checked(a) + checked(b)
    issues = [issue for issue in report if issue.code not in _IGNORED_ISSUES]
    tallies = [tally for tally in report.tallies if tally.code not in _IGNORED_ISSUES]
    Report.of(issues, tallies, report.left_out).raise_for_errors()
    return compare(a, b)


def compare(a: Collection, b: Collection) -> Agreement:
    """Return how far two valid annotations agree.

    Raises:
        UsageError: no text was annotated in both; it is a ValueError.
    """
    texts = sorted(_text_hashes(a) & _text_hashes(b))
    if not texts:
        raise UsageError(f"{a.path} and {b.path} share no text: none of their articles has the same text_sha256")
    left, right = Layer.both(a, b, texts)
    units, others = left.statement_units(), right.statement_units()
    statements = align(units, others)
    event_units, other_events = left.event_units(), right.event_units()
    events = _aligned_events(left, right, event_units, other_events)
    pairs = [(left.statements[pair.a.id], right.statements[pair.b.id]) for pair in statements]
    roles = [*ROLES, *sorted((left.roles() | right.roles()) - set(ROLES))]
    reports = _aligned_reports(pairs, {pair.a.id: pair.b.id for pair in events})
    assessments = _paired_assessments(left, right, {pair.a.id: pair.b.id for pair in (*statements, *events)})
    own_events = [pair for pair in events if pair.a.id not in left.shared and pair.b.id not in right.shared]
    event_pairs = [(left.events[pair.a.id], right.events[pair.b.id]) for pair in own_events]
    codings = list(_codings(pairs, event_pairs, reports, assessments))
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


def _text_hashes(collection: Collection) -> set[str]:
    rows = (entry.row for entry in collection.of("article"))
    return {row.text_sha256 for row in rows if isinstance(row, Article) and row.text_sha256}


def _aligned_reports(pairs: _StatementPairs, partners: dict[str, str]) -> _ReportPairs:
    """Return pairs of rows that report aligned events in aligned statements, each row with its statement.

    Several rows about one event are paired in their order; those that are left over are dropped.
    """
    reports = []
    for a, b in pairs:
        for event in dict.fromkeys(row.event for row in a.statement_events):
            rows_a = [row for row in a.statement_events if row.event == event]
            rows_b = [row for row in b.statement_events if row.event == partners.get(event)]
            reports += [(a, b, *rows) for rows in zip(rows_a, rows_b, strict=False)]
    return reports


def _aligned_events(a: Layer, b: Layer, units: Sequence[Unit], others: Sequence[Unit]) -> list[Partners]:
    """Pair the events of both: equal records of one id, and the others by spans."""
    others_by_id = {unit.id: unit for unit in others}
    identical = [(unit, others_by_id[unit.id]) for unit in units if a.events[unit.id] == b.events.get(unit.id)]
    taken = {unit.id for unit, _ in identical}
    rest = ([unit for unit in side if unit.id not in taken] for side in (units, others))
    pairs = [Partners(unit, other_unit, overlap(unit.region, other_unit.region)) for unit, other_unit in identical]
    return sorted([*pairs, *align(*rest)], key=lambda pair: (pair.a, pair.b))


def _codings(
    pairs: _StatementPairs, events: Iterable[tuple[Event, Event]], reports: _ReportPairs, assessments: _AssessmentPairs
) -> Iterator[Coding]:
    """Yield every coded field of aligned statements, events, reports and assessments, with both codes."""
    for a, b in pairs:
        codes_b = statement_codes(b)
        for name, code in statement_codes(a).items():
            yield Coding("statements", name, a.id, b.id, code, codes_b[name])
    for event_a, event_b in events:
        yield Coding("events", "type", event_a.id, event_b.id, event_a.type, event_b.type)
    for a, b, row_a, row_b in reports:
        codes_b = report_codes(row_b)
        for name, code in report_codes(row_a).items():
            yield Coding("statement_events", name, a.id, b.id, code, codes_b[name], row_a.event, row_b.event)
    for ours, theirs in assessments:
        yield Coding("assessments", "verdict", ours.id, theirs.id, ours.verdict, theirs.verdict)


def _paired_assessments(a: Layer, b: Layer, partners: Mapping[str, str]) -> _AssessmentPairs:
    """Pair assessments of the same aspect of aligned records; *partners* maps ids of A to those of B."""
    of_b = {(assessment.target, assessment.aspect): assessment for assessment in b.assessments.values()}
    keys = [(partners.get(assessment.target, ""), assessment.aspect) for assessment in a.assessments.values()]
    return [(ours, of_b[key]) for ours, key in zip(a.assessments.values(), keys, strict=True) if key in of_b]


def _fields(a: Layer, b: Layer, codings: Sequence[Coding]) -> Iterator[Field]:
    """Yield the agreement on each coded field, without codes that say that a field is not recorded."""
    for table, name in _FIELDS:
        of_field = [coding for coding in codings if (coding.table, coding.field) == (table, name)]
        pairs = [(coding.value_a, coding.value_b) for coding in of_field]
        of_a, of_b = (Counter(code for *field, code in layer.codes() if field == [table, name]) for layer in (a, b))
        of_a.subtract(code for code, _ in pairs)
        of_b.subtract(code for _, code in pairs)
        if name in _MAY_BE_UNRECORDED:
            pairs = [pair for pair in pairs if UNRECORDED not in pair]
            del of_a[UNRECORDED], of_b[UNRECORDED]
        yield kappa(table, name, pairs, [*of_a.elements()], [*of_b.elements()])


def _differences(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """Return the codings that differ, those of events and assessments last."""
    ranks = {field: rank for rank, field in enumerate(_FIELDS)}

    def order(coding: Coding) -> tuple[Any, ...]:
        is_later = coding.table in ("events", "assessments")
        return is_later, coding.a, coding.b, ranks[coding.table, coding.field]

    return tuple(sorted((coding for coding in codings if coding.value_a != coding.value_b), key=order))


def _detection(a: Sequence[Unit], b: Sequence[Unit], partners: Sequence[Partners]) -> Detection:
    without_a, without_b = (sum(not unit.region for unit in units) for units in (a, b))
    pairs = tuple(Pair(pair.a.id, pair.b.id, float(pair.overlap)) for pair in partners)
    ordered = tuple(sorted(pairs, key=lambda pair: (pair.a, pair.b)))
    return Detection(Score.of(len(a), len(b), len(partners)), without_a, without_b, ordered)


def _speakers(a: Layer, b: Layer, pairs: _StatementPairs) -> Speakers:
    """Return how far the speakers of aligned statements agree."""
    same = sum(number_of_speakers(ours) == number_of_speakers(theirs) for ours, theirs in pairs)
    sources = [(a.spans("source", [ours]), b.spans("source", [theirs])) for ours, theirs in pairs]
    regions = [(region(of_a), region(of_b)) for of_a, of_b in sources if of_a and of_b]
    scores = [_spans("source", *pair) for pair in sources]
    exact, overlapping = (micro_average(getattr(score, name) for score in scores) for name in ("exact", "overlapping"))
    spans = Spans("source", exact, overlapping)
    return Speakers(len(pairs), same, len(regions), sum(overlap(*pair) > 0 for pair in regions), spans)


def _spans(role: str, a: set[Position], b: set[Position]) -> Spans:
    return Spans(role, *_scores({(span,) for span in a}, {(span,) for span in b}))


def _scores(a: Sized[Region], b: Sized[Region]) -> tuple[Score, Score]:
    """Return the scores of regions that are equal, and of those that overlap."""
    overlapping = align([Unit(region) for region in a], [Unit(region) for region in b])
    return Score.of(len(a), len(b), len(set(a) & set(b))), Score.of(len(a), len(b), len(overlapping))


def _unmatched(
    a: Layer, b: Layer, units: Sequence[Unit], others: Sequence[Unit], partners: Sequence[Partners]
) -> Iterator[Unmatched]:
    """Yield the units of both sides that have no partner, those of A first."""
    sides: tuple[tuple[Literal["a", "b"], Layer, Sequence[Unit], set[str]], ...] = (
        ("a", a, units, {pair.a.id for pair in partners}),
        ("b", b, others, {pair.b.id for pair in partners}),
    )
    for side, layer, units_of_side, matched in sides:
        for unit in sorted(units_of_side, key=lambda unit: unit.id):
            if unit.id not in matched:
                why = "no partner" if unit.region else "no span"
                yield Unmatched(side, unit.id, layer.places(unit.region), why)
