"""Where two aligned records differ: in coded fields, rows and spans, not in what readers put in their own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from news_dataset.records import Row
from news_dataset.reliability.layer import EVENT_ROLES
from news_dataset.source_form import FRAGMENTS, SPAN, span_text, spellings
from news_dataset.spans import SPAN_FIELDS

Data = dict[str, Any]
Difference = tuple[str, str, Any, Any]
"""JSON Pointer in A's record, name in the source form, value of A and value of B; None where one has none."""

_Key = tuple[Any, ...]
_Value = tuple[str, str, Any]  # pointer, name, value
_Partners = Mapping[str, Mapping[int, int]]  # by list and row of B, from 1: the number of its partner in A's list

# Fields with each reader's own words and dates, the status of their work, and ids from their tools.
_NOT_COMPARED = {
    "gist", "title", "finding", "counted", "note", "says", "independence", "assessed_by", "assessed_on",
    "annotator", "status", "accessed", "external_id",
}  # fmt: skip
_SPAN_COLUMNS = {"mention", "fragment", *SPAN_FIELDS}
_MATCHING_FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "statement_participants": (("role", "entity", "label", "implicit"), ("role",)),
    "statement_events": (("event",),),
    "quantities": (("start", "end"),),
    "event_participants": (("entity", "label", "implicit", "role"), ("entity", "label", "implicit")),
    "mentions": (("start", "end", "referent"), ("start", "end")),
    "names": (("name", "language", "kind"), ("name", "language"), ("language", "kind")),
    "offices": (("title", "organization"), ("title",)),
    "value_sources": (("field", "source"),),
}
"""For each list, the sets of fields whose equality makes rows partners, the strictest first."""


def differences(ours: Data, theirs: Data, model: type[Row]) -> Iterator[Difference]:
    """Yield the differences between a record of A and its partner in B.

    Args:
        ours: A's record.
        theirs: B's record, with the ids of A.
        model: the model of both.
    """
    partners = {
        name: _partner_numbers(ours.get(name, []), theirs.get(name, []), keys)
        for name, keys in _MATCHING_FIELDS.items()
    }
    of_a, of_b = dict(_comparable(ours, {}, model)), dict(_comparable(theirs, partners, model))
    for key in of_a | of_b:
        pointer, name, value = of_a.get(key) or (f"/{key[0]}", of_b[key][1], None)
        other_value = of_b[key][2] if key in of_b else None
        if not (isinstance(value, dict) and isinstance(other_value, dict)):
            if _sorted_if_list(value) != _sorted_if_list(other_value):
                yield pointer, name, _as_source_form(value), _as_source_form(other_value)
            continue
        for field in value | other_value:
            if field not in _NOT_COMPARED | _SPAN_COLUMNS and value.get(field) != other_value.get(field):
                has_own_line = field in value and "start" not in value  # a row with a span is on a single line
                yield f"{pointer}/{field}" if has_own_line else pointer, field, value.get(field), other_value.get(field)


def _partner_numbers(
    ours: Sequence[Data], theirs: Sequence[Data], keys: Iterable[tuple[str, ...]]
) -> Mapping[int, int]:
    """Return the number in A's list for each row of B; new numbers follow that list."""
    partners: dict[int, int] = {}
    for key in keys:
        for number, row in enumerate(theirs, 1):
            equal = (at for at, other in enumerate(ours, 1) if all(row.get(name) == other.get(name) for name in key))
            free = next((at for at in equal if at not in partners.values()), None)
            if number not in partners and free:
                partners[number] = free
    unpaired = [number for number in range(1, len(theirs) + 1) if number not in partners]
    return partners | {number: new for new, number in enumerate(unpaired, len(ours) + 1)}


def _comparable(data: Data, partners: _Partners, model: type[Row]) -> Iterator[tuple[_Key, _Value]]:
    """Yield the values of a record with keys that are the same in its partner."""
    for name, value in data.items():
        if name == "evidence":
            yield from _evidence(value, partners)
        elif name == "statement_participants":
            yield from _participants(value, model)
        elif name == "topics":
            yield (name,), (f"/{name}", name, [row["topic"] for row in value])
        elif name in _MATCHING_FIELDS:
            for number, row in enumerate(value, 1):
                yield (name, partners.get(name, {}).get(number, number)), (f"/{name}/{number - 1}", name, row)
        elif name not in _NOT_COMPARED and not isinstance(value, list):
            yield (name,), (f"/{name}", name, value)


def _participants(rows: Sequence[Data], model: type[Row]) -> Iterator[tuple[_Key, _Value]]:
    """Yield the participants of each role, named as in the source form (``speakers``)."""
    keys = {role: key for key, role in spellings(model)["statement_participants"].roles.items()}
    for role in dict.fromkeys(row["role"] for row in rows):
        of_role = {index: row for index, row in enumerate(rows) if row["role"] == role}
        names = [row.get("entity") or row.get("label") or "implicit" for row in of_role.values()]
        pointer = f"/statement_participants/{min(of_role)}"
        yield ("statement_participants", role), (pointer, keys.get(role, role), names)


def _evidence(rows: Sequence[Data], partners: _Partners) -> Iterator[tuple[_Key, _Value]]:
    """Yield key, pointer, name and spans for each role and row with evidence."""
    groups: dict[_Key, tuple[int, list[str]]] = {}
    for index, row in enumerate(rows):
        target_list = "statement_events" if row["role"] in EVENT_ROLES else "statement_participants"
        key = row["role"], partners.get(target_list, {}).get(row.get("of", 0), row.get("of"))
        _, spans = groups.setdefault(key, (index, []))
        if row["fragment"] > 1 and spans:
            spans[-1] += FRAGMENTS + span_text(row)
        else:
            spans.append(span_text(row))
    for (role, of), (index, spans) in groups.items():
        value = spans if len(spans) > 1 else spans[0]
        yield ("evidence", role, of), (f"/evidence/{index}", f"{role} {of}" if of else role, value)


def _sorted_if_list(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _as_source_form(value: Any) -> Any:
    """Return a row with its span as in the source form; any other value unchanged."""
    if not isinstance(value, dict):
        return value
    span = span_text(value)
    return {name: item for name, item in value.items() if name not in _SPAN_COLUMNS} | ({SPAN: span} if span else {})
