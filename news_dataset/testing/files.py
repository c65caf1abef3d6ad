"""Synthetic datasets as files, written batch by batch, so that memory stays bounded at any size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, Self

from news_dataset.records import BY_TABLE, BY_TYPE, ENTITY_TYPES, EntityRow, RecordRow
from news_dataset.records.columns import Column, children, columns
from news_dataset.tabular import arrow_schema, tables
from news_dataset.testing import articles, base, faults
from news_dataset.testing.world import World, world_of

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.faults import Part
    from news_dataset.testing.world import Tables

ROWS = 125_000
"""The rows of a row group."""

ORDER = tuple(sorted(BY_TYPE))
"""The record types in the order of their ids."""


def write(folder: Path, n: int, seed: int, share: float, form: Literal["parquet", "jsonl"]) -> None:
    """Write a dataset and its faults into a new or empty folder, which appears whole or not at all."""
    if not 1 <= n <= 10**9:
        raise ValueError(f"n is a number of statements from 1 to 1,000,000,000, not {n!r}")
    if not 0 <= share <= 1:
        raise ValueError(f"faults is a share of the statements from 0 to 1, not {share!r}")
    if form not in ("parquet", "jsonl"):
        raise ValueError(f"form is 'parquet' or 'jsonl', not {form!r}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not an empty folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
        made = Path(aside) / folder.name
        made.mkdir()
        world = world_of(n, seed)
        planter = faults.Planter(world, n, share, in_lines=form == "jsonl")
        (_parquet if form == "parquet" else _lines)(made, world, planter)
        planter.write(made / "faults.parquet")
        if folder.exists():
            folder.rmdir()
        made.rename(folder)


def read(folder: Path) -> Tables:
    """Return the tables of a folder, each in one piece."""
    import pyarrow.parquet as pq

    return {name: pq.read_table(folder / f"{name}.parquet").unify_dictionaries().combine_chunks() for name in tables()}


def _parts(world: World, planter: faults.Planter) -> Iterator[Part]:
    """Yield the tables of records in parts, each sorted by key, with faults: first what articles refer to."""
    yield planter.plant(base.base_tables(world))
    for batch in articles.batches(world):
        yield planter.plant(articles.tables_of(batch), range(int(batch.at[0]), int(batch.at[-1]) + 1))


# Parquet


class _Writer:
    """A growing Parquet file; all its row groups but the last are of the same size."""

    def __init__(self, folder: Path, name: str, is_nullable: bool) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = arrow_schema(tables()[name])
        if is_nullable:
            schema = pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
        codes = [field.name for field in tables()[name].fields if field.kind == "code"]
        self.schema, self.rows, self._waiting = schema, 0, schema.empty_table()
        self._file = pq.ParquetWriter(
            folder / f"{name}.parquet", schema, compression="zstd", use_dictionary=codes, write_page_checksum=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush(1)
        self._file.close()

    def add(self, rows: pa.Table) -> None:
        import pyarrow as pa

        self._waiting = pa.concat_tables([self._waiting, rows.cast(self.schema)])
        self.rows += len(rows)
        self._flush(ROWS)

    def _flush(self, least: int) -> None:
        waiting = self._waiting.unify_dictionaries() if len(self._waiting) >= least else self._waiting
        while len(waiting) >= least:
            self._file.write_table(waiting.slice(0, ROWS), row_group_size=ROWS)
            waiting = waiting.slice(ROWS)
        self._waiting = waiting


def _parquet(folder: Path, world: World, planter: faults.Planter) -> None:
    made = _parts(world, planter)
    first = next(made)
    with ExitStack() as stack:
        names = [name for name in tables() if name != "records"]
        writers = {name: stack.enter_context(_Writer(folder, name, planter.is_wanted)) for name in names}
        people = _derived(first, planter, writers)
        for part in _chain(first, made):
            planter.keep(part, {name: writer.rows for name, writer in writers.items()})
            for name, rows in part.changed_tables().items():
                writers[name].add(rows)
    _records(folder, people, planter)


def _chain(first: Part, more: Iterator[Part]) -> Iterator[Part]:
    yield first
    yield from more


def _derived(first: Part, planter: faults.Planter, writers: dict[str, _Writer]) -> Part:
    """Write the derived tables but for ``records``; return the people's part of that."""
    import pyarrow as pa

    own = first.changed_tables()
    entities = [base.derived_rows(EntityRow, kind, own[BY_TYPE[kind].table]) for kind in ORDER if kind in ENTITY_TYPES]
    derived = planter.plant({"entities": pa.concat_tables(entities).unify_dictionaries(), "codes": base.codes()})
    planter.keep(derived, {})
    for name, rows in derived.changed_tables().items():
        writers[name].add(rows)
    return planter.plant({"records": base.derived_rows(RecordRow, "person", own["people"])})


