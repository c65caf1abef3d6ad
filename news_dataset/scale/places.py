"""Where things stand, for those few of which something is to be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from news_dataset.issues import Issue, Severity


class Spot(Protocol):
    """A record, or a row of a table, of which something can be said."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def where(self) -> str:
        """Its file and line or row."""

    def issue(self, pointer: str, message: str, hint: str = "", *, severity: Severity = "error") -> Issue:
        """Return an issue at a field."""


class Referring(NamedTuple):
    """A field that refers to a record."""

    spot: Spot
    pointer: str
    target: str


class Ending(NamedTuple):
    """A span and where it ends."""

    spot: Spot
    pointer: str
    end: int
    article: str


class Places(Protocol):
    """Finds again what was looked at."""

    def record(self, kind: str, at: int) -> Spot:
        """Return a record by its type and the number of its line or row."""

    def referring(self, table: str, column: str, targets: frozenset[str]) -> Iterator[Referring]:
        """Yield every field in a column that refers to one of some records."""

    def ending(self, limits: Mapping[str, int]) -> Iterator[Ending]:
        """Yield every span that ends behind its limit, which is given for some articles by their id."""
