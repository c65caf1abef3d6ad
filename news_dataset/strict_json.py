"""Read strict JSON into values: no duplicate keys, no NaN, no number that overflows, no endless depth.

The parser is that of the standard library, eighteen times as fast as ``reader.jsonfile``, which knows the line and
column of every value.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from news_dataset.files import ReadError, decode, json_fault

MAX_DIGITS = 19
"""How many digits an integer may have: as many as one of 64 bits."""


class NotJsonError(ValueError):
    """Raised for what is not strict JSON; ``line`` is the line, from 1, or 0 if it is not known."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Flaw:
    """Replaces a value that strict JSON does not allow; ``message`` says why."""

    message: str


def parse(data: bytes | str, *, finite: bool = True) -> Any:
    """Return the value of JSON (RFC 8259, with the limits of I-JSON, RFC 7493).

    Args:
        data: UTF-8 bytes, or a text.
        finite: whether NaN and infinite numbers are refused; our own exports write them if a document has them.

    Raises:
        NotJsonError: it is not JSON, or has a duplicate key, a number that overflows, or an integer of over 64 bits.
    """

    def refuse(message: str) -> Any:
        raise NotJsonError(message)

    def refuse_constant(name: str) -> Any:
        raise NotJsonError(f"has {name}, which is no JSON")

    return _parse(data, refuse, refuse_constant if finite else float)


def parse_leniently(data: bytes) -> Any:
    """Return the value of JSON, with a ``Flaw`` in place of each part that is not strict.

    A repeated key makes a flaw of its whole object. Lone surrogates stay; ``flaw_in`` finds them.

    Raises:
        NotJsonError: the bytes are not JSON in UTF-8, or nest too deep.
    """
    return _parse(data, Flaw, lambda name: Flaw(f"has {name}, which is no JSON"))


def flaw_in(value: Any) -> str:
    """Return the message of a ``Flaw`` in a value, or that it has a lone surrogate; empty if it has neither."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Flaw):
            return part.message
        if isinstance(part, str):
            if not part.isascii() and any("\ud800" <= character <= "\udfff" for character in part):
                return "has a half of a surrogate pair"
        elif isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
    return ""


def _parse(data: bytes | str, flaw: Callable[[str], Any], as_constant: Callable[[str], Any]) -> Any:
    """Return the value of JSON.

    Args:
        data: UTF-8 bytes, or a text.
        flaw: returns the replacement for a part that is not strict, by a message, or raises.
        as_constant: the same for ``NaN``, ``Infinity`` and ``-Infinity``, by name.
    """

    def as_object(pairs: list[tuple[str, Any]]) -> Any:
        members = dict(pairs)
        if len(members) == len(pairs):
            return members
        ((name, _),) = Counter(name for name, _ in pairs).most_common(1)
        return flaw(f"has the key {json.dumps(name)} twice in one object")

    def as_integer(digits: str) -> Any:
        is_short = len(digits.lstrip("-")) <= MAX_DIGITS
        return int(digits) if is_short else flaw(f"has an integer of more than {MAX_DIGITS} digits")

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
