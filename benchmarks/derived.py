"""The facts that peers read, out of the models of this package."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from benchmarks.peers.facts import Column, Rule, Table
from news_dataset.records import CHILDREN, DERIVED, RECORDS, Row
from news_dataset.scale.facts import Fact, facts
from news_dataset.tabular import tables


def derived() -> list[Table]:
    """Return the facts of every table."""
    models: dict[str, type[Row]] = {model.table: model for model in (*RECORDS, *CHILDREN, *DERIVED)}
    return [_table(name, models[name]) for name in tables()]


def _table(name: str, model: type[Row]) -> Table:
    known = {fact.name: fact for fact in facts(model)}
    columns = []
    for field in tables()[name].fields:
        fact = known.get(field.name)
        limits = _limits(fact) if fact else {"low": 1 if field.name == "ordinal" else None}
        columns.append(Column(field.name, field.kind, not field.nullable, parents=field.references or "", **limits))
    return Table(name, tables()[name].key, tuple(columns), tuple(_rule(rule) for rule in model.rules))


def _limits(fact: Fact) -> dict[str, Any]:
    if fact.column.kind == "day":
        return {}  # a date in tables, so its pattern is that of no column
    return {name: getattr(fact, name) for name in ("pattern", "most", "low", "high", "codes")}


def _rule(rule: Any) -> Rule:
    return Rule(type(rule).__name__, {field.name: getattr(rule, field.name) for field in fields(rule)})
