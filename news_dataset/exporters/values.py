"""What formats of text and JSON can hold of a document's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from news_dataset.annotations import Value

Values = Value | tuple[Value, ...]
_MOST = 2**53 - 1  # the largest integer that every JSON reader keeps exactly


def several(value: Values) -> tuple[Value, ...]:
    """Return the values of an attribute."""
    return value if isinstance(value, tuple) else (value,)


def is_plain(value: Values) -> bool:
    """Return whether JSON can hold a value: its numbers are finite, and integers at most 2^53 - 1."""
    return all(
        abs(one) <= _MOST if isinstance(one, int) else isfinite(one) if isinstance(one, float) else True
        for one in several(value)
    )


def plain_values(attributes: Mapping[str, Values]) -> dict[str, Values]:
    """Return the attributes that JSON can hold."""
    return {name: value for name, value in attributes.items() if is_plain(value)}


def lacking_values(attributes: Mapping[str, Values], of: str) -> Iterator[str]:
    """Yield what is lost of attributes that JSON cannot hold; *of* is what they belong to."""
    for name in attributes.keys() - plain_values(attributes).keys():
        yield f"{of}: the value of {name} is not finite, or beyond 2^53 - 1"
