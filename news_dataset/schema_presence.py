"""Decide whether every document of a closed schema meets a condition about which fields are present.

A field that the schema requires is present, one that it does not admit is absent, any other is unknown. So a condition
is true, false or unknown (None), in Kleene's three-valued logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Truth = bool | None

_ANNOTATIONS = {"title", "description", "examples", "$comment"}  # keywords without a condition


def always_holds(condition: Any, schema: Mapping[str, Any]) -> bool:
    """Return whether every document that fits a schema also meets a condition about presence; False if unknown.

    Args:
        condition: a JSON Schema: ``required``, ``dependentRequired``, ``properties`` that admit all or nothing, and
            what ``allOf``, ``anyOf``, ``oneOf``, ``not``, ``if``, ``then`` and ``else`` make of these.
        schema: the schema of a mapping; for any other the result is False.

    Example:
        >>> schema = {"type": "object", "properties": {"a": True}, "required": ["a"], "additionalProperties": False}
        >>> always_holds({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, schema)
        True
        >>> always_holds({"required": ["b"]}, schema)
        False
    """
    return schema.get("type") == "object" and _holds(condition, schema) is True


def _holds(condition: Any, schema: Mapping[str, Any]) -> Truth:
    if isinstance(condition, bool):
        return condition
    if not isinstance(condition, dict):
        return None
    return _all(_keyword(word, condition, schema) for word in condition if word not in _ANNOTATIONS)


def _keyword(word: str, condition: Mapping[str, Any], schema: Mapping[str, Any]) -> Truth:
    """Return the truth of one keyword of a condition; None for a keyword that says more than presence."""
    value = condition[word]
    match word:
        case "required":
            return _all(_is_present(name, schema) for name in value)
        case "dependentRequired":
            return _all(
                _any([_not(_is_present(name, schema)), _all(_is_present(other, schema) for other in needed)])
                for name, needed in value.items()
            )
        case "properties":
            return _all(_any([_not(_is_present(name, schema)), _admits(field)]) for name, field in value.items())
        case "allOf":
            return _all(_holds(part, schema) for part in value)
        case "anyOf":
            return _any(_holds(part, schema) for part in value)
        case "oneOf":
            return _exactly_one([_holds(part, schema) for part in value])
        case "not":
            return _not(_holds(value, schema))
        case "if":
            test, then, other = (_holds(condition.get(name, True), schema) for name in ("if", "then", "else"))
            return _any([_all([test, then]), _all([_not(test), other]), _all([then, other])])
        case "then" | "else":
            return True  # covered by ``if``; without it they have no effect
    return None


def _is_present(name: str, schema: Mapping[str, Any]) -> Truth:
    if name in schema.get("required", ()):
        return True
    is_closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
    return False if schema.get("properties", {}).get(name, not is_closed) is False else None


def _admits(value: Any) -> Truth:
    """Return True if a schema admits every value, False if it admits none, None if it admits some."""
    return value if isinstance(value, bool) else True if value == {} else None


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _all(values: Iterable[Truth]) -> Truth:
    seen = list(values)
    return False if False in seen else None if None in seen else True


def _any(values: Iterable[Truth]) -> Truth:
    return _not(_all(_not(value) for value in values))


def _exactly_one(values: list[Truth]) -> Truth:
    if values.count(True) > 1:
        return False
    return None if None in values else values.count(True) == 1
