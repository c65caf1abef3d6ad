"""Plants faults: changes records and their children as plain rows, and puts these back into tables or lines."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from re import fullmatch
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from news_dataset import edtf
from news_dataset.parquet import new_table
from news_dataset.records import BY_TABLE, BY_TYPE, CHILDREN
from news_dataset.records.columns import children
from news_dataset.tabular import tables
from news_dataset.testing.arrays import stride

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from news_dataset.testing.world import Tables, World

Row = dict[str, Any]
Draw = Callable[[int], int]
"""Returns a random number from 0 to below a limit."""

PARENT_KEYS = {child.table: child.parent_key for child in CHILDREN}
NULL = object()
"""A null that is written into a line, where None means an absent key."""

COLUMNS = ("table", "row", "record", "code", "column")
MOST_TRIES = 3000
"""The number of records that are looked at for one that can have a fault."""

How = Callable[[Row, "Family", Draw], Row | None]
"""Returns what to change in a row so that it is at fault, or None if it cannot be; may change its family beside."""


class Fault(NamedTuple):
    """A kind of fault: the code of its issue, the table of the record that has it, and the cell where it stands.

    ``form`` is ``parquet`` or ``jsonl`` where it can be planted in that only.
    """

    code: str
    owner: str
    table: str
    column: str
    how: How
    form: str = ""


@dataclass
class Family:
    """A record with its children as rows, which are read when they are asked for and may be changed then.

    ``marks`` are the faults planted in it, each with the place of the row at fault among the rows of its table;
    ``helpers`` are other records that a fault needs as they are, or has changed, too.
    """

    part: Part
    table: str
    row: int
    marks: list[tuple[Fault, int]] = field(default_factory=list)
    helpers: list[Family] = field(default_factory=list)
    now: dict[str, list[Row]] = field(default_factory=dict)
    before: dict[str, tuple[int, list[Row]]] = field(default_factory=dict)

    @property
    def own(self) -> Row:
        """The record's own row."""
        return self.rows(self.table)[0]

    @property
    def id(self) -> str:
        """The record's key, as it was."""
        return key_of(self.table, self.own and self.before[self.table][1][0]) or ""

    def rows(self, table: str) -> list[Row]:
        """Return the record's own row, or its children in a table."""
        if table not in self.now:
            is_own = table == self.table
            start, stop = (self.row, self.row + 1) if is_own else self.part.find(table, PARENT_KEYS[table], self.id)
            found = self.part.tables[table].slice(start, stop - start).drop_columns([*_bounds(table)]).to_pylist()
            self.now[table] = found
            self.before[table] = start, [dict(row) for row in found]
        return self.now[table]

    def other(self, record_id: str | None) -> Family | None:
        """Return another record as a helper; None where it has a fault of its own, or is in another part."""
        found = self.part.family_of(record_id) if record_id else None
        if found is None or found.id in {*self.part.taken, self.id}:
            return None
        self.helpers.append(found)
        return found

    def neighbor(self, step: int) -> str | None:
        """Return the id of the record that many rows further on."""
        row = self.row + step
        return str(self.part.tables[self.table]["id"][row]) if 0 <= row < len(self.part.tables[self.table]) else None

    def candidates(self, table: str, column: str, draw: Draw) -> list[tuple[int, Row]]:
        """Return the rows that may change without harm to other records, with their places, in any order.

        Left out are the only mention of a thing, the only citation of a source, and the assessments that back the date
        of an event; the target of an assessment changes only where it is no fact.
        """
        needed = {("mentions", "referent"): self.part.world.sure, ("citations", "source"): 1}
        first = needed.get((table, column), 0)
        rows = [one for one in enumerate(self.rows(table)) if one[1].get("mention", one[0] + 1) > first]
        if table == "assessments" and column != "id":
            target = self.part.family_of(self.own["target"])  # an event is in another part
            is_needed = target is None or (column == "target" and target.own["claim_type"] == "fact")
            return [] if is_needed else rows
        start = draw(len(rows)) if rows else 0
        return [*rows[start:], *rows[:start]]

    def plant(self, fault: Fault, draw: Draw) -> bool:
        """Plant a fault; return whether that is possible here."""
        rows, key = self.rows(fault.table), tables()[fault.table].key
        for place, row in self.candidates(fault.table, fault.column, draw):
            changes = fault.how(row, self, draw)
            is_copy = changes is not None and bool(({*key} - {"ordinal"}) & {*changes})
            if changes is None or (is_copy and not self._in_order(fault.table, place, row | changes)):
                self.helpers.clear()
                continue
            if is_copy:  # what refers to the record would dangle, so a copy behind it gets the fault
                rows.insert(place + 1, row | changes)
            else:
                row.update(changes)
            self.marks.append((fault, place + is_copy))
            for one in self.helpers:
                one.marks += [(fault, 0)] if one.table in one.now and [one.own] != one.before[one.table][1] else []
            return True
        return False

    def _in_order(self, table: str, place: int, row: Row) -> bool:
        """Return whether a table stays sorted with a row behind a place; one without a key may stand anywhere."""
        names, start = tables()[table].key, self.before[table][0] + place
        around = self.part.tables[table].slice(start, 2).select(names).to_pylist()
        keys = [[*one.values()] for one in around]
        keys.insert(1, [row[name] for name in names])
        return any(type(row[name]) is not type(around[0][name]) for name in names) or keys == sorted(keys)

    def lines(self) -> list[bytes]:
        """Return the record as JSON Lines, and its copies."""
        lists = {name: [_plain(child.table, row) for row in self.rows(child.table)] or None
                 for name, child in children(BY_TABLE[self.table]).items()}  # fmt: skip
        order = dict.fromkeys(BY_TABLE[self.table].model_fields)
        found = [_plain(self.table, order | lists | own) for own in self.rows(self.table)]
        return [f"{json.dumps(one, ensure_ascii=False, separators=(',', ':'))}\n".encode() for one in found]


