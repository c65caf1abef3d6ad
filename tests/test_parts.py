"""A release whose tables are in several files gives what one of single files gives, and is kept as closely."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest, stores, validation
from news_dataset.cli import main
from news_dataset.engine.database import connected
from news_dataset.errors import SetupError
from news_dataset.profile import BASE
from news_dataset.publish import cluster, views
from news_dataset.publish import release as releases
from news_dataset.publish.tables import files_of_table, read_parquet, write_lines
from news_dataset.records import BY_TABLE, RECORDS
from news_dataset.released import Release
from news_dataset.tabular import tables
from tests.building import build, build_lines, compare
from tests.conftest import ROOT
from tests.in_parts import PIECES, vouched, written

PUBLISHED = ROOT / "data" / "published"
BY = ["articles.language", "statements.kind", "assessments.aspect", "events.place", "redirects.reason"]
LAST = f"statements/part-{PIECES - 1:05}"


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled release with some tables divided by a column."""
    folder = tmp_path_factory.mktemp("divided")
    for path in [*PUBLISHED.glob("*.jsonl"), ROOT / "data" / "dataset.yaml", ROOT / "data" / "redirects.yaml"]:
        shutil.copy(path, folder)
    build_lines(folder, folder / "out", BY)
    return folder / "out"


@pytest.fixture(params=["parts", "divided"])
def release(request: pytest.FixtureRequest) -> Path:
    """Either of them."""
    return Path(request.getfixturevalue(request.param))


