"""Export to Iceberg: files stay where they lie, one tag over all tables, old tags keep their rows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyiceberg.table import Table, Transaction

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import InvalidDataError
from news_dataset.tabular import tables, tables_of
from tests.building import build
from tests.conftest import ROOT
from tests.in_parts import in_parts
from tests.lake import RELEASE, SMALL, Lake, edit, facts, same, two_versions

OLD = ROOT / "tests" / "examples" / "1.0" / "dataset" / "data"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A catalog with the bundled release, under its data version."""
    lake, before = Lake(tmp_path_factory.mktemp("whole")), facts(RELEASE)
    rows = nd.export("iceberg", lake.folder, catalog=lake.uri)
    assert rows == {f"news_dataset.{name}": count for name, count in nd.info()["rows"].items()}
    assert facts(RELEASE) == before
    with closing(lake.catalog):
        yield lake


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two released versions of one dataset."""
    return two_versions(tmp_path_factory.mktemp("versions"))


@pytest.fixture(scope="module")
def both(versions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A catalog with both versions, one after the other."""
    lake = Lake(tmp_path_factory.mktemp("both"))
    with closing(lake.catalog):
        for release in versions:
            lake.register(release)
        yield lake


def failing_at(monkeypatch: pytest.MonkeyPatch, kind: Any, method: str, number: int) -> None:
    """Let a method fail when it is called for the nth time, as if the process were killed there."""
    real: Callable[..., Any] = getattr(kind, method)
    calls = []

    def call(*args: Any, **options: Any) -> Any:
        calls.append(method)
        if len(calls) == number:
            raise KeyboardInterrupt
        return real(*args, **options)

    monkeypatch.setattr(kind, method, call)


# What is registered.


def test_no_file_is_copied(whole: Lake) -> None:
    """The warehouse has metadata alone, and the catalog names the files of the release."""
    written = [path for path in whole.folder.rglob("*") if path.is_file()]
    named = {one["file_path"] for table in whole.tables().values() for one in table.inspect.files().to_pylist()}

    assert {path.suffix for path in written} == {".json", ".avro"}
    assert not [path for path in written if path.read_bytes()[:4] == b"PAR1"]
    assert named == {f"file://{path.resolve()}" for path in RELEASE.glob("*.parquet")}
    assert len(named) == len(nd.tables())


def test_rows_are_those_of_the_release(whole: Lake) -> None:
    """Of every table, in its order: texts, codes, days, numbers, truth values and nulls."""
    wanted, kinds, nulls = nd.load_all(as_="arrow"), set(), set()
    for name, table in wanted.items():
        assert same(whole.read(name, nd.info()["data_version"]), table), name
        for column in (table[name] for name in table.column_names):
            kinds |= {str(column.type)[:10]} if column.null_count < len(column) else set()
            nulls |= {str(column.type)[:10]} if column.null_count else set()

    assert len(wanted) == len(nd.tables())
    assert kinds == {"string", "bool", "int32", "double", "date32[day", "dictionary"}
    assert nulls == kinds


def test_a_row_that_differs_is_noticed(whole: Lake) -> None:
    """Negative control of the comparison."""
    people, wanted = whole.read("people", nd.info()["data_version"]), nd.load("people", as_="arrow")

    assert same(people, wanted)
    assert not same(people.slice(1), wanted)
    assert not same(people.set_column(1, "name", people["id"]), wanted)


def test_duckdb_joins_what_iceberg_reads(whole: Lake) -> None:
    """Statements with their speakers, as over the release."""
    query = """
        SELECT s.id, p.name FROM {0} AS s JOIN {1} AS x ON x.statement = s.id JOIN {2} AS p ON p.id = x.entity
        ORDER BY s.id, x.ordinal
    """
    names = ("statements", "statement_participants", "people")
    with closing(duckdb.connect()) as base:
        for name in names:
            base.register(name, whole.read(name, nd.info()["data_version"]))
        found = base.execute(query.format(*names)).fetchall()
        wanted = base.execute(query.format(*(f"'{RELEASE / name}.parquet'" for name in names))).fetchall()

    assert found == wanted
    assert ("statement/lee-ishiba-tokyo/03", "Shigeru Ishiba") in found


