"""Plants faults: changes rows of records and their children as dicts, and writes them back to tables or lines."""

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
"""Returns a random integer from 0 to below a limit."""

PARENT_KEYS = {child.table: child.parent_key for child in CHILDREN}
NULL = object()
"""An explicit null in a line; None means an absent key."""

FAULT_COLUMNS = ("table", "row", "record", "code", "column")
MAX_TRIES = 3000
"""How many records are tried for a fault."""

Change = Callable[[Row, "Family", Draw], Row | None]
"""Returns the changes that make a row faulty, or None if it cannot be; it may also change the family."""


class Fault(NamedTuple):
    """A kind of fault: the code of its issue, the table of the record, and table and column of the faulty cell.

    ``column`` is empty for a whole row; ``form`` is ``parquet`` or ``jsonl`` if it can be planted only there.
    """

    code: str
    owner: str
    table: str
    column: str
    change: Change
    form: str = ""


@dataclass
class Family:
    """A record and its children as rows, which are read on first use and may then be changed.

    ``table`` and ``row`` are the record's table and its index there. ``marks`` are the planted faults, each with the
    index of the faulty row among the family's rows of its table; ``helpers`` are other records that a fault depends on,
    or has changed. ``now`` has the rows by table, ``before`` the index of the first one and the rows before changes.
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
        """The id of the record before any change."""
        return key_of(self.table, self.own and self.before[self.table][1][0]) or ""

    def rows(self, table: str) -> list[Row]:
        """Return the record's own row, in a list, or its children in a table; changes to the rows are kept."""
        if table not in self.now:
            is_own = table == self.table
            start, stop = (self.row, self.row + 1) if is_own else self.part.find(table, PARENT_KEYS[table], self.id)
            rows = self.part.tables[table].slice(start, stop - start).drop_columns([*_bounds(table)]).to_pylist()
            self.now[table] = rows
            self.before[table] = start, [dict(row) for row in rows]
        return self.now[table]

    def other(self, record_id: str | None) -> Family | None:
        """Return another record as a helper; None if it is faulty or in another part."""
        family = self.part.family_of(record_id) if record_id else None
        if family is None or family.id in {*self.part.taken, self.id}:
            return None
        self.helpers.append(family)
        return family

    def neighbor(self, step: int) -> str | None:
        """Return the id of the record *step* rows after this one; None beyond the table."""
        row = self.row + step
        return str(self.part.tables[self.table]["id"][row]) if 0 <= row < len(self.part.tables[self.table]) else None

    def candidates(self, table: str, column: str, draw: Draw) -> list[tuple[int, Row]]:
        """Return the rows that may change without causing other issues, with their indices, from a random one on.

        Left out are mentions and citations that may be the only ones of a record, assessments of events, whose dates
        they support, and the target of the assessment of a fact.
        """
        reserved_by_column = {("mentions", "referent"): self.part.world.guaranteed, ("citations", "source"): 1}
        reserved = reserved_by_column.get((table, column), 0)
        rows = [(index, row) for index, row in enumerate(self.rows(table)) if row.get("mention", index + 1) > reserved]
        if table == "assessments" and column != "id":
            target = self.part.family_of(self.own["target"])  # an event is in another part
            is_needed = target is None or (column == "target" and target.own["claim_type"] == "fact")
            return [] if is_needed else rows
        start = draw(len(rows)) if rows else 0
        return [*rows[start:], *rows[:start]]

    def plant(self, fault: Fault, draw: Draw) -> bool:
        """Plant a fault if any row can have it; return whether one can."""
        rows, key = self.rows(fault.table), tables()[fault.table].key
        for index, row in self.candidates(fault.table, fault.column, draw):
            changes = fault.change(row, self, draw)
            is_copy = changes is not None and bool(({*key} - {"ordinal"}) & {*changes})
            if changes is None or (is_copy and not self._in_order(fault.table, index, row | changes)):
                self.helpers.clear()
                continue
            if is_copy:  # a changed key would break references, so the fault goes into a copy after the row
                rows.insert(index + 1, row | changes)
            else:
                row.update(changes)
            self.marks.append((fault, index + is_copy))
            for helper in self.helpers:
                is_changed = helper.table in helper.now and [helper.own] != helper.before[helper.table][1]
                helper.marks += [(fault, 0)] if is_changed else []
            return True
        return False

    def _in_order(self, table: str, index: int, row: Row) -> bool:
        """Return whether a table stays sorted with *row* after the row *index*."""
        names, position = tables()[table].key, self.before[table][0] + index
        neighbors = self.part.tables[table].slice(position, 2).select(names).to_pylist()
        keys = [[*row_key.values()] for row_key in neighbors]
        keys.insert(1, [row[name] for name in names])
        return any(type(row[name]) is not type(neighbors[0][name]) for name in names) or keys == sorted(keys)

    def lines(self) -> list[bytes]:
        """Return the record, and its faulty copies, as lines of JSON."""
        lists = {name: [_plain(child.table, row) for row in self.rows(child.table)] or None
                 for name, child in children(BY_TABLE[self.table]).items()}  # fmt: skip
        empty = dict.fromkeys(BY_TABLE[self.table].model_fields)
        records = [_plain(self.table, empty | lists | own) for own in self.rows(self.table)]
        return [f"{json.dumps(record, ensure_ascii=False, separators=(',', ':'))}\n".encode() for record in records]


