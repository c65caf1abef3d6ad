"""Strict JSON as values without places: no duplicate keys, no NaN, no number that overflows, no endless depth.

The scanner is that of the standard library, eighteen times as fast as ``reader.jsonfile``; that one has the place
of every value, for records and lines that are reported by line and column.
"""

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
    """The place of a value that strict JSON does not allow, and why."""

    message: str


def parse(data: bytes | str, *, finite: bool = True) -> Any:
    """Return the value that UTF-8 bytes, or a text, hold as JSON (RFC 8259, with the limits of I-JSON, RFC 7493).

    Args:
        data: the bytes or the text.
        finite: whether NaN and infinite numbers are refused, which our own exports write where a document has them.

    Raises:
        NotJsonError: they are no JSON, or have duplicate keys, a number that overflows, or an integer over 64 bits.
    """

    def refuse(message: str) -> Any:
        raise NotJsonError(message)

    def refuse_constant(name: str) -> Any:
        raise NotJsonError(f"has {name}, which is no JSON")

    return _parse(data, refuse, refuse_constant if finite else float)


def parse_leniently(data: bytes) -> Any:
    """Return the value, with a ``Flaw`` in place of each part that is not strict; ``flaw_in`` finds them.

    Raises:
        NotJsonError: the bytes are no JSON at all.
    """
    return _parse(data, Flaw, lambda name: Flaw(f"has {name}, which is no JSON"))


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


def _parse(data: bytes | str, flaw: Callable[[str], Any], as_constant: Callable[[str], Any]) -> Any:
    def as_object(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        ((name, _),) = Counter(name for name, _ in pairs).most_common(1)
        return flaw(f"has the key {json.dumps(name)} twice in one object")

    def as_integer(digits: str) -> Any:
        few = len(digits.lstrip("-")) <= MAX_DIGITS
        return int(digits) if few else flaw(f"has an integer of more than {MAX_DIGITS} digits")

    def as_float(digits: str) -> Any:
        number = float(digits)
        return flaw("has a number that is too large") if number in (float("inf"), float("-inf")) else number

    decoder = json.JSONDecoder(
        object_pairs_hook=as_object, parse_int=as_integer, parse_float=as_float, parse_constant=as_constant
    )
    try:
        return decoder.decode(decode(data) if isinstance(data, bytes) else data)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"is not JSON: {json_fault(error)} in column {error.colno}", error.lineno) from error
    except ReadError as error:
        raise NotJsonError(str(error), error.problem.line) from error
    except RecursionError as error:
        raise NotJsonError("nests too deep") from error