@dataclass
class Part:
    """Tables of a part of a dataset, sorted by key, and the records in them that are changed."""

    tables: Tables
    world: World
    taken: set[str]
    changed: list[Family] = field(default_factory=list)

    def find(self, table: str, column: str, value: str) -> tuple[int, int]:
        """Return where the rows of a value begin and end in a table that is sorted by this column."""
        values = self.tables[table][column]
        low = bisect_left(range(len(values)), value, key=lambda at: values[at].as_py())
        return low, bisect_right(range(len(values)), value, lo=low, key=lambda at: values[at].as_py())

    def family_of(self, record_id: str) -> Family | None:
        """Return a record by its id; None where it is not in this part."""
        table = BY_TYPE[record_id.partition("/")[0]].table
        start, stop = self.find(table, "id", record_id) if table in self.tables else (0, 0)
        return Family(self, table, start) if start < stop else None

    def changed_tables(self) -> Tables:
        """Return the tables with their faults; where there are any, every column may be null."""
        import pyarrow as pa

        found = {}
        for table, rows in self.tables.items():
            schema = pa.schema([one.with_nullable(True) for one in rows.schema], rows.schema.metadata)

            def new(family: Family, table: str = table, schema: pa.Schema = schema) -> pa.Table:
                return pa.Table.from_pylist([_with_bounds(table, row) for row in family.rows(table)], schema=schema)

            pieces, end = [], 0
            for family, start, many, _ in self._segments(table):
                pieces += [rows.slice(end, start - end).cast(schema), new(family)]
                end = start + many
            whole = [*pieces, rows.slice(end).cast(schema)]
            found[table] = pa.concat_tables(whole).unify_dictionaries() if pieces else rows
        return found

    def changed_lines(self, table: str, lines: list[bytes]) -> list[bytes]:
        """Return the lines of records with their faults."""
        found = list(lines)
        for family, start, many, shift in self._segments(table, table):
            found[start + shift : start + shift + many] = family.lines()
        return found

    def marks(self, in_lines: bool) -> Iterator[Row]:
        """Yield the rows of the table of faults: where each is in the tables or lines of this part."""
        for table in self.tables:
            for family, start, _, shift in self._segments(table, table if in_lines else ""):
                for fault, place in family.marks:
                    at, column, key = place, fault.column, key_of(fault.table, family.rows(fault.table)[place])
                    if in_lines and fault.table != table:
                        fields = {child.table: name for name, child in children(BY_TABLE[table]).items()}
                        at, column, key = 0, f"{fields[fault.table]}/{place}/{column}".rstrip("/"), family.id
                    if in_lines or fault.table == table:
                        yield dict(zip(COLUMNS, (table, start + shift + at, key, fault.code, column), strict=True))

    def _segments(self, table: str, owner: str = "") -> Iterator[tuple[Family, int, int, int]]:
        """Yield which records changed, where their rows began, how many, and by how much these are moved by copies."""
        found = [(one.before[table][0], len(one.before[table][1]), one) for one in self.changed
                 if table in one.before and one.table == (owner or one.table)]  # fmt: skip
        shift = 0
        for start, many, family in sorted(found, key=lambda one: one[:2]):
            yield family, start, many, shift
            shift += len(family.rows(table)) - many


