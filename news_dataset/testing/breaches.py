"""The kinds of fault of single rows, which break every constraint and every rule of the models."""

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

WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("string", "code", "edtf", "day"), (7, True, ["a text"], {})), "bool": ("true", 1, [True]),
    "int32": ("7", 7.5, 7.0, True, [7]), "double": ("7.5", True, [7.5]),
}  # fmt: skip
"""For each kind of column, values of a wrong JSON type."""
SAMPLE_VALUES = {"string": "something else", "int32": 1, "double": 1.5, "bool": True, "edtf": "2024-05-06"}
TOO_SMALL = {"edtf": "1911-10", "day": dt.date(1911, 10, 10), "int32": 0, "double": -1.0}
IMPOSSIBLE_DATES = (
    "2025-02-30",
    "2023-02-29",
    "2024-06-31",
    "0000",
    "2025-08-24/2025-08-23",
    "2026/2025-12",
    "XXXX-02-30",
)
CHECKED_ROLES = ("speaker", "addressee", "content", "quote", "source")
"""Roles that checks depend on; a misspelling of another one, such as ``setting``, causes no other issue."""


def model_faults() -> tuple[Fault, ...]:
    """Return every kind of fault of the fields and rules of the models."""
    models = [(record.table, model) for record in RECORDS for model in (record, *children(record).values())]
    models = [
        pair for pair in models if pair[1] is not Correction or pair[0] == "statements"
    ]  # no others are synthesized
    result = [fault for owner, model in models for fault in (*_field_faults(owner, model), *_rule_faults(owner, model))]
    for derived in DERIVED:
        result += _field_faults(derived.table, derived)
    return tuple(result)


def _field_faults(owner: str, model: Any) -> Iterator[Fault]:
    """Yield the kinds of fault of single fields; *owner* is the table of the record."""
    table = model.table
    for column in columns(model):
        for code, values, *form in _invalid_values(column, properties(model)[column.name]):
            if table in ("entities", "records", "codes"):  # derived from other tables, with which they are compared
                is_key = column.name in tables()[table].key and table != "codes"
                code = "dangling_reference" if is_key else "broken_table"
            if values != [None] or not column.optional:
                yield Fault(code, owner, table, column.name, partial(replaced, column.name, values), *form)
    yield Fault("unknown_key", owner, table, "", lambda *_: {"remark": "more"}, "jsonl")
    for name in children(model) if owner == table else ():
        for code, value in (("bad_form", []), ("wrong_type", {})):
            yield Fault(code, owner, table, name, lambda *_, changes={name: value}: changes, "jsonl")


