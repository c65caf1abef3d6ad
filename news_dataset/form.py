"""Checks of the form of JSON that is read without the models; each error names the place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

MAX_DEPTH = 32
"""How deep lists and mappings may nest."""

ROOT = "it"
"""What messages call the file as a whole; any other place is a path such as ``tables/people``."""

TEXT = r"\S(?s:.*)"
"""The pattern of a text that is not empty."""


class FormError(ValueError):
    """A value in a file does not have the expected form; the message names its place."""


def require_shallow(value: Any) -> None:
    """Raise a ``FormError`` where lists and mappings nest deeper than ``MAX_DEPTH``."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
    if any(isinstance(value, dict | list) for value in level):
        raise FormError(f"it nests deeper than {MAX_DEPTH} levels")


def _children(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def mapping_items(value: Any, place: str) -> list[tuple[str, Any]]:
    """Return the keys and values of a mapping; raise a ``FormError`` if *value* is none."""
    if not isinstance(value, dict):
        raise FormError(f"{place} is not a mapping")
    return list(value.items())


def require_members(value: Any, place: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a mapping that has exactly the keys *names*; raise a ``FormError`` otherwise."""
    members, prefix = dict(mapping_items(value, place)), "" if place == ROOT else f"{place}/"
    for name in names:
        if name not in members:
            raise FormError(f"{prefix}{name} is missing")
    for name in members:
        if name not in names:
            raise FormError(f"{prefix}{name} is not known")
    return members


def require_match(value: Any, pattern: str, place: str, expected: str) -> str:
    """Return a text that matches a pattern; raise a ``FormError`` otherwise."""
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise FormError(f"{place} is not {expected}")
    return value


def parse_entry(kind: type[T], value: Any, place: str) -> T:
    """Return the manifest entry of a file, table or view as a dataclass.

    Args:
        kind: the dataclass; its fields ``rows`` and ``bytes`` are whole numbers, all others 64 hex digits.
        value: the entry as parsed from JSON: a mapping with exactly these fields.
        place: where in the file it is.

    Raises:
        FormError: a field is missing, unknown, or of another form.
    """
    members = require_members(value, place, tuple(field.name for field in fields(kind)))
    for name, member in members.items():
        if name not in ("rows", "bytes"):
            expected = "a SHA-256 in hex" if name.endswith("sha256") else "a content hash of 64 hex digits"
            require_match(member, "[0-9a-f]{64}", f"{place}/{name}", expected)
        elif type(member) is not int or member < 0:  # true and false are numbers to Python
            raise FormError(f"{place}/{name} is not a whole number from 0")
    return kind(**members)
