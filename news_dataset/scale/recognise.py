"""One regular expression for each record type, which matches only lines of JSON that are of the right shape.

The line that it knows is the one that a release has: keys in the order of the model, no key twice, nothing but what
JSON needs (or the blanks behind ``,`` and ``:`` that many writers set). That items of a list stand apart by one comma
is the one thing that it leaves to the parser. A line that it does not match is not wrong; it is read by the strict
reader and judged by the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from news_dataset.patterns import is_plain
from news_dataset.records import Row
from news_dataset.records.columns import children
from news_dataset.scale.facts import Fact, facts

_STRING = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt])*"'
_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,17})?"


@cache
def line_pattern(model: type[Row]) -> str:
    """Return the pattern of a line, its end included, that holds a record of *model*."""
    return rf"^{_object(model)}\r?\n?$"


@cache
def formed(model: type[Row]) -> frozenset[str]:
    """Return the columns whose form the pattern of a line proves; lengths, dates and rules remain."""
    return frozenset(fact.name for fact in facts(model) if fact.column.kind != "double" and _is_formed(fact))


def _is_formed(fact: Fact) -> bool:
    return bool(fact.codes) or fact.column.kind in ("bool", "int32") or is_plain(fact.pattern)


def _object(model: type[Row]) -> str:
    return rf"\{{{_members(list(_fields(model)))}\}}"


def _fields(model: type[Row]) -> Iterator[tuple[str, bool]]:
    """Yield each member of an object, and whether it may be absent."""
    lists = children(model)
    found = {fact.name: (_value(fact), fact.column.optional) for fact in facts(model)}
    # Commas between items are left to the parser: to say them here would double the pattern, and its time.
    found |= {name: (rf"\[(?:{_object(part)}(?:, ?)?)+\]", True) for name, part in lists.items()}
    for name in model.model_fields:  # in the order in which records are written
        value, is_optional = found[name]
        yield f'"{name}": ?{value}', is_optional


def _members(fields: list[tuple[str, bool]]) -> str:
    """Return the members with a comma between any two; before the first that must be there, commas follow."""
    first = next(place for place, (_, is_optional) in enumerate(fields) if not is_optional)
    before = "".join(f"(?:{member}, ?)?" for member, _ in fields[:first])
    behind = "".join(f"(?:, ?{member})?" if may else f", ?{member}" for member, may in fields[first + 1 :])
    return before + fields[first][0] + behind


def _value(fact: Fact) -> str:
    """Return the pattern of a value; texts whose form it cannot carry are any text that JSON may hold."""
    if fact.codes:
        return f'"(?:{"|".join(map(re.escape, fact.codes))})"'
    if fact.column.kind == "bool":
        return "true"
    if fact.column.kind == "int32":  # nine digits at most, so that none exceeds the limit of 2^31 - 1
        return r"(?:0|[1-9][0-9]{0,8})" if fact.low == 0 else r"[1-9][0-9]{0,8}"
    if fact.column.kind == "double":
        return _NUMBER
    return f'"(?:{fact.pattern[1:-1]})"' if is_plain(fact.pattern) else _STRING
