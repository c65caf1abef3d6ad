"""Exports: safe in a spreadsheet, valid in SQL, described for others, and never in anybody's way."""

from __future__ import annotations

import csv as plain_csv
import io
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import exporters
from news_dataset.cli import main
from news_dataset.errors import InvalidDataError, SetupError
from news_dataset.exporters import csv
from news_dataset.views import views

ABOUT = {"title": "Example", "license": "CC0-1.0", "data_version": "2026.11.0"}


def bundled() -> dict[str, pa.Table]:
    return nd.load_all(as_="arrow")


def changed(table: str, **cells: Any) -> dict[str, pa.Table]:
    """The bundled tables with other cells in the first row of one."""
    whole = bundled()
    rows = whole[table].to_pylist()
    rows[0].update(cells)
    return whole | {table: pa.Table.from_pylist(rows, schema=whole[table].schema)}


@pytest.fixture
def base(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The bundled dataset in SQLite."""
    exporters.export(bundled(), ABOUT, "sqlite", tmp_path / "base.db")
    with closing(sqlite3.connect(tmp_path / "base.db")) as found:
        yield found


# The command.


@pytest.mark.parametrize("to", exporters.FORMATS)
@pytest.mark.parametrize("source", ["", ".", "data/published", "data/curated", "examples/second-article"])
def test_a_release_and_curated_records_are_exported(
    to: str,
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    root: Path,
) -> None:
    """The bundled release, any release, and records that were not published."""
    monkeypatch.chdir(root)
    assert main(["export", "--to", to, *source.split(), "-o", str(tmp_path / "deep" / "out")]) == 0
    shown = capsys.readouterr()

    assert re.fullmatch(rf".*out: [0-9]+ rows in {len(nd.tables())} tables, as {to}\n", shown.out)
    assert shown.err == ""
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_a_release_and_its_records_give_the_same_export(tmp_path: Path, root: Path) -> None:
    """But for the description, which bare records have not."""
    for source, out in (("data/published", "one"), ("data/curated", "two")):
        assert main(["export", "--to", "csv", str(root / source), "-o", str(tmp_path / out)]) == 0

    one, two = ({path.name: path.read_bytes() for path in (tmp_path / out).rglob("*.csv")} for out in ("one", "two"))
    assert one == two
    assert len(one) == len(nd.tables()) + len(views())


def test_invalid_records_are_not_exported(dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are validated first; nothing is written."""
    (dataset / "data/curated/people/ishiba-shigeru.yaml").unlink()

    assert main(["export", "--to", "csv", str(dataset), "-o", str(tmp_path / "out")]) == 1
    assert "dangling_reference" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_a_broken_release_is_not_exported(root: Path, tmp_path: Path) -> None:
    """Its files are hashed first; nothing is written."""
    shutil.copytree(root / "data/published", tmp_path / "release")
    with open(tmp_path / "release/topics.parquet", "ab") as file:
        file.write(b"x")

    assert main(["export", "--to", "sqlite", str(tmp_path / "release"), "-o", str(tmp_path / "out")]) == 4
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("to", "out", "why"),
    [
        ("csv", "full", "holds mine.txt; export to a new or an empty folder"),
        ("jsonl", "full/mine.txt", "is a file"),
        ("sqlite", "full/mine.txt", "is not a SQLite file"),
        ("sqlite", "other.db", "is a SQLite file, but not an export"),
        ("sqlite", "more.db", "also holds mine"),
        ("sqlite", "full", "is a folder"),
        ("sqlite", "link.txt", "is not a SQLite file"),
        ("csv", "pipe", "is neither a folder nor a file"),
        ("sqlite", "pipe", "is neither a folder nor a file"),
        ("csv", "data/published/csv", "lies in the release"),
        ("csv", "data/curated/csv", "lies among the records"),
        ("jsonl", "data/curated/people", "lies among the records"),
        ("csv", "full/mine.txt/out", "cannot be written"),
    ],
)
def test_what_is_there_is_never_lost(
    to: str, out: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    root: Path,
) -> None:  # fmt: skip
    """One line, exit code 5, and everything as it was."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(root / "data", "data")
    os.mkdir("full")
    Path("full/mine.txt").write_text("mine")
    os.symlink("full/mine.txt", "link.txt")
    os.mkfifo("pipe")
    exporters.export(bundled(), ABOUT, "sqlite", Path("more.db"))
    for name in ("other.db", "more.db"):
        with closing(sqlite3.connect(name)) as base:
            base.execute("CREATE TABLE mine (a)")
    before = seen(tmp_path)
    capsys.readouterr()

    assert main(["export", "--to", to, "data/curated" if "curated" in out else ".", "-o", out]) == 5
    shown = capsys.readouterr()
    assert shown.out == ""
    assert why in shown.err
    assert shown.err.count("\n") == 1
    assert seen(tmp_path) == before


def seen(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def test_an_empty_folder_and_an_earlier_export_are_taken(tmp_path: Path) -> None:
    """And the same tables give the same bytes."""
    (tmp_path / "csv").mkdir()
    exporters.export(bundled(), ABOUT, "csv", tmp_path / "csv")
    exporters.export(bundled(), ABOUT | {"title": "Old"}, "sqlite", tmp_path / "base.db")
    exporters.export(bundled(), ABOUT, "sqlite", tmp_path / "base.db")
    exporters.export(bundled(), ABOUT, "sqlite", tmp_path / "again.db")

    assert len(list((tmp_path / "csv").iterdir())) == len(nd.tables()) + 1  # tables, and their descriptor
    assert (tmp_path / "base.db").read_bytes() == (tmp_path / "again.db").read_bytes()


@pytest.mark.parametrize("to", exporters.FORMATS)
def test_an_export_that_fails_leaves_nothing(to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also not half of it, nor the folder that it was written in."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "disk")

    monkeypatch.setattr("news_dataset.atomic.sync", full)

    with pytest.raises(SetupError, match="disk cannot be written: No space left"):
        exporters.export(bundled(), ABOUT, to, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to", exporters.FORMATS)
def test_what_comes_meanwhile_is_not_lost(to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes to the same place while the export is being written."""
    form = exporters.FORMATS[to]
    out, straight = tmp_path / "out", form.write

    def slow(*arguments: Any) -> None:
        straight(*arguments)
        out.write_text("mine")

    monkeypatch.setattr(form, "write", slow)

    with pytest.raises(SetupError, match="not ours to replace"):
        exporters.export(bundled(), ABOUT, to, out)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


