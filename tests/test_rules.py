"""Rules: validator and schema come from one object and never disagree."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from news_dataset import edtf
from news_dataset.records import CHILDREN, RECORDS, Row
from news_dataset.rules import Admits, ExactlyOneOf, Less, Needs, NotAfter, PatternIf, PresentIff, Rule, Together
from news_dataset.testing import strategies

SAYABLE: list[Rule] = [
    PresentIff("a", "b", ("x", "y")),
    ExactlyOneOf(("a", "b", "c")),
    Together("a", "b"),
    Needs("a", "b"),
    PatternIf("a", "^x+$", "of x", "b", ("x",)),
]
ROWS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y", "z", "xx"]))
MODELS: list[type[Row]] = [*RECORDS, *CHILDREN]


@pytest.mark.parametrize("rule", SAYABLE, ids=lambda rule: type(rule).__name__)
@given(row=ROWS)
def test_validator_and_schema_agree(rule: Rule, row: dict[str, Any]) -> None:
    """A row breaks the rule exactly where the rule's schema refuses it."""
    assert Draft202012Validator(rule.schema() or {}).is_valid(row) is not bool(list(rule.breaches(row)))


def test_present_iff_looks_both_ways() -> None:
    """Missing where needed, and present where not."""
    rule = PresentIff("quote", "kind", ("direct", "mixed"))

    assert list(rule.breaches({"kind": "direct"})) == [("quote", "quote is missing: kind is direct")]
    assert list(rule.breaches({"kind": "indirect", "quote": "q"})) == [
        ("quote", "quote is only for kind direct or mixed")
    ]
    assert not list(rule.breaches({"kind": "mixed", "quote": "q"}))


def test_less_and_not_after_compare_two_fields() -> None:
    """Equal offsets are an empty span; of two dates only sure disorder counts."""
    less: Rule = Less("start", "end")
    order: Rule = NotAfter("start", "end")

    assert not less.schema()
    assert not order.schema(), "JSON Schema cannot compare two fields"
    assert list(less.breaches({"start": 3, "end": 3}))
    assert not list(less.breaches({"start": 3}))
    assert list(order.breaches({"start": "2025-08", "end": "2024"}))
    assert not list(order.breaches({"start": "2025", "end": "2025-01-01"}))
    assert not list(order.breaches({"start": "2025-02-30", "end": "2024"})), "an impossible date is another check's"


def test_admits_pairs() -> None:
    """A value may be right for one owner and wrong for another."""
    rule: Rule = Admits("mode", "type", {"A": ("x",), "B": ("x", "y")})

    assert not rule.schema()
    assert list(rule.breaches({"type": "A", "mode": "y"})) == [("mode", "y is not a mode of A")]
    assert list(rule.breaches({"type": "C", "mode": "x"}))
    assert not list(rule.breaches({"type": "B", "mode": "y"}))
    assert not list(rule.breaches({"type": "C"}))


OVER_TABLES: list[Rule] = [*SAYABLE, Admits("a", "b", {"x": ("y",), "y": ("x", "z")})]


@pytest.mark.parametrize("rule", OVER_TABLES, ids=lambda rule: type(rule).__name__)
@given(rows=st.lists(ROWS, min_size=1, max_size=5))
def test_validator_and_table_expression_agree(rule: Rule, rows: list[dict[str, Any]]) -> None:
    """The expression holds exactly in the rows that the validator lets pass."""
    schema = dict.fromkeys("abc", pl.String)
    found = pl.DataFrame([{name: row.get(name) for name in "abc"} for row in rows], schema=schema).select(rule.holds())

    assert found.to_series().to_list() == [not list(rule.breaches(row)) for row in rows]


@given(st.lists(st.tuples(*[st.none() | st.integers(0, 3)] * 2), min_size=1))
def test_less_over_tables(rows: list[tuple[int | None, int | None]]) -> None:
    """So does the one over numbers."""
    rule = Less("a", "b")
    found = pl.DataFrame(rows, schema={"a": pl.Int32, "b": pl.Int32}, orient="row").select(rule.holds())

    assert found.to_series().to_list() == [not list(rule.breaches({"a": a, "b": b})) for a, b in rows]


@given(st.lists(st.tuples(*[st.none() | strategies.dates()] * 2), min_size=1))
def test_not_after_over_tables(rows: list[tuple[str | None, str | None]]) -> None:
    """And the one over dates, given their first and last days."""
    rule = NotAfter("a", "b")
    days = [(a and edtf.bounds(a)[0], b and edtf.bounds(b)[1]) for a, b in rows]
    found = pl.DataFrame(days, schema={"a_min": pl.Date, "b_max": pl.Date}, orient="row").select(rule.holds())

    assert found.to_series().to_list() == [not list(rule.breaches({"a": a, "b": b})) for a, b in rows]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rules_name_fields_of_their_model(model: type[Row]) -> None:
    """A rule about a field that does not exist would never fire."""
    for rule in model.rules:
        named = [
            getattr(rule, part)
            for part in ("field", "when", "first", "second", "smaller", "larger", "earlier", "later")
            if hasattr(rule, part)
        ]
        named += list(getattr(rule, "fields", ()))

        assert named
        assert set(named) <= set(model.model_fields)
