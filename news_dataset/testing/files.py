"""Synthetic datasets as files, written batch by batch, so that memory stays bounded at any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from news_dataset.atomic import new_output
from news_dataset.engine.database import connected
from news_dataset.files import open_file, read_bytes
from news_dataset.filesystem import new_file, scratch
from news_dataset.parquet import ParquetFile, new_table
from news_dataset.publish.tables import write_lines
from news_dataset.records import BY_TABLE, BY_TYPE, ENTITY_TYPES
from news_dataset.tabular import arrow_schema, code_rows, tables, to_arrow
from news_dataset.testing.arrays import take
from news_dataset.testing.articles import batches
from news_dataset.testing.faults import Part, Planter
from news_dataset.testing.referents import base_tables
from news_dataset.testing.world import table_of, world_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MAX_ROWS = 125_000
"""The largest number of rows of a row group."""
DERIVED_TABLES = ("entities", "records", "codes")


def write(folder: Path, n: int, seed: int, share: float, form: str) -> None:
    """Write a dataset and its faults into a new or empty folder, which appears whole or not at all."""
    if not 1 <= n <= 10**9:
        raise ValueError(f"n is a number of statements from 1 to 1,000,000,000, not {n!r}")
    if not 0 <= share <= 1:
        raise ValueError(f"faults is a share of the statements from 0 to 1, not {share!r}")
    if form not in ("parquet", "jsonl"):
        raise ValueError(f"form is 'parquet' or 'jsonl', not {form!r}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not an empty folder")
    with new_output(folder) as new:
        new.mkdir()
        planter = Planter(world_of(n, seed), n, share, form)
        if form == "jsonl":
            _write_lines(new, _record_parts(planter), planter)
        else:
            others = [name for name in tables() if name not in DERIVED_TABLES]
            _write_tables(new, others, _record_parts(planter), planter)
            _write_tables(new, DERIVED_TABLES, _derived_parts(new, planter), planter)
        planter.write(new / "faults.parquet")


def _record_parts(planter: Planter) -> Iterator[Part]:
    """Yield the tables of records in parts, with faults; articles come last."""
    yield planter.plant(base_tables(planter.world))
    for statements, batch in batches(planter.world):
        yield planter.plant(batch, statements)


def _derived_parts(folder: Path, planter: Planter) -> Iterator[Part]:
    """Yield the derived tables in parts, made from the files of the others."""
    import pyarrow as pa
    import pyarrow.compute as pc

    yield planter.plant({"codes": to_arrow(tables()["codes"], [row.model_dump() for row in code_rows()])})
    for kind in sorted(BY_TYPE):
        label = BY_TYPE[kind].label_field
        names = ["id", "name", "country", "wikidata"] if kind in ENTITY_TYPES else ["id", label]
        path = folder / f"{BY_TYPE[kind].table}.parquet"
        with open_file(path) as source:
            for number, batch in enumerate(ParquetFile(source, path).batches(names, MAX_ROWS)):
                rows = pa.Table.from_batches([batch]).filter(pc.is_valid(batch["id"])).combine_chunks()
                columns: dict[str, Any] = {name: rows[name].combine_chunks() for name in names}
                columns["type"] = take(list(BY_TYPE), np.full(len(rows), list(BY_TYPE).index(kind)))
                labels = pc.coalesce(columns[label], columns["id"])
                part_tables = {"records": table_of("records", columns | {"label": labels})}
                part_tables |= {"entities": table_of("entities", columns)} if kind in ENTITY_TYPES else {}
                has_faults = (kind, number) == ("person", 0)
                yield planter.plant(part_tables) if has_faults else Part(part_tables, planter.world, set())


def _write_tables(folder: Path, names: list[str] | tuple[str, ...], parts: Iterator[Part], planter: Planter) -> None:
    """Write the tables *names* of all parts as Parquet, one file per table."""
    with ExitStack() as stack:
        files = {name: stack.enter_context(_parquet_writer(folder, name, bool(planter.count))) for name in names}
        written = dict.fromkeys(names, 0)
        for part in parts:
            planter.record_marks(part, written)
            for name, rows in part.changed_tables().items():
                files[name].write_table(rows.cast(files[name].schema), row_group_size=MAX_ROWS)
                written[name] += len(rows)
            part.tables.clear()  # free the memory before the next part is made


def _parquet_writer(folder: Path, name: str, is_nullable: bool) -> pq.ParquetWriter:
    """Open a new file for a table; *is_nullable* makes every column nullable."""
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    if is_nullable:
        schema = pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
    codes = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return new_table(folder / f"{name}.parquet", schema, codes)


def _write_lines(folder: Path, parts: Iterator[Part], planter: Planter) -> None:
    """Write the records of all parts as JSON Lines, one file per record type."""
    written, files = dict.fromkeys(BY_TABLE, 0), dict[str, BinaryIO]()
    with connected() as database, ExitStack() as stack:
        for part in parts:
            planter.record_marks(part, written)
            with scratch() as temporary:
                for name, rows in part.tables.items():
                    with new_table(Path(temporary, f"{name}.parquet"), rows.schema) as table:
                        table.write_table(rows)
                for name in [name for name in part.tables if name in BY_TABLE]:
                    path = Path(temporary, f"{name}.jsonl")
                    write_lines(database, BY_TABLE[name], Path(temporary), path)
                    lines = part.changed_lines(name, read_bytes(path, None).splitlines(keepends=True))
                    written[name] += len(lines)
                    if name not in files:
                        files[name] = stack.enter_context(new_file(folder / path.name))
                    files[name].writelines(lines)
            part.tables.clear()
