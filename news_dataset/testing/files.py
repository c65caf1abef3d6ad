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

ROWS = 125_000
"""The most rows of a row group."""
DERIVED = ("entities", "records", "codes")


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
    with new_output(folder) as made:
        made.mkdir()
        planter = Planter(world_of(n, seed), n, share, form)
        if form == "jsonl":
            _write_lines(made, _parts(planter), planter)
        else:
            _write_tables(made, [name for name in tables() if name not in DERIVED], _parts(planter), planter)
            _write_tables(made, DERIVED, _derived(made, planter), planter)
        planter.write(made / "faults.parquet")


def _parts(planter: Planter) -> Iterator[Part]:
    """Yield the tables of records in parts, each sorted by key, with faults: first what articles refer to."""
    yield planter.plant(base_tables(planter.world))
    for statements, made in batches(planter.world):
        yield planter.plant(made, statements)


def _derived(folder: Path, planter: Planter) -> Iterator[Part]:
    """Yield the tables that are made of the others, out of their files; of records, people have faults of their own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    yield planter.plant({"codes": to_arrow(tables()["codes"], [row.model_dump() for row in code_rows()])})
    for kind in sorted(BY_TYPE):
        label = BY_TYPE[kind].label_field
        wanted = ["id", "name", "country", "wikidata"] if kind in ENTITY_TYPES else ["id", label]
        path = folder / f"{BY_TYPE[kind].table}.parquet"
        with open_file(path) as source:
            for number, batch in enumerate(ParquetFile(source, path).batches(wanted, ROWS)):
                rows = pa.Table.from_batches([batch]).filter(pc.is_valid(batch["id"])).combine_chunks()
                found: dict[str, Any] = {name: rows[name].combine_chunks() for name in wanted}
                found["type"] = take(list(BY_TYPE), np.full(len(rows), list(BY_TYPE).index(kind)))
                labels = pc.coalesce(found[label], found["id"])
                made = {"records": table_of("records", found | {"label": labels})}
                made |= {"entities": table_of("entities", found)} if kind in ENTITY_TYPES else {}
                yield planter.plant(made) if (kind, number) == ("person", 0) else Part(made, planter.world, set())


def _write_tables(folder: Path, names: list[str] | tuple[str, ...], parts: Iterator[Part], planter: Planter) -> None:
    with ExitStack() as stack:
        files = {name: stack.enter_context(_file(folder, name, bool(planter.many))) for name in names}
        written = dict.fromkeys(names, 0)
        for part in parts:
            planter.keep(part, written)
            for name, rows in part.changed_tables().items():
                files[name].write_table(rows.cast(files[name].schema), row_group_size=ROWS)
                written[name] += len(rows)
            part.tables.clear()  # before the next one is made


def _file(folder: Path, name: str, is_nullable: bool) -> pq.ParquetWriter:
    import pyarrow as pa

    schema = arrow_schema(tables()[name])
    if is_nullable:
        schema = pa.schema([field.with_nullable(True) for field in schema], schema.metadata)
    codes = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return new_table(folder / f"{name}.parquet", schema, codes)


def _write_lines(folder: Path, parts: Iterator[Part], planter: Planter) -> None:
    written, files = dict.fromkeys(BY_TABLE, 0), dict[str, BinaryIO]()
    with connected() as database, ExitStack() as stack:
        for part in parts:
            planter.keep(part, written)
            with scratch() as desk:
                for name, rows in part.tables.items():
                    with new_table(Path(desk, f"{name}.parquet"), rows.schema) as table:
                        table.write_table(rows)
                for name in [name for name in part.tables if name in BY_TABLE]:
                    path = Path(desk, f"{name}.jsonl")
                    write_lines(database, BY_TABLE[name], Path(desk), path)
                    lines = part.changed_lines(name, read_bytes(path, None).splitlines(keepends=True))
                    written[name] += len(lines)
                    if name not in files:
                        files[name] = stack.enter_context(new_file(folder / path.name))
                    files[name].writelines(lines)
            part.tables.clear()
