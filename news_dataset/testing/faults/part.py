"""A part of a dataset in which faults are planted: records as they stand in its tables, and changes of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from re import fullmatch
from typing import TYPE_CHECKING, Any

from news_dataset import edtf
from news_dataset.records import BY_TABLE, BY_TYPE, CHILDREN
from news_dataset.records.columns import children
from news_dataset.tabular import tables

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]
Chance = Callable[[int], int]
"""Returns a number from 0 to below a limit."""

PARENT_KEYS = {child.table: child.parent_key for child in CHILDREN}


@dataclass(frozen=True, slots=True)
class Place:
    """A row where it stands."""

    table: str
    row: int
    values: Row


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a row, or a changed copy of it behind it; with a code it is a fault, else it helps one.

    ``line`` changes the record's line where it is written as JSON.
    """

    at: Place
    values: Row
    code: str = ""
    column: str = ""
    is_copy: bool = False
    line: Callable[[str], str] | None = None

    @property
    def claimed(self) -> set[str]:
        """The ids of the record that is changed, and of what it becomes."""
        rows = (self.at.values, self.outcome())
        return {key for row in rows if (key := key_of(self.at.table, row)) is not None}

    def outcome(self) -> Row:
        """Return the row as it will be; where a date changes, its bounds change with it."""
        changed = dict(self.values)
        for name, value in self.values.items():
            if f"{name}_min" in self.at.values:
                changed[f"{name}_min"], changed[f"{name}_max"] = _bounds(value)
        return self.at.values | changed


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault and where it stands; the fields but for *line* are the columns of the table of faults."""

    table: str
    row: int
    record: str | None
    code: str
    column: str
    line: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """A record with its children, which are read when they are asked for."""

    own: Place
    part: Part

    @property
    def id(self) -> str:
        """The key of the record, as a text."""
        return key_of(self.own.table, self.own.values) or ""

    def rows(self, table: str) -> Sequence[Place]:
        """Return the record's row or its children in a table."""
        return [self.own] if table == self.own.table else self.part.children_of(self, table)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    Args:
        owner: the table of the records that can have it.
        name: what it is, for people.
        plan: returns the changes that bring it about in a record, or nothing if it cannot be had there.
        in_json: whether records as JSON can have it.
        in_tables: whether tables can have it.
    """

    owner: str
    name: str
    plan: Callable[[Part, Family, Chance], Sequence[Edit] | None]
    in_json: bool = True
    in_tables: bool = True


@dataclass
class Part:
    """Tables, the changes that are planned in them, and the records that have their fault.

    Args:
        tables: the tables.
        examples: an id of a record for each type.
        sure: so many of the first mentions of an article are the only ones of what they mean.
        taken: ids of records that are to be left alone.
    """

    tables: dict[str, pa.Table]
    examples: Mapping[str, str]
    sure: int
    taken: set[str] = field(default_factory=set)
    edits: list[Edit] = field(default_factory=list)

    def family(self, table: str, row: int) -> Family:
        """Return the record in a row."""
        return Family(self._place(table, row), self)

    def children_of(self, family: Family, table: str) -> Sequence[Place]:
        """Return a record's children in a table; none where it cannot have any there."""
        is_list = any(child.table == table for child in children(BY_TABLE[family.own.table]).values())
        return self._rows(table, PARENT_KEYS[table], family.id) if is_list else ()

    def find(self, record_id: str) -> Family | None:
        """Return a record by its id; None where it is not in this part."""
        table = BY_TYPE[record_id.partition("/")[0]].table
        rows = self._rows(table, "id", record_id) if table in self.tables else []
        return self.family(table, rows[0].row) if rows else None

    def beside(self, family: Family, step: int) -> Family | None:
        """Return the record so many rows further on."""
        row = family.own.row + step
        return self.family(family.own.table, row) if 0 <= row < len(self.tables[family.own.table]) else None

    def next_to(self, table: str, record_id: str) -> str | None:
        """Return the first id of a table that comes after another."""
        ids = self.tables[table]["id"].chunk(0)
        row = bisect_right(range(len(ids)), record_id, key=lambda at: ids[at].as_py())
        return str(ids[row].as_py()) if row < len(ids) else None

    def in_order(self, edit: Edit) -> bool:
        """Return whether a copy stands where its key belongs; one without a key may stand anywhere."""
        names = tables()[edit.at.table].key
        follower = edit.at.row + 1
        after = self._place(edit.at.table, follower).values if follower < len(self.tables[edit.at.table]) else None
        key, row = [edit.outcome()[name] for name in names], edit.at.values
        if not edit.is_copy or None in key:
            return True
        return [row[name] for name in names] <= key and (after is None or key <= [after[name] for name in names])

    def targets(self, article: str) -> list[str]:
        """Return what is assessed under an article's slug."""
        slug = article.partition("/")[2]
        ids = self.tables["assessments"]["id"].chunk(0)
        low, high = (
            bisect_left(range(len(ids)), f"assessment/{slug}{end}", key=lambda at: ids[at].as_py()) for end in "/0"
        )
        found: list[str] = self.tables["assessments"]["target"].slice(low, high - low).to_pylist()
        return found

    def _place(self, table: str, row: int) -> Place:
        return Place(table, row, self.tables[table].slice(row, 1).to_pylist()[0])

    def _rows(self, table: str, column: str, value: str) -> list[Place]:
        if table not in self.tables:
            return []
        values = self.tables[table][column].chunk(0) if len(self.tables[table]) else []
        places = range(len(values))
        low = bisect_left(places, value, key=lambda at: values[at].as_py())
        high = bisect_right(places, value, lo=low, key=lambda at: values[at].as_py())
        found = self.tables[table].slice(low, high - low).to_pylist()
        return [Place(table, low + at, row) for at, row in enumerate(found)]