def test_columns_say_what_they_hold(whole: Lake) -> None:
    """Descriptions of tables and columns, which of them are the key, and what release it is."""
    tables = whole.tables()
    for name, table in tables.items():
        wanted = nd.describe(name)  # type: ignore[arg-type]
        fields = table.schema().fields
        assert [(one.name, one.doc) for one in fields] == [*zip(wanted["column"], wanted["description"], strict=True)]
        assert [one.name for one in fields if one.required] == wanted.query("key")["column"].tolist()
        assert table.name_mapping()
    said = tables["statements"].properties

    assert said["comment"].startswith("One claim of an article")
    assert [said[one] for one in ("name", "license", "schema_version")] == ["news-dataset", "CC-BY-4.0", "1.2"]
    assert said["data_version"] == nd.info()["data_version"]
    assert re.fullmatch("[0-9a-f]{64}", said["content_hash"])
    assert len({table.properties["content_hash"] for table in tables.values()}) == 1


def test_all_tables_have_the_tag(whole: Lake) -> None:
    """And one snapshot each."""
    state = whole.state()

    assert len(state) == len(nd.tables())
    assert all(count == 1 and refs[nd.info()["data_version"]] == refs["main"] for count, refs in state.values())


# Runs that follow, and runs that break.


def test_a_second_run_changes_nothing(both: Lake, versions: tuple[Path, Path]) -> None:
    """Not a file of the metadata; also if the release is an earlier one, whose tag is complete."""
    before, state = facts(both.folder), both.state()
    for release in versions:
        both.register(release)

    assert facts(both.folder) == before
    assert both.state() == state


