"""SQLite: typed tables with keys, checks of codes, indexes on references, views, and full-text search.

CHECK constraints check the codes of closed codebooks; a foreign key to ``codes`` would need a second column, with the
name of the codebook, in each row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.errors import InvalidDataError, SetupError
from news_dataset.exporters.rows import plain_rows, specifications, with_model_columns
from news_dataset.files import begins_with
from news_dataset.profile import BASE, Profile
from news_dataset.rules import quoted, text_literal
from news_dataset.tabular import Field, Table
from news_dataset.tabular import tables as table_specifications
from news_dataset.views import definitions, supported

if TYPE_CHECKING:
    import pyarrow as pa

APPLICATION_ID = 0x6E647331  # "nds1" in ASCII: marks a file as an export
SEARCH_COLUMNS = {"statements": ("gist", "quote"), "assessments": ("finding",)}
"""The columns that can be searched for words, in ``<table>_fts``."""

_TYPES = {
    "string": "TEXT", "code": "TEXT", "int32": "INTEGER", "double": "REAL", "bool": "INTEGER", "date32": "TEXT",
}  # fmt: skip
_DAY_PATTERN = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


def write(tables: Mapping[str, pa.Table], about: Mapping[str, str], path: Path, profile: Profile = BASE) -> None:
    """Write all tables into a new SQLite file; the same tables give the same bytes under one version of SQLite.

    Args:
        tables: the tables by name.
        about: the keys and values of the table ``metadata``.
        path: a file that does not exist yet.
        profile: the profile of the dataset.

    Raises:
        InvalidDataError: a row breaks a key, a reference or a codebook.
        SetupError: the file cannot be written, or this SQLite has no full-text search.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            _fill(connection, tables, about, profile)
            _refuse_broken_references(connection)
    except sqlite3.IntegrityError as error:
        raise InvalidDataError(f"a row breaks a rule of its table: {error}") from error
    except sqlite3.Error as error:
        raise SetupError(f"SQLite {sqlite3.sqlite_version} cannot write {path.name}: {error}") from error


def reason_to_keep(path: Path) -> str | None:
    """Return why a file is no export of ours, to follow its name; None if it is."""
    if not begins_with(path, b"SQLite format 3\0"):
        return "is not a SQLite file"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        return f"cannot be read: {error}"
    if application_id != APPLICATION_ID:
        return "is a SQLite file, but not an export"
    others = sorted(names - _export_names())
    return f"also holds {', '.join(others[:3])}" if others else None


def _export_names() -> set[str]:
    """Return the names of all tables, views and indexes of an export."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(";".join([*_create_statements(table_specifications().values()), *definitions()]))
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def _fill(
    connection: sqlite3.Connection, tables: Mapping[str, pa.Table], about: Mapping[str, str], profile: Profile
) -> None:
    """Create all tables, views and indexes, and insert all rows."""
    connection.executescript(
        # fixed, since defaults differ between builds; new_output forces the finished file to disk
        f"PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA application_id = {APPLICATION_ID};"
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF"
    )
    connection.execute("BEGIN")
    for command in (*_create_statements(specifications(tables, profile)), *definitions(supported(tables))):
        connection.execute(command)
    connection.executemany("INSERT INTO metadata VALUES (?, ?)", about.items())
    for name, table in with_model_columns(tables, profile).items():
        marks = ", ".join("?" * table.num_columns)
        columns = ", ".join(map(quoted, table.column_names))
        rows = (tuple(row.values()) for row in plain_rows(table))
        connection.executemany(f"INSERT INTO {quoted(name)} ({columns}) VALUES ({marks})", rows)
    for name in SEARCH_COLUMNS:
        connection.execute(f"INSERT INTO {name}_fts({name}_fts) VALUES ('rebuild')")
    connection.execute("COMMIT")


def _refuse_broken_references(connection: sqlite3.Connection) -> None:
    """Raise InvalidDataError for the first reference to a row that does not exist."""
    for table, row, target, key_number in connection.execute("PRAGMA foreign_key_check"):
        columns = {key[0]: key[3] for key in connection.execute(f"PRAGMA foreign_key_list({quoted(table)})")}
        column = columns[key_number]
        query = f"SELECT {quoted(column)} FROM {quoted(table)} WHERE rowid = ?"
        (value,) = connection.execute(query, (row,)).fetchone()
        raise InvalidDataError(f"{table}: {column} refers to {value}, which is not in {target}")


def _create_statements(tables: Iterable[Table]) -> Iterator[str]:
    """Yield the statements that create the tables, their indexes, and the full-text search."""
    strict = " STRICT" if sqlite3.sqlite_version_info >= (3, 37) else ""
    yield f"CREATE TABLE metadata (\n  key TEXT NOT NULL PRIMARY KEY,\n  value TEXT NOT NULL\n){strict}"
    for table in tables:
        yield f"{_create_table(table)}{strict}"
        for field in table.fields:
            if field.references and field.name != table.key[0]:  # the primary key is an index of its first column
                yield f"CREATE INDEX {table.name}_{field.name} ON {quoted(table.name)} ({quoted(field.name)})"
        if columns := SEARCH_COLUMNS.get(table.name):
            # Datasette finds the search of a table only if its name is in double quotes
            options = f"content={quoted(table.name)}, tokenize='porter unicode61 remove_diacritics 2'"
            yield f"CREATE VIRTUAL TABLE {table.name}_fts USING fts5({', '.join(columns)}, {options})"


def _create_table(table: Table) -> str:
    """Return the statement that creates a table, with descriptions as comments."""
    lines = [(_column_definition(field), field.description) for field in table.fields]
    lines += [(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})", "")]
    lines += [
        (f"FOREIGN KEY ({quoted(field.name)}) REFERENCES {quoted(field.references)} (id)", "")
        for field in table.fields
        if field.references
    ]
    last = len(lines) - 1
    body = [
        f"  {line}{',' if number < last else ''}{f' -- {_one_line(comment)}' if comment else ''}"
        for number, (line, comment) in enumerate(lines)
    ]
    return "\n".join([f"CREATE TABLE {quoted(table.name)} ( -- {_one_line(table.description)}", *body, ")"])


def _column_definition(field: Field) -> str:
    """Return name, type and constraints of a column."""
    name = quoted(field.name)
    parts = [name, _TYPES[field.kind], *([] if field.nullable else ["NOT NULL"])]
    book = field.codebook
    if book and not book.is_open:
        parts.append(f"CHECK ({name} IN ({', '.join(map(text_literal, book.definitions))}))")
    if field.types:
        types = ", ".join(map(text_literal, field.types))
        parts.append(f"CHECK (substr({name}, 1, instr({name}, '/') - 1) IN ({types}))")
    if field.kind == "bool":
        parts.append(f"CHECK ({name} IN (0, 1))")
    if field.kind == "date32":
        parts.append(f"CHECK ({name} GLOB {text_literal(_DAY_PATTERN)})")
    return " ".join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())
