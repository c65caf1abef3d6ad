"""Rules: validator and schema come from one object and never disagree."""

from __future__ import annotations

from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
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


# The same rules as SQL.


def hold(rule: Rule, columns: str, rows: list[tuple[Any, ...]]) -> list[bool]:
    """Return in which rows a rule's predicate is true."""
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE rows ({columns}, number INTEGER)")
        marks = ", ".join("?" * (len(rows[0]) + 1))
        database.executemany(f"INSERT INTO rows VALUES ({marks})", [(*row, at) for at, row in enumerate(rows)])
        query = f"SELECT coalesce({rule.predicate()}, false) FROM rows ORDER BY number"
        return [bool(found) for (found,) in database.execute(query).fetchall()]


def test_validator_and_predicate_agree() -> None:
    """The predicate holds exactly in the rows that the validator lets pass."""
    rows = list(product((None, "x", "y", "z", "xx"), repeat=3))
    for rule in (*SAYABLE, Admits("a", "b", {"x": ("y",), "y": ("x", "z")})):
        found = hold(rule, "a VARCHAR, b VARCHAR, c VARCHAR", rows)

        assert found == [not list(rule.breaches(dict(zip("abc", row, strict=True)))) for row in rows], rule
        assert {*found} == {True, False}


def test_less_as_predicate() -> None:
    """So does the one over numbers."""
    rule, rows = Less("a", "b"), list(product((None, 0, 1, 2), repeat=2))

    assert hold(rule, "a INTEGER, b INTEGER", rows) == [not list(rule.breaches({"a": a, "b": b})) for a, b in rows]


@given(st.lists(st.tuples(*[st.none() | strategies.dates()] * 2), min_size=30, max_size=200))
@settings(max_examples=5)
def test_not_after_as_predicate(rows: list[tuple[str | None, str | None]]) -> None:
    """And the one over dates, given their first and last days."""
    rule = NotAfter("a", "b")
    days = [(a and edtf.bounds(a)[0], b and edtf.bounds(b)[1]) for a, b in rows]

    assert hold(rule, "a_first DATE, b_last DATE", days) == [not list(rule.breaches({"a": a, "b": b})) for a, b in rows]


def test_rules_name_fields_of_their_model() -> None:
    """A rule about a field that does not exist would never fire."""
    for model, rule in ((one, rule) for one in MODELS for rule in one.rules):
        named = [
            getattr(rule, part)
            for part in ("field", "when", "first", "second", "smaller", "larger", "earlier", "later")
            if hasattr(rule, part)
        ]
        named += list(getattr(rule, "fields", ()))

        assert named
        assert set(named) <= set(model.model_fields)
