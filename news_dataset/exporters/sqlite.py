"""SQLite: typed tables with keys, checks of codes, indexes on references, views, and full-text search.

Codes of closed codebooks are checked by CHECK constraints: a foreign key to ``codes`` would need the name of the
codebook as a second column in each row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.errors import InvalidDataError, SetupError
from news_dataset.exporters.rows import fitted, plain_rows, specified
from news_dataset.files import begins_with
from news_dataset.profile import BASE, Profile
from news_dataset.rules import quoted, text_literal
from news_dataset.tabular import Field, Table
from news_dataset.tabular import tables as specifications
from news_dataset.views import definitions, supported

if TYPE_CHECKING:
    import pyarrow as pa

APPLICATION_ID = 0x6E647331  # "nds1": by this number a file is known as an export
SEARCHED = {"statements": ("gist", "quote"), "assessments": ("finding",)}
"""The columns that can be searched for words, in ``<table>_fts``."""

_TYPES = {
    "string": "TEXT", "code": "TEXT", "int32": "INTEGER", "double": "REAL", "bool": "INTEGER", "date32": "TEXT",
}  # fmt: skip
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


def write(tables: Mapping[str, pa.Table], about: Mapping[str, str], path: Path, profile: Profile = BASE) -> None:
    """Write all tables into a new SQLite file; the same tables give the same bytes under one version of SQLite.

    Args:
        tables: the tables by name.
        about: the rows of the table ``metadata``.
        path: the file, which does not exist.
        profile: the profile of the dataset.

    Raises:
        InvalidDataError: a row breaks a key, a reference or a codebook.
        SetupError: the file cannot be written, or this SQLite has no full-text search.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            _fill(base, tables, about, profile)
            _refuse_dangling(base)
    except sqlite3.IntegrityError as error:
        raise InvalidDataError(f"a row breaks a rule of its table: {error}") from error
    except sqlite3.Error as error:
        raise SetupError(f"SQLite {sqlite3.sqlite_version} cannot write {path.name}: {error}") from error


def foreign(path: Path) -> str | None:
    """Return why a file is not an export that may be replaced, in words that follow its name; None if it is one."""
    if not begins_with(path, b"SQLite format 3\0"):
        return "is not a SQLite file"
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
            (number,) = base.execute("PRAGMA application_id").fetchone()
            inside = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error as error:
        return f"cannot be read: {error}"
    if number != APPLICATION_ID:
        return "is a SQLite file, but not an export"
    others = sorted(inside - _names())
    return f"also holds {', '.join(others[:3])}" if others else None


def _names() -> set[str]:
    """Return the names of everything that is in an export."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(";".join([*_definitions(specifications().values()), *definitions()]))
        return {name for (name,) in base.execute("SELECT name FROM sqlite_master")}


def _fill(base: sqlite3.Connection, tables: Mapping[str, pa.Table], about: Mapping[str, str], profile: Profile) -> None:
    base.executescript(
        # fixed, since defaults differ between builds; the file is forced to disk when it is whole, not on the way
        f"PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA application_id = {APPLICATION_ID};"
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF"
    )
    base.execute("BEGIN")
    for command in (*_definitions(specified(tables, profile)), *definitions(supported(tables))):
        base.execute(command)
    base.executemany("INSERT INTO metadata VALUES (?, ?)", about.items())
    for name, table in fitted(tables, profile).items():
        marks = ", ".join("?" * table.num_columns)
        columns = ", ".join(map(quoted, table.column_names))
        rows = (tuple(row.values()) for row in plain_rows(table))
        base.executemany(f"INSERT INTO {quoted(name)} ({columns}) VALUES ({marks})", rows)
    for name in SEARCHED:
        base.execute(f"INSERT INTO {name}_fts({name}_fts) VALUES ('rebuild')")
    base.execute("COMMIT")


def _refuse_dangling(base: sqlite3.Connection) -> None:
    for table, row, other, number in base.execute("PRAGMA foreign_key_check"):
        columns = {key[0]: key[3] for key in base.execute(f"PRAGMA foreign_key_list({quoted(table)})")}
        column = columns[number]
        (value,) = base.execute(f"SELECT {quoted(column)} FROM {quoted(table)} WHERE rowid = ?", (row,)).fetchone()
        raise InvalidDataError(f"{table}: {column} refers to {value}, which is not in {other}")


def _definitions(tables: Iterable[Table]) -> Iterator[str]:
    """Yield the commands that make the empty tables, their indexes, and the search."""
    strict = " STRICT" if sqlite3.sqlite_version_info >= (3, 37) else ""
    yield f"CREATE TABLE metadata (\n  key TEXT NOT NULL PRIMARY KEY,\n  value TEXT NOT NULL\n){strict}"
    for table in tables:
        yield f"{_definition(table)}{strict}"
        for field in table.fields:
            if field.references and field.name != table.key[0]:  # for that, the key is an index
                yield f"CREATE INDEX {table.name}_{field.name} ON {quoted(table.name)} ({quoted(field.name)})"
        if columns := SEARCHED.get(table.name):
            # in double quotes, by which Datasette finds the search of a table
            options = f"content={quoted(table.name)}, tokenize='porter unicode61 remove_diacritics 2'"
            yield f"CREATE VIRTUAL TABLE {table.name}_fts USING fts5({', '.join(columns)}, {options})"


def _definition(table: Table) -> str:
    """Return the command that makes a table; descriptions are comments in it, which SQLite keeps."""
    lines = [(_column(field), field.description) for field in table.fields]
    lines += [(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})", "")]
    lines += [
        (f"FOREIGN KEY ({quoted(field.name)}) REFERENCES {quoted(field.references)} (id)", "")
        for field in table.fields
        if field.references
    ]
    last = len(lines) - 1
    body = [
        f"  {line}{',' if at < last else ''}{f' -- {_one_line(remark)}' if remark else ''}"
        for at, (line, remark) in enumerate(lines)
    ]
    return "\n".join([f"CREATE TABLE {quoted(table.name)} ( -- {_one_line(table.description)}", *body, ")"])


def _column(field: Field) -> str:
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
        parts.append(f"CHECK ({name} GLOB {text_literal(_DAY)})")
    return " ".join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())
