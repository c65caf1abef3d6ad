"""A catalog of Iceberg on disk, and two versions of a dataset to register in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog import Catalog, load_catalog
from pyiceberg.table import Table

import news_dataset as nd
from tests.building import build
from tests.conftest import ROOT

RELEASE = ROOT / "data" / "published"
SMALL = ROOT / "examples" / "second-article" / "data"
State = dict[str, tuple[int, dict[str, int]]]


class Lake:
    """A catalog on disk, with the folder of its metadata."""

    def __init__(self, home: Path) -> None:
        self.uri, self.folder = f"sqlite:///{home / 'catalog.db'}", home / "warehouse"
        home.mkdir(exist_ok=True)
        load_catalog("default", uri=self.uri).close()  # its file and tables are there from the start
        self.catalog: Catalog = load_catalog("default", uri=self.uri)

    def register(self, release: Path, tag: str | None = None) -> dict[str, int]:
        """Export a release to it."""
        return nd.Dataset.open(release).export("iceberg", self.folder, catalog=self.uri, tag=tag)

    def tables(self) -> dict[str, Table]:
        """Every table by its name."""
        names = [one for space in self.catalog.list_namespaces() for one in self.catalog.list_tables(space)]
        return {name: self.catalog.load_table((space, name)) for space, name in names}

    def read(self, table: str, tag: str) -> pa.Table:
        """What pyiceberg reads by the tag."""
        found = self.tables()[table]
        snapshot = found.snapshot_by_name(tag)
        assert snapshot
        return found.scan(snapshot_id=snapshot.snapshot_id).to_arrow()

    def state(self) -> State:
        """Of each table how many snapshots it has, and where its branch and its tags point."""
        return {
            name: (len(table.snapshots()), {ref: one.snapshot_id for ref, one in table.refs().items()})
            for name, table in self.tables().items()
        }


def two_versions(home: Path) -> tuple[Path, Path]:
    """Two released versions of one dataset: in the second a person has another name, and one person more is there."""
    made = []
    for number in (1, 2):
        data = home / f"data{number}"
        shutil.copytree(SMALL, data, ignore=shutil.ignore_patterns("published"))
        edit(data / "dataset.yaml", "2026.11.1.dev", f"2026.11.{number}")
        if number == 2:
            edit(data / "curated/people/mira-example.yaml", "Mira Example", "Mira Newname")
            (data / "curated/people/ann-other.yaml").write_text("id: person/ann-other\nname: Ann Other\n")
        build(data / "curated", home / f"v{number}")
        made.append(home / f"v{number}")
    return made[0], made[1]


def edit(path: Path, old: str, new: str) -> None:
    words = path.read_text("utf-8")
    assert old in words
    path.write_text(words.replace(old, new), "utf-8")


def facts(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file of a folder: inode, time of its last change, bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(one): (one.stat().st_ino, one.stat().st_mtime_ns, one.read_bytes()) for one in files}


def same(found: pa.Table, wanted: pa.Table) -> bool:
    return bool(found.column_names == wanted.column_names and found.to_pylist() == wanted.to_pylist())
