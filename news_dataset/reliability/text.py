"""Agreement as tables for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from news_dataset.reliability.measures import Agreement, Coding, Detection, Field, Score, Spans, Unmatched
from news_dataset.reporters import counted, escape


def as_text(found: Agreement) -> str:
    """Return everything as aligned tables; each ratio with the counts it is made of."""
    both = [("statements", found.statements), ("events", found.events)]
    spans = [*((one.role, one) for one in found.spans), ("content, all of a statement", found.segmentation)]
    whole = sum(one.score.in_a + one.score.in_b for _, one in both)
    coded = sum(one.n for one in found.fields)
    blocks = [
        list(_sides(found)),
        ["found by both", *_table([_HEAD, *(_detection(name, one) for name, one in both)])],
        ["spans, each distinct one once", *_table([_HEAD, *(row for name, one in spans for row in _spans(name, one))])],
        ["coded alike, where both found it", *_table([_CODED, *map(_field, found.fields)])],
        ["speakers, of aligned statements", *_table(_speakers(found))],
        [f"{counted(len(found.differences), 'difference')} in coding, of {coded}",
         *_table([_difference(one) for one in found.differences])],
        [f"{len(found.unmatched)} without partner, of {whole} statements and events of both",
         *_table([_unmatched(one, len(found.texts) > 1) for one in found.unmatched])],
    ]  # fmt: skip
    return "\n".join("".join(f"{escape(line)}\n" for line in block) for block in blocks)


def as_json(found: Agreement) -> str:
    """Return everything as one JSON document in ASCII; null means undefined or absent."""
    return json.dumps(found.to_dict(), indent=2, allow_nan=False) + "\n"


FORMATS = {"text": as_text, "json": as_json}

_HEAD = ["", "", "A", "B", "both", "precision", "recall", "F1"]
_CODED = ["field", "n", "agreed", "kappa [95 %]", "with unmatched", "disagreements, A / B"]


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _sides(found: Agreement) -> Iterator[str]:
    yield f"{counted(len(found.texts), 'text')} in common; A is the reference; – (0/0) is undefined"
    for letter, side, other in (("A", found.a, found.b), ("B", found.b, found.a)):
        yield f"  {letter}  {side.path}: {', '.join(side.articles)}, annotated by {'; '.join(side.annotators)}"
        articles = counted(side.other_articles, "other article")
        statements, events = counted(side.other_statements, "statement"), counted(side.other_events, "event")
        is_asked = other.mentions or not side.mentions
        why = "nothing here reports or marks" if is_asked else "nothing here reports: the other has no mentions at all"
        yield f"     left out: {articles} with {statements}; {events} that {why}"


def _detection(name: str, one: Detection) -> list[str]:
    a, b = one.without_span_a, one.without_span_b
    return [name, f"(without span: A {a}, B {b})" if a or b else "", *_score(one.score)]


def _spans(name: str, one: Spans) -> list[list[str]]:
    return [[name, "exact", *_score(one.exact)], ["", "overlapping", *_score(one.overlapping)]]


def _score(score: Score) -> list[str]:
    both, a, b = score.both, score.in_a, score.in_b
    ratios = [_ratio(score.precision, both, b), _ratio(score.recall, both, a), _ratio(score.f1, 2 * both, a + b)]
    return [str(a), str(b), str(both), *ratios]


def _field(one: Field) -> list[str]:
    kappa = f"undefined: {one.why}" if one.kappa is None else f"{one.kappa:.2f}"
    kappa += "" if one.interval is None else " [{:.2f}, {:.2f}]".format(*one.interval)
    whole = "–" if one.kappa_all is None else f"{one.kappa_all:.2f}"
    wrong = ", ".join(f"{pair.a} / {pair.b}: {pair.count}" for pair in one.disagreements)
    return [f"{one.table}.{one.name}", str(one.n), _ratio(one.observed, one.agreed, one.n), kappa, whole, wrong]


def _speakers(found: Agreement) -> list[list[str]]:
    one = found.speakers
    rows = [["same number", _of(one.same_number, one.n)]]
    rows.append(["source evidence in both", _of(one.with_source, one.n)])
    rows.append(["  and it overlaps", _of(one.sources_overlap, one.with_source)])
    for name, score in (("exact", one.sources.exact), ("overlapping", one.sources.overlapping)):
        _, _, _, precision, recall, f1 = _score(score)
        rows.append([f"source spans, {name}", f"precision {precision}, recall {recall}, F1 {f1}"])
    reports = f"{found.reports_compared} compared, of {found.a.reports} in A and {found.b.reports} in B"
    return [*rows, ["reports of events", reports]]


def _difference(one: Coding) -> list[str]:
    events = f"{one.event_a} = {one.event_b}" if one.event_a else ""
    return [f"{one.a} = {one.b}", f"{one.table}.{one.field}", f"{one.value_a} / {one.value_b}", events]


def _unmatched(one: Unmatched, several: bool) -> list[str]:
    """Return a row for a record without partner; the article is named where there are several."""
    places = [f"{f'{place.article} ' if several else ''}{place.start}–{place.end}" for place in one.places]
    return [f"only in {one.side.upper()}", one.id, ", ".join(places) or f"({one.why})"]


def _ratio(value: float | None, part: int, whole: int) -> str:
    return f"{'–' if value is None else f'{value:.3f}'} ({part}/{whole})"


def _of(part: int, whole: int) -> str:
    return _ratio(part / whole if whole else None, part, whole)
