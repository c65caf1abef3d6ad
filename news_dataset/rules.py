"""Rules across the fields of one row, as data.

A model lists its rules; each object gives the breaches in a row, a JSON Schema, and a SQL predicate over a table. The
model itself enforces the rules that JSON Schema can express; named checks run the others: ``Less``, ``NotAfter`` and
``Admits``. In all of them *when* is the name of another field and *among* some of its values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from news_dataset import edtf

Breach = tuple[str, str]
"""The field at fault (empty: the row as a whole), and a sentence that says why."""


class Rule(Protocol):
    """The interface of every rule."""

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield each breach in *row*, a mapping in which absent fields are None or missing."""

    def schema(self) -> dict[str, Any] | None:
        """Return the rule as a JSON Schema (2020-12) for ``allOf``; None if JSON Schema cannot express it."""

    def predicate(self) -> str:
        """Return a SQL predicate over the columns of a table that is true only in rows known to obey the rule.

        For a date it uses the columns ``<field>_first`` and ``<field>_last``, the bounds of the days that it may mean.
        """


def _join_with_or(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _require(field: str) -> dict[str, Any]:
    # Listed as a property too: strict validators refuse to require a property that the branch does not declare.
    return {"properties": {field: True}, "required": [field]}


def _value_among(field: str, values: tuple[str, ...]) -> dict[str, Any]:
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
            yield self.field, f"{self.field} is only for {self.when} {_join_with_or(self.among)}"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values ``then`` require, ``else`` refuse."""
        refuse = {"properties": {self.field: False}}
        return {"if": _value_among(self.when, self.among), "then": _require(self.field), "else": refuse}

    def predicate(self) -> str:
        """Return that the field is there and its condition holds, or neither."""
        return f"({_is_not_null(self.field)}) = ({_is_among(self.when, self.among)})"


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """*field* is present only where *when* holds one of *among*."""

    field: str
    when: str
    among: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field if it is present where it does not belong."""
        if row.get(self.field) is not None and row.get(self.when) not in self.among:
            yield self.field, f"{self.field} is only for {self.when} {_join_with_or(self.among)}"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values, ``else`` refuse."""
        return {"if": _value_among(self.when, self.among), "else": {"properties": {self.field: False}}}

    def predicate(self) -> str:
        """Return that the field is absent, or its condition holds."""
        return f"NOT ({_is_not_null(self.field)}) OR {_is_among(self.when, self.among)}"


@dataclass(frozen=True, slots=True)
class ExactlyOneOf:
    """Exactly one of *fields* is present."""

    fields: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the row as a whole (an empty name) if none is present, else every field beyond the first."""
        present = [field for field in self.fields if row.get(field) is not None]
        if not present:
            yield "", f"one of {_join_with_or(self.fields)} is needed"
        for field in present[1:]:
            yield field, f"{field} is given beside {present[0]}: give exactly one of {_join_with_or(self.fields)}"

    def schema(self) -> dict[str, Any]:
        """Return a ``oneOf`` of requirements."""
        return {"oneOf": [_require(field) for field in self.fields]}

    def predicate(self) -> str:
        """Return that exactly one of the fields is not null."""
        present = " + ".join(f"CASE WHEN {_is_not_null(field)} THEN 1 ELSE 0 END" for field in self.fields)
        return f"{present} = 1"


@dataclass(frozen=True, slots=True)
class Together:
    """*first* and *second* are both present or both absent."""

    first: str
    second: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field that is missing."""
        for present, missing in ((self.first, self.second), (self.second, self.first)):
            if row.get(present) is not None and row.get(missing) is None:
                yield missing, f"{missing} is missing: it belongs to {present}"

    def schema(self) -> dict[str, Any]:
        """Return ``dependentRequired`` both ways."""
        return {"dependentRequired": {self.first: [self.second], self.second: [self.first]}}

    def predicate(self) -> str:
        """Return that both fields are present, or neither."""
        return f"({_is_not_null(self.first)}) = ({_is_not_null(self.second)})"


@dataclass(frozen=True, slots=True)
class Needs:
    """*field* is present only where *other* is."""

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
        """Return that the other field is present, or this one is absent."""
        return f"{_is_not_null(self.other)} OR NOT {_is_not_null(self.field)}"


@dataclass(frozen=True, slots=True)
class PatternIf:
    """*field*, where present, matches *pattern* if *when* holds one of *among*; *wanted* names such a value."""

    field: str
    pattern: str
    wanted: str
    when: str
    among: tuple[str, ...]

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field if it does not match."""
        value = row.get(self.field)
        if value is not None and row.get(self.when) in self.among and not re.fullmatch(self.pattern, value):
            feature = edtf.unread(value) if self.pattern == edtf.PATTERN else ""
            why = f"is EDTF, but {feature} are not read" if feature else f"is not {self.wanted}"
            yield self.field, f"{self.field} {why}, as {self.when} {row[self.when]} wants it"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values ``then`` the pattern."""
        # Strict validators want the type beside every pattern.
        then = {"properties": {self.field: {"type": "string", "pattern": self.pattern}}}
        return {"if": _value_among(self.when, self.among), "then": then}

    def predicate(self) -> str:
        """Return that the field is absent, need not match, or matches."""
        matches = f"regexp_matches({quoted(self.field)}, {pattern_literal(self.pattern)})"
        return f"NOT {_is_not_null(self.field)} OR NOT ({_is_among(self.when, self.among)}) OR {matches}"


@dataclass(frozen=True, slots=True)
class Less:
    """*smaller* is less than *larger*; both are numbers."""

    smaller: str
    larger: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the field that should be larger if it is not."""
        small, large = row.get(self.smaller), row.get(self.larger)
        if small is not None and large is not None and small >= large:
            yield self.larger, f"{self.larger} {large} is not more than {self.smaller} {small}"

    def schema(self) -> None:
        """Return None: JSON Schema cannot compare two fields."""

    def predicate(self) -> str:
        """Return that the one is less than the other, or one is absent."""
        return f"coalesce({quoted(self.smaller)} < {quoted(self.larger)}, true)"


@dataclass(frozen=True, slots=True)
class NotAfter:
    """*earlier* is not known to be after *later*; both are EDTF dates.

    Days have no time zone. Where the two may be days of different places, *zones* is how many days these may be apart:
    what is published on Tuesday in Seoul is read on Monday in California.
    """

    earlier: str
    later: str
    zones: int = 0

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the later field if it is before the other; another check reports impossible dates."""
        earlier, later = row.get(self.earlier), row.get(self.later)
        with suppress(ValueError):
            if earlier is not None and later is not None and edtf.after(earlier, later, self.zones):
                yield self.later, f"{self.later} {later} is before {self.earlier} {earlier}"

    def schema(self) -> None:
        """Return None: JSON Schema cannot compare two fields."""

    def predicate(self) -> str:
        """Return that the first day of the one is not after the last day of the other, or one is unknown."""
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
        """Yield the field if its value is not listed for the value of the other field."""
        value, other = row.get(self.field), row.get(self.when)
        if value is not None and value not in self.admitted.get(str(other), ()):
            yield self.field, f"{value} is not a {self.field} of {other}"

    def schema(self) -> None:
        """Return None: in JSON Schema it would be long, and a named check covers it."""

    def predicate(self) -> str:
        """Return that the pair of values is listed."""
        pairs = [f"{other} {value}" for other, values in self.admitted.items() for value in values]
        pair = f"{quoted(self.when)} || ' ' || {quoted(self.field)}"
        return f"NOT {_is_not_null(self.field)} OR coalesce({pair} IN ({', '.join(map(text_literal, pairs))}), false)"


def quoted(name: str) -> str:
    """Return a name as a SQL identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def pattern_literal(pattern: str) -> str:
    r"""Return a portable pattern as a SQL literal for RE2 (``\uXXXX`` as ``\x{XXXX}``)."""
    return text_literal(re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern))


def _is_not_null(field: str) -> str:
    return f"{quoted(field)} IS NOT NULL"


def _is_among(field: str, among: tuple[str, ...]) -> str:
    return f"coalesce({quoted(field)} IN ({', '.join(map(text_literal, among))}), false)"
