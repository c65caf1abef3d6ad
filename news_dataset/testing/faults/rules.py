"""Breaches of every rule that a model declares, and of the checks of single rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import singledispatch
from typing import Any

from news_dataset import edtf
from news_dataset.records import Row as Model
from news_dataset.records.codebook import Codebook
from news_dataset.records.columns import Column, columns
from news_dataset.records.plover import MODES_OF
from news_dataset.rules import Admits, ExactlyOneOf, Less, Needs, NotAfter, PatternIf, PresentIff, Rule, Together
from news_dataset.testing.faults.part import Chance, Edit, Family, Kind, Part, Place, Row
from news_dataset.testing.faults.shape import owners, spare, table_of, turned

Breach = Callable[[Row, Chance], Row | None]
"""Returns what changes in a row so that it breaks a rule; None where it cannot be broken."""

_FILLING: dict[str, Any] = {"string": "something else", "int32": 1, "double": 1.5, "bool": True, "edtf": "2024-05-06"}
_IMPOSSIBLE = ("2025-02-30", "2023-02-29", "2024-06-31", "0000", "2025-08-24/2025-08-23", "2026/2025-12", "XXXX-02-30")
_LOOKED_FOR = ("speaker", "addressee", "content", "quote", "source")  # by other checks, in participants and evidence


def kinds() -> Iterator[Kind]:
    """Yield every breach of a rule, and every row that fits its model and is wrong."""
    for owner, model in owners():
        by_name = {column.name: column for column in columns(model)}
        for rule in model.rules:
            for name, breach in breaches(rule, by_name):
                yield _broken(owner, model, rule, name, breach)
            if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN:
                yield _impossible(owner, model, rule.field, lambda row, rule=rule: row[rule.when] in rule.among)  # type: ignore[misc]
        for column in by_name.values():
            if column.kind == "edtf":
                yield _impossible(owner, model, column.name, lambda row: True)
            if column.codebook and column.codebook.is_open:
                yield _misspelt(owner, model, column.name, column.codebook)
    yield _wrong_mode()


@singledispatch
def breaches(rule: object, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    """Yield the ways to break a rule: what it is, and what to change."""
    raise TypeError(f"nothing is known about breaking {rule!r}")


@breaches.register
def _(rule: PresentIff, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    filling = _filling(by_name[rule.field])
    yield "missing", lambda row, _: {rule.field: None}
    yield "too much", lambda row, _: {rule.field: filling} if row[rule.field] is None else None


@breaches.register
def _(rule: ExactlyOneOf, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    def another(row: Row, chance: Chance) -> Row:
        absent = [field for field in rule.fields if row[field] is None]
        field = absent[chance(len(absent))]
        return {field: _filling(by_name[field])}

    yield "none", lambda row, _: dict.fromkeys(rule.fields)
    yield "two", another


@breaches.register
def _(rule: Together, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    yield f"without {rule.first}", lambda row, _: {rule.first: None}
    yield f"without {rule.second}", lambda row, _: {rule.second: None}


@breaches.register
def _(rule: Needs, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    yield f"without {rule.other}", lambda row, _: {rule.other: None}


@breaches.register
def _(rule: PatternIf, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    yield "other form", lambda row, chance: {rule.field: ("late in May", "2024-5-6", "05.06.2024")[chance(3)]}


@breaches.register
def _(rule: NotAfter, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    early: Any = "1911-10" if by_name[rule.later].kind == "edtf" else dt.date(1911, 10, 10)
    yield "after", lambda row, _: None if None in (row[rule.earlier], row[rule.later]) else {rule.later: early}


@breaches.register
def _(rule: Admits, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    yield from ()  # what an event's type does not admit is planted below, with its own code


@breaches.register
def _(rule: Less, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Breach]]:
    kind = by_name[rule.larger].kind

    def breach(row: Row, chance: Chance) -> Row | None:
        small = row[rule.smaller]
        if small is None or row[rule.larger] is None:
            return None
        if kind in ("int32", "double"):
            return {rule.larger: max(small - chance(2), 0)}
        return {rule.larger: "1911-10" if kind == "edtf" else dt.date(1911, 10, 10)}

    yield "not less", breach


def _broken(owner: str, model: type[Model], rule: Rule, name: str, breach: Breach) -> Kind:
    table, code = table_of(model), "out_of_order" if rule.schema() is None else "broken_rule"

    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        for place in turned(spare(part, family, table), chance):
            changed = breach(place.values, chance)
            if changed is not None and alone(place, family.rows(table)):
                broken = list(rule.breaches(_plain(place.values | changed)))
                if broken:  # the rule itself says whether, and where
                    return [Edit(place, changed, code, broken[0][0])]
        return None

    return Kind(owner, f"{table}: {type(rule).__name__} {name}", plan)


def _plain(row: Row) -> Row:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}


def _impossible(owner: str, model: type[Model], column: str, is_date: Callable[[Row], bool]) -> Kind:
    table = table_of(model)

    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        for place in turned(spare(part, family, table), chance):
            if place.values[column] is not None and is_date(place.values):
                text = _IMPOSSIBLE[chance(len(_IMPOSSIBLE))]
                return [Edit(place, {column: text}, "impossible_date", column)]
        return None

    return Kind(owner, f"{table}.{column}: no day of the calendar", plan)


def _misspelt(owner: str, model: type[Model], column: str, book: Codebook) -> Kind:
    table = table_of(model)

    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        if family.own.values.get("kind") == "reported":  # which needs its cue
            return None
        for place in turned(spare(part, family, table), chance):
            word = place.values[column]
            form = word + word[-1]
            if (
                word not in _LOOKED_FOR
                and place.values.get("of") is None
                and get_close_matches(form, book.definitions, 1, 0.7)
            ):
                return [Edit(place, {column: form}, "unusual_code", column)]
        return None

    return Kind(owner, f"{table}.{column}: misspelt", plan)


def alone(place: Place, rows: Sequence[Place]) -> bool:
    """Return whether no other row has the same span, as those of joint speakers have."""
    if "mention" not in place.values:
        return True

    def number(row: Row) -> tuple[Any, ...]:
        return row.get("role"), row["mention"], row["fragment"]

    return sum(number(other.values) == number(place.values) for other in rows) == 1


def _wrong_mode() -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        event = family.own.values
        if event["mode"] is None:
            return None
        others = sorted({mode for modes in MODES_OF.values() for mode in modes} - set(MODES_OF[event["type"]]))
        return [Edit(family.own, {"mode": others[chance(len(others))]}, "wrong_mode", "mode")]

    return Kind("events", "events.mode: not of the type", plan)


def _filling(column: Column) -> Any:
    if column.reference:
        return column.example
    return next(iter(column.codebook.definitions)) if column.codebook else _FILLING[column.kind]
