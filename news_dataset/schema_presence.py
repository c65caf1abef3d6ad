"""Conditions of JSON Schema that only speak of which fields are present, decided for every document of a closed schema.

A field that the schema requires is present, one that it does not admit is absent, of any other it is not known. A
condition is then true, false or not known (None), in the three-valued logic of Kleene.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Truth = bool | None

_WORDS = {"title", "description", "examples", "$comment"}


def always_holds(condition: Any, schema: Mapping[str, Any]) -> bool:
    """Return whether every document that fits a schema surely fits a condition, which asks for presence alone.

    Args:
        condition: a JSON Schema: ``required``, ``dependentRequired``, ``properties`` that admit all or nothing, and
            what ``allOf``, ``anyOf``, ``oneOf``, ``not``, ``if``, ``then`` and ``else`` make of these.
        schema: the schema of a mapping; of anything else nothing is known.

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
    return _all(_keyword(word, condition, schema) for word in condition if word not in _WORDS)


def _keyword(word: str, condition: Mapping[str, Any], schema: Mapping[str, Any]) -> Truth:
    said = condition[word]
    match word:
        case "required":
            return _all(_is_present(name, schema) for name in said)
        case "dependentRequired":
            return _all(
                _any([_not(_is_present(name, schema)), _all(_is_present(other, schema) for other in needed)])
                for name, needed in said.items()
            )
        case "properties":
            return _all(_any([_not(_is_present(name, schema)), _admits(one)]) for name, one in said.items())
        case "allOf":
            return _all(_holds(one, schema) for one in said)
        case "anyOf":
            return _any(_holds(one, schema) for one in said)
        case "oneOf":
            return _exactly_one([_holds(one, schema) for one in said])
        case "not":
            return _not(_holds(said, schema))
        case "if":
            is_so, then, other = (_holds(condition.get(one, True), schema) for one in ("if", "then", "else"))
            return _any([_all([is_so, then]), _all([_not(is_so), other]), _all([then, other])])
        case "then" | "else":
            return True  # looked at with ``if``; without it they say nothing
    return None


def _is_present(name: str, schema: Mapping[str, Any]) -> Truth:
    if name in schema.get("required", ()):
        return True
    is_closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
    return False if schema.get("properties", {}).get(name, not is_closed) is False else None


def _admits(value: Any) -> Truth:
    """Return whether a schema of a value admits every one (true) or none (false)."""
    return value if isinstance(value, bool) else True if value == {} else None


def _not(one: Truth) -> Truth:
    return None if one is None else not one


def _all(some: Iterable[Truth]) -> Truth:
    found = list(some)
    return False if False in found else None if None in found else True


def _any(some: Iterable[Truth]) -> Truth:
    return _not(_all(_not(one) for one in some))


def _exactly_one(some: list[Truth]) -> Truth:
    if some.count(True) > 1:
        return False
    return None if None in some else some.count(True) == 1