# Spreadsheets.

EDGES = st.text(st.sampled_from("=+-@'\"; \t\r\n|,＝＠a1\ufeff\u200b"), max_size=8)


@given(EDGES | st.text())
def test_the_guard_can_be_taken_off(text: str) -> None:
    """Whatever the text; and no text becomes an empty cell, which is null."""
    assert csv.unguarded(csv.guarded(text)) == text
    assert csv.guarded(text) != ""


@given(EDGES)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    """Neither the whole cell nor what stands after a semicolon, tab or line break, also behind quotes and blanks."""
    for part in re.split("[;\t\r\n]", csv.guarded(text)):
        assert part.lstrip(' "\ufeff\u200b')[:1] not in tuple("=+-@＝＋－＠")
    assert csv.guarded(text)[0] not in "\t\r\n"


@pytest.mark.parametrize("text", ["Lee", "a-b", "1e5", "a; b", "“=1”", "배가", "0123", "Null", "it's", "a=b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    """The guard is rare: in the bundled dataset no cell has it."""
    assert csv.guarded(text) == text
    assert [row for table in bundled().values() for row in table.to_pylist() for cell in row.values()
            if isinstance(cell, str) and csv.guarded(cell) != cell] == []  # fmt: skip


def test_csv_is_plain(tmp_path: Path) -> None:
    """UTF-8 without BOM, LF, a header, true and false, floats as Python writes them; a number is never guarded."""
    exporters.export(changed("places", latitude=-33.5, longitude=1e-07, note='a, "b"'), ABOUT, "csv", tmp_path / "out")
    data = (tmp_path / "out/places.csv").read_bytes()
    header, row = list(plain_csv.reader(io.StringIO(data.decode("utf-8"))))[:2]

    assert data.startswith(b"id,name,kind,")
    assert b"\r" not in data
    assert dict(zip(header, row, strict=True)) | {"geonames": "", "wikidata": ""} == {
        "id": "place/camp-david", "name": "Camp David", "kind": "building", "country": "USA", "latitude": "-33.5",
        "longitude": "1e-07", "wikidata": "", "geonames": "", "external_id": "", "note": 'a, "b"',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("people", "id,name", "id,nom", "people.csv:1: the header"),
        ("people", "Donald Trump,Trump", "Donald Trump", "people.csv:2: 10 cells; expected 11"),
        ("people", "1946-06-14,USA", "14.6.1946,USA", "people.csv:2: birth_date_max: '14.6.1946' is no date32"),
        ("people", "person/donald-trump,Donald Trump", "person/donald-trump,", "people.csv:2: name: is empty"),
        ("articles", "article/", '"article/', "articles.csv is not CSV"),
        ("mentions", ",1,1,1,", ",1,1,2147483648,", "mentions.csv:2: fragment: '2147483648' is no int32"),
        ("mentions", ",1,1,1,", ",1,1,1.0,", "mentions.csv:2: fragment: '1.0' is no int32"),
    ],
)
def test_csv_that_others_changed_is_refused(tmp_path: Path, file: str, old: str, new: str, why: str) -> None:
    """By file, line and column."""
    exporters.export(bundled(), ABOUT, "csv", tmp_path / "out")
    path = tmp_path / "out" / f"{file}.csv"
    words = path.read_text("utf-8")
    path.write_text(words.replace(old, new, 1), "utf-8")

    assert old in words
    with pytest.raises(InvalidDataError, match=re.escape(why)):
        csv.read(tmp_path / "out")


def test_csv_that_is_not_there_or_not_utf8_is_refused(tmp_path: Path) -> None:
    exporters.export(bundled(), ABOUT, "csv", tmp_path / "out")
    (tmp_path / "out/people.csv").write_bytes((tmp_path / "out/people.csv").read_bytes().replace(b"Trump", b"\xff"))
    with pytest.raises(InvalidDataError, match=r"people\.csv is not CSV in UTF-8"):
        csv.read(tmp_path / "out")
    (tmp_path / "out/people.csv").unlink()
    with pytest.raises(SetupError, match=r"people\.csv cannot be read"):
        csv.read(tmp_path / "out")


# Columns.


def exported(whole: dict[str, pa.Table], to: str, out: Path) -> list[bytes]:
    exporters.export(whole, ABOUT, to, out)
    return [path.read_bytes() for path in sorted(out.iterdir())] if out.is_dir() else [out.read_bytes()]


@pytest.mark.parametrize("to", exporters.FORMATS)
def test_columns_are_taken_by_name(to: str, tmp_path: Path) -> None:
    """In whatever order they come; an optional one that is absent is null."""
    whole = bundled()
    turned = {name: table.select(table.column_names[::-1]) for name, table in whole.items()}
    absent = whole | {"people": whole["people"].drop_columns(["note", "birth_date_min"])}
    nulls = {
        name: pa.nulls(len(whole["people"]), whole["people"].schema.field(name).type)
        for name in ("note", "birth_date_min")
    }
    empty = whole["people"]
    for name, column in nulls.items():
        empty = empty.set_column(empty.column_names.index(name), empty.schema.field(name), column)

    assert exported(turned, to, tmp_path / "turned") == exported(whole, to, tmp_path / "straight")
    assert exported(absent, to, tmp_path / "absent") == exported(whole | {"people": empty}, to, tmp_path / "empty")


@pytest.mark.parametrize("to", exporters.FORMATS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda people: people.append_column('=HYPERLINK("x")', people["name"]), 'column: =HYPERLINK("x")'),
        (lambda people: people.append_column("name", people["name"]), "column: name"),
        (lambda people: people.drop_columns(["name"]), "people has no column name"),
    ],
    ids=["a column more", "a column twice", "a column less"],
)
def test_other_columns_are_refused(to: str, change: Any, message: str, tmp_path: Path) -> None:
    """Before anything is written."""
    whole = bundled()
    with pytest.raises(InvalidDataError, match=re.escape(message)):
        exporters.export(whole | {"people": change(whole["people"])}, ABOUT, to, tmp_path / "out")

    assert not [*tmp_path.iterdir()]