@pytest.mark.parametrize("step", [(Transaction, "add_files"), (Table, "manage_snapshots")], ids=lambda one: one[1])
def test_what_was_interrupted_is_completed(
    step: tuple[type, str], lake: Lake, versions: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the fifth table: the tag is on no table, or on four; then on all, and no file is there twice."""
    with monkeypatch.context() as patch:
        failing_at(patch, *step, 5)
        with pytest.raises(KeyboardInterrupt):
            lake.register(versions[0])
    tagged = [name for name, (_, refs) in lake.state().items() if "2026.11.1" in refs]
    assert len(tagged) == (0 if step[1] == "add_files" else 4)

    rows = lake.register(versions[0])

    assert len(rows) == len(nd.tables())
    assert all(count == 1 and refs["2026.11.1"] == refs["main"] for count, refs in lake.state().values())
    assert all(len(table.inspect.files()) == 1 for table in lake.tables().values())
    assert same(lake.read("people", "2026.11.1"), nd.Dataset.open(versions[0]).load("people", as_="arrow"))


def test_a_tag_keeps_its_content(both: Lake, versions: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Another release under the same tag is refused in one line, before anything is changed."""
    before, state = facts(both.folder), both.state()
    words = ["--to", "iceberg", "--catalog", both.uri, "--tag", "2026.11.1", "-o", str(both.folder)]

    assert main(["export", str(versions[1]), *words]) == 1
    assert re.fullmatch(
        r"news-dataset: 2026\.11\.1 of the catalog's table second_article\.\w+ names other content already, and keeps "
        r"it; choose another: --tag\n",
        capsys.readouterr().err,
    )
    with pytest.raises(InvalidDataError, match="main of the catalog's table"):  # a branch
        both.register(versions[1], "main")
    assert facts(both.folder) == before
    assert both.state() == state


def test_a_later_release_becomes_the_content(both: Lake, versions: tuple[Path, Path]) -> None:
    """Exactly its files; the tag of the first one still reads the first."""
    for number, release in enumerate(versions, 1):
        for name, table in nd.Dataset.open(release).load_all(as_="arrow").items():
            assert same(both.read(name, f"2026.11.{number}"), table), name

    people = both.tables()["people"]
    assert people.scan().to_arrow()["name"].to_pylist() == ["Ann Other", "Mira Newname", "Zoë Sample"]
    assert both.read("people", "2026.11.1")["name"].to_pylist() == ["Mira Example", "Zoë Sample"]
    assert people.properties["data_version"] == "2026.11.2"
    files = [one["file_path"] for table in both.tables().values() for one in table.inspect.files().to_pylist()]
    assert sorted(files) == sorted(f"file://{path.resolve()}" for path in versions[1].glob("*.parquet"))


def test_files_that_move_or_are_replaced(lake: Lake, versions: tuple[Path, Path], tmp_path: Path) -> None:
    """A release that was moved takes its tag along; another version of the same rows in its place has its own tag."""
    place, moved, data = tmp_path / "published", tmp_path / "moved", tmp_path / "data"
    people = nd.Dataset.open(versions[0]).load("people", as_="arrow")
    shutil.copytree(versions[0], place)
    lake.register(place)
    place.rename(moved)
    lake.register(moved)
    assert same(lake.read("people", "2026.11.1"), people)
    assert all(refs["2026.11.1"] == refs["main"] for _, refs in lake.state().values())

    shutil.copytree(SMALL, data, ignore=shutil.ignore_patterns("published"))
    edit(data / "dataset.yaml", "2026.11.1.dev", "2026.11.3")
    shutil.rmtree(moved)
    build(data / "curated", moved)
    lake.register(moved)
    assert same(lake.read("people", "2026.11.3"), people)
    assert {table.properties["data_version"] for table in lake.tables().values()} == {"2026.11.3"}
    assert all(len(table.inspect.files()) == 1 for table in lake.tables().values())


def test_columns_of_a_newer_schema_come_in(lake: Lake, tmp_path: Path) -> None:
    """From 1.0 to 1.2: new tables and columns for the new tag, the old columns for the old one."""
    old = tmp_path / "old"
    shutil.copytree(OLD, old)
    new = tmp_path / "new"
    shutil.copytree(OLD, new, ignore=shutil.ignore_patterns("published"))
    edit(new / "dataset.yaml", "'1.0'", "'1.2'")
    build(new / "curated", new / "published")
    lake.register(old, "old")
    before = set(lake.tables())
    lake.register(new, "new")

    assert set(lake.tables()) - before == set(tables()) - set(tables_of("1.0"))
    for folder, tag in ((old, "old"), (new, "new")):
        for name, table in nd.Dataset.open(folder).load_all(as_="arrow").items():
            found = lake.read(name, tag)
            assert set(found.column_names) == set(table.column_names)
            assert same(found.select(table.column_names), table), (name, tag)
    assert "factuality" in lake.read("events", "new").column_names
    assert "factuality" not in lake.read("events", "old").column_names


def test_fields_of_a_profile_come_in_and_go(lake: Lake, tmp_path: Path) -> None:
    """As columns with their descriptions; a release without one of them has nulls there."""
    for number in (1, 2):
        data = tmp_path / f"{number}"
        shutil.copytree(ROOT / "examples" / "match-report" / "data", data, ignore=shutil.ignore_patterns("published"))
        edit(data / "dataset.yaml", "2026.12.0.dev", f"2026.12.{number}")
        if number == 2:
            edit(data / "dataset.yaml", "- record_type: event\n  name: x_kick_off\n  type: date\n"
                 "  description: The day on which the match begins.\n", "")  # fmt: skip
            event = data / "curated/events/harbour-cup-final.yaml"
            event.write_text(re.sub("x_kick_off:.*\n", "", event.read_text("utf-8")), "utf-8")
        build(data / "curated", tmp_path / f"v{number}")
        lake.register(tmp_path / f"v{number}")

    first = nd.Dataset.open(tmp_path / "v1").load("events", as_="arrow")
    assert same(lake.read("events", "2026.12.1"), first)
    assert first["x_kick_off"].null_count == 0
    assert lake.tables()["events"].schema().find_field("x_kick_off").doc == "The day on which the match begins."
    second = lake.read("events", "2026.12.2")
    assert second["x_kick_off"].null_count == len(second) == len(first)
    assert same(second.drop_columns("x_kick_off"), nd.Dataset.open(tmp_path / "v2").load("events", as_="arrow"))


def test_a_table_in_several_files(lake: Lake, tmp_path: Path) -> None:
    """All of them are registered, and none without rows is missed."""
    parts = in_parts(RELEASE, tmp_path / "parts")
    rows = lake.register(parts, "parts")

    assert rows["news_dataset.evidence"] == lake.read("evidence", "parts").num_rows
    assert same(lake.read("evidence", "parts"), nd.load("evidence", as_="arrow"))
