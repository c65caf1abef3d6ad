"""Synthetic datasets as files, written batch by batch, so that memory stays bounded at any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from news_dataset.manifest import SCHEMA_VERSION
from news_dataset.records import BY_TABLE, BY_TYPE
from news_dataset.records.columns import children
from news_dataset.scale.lines import canonical_lines, write_lines
from news_dataset.scale.sheet import ROWS, Sheet
from news_dataset.tabular import arrow_schema, tables
from news_dataset.testing.cast import Tables
from news_dataset.testing.faults import Planter
from news_dataset.testing.faults.part import PARENT_KEYS, Mark
from news_dataset.testing.synthesis import BY_ID, faults_table, loose, moved, parts, records_of
from news_dataset.testing.world import check, world_of

if TYPE_CHECKING:
    import pyarrow as pa

Form = Literal["parquet", "jsonl"]


def write(folder: Path, n: int, seed: int, faults: float, form: Form) -> None:
    """Write a dataset and its faults into a new or empty folder, which appears whole or not at all."""
    check(n, faults)
    if form not in ("parquet", "jsonl"):
        raise ValueError(f"form is 'parquet' or 'jsonl', not {form!r}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not an empty folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
        made = Path(aside) / folder.name
        made.mkdir()
        _write(made, n, seed, faults, form)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)


def _write(folder: Path, n: int, seed: int, faults: float, form: Form) -> None:
    import pyarrow.parquet as pq

    world = world_of(n, seed)
    planter = Planter(world.dice, n, faults, in_json=form == "jsonl")
    write_parts = _parquet if form == "parquet" else _json_lines
    planted = write_parts(folder, parts(world, planter), bool(faults))
    pq.write_table(faults_table(planted), folder / "faults.parquet")


def _sheet(folder: Path, name: str, is_loose: bool) -> Sheet:
    schema = arrow_schema(tables()[name], {"schema_version": SCHEMA_VERSION})
    return Sheet(folder / f"{name}.parquet", name, schema=loose(schema) if is_loose else None)


def _parquet(folder: Path, made: Iterator[tuple[Tables, list[Mark]]], is_loose: bool) -> list[Mark]:
    planted: list[Mark] = []
    people: list[pa.Table] = []
    with ExitStack() as stack:
        sheets = {
            name: stack.enter_context(_sheet(folder, name, is_loose))
            for name in tables() if name != "records"
        }  # fmt: skip
        for part, marks in made:
            people += [part.pop("records")] if "records" in part else []
            planted += moved(marks, {name: sheet.rows for name, sheet in sheets.items()})
            for name, rows in part.items():
                sheets[name].add(rows)
            part.clear()  # before the next one is made
    before = _records(folder, people[0], is_loose)
    return moved(planted, {"records": before})


def _records(folder: Path, people: pa.Table, is_loose: bool) -> int:
    """Write the table of all records out of the files of each type; return how many come before the people."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    before = 0
    with _sheet(folder, "records", is_loose) as sheet:
        for kind in BY_ID:
            model = BY_TYPE[kind]
            if kind == "person":
                before = sheet.rows
                sheet.add(people)
                continue
            with pq.ParquetFile(folder / f"{model.table}.parquet") as file:
                for rows in file.iter_batches(ROWS, columns=["id", model.label_field]):
                    sheet.add(records_of(kind, pa.Table.from_batches([rows])))
    return before


def _json_lines(folder: Path, made: Iterator[tuple[Tables, list[Mark]]], is_loose: bool) -> list[Mark]:
    planted: list[Mark] = []
    before = dict.fromkeys(BY_TABLE, 0)
    with ExitStack() as stack:
        files = {name: stack.enter_context(open(folder / f"{name}.jsonl", "wb")) for name in BY_TABLE}
        for part, marks in made:
            here = [_in_lines(mark, part) for mark in marks]
            planted += moved(here, before)
            for name in [name for name in part if name in BY_TABLE]:
                _write_lines(files[name], name, part, [mark for mark in here if mark.table == name and mark.line])
                before[name] += len(part[name])
            part.clear()
    return planted


def _write_lines(file: BinaryIO, name: str, part: Tables, changed: list[Mark]) -> None:
    import polars as pl

    start = 0
    for lines in canonical_lines(BY_TABLE[name].record_type, part):
        here = [mark for mark in changed if start <= mark.row < start + len(lines)]
        if here:
            texts = [mark.line(lines[mark.row - start]) for mark in here if mark.line]
            lines = lines.scatter([mark.row - start for mark in here], pl.Series(texts))
        write_lines(lines, file)
        start += len(lines)


def _in_lines(mark: Mark, part: Tables) -> Mark:
    """Return a fault with its place among the lines of records: a child's is its record's line, and its path in it."""
    import pyarrow.compute as pc

    if mark.table not in PARENT_KEYS:
        return mark
    owner = BY_TYPE[str(mark.record).partition("/")[0]]
    row = pc.index(part[owner.table]["id"], mark.record).as_py()  # faults have undone the order of the ids
    field = next(name for name, child in children(owner).items() if child.table == mark.table)
    ordinal: Any = part[mark.table]["ordinal"][mark.row].as_py()
    return replace(mark, table=owner.table, row=row, column=f"{field}/{ordinal - 1}/{mark.column}".rstrip("/"))
