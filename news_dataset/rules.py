"""Rules across the fields of one row, as data.

A model lists its rules; validator, JSON Schema and the SQL predicate over a whole table come from the same object.
Rules that JSON Schema can say are enforced by the model itself; ``Less``, ``NotAfter`` and ``Admits`` it cannot say, so
named checks run them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from news_dataset import edtf

Breach = tuple[str, str]
"""The field at fault and a sentence that says why."""


class Rule(Protocol):
    """What every rule can do."""

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield each breach in *row*, a mapping in which absent fields are None or missing."""

    def schema(self) -> dict[str, Any] | None:
        """Return the rule as a JSON Schema (2020-12) to be added to ``allOf``; None if it has no words for it."""

    def predicate(self) -> str:
        """Return a SQL predicate over the columns of a table, true only in rows that surely obey the rule.

        Dates are compared by the columns ``<field>_first`` and ``<field>_last``, the days that they may mean.
        """


def _listed(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _needed(field: str) -> dict[str, Any]:
    # Named as a property too: strict validators want to see that what a branch requires is a field, not a slip.
    return {"properties": {field: True}, "required": [field]}


def _is_among(field: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"properties": {field: {"enum": list(values)}}, "required": [field]}


@dataclass(frozen=True, slots=True)
class PresentIff:
    """*field* is present exactly where *when* holds one of *among*."""

    field: str
    when: str
    among: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field if it is missing where it is needed, or present where it is not."""
        present, needed = row.get(self.field) is not None, row.get(self.when) in self.among
        if needed and not present:
            yield self.field, f"{self.field} is missing: {self.when} is {row[self.when]}"
        if present and not needed:
            yield self.field, f"{self.field} is only for {self.when} {_listed(self.among)}"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values ``then`` require, ``else`` refuse."""
        refuse = {"properties": {self.field: False}}
        return {"if": _is_among(self.when, self.among), "then": _needed(self.field), "else": refuse}

    def predicate(self) -> str:
        """Return that both are so, or neither."""
        return f"({_is_there(self.field)}) = ({_is_among_sql(self.when, self.among)})"


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """*field* is only there where *when* holds one of *among*."""

    field: str
    when: str
    among: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field if it is present where it does not belong."""
        if row.get(self.field) is not None and row.get(self.when) not in self.among:
            yield self.field, f"{self.field} is only for {self.when} {_listed(self.among)}"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values, ``else`` refuse."""
        return {"if": _is_among(self.when, self.among), "else": {"properties": {self.field: False}}}

    def predicate(self) -> str:
        """Return that the field is not there, or belongs there."""
        return f"NOT ({_is_there(self.field)}) OR {_is_among_sql(self.when, self.among)}"


@dataclass(frozen=True, slots=True)
class ExactlyOneOf:
    """Exactly one of *fields* is present."""

    fields: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the row as a whole (an empty name) if none is present, else every field beyond the first."""
        present = [field for field in self.fields if row.get(field) is not None]
        if not present:
            yield "", f"one of {_listed(self.fields)} is needed"
        for field in present[1:]:
            yield field, f"{field} stands beside {present[0]}: give exactly one of {_listed(self.fields)}"

    def schema(self) -> dict[str, Any]:
        """Return a ``oneOf`` of requirements."""
        return {"oneOf": [_needed(field) for field in self.fields]}

    def predicate(self) -> str:
        """Return that the fields which are there number one."""
        present = " + ".join(f"CASE WHEN {_is_there(field)} THEN 1 ELSE 0 END" for field in self.fields)
        return f"{present} = 1"


@dataclass(frozen=True, slots=True)
class Together:
    """*first* and *second* are both present or both absent."""

    first: str
    second: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field that is missing."""
        for here, there in ((self.first, self.second), (self.second, self.first)):
            if row.get(here) is not None and row.get(there) is None:
                yield there, f"{there} is missing: it belongs to {here}"

    def schema(self) -> dict[str, Any]:
        """Return ``dependentRequired`` both ways."""
        return {"dependentRequired": {self.first: [self.second], self.second: [self.first]}}

    def predicate(self) -> str:
        """Return that both are there, or neither."""
        return f"({_is_there(self.first)}) = ({_is_there(self.second)})"


@dataclass(frozen=True, slots=True)
class Needs:
    """*field* is only there beside *other*."""

    field: str
    other: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the other field if it is missing."""
        if row.get(self.field) is not None and row.get(self.other) is None:
            yield self.other, f"{self.other} is missing: {self.field} needs it"

    def schema(self) -> dict[str, Any]:
        """Return ``dependentRequired``."""
        return {"dependentRequired": {self.field: [self.other]}}

    def predicate(self) -> str:
        """Return that the other is there, or the field is not."""
        return f"{_is_there(self.other)} OR NOT {_is_there(self.field)}"


@dataclass(frozen=True, slots=True)
class PatternIf:
    """*field*, where present, matches *pattern* whenever *when* holds one of *among*."""

    field: str
    pattern: str
    wanted: str
    when: str
    among: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field if it does not match."""
        value = row.get(self.field)
        if value is not None and row.get(self.when) in self.among and not re.fullmatch(self.pattern, value):
            part = edtf.unread(value) if self.pattern == edtf.PATTERN else ""
            why = f"is EDTF, but {part} are not read" if part else f"is not {self.wanted}"
            yield self.field, f"{self.field} {why}, as {self.when} {row[self.when]} wants it"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values ``then`` the pattern."""
        # The type stands beside every pattern, as strict validators want it.
        then = {"properties": {self.field: {"type": "string", "pattern": self.pattern}}}
        return {"if": _is_among(self.when, self.among), "then": then}

    def predicate(self) -> str:
        """Return that it matches, where it must."""
        matches = f"regexp_matches({quoted(self.field)}, {pattern_literal(self.pattern)})"
        return f"NOT {_is_there(self.field)} OR NOT ({_is_among_sql(self.when, self.among)}) OR {matches}"


@dataclass(frozen=True, slots=True)
class Less:
    """*smaller* is less than *larger*; both are numbers."""

    smaller: str
    larger: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the larger field if it is not the larger one."""
        small, large = row.get(self.smaller), row.get(self.larger)
        if small is not None and large is not None and small >= large:
            yield self.larger, f"{self.larger} {large} is not more than {self.smaller} {small}"

    def schema(self) -> None:
        """Return None: JSON Schema cannot compare two fields."""

    def predicate(self) -> str:
        """Return that it is less, where both are there."""
        return f"coalesce({quoted(self.smaller)} < {quoted(self.larger)}, true)"


@dataclass(frozen=True, slots=True)
class NotAfter:
    """*earlier* is not surely after *later*; both are EDTF dates.

    Days are written without a time zone. Where the two are days of different places, *zones* is how many days these may
    be apart: what is published on Tuesday in Seoul is read on Monday in California.
    """

    earlier: str
    later: str
    zones: int = 0

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the later field if it is before the other; impossible dates are another check's."""
        first, last = row.get(self.earlier), row.get(self.later)
        if first is None or last is None:
            return
        try:
            wrong = edtf.after(first, last, self.zones)
        except ValueError:
            return
        if wrong:
            yield self.later, f"{self.later} {last} is before {self.earlier} {first}"

    def schema(self) -> None:
        """Return None: JSON Schema cannot compare two fields."""

    def predicate(self) -> str:
        """Return that the first day of the one is not after the last of the other, where both are known."""
        zones = f" + {self.zones}" * bool(self.zones)
        return f"coalesce({quoted(f'{self.earlier}_first')} <= {quoted(f'{self.later}_last')}{zones}, true)"


@dataclass(frozen=True, slots=True)
class Admits:
    """*field*, where present, holds one of the values that *admitted* lists for the value of *when*."""

    field: str
    when: str
    admitted: Mapping[str, tuple[str, ...]]

    def __hash__(self) -> int:
        """Hash by the two names; the lists are a dict."""
        return hash((self.field, self.when))

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field if its value is not among them."""
        value, owner = row.get(self.field), row.get(self.when)
        if value is not None and value not in self.admitted.get(str(owner), ()):
            yield self.field, f"{value} is not a {self.field} of {owner}"

    def schema(self) -> None:
        """Return None: JSON Schema has no short words for it, and the model's users have a check of its own."""

    def predicate(self) -> str:
        """Return that the pair of values is listed."""
        pairs = [f"{owner} {value}" for owner, values in self.admitted.items() for value in values]
        pair = f"{quoted(self.when)} || ' ' || {quoted(self.field)}"
        return f"NOT {_is_there(self.field)} OR coalesce({pair} IN ({', '.join(map(text_literal, pairs))}), false)"


def quoted(name: str) -> str:
    """Return a name as SQL writes it where it may be a reserved word."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def pattern_literal(pattern: str) -> str:
    r"""Return a pattern of the portable subset as a SQL literal for RE2, which writes ``\uXXXX`` as ``\x{XXXX}``."""
    return text_literal(re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern))


def _is_there(field: str) -> str:
    return f"{quoted(field)} IS NOT NULL"


def _is_among_sql(field: str, among: tuple[str, ...]) -> str:
    return f"coalesce({quoted(field)} IN ({', '.join(map(text_literal, among))}), false)"
