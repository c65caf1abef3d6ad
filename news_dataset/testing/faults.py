"""Plants faults: changes records with their children as plain rows, and puts these back into tables or lines."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from re import fullmatch
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from news_dataset import edtf
from news_dataset.records import BY_TABLE, BY_TYPE, CHILDREN, Row as Model
from news_dataset.records.columns import children, columns
from news_dataset.tabular import tables
from news_dataset.testing.draws import stride

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from news_dataset.testing.world import Tables, World

Row = dict[str, Any]
Draw = Callable[[int], int]
"""Returns a random number from 0 to below a limit."""

PARENT_KEYS = {child.table: child.parent_key for child in CHILDREN}
NULL = object()
"""A null that is written into a line, where None stands for a key that is not there."""

MOST_TRIES = 3000
"""The number of records that are looked at for one that can have a fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: the code of the issue that it causes, where the issue stands, and how it is planted.

    Args:
        code: the code of the issue.
        owner: the table of the records that can have it.
        table: the table of the row at fault, which is the owner's or one of its children's.
        column: the column at fault; empty where it is the row as a whole.
        plan: changes the record and returns the place of the row at fault among the record's rows of *table*; or
            leaves it alone and returns None, where it cannot have the fault.
        change: what *plan* needs beside.
        form: where it can be planted, if not in both.
    """

    code: str
    owner: str
    table: str
    column: str
    plan: Callable[[Family, Fault, Draw], int | None]
    change: Any = None
    form: Literal["parquet", "jsonl", ""] = ""


@dataclass
class Family:
    """A record with its children as rows, which are read when they are asked for and may be changed then.

    ``marks`` are the faults planted in it: the kind, and the place of the row at fault among the rows of its table.
    """

    part: Part
    table: str
    row: int
    marks: list[tuple[Fault, int]] = field(default_factory=list)
    helpers: list[Family] = field(default_factory=list)
    _rows: dict[str, list[Row]] = field(default_factory=dict)
    loaded: dict[str, tuple[int, list[Row]]] = field(default_factory=dict)

    @property
    def own(self) -> Row:
        """The record's own row."""
        return self.rows(self.table)[0]

    @property
    def id(self) -> str:
        """The record's key."""
        return key_of(self.table, self.loaded[self.table][1][0] if self.loaded else self.own) or ""

    def rows(self, table: str) -> list[Row]:
        """Return the record's own row, or its children in a table."""
        if table not in self._rows:
            start, stop = self.row, self.row + 1
            if table != self.table:
                start, stop = self.part.find(table, PARENT_KEYS[table], self.id)
            found = self.part.tables[table].slice(start, stop - start).to_pylist()
            self._rows[table], self.loaded[table] = found, (start, [dict(row) for row in found])
        return self._rows[table]

    def other(self, record_id: str | None) -> Family | None:
        """Return another record, which then gets no fault of its own; None where it has one, or is in another part."""
        found = self.part.family_of(record_id) if record_id else None
        if found is None or found.id in self.part.taken or found.id == self.id:
            return None
        self.helpers.append(found)
        return found

    def neighbor(self, step: int) -> Family | None:
        """Return the record so many rows further on, in the same way."""
        row = self.row + step
        is_there = 0 <= row < len(self.part.tables[self.table])
        return self.other(Family(self.part, self.table, row).id) if is_there else None

    def lines(self) -> list[str]:
        """Return the record as JSON, and its copies."""
        model, found = BY_TABLE[self.table], []
        lists = {name: [_plain(child, row) for row in self.rows(child.table)] for name, child in children(model).items()}
        for own in self.rows(self.table):
            data = _plain(model, own) | {name: own.get(name, rows) for name, rows in lists.items() if rows or name in own}
            order = [*model.model_fields, *data]
            data = {name: data[name] for name in sorted(data, key=order.index)}
            found.append(json.dumps(data, ensure_ascii=False, separators=(",", ":")))
        return found


@dataclass
class Part:
    """Tables of a part of a dataset, and the records in it that are changed."""

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

    def marks(self, in_lines: bool) -> Iterator[Row]:
        """Yield the rows of the table of faults, with their places in this part."""
        for table in self.tables:
            shift = 0
            for family, start, many, rows in self._segments(table, in_lines):
                for fault, place in family.marks:
                    if in_lines:
                        yield _line_mark(family, fault, place, start + shift)
                    elif fault.table == table:
                        key = key_of(table, rows[place])
                        yield {"table": table, "row": start + shift + place, "record": key, "column": fault.column, "code": fault.code}
                shift += len(rows) - many

    def changed_tables(self) -> Tables:
        """Return the tables with their faults; where there are any, every column may be null."""
        import pyarrow as pa

        found = dict(self.tables)
        for table, rows in self.tables.items():
            if segments := self._segments(table, in_lines=False):
                schema = pa.schema([one.with_nullable(True) for one in rows.schema], rows.schema.metadata)
                new = [pa.Table.from_pylist(some, schema=schema) for *_, some in segments]
                found[table] = pa.concat_tables(_spliced(rows.cast(schema), segments, new)).unify_dictionaries()
        return found

    def changed_lines(self, table: str, lines: pa.Array) -> pa.Array:
        """Return the lines of records with their faults."""
        import pyarrow as pa

        segments = self._segments(table, in_lines=True)
        return pa.concat_arrays(_spliced(lines, segments, [pa.array(new, pa.string()) for *_, new in segments]))

    def _segments(self, table: str, in_lines: bool) -> list[tuple[Family, int, int, list[Any]]]:
        """Return what becomes of rows or lines: of which record, where they begin, how many, and by what replaced."""
        found: list[tuple[Family, int, int, list[Any]]] = []
        for family in self.changed:
            if in_lines and table == family.table:
                found.append((family, family.row, 1, family.lines()))
            elif not in_lines and table in family.loaded:
                start, before = family.loaded[table]
                found.append((family, start, len(before), [_with_bounds(table, row) for row in family.rows(table)]))
        return sorted(found, key=lambda one: one[1:3])


