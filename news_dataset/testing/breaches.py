"""The kinds of fault of single rows: every constraint and every rule of the models is broken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import chain
from typing import Any

from news_dataset import rules
from news_dataset.records import BY_TYPE, DERIVED, RECORDS, Correction
from news_dataset.records.columns import Column, children, columns, properties
from news_dataset.records.fields import NUMBERED
from news_dataset.tabular import tables
from news_dataset.testing.faults import NULL, PARENT_KEYS, Draw, Family, Fault, Row

OTHER_TYPES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("string", "code", "edtf", "day"), (7, True, ["a text"], {})), "bool": ("true", 1, [True]),
    "int32": ("7", 7.5, 7.0, True, [7]), "double": ("7.5", True, [7.5]),
}  # fmt: skip
"""For each kind of column values of another JSON type."""
FILLING = {"string": "something else", "int32": 1, "double": 1.5, "bool": True, "edtf": "2024-05-06"}
EARLY = {"edtf": "1911-10", "day": dt.date(1911, 10, 10), "int32": 0, "double": -1.0}
IMPOSSIBLE = ("2025-02-30", "2023-02-29", "2024-06-31", "0000", "2025-08-24/2025-08-23", "2026/2025-12", "XXXX-02-30")
CHECKED = ("speaker", "addressee", "content", "quote", "source")
"""Roles that checks look for; that of evidence of the setting none does."""


def of_models() -> tuple[Fault, ...]:
    """Return every kind of fault of the fields and rules of the models."""
    models = [(record.table, model) for record in RECORDS for model in (record, *children(record).values())]
    models = [one for one in models if one[1] is not Correction or one[0] == "statements"]  # others are not made up
    found = [fault for owner, model in models for fault in (*_of_fields(owner, model), *_of_rows(owner, model))]
    for derived in DERIVED:
        found += _of_fields(derived.table, derived)
    return tuple(found)


# One field


def _of_fields(owner: str, model: Any) -> Iterator[Fault]:
    table = model.table
    for column in columns(model):
        for code, values, *form in _values(column, properties(model)[column.name]):
            if table in ("entities", "records", "codes"):  # made of other tables, and compared with these
                is_key = column.name in tables()[table].key and table != "codes"
                code = "dangling_reference" if is_key else "broken_table"
            if values != [None] or not column.optional:
                yield Fault(code, owner, table, column.name, partial(one_of, column.name, values), *form)
    yield Fault("unknown_key", owner, table, "", lambda *_: {"remark": "more"}, "jsonl")
    for name in children(model) if owner == table else ():
        for code, value in (("bad_form", []), ("wrong_type", {})):
            yield Fault(code, owner, table, name, lambda *_, changes={name: value}: changes, "jsonl")


def one_of(column: str, values: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    """Change a value into one of others, which may depend on it."""
    if row[column] is None:
        return None
    found = list(values(row[column], family)) if callable(values) else values
    return {column: found[draw(len(found))]} if found else None


def _values(column: Column, limits: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield for each constraint of a column the code, the values that break it, and the form if it is not in both."""
    yield "missing_key", [None]
    yield "wrong_type", [NULL], "jsonl"
    yield "wrong_type", OTHER_TYPES[column.kind], "jsonl"
    if column.kind == "day":
        return  # a day in a table is always one of the calendar
    if pattern := limits.get("pattern"):
        yield "bad_form", lambda value, _: [one for one in _forms(value) if not re.fullmatch(pattern, one)]
    if most := limits.get("maxLength"):
        yield "bad_form", lambda value, _: [value + value[-1] * (most + 1 - len(value))]
    if column.reference and set(column.reference.types) < set(BY_TYPE):
        yield "bad_form", partial(of_other_type, column.reference.types)
    if column.codebook and not column.codebook.is_open:
        codes = column.codebook.definitions
        yield "unknown_code", lambda value, _: [one for one in _forms(value) if one not in codes]
    if column.kind == "bool":
        yield "wrong_type", [False]
    if column.kind in ("int32", "double"):
        beyond, number = (limits["minimum"] - 1, limits["maximum"] + 1), float if column.kind == "double" else int
        yield from (("out_of_range", [number(one)]) for one in beyond if abs(one) < 2**31 or number is float)
        yield from (("out_of_range", [float(one)], "parquet") for one in ("inf", "nan") if number is float)


def _forms(value: str) -> tuple[str, ...]:
    """Return texts that are almost a value."""
    return (f"{value}!", f"{value} ", f" {value}", f"{value}\n", f"{value[:1]}\u202e{value[1:]}", "", value.upper(),
            value[:-1], f"{value}é", value.replace("/", "//"), f"{value}\u200b")  # fmt: skip


def of_other_type(types: Sequence[str], value: str, family: Family) -> list[str]:
    """Return an id of each other type."""
    return [str(ids[0]) for kind, ids in family.part.world.ids.items() if kind not in types]


# Several fields of a row