@dataclass
class Part:
    """Tables of a part of a dataset, sorted by key, with the changed records.

    ``taken`` has the ids of the records of all parts that have faults or must stay as they are.
    """

    tables: Tables
    world: World
    taken: set[str]
    changed: list[Family] = field(default_factory=list)

    def find(self, table: str, column: str, value: str) -> tuple[int, int]:
        """Return start and end of the rows with a value in a table sorted by the column."""
        values = self.tables[table][column]
        low = bisect_left(range(len(values)), value, key=lambda index: values[index].as_py())
        return low, bisect_right(range(len(values)), value, lo=low, key=lambda index: values[index].as_py())

    def family_of(self, record_id: str) -> Family | None:
        """Return a record by its id; None if it is not in this part."""
        table = BY_TYPE[record_id.partition("/")[0]].table
        start, stop = self.find(table, "id", record_id) if table in self.tables else (0, 0)
        return Family(self, table, start) if start < stop else None

    def changed_tables(self) -> Tables:
        """Return the tables with their faults; in a table with faults every column is nullable."""
        import pyarrow as pa

        changed = {}
        for table, rows in self.tables.items():
            schema = pa.schema([field.with_nullable(True) for field in rows.schema], rows.schema.metadata)

            def new_rows(family: Family, table: str = table, schema: pa.Schema = schema) -> pa.Table:
                return pa.Table.from_pylist([_with_bounds(table, row) for row in family.rows(table)], schema=schema)

            pieces, end = [], 0
            for family, start, count, _ in self._segments(table):
                pieces += [rows.slice(end, start - end).cast(schema), new_rows(family)]
                end = start + count
            all_pieces = [*pieces, rows.slice(end).cast(schema)]
            changed[table] = pa.concat_tables(all_pieces).unify_dictionaries() if pieces else rows
        return changed

    def changed_lines(self, table: str, lines: list[bytes]) -> list[bytes]:
        """Return *lines*, those of the records of a table in order, with faults."""
        changed = list(lines)
        for family, start, count, shift in self._segments(table, table):
            changed[start + shift : start + shift + count] = family.lines()
        return changed

    def marks(self, in_lines: bool) -> Iterator[Row]:
        """Yield the rows of the table of faults for this part."""
        for table in self.tables:
            for family, start, _, shift in self._segments(table, table if in_lines else ""):
                for fault, index in family.marks:
                    offset, column, key = index, fault.column, key_of(fault.table, family.rows(fault.table)[index])
                    if in_lines and fault.table != table:
                        fields = {child.table: name for name, child in children(BY_TABLE[table]).items()}
                        offset, column, key = 0, f"{fields[fault.table]}/{index}/{column}".rstrip("/"), family.id
                    if in_lines or fault.table == table:
                        values = (table, start + shift + offset, key, fault.code, column)
                        yield dict(zip(FAULT_COLUMNS, values, strict=True))

    def _segments(self, table: str, owner: str = "") -> Iterator[tuple[Family, int, int, int]]:
        """Yield each changed record with index and number of its rows in *table* before the change, and their shift.

        The shift is by how many rows copies before them move them. *owner* restricts the records to one table.
        """
        segments = [(family.before[table][0], len(family.before[table][1]), family) for family in self.changed
                 if table in family.before and family.table == (owner or family.table)]  # fmt: skip
        shift = 0
        for start, count, family in sorted(segments, key=lambda family: family[:2]):
            yield family, start, count, shift
            shift += len(family.rows(table)) - count


