"""Views of a release: written beside its tables, hashed, made of the tables again, and read as they are."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest, publish
from news_dataset.engine.database import connected
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.exporters import csv
from news_dataset.exporters.rows import plain_rows
from news_dataset.publish.tables import content_of
from news_dataset.tabular import arrow_schema
from news_dataset.views import views
from tests.building import build, compare
from tests.conftest import ROOT

PUBLISHED = ROOT / "data" / "published"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the release, with the records beside it."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path / "data" / "published"


def vouched(release: Path, name: str, rows: pa.Table, *, content: bool = True) -> Path:
    """Replace a view, and make the manifest vouch for it."""
    path = release / manifest.view_file(name)
    pq.write_table(rows, path)
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    found["files"][manifest.view_file(name)] = asdict(manifest.describe(path.read_bytes()))
    found["views"][name]["rows"] = len(rows)
    if content and rows.column_names == [field.name for field in views()[name].fields]:
        with connected() as database:
            found["views"][name] = asdict(content_of(database, views()[name], rows.to_batches()))
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    return release


def set_column(table: pa.Table, name: str, change: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> pa.Table:
    at = table.schema.get_field_index(name)
    field = table.schema.field(at)
    return table.set_column(at, field, change(table.column(at).cast(pa.string())).cast(field.type))


@pytest.mark.parametrize("name", views())
def test_a_view_is_published_as_it_is_worked_out(name: str) -> None:
    """With types and descriptions; out of the file it is what the records give."""
    file = pq.read_table(PUBLISHED / "views" / f"{name}.parquet")

    assert file.schema.equals(arrow_schema(views()[name]))
    assert file.schema.field("status").metadata[b"codebook"] == b"status"
    curated = nd.Dataset.open(ROOT / "data" / "curated")
    pd.testing.assert_frame_equal(getattr(nd, name)(), getattr(curated, name)())
    assert manifest.read(PUBLISHED).views[name].rows == len(file)


def test_a_published_view_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read, so that it costs no more than a table."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("news_dataset.query.run", refuse)

    assert len(nd.claims()) == len(nd.load("statements"))
    with pytest.raises(AssertionError):  # negative control: records have to be asked
        nd.Dataset.open(ROOT / "data" / "curated").claims()


def test_a_changed_view_is_noticed(release: Path) -> None:
    """Whether the manifest vouches for it or not."""
    path = release / "views" / "claims.parquet"
    table = pq.read_table(path)
    publish.verify(release)
    saved = path.read_bytes()
    path.write_bytes(saved[:-9] + bytes([saved[-9] ^ 1]) + saved[-8:])
    with pytest.raises(IntegrityError, match=r"claims\.parquet is not the file"):
        publish.verify(release)
    with pytest.raises(IntegrityError, match=r"claims\.parquet is not the file"):
        nd.Dataset.open(release).claims()

    kinder = set_column(table, "content_verdict", lambda column: pc.if_else(pc.is_valid(column), "supported", None))
    with pytest.raises(IntegrityError, match=r"claims\.parquet holds other rows than the tables give"):
        publish.verify(vouched(release, "claims", kinder))
    with pytest.raises(IntegrityError, match=r"claims\.parquet holds other rows than the manifest says"):
        publish.verify(vouched(release, "claims", table, content=False))
    publish.verify(vouched(release, "claims", table))


def test_a_view_of_another_version_is_worked_out(release: Path) -> None:
    """Its columns are those of the package that reads it, whatever the file has."""
    table = pq.read_table(release / "views" / "claims.parquet")
    vouched(release, "claims", table.drop_columns(["n_sources"]))

    pd.testing.assert_frame_equal(nd.Dataset.open(release).claims(), nd.claims())
    publish.verify(release)


def test_a_view_must_be_a_sound_table(release: Path) -> None:
    """As a table must."""
    table = pq.read_table(release / "views" / "claims.parquet")
    wrong = table.set_column(0, "statement", table.column("statement").cast(pa.large_string()))
    with pytest.raises(IntegrityError, match="no table has: statement"):
        nd.Dataset.open(vouched(release, "claims", wrong, content=False)).claims()


def test_files_in_the_folder_of_views_are_not_hidden(release: Path) -> None:
    """Nor is a link in its place; and a build does not replace what is not its own."""
    (release / "views" / "mine.txt").write_text("years of work", "utf-8")
    with pytest.raises(IntegrityError, match=r"mine\.txt is not in the manifest"):
        publish.verify(release)
    with pytest.raises(SetupError, match=r"views/mine\.txt, which is not"):
        build(release.parent.parent, release)
    (release / "views" / "mine.txt").unlink()
    (release / "views").rename(release.parent / "aside")
    (release / "views").symlink_to(release.parent / "aside")
    with pytest.raises(IntegrityError, match="lies behind a link"):
        publish.verify(release)
    with pytest.raises(IntegrityError, match="lies behind a link"):
        nd.Dataset.open(release).claims()


def test_a_comparison_names_the_views(release: Path) -> None:
    """Where the records give others."""
    path = release.parent / "curated" / "articles" / "lee-ishiba-tokyo.yaml"
    path.write_text(path.read_text("utf-8").replace("status: draft", "status: corrected"), "utf-8")

    found = compare(release.parent.parent, release)
    assert {one.partition(":")[0] for one in found} >= {"articles", *views()}


def test_a_large_release_has_them_as_sql_alone(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are worked out when they are asked for."""
    monkeypatch.setattr("news_dataset.publish.building.MAX_STATEMENTS", 10)
    build(release.parent.parent, release)

    assert not (release / "views").exists()
    assert manifest.read(release).views == {}
    publish.verify(release)
    pd.testing.assert_frame_equal(nd.Dataset.open(release).claims(), nd.claims())


