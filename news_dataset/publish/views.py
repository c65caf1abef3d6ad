"""Compute the views of a release from its tables, to write or to verify them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.engine.database import connected, cursor
from news_dataset.manifest import VIEWS, Content, view_file
from news_dataset.publish.tables import TableWriter, content_of, files_of_table, read_parquet
from news_dataset.released import Release
from news_dataset.rules import quoted
from news_dataset.tabular import arrow_schema, tables, tables_of
from news_dataset.views import View, definitions, views

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

MAX_STATEMENTS = 1_000_000
"""A release of more statements has no files of views."""

_BATCH_ROWS = 10_000


def write_views(folder: Path, about: Mapping[str, str], memory: str | None) -> dict[str, Content]:
    """Write the views of the tables in a folder; return rows and hash of each view.

    Args:
        folder: the folder of a release, with the files of every table.
        about: metadata of the files beside those of the view.
        memory: the memory limit of the engine.
    """
    (folder / VIEWS).mkdir()
    with connected(memory) as database:
        for name in tables():
            rows = read_parquet(files_of_table(folder, name))
            database.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {rows}")
        contents = {}
        for name, view in _create_views(database).items():
            with TableWriter(folder / view_file(name), view, about) as writer:
                contents[name] = content_of(database, view, writer.through(_rows(database, view)))
        return contents


def computed_views(folder: Path) -> dict[str, Content]:
    """Compute the views of a release from its tables; return rows and hash of each.

    Each file is hashed and decoded from one handle: another file may take its name in between.
    """
    release = Release(folder)
    with connected() as database:
        for table in tables_of(release.dataset["schema_version"], release.profile).values():
            database.register("batch", _without_dictionaries(arrow_schema(table)).empty_table())
            database.execute(f"CREATE TABLE {quoted(table.name)} AS SELECT * FROM batch")
            for file in release.parts(table.name):
                for batch in file.batches([field.name for field in table.fields]):
                    release.check(table.name, batch, file.place)
                    database.register("batch", batch)
                    database.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM batch")
        return {
            name: content_of(database, view, _rows(database, view)) for name, view in _create_views(database).items()
        }


def _without_dictionaries(schema: pa.Schema) -> pa.Schema:
    """Return a schema with text in place of dictionaries, which vary by batch."""
    import pyarrow as pa

    return pa.schema([(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
                      for field in schema])  # fmt: skip


def _create_views(database: DuckDBPyConnection) -> dict[str, View]:
    """Create all views in a database that has the tables; return them by name."""
    for command in definitions():
        database.execute(command)
    return views()


def _rows(database: DuckDBPyConnection, view: View) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a view, in its order."""
    connection = cursor(database)
    connection.execute("SET preserve_insertion_order = true")
    yield from connection.sql(f"SELECT * FROM {view.name}").to_arrow_reader(_BATCH_ROWS)
