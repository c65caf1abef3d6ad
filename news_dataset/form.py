"""The form of a file in JSON that is read without the models: what is wrong with it is named with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")

MAX_DEPTH = 32
"""How deep lists and mappings may nest."""

TEXT = r"\S(?s:.*)"
"""The pattern of a text that is not empty."""


class FormError(ValueError):
    """Where a file has another form, and why."""


def require_shallow(value: Any) -> None:
    """Raise a ``FormError`` where lists and mappings nest deeper than ``MAX_DEPTH``."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for one in level for part in _parts(one)]
    if any(isinstance(one, dict | list) for one in level):
        raise FormError(f"it nests deeper than {MAX_DEPTH} levels")


def _parts(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def mapping(found: Any, where: str) -> list[tuple[str, Any]]:
    """Return the members of a mapping.

    Raises:
        FormError: it is none.
    """
    if not isinstance(found, dict):
        raise FormError(f"{where} is not a mapping")
    return list(found.items())


def members(found: Any, where: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a mapping with exactly the members *names*.

    Raises:
        FormError: it has others.
    """
    there, inside = dict(mapping(found, where)), "" if where == "it" else f"{where}/"
    for name in names:
        if name not in there:
            raise FormError(f"{inside}{name} is missing")
    for name in there:
        if name not in names:
            raise FormError(f"{inside}{name} is not known")
    return there


def matching(value: Any, pattern: str, where: str, what: str) -> str:
    """Return a text that has a pattern.

    Raises:
        FormError: it is none.
    """
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise FormError(f"{where} is not {what}")
    return value


def counted(kind: Callable[..., T], found: Any, where: str) -> T:
    """Return the entry of a file or a table: a digest and a number.

    Raises:
        FormError: it says something else.
    """
    said = members(found, where, tuple(field.name for field in fields(kind)))  # type: ignore[arg-type]
    for name, value in said.items():
        if name not in ("rows", "bytes"):
            what = "a SHA-256 in hex" if name.endswith("sha256") else "a content hash of 64 hex digits"
            matching(value, "[0-9a-f]{64}", f"{where}/{name}", what)
        elif type(value) is not int or value < 0:  # true and false are numbers to Python
            raise FormError(f"{where}/{name} is not a whole number from 0")
    return kind(**said)
