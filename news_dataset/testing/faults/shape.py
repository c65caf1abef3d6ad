"""Faults of single fields, of every field of every table, derived from the JSON Schema of its model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from news_dataset.records import BY_TYPE, DERIVED, RECORDS, Row
from news_dataset.records.codebook import Codebook
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import NUMBERED, Reference
from news_dataset.tabular import tables
from news_dataset.testing.faults.part import PARENT_KEYS, Chance, Edit, Family, Kind, Part, Place

Change = Callable[[Any, Part, Chance], Any]
"""Returns what a value becomes; None: a null; the value itself: it cannot be had here."""

MADE = ("entities", "records", "codes")
"""Tables that are made of others."""

_MOST_INT32 = 2**31 - 1


def kinds() -> Iterator[Kind]:
    """Yield every fault of a single field."""
    for owner, model in owners():
        schema = model.model_json_schema()
        for column in columns(model):
            prop, is_needed = schema["properties"][column.name], column.name in schema["required"]
            for code, name, change, in_json in _changes(column, prop, is_needed):
                yield _kind(owner, model, column.name, code, name, change, in_json)


def owners() -> Iterator[tuple[str, type[Row]]]:
    """Yield the model of every row, with the table of the records that such rows belong to."""
    for record in RECORDS:
        yield record.table, record
        for child in children(record).values():
            yield record.table, child
    for derived in DERIVED:
        yield derived.table, derived


def table_of(model: Any) -> str:
    """Return the table of a model."""
    return str(model.table)


def _kind(
    owner: str, model: type[Row], column: str, code: str, name: str, change: Change, in_json: bool
) -> Kind:  # fmt: skip
    table = table_of(model)
    is_key = column in tables()[table].key
    if table in MADE:  # of the other tables, and compared with these
        code = "dangling_reference" if is_key and table != "codes" else "broken_table"

    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        for place in turned(spare(part, family, table, column), chance):
            value = place.values[column]
            if value is None:
                continue
            changed = change(value, part, chance)
            if changed is not value:
                # What refers to a record would dangle with a change of its id, so a copy gets it.
                return [Edit(place, {column: changed}, code, column, is_copy=is_key)]
        return None

    return Kind(owner, f"{table}.{column}: {name}", plan, in_json)


def spare(part: Part, family: Family, table: str, column: str = "") -> list[Place]:
    """Return the rows that may change without harm to other records.

    Left out are the only mention of a thing, the only citation of a source, and the assessments that back the date of
    an event; the target of an assessment changes only where it is no fact.
    """
    rows = list(family.rows(table))
    if (table, column) == ("mentions", "referent"):
        return [place for place in rows if place.values["mention"] > part.sure]
    if (table, column) == ("citations", "source"):
        return rows[1:]
    if table == "assessments":
        target = part.find(family.own.values["target"])  # an event is in another part
        is_needed = target is None or (column == "target" and target.own.values["claim_type"] == "fact")
        return [] if is_needed else rows
    return rows


def turned(items: Sequence[Place], chance: Chance) -> Sequence[Place]:
    """Return the items, beginning with any of them."""
    first = chance(len(items)) if items else 0
    return [*items[first:], *items[:first]]


def _changes(column: Column, prop: dict[str, Any], is_needed: bool) -> Iterator[tuple[str, str, Change, bool]]:
    if is_needed:
        yield "missing_key", "null", lambda value, part, chance: None, True
    if column.kind == "day":
        return  # as a day in the table, it is always of the calendar
    if "pattern" in prop:
        yield "bad_form", "other form", _misformed(prop["pattern"], prop.get("maxLength", 2000)), True
    if "maxLength" in prop:
        yield "bad_form", "too long", _lengthened(prop.get("pattern", ""), prop["maxLength"]), True
    if column.reference and set(column.reference.types) < set(BY_TYPE):
        yield "bad_form", "other type", _other_type(column.reference), True
    if column.codebook and not column.codebook.is_open:
        yield "unknown_code", "no code", _no_code(column.codebook), True
    if column.kind == "bool":
        yield "wrong_type", "false", lambda value, part, chance: False, True
    if column.kind in ("int32", "double"):
        yield from _out_of_range(column, prop)


def _out_of_range(column: Column, prop: dict[str, Any]) -> Iterator[tuple[str, str, Change, bool]]:
    least, most = prop["minimum"], prop["maximum"]
    yield "out_of_range", "too small", lambda value, part, chance: type(value)(least - 1), True
    if column.kind == "double" or most < _MOST_INT32:
        yield "out_of_range", "too large", lambda value, part, chance: type(value)(most + 1), True
    if column.kind == "double":
        yield "out_of_range", "infinite", lambda value, part, chance: float("inf"), False
        yield "out_of_range", "no number", lambda value, part, chance: float("nan"), False


def _misformed(pattern: str, most: int) -> Change:
    def change(value: str, part: Part, chance: Chance) -> str:
        forms = [
            f"{value}!", f"{value} ", f" {value}", f"{value}\n", f"{value[:1]}\u202e{value[1:]}", "", value.upper(),
            value[:-1], f"{value}é", value.replace("/", "//"), f"{value}\u200b",
        ]  # fmt: skip
        fit = [form for form in forms if len(form) <= most and not re.fullmatch(pattern, form)]
        return fit[chance(len(fit))]

    return change


def _lengthened(pattern: str, most: int) -> Change:
    def change(value: str, part: Part, chance: Chance) -> str:
        more = most + 1 - len(value)
        for at in range(len(value) - 1, -1, -1):  # where repeating a character keeps the form
            form = value[:at] + value[at] * more + value[at:]
            if not pattern or re.fullmatch(pattern, form):
                return form
        return value

    return change


def _other_type(reference: Reference) -> Change:
    def change(value: str, part: Part, chance: Chance) -> str:
        others = [kind for kind in BY_TYPE if kind not in reference.types and kind in part.examples]
        return part.examples[others[chance(len(others))]] if others else value

    return change


def _no_code(book: Codebook) -> Change:
    def change(value: str, part: Part, chance: Chance) -> str:
        forms = [f"{value}s", value.upper(), value.lower(), f"{value} ", "", value[:-1], "none"]
        fit = [form for form in forms if form not in book.definitions]
        return fit[chance(len(fit))]

    return change


def table_kinds() -> Iterator[Kind]:
    """Yield what only tables can have: children of no record, and children out of number."""
    for owner, model in owners():
        table = table_of(model)
        if table in PARENT_KEYS:
            yield _orphan(owner, table, PARENT_KEYS[table], "dangling_reference", "of no record", _nowhere)
            yield _orphan(owner, table, PARENT_KEYS[table], "dangling_reference", "null", lambda value: None)
            for name, at, step in (("a gap", -1, 1), ("twice", 1, -1), ("from 0", 0, -1)):
                yield _renumbered(owner, table, name, at, step)


def _orphan(owner: str, table: str, key: str, code: str, name: str, change: Callable[[str], Any]) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        rows = family.rows(table)
        changed = change(family.id) if rows else family.id
        if changed == family.id:
            return None
        return [Edit(rows[-1], {key: changed, "ordinal": 1}, code, key, is_copy=True)]

    return Kind(owner, f"{table}.{key}: {name}", plan, in_json=False)


def _nowhere(record_id: str) -> str:
    """Return an id that no record has and that comes next in the order of ids; the same id where there is none."""
    kind, _, rest = record_id.partition("/")
    if kind not in NUMBERED:
        return f"{record_id}-x"
    number = rest.partition("/")[2]
    return f"{record_id}0" if number.startswith("0") else record_id


def _renumbered(owner: str, table: str, name: str, at: int, step: int) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        rows = family.rows(table)
        is_shown = any(place.values["of"] is not None for place in family.rows("evidence"))
        if len(rows) < 2 or (is_shown and table in ("statement_participants", "statement_events")):
            return None  # what shows them gives their ordinals
        return [Edit(rows[at], {"ordinal": rows[at].values["ordinal"] + step}, "broken_table", "ordinal")]

    return Kind(owner, f"{table}.ordinal: {name}", plan, in_json=False)