def key_of(table: str, row: Row) -> str | None:
    """Return the id of the record that a row is or belongs to; None where it has none."""
    key = [row[name] for name in ([PARENT_KEYS[table]] if table in PARENT_KEYS else tables()[table].key)]
    return "/".join(key) if all(isinstance(one, str) for one in key) else None


def _bounds(table: str) -> dict[str, str]:
    """Return the columns that hold the first and last days of dates, each with the column of the date."""
    names = [one.name for one in tables()[table].fields]
    return {name: name[:-4] for name in names if name.endswith(("_min", "_max")) and name[:-4] in names}


def _with_bounds(table: str, row: Row) -> Row:
    """Return a row with the first and last days of its dates."""
    found = dict(row)
    for name, date in _bounds(table).items():
        found[name] = None
        if isinstance(row[date], str) and fullmatch(edtf.PATTERN, row[date]):
            with suppress(ValueError):  # the calendar has no such day
                found[name] = edtf.bounds(row[date])[name.endswith("_max")]
    return found


def _plain(table: str, row: Row) -> Row:
    """Return a row as JSON holds it."""
    keys = {PARENT_KEYS[table], "ordinal"} if table in PARENT_KEYS else set()
    kept = {name: value for name, value in row.items() if value is not None and name not in keys}
    kept = {name: None if value is NULL else value for name, value in kept.items()}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


@cache
def faults() -> tuple[Fault, ...]:
    """Return every kind of fault."""
    from news_dataset.testing import breaches, relations

    return (*breaches.of_models(), *relations.across())


class Planter:
    """Plants faults in the parts of a dataset as they come, each in a record of its own.

    Args:
        world: the dataset.
        n: the number of its statements.
        share: the number of faults, as a share of the statements.
        form: what the dataset is written as, ``parquet`` or ``jsonl``.
    """

    def __init__(self, world: World, n: int, share: float, form: str) -> None:
        kinds = [one for one in faults() if one.form in ("", form) and (form == "parquet" or one.owner in BY_TABLE)]
        order = np.argsort(world.draws.bits("order of faults", np.arange(len(kinds))))
        self.many, self.world, self._form, self._taken = round(n * share), world, form, set[str]()
        self._wanted = [(kinds[order[at % len(kinds)]], at, int((at + 0.5) / self.many * n)) for at in range(self.many)]
        self._found: list[Row] = []

    def plant(self, made: Tables, statements: range | None = None) -> Part:
        """Return tables with the faults that belong there; *statements* are the numbers of those in them, if any."""
        part = Part(made, self.world, self._taken)
        for fault, number, statement in self._wanted:
            if fault.owner in made and (statements is None or statement in statements):
                self._plant(part, fault, number)
        return part

    def _plant(self, part: Part, fault: Fault, number: int) -> None:
        many = len(part.tables[fault.owner])
        what, step = f"{fault.code} {fault.table}.{fault.column}", stride(many)
        start = self._draw(what, number, many)
        for turn in range(min(many, MOST_TRIES)):
            family = Family(part, fault.owner, (start + turn * step) % many)
            draw = partial(self._draw, what, number * MOST_TRIES + turn)
            if family.id not in self._taken and family.plant(fault, draw):
                part.changed += [family, *family.helpers]
                self._taken |= {one.id for one in (family, *family.helpers)}
                return

    def _draw(self, what: str, at: int, limit: int) -> int:
        return int(self.world.draws.integers(what, [at], limit)[0])

    def keep(self, part: Part, before: Mapping[str, int]) -> None:
        """Keep where the faults of a part are, in tables or files with that many rows before it."""
        marks = list(part.marks(in_lines=self._form == "jsonl"))
        self._found += [mark | {"row": mark["row"] + before.get(mark["table"], 0)} for mark in marks]
        self._taken |= {mark["record"] for mark in marks if mark["record"]}

    def write(self, path: Path) -> None:
        """Write the table of faults, in the order of the tables."""
        import pyarrow as pa

        schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in COLUMNS])
        ordered = sorted(self._found, key=lambda mark: (list(tables()).index(mark["table"]), mark["row"]))
        with new_table(path, schema) as file:
            file.write_table(pa.Table.from_pylist(ordered, schema=schema))
