"""Write ``generated.json``, patches that nobody would think of: ``python -m tests.verdicts.generate``.

It was run once, when the verdicts were recorded; what is committed stays, whatever becomes of this script.
"""

from __future__ import annotations

import random
import sys
from typing import Any

from news_dataset.records import BY_TYPE, Row
from news_dataset.records.columns import Column, children, columns
from tests.spoiling import VALUES
from tests.verdicts.forms import fits, kind_of
from tests.verdicts.patches import HERE, OF_TABLES, Op, Patches, base, patched, write
from tests.verdicts.rows import to_tables

KINDS = {"sound": 75, "spoiled": 30, "rows": 35}
"""How many patches keep the shape of records, break it, and change rows of tables."""

DATES = [
    "2031-06-10", "2031-06-1X", "2031-06", "2031", "203X", "20XX", "2031?", "2031-06-09/2031-06-11", "../2031", "2031/",
    "XXXX-06-10", "2031-06-31", "2030-02-29", "2032-02-29", "2031-05-03", "2031-XX-XX", "1984~", "2031-07/2031-06",
]  # fmt: skip
OF_KIND: dict[str, list[Any]] = {
    "edtf": DATES,
    "day": ["2031-06-10", "2031-07-01", "2029-12-31", "2031-06-31"],
    "int32": [1, 2, 3, 30, 60, 500],
    "double": [0.0, 3.0, 24.0, 99.0],
}


class Maker:
    """Makes one patch.

    Args:
        seed: what the dice are thrown from.
    """

    def __init__(self, seed: str) -> None:
        self.dice = random.Random(seed)
        self.records = base().records
        self.made = 0

    def sound(self) -> Op | None:
        """Return an operation after which records have the shape of their models, or almost."""
        key = self._key()
        ways = [self._value] * 8 + [self._list] * 4 + [self._record] * 2
        return self.dice.choice(ways)(key)

    def spoiled(self) -> Op | None:
        """Return an operation that breaks a record, or not."""
        if self.dice.random() < 0.5:
            return self.sound()
        key = self._key()
        pointer, _, names = self._row(key)
        name = self.dice.choice(names)
        if self.dice.random() < 0.3:
            return ["delete", key, f"{pointer}/{name}"]
        return ["set", key, f"{pointer}/{name}", self.dice.choice(VALUES)]

    def rows(self) -> Op | None:
        """Return an operation on a row of a table."""
        tables = to_tables(base())
        assert tables
        table = self.dice.choice([name for name, rows in tables.items() if name != "codes"])
        at = self.dice.randrange(len(tables[table]))
        name = self.dice.choice(["cell"] * 8 + ["copy_row", "drop_row"])
        if name != "cell":
            return [name, table, at]
        column = self.dice.choice(["ordinal", *tables[table][at]])
        others = [None, self.dice.choice(tables[table]).get(column), self.dice.choice(VALUES), self.dice.choice(DATES)]
        value = self.dice.choice(others)
        own = tables[table][at] | {column: value}
        return [name, table, at, column, value] if column in tables[table][at] and fits({table: [own]}) else None

    def _key(self) -> str:
        """Return the key of a record; statements and what is about them come more often."""
        kind = self.dice.choice([*BY_TYPE, "statement", "statement", "statement", "assessment", "event"])
        return self.dice.choice([key for key in self.records if kind_of(key) == kind])

    def _row(self, key: str) -> tuple[str, type[Row], list[str]]:
        """Return the pointer of the record or of a row in one of its lists, its model and the fields that it has."""
        record, model = self.records[key], BY_TYPE[kind_of(key)]
        places: list[tuple[str, type[Row], Any]] = [("", model, record)]
        for name, child in children(model).items():
            places += [(f"/{name}/{at}", child, row) for at, row in enumerate(record.get(name, []))]
        pointer, owner, row = self.dice.choice(places)
        return pointer, owner, list(row)

    def _value(self, key: str) -> Op | None:
        pointer, model, names = self._row(key)
        column = self.dice.choice(columns(model))
        value = self._valid(column, key)
        if value is None or (column.name not in names and self.dice.random() < 0.5):
            return None
        return ["set", key, f"{pointer}/{column.name}", value]

    def _valid(self, column: Column, key: str) -> Any:
        if column.name == "id":
            return self.dice.choice([other for other in self.records if kind_of(other) == kind_of(key)])
        if column.reference:
            return self._id(column.reference.types)
        if column.codebook:
            return self.dice.choice(list(column.codebook.definitions))
        return self.dice.choice(OF_KIND[column.kind]) if column.kind in OF_KIND else None

    def _id(self, types: tuple[str, ...]) -> str:
        known = [key for key in self.records if kind_of(key) in types]
        kind = self.dice.choice(types)
        lost = f"{kind}/nowhere/07" if kind in ("statement", "assessment") else f"{kind}/nowhere"
        return self.dice.choice([*known, lost] if len(known) < 5 else [*known, lost, lost])

    def _list(self, key: str) -> Op | None:
        record, model = self.records[key], BY_TYPE[kind_of(key)]
        names = [name for name in children(model) if len(record.get(name, [])) > 1]
        if not names:
            return None
        name = self.dice.choice(names)
        one, other = self.dice.sample(range(len(record[name])), 2)
        what = self.dice.randrange(3)
        if what == 0:
            return ["swap", key, f"/{name}/{one}", f"/{name}/{other}"]
        if what == 1:
            return ["delete", key, f"/{name}/{one}"]
        return ["insert", key, f"/{name}/{other}", record[name][one]]

    def _record(self, key: str) -> Op | None:
        what = self.dice.randrange(3)
        if what == 0:
            return ["drop", key]
        other = self.dice.choice([one for one in self.records if kind_of(one) == kind_of(key)])
        if what == 1:
            return ["move", key, other] if key != other else None
        self.made += 1
        return ["copy", key, f"{key}+{self.made}", self.dice.choice([{}, {"id": other}])]


def _is_possible(ops: list[Op]) -> bool:
    try:
        before, now = patched(ops[:-1]), patched(ops)
        if ops[-1][0] not in OF_TABLES:
            return list(before.records.items()) != list(now.records.items())
        return to_tables(before) != to_tables(now) is not None
    except (KeyError, IndexError, StopIteration, AssertionError, TypeError, AttributeError, ValueError):
        return False  # what it is about was dropped or replaced before


def _patch(kind: str, seed: str) -> list[Op]:
    maker, ops = Maker(seed), list[Op]()
    wanted = maker.dice.choice([1, 1, 2, 2, 3, 4, 5, 6])
    while len(ops) < wanted:
        op = getattr(maker, kind)()
        ops += [op] if op and _is_possible([*ops, op]) else []
    return ops


def main() -> int:
    """Write the patches."""
    found: Patches = {}
    for kind, many in KINDS.items():
        for number in range(1, many + 1):
            found[f"{kind} {number:02}"] = _patch(kind, f"{kind} {number}")
    write(HERE / "generated.json", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
