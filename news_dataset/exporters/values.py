"""Which attribute values JSON can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from news_dataset.annotations import Value

Values = Value | tuple[Value, ...]
_LARGEST = 2**53 - 1  # the largest integer that every JSON reader keeps exactly


def as_tuple(value: Values) -> tuple[Value, ...]:
    """Return the values of an attribute as a tuple, also where there is only one."""
    return value if isinstance(value, tuple) else (value,)


def is_json_safe(value: Values) -> bool:
    """Return whether JSON can hold an attribute: finite, integers up to 2^53 - 1."""
    return all(
        abs(item) <= _LARGEST if isinstance(item, int) else not isinstance(item, float) or isfinite(item)
        for item in as_tuple(value)
    )


def json_safe(attributes: Mapping[str, Values]) -> dict[str, Values]:
    """Return the attributes that JSON can hold."""
    return {name: value for name, value in attributes.items() if is_json_safe(value)}


def value_losses(attributes: Mapping[str, Values], owner: str) -> Iterator[str]:
    """Yield a message for each attribute of *owner* that JSON cannot hold."""
    for name in attributes.keys() - json_safe(attributes).keys():
        yield f"{owner}: the value of {name} is not finite, or beyond 2^53 - 1"
