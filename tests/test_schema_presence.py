"""What is decided of the presence of fields is so in every document, and a change that it decides is additive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset import schema_presence
from news_dataset.schema_diff import Kind, compare
from news_dataset.schema_presence import always_holds
from tests.constraints import validator

NAMES = "abcd"
_NAMES = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
_LEAVES = st.one_of(
    st.booleans(),
    _NAMES.map(lambda names: {"required": names}),
    st.dictionaries(st.sampled_from(NAMES), _NAMES, max_size=2).map(lambda one: {"dependentRequired": one}),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from([True, False, {}, {"type": "null"}]), max_size=2).map(
        lambda one: {"properties": one}
    ),
    st.just({"maxProperties": 1}),
)
CONDITIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["allOf", "anyOf", "oneOf"]), st.lists(inner, min_size=1, max_size=3)).map(
            lambda pair: dict([pair])
        ),
        inner.map(lambda one: {"not": one}),
        st.fixed_dictionaries({}, optional={"if": inner, "then": inner, "else": inner}),
    ),
    max_leaves=6,
)
SCHEMAS = st.builds(
    lambda known, required, is_closed: {
        "type": "object",
        "properties": dict.fromkeys(known, True),
        "required": [name for name in required if name in known],
        **({"additionalProperties": False} if is_closed else {}),
    },
    st.lists(st.sampled_from(NAMES), unique=True),
    _NAMES,
    st.booleans(),
)


def documents(schema: dict[str, Any]) -> Iterator[dict[str, int]]:
    """Yield every document of a schema, by which of the fields it has."""
    every = [dict.fromkeys(names, 1) for many in range(len(NAMES) + 1) for names in combinations(NAMES, many)]
    yield from (one for one in every if validator(schema).is_valid(one))


def is_wrong(condition: Any, schema: dict[str, Any]) -> bool:
    """Return whether a document does not meet a condition that is said to hold always."""
    held = always_holds(condition, schema)
    return held and not all(validator(condition).is_valid(one) for one in documents(schema))


@given(CONDITIONS, SCHEMAS)
def test_what_always_holds_holds_in_every_document(condition: Any, schema: dict[str, Any]) -> None:
    """By jsonschema, over all documents that there are; and its contrary does not hold as well."""
    assert not is_wrong(condition, schema)
    assert not (always_holds(condition, schema) and always_holds({"not": condition}, schema))


def test_a_wrong_decision_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: were a field that may be there held to be there, a document would show it."""
    closed = {"type": "object", "properties": {"a": True}, "additionalProperties": False}
    assert not is_wrong({"required": ["a"]}, closed)

    monkeypatch.setattr(schema_presence, "_is_present", lambda name, schema: name in schema["properties"])

    assert is_wrong({"required": ["a"]}, closed)


ONE_OF = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
BOTH = {"dependentRequired": {"a": ["b"], "b": ["a"]}}


@pytest.mark.parametrize(
    ("known", "required", "rule", "wanted"),
    [
        ("a", "a", ONE_OF, "additive"),  # a was there, b was not known
        ("a", "", ONE_OF, "breaking"),  # a could be absent
        ("ab", "a", ONE_OF, "breaking"),  # b could be there
        ("ab", "ab", ONE_OF, "breaking"),  # both were
        ("", "", BOTH, "additive"),
        ("ab", "ab", BOTH, "additive"),
        ("a", "a", BOTH, "breaking"),
        ("ab", "", BOTH, "breaking"),
        ("a", "", {"not": {"required": ["b"]}}, "additive"),
        ("ab", "", {"not": {"required": ["b"]}}, "breaking"),
        ("a", "a", {"if": {"required": ["b"]}, "then": {"required": ["c"]}}, "additive"),
        ("ab", "a", {"if": {"required": ["b"]}, "then": {"required": ["c"]}}, "breaking"),
        ("a", "a", {"if": {"properties": {"a": {"enum": [1]}}}, "then": {"properties": {"b": False}}}, "additive"),
        ("a", "a", {"if": {"properties": {"a": {"enum": [1]}}}, "then": {"required": ["b"]}}, "breaking"),
    ],
)
@pytest.mark.parametrize("in_list", [False, True])
def test_a_new_condition_on_presence(known: str, required: str, rule: Any, wanted: Kind, in_list: bool) -> None:
    """In ``allOf`` and beside it; an open object decides no more than a closed one."""
    old = {
        "type": "object", "properties": dict.fromkeys(known, True), "required": list(required),
        "additionalProperties": False,
    }  # fmt: skip
    new = old | {"properties": dict.fromkeys("abc", True)} | ({"allOf": [rule]} if in_list else rule)
    kinds = {change.kind for change in compare({"a": old}, {"a": new})}

    assert ("breaking" in kinds) == (wanted == "breaking")
    assert not (wanted == "additive" and is_wrong(rule, old))
    opened = {word: part for word, part in old.items() if word != "additionalProperties"}
    assert not (wanted == "breaking" and always_holds(rule, opened))


_IF: dict[str, Any] = {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"properties": {"b": False}}}


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (_IF, {}, "additive"),
        (_IF, {"if": _IF["if"], "then": _IF["then"]}, "additive"),
        (_IF, {"if": _IF["if"], "else": _IF["else"]}, "additive"),
        (_IF, {"then": _IF["then"], "else": _IF["else"]}, "additive"),  # without if they say nothing
        ({"if": _IF["if"], "then": _IF["then"]}, _IF, "breaking"),
        (_IF, {**_IF, "if": {"required": ["c"]}}, "breaking"),
        (_IF, {"if": {"required": ["c"]}, "then": _IF["then"]}, "breaking"),
        (ONE_OF, {}, "additive"),
        (ONE_OF, {"oneOf": ONE_OF["oneOf"][:1]}, "breaking"),
        (BOTH, {"dependentRequired": {"a": ["b"]}}, "additive"),
        ({"dependentRequired": {"a": ["b"]}}, BOTH, "breaking"),
    ],
)
@pytest.mark.parametrize("in_list", [False, True])
def test_a_condition_that_asks_less(old: Any, new: Any, wanted: Kind, in_list: bool) -> None:
    """What is gone was a condition more; a part of one is as well, unless it turns what the rest means."""
    before, after = ({"allOf": [one]} if in_list else one for one in (old, new))

    assert ("breaking" in {change.kind for change in compare({"a": before}, {"a": after})}) == (wanted == "breaking")