def _records(folder: Path, people: Part, planter: faults.Planter) -> None:
    """Write the table of all records out of the files of each type; only people's rows have faults of their own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _Writer(folder, "records", planter.is_wanted) as writer:
        for kind in ORDER:
            model = BY_TYPE[kind]
            if kind == "person":
                planter.keep(people, {"records": writer.rows})
                writer.add(people.changed_tables()["records"])
                continue
            with pq.ParquetFile(folder / f"{model.table}.parquet") as file:
                for rows in file.iter_batches(ROWS, columns=["id", model.label_field]):
                    writer.add(base.derived_rows(RecordRow, kind, pa.Table.from_batches([rows])))


# JSON Lines


def _lines(folder: Path, world: World, planter: faults.Planter) -> None:
    written = dict.fromkeys(BY_TABLE, 0)
    with ExitStack() as stack:
        files = {name: stack.enter_context(open(folder / f"{name}.jsonl", "wb")) for name in BY_TABLE}
        for part in _parts(world, planter):
            planter.keep(part, written)
            for name in [name for name in part.tables if name in BY_TABLE]:
                lines = part.changed_lines(name, canonical_lines(name, part.tables))
                written[name] += len(lines)
                files[name].write(_joined(lines))


def _joined(lines: pa.Array) -> memoryview:
    """Return lines as the bytes of a file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ended = pc.binary_join_element_wise(lines, "", "\n").cast(pa.large_string())
    return memoryview(ended.buffers()[2]) if len(ended) else memoryview(b"")


def canonical_lines(table: str, made: Tables) -> pa.Array:
    """Return the records of a table with their children as JSON, keys in the order of the model, nulls left out."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    model = BY_TABLE[table]
    parts = _members(columns(model), made[table])
    ids = made[table]["id"].combine_chunks()
    for name, child in children(model).items():
        rows = made[child.table]
        parent = pc.index_in(rows[child.parent_key], value_set=ids).combine_chunks()
        rows, parent = rows.filter(pc.is_valid(parent)), parent.drop_null().to_numpy()
        starts = np.concatenate([[0], np.cumsum(np.bincount(parent, minlength=len(ids)))])
        lists = pa.ListArray.from_arrays(starts.astype(np.int32), _objects(_members(columns(child), rows)))
        joined = pc.if_else(pc.equal(pc.list_value_length(lists), 0), None, pc.binary_join(lists, ","))
        parts.append(pc.binary_join_element_wise(f'"{name}":[', joined, "]", ""))
    return _objects(parts)


def _members(fields: Sequence[Column], rows: pa.Table) -> list[pa.Array]:
    """Return the members of JSON objects, one array for each field; null where a value is."""
    import pyarrow.compute as pc

    return [
        pc.binary_join_element_wise(f'"{one.name}":', _json(one, rows[one.name].combine_chunks()), "")
        for one in fields
    ]  # fmt: skip


def _json(column: Column, values: pa.Array) -> pa.Array:
    """Return values as JSON."""
    import json

    import pyarrow as pa
    import pyarrow.compute as pc

    if column.kind == "double":  # as Python writes it
        encoded = values.dictionary_encode()
        return pa.array([json.dumps(one) for one in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
    texts = values.cast(pa.string())
    if column.kind in ("int32", "bool"):
        return texts
    if column.kind == "string" and not column.reference:
        texts = pc.replace_substring(pc.replace_substring(texts, "\\", "\\\\"), '"', '\\"')
    return pc.binary_join_element_wise('"', texts, '"', "")


def _objects(members: Iterable[pa.Array]) -> pa.Array:
    """Return JSON objects of the members that are not null; the first member never is."""
    import pyarrow.compute as pc

    inner = pc.binary_join_element_wise(*members, ",", null_handling="skip")
    return pc.binary_join_element_wise("{", inner, "}", "")


