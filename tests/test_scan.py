"""Tables read in part: what is not asked for is not read, from releases and from folders without a manifest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest, publish
from news_dataset.errors import IntegrityError
from news_dataset.publish import tables as published
from news_dataset.stores import Table
from news_dataset.tabular import tables as specified
from news_dataset.testing import write_synthetic
from tests.building import build_lines
from tests.conftest import ROOT

GROUP = 100
Folder = Callable[[], Path]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables in row groups of a hundred rows."""
    folder = tmp_path_factory.mktemp("tables")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(published, "ROW_GROUP_ROWS", GROUP)
        write_synthetic(folder / "lines", 900, 8, form="jsonl")
        build_lines(folder / "lines", folder / "out")
    return folder / "out"


@pytest.fixture
def copy(tables: Path, tmp_path: Path) -> Path:
    """A folder of such tables, to be changed."""
    for path in tables.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


@pytest.fixture
def large(lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release whose files are large, by a limit that was lowered."""
    monkeypatch.setattr(manifest, "SMALL", 10)
    build_lines(lines, tmp_path / "large")
    return tmp_path / "large"


def spoil(path: Path, column: str, group: int = 0) -> None:
    """Overwrite the pages of a column in a row group."""
    about = pq.read_metadata(path)
    place = next(at for at in range(about.num_columns) if about.schema.column(at).path == column)
    of = about.row_group(group).column(place)
    start = of.dictionary_page_offset or of.data_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + of.total_compressed_size] = os.urandom(of.total_compressed_size)
    path.write_bytes(data)


def assert_same(table: Table, folder: Path | None, frame: pl.DataFrame) -> None:
    ds = nd.Dataset.open(folder) if folder else nd
    assert frame.equals(ds.load(table, as_="polars"))


@pytest.mark.parametrize("table", nd.tables())
def test_all_of_a_table(table: Table, tables: Path) -> None:
    """Whatever way it is read, of the bundled release and of a folder of tables."""
    assert_same(table, None, nd.scan(table).collect())
    assert_same(table, tables, nd.Dataset.open(tables).scan(table).collect())
    for ds in (nd, nd.Dataset.open(tables)):
        schema = ds.load(table, as_="arrow").schema
        batches = list(ds.iter_batches(table, batch_size=64))
        assert all(batch.num_rows <= 64 for batch in batches)
        assert pa.Table.from_batches(batches, schema).to_pylist() == ds.load(table, as_="records")


def test_a_query_names_what_it_needs(tables: Path) -> None:
    """Columns and condition stand in the plan where the file is read."""
    query = nd.Dataset.open(tables).scan("statements").filter(pl.col("kind") == "direct").select("id")
    plan = query.explain()

    assert re.search(r"PROJECT 2/\d+ COLUMNS", plan)
    assert re.search(r'SELECTION: .*"kind"', plan)


def test_columns_that_are_not_wanted_are_not_read(copy: Path) -> None:
    """They may even be broken; negative control: one that is wanted may not."""
    spoil(copy / "statements.parquet", "gist")
    ds = nd.Dataset.open(copy)

    assert ds.scan("statements").select("id", "kind").collect().height == 900
    assert sum(map(len, ds.iter_batches("statements", columns=["kind", "id"]))) == 900
    with pytest.raises(IntegrityError, match=r"statements\.parquet is damaged"):
        ds.scan("statements").select("gist").collect()
    with pytest.raises(IntegrityError, match=r"statements\.parquet"):
        list(ds.iter_batches("statements", columns=["gist"]))


def test_row_groups_that_cannot_match_are_not_read(copy: Path) -> None:
    """They may even be broken; negative control: one that can match may not."""
    path = copy / "statements.parquet"
    last = pq.read_metadata(path).row_group(0).column(0).statistics.max
    spoil(path, "id", group=3)
    ds = nd.Dataset.open(copy)

    assert ds.scan("statements").filter(pl.col("id") <= last).collect().height == GROUP
    assert sum(map(len, ds.iter_batches("statements", filters=[("id", "<=", last)]))) == GROUP
    with pytest.raises(IntegrityError, match=r"statements\.parquet is damaged"):
        ds.scan("statements").filter(pl.col("id") > last).collect()
    with pytest.raises(IntegrityError):
        list(ds.iter_batches("statements", filters=[("id", ">", last)]))


def test_a_mistake_in_a_query_is_no_damage(tables: Path) -> None:
    """Of a table that is sound: what Polars says of the query."""
    query = nd.Dataset.open(tables).scan("statements").filter(pl.col("id").str.to_integer() > 1)

    with pytest.raises(pl.exceptions.PolarsError, match="parsing failed"):
        query.collect()
    assert nd.Dataset.open(tables).scan("statements").head(3).filter(pl.col("id") != "").collect().height == 3


def test_filters_are_those_of_load(tables: Path) -> None:
    """Also on columns that are not wanted, in every form."""
    ds = nd.Dataset.open(tables)
    for filters in (
        [("kind", "=", "direct")], [[("kind", "=", "direct")], [("polarity", "=", "negative")]], [],
        [("kind", "in", ["mixed", "direct"])], pa.compute.field("claim_type") == "fact", None,
    ):  # fmt: skip
        batches = list(ds.iter_batches("statements", columns=["id"], filters=filters))
        wanted = ds.load("statements", as_="records", columns=["id"], filters=filters)
        assert [row for batch in batches for row in batch.to_pylist()] == wanted
        assert wanted


def test_a_divided_table(copy: Path) -> None:
    """The same rows, and only the files that can match are read."""
    before = nd.Dataset.open(copy).load("statements").sort_values("id", ignore_index=True)
    published.divide(copy / "statements.parquet", specified()["statements"], "kind", {})
    ds = nd.Dataset.open(copy)

    assert ds.load("statements").sort_values("id", ignore_index=True).equals(before)
    assert ds.scan("statements").collect().height == len(before)
    assert ds.path("statements") == copy / "statements"
    (copy / "statements" / "kind=mixed" / "part-0.parquet").write_bytes(b"no longer a table")
    with pytest.raises(IntegrityError, match="kind=mixed"):
        list(ds.iter_batches("statements"))


def test_a_folder_of_tables_is_a_dataset(tables: Path) -> None:
    """The facade works on it, but for what only a release or records can tell."""
    ds = nd.Dataset.open(tables)
    person = ds.get(ds.load("people", as_="records")[7]["id"])

    assert ds.tables() == nd.tables()
    assert ds.info()["rows"]["statements"] == 900
    assert person in set(ds.iter_records("people"))
    assert len(ds.who_said_what()) >= 900
    assert ds.describe("statements").equals(nd.describe("statements"))
    with pytest.raises(KeyError, match="did you mean statements"):
        ds.scan("statement")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"dataset\.yaml"):
        ds.citation()


def test_tables_of_other_writers(copy: Path) -> None:
    """Wider types become those of a release; what cannot is refused."""
    path = copy / "offices.parquet"
    wanted = nd.Dataset.open(copy).load("offices")
    pl.read_parquet(path).with_columns(pl.col("ordinal").cast(pl.Int64)).write_parquet(path)
    assert nd.Dataset.open(copy).load("offices").equals(wanted)
    pl.read_parquet(path).with_columns(pl.col("ordinal").cast(pl.String) + "th").write_parquet(path)
    with pytest.raises(IntegrityError, match="is not such a table"):
        nd.Dataset.open(copy).load("offices")


def test_small_releases_are_hashed(lines: Path, tmp_path: Path) -> None:
    """Before anything is decoded."""
    build_lines(lines, tmp_path / "out")
    path = tmp_path / "out" / "people.parquet"
    path.write_bytes(path.read_bytes() + b"\0")
    ds = nd.Dataset.open(tmp_path / "out")
    for read in (lambda: ds.scan("people"), lambda: ds.iter_batches("people")):
        with pytest.raises(IntegrityError, match="vouches"):
            read()


def test_large_releases_are_hashed_on_request(large: Path) -> None:
    """And read from the disk; without the request a change that is no mistake of Parquet is not seen."""
    ds = nd.Dataset.open(large)
    assert_same("people", large, ds.scan("people", hashed=True).collect())
    rows = ds.load("people", as_="arrow")
    changed = rows.take(list(reversed(range(len(rows)))))
    pq.write_table(changed, large / "people.parquet")

    assert ds.scan("people").collect().height == len(changed)
    assert sum(map(len, ds.iter_batches("people"))) == len(changed)
    for read in (lambda: ds.scan("people", hashed=True), lambda: ds.iter_batches("people", hashed=True)):
        with pytest.raises(IntegrityError, match="vouches"):
            read()
    with pytest.raises(IntegrityError, match="vouches"):
        publish.verify(large)


def test_large_releases_are_verified(large: Path) -> None:
    """Their tables are hashed column by column."""
    assert publish.verify(large).tables == manifest.read(ROOT / "data" / "published").tables


def test_wrong_arguments(tables: Path) -> None:
    """Said at the call, not at the first batch."""
    ds = nd.Dataset.open(tables)
    for said, arguments in [
        ("did you mean", {"columns": ["gists"]}), ("list of names", {"columns": "gist"}),
        ("batch_size", {"batch_size": 0}), ("not understood", {"filters": [("id", "=", 7)]}),
        ("not understood", {"filters": [("kind", "~", "direct")]}), ("did you mean", {"filters": [("kin", "=", "a")]}),
        ("no manifest", {"hashed": True}),
    ]:  # fmt: skip
        with pytest.raises((KeyError, ValueError), match=said):
            ds.iter_batches("statements", **arguments)  # type: ignore[arg-type]


def test_without_polars() -> None:
    """One sentence that names what to install; batches need no Polars."""
    code = (
        "import sys; sys.modules['polars'] = None\nimport news_dataset as nd\n"
        "print(sum(map(len, nd.iter_batches('people', columns=['id']))))\n"
        "try: nd.scan('people')\nexcept Exception as error: print(type(error).__name__, error)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)

    assert found.stdout.splitlines() == [
        str(len(nd.load("people"))),
        'SetupError polars is not installed; run: pip install "news-dataset[polars]"',
    ]
