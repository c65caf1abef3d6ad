"""Where two records of the same differ: in coded fields, in rows and in spans, not in what readers put in own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from news_dataset.records import Row
from news_dataset.reliability.layer import OF_EVENTS
from news_dataset.source_form import FRAGMENTS, SPAN, span_text, spellings
from news_dataset.spans import SPAN_FIELDS

Data = dict[str, Any]
Difference = tuple[str, str, Any, Any]
"""Where it is in A's record, what it is called in the source form, both values; None where one has none."""

_Key = tuple[Any, ...]
_Unit = tuple[str, str, Any]  # pointer, name, value
_Numbers = Mapping[str, Mapping[int, int]]  # for each list and row of B the number of its partner in A's list

# Each reader's own words and days, how far they have come, and what their tool calls an annotation.
_OWN = {
    "gist", "title", "finding", "counted", "note", "says", "independence", "assessed_by", "assessed_on",
    "annotator", "status", "accessed", "external_id",
}  # fmt: skip
_PLACE = {"mention", "fragment", *SPAN_FIELDS}
_ROWS: dict[str, tuple[tuple[str, ...], ...]] = {
    "statement_participants": (("role", "entity", "label", "implicit"), ("role",)),
    "statement_events": (("event",),),
    "quantities": (("start", "end"),),
    "event_participants": (("entity", "label", "implicit", "role"), ("entity", "label", "implicit")),
    "mentions": (("start", "end", "referent"), ("start", "end")),
    "names": (("name", "language", "kind"), ("name", "language"), ("language", "kind")),
    "offices": (("title", "organization"), ("title",)),
    "value_sources": (("field", "source"),),
}
"""The lists whose rows are compared, and the fields by which a row of B is found among A's, the strictest first."""


def differences(ours: Data, theirs: Data, model: type[Row]) -> Iterator[Difference]:
    """Yield where a record of A, whose model is *model*, and its partner in B differ, which has A's ids."""
    numbers = {name: _numbers(ours.get(name, []), theirs.get(name, []), keys) for name, keys in _ROWS.items()}
    mine, its = dict(_units(ours, {}, model)), dict(_units(theirs, numbers, model))
    for key in mine | its:
        at, name, one = mine.get(key) or (f"/{key[0]}", its[key][1], None)
        other = its[key][2] if key in its else None
        if not (isinstance(one, dict) and isinstance(other, dict)):
            if _unordered(one) != _unordered(other):
                yield at, name, _written(one), _written(other)
            continue
        for part in one | other:
            if part not in _OWN | _PLACE and one.get(part) != other.get(part):
                has_line = part in one and "start" not in one  # a row with a span has one line
                yield f"{at}/{part}" if has_line else at, part, one.get(part), other.get(part)


def _numbers(ours: Sequence[Data], theirs: Sequence[Data], keys: Iterable[tuple[str, ...]]) -> Mapping[int, int]:
    """Return for each row of B the number of its partner in A's list, or one behind that list."""
    found: dict[int, int] = {}
    for key in keys:
        for at, row in enumerate(theirs, 1):
            same = (no for no, other in enumerate(ours, 1) if all(row.get(name) == other.get(name) for name in key))
            free = next((number for number in same if number not in found.values()), None)
            if at not in found and free:
                found[at] = free
    alone = [at for at in range(1, len(theirs) + 1) if at not in found]
    return found | {at: number for number, at in enumerate(alone, len(ours) + 1)}


def _units(data: Data, numbers: _Numbers, model: type[Row]) -> Iterator[tuple[_Key, _Unit]]:
    """Yield what can differ in a record, by what it is of."""
    for name, value in data.items():
        if name == "evidence":
            yield from _evidence(value, numbers)
        elif name == "statement_participants":
            yield from _participants(value, model)
        elif name == "topics":
            yield (name,), (f"/{name}", name, [row["topic"] for row in value])
        elif name in _ROWS:
            for at, row in enumerate(value, 1):
                yield (name, numbers.get(name, {}).get(at, at)), (f"/{name}/{at - 1}", name, row)
        elif name not in _OWN and not isinstance(value, list):
            yield (name,), (f"/{name}", name, value)


def _participants(rows: Sequence[Data], model: type[Row]) -> Iterator[tuple[_Key, _Unit]]:
    """Yield the participants of each role, under the key that a file has for it."""
    keys = {role: key for key, role in spellings(model)["statement_participants"].roles.items()}
    for role in dict.fromkeys(row["role"] for row in rows):
        some = {at: row for at, row in enumerate(rows) if row["role"] == role}
        names = [row.get("entity") or row.get("label") or "implicit" for row in some.values()]
        yield (
            ("statement_participants", role),
            (f"/statement_participants/{next(iter(some))}", keys.get(role, role), names),
        )


def _evidence(rows: Sequence[Data], numbers: _Numbers) -> Iterator[tuple[_Key, _Unit]]:
    """Yield the spans of each role and of what they show, as the source form has them on one line."""
    found: dict[_Key, tuple[int, list[str]]] = {}
    for at, row in enumerate(rows):
        shown = "statement_events" if row["role"] in OF_EVENTS else "statement_participants"
        key = row["role"], numbers.get(shown, {}).get(row.get("of", 0), row.get("of"))
        _, spans = found.setdefault(key, (at, []))
        if row["fragment"] > 1 and spans:
            spans[-1] += FRAGMENTS + span_text(row)
        else:
            spans.append(span_text(row))
    for (role, of), (at, spans) in found.items():
        yield (
            ("evidence", role, of),
            (f"/evidence/{at}", f"{role} {of}" if of else role, spans if spans[1:] else spans[0]),
        )


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _written(value: Any) -> Any:
    """Return a row as the source form has it; anything else as it is."""
    if not isinstance(value, dict):
        return value
    span = span_text(value)
    return {name: one for name, one in value.items() if name not in _PLACE} | ({SPAN: span} if span else {})