def _spliced(whole: Any, segments: Sequence[tuple[Family, int, int, list[Any]]], new: Sequence[Any]) -> list[Any]:
    """Return the pieces of a table or an array in which some are new."""
    pieces, start = [], 0
    for (_, first, many, _), some in zip(segments, new, strict=True):
        pieces += [whole.slice(start, first - start), some]
        start = first + many
    return [*pieces, whole.slice(start)]


def _line_mark(family: Family, fault: Fault, place: int, line: int) -> Row:
    """Return where a fault stands among lines: a child's is its record's line, and its path in it."""
    own, column = family.rows(family.table)[place if fault.table == family.table else 0], fault.column
    if fault.table == family.table:
        line += place
    else:
        name = next(name for name, child in children(BY_TABLE[family.table]).items() if child.table == fault.table)
        column = f"{name}/{place}/{column}".rstrip("/")
    return {"table": family.table, "row": line, "record": key_of(family.table, own), "code": fault.code, "column": column}


def key_of(table: str, row: Row) -> str | None:
    """Return the id of the record that a row is or belongs to; None where it has none."""
    key = [row[name] for name in ([PARENT_KEYS[table]] if table in PARENT_KEYS else tables()[table].key)]
    return "/".join(key) if all(isinstance(one, str) for one in key) else None


def _with_bounds(table: str, row: Row) -> Row:
    """Return a row in which the bounds of dates are theirs."""
    found = dict(row)
    for name in [one.name for one in tables()[table].fields if one.kind == "edtf"]:
        value = row[name]
        found[f"{name}_min"], found[f"{name}_max"] = None, None
        if isinstance(value, str) and fullmatch(edtf.PATTERN, value):
            with suppress(ValueError):  # the calendar has no such day
                found[f"{name}_min"], found[f"{name}_max"] = edtf.bounds(value)
    return found


def _plain(model: type[Model], row: Row) -> Row:
    """Return a row as data of its model, with what was added to it."""
    rest = {name: row[name] for name in row if name not in _columns(model.table)}  # type: ignore[attr-defined]
    kept = {column.name: row[column.name] for column in columns(model) if row[column.name] is not None} | rest
    kept = {name: None if value is NULL else value for name, value in kept.items()}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in kept.items()}


@cache
def _columns(table: str) -> frozenset[str]:
    return frozenset(tables()[table].fields[at].name for at in range(len(tables()[table].fields)))


class Planter:
    """Plants faults in the parts of a dataset as they come, each in a record of its own.

    Args:
        world: the dataset.
        n: the number of its statements.
        share: the number of faults, as a share of the statements.
        in_lines: whether they are planted in lines of JSON, rather than in tables.
    """

    def __init__(self, world: World, n: int, share: float, *, in_lines: bool) -> None:
        from news_dataset.testing.breaches import faults

        other = "parquet" if in_lines else "jsonl"
        kinds = [one for one in faults() if one.form != other and (one.owner in BY_TABLE or not in_lines)]
        self._world, self._in_lines, self._taken, many = world, in_lines, set[str](), round(n * share)
        order = np.argsort(world.draws.bits("order of faults", np.arange(len(kinds))))
        wanted = [(int(order[at % len(kinds)]), at) for at in range(many)]
        self._wanted = [(kinds[kind], at, int((at + 0.5) / many * n)) for kind, at in wanted]
        self._found: list[Row] = []

    @property
    def is_wanted(self) -> bool:
        """Whether there are to be any faults."""
        return bool(self._wanted)

    def plant(self, made: Tables, statements: range | None = None) -> Part:
        """Return tables with the faults that belong there.

        Args:
            made: the tables.
            statements: the numbers of the statements in them, where there are any.
        """
        part = Part(made, self._world, self._taken)
        for fault, number, statement in self._wanted:
            if fault.owner in made and fault.owner not in PARENT_KEYS and (statements is None or statement in statements):
                self._plant(part, fault, number)
        return part

    def _plant(self, part: Part, fault: Fault, number: int) -> None:
        many = len(part.tables[fault.owner])
        what, step = f"{fault.code} {fault.table}.{fault.column}", stride(many)
        start = int(self._world.draws.integers(what, [number], many)[0])
        for turn in range(min(many, MOST_TRIES)):
            family = Family(part, fault.owner, (start + turn * step) % many)
            if family.id in self._taken:
                continue
            seed = number * MOST_TRIES + turn
            draw = lambda limit: int(self._world.draws.integers(what, [seed], limit)[0])  # noqa: B023, E731
            place = fault.plan(family, fault, draw)
            if place is not None:
                family.rows(fault.table)
                family.marks.append((fault, place))
                part.changed += [family, *family.helpers]
                self._taken |= {one.id for one in (family, *family.helpers)}
                return

    def keep(self, part: Part, before: Mapping[str, int]) -> None:
        """Keep where the faults of a part stand in tables or files that have so many rows before it."""
        marks = part.marks(self._in_lines)
        self._found += [mark | {"row": mark["row"] + before.get(mark["table"], 0)} for mark in marks]

    def write(self, path: Path) -> None:
        """Write the table of faults, in the order of the tables."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        names, ranks = ("table", "row", "record", "code", "column"), list(tables())
        schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in names])
        ordered = sorted(self._found, key=lambda mark: (ranks.index(mark["table"]), mark["row"]))
        pq.write_table(pa.Table.from_pylist(ordered, schema=schema), path)