def key_of(table: str, row: Row) -> str | None:
    """Return the id of the record that a row is or belongs to; None if the id is not a text."""
    key = [row[name] for name in ([PARENT_KEYS[table]] if table in PARENT_KEYS else tables()[table].key)]
    return "/".join(key) if all(isinstance(value, str) for value in key) else None


def _bounds(table: str) -> dict[str, str]:
    """Return for each column with first or last days (``_min``, ``_max``) the column of the dates."""
    names = [field.name for field in tables()[table].fields]
    return {name: name[:-4] for name in names if name.endswith(("_min", "_max")) and name[:-4] in names}


def _with_bounds(table: str, row: Row) -> Row:
    """Return a row with the first and last days of its dates; None where the date is invalid."""
    completed = dict(row)
    for name, date in _bounds(table).items():
        completed[name] = None
        if isinstance(row[date], str) and fullmatch(edtf.PATTERN, row[date]):
            with suppress(ValueError):  # no day of the calendar
                completed[name] = edtf.bounds(row[date])[name.endswith("_max")]
    return completed


def _plain(table: str, row: Row) -> Row:
    """Return a row as an object of JSON: without nulls and parent's key, days as text."""
    keys = {PARENT_KEYS[table], "ordinal"} if table in PARENT_KEYS else set()
    kept = {name: value for name, value in row.items() if value is not None and name not in keys}
    kept = {name: None if value is NULL else value for name, value in kept.items()}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


@cache
def faults() -> tuple[Fault, ...]:
    """Return every kind of fault."""
    from news_dataset.testing import breaches, relations

    return (*breaches.model_faults(), *relations.relation_faults())


class Planter:
    """Plants faults in the parts of a dataset one after another, at most one fault in a record.

    Args:
        world: the dataset.
        n: the number of its statements.
        share: the number of faults, as a share of the statements.
        form: the format of the dataset, ``parquet`` or ``jsonl``.
    """

    def __init__(self, world: World, n: int, share: float, form: str) -> None:
        kinds = [kind for kind in faults() if kind.form in ("", form) and (form == "parquet" or kind.owner in BY_TABLE)]
        order = np.argsort(world.draws.bits("order of faults", np.arange(len(kinds))))
        self.count, self.world, self._form, self._taken = round(n * share), world, form, set[str]()
        shuffled = [kinds[number] for number in order]
        # fault, its number, and the number of the statement whose part gets it: they are spread evenly
        self._wanted = [
            (shuffled[number % len(kinds)], number, int((number + 0.5) / self.count * n))
            for number in range(self.count)
        ]
        self._found: list[Row] = []

    def plant(self, tables: Tables, statements: range | None = None) -> Part:
        """Return a part with its faults; *statements* are the numbers of the statements in it, None if it has none."""
        part = Part(tables, self.world, self._taken)
        for fault, number, statement in self._wanted:
            if fault.owner in tables and (statements is None or statement in statements):
                self._plant(part, fault, number)
        return part

    def _plant(self, part: Part, fault: Fault, number: int) -> None:
        """Plant a fault in the first record that can have it; in none if too many are tried in vain."""
        size = len(part.tables[fault.owner])
        purpose, step = f"{fault.code} {fault.table}.{fault.column}", stride(size)
        start = self._draw(purpose, number, size)
        for turn in range(min(size, MAX_TRIES)):
            family = Family(part, fault.owner, (start + turn * step) % size)
            draw = partial(self._draw, purpose, number * MAX_TRIES + turn)
            if family.id not in self._taken and family.plant(fault, draw):
                part.changed += [family, *family.helpers]
                self._taken |= {changed.id for changed in (family, *family.helpers)}
                return

    def _draw(self, purpose: str, key: int, limit: int) -> int:
        return int(self.world.draws.integers(purpose, [key], limit)[0])

    def record_marks(self, part: Part, before: Mapping[str, int]) -> None:
        """Remember the faults of a part; *before* counts the rows that precede it."""
        marks = list(part.marks(in_lines=self._form == "jsonl"))
        self._found += [mark | {"row": mark["row"] + before.get(mark["table"], 0)} for mark in marks]
        self._taken |= {mark["record"] for mark in marks if mark["record"]}

    def write(self, path: Path) -> None:
        """Write the table of faults, sorted by table and row."""
        import pyarrow as pa

        schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in FAULT_COLUMNS])
        ordered = sorted(self._found, key=lambda mark: (list(tables()).index(mark["table"]), mark["row"]))
        with new_table(path, schema) as file:
            file.write_table(pa.Table.from_pylist(ordered, schema=schema))
