"""Releases are verified and compared: each fault is told, and what is none of it is left to others."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from news_dataset import manifest
from news_dataset.errors import IntegrityError, SetupError, UsageError
from news_dataset.issues import Report
from news_dataset.publish import release as releases
from news_dataset.publish.descriptors import DESCRIPTORS
from tests.conftest import ROOT

PUBLISHED = ROOT / "examples" / "second-article" / "data" / "published"
DESCRIBING = [name for name in DESCRIPTORS if os.path.lexists(PUBLISHED / name)]
Change = Callable[[Path, Any], object]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the smaller release."""
    return Path(shutil.copytree(PUBLISHED, tmp_path / "out"))


def said(report: Report) -> list[tuple[str, str, str]]:
    """Return the file, severity and message of each issue."""
    return [(Path(issue.path).name, issue.severity, issue.message) for issue in report]


def test_only_a_release_is_replaced(release: Path, tmp_path: Path) -> None:
    """An empty folder may be, and one with files of a system; a file that anyone might have is kept."""
    refuse = releases.refuse_foreign_files
    for folder in (tmp_path / "none", release):
        refuse(folder)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/.DS_Store").touch()
    refuse(tmp_path / "empty")
    (tmp_path / "empty/mine").touch()
    with pytest.raises(SetupError, match="holds files and is not a release, so it is not ours to replace; if it is a"):
        refuse(tmp_path / "empty")
    found = json.loads((release / manifest.NAME).read_bytes())
    del found["files"]["README.md"]
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    with pytest.raises(SetupError, match=r"holds README\.md, which is not part of the release; move it elsewhere"):
        refuse(release)
    (release / "README.md").unlink()
    refuse(release)


