"""Faults that are planted in synthetic data: every rule of the models, and every check that needs no text, is broken.

Single fields are broken as the models' schemas say, rules as they are declared; only checks across rows are broken by
code of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import BY_TABLE
from news_dataset.testing.dice import Dice
from news_dataset.testing.faults import evidence, policy, references, rules, shape, values
from news_dataset.testing.faults.part import Kind, Mark, Part, applied

if TYPE_CHECKING:
    import pyarrow as pa

MOST_TRIES = 3000
"""So many records are looked at for one that can have a fault."""

BATCHED = ("articles", "statements", "assessments")
DERIVED = ("entities", "records", "codes")


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind of fault."""
    return (
        *shape.kinds(), *rules.kinds(), *references.kinds(), *evidence.kinds(), *policy.kinds(), *shape.table_kinds(),
        *values.kinds(),
    )  # fmt: skip


class Planter:
    """Plants faults in the parts of a dataset as they come, each in a record of its own.

    Args:
        dice: the dice of the dataset.
        n: how many statements it has.
        share: how many faults there are to be, as a share of these.
        in_json: whether they are planted in records as JSON, rather than in tables.
    """

    def __init__(self, dice: Dice, n: int, share: float, *, in_json: bool = False) -> None:
        known = [kind for kind in kinds() if (kind.in_json and kind.owner in BY_TABLE if in_json else kind.in_tables)]
        order = np.argsort(dice.bits("order of faults", np.arange(len(known))))
        many = round(n * share)
        self._dice, self._taken = dice, set[str]()
        self._wanted = [(known[order[at % len(known)]], at, int((at + 0.5) / many * n)) for at in range(many)]

    def plant(
        self, tables: dict[str, pa.Table], owners: Sequence[str], examples: dict[str, str], sure: int,
        statements: range | None = None,
    ) -> tuple[dict[str, pa.Table], list[Mark]]:  # fmt: skip
        """Return tables with the faults that belong there, and where they stand.

        Args:
            tables: the tables.
            owners: the tables of records that faults are planted in.
            examples: an id of a record for each type.
            sure: so many of the first mentions of an article are the only ones of what they mean.
            statements: the numbers of the statements, where the tables hold a part of them.
        """
        part = Part(tables, examples, sure, self._taken)
        for kind, at, statement in self._wanted:
            if kind.owner in owners and (statements is None or statement in statements):
                self._plant(part, kind, at)
        return applied(part)

    def _plant(self, part: Part, kind: Kind, number: int) -> None:
        many = len(part.tables[kind.owner])
        tries = min(many, MOST_TRIES)
        places = (self._dice.one(kind.name, number, many) + np.arange(tries) * _stride(many)) % many
        for turn, row in enumerate(places):
            family = part.family(kind.owner, int(row))
            if family.id in self._taken:
                continue
            edits = kind.plan(part, family, lambda limit: self._dice.one(kind.name, number * MOST_TRIES + turn, limit))  # noqa: B023
            claimed = {one for edit in edits or () for one in edit.claimed}
            if edits and not claimed & self._taken and all(map(part.in_order, edits)):
                part.edits += edits
                self._taken |= claimed | {family.id}
                return


def _stride(many: int) -> int:
    return next(step for step in range(int(many * 0.618) | 1, 2 * many + 2) if np.gcd(step, many) == 1)
