"""Faulty datasets as patches: lists of operations on one sound dataset, ``base.json``.

The first operand of an operation on records is a *key*: the id that the record has in ``base.json``, a name that an
operation gave to a record, ``dataset`` (``dataset.yaml``) or ``redirects`` (a list). Pointers are JSON Pointers into
the record; ``-`` is the place behind the last item of a list.

======================================  ===========================================================================
``["set", key, pointer, value]``        put a value there; the empty pointer replaces the whole
``["delete", key, pointer]``            take it out
``["insert", key, pointer, value]``     put an item into a list before that place
``["swap", key, pointer, pointer]``     exchange two values
``["copy", key, name, fields]``         add a copy with other fields at the end, in the same file
``["add", name, record]``               add a record at the end
``["drop", key]``                       remove a record
``["move", key, other]``                put a record before another
``["raw", key, text]``                  write this text instead of the record (not in tables)
``["cell", table, row, column, value]`` put a value into a table (rows from 0, in the order of the key)
``["add_row", table, fields]``          add a row at the end; other columns are null
``["copy_row", table, row]``            add a copy of a row at the end
``["drop_row", table, row]``            remove a row
``["drop_table", table]``               leave a table out
``["only_tables", table, …]``           leave all others out
``["drop_column", table, column]``      leave a column out
``["add_column", table, column]``       add a column of the text ``x``
======================================  ===========================================================================
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Op = list[Any]
Patches = dict[str, list[Op]]
SPECIAL = ("dataset", "redirects")
OF_TABLES = ("cell", "add_row", "copy_row", "drop_row", "drop_table", "only_tables", "drop_column", "add_column")


@dataclass
class Data:
    """A dataset as plain data.

    Attributes:
        records: the records by key, in order.
        special: what ``dataset.yaml`` and ``redirects.yaml`` hold.
        homes: for the key of each record the key of the base whose file it lies in.
        raw: texts that stand for records.
        table_ops: operations on tables.
        touched: the keys that an operation named.
    """

    records: dict[str, Any]
    special: dict[str, Any]
    homes: dict[str, str]
    raw: dict[str, str] = field(default_factory=dict)
    table_ops: list[Op] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    @property
    def has_records_changed(self) -> bool:
        """Whether more than ``dataset.yaml`` and ``redirects.yaml`` differs from the base."""
        return bool(self.touched - set(SPECIAL))


def base() -> Data:
    """Return the sound dataset."""
    found = json.loads((HERE / "base.json").read_text("utf-8"))
    records = {record["id"]: record for record in found["records"]}
    return Data(records, {name: found[name] for name in SPECIAL}, {key: key for key in records})


def patches() -> Patches:
    """Return every patch by name, the written ones first."""
    files = ("written.json", "generated.json")
    return {name: ops for file in files for name, ops in json.loads((HERE / file).read_text("utf-8")).items()}


def in_json(value: Any, *, indent: int | None = None, separators: tuple[str, str] | None = None) -> str:
    """Return a value as JSON; half surrogate pairs are escaped, as nothing else can write them."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent, separators=separators)
    return text


def write(path: Path, found: Patches) -> None:
    """Write patches, one operation a line."""
    blocks = []
    for name, ops in found.items():
        lines = ",\n".join(f"    {in_json(op)}" for op in ops)
        blocks.append(f"  {json.dumps(name)}: [\n{lines}\n  ]" if ops else f"  {json.dumps(name)}: []")
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n", "utf-8")


def patched(ops: list[Op]) -> Data:
    """Return the base with operations done to it, in their order."""
    data = base()
    for op in copy.deepcopy(ops):
        do(data, op)
    return data


def do(data: Data, op: Op) -> None:
    """Do an operation."""
    name, key, *rest = op
    if name in OF_TABLES:
        data.table_ops.append(op)
        return
    data.touched.add(key)
    if name in ("copy", "add"):
        record = {**copy.deepcopy(data.records[key]), **rest[1]} if name == "copy" else rest[0]
        added = rest[0] if name == "copy" else key
        assert added not in data.records, op
        data.records[added], data.homes[added] = record, data.homes[key] if name == "copy" else key
    elif name == "drop":
        del data.records[key]
    elif name == "move":
        moved, items = data.records[key], [item for item in data.records.items() if item[0] != key]
        at = next(at for at, item in enumerate(items) if item[0] == rest[0])
        data.records = dict([*items[:at], (key, moved), *items[at:]])
    elif name == "raw":
        assert key in data.records, op
        data.raw[key] = rest[0]
    else:
        _edit(data.special if key in SPECIAL else data.records, name, key, *rest)


def _edit(owner: dict[str, Any], name: str, key: str, pointer: str, *rest: Any) -> None:
    above, last = _parent(owner, key, pointer)
    if name == "swap":
        other, at = _parent(owner, key, rest[0])
        above[last], other[at] = other[at], above[last]
    elif name == "delete":
        del above[last]
    elif name == "insert" or (isinstance(above, list) and last == len(above)):
        above.insert(last, rest[0])
    else:
        assert name == "set", name
        above[last] = rest[0]


def _parent(owner: Any, key: str, pointer: str) -> tuple[Any, Any]:
    """Return what holds the value at a pointer, and its key or place there."""
    last: Any = key
    for step in pointer.split("/")[1:]:
        owner = owner[last]
        last = (len(owner) if step == "-" else int(step)) if isinstance(owner, list) else step
    return owner, last