def test_which_files_are_replaced(release: Path) -> None:
    """Those of any release, and the parts that this one has of its tables."""
    undivided = releases.replaceable_names(release)
    assert undivided >= {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert {"manifest.json", "README.md", "people.jsonl", "people.parquet", "views/who_said_what.parquet"} <= undivided
    found = json.loads((release / manifest.NAME).read_bytes())
    entry = found["files"]["README.md"]
    found["files"] |= dict.fromkeys(("codes/a/b.jsonl", "towns/a.parquet", "mine.txt"), entry)
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    release.rename(release.with_name(".out.news-dataset-previous"))
    assert releases.replaceable_names(release) - undivided == {"codes/a/b.jsonl"}
    shutil.rmtree(release.with_name(".out.news-dataset-previous"))
    assert releases.replaceable_names(release) <= undivided


@pytest.mark.parametrize(
    ("about", "rows", "changes"),
    [
        ({}, 0, False), ({}, 1, True), ({"title": "Other"}, 0, True), ({"name": "other"}, 1, False),
        ({"data_version": "2031.06.0"}, 1, False), ({"data_version": "2031.06.0.dev"}, 1, False),
    ],
)  # fmt: skip
def test_a_released_version_keeps_its_content(about: Any, rows: int, changes: bool, release: Path) -> None:
    """Another version, another dataset and a draft have their own; without a release there is nothing to keep."""
    found = json.loads((release / manifest.NAME).read_bytes())
    found["dataset"]["data_version"] = "2031.05.0"
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    old = manifest.read(release)
    people = replace(old.tables["people"], rows=old.tables["people"].rows + rows)
    new = replace(old, dataset=old.dataset | about, tables={**old.tables, "people": people})

    assert releases.changes_released_version(new, release) is changes
    assert not releases.changes_released_version(new, release / "none")


def edited(release: Path, change: Change) -> Any:
    """Change a release, and its manifest with it."""
    found = json.loads((release / manifest.NAME).read_bytes())
    change(release, found)
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    return found


def vouched(release: Path, found: Any, name: str, data: bytes) -> None:
    """Write a file, and let the manifest vouch for it."""
    (release / name).write_bytes(data)
    found["files"][name] = asdict(manifest.describe(data))


def without_column(release: Path, found: Any, name: str) -> None:
    """Take the last column out of a table."""
    table = pq.read_table(release / name)
    pq.write_table(table.drop_columns(table.column_names[-1:]), release / name)
    vouched(release, found, name, (release / name).read_bytes())


DIFFERS = "/manifest.json and datapackage.json differ: %s"
FAULTS: dict[str, tuple[Change, list[str]]] = {
    "a file": (
        lambda at, _: (at / "people.jsonl").unlink(), ["/people.jsonl cannot be read: No such file or directory"],
    ),
    "a description": (
        lambda _, found: found["dataset"].update(more=1),
        ["/manifest.json: dataset/more extra inputs are not permitted"],
    ),
    "codebooks": (
        lambda _, found: found.update(codebooks={"mine": []}),
        ["/manifest.json: codebooks are not those that dataset names", DIFFERS % "description_sha256"],
    ),
    "a descriptor": (
        lambda _, found: found["dataset"].update(title="Other"),
        [DIFFERS % "title", DIFFERS % "description_sha256"],
    ),
    "a table too few": (lambda _, found: found["tables"].pop("people"), ["/manifest.json: people is missing"]),
    "a table too many": (
        lambda _, found: found["tables"].update(towns=found["tables"]["people"]), ["/manifest.json: towns is no table"],
    ),
    "rows": (
        lambda _, found: found["tables"]["people"].update(content_hash="0" * 64),
        ["/people.parquet holds other rows than the manifest says"],
    ),
    "columns": (
        partial(without_column, name="people.parquet"),
        ["/people.parquet has other columns than the table people: note is missing"],
    ),
    "a view": (
        lambda _, found: found["views"]["timeline"].update(content_hash="0" * 64),
        ["/views/timeline.parquet holds other rows than the manifest says"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "faults"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_told(change: Change, faults: list[str], release: Path) -> None:
    """As an error, and as an issue of a report."""
    edited(release, change)
    with pytest.raises(IntegrityError) as refusal:
        releases.verify(release)
    lines = str(refusal.value).splitlines()
    assert [line.replace(str(release), "", 1).replace(f"and {release}", "and ") for line in lines] == faults
    report = releases.verify_dataset(release)
    assert sorted(said(report)) == sorted((manifest.NAME, "error", line) for line in lines)
    assert {(issue.code, issue.hint) for issue in report} == {("altered_release", manifest.RENEWAL)}
    assert [(tally.code, tally.checked, tally.failed) for tally in report.tallies] == [("altered_release", 1, 1)]
    assert report.exit_code == 4


def test_a_view_is_compared_with_the_tables(release: Path) -> None:
    """Also one that the manifest vouches for."""
    other = ROOT / "data/published"
    theirs = json.loads((other / manifest.NAME).read_bytes())

    def change(at: Path, found: Any) -> None:
        found["views"]["timeline"] = theirs["views"]["timeline"]
        vouched(at, found, "views/timeline.parquet", (other / "views/timeline.parquet").read_bytes())

    edited(release, change)
    with pytest.raises(IntegrityError, match=r"timeline\.parquet holds other rows than the tables give$"):
        releases.verify(release)


def test_what_git_and_systems_do_is_a_warning(release: Path) -> None:
    """Line ends, and files of their own."""
    count = len(manifest.read(release).files)
    assert said(releases.verify_dataset(release)) == []
    data = (release / "README.md").read_bytes()
    (release / "README.md").write_bytes(data.replace(b"\n", b"\r\n"))
    (release / ".DS_Store").touch()
    report = releases.verify_dataset(release)

    system = "is of the operating system, and no part of the release"
    assert said(report) == [(".DS_Store", "warning", system), ("README.md", "warning", "differs only in line ends")]
    assert [issue.hint for issue in report] == [
        "", "git changed them; * -text in .gitattributes keeps files as they are",
    ]  # fmt: skip
    assert [(tally.code, tally.checked, tally.failed) for tally in report.tallies] == [("altered_release", count, 0)]
    assert report.ok


def test_a_folder_without_a_release_is_told(release: Path, tmp_path: Path) -> None:
    """By what it holds; remains of a release are altered."""
    verify = releases.verify_dataset
    with pytest.raises(FileNotFoundError, match="there is no "):
        verify(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"holds no release: no manifest\.json and no tables"):
        verify(tmp_path / "empty")
    (tmp_path / "empty/people").mkdir()
    (tmp_path / "empty/people/ann.yaml").write_text("id: person/ann\nname: Ann\n", "utf-8")
    with pytest.raises(UsageError, match=r"holds records and no release yet; first: news-dataset build "):
        verify(tmp_path / "empty")
    shutil.copytree(release, tmp_path / "ds/data/published")
    assert verify(tmp_path / "ds").ok
    for name in (manifest.NAME, "README.md"):
        (tmp_path / "ds/data/published" / name).unlink()
    assert not verify(tmp_path / "ds").ok
    for path in release.iterdir():
        if path.is_file() and path.suffix != ".parquet":
            path.unlink()
    with pytest.raises(UsageError, match="holds tables without a manifest to verify them against; use validate"):
        verify(release)


def test_what_is_not_up_to_date(release: Path) -> None:
    """Description, rows of tables and views, records, descriptors."""
    wanted = manifest.read(release)
    assert releases.compare(wanted, release) == []
    other = replace(
        wanted,
        dataset=wanted.dataset | {"title": "Other"},
        tables={**wanted.tables, "people": replace(wanted.tables["people"], rows=99)},
        views={**wanted.views, "timeline": replace(wanted.views["timeline"], rows=99)},
        files=wanted.files | {"people.jsonl": manifest.describe(b"")},
    )
    found = releases.compare(other, release)
    assert found[:4] == [
        "manifest.json: the description differs from dataset.yaml", "people: other rows than the records give",
        "timeline: other rows than the records give", "people.jsonl: other records than the curated ones",
    ]  # fmt: skip
    assert found[4:] == [f"{name}: describes another release than this one" for name in DESCRIBING]


def test_records_in_parts_are_joined(tmp_path: Path) -> None:
    """Of one file the manifest's entry does, which may be none."""
    files = {"a/1.jsonl": b"one\n", "a/2.jsonl": b"two\n"}
    (tmp_path / "a").mkdir()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    table = {"a": manifest.Content(2, "0")}
    known = manifest.Manifest({}, table, {name: manifest.describe(data) for name, data in files.items()})

    assert releases._concatenated(tmp_path, known, [*files]) == manifest.describe(b"one\ntwo\n")
    assert releases._concatenated(tmp_path, known, ["a/1.jsonl"]) == manifest.describe(b"one\n")
    assert releases._concatenated(tmp_path, known, ["b.jsonl"]) is None


@pytest.mark.parametrize("version", manifest.SCHEMA_VERSIONS)
def test_a_description_of_an_older_version_is_none_the_worse(version: str, release: Path) -> None:
    """It is looked at as what it becomes."""
    found = manifest.read(release)
    older = replace(found, dataset=found.dataset | {"schema_version": version})
    faults = [*releases._description_faults(release, older)]

    assert [fault for fault in faults if "datapackage.json differ" not in fault] == []
