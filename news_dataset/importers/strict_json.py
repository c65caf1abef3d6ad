"""Strict JSON of files of annotations: no duplicate keys, no NaN, no number that overflows, no endless depth."""

from __future__ import annotations

import json
from typing import Any

from news_dataset.files import ReadError, decode

MAX_DIGITS = 19
"""The most digits of an integer: those of 64 bits."""


class NotJsonError(ValueError):
    """The bytes are not strict JSON; ``line`` is where, from 1, or 0 where it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def parse(data: bytes) -> Any:
    """Return the value that UTF-8 bytes hold as JSON (RFC 8259, with the limits of I-JSON, RFC 7493).

    Raises:
        NotJsonError: they are no JSON, or have duplicate keys, NaN, an infinite number, or an integer over 64 bits.
    """
    try:
        return json.loads(
            decode(data),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise NotJsonError(f"is not JSON: {error.msg}", error.lineno) from error
    except ReadError as error:
        raise NotJsonError(str(error), error.problem.line) from error
    except RecursionError as error:
        raise NotJsonError("nests too deep") from error


def has_lone_surrogate(value: Any) -> bool:
    """Return whether a text, key or item of a value has a half of a surrogate pair, which no UTF-8 file can hold."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if not one.isascii() and any("\ud800" <= character <= "\udfff" for character in one):
                return True
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotJsonError(f"has the key {json.dumps(twice)} twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise NotJsonError(f"has {name}, which is no JSON")


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise NotJsonError(f"has an integer of more than {MAX_DIGITS} digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise NotJsonError("has a number that is too large")
    return number