def ordered(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    return frame.sort_values(list(tables()[table].key), ignore_index=True)


# The same answers.


def test_the_layout_is_that(parts: Path, divided: Path) -> None:
    """Else the tests that follow would be about something else; a table without rows stays one file."""
    assert len(list(parts.rglob("part-*.parquet"))) == PIECES * len(tables())
    assert len(list(parts.rglob("part-*.jsonl"))) == PIECES * len(BY_TABLE)
    names = {path.relative_to(divided).as_posix() for path in divided.rglob("*.parquet")}
    assert {"articles/language=en/part-0.parquet", "statements/kind=direct/part-0.parquet"} <= names
    assert "redirects.parquet" in names
    assert not {"articles.parquet", "statements.parquet"} & names


@pytest.mark.parametrize("is_small", [True, False])
def test_every_loader_gives_the_same(release: Path, is_small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether files are read into memory or not; rows of divided tables are in the order of the files."""
    monkeypatch.setattr(manifest, "SMALL", manifest.SMALL if is_small else 0)
    ds = nd.Dataset.open(release)
    everything = ds.load_all()
    assert list(everything) == nd.tables() == ds.tables()
    for name in nd.tables():
        wanted, key = ordered(nd.load(name), name), list(tables()[name].key)
        rows = [row for batch in ds.iter_batches(name, batch_size=3, hashed=True) for row in batch.to_pylist()]

        assert ordered(ds.load(name), name).equals(wanted)
        assert ordered(everything[name], name).equals(wanted)
        assert ds.scan(name, hashed=True).sort(key).collect().equals(nd.scan(name).sort(key).collect())
        assert ds.load(name, as_="polars").sort(key).equals(nd.load(name, as_="polars").sort(key))
        assert rows == ds.load(name, as_="records")
        assert sorted(map(str, rows)) == sorted(map(str, nd.load(name, as_="records")))
        assert ds.load(name, columns=[]).shape == (len(wanted), 0)
        assert ds.describe(name).equals(nd.describe(name))
    assert ds.info() == nd.info()


def test_rows_in_parts_are_in_order(copy_in_parts: Path) -> None:
    """As in one file, with the same schema and codes numbered alike; whatever the order of the manifest is."""
    about = manifest.read(copy_in_parts)
    written(copy_in_parts, replace(about, files=dict(reversed(about.files.items()))))
    for name in nd.tables():
        found, wanted = nd.Dataset.open(copy_in_parts).load(name, as_="arrow"), nd.load(name, as_="arrow")
        assert found.equals(wanted)
        assert found.schema.equals(wanted.schema, check_metadata=True)
        for column in found.columns:
            if pa.types.is_dictionary(column.type):
                assert all(chunk.dictionary.equals(column.chunk(0).dictionary) for chunk in column.chunks)


def test_filters_and_sql(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of columns by which a table is divided and of others; also a table that goes into the query in batches."""
    monkeypatch.setattr("news_dataset.dataset.views._MAX_LOADED_ROWS", 10)
    ds = nd.Dataset.open(release)
    for filters in ([("kind", "=", "indirect")], [("id", ">", "statement/lee-ishiba-tokyo/50")]):
        wanted = nd.load("statements", filters=filters)
        assert 0 < len(wanted) < len(nd.load("statements"))
        assert ordered(ds.load("statements", filters=filters), "statements").equals(wanted)
        assert sum(map(len, ds.iter_batches("statements", filters=filters))) == len(wanted)
    query = "select kind, role, count(*) n from statements join evidence on statement = id group by all order by all"
    assert ds.sql(query).equals(nd.sql(query))


def test_views(release: Path, tmp_path: Path) -> None:
    """Those that are published, and those that are made of the tables."""
    bare = Path(shutil.copytree(release, tmp_path / "bare"))
    shutil.rmtree(bare / "views")
    vouched(written(bare, replace(manifest.read(bare), views={})))
    for name in get_args(stores.View):
        for ds in (nd.Dataset.open(release), nd.Dataset.open(bare)):
            assert getattr(ds, name)().equals(getattr(nd, name)())
    assert views.computed_views(bare) == manifest.read(PUBLISHED).views
    assert nd.verify(bare).ok


def test_records(release: Path) -> None:
    """By id and by type, in order."""
    ds = nd.Dataset.open(release)
    for name in get_args(stores.Records):
        assert list(ds.iter_records(name)) == list(nd.iter_records(name))
    for one in nd.load("records", as_="records", columns=["id"]):
        assert ds.get(one["id"]) == nd.get(one["id"])
    with pytest.raises(KeyError, match="did you mean"):
        ds.get("person/lee-jae-myun")
    assert validation.ids_of_release(release) == validation.ids_of_release(PUBLISHED)
    assert nd.diff(PUBLISHED, release) == nd.diff(release, PUBLISHED) == []


def test_exports_and_the_page(parts: Path, tmp_path: Path) -> None:
    """To the byte, of a folder of the same name."""
    place, found = tmp_path / "release", {}
    for release in (PUBLISHED, parts):
        out = tmp_path / "out"
        shutil.copytree(release, place)
        ds = nd.Dataset.open(place)
        ds.export("csv", out / "csv")
        ds.export("jsonl", out / "jsonl")
        ds.export("sqlite", out / "news.db")
        ds.explore(out / "page.html")
        with closing(sqlite3.connect(out / "news.db")) as base:
            dump = "\n".join(base.iterdump())
        files = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.suffix != ".db"}
        found[release] = (dump, files)
        shutil.rmtree(place)
        shutil.rmtree(out)
    assert len(found[parts][1]) > 50
    assert found[parts] == found[PUBLISHED]


def test_paths(parts: Path, divided: Path) -> None:
    """The folder where there are several files, or one that is named otherwise."""
    assert nd.Dataset.open(parts).path("people") == parts / "people"
    assert nd.Dataset.open(divided).path("articles") == divided / "articles"
    assert nd.Dataset.open(divided).path("people") == divided / "people.parquet"
    assert Release(parts).paths("people") == [parts / f"people/part-0000{number}.parquet" for number in range(PIECES)]


@pytest.mark.parametrize("is_small", [True, False])
def test_validate_and_verify(release: Path, is_small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """As records or as tables: as many units are looked at."""
    monkeypatch.setattr(validation, "SMALL", validation.SMALL if is_small else 0)
    wanted, found = ({t.code: t.checked for t in nd.validate(one, hashed=True).tallies} for one in (PUBLISHED, release))
    of_files = {code for code, checked in wanted.items() if checked != found[code]}

    assert nd.validate(release, hashed=True).ok
    assert sum(wanted.values()) > 1000
    assert of_files <= {tally.code for tally in nd.validate(release).tallies if tally.layer == "shape"}
    assert nd.verify(release).ok
    assert releases.compare(manifest.read(PUBLISHED), release) == []


@pytest.mark.parametrize("at_once", [4, 50_000])
def test_lines_are_written_from_parts(
    parts: Path, tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records of a type, out of their parts and those of their children; also where batches end within a part."""
    monkeypatch.setattr("news_dataset.publish.tables.NESTED_RECORDS", at_once)
    for model in RECORDS:
        with connected() as database:
            write_lines(database, model, parts, tmp_path / model.table)
        assert (tmp_path / model.table).read_bytes() == (PUBLISHED / f"{model.table}.jsonl").read_bytes()


def test_lines_that_an_attempt_left_are_written_anew(parts: Path, tmp_path: Path) -> None:
    """As executors do that take the place of one that was lost."""
    shutil.copytree(parts, tmp_path / "parts")
    file = files_of_table(tmp_path / "parts", "people")[0]
    whole = file.with_suffix(".jsonl").read_bytes()
    file.with_suffix(".jsonl").write_bytes(whole[:10])
    cluster._write_lines(BASE, "people", tmp_path / "parts", file)

    assert file.with_suffix(".jsonl").read_bytes() == whole


def test_what_folders_are_called_is_no_value(tmp_path: Path) -> None:
    """The column is in the files; DuckDB would take it from the folder."""
    (tmp_path / "people" / "name=elsewhere").mkdir(parents=True)
    pq.write_table(pa.table({"name": ["here"]}), tmp_path / "people" / "name=elsewhere" / "part-0.parquet")
    with connected() as database:
        found = database.execute(f"SELECT name FROM {read_parquet(files_of_table(tmp_path, 'people'))}").fetchall()

    assert found == [("here",)]


# Descriptors.


def test_descriptors_name_the_files(parts: Path, divided: Path) -> None:
    """A list of paths, a pattern of names; a folder in a folder has another pattern."""
    import json

    for folder, table, pattern in [
        (parts, "statements", "statements/*.parquet"), (divided, "statements", "statements/**/*.parquet"),
        (divided, "people", "people.parquet"),
    ]:  # fmt: skip
        package, crumbs = (
            json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("datapackage", "croissant")
        )
        (packed,) = [one for one in package["resources"] if one["name"] == table]
        (file,) = [one for one in crumbs["distribution"] if one["@id"] == pattern]
        (rows,) = [one for one in crumbs["recordSet"] if one["@id"] == table]
        names = manifest.read(folder).files_of(table)
        kind = "fileSet" if "*" in pattern else "fileObject"
        head = (folder / "README.md").read_text("utf-8")

        assert packed["path"] == (names if len(names) > 1 else names[0])
        assert ("hash" in packed) == (len(names) == 1)
        assert file["@type"] == f"cr:{kind[0].upper()}{kind[1:]}"
        assert all(one["source"][kind] == {"@id": pattern} for one in rows["field"])
        assert f"- config_name: {table}\n  data_files: {pattern}\n" in head
        assert {path.relative_to(folder).as_posix() for path in folder.glob(pattern)} == set(names)
        assert "or a folder of such" in head


# Building.


def test_a_build_replaces_parts(dataset: Path, parts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By files, and files by divided tables; what is compared are rows and not files."""
    release = Path(shutil.copytree(parts, dataset / "data" / "published"))
    assert compare(dataset, release) == []
    assert main(["build", str(dataset), "--check"]) == 0
    build(dataset, release)
    assert not (release / "statements").exists()
    assert main(["build", str(dataset), "--partition-by", "statements.kind"]) == 0
    assert "next: news-dataset verify" in capsys.readouterr().out
    assert {path.name for path in (release / "statements").iterdir()} >= {"kind=direct", "kind=narrated"}
    assert main(["build", str(dataset), "--check"]) == main(["verify", str(dataset)]) == 0
    assert main(["build", str(dataset), "--check", "--partition-by", "statements.kind"]) == 2
    assert "leave out --partition-by" in capsys.readouterr().err
    person = dataset / "data" / "curated" / "people" / "joe-biden.yaml"
    person.write_text(person.read_text("utf-8").replace("given_name: Joe\n", "given_name: Joseph\n"), "utf-8")
    assert compare(dataset, release)[0] == "people: other rows than the records give"


def test_lines_in_parts_are_compared(dataset: Path, copy_in_parts: Path) -> None:
    """With those of the records, one behind the other."""
    person = dataset / "data" / "curated" / "people" / "joe-biden.yaml"
    person.write_text(person.read_text("utf-8").replace("given_name: Joe\n", "given_name: Joseph\n"), "utf-8")

    assert compare(dataset, copy_in_parts) == [
        "people: other rows than the records give",
        "people: other records than the curated ones",
    ]


@pytest.mark.parametrize(
    "name", ["statements/mine.parquet", "statements/mine.txt", "mine/x/y.txt", "statements/.mine/x"]
)
@pytest.mark.parametrize("is_named", [False, True])
def test_what_is_not_ours_is_not_replaced(dataset: Path, copy_in_parts: Path, name: str, is_named: bool) -> None:
    """A file in the folder of a table is ours if the manifest names it, and if it is such a file."""
    (copy_in_parts / name).parent.mkdir(exist_ok=True, parents=True)
    (copy_in_parts / name).write_text("years of work")
    if is_named:
        vouched(copy_in_parts)
    if is_named and name.endswith(".parquet"):
        build(dataset, copy_in_parts)
        assert not (copy_in_parts / name).exists()
        return
    with pytest.raises(SetupError, match=f"{name}.* not ours to replace"):
        build(dataset, copy_in_parts)
    assert (copy_in_parts / name).read_text() == "years of work"