# Exports.


def rows_of(base: sqlite3.Connection, name: str) -> list[dict[str, object]]:
    """Return the rows of a view of an export, truth values as such."""
    base.row_factory = sqlite3.Row
    flags = {field.name for field in views()[name].fields if field.kind == "bool"}
    return [
        {key: bool(row[key]) if key in flags and row[key] is not None else row[key] for key in row.keys()}  # noqa: SIM118
        for row in base.execute(f"SELECT * FROM {name}")
    ]


@pytest.mark.parametrize("place", ["data/published", "data/curated"])
def test_exports_have_the_same_views(place: str, tmp_path: Path) -> None:
    """As files, and as views that SQLite works out of the tables of the file."""
    ds = nd.Dataset.open(ROOT / place)
    ds.export("csv", tmp_path / "csv")
    ds.export("sqlite", tmp_path / "base.db")
    files = csv.read(tmp_path / "csv")
    with closing(sqlite3.connect(tmp_path / "base.db")) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'view'")} == set(views())
        for name in views():
            expected = list(plain_rows(pq.read_table(PUBLISHED / "views" / f"{name}.parquet")))
            assert list(plain_rows(files[name])) == expected
            assert rows_of(base, name) == expected

        base.execute("UPDATE assessments SET verdict = 'supported' WHERE verdict = 'contradicted'")  # negative control
        assert rows_of(base, "claims") != list(plain_rows(files["claims"]))


def test_a_part_of_a_dataset_has_the_views_that_it_can_have(tmp_path: Path) -> None:
    """Others would fail, or be empty without a word."""
    parts = tmp_path / "parts"
    parts.mkdir()
    for name in ("assessments", "citations", "sources", "statements", "articles"):
        shutil.copy(PUBLISHED / f"{name}.parquet", parts)
    nd.Dataset.open(parts).export("csv", tmp_path / "csv")

    assert [path.name for path in (tmp_path / "csv" / "views").iterdir()] == ["claim_sources.csv"]


# Withdrawn articles.


def test_what_was_withdrawn_is_shown_on_demand(dataset: Path) -> None:
    """Its claims are in SQL and on demand; what belongs to no article stays."""
    path = dataset / "data" / "curated" / "articles" / "lee-ishiba-tokyo.yaml"
    path.write_text(path.read_text("utf-8").replace("status: draft", "status: withdrawn"), "utf-8")
    withdrawn = nd.Dataset.open(dataset / "data" / "curated")
    for view in views():
        before, whole = getattr(nd, view)(), getattr(withdrawn, view)(include_withdrawn=True)
        left = getattr(withdrawn, view)()

        assert len(whole) == len(before) == len(withdrawn.sql(f"select * from {view}"))
        assert left["status"].isna().all()
        assert len(left) == before["status"].isna().sum()
        assert left.index.tolist() == list(range(len(left)))
        assert left.attrs == withdrawn.load("people").attrs
