"""Rules across the fields of one row, as data.

A model lists its rules; validator, JSON Schema and (later) table expression come from the same object. Rules
that JSON Schema can say are enforced by the model itself; ``Less`` it cannot say, so a named check runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import fullmatch
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
        if value is not None and row.get(self.when) in self.among and not fullmatch(self.pattern, value):
            yield self.field, f"{self.field} is not {self.wanted}, as {self.when} {row[self.when]} wants it"

    def schema(self) -> dict[str, Any]:
        """Return ``if`` the other field is among the values ``then`` the pattern."""
        # The type stands beside every pattern, as strict validators want it.
        then = {"properties": {self.field: {"type": "string", "pattern": self.pattern}}}
        return {"if": _is_among(self.when, self.among), "then": then}


@dataclass(frozen=True, slots=True)
class Less:
    """*smaller* is less than *larger*; of two EDTF dates, the first is not surely after the second."""

    smaller: str
    larger: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the larger field if it is not the larger one; impossible dates are another check's."""
        small, large = row.get(self.smaller), row.get(self.larger)
        if isinstance(small, int | float) and isinstance(large, int | float) and small >= large:
            yield self.larger, f"{self.larger} {large} is not more than {self.smaller} {small}"
        if isinstance(small, str) and isinstance(large, str):
            try:
                wrong = edtf.after(small, large)
            except ValueError:
                return
            if wrong:
                yield self.larger, f"{self.larger} {large} is before {self.smaller} {small}"

    def schema(self) -> None:
        """Return None: JSON Schema cannot compare two fields."""
