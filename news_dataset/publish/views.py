"""Views of a release: made from its tables, written beside them, and compared with them."""

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

MOST_STATEMENTS = 1_000_000
"""A release of more statements has its views as SQL alone."""

_ROWS = 10_000  # that are in memory at once


def write_views(folder: Path, about: Mapping[str, str], memory: str | None) -> dict[str, Content]:
    """Write the views of the tables in a folder beside them; return the rows of each and their hash.

    Args:
        folder: where the files of every table lie.
        about: what the metadata of the files say beside the view's own.
        memory: how much memory the engine may take.
    """
    (folder / VIEWS).mkdir()
    with connected(memory) as database:
        for name in tables():
            rows = read_parquet(files_of_table(folder, name))
            database.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {rows}")
        found = {}
        for name, view in _defined(database).items():
            with TableWriter(folder / view_file(name), view, about) as writer:
                found[name] = content_of(database, view, writer.through(_rows(database, view)))
        return found


def contents(folder: Path) -> dict[str, Content]:
    """Return the rows of each view of the tables of a release, and their hash.

    Every file is hashed before it is decoded, and not opened again by its name, which another may have by then.
    """
    release = Release(folder)
    with connected() as database:
        for table in tables_of(release.dataset["schema_version"], release.profile).values():
            database.register("batch", _plain(arrow_schema(table)).empty_table())
            database.execute(f"CREATE TABLE {quoted(table.name)} AS SELECT * FROM batch")
            for file in release.parts(table.name):
                for batch in file.batches([field.name for field in table.fields]):
                    release.check(table.name, batch, file.place)
                    database.register("batch", batch)
                    database.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM batch")
        return {name: content_of(database, view, _rows(database, view)) for name, view in _defined(database).items()}


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return columns with texts in the place of codes, of which each batch has a list of its own."""
    import pyarrow as pa

    return pa.schema([(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type)
                      for one in schema])  # fmt: skip


def _defined(database: DuckDBPyConnection) -> dict[str, View]:
    """Define the views in a database that has the tables."""
    for command in definitions():
        database.execute(command)
    return views()


def _rows(database: DuckDBPyConnection, view: View) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a view, in its order."""
    connection = cursor(database)
    connection.execute("SET preserve_insertion_order = true")
    yield from connection.sql(f"SELECT * FROM {view.name}").to_arrow_reader(_ROWS)