def key_of(table: str, row: Row) -> str | None:
    """Return the id of the record that a row is or belongs to; None where it has none."""
    key = [row[name] for name in ([PARENT_KEYS[table]] if table in PARENT_KEYS else tables()[table].key)]
    return None if None in key else "/".join(key)


def applied(part: Part) -> tuple[dict[str, pa.Table], list[Mark]]:
    """Return the tables with all changes, and every fault with its place in them."""
    changed = dict(part.tables)
    marks: list[Mark] = []
    for table in part.tables:
        edits = sorted((one for one in part.edits if one.at.table == table), key=lambda one: (one.at.row, one.is_copy))
        if edits:
            changed[table] = _edited(part.tables[table], edits)
            marks += _marks(table, edits)
    return changed, marks


def _marks(table: str, edits: Sequence[Edit]) -> Iterator[Mark]:
    before = 0
    for edit in edits:
        row = edit.at.row + before + edit.is_copy
        before += edit.is_copy
        if edit.code:
            is_named = edit.line is None or edit.column != "id"
            yield Mark(
                table, row, key_of(table, edit.outcome()) if is_named else None, edit.code, edit.column, edit.line
            )


def _edited(table: pa.Table, edits: Sequence[Edit]) -> pa.Table:
    import pyarrow as pa

    rows = {edit.at.row: edit.outcome() for edit in edits if not edit.is_copy}
    schema = pa.schema([one.with_nullable(True) for one in table.schema], table.schema.metadata)
    columns = [_with(table[name], rows, name) for name in table.column_names]
    whole = pa.Table.from_arrays(columns, schema=schema)
    pieces, start = [], 0
    for edit in edits:
        if edit.is_copy:
            stop = edit.at.row + 1
            pieces += [whole.slice(start, stop - start), pa.Table.from_pylist([edit.outcome()], schema=schema)]
            start = stop
    return pa.concat_tables([*pieces, whole.slice(start)]).unify_dictionaries().combine_chunks()


def _with(column: pa.ChunkedArray, rows: Mapping[int, Row], name: str) -> pa.ChunkedArray:
    """Return a column with the values of some rows."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    type_ = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not rows:
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[list(rows)] = True
    values = pa.array([rows[row][name] for row in sorted(rows)], type_)
    plain = pc.replace_with_mask(column.cast(type_).combine_chunks(), pa.array(mask), values)
    return plain.dictionary_encode() if pa.types.is_dictionary(column.type) else plain


def _bounds(value: str | None) -> tuple[Any, Any]:
    if value is None or not fullmatch(edtf.PATTERN, value):
        return None, None
    try:
        return edtf.bounds(value)
    except ValueError:  # the calendar has no such day
        return None, None
