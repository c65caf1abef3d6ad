"""What the models say of each column, in the terms of columns: the source of everything that is proven of tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from news_dataset.records import Row
from news_dataset.records.columns import Column, columns


@dataclass(frozen=True, slots=True)
class Fact:
    """One column: its kind, and the limits within which a value is valid.

    ``most`` counts code points; ``low`` and ``high`` are inclusive; ``codes`` are all that a closed codebook admits,
    ``usual`` those that an open one lists.
    """

    column: Column
    pattern: str = ""
    most: int | None = None
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the column."""
        return self.column.name


@cache
def facts(model: type[Row]) -> tuple[Fact, ...]:
    """Return the facts of the scalar fields of *model*, in order.

    They are read off the model's JSON Schema, which says exactly what the model enforces field by field
    (``tests/test_one_verdict.py``).
    """
    said: dict[str, Any] = model.model_json_schema()["properties"]
    return tuple(_fact(column, said[column.name]) for column in columns(model))


def _fact(column: Column, said: dict[str, Any]) -> Fact:
    book = column.codebook
    return Fact(
        column,
        pattern=said.get("pattern", ""),
        most=said.get("maxLength"),
        low=said.get("minimum"),
        high=said.get("maximum"),
        codes=tuple(said.get("enum", ())),
        usual=tuple(book.definitions) if book and book.is_open else (),
    )
