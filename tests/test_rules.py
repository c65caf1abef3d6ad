"""Rules: validator and schema come from one object and never disagree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from news_dataset.records import CHILDREN, RECORDS, Row
from news_dataset.rules import ExactlyOneOf, Less, Needs, PatternIf, PresentIff, Rule, Together

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


def test_less_compares_numbers_and_dates() -> None:
    """Equal offsets are an empty span; of two dates only sure disorder counts."""
    rule: Rule = Less("start", "end")

    assert not rule.schema(), "JSON Schema cannot compare two fields"
    assert list(rule.breaches({"start": 3, "end": 3}))
    assert list(rule.breaches({"start": "2025-08", "end": "2024"}))
    assert not list(rule.breaches({"start": "2025", "end": "2025-01-01"}))
    assert not list(rule.breaches({"start": "2025-02-30", "end": "2024"})), "an impossible date is another check's"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rules_name_fields_of_their_model(model: type[Row]) -> None:
    """A rule about a field that does not exist would never fire."""
    for rule in model.rules:
        named = [
            getattr(rule, part)
            for part in ("field", "when", "first", "second", "smaller", "larger")
            if hasattr(rule, part)
        ]
        named += list(getattr(rule, "fields", ()))

        assert named
        assert set(named) <= set(model.model_fields)
