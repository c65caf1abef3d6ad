"""Exports carry what the tables say: types, keys, references, codes and descriptions; SQLite also enforces it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from news_dataset import exporters
from news_dataset.errors import InvalidDataError, SetupError
from news_dataset.exporters import sqlite
from news_dataset.tabular import tables
from tests.each import each
from tests.test_exporters import ABOUT, base, bundled, changed

__all__ = ["base"]  # the fixture

REFERENCES = [
    (table.name, field.name, field.references)
    for table in tables().values()
    for field in table.fields
    if field.references
]


# The descriptor of CSV.


def test_the_descriptor_says_what_the_tables_say(tmp_path: Path) -> None:
    """Types, keys, references, codes, descriptions, and what is known of the dataset."""
    exporters.export(bundled(), ABOUT, "csv", tmp_path / "out")
    package = json.loads((tmp_path / "out/datapackage.json").read_text("utf-8"))
    found = {one["name"]: one for one in package["resources"]}

    assert (package["title"], package["version"], package["licenses"]) == (
        "Example",
        "2026.11.0",
        [{"name": "CC0-1.0"}],
    )
    assert list(found) == list(tables())
    for name, table in tables().items():
        schema = found[name]["schema"]
        keys = [(one["fields"], one["reference"]["resource"] or name) for one in schema.get("foreignKeys", [])]
        enums = {one["name"] for one in schema["fields"] if "enum" in one.get("constraints", {})}

        assert (tmp_path / "out" / found[name]["path"]).is_file()
        assert schema["primaryKey"] == list(table.key)
        assert schema["missingValues"] == [""]
        assert keys == [([field.name], field.references) for field in table.fields if field.references]
        assert [one["description"] for one in schema["fields"]] == [field.description for field in table.fields]
        only_true = {field.name for field in table.fields if field.kind == "bool"}
        assert (
            enums == {field.name for field in table.fields if field.codebook and not field.codebook.is_open} | only_true
        )
        assert [one.get("constraints", {}).get("required", False) for one in schema["fields"]] == [
            not field.nullable for field in table.fields
        ]


# SQLite.


def test_sqlite_is_whole(base: sqlite3.Connection) -> None:
    """Integrity, references, rows, and the search against its tables."""
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA application_id").fetchone() == (sqlite.APPLICATION_ID,)
    for name, table in bundled().items():
        assert base.execute(f"SELECT count(*) FROM {name}").fetchone() == (table.num_rows,)
    for name in sqlite.SEARCH_COLUMNS:
        base.execute(f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('integrity-check', 1)")


def test_sqlite_knows_where_it_comes_from(base: sqlite3.Connection) -> None:
    """The table metadata, and every description as a comment."""
    definitions = dict(base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))

    assert dict(base.execute("SELECT * FROM metadata")) == ABOUT
    for name, table in tables().items():
        assert all(" ".join(field.description.split()) in definitions[name] for field in table.fields)


@each(REFERENCES)
def test_every_reference_is_a_foreign_key_with_an_index(
    table: str, column: str, other: str, base: sqlite3.Connection
) -> None:
    """Declared, and the first column of some index."""
    keys = {key[3]: (key[2], key[4]) for key in base.execute(f"PRAGMA foreign_key_list({table})")}
    indexes = [row[1] for row in base.execute(f"PRAGMA index_list({table})")]
    first = [base.execute(f'PRAGMA index_info("{name}")').fetchone()[2] for name in indexes]

    assert keys[column] == (other, "id")
    assert column in first


@each(tables())
def test_keys_and_types_are_enforced(name: str, base: sqlite3.Connection) -> None:
    """A row that stands there twice, a null and a value of another type where none may be."""
    columns = base.execute(f"PRAGMA table_info({name})").fetchall()
    table = tables()[name]

    assert [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]] == list(table.key)
    assert [bool(row[3]) for row in columns] == [not field.nullable for field in table.fields]
    if base.execute(f"SELECT count(*) FROM {name}").fetchone() != (0,):
        for command in (
            f"INSERT INTO {name} SELECT * FROM {name} LIMIT 1",
            f'UPDATE {name} SET "{table.key[0]}" = NULL',
            f'UPDATE {name} SET "{next(field.name for field in table.fields if not field.nullable)}" = NULL',
        ):
            with pytest.raises(sqlite3.IntegrityError):
                base.execute(command)


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE statements SET kind = 'shouted'",
        "UPDATE mentions SET start = 'a'",
        "UPDATE mentions SET referent = 'source/x'",
        "UPDATE assessments SET assessed_on = 'Tuesday'",
        "UPDATE statement_participants SET implicit = 2",
    ],
)
def test_codes_types_days_and_kinds_of_id_are_enforced(base: sqlite3.Connection, command: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        base.execute(command)


def test_an_open_codebook_admits_other_words(base: sqlite3.Connection) -> None:
    """As its model does."""
    base.execute("UPDATE evidence SET role = 'frame_of_reference'")
    base.execute("UPDATE statement_participants SET role = 'medium'")


@pytest.mark.parametrize(
    ("table", "column", "word", "part"),
    [
        ("statements", "gist", "tariff", "tariff"),
        ("statements", "quote", "COOPERATE", "cooperat"),
        ("assessments", "finding", "announced", "announce"),
    ],
)
def test_search_finds_words_in_any_form(
    base: sqlite3.Connection, table: str, column: str, word: str, part: str
) -> None:
    """In capitals and with other endings; exactly the rows that have the word."""
    found = base.execute(f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH ?", (f"{column} : {word}",)).fetchall()
    texts = base.execute(f"SELECT rowid, {column} FROM {table}").fetchall()

    assert found
    assert found == [(row,) for row, text in texts if part in (text or "").lower()]


@pytest.mark.parametrize(
    ("table", "cells", "why"),
    [
        (
            "statements",
            {"occasion": "event/nothing"},
            "statements: occasion refers to event/nothing, which is not in events",
        ),
        ("names", {"entity": "person/nobody"}, "names: entity refers to person/nobody, which is not in entities"),
        ("statements", {"kind": "shouted"}, "a row breaks a rule of its table: CHECK constraint failed: .*kind"),
        (
            "people",
            {"id": "person/ishiba-shigeru"},
            "a row breaks a rule of its table: UNIQUE constraint failed: people",
        ),
    ],
)
def test_rows_that_contradict_the_tables_are_refused(
    tmp_path: Path, table: str, cells: dict[str, str], why: str
) -> None:
    """Nothing is written."""
    with pytest.raises(InvalidDataError, match=why):
        exporters.export(changed(table, **cells), ABOUT, "sqlite", tmp_path / "base.db")
    assert list(tmp_path.iterdir()) == []


def test_without_full_text_search_there_is_no_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence; nothing is written."""
    definitions = sqlite._create_statements
    monkeypatch.setattr(
        sqlite, "_create_statements", lambda tables: (sql.replace("fts5", "fts9") for sql in definitions(tables))
    )

    with pytest.raises(SetupError, match=r"SQLite .* cannot write base.db: no such module: fts9"):
        exporters.export(bundled(), ABOUT, "sqlite", tmp_path / "base.db")
    assert list(tmp_path.iterdir()) == []


# JSON Lines.


def test_json_lines_are_flat_and_in_order(tmp_path: Path) -> None:
    """Every column in every row, in the order of the table, null where absent."""
    exporters.export(bundled(), ABOUT, "jsonl", tmp_path / "out")

    assert json.loads((tmp_path / "out/metadata.json").read_text("utf-8")) == ABOUT
    for name, table in tables().items():
        rows = [json.loads(line) for line in (tmp_path / "out" / f"{name}.jsonl").read_text("utf-8").splitlines()]
        assert len(rows) == bundled()[name].num_rows
        assert all(list(row) == [field.name for field in table.fields] for row in rows)
        assert not [value for row in rows for value in row.values() if isinstance(value, dict | list)]
