"""What the models say of every column, as plain data that peers read; needs nothing but the standard library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Column:
    """A column of a table and the limits of its values.

    ``is_needed``: it is never null; ``most``: code points; ``low``, ``high``: inclusive; ``parents``: the table whose
    ids it holds.
    """

    name: str
    kind: str
    is_needed: bool
    pattern: str = ""
    most: int | None = None
    low: float | None = None
    high: float | None = None
    codes: Sequence[str] = ()
    parents: str = ""

    @property
    def is_text(self) -> bool:
        """Whether it holds text or codes."""
        return self.kind in ("string", "code")


@dataclass(frozen=True)
class Rule:
    """A rule across the columns of a row: the name of its class in ``news_dataset.rules``, and what it is about."""

    name: str
    about: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table: its columns, its key and the rules of its rows."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]

    @property
    def references(self) -> list[Column]:
        """The columns that refer to other rows."""
        return [column for column in self.columns if column.parents]


def read(about: Path) -> dict[str, Table]:
    """Return the facts of tables by name."""
    return {one["name"]: _table(one) for one in json.loads((about / "facts.json").read_text("utf-8"))}


def _table(one: dict[str, Any]) -> Table:
    columns = tuple(Column(**column) for column in one["columns"])
    return Table(one["name"], tuple(one["key"]), columns, tuple(Rule(**rule) for rule in one["rules"]))
