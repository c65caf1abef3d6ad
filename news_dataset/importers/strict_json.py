"""Strict JSON of files of annotations: no duplicate keys, no NaN, no number that overflows, no endless depth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from news_dataset.files import ReadError, decode, json_fault

MAX_DIGITS = 19
"""The most digits of an integer: those of 64 bits."""


class NotJsonError(ValueError):
    """The bytes are not strict JSON; ``line`` is where, from 1, or 0 where it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Flaw:
    """Stands in place of a value that strict JSON does not allow, and says why."""

    message: str


def parse(data: bytes) -> Any:
    """Return the value that UTF-8 bytes hold as JSON (RFC 8259, with the limits of I-JSON, RFC 7493).

    Raises:
        NotJsonError: they are no JSON, or have duplicate keys, NaN, an infinite number, or an integer over 64 bits.
    """

    def refuse(message: str) -> Any:
        raise NotJsonError(message)

    return _parse(data, refuse)


def parse_leniently(data: bytes) -> Any:
    """Return the value, with a ``Flaw`` in place of each part that is not strict; ``flaw_in`` finds them.

    Raises:
        NotJsonError: the bytes are no JSON at all.
    """
    return _parse(data, Flaw)


def flaw_in(value: Any) -> str:
    """Return what is not strict in a value, with a half of a surrogate pair in a text or key; empty if nothing is."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Flaw):
            return one.message
        if isinstance(one, str):
            if not one.isascii() and any("\ud800" <= character <= "\udfff" for character in one):
                return "has a half of a surrogate pair"
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return ""


def _parse(data: bytes, flaw: Callable[[str], Any]) -> Any:
    def as_object(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        counts = Counter(name for name, _ in pairs)
        return flaw(f"has the key {json.dumps(next(one for one in counts if counts[one] > 1))} twice in one object")

    def as_integer(digits: str) -> Any:
        few = len(digits.lstrip("-")) <= MAX_DIGITS
        return int(digits) if few else flaw(f"has an integer of more than {MAX_DIGITS} digits")

    def as_float(digits: str) -> Any:
        number = float(digits)
        return flaw("has a number that is too large") if number in (float("inf"), float("-inf")) else number

    def as_constant(name: str) -> Any:
        return flaw(f"has {name}, which is no JSON")

    decoder = json.JSONDecoder(
        object_pairs_hook=as_object, parse_int=as_integer, parse_float=as_float, parse_constant=as_constant
    )
    try:
        return decoder.decode(decode(data))
    except json.JSONDecodeError as error:
        raise NotJsonError(f"is not JSON: {json_fault(error)} in column {error.colno}", error.lineno) from error
    except ReadError as error:
        raise NotJsonError(str(error), error.problem.line) from error
    except RecursionError as error:
        raise NotJsonError("nests too deep") from error