def _of_rows(owner: str, model: Any) -> Iterator[Fault]:
    table, by_name = model.table, {one.name: one for one in columns(model)}
    for rule in model.rules:
        code = "broken_rule" if rule.schema() else "wrong_mode" if isinstance(rule, rules.Admits) else "out_of_order"
        for field, changes in _breaches(rule, by_name):
            yield Fault(code, owner, table, field, partial(_broken, rule, field, changes))
    for name, one in by_name.items():
        rule = next((rule for rule in model.rules if isinstance(rule, rules.PatternIf) and rule.field == name), None)
        if one.kind == "edtf" or rule:
            yield Fault("impossible_date", owner, table, name, partial(_impossible, name, rule))
        if one.codebook and one.codebook.is_open:
            yield Fault("unusual_code", owner, table, name, partial(_unusual, name, one.codebook.definitions))
        if one.reference:
            yield Fault("dangling_reference", owner, table, name, partial(one_of, name, nowhere))
    yield from _of_keys(owner, table) if table in PARENT_KEYS else ()


def _of_keys(owner: str, table: str) -> Iterator[Fault]:
    key = PARENT_KEYS[table]
    faults = ((-1, 1), (1, -1), (0, -1))  # a gap, twice the same, from 0
    for place, step in faults[:2] if table == "event_participants" else faults:  # mentions name the first of these
        yield Fault("broken_table", owner, table, "ordinal", partial(_renumbered, table, place, step), "parquet")
    for values in (nowhere, [None]):
        yield Fault("dangling_reference", owner, table, key, partial(_orphan, table, key, values), "parquet")


def _breaches(rule: Any, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Row]]:
    """Yield the ways to break a rule: the column at fault, and what to change."""
    filling: Row = {}
    for name, one in by_name.items():
        codes = list(one.codebook.definitions) if one.codebook else [FILLING.get(one.kind)]
        filling[name] = one.example if one.reference else codes[0]
    match rule:
        case rules.PresentIff(field=field):
            yield from ((field, {field: value}) for value in (None, filling[field]))
        case rules.OnlyIf(field=field):
            yield field, {field: filling[field]}
        case rules.ExactlyOneOf(fields=fields):
            yield "", dict.fromkeys(fields)
            yield from ((field, {field: filling[field]}) for field in fields[1:])
        case rules.Together(first=first, second=second):
            yield from ((field, {field: None}) for field in (first, second))
        case rules.Needs(other=other):
            yield other, {other: None}
        case rules.PatternIf(field=field):
            yield field, {field: "late in May"}
        case rules.Less(larger=field) | rules.NotAfter(later=field):
            yield field, {field: EARLY[by_name[field].kind]}
        case rules.Admits(field=field, admitted=modes):
            yield from ((field, {field: mode}) for mode in sorted({*chain(*modes.values())})[:2])
        case _:
            raise TypeError(f"nothing is known about breaking {rule!r}")


def _broken(rule: Any, field: str, changes: Row, row: Row, family: Family, draw: Draw) -> Row | None:
    """Break a rule in a column, as the rule itself says; a mode only where there is one."""
    plain = {name: str(value) if isinstance(value, dt.date) else value for name, value in (row | changes).items()}
    is_broken = field in [one for one, _ in rule.breaches(plain)] and (field != "mode" or row["mode"] is not None)
    is_alone = "mention" not in row or len(alike(row, family, "role", "mention", "fragment")) == 1  # no joint speakers
    return changes if is_broken and is_alone else None


def alike(row: Row, family: Family, *names: str) -> list[Row]:
    """Return the spans of a record that have the same numbers."""
    rows = family.rows("mentions" if family.table == "articles" else "evidence")
    return [one for one in rows if all(one.get(name) == row.get(name) for name in names)]


def _impossible(column: str, rule: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    is_date = row[column] is not None and (rule is None or row[rule.when] in rule.among)
    return {column: IMPOSSIBLE[draw(len(IMPOSSIBLE))]} if is_date else None


def _unusual(column: str, codes: Mapping[str, str], row: Row, family: Family, draw: Draw) -> Row | None:
    form = row[column] + row[column][-1]
    is_free = row[column] not in CHECKED and row.get("of") is None and family.own.get("kind") != "reported"
    return {column: form} if is_free and get_close_matches(form, codes, 1, 0.7) else None


def _renumbered(table: str, place: int, step: int, row: Row, family: Family, draw: Draw) -> Row | None:
    rows = family.rows(table)
    has_of = family.table == "statements" and any(one["of"] for one in family.rows("evidence"))  # counts ordinals
    is_free = len(rows) > 1 and row is rows[place] and not (has_of and table.startswith("statement_"))
    return {"ordinal": row["ordinal"] + step} if is_free else None


def _orphan(table: str, key: str, values: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    rows = family.rows(table)
    is_free = row is rows[-1] and (len(rows) > 1 or table != "event_participants")  # the first is that of mentions
    return (one_of(key, values, row, family, draw) or {}) | {"ordinal": 1} if is_free else None


def nowhere(record_id: str, family: Family) -> list[str]:
    """Return an id of the same form that no record has, of the same article where it is numbered."""
    kind, _, rest = record_id.partition("/")
    return [f"{kind}/{rest.partition('/')[0]}/9999" if kind in NUMBERED else f"{record_id}-gone"]
