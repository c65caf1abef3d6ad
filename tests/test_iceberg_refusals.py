"""Export to Iceberg: what is refused, and the words of the command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from pyiceberg.catalog import load_catalog

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import IntegrityError, SetupError, UsageError
from news_dataset.exporters import iceberg
from tests.conftest import ROOT
from tests.lake import RELEASE, Lake, same, two_versions


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two released versions of one dataset."""
    return two_versions(tmp_path_factory.mktemp("versions"))


# What is refused.


@pytest.mark.parametrize("name", ["people.parquet", "people.jsonl"])
def test_a_damaged_release_is_refused(name: str, lake: Lake, versions: tuple[Path, Path], tmp_path: Path) -> None:
    """Nothing is registered, whichever of its files it is."""
    shutil.copytree(versions[0], tmp_path / "release")
    with (tmp_path / "release" / name).open("ab") as file:
        file.write(b"x")

    with pytest.raises(IntegrityError, match=rf"{name} is not the file that the manifest vouches for"):
        lake.register(tmp_path / "release")
    assert lake.catalog.list_namespaces() == []
    assert not lake.folder.exists()


def test_only_a_release_is_registered(lake: Lake, tmp_path: Path, dataset: Path) -> None:
    """Records and bare tables are told to be built."""
    (tmp_path / "tables").mkdir()
    shutil.copy(RELEASE / "people.parquet", tmp_path / "tables")
    for folder in (dataset, tmp_path / "tables"):
        with pytest.raises(UsageError, match=rf"^{folder} holds no release.*; first: news-dataset build {folder}$"):
            lake.register(folder)
    assert lake.catalog.list_namespaces() == []


def test_tables_of_others_are_not_replaced(lake: Lake, versions: tuple[Path, Path]) -> None:
    """Nor those of a dataset with nearly the same name; nothing is changed."""
    lake.catalog.create_namespace("second_article")
    schema = pa.schema([("id", pa.int64())])
    lake.catalog.create_table("second_article.topics", schema, f"file://{lake.folder}/mine")
    before = lake.state()

    with pytest.raises(SetupError, match=r"second_article\.topics is not of this dataset"):
        lake.register(versions[0])
    assert lake.state() == before


def test_the_metadata_do_not_go_into_a_release(lake: Lake, versions: tuple[Path, Path], tmp_path: Path) -> None:
    """It would no longer be what its manifest says; nor among records, nor where readers would look elsewhere."""
    shutil.copytree(versions[0], tmp_path / "release")
    for lake.folder in (tmp_path / "release", tmp_path / "release" / "deep"):
        with pytest.raises(SetupError, match="lies in the release"):
            lake.register(tmp_path / "release")
    lake.folder = tmp_path / "what?"
    with pytest.raises(SetupError, match=r"has \? or # in its path"):
        lake.register(tmp_path / "release")
    lake.folder = tmp_path / "file"
    lake.folder.write_text("mine")
    with pytest.raises(SetupError, match="cannot be used"):
        lake.register(tmp_path / "release")
    assert nd.verify(tmp_path / "release").ok


@pytest.mark.parametrize(("words", "sentence"), [
    ("--to iceberg", "iceberg needs a catalog: --catalog sqlite:///FILE"),
    ("--to iceberg --tag 1", "iceberg needs a catalog: --catalog sqlite:///FILE"),
    ("--to csv --tag 1", "a catalog and a tag are for iceberg: expected --to iceberg, found --to csv"),
    ("--to csv-template --catalog sqlite:///c.db", "a catalog and a tag are for iceberg: expected --to iceberg, "
     "found --to csv-template"),
    ("--to iceberg --catalog oracle://c.db", "the URI of the catalog is of an unknown kind; expected one such as "
     "sqlite:///FILE"),
    ("--to iceberg --catalog nowhere", ".pyiceberg.yaml has no catalog 'nowhere'; a URI looks like sqlite:///FILE"),
    ("--to iceberg --catalog sqlite:///c.db --tag a/b", "the tag 'a/b' is not made of letters, digits, points, hyphens "
     "and underscores"),
])  # fmt: skip
def test_wrong_words_are_one_line(
    words: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Usage, exit 2; nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main(["export", str(RELEASE), *words.split(), "-o", "out"]) == 2
    assert capsys.readouterr().err == f"news-dataset: {sentence}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_catalog_that_fails_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 5, as for other things of the surroundings."""
    uri = f"sqlite:///{tmp_path}/nowhere/c.db"
    assert main(["export", str(RELEASE), "--to", "iceberg", "--catalog", uri, "-o", str(tmp_path / "out")]) == 5
    shown = capsys.readouterr().err
    assert shown.startswith("news-dataset: the catalog cannot be used: ")
    assert shown.count("\n") == 1


def test_without_pyiceberg_its_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the sentence of all extras."""
    monkeypatch.setitem(sys.modules, "pyiceberg", None)
    words = ["--to", "iceberg", "--catalog", f"sqlite:///{tmp_path}/c.db", "-o", str(tmp_path / "out")]

    assert main(["export", str(RELEASE), *words]) == 5
    assert capsys.readouterr().err == (
        'news-dataset: pyiceberg is not installed; run: pip install "news-dataset[iceberg]"\n'
    )
    assert list(tmp_path.iterdir()) == []


# The command.


def test_a_catalog_may_be_named(versions: tuple[Path, Path], tmp_path: Path) -> None:
    """As ``.pyiceberg.yaml`` has it; a path may have blanks and other scripts. Nothing is on standard error."""
    home = tmp_path / "my häuser"
    home.mkdir()
    shutil.copytree(versions[0], home / "release 1")
    (home / ".pyiceberg.yaml").write_text(f"catalog:\n  mine:\n    uri: sqlite:///{home}/c.db\n", "utf-8")
    command = [sys.executable, "-m", "news_dataset", "export", "release 1", "--to", "iceberg", "--catalog", "mine"]
    environment = {"PYICEBERG_HOME": str(home), "PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(
        [*command, "-o", "ware house"], cwd=home, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    total = sum(nd.Dataset.open(versions[0]).info()["rows"].values())

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"ware house: {total} rows in {len(nd.tables())} tables, as iceberg, tag 2026.11.1\n"
        'read: catalog.load_table("second_article.articles").scan().use_ref("2026.11.1").to_arrow()\n'
    )
    with closing(load_catalog("mine", uri=f"sqlite:///{home}/c.db")) as catalog:
        found = catalog.load_table("second_article.people").scan().use_ref("2026.11.1").to_arrow()
    assert same(found, nd.Dataset.open(versions[0]).load("people", as_="arrow"))


@pytest.mark.parametrize(("name", "namespace"), [
    ("news-dataset", "news_dataset"), ("2026-news", "_2026_news"), ("a.b c", "a_b_c"),
])  # fmt: skip
def test_the_namespace_needs_no_quotes(name: str, namespace: str) -> None:
    """In catalogs and SQL."""
    assert iceberg._namespace(name) == namespace