def replaced(column: str, values: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    """Replace a value by one of *values*, a list or a function that returns one."""
    if row[column] is None:
        return None
    options = list(values(row[column], family)) if callable(values) else values
    return {column: options[draw(len(options))]} if options else None


def _invalid_values(column: Column, limits: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield code, invalid values and perhaps the form for each constraint."""
    yield "missing_key", [None]
    yield "wrong_type", [NULL], "jsonl"
    yield "wrong_type", WRONG_TYPES[column.kind], "jsonl"
    if column.kind == "day":
        return  # a table cannot hold a day that the calendar does not have
    if pattern := limits.get("pattern"):
        yield "bad_form", lambda value, _: [value for value in _near_misses(value) if not re.fullmatch(pattern, value)]
    if max_length := limits.get("maxLength"):
        yield "bad_form", lambda value, _: [value + value[-1] * (max_length + 1 - len(value))]
    if column.reference and set(column.reference.types) < set(BY_TYPE):
        yield "bad_form", partial(ids_of_other_types, column.reference.types)
    if column.codebook and not column.codebook.is_open:
        codes = column.codebook.definitions
        yield "unknown_code", lambda value, _: [value for value in _near_misses(value) if value not in codes]
    if column.kind == "bool":
        yield "wrong_type", [False]
    if column.kind in ("int32", "double"):
        outside, convert = (limits["minimum"] - 1, limits["maximum"] + 1), float if column.kind == "double" else int
        yield from (("out_of_range", [convert(value)]) for value in outside if abs(value) < 2**31 or convert is float)
        yield from (("out_of_range", [float(value)], "parquet") for value in ("inf", "nan") if convert is float)


def _near_misses(value: str) -> tuple[str, ...]:
    """Return texts that differ a little from a value."""
    return (f"{value}!", f"{value} ", f" {value}", f"{value}\n", f"{value[:1]}\u202e{value[1:]}", "", value.upper(),
            value[:-1], f"{value}é", value.replace("/", "//"), f"{value}\u200b")  # fmt: skip


def ids_of_other_types(types: Sequence[str], value: str, family: Family) -> list[str]:
    """Return one id of each type that is not in *types*."""
    return [str(ids[0]) for kind, ids in family.part.world.ids.items() if kind not in types]


def _rule_faults(owner: str, model: Any) -> Iterator[Fault]:
    """Yield faults of rules, codes, references and keys."""
    table, by_name = model.table, {column.name: column for column in columns(model)}
    for rule in model.rules:
        code = "broken_rule" if rule.schema() else "wrong_mode" if isinstance(rule, rules.Admits) else "out_of_order"
        for field, changes in _breaches(rule, by_name):
            yield Fault(code, owner, table, field, partial(_breached, rule, field, changes))
    for name, column in by_name.items():
        rule = next((rule for rule in model.rules if isinstance(rule, rules.PatternIf) and rule.field == name), None)
        if column.kind == "edtf" or rule:
            yield Fault("impossible_date", owner, table, name, partial(_impossible, name, rule))
        if column.codebook and column.codebook.is_open:
            yield Fault("unusual_code", owner, table, name, partial(_unusual, name, column.codebook.definitions))
        if column.reference:
            yield Fault("dangling_reference", owner, table, name, partial(replaced, name, unknown_id))
    yield from _key_faults(owner, table) if table in PARENT_KEYS else ()


def _key_faults(owner: str, table: str) -> Iterator[Fault]:
    """Yield faults in the keys of a table of children."""
    key = PARENT_KEYS[table]
    steps = ((-1, 1), (1, -1), (0, -1))  # a gap, a repetition, a count from 0
    for index, step in steps[:2] if table == "event_participants" else steps:  # mentions refer to the first
        yield Fault("broken_table", owner, table, "ordinal", partial(_renumbered, table, index, step), "parquet")
    for values in (unknown_id, [None]):
        yield Fault("dangling_reference", owner, table, key, partial(_orphaned, table, key, values), "parquet")


def _breaches(rule: Any, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Row]]:
    """Yield the ways to break a rule: the faulty column, empty for the row, and what to change."""
    samples: Row = {}
    for name, column in by_name.items():
        codes = list(column.codebook.definitions) if column.codebook else [SAMPLE_VALUES.get(column.kind)]
        samples[name] = column.example if column.reference else codes[0]
    match rule:
        case rules.PresentIff(field=field):
            yield from ((field, {field: value}) for value in (None, samples[field]))
        case rules.OnlyIf(field=field):
            yield field, {field: samples[field]}
        case rules.ExactlyOneOf(fields=fields):
            yield "", dict.fromkeys(fields)
            yield from ((field, {field: samples[field]}) for field in fields[1:])
        case rules.Together(first=first, second=second):
            yield from ((field, {field: None}) for field in (first, second))
        case rules.Needs(other=other):
            yield other, {other: None}
        case rules.PatternIf(field=field):
            yield field, {field: "late in May"}
        case rules.Less(larger=field) | rules.NotAfter(later=field):
            yield field, {field: TOO_SMALL[by_name[field].kind]}
        case rules.Admits(field=field, admitted=modes):
            yield from ((field, {field: mode}) for mode in sorted({*chain(*modes.values())})[:2])
        case _:
            raise TypeError(f"no way to break {rule!r} is known")


def _breached(rule: Any, field: str, changes: Row, row: Row, family: Family, draw: Draw) -> Row | None:
    """Return the changes if they make the rule fail in *field*, and do not cause any other issue."""
    plain = {name: str(value) if isinstance(value, dt.date) else value for name, value in (row | changes).items()}
    is_broken = field in [column for column, _ in rule.breaches(plain)] and (field != "mode" or row["mode"] is not None)
    is_single = (
        "mention" not in row or len(equal_spans(row, family, "role", "mention", "fragment")) == 1
    )  # no joint speakers
    return changes if is_broken and is_single else None


def equal_spans(row: Row, family: Family, *names: str) -> list[Row]:
    """Return the mentions or evidence of a record that equal *row* in these columns, *row* included."""
    rows = family.rows("mentions" if family.table == "articles" else "evidence")
    return [span for span in rows if all(span.get(name) == row.get(name) for name in names)]


def _impossible(column: str, rule: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    is_date = row[column] is not None and (rule is None or row[rule.when] in rule.among)
    return {column: IMPOSSIBLE_DATES[draw(len(IMPOSSIBLE_DATES))]} if is_date else None


def _unusual(column: str, codes: Mapping[str, str], row: Row, family: Family, draw: Draw) -> Row | None:
    form = row[column] + row[column][-1]
    is_free = row[column] not in CHECKED_ROLES and row.get("of") is None and family.own.get("kind") != "reported"
    return {column: form} if is_free and get_close_matches(form, codes, 1, 0.7) else None


def _renumbered(table: str, index: int, step: int, row: Row, family: Family, draw: Draw) -> Row | None:
    rows = family.rows(table)
    is_referred_to = family.table == "statements" and any(
        evidence["of"] for evidence in family.rows("evidence")
    )  # it refers to ordinals
    is_free = len(rows) > 1 and row is rows[index] and not (is_referred_to and table.startswith("statement_"))
    return {"ordinal": row["ordinal"] + step} if is_free else None


def _orphaned(table: str, key: str, values: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    rows = family.rows(table)
    is_free = row is rows[-1] and (len(rows) > 1 or table != "event_participants")  # mentions refer to the first
    return (replaced(key, values, row, family, draw) or {}) | {"ordinal": 1} if is_free else None


def unknown_id(record_id: str, family: Family) -> list[str]:
    """Return a list of one unused id of the same form."""
    kind, _, rest = record_id.partition("/")
    return [f"{kind}/{rest.partition('/')[0]}/9999" if kind in NUMBERED else f"{record_id}-gone"]
