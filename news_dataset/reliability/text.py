"""Agreement as text tables, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from news_dataset.reliability.measures import Agreement, Coding, Detection, Field, Score, Spans, Unmatched
from news_dataset.reporters import counted, escape


def as_text(agreement: Agreement) -> str:
    """Return all measures as tables with aligned columns; each ratio comes with its counts."""
    detections = [("statements", agreement.statements), ("events", agreement.events)]
    spans = [*((item.role, item) for item in agreement.spans), ("content, all of a statement", agreement.segmentation)]
    records = sum(item.score.in_a + item.score.in_b for _, item in detections)
    compared = sum(item.n for item in agreement.fields)
    blocks = [
        list(_side_lines(agreement)),
        ["found by both", *_aligned([_SCORE_HEADER, *(_detection_row(name, item) for name, item in detections)])],
        ["spans, each distinct one once",
         *_aligned([_SCORE_HEADER, *(row for name, item in spans for row in _span_rows(name, item))])],
        ["coded alike, where both found it", *_aligned([_FIELD_HEADER, *map(_field_row, agreement.fields)])],
        ["speakers, of aligned statements", *_aligned(_speaker_rows(agreement))],
        [f"{counted(len(agreement.differences), 'difference')} in coding, of {compared}",
         *_aligned([_difference_row(item) for item in agreement.differences])],
        [f"{len(agreement.unmatched)} without partner, of {records} statements and events of both",
         *_aligned([_unmatched_row(item, len(agreement.texts) > 1) for item in agreement.unmatched])],
    ]  # fmt: skip
    return "\n".join("".join(f"{escape(line)}\n" for line in block) for block in blocks)


def as_json(agreement: Agreement) -> str:
    """Return all measures as one JSON document in ASCII; null means undefined or absent."""
    return json.dumps(agreement.to_dict(), indent=2, allow_nan=False) + "\n"


FORMATS = {"text": as_text, "json": as_json}

_SCORE_HEADER = ["", "", "A", "B", "both", "precision", "recall", "F1"]
_FIELD_HEADER = ["field", "n", "agreed", "kappa [95 %]", "with unmatched", "disagreements, A / B"]


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table whose columns are as wide as their longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _side_lines(agreement: Agreement) -> Iterator[str]:
    """Yield what the two annotations are, and what of each is left out."""
    yield f"{counted(len(agreement.texts), 'text')} in common; A is the reference; – (0/0) is undefined"
    for letter, side, other in (("A", agreement.a, agreement.b), ("B", agreement.b, agreement.a)):
        yield f"  {letter}  {side.path}: {', '.join(side.articles)}, annotated by {'; '.join(side.annotators)}"
        articles = counted(side.other_articles, "other article")
        statements, events = counted(side.other_statements, "statement"), counted(side.other_events, "event")
        why = "nothing here reports or marks"
        if side.mentions and not other.mentions:
            why = "nothing here reports: the other has no mentions at all"
        yield f"     left out: {articles} with {statements}; {events} that {why}"


def _detection_row(name: str, detection: Detection) -> list[str]:
    a, b = detection.without_span_a, detection.without_span_b
    return [name, f"(without span: A {a}, B {b})" if a or b else "", *_score_cells(detection.score)]


def _span_rows(name: str, spans: Spans) -> list[list[str]]:
    return [[name, "exact", *_score_cells(spans.exact)], ["", "overlapping", *_score_cells(spans.overlapping)]]


def _score_cells(score: Score) -> list[str]:
    both, a, b = score.both, score.in_a, score.in_b
    ratios = [_ratio(score.precision, both, b), _ratio(score.recall, both, a), _ratio(score.f1, 2 * both, a + b)]
    return [str(a), str(b), str(both), *ratios]


def _field_row(field: Field) -> list[str]:
    kappa = f"undefined: {field.why}" if field.kappa is None else f"{field.kappa:.2f}"
    kappa += "" if field.interval is None else " [{:.2f}, {:.2f}]".format(*field.interval)
    kappa_all = "–" if field.kappa_all is None else f"{field.kappa_all:.2f}"
    pairs = ", ".join(f"{pair.a} / {pair.b}: {pair.count}" for pair in field.disagreements)
    ratio = _ratio(field.observed, field.agreed, field.n)
    return [f"{field.table}.{field.name}", str(field.n), ratio, kappa, kappa_all, pairs]


def _speaker_rows(agreement: Agreement) -> list[list[str]]:
    """Return the rows on the speakers of aligned statements, and one on all reports of events."""
    speakers = agreement.speakers
    rows = [["same number of speakers", _share(speakers.same_number, speakers.n)]]
    rows.append(["source evidence in both", _share(speakers.with_source, speakers.n)])
    rows.append(["  and it overlaps", _share(speakers.sources_overlap, speakers.with_source)])
    for name, score in (("exact", speakers.sources.exact), ("overlapping", speakers.sources.overlapping)):
        _, _, _, precision, recall, f1 = _score_cells(score)
        rows.append([f"source spans, {name}", f"precision {precision}, recall {recall}, F1 {f1}"])
    reports = f"{agreement.reports_compared} compared, of {agreement.a.reports} in A and {agreement.b.reports} in B"
    return [*rows, ["reports of events", reports]]


def _difference_row(coding: Coding) -> list[str]:
    events = f"{coding.event_a} = {coding.event_b}" if coding.event_a else ""
    values = f"{coding.value_a} / {coding.value_b}"
    return [f"{coding.a} = {coding.b}", f"{coding.table}.{coding.field}", values, events]


def _unmatched_row(unmatched: Unmatched, names_articles: bool) -> list[str]:
    """Return a row for a record without a partner; *names_articles* if many texts."""
    places = [f"{f'{place.article} ' if names_articles else ''}{place.start}–{place.end}" for place in unmatched.places]
    return [f"only in {unmatched.side.upper()}", unmatched.id, ", ".join(places) or f"({unmatched.why})"]


def _ratio(value: float | None, part: int, whole: int) -> str:
    """Return a ratio with its counts, such as ``0.667 (2/3)``; a dash for None."""
    return f"{'–' if value is None else f'{value:.3f}'} ({part}/{whole})"


def _share(part: int, whole: int) -> str:
    return _ratio(part / whole if whole else None, part, whole)
