"""Rules across the fields of one row, as data.

A model lists its rules; validator, JSON Schema and the expression over a whole table come from the same object. Rules
that JSON Schema can say are enforced by the model itself; ``Less``, ``NotAfter`` and ``Admits`` it cannot say, so named
checks run them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import fullmatch
from typing import TYPE_CHECKING, Any, Protocol

from news_dataset import edtf

if TYPE_CHECKING:
    import polars as pl

Breach = tuple[str, str]
"""The field at fault and a sentence that says why."""


class Rule(Protocol):
    """What every rule can do."""

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield each breach in *row*, a mapping in which absent fields are None or missing."""

    def schema(self) -> dict[str, Any] | None:
        """Return the rule as a JSON Schema (2020-12) to be added to ``allOf``; None if it has no words for it."""

    def holds(self) -> pl.Expr:
        """Return an expression over the columns of a table, true only in rows that surely obey the rule.

        Dates are compared by the columns ``<field>_min`` and ``<field>_max``, whose right values it relies on.
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

    def holds(self) -> pl.Expr:
        """Return that both are so, or neither."""
        return _is_there(self.field) == _is_in(self.when, self.among)


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

    def holds(self) -> pl.Expr:
        """Return that the fields which are there number one."""
        import polars as pl

        return pl.sum_horizontal(_is_there(field).cast(pl.UInt8) for field in self.fields) == 1


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

    def holds(self) -> pl.Expr:
        """Return that both are there, or neither."""
        return _is_there(self.first) == _is_there(self.second)


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

    def holds(self) -> pl.Expr:
        """Return that the other is there, or the field is not."""
        return _is_there(self.other) | ~_is_there(self.field)


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

    def holds(self) -> pl.Expr:
        """Return that it matches, where it must."""
        import polars as pl

        needs_none = ~_is_there(self.field) | ~_is_in(self.when, self.among)
        return needs_none | pl.col(self.field).str.contains(self.pattern).fill_null(False)


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

    def holds(self) -> pl.Expr:
        """Return that it is less, where both are there."""
        import polars as pl

        return (pl.col(self.smaller) < pl.col(self.larger)).fill_null(True)


@dataclass(frozen=True, slots=True)
class NotAfter:
    """*earlier* is not surely after *later*; both are EDTF dates."""

    earlier: str
    later: str

    def breaches(self, row: Mapping[str, Any]) -> Iterator[Breach]:
        """Yield the later field if it is before the other; impossible dates are another check's."""
        first, last = row.get(self.earlier), row.get(self.later)
        if first is None or last is None:
            return
        try:
            wrong = edtf.after(first, last)
        except ValueError:
            return
        if wrong:
            yield self.later, f"{self.later} {last} is before {self.earlier} {first}"

    def schema(self) -> None:
        """Return None: JSON Schema cannot compare two fields."""

    def holds(self) -> pl.Expr:
        """Return that the first day of the one is not after the last of the other, where both are known."""
        import polars as pl

        return (pl.col(f"{self.earlier}_min") <= pl.col(f"{self.later}_max")).fill_null(True)


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

    def holds(self) -> pl.Expr:
        """Return that the pair of values is listed."""
        import polars as pl

        pairs = [f"{owner}\0{value}" for owner, values in self.admitted.items() for value in values]
        pair = pl.concat_str([pl.col(self.when).cast(pl.String), pl.col(self.field).cast(pl.String)], separator="\0")
        return ~_is_there(self.field) | pair.is_in(pairs).fill_null(False)


def _is_there(field: str) -> pl.Expr:
    import polars as pl

    return pl.col(field).is_not_null()


def _is_in(field: str, among: tuple[str, ...]) -> pl.Expr:
    import polars as pl

    return pl.col(field).cast(pl.String).is_in(list(among)).fill_null(False)
