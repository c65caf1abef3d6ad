"""Publishing: a release appears whole or not at all, and every changed bit is noticed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset import manifest, publish
from news_dataset.errors import IntegrityError, InvalidDataError, SetupError
from news_dataset.publish.descriptors import DESCRIPTORS
from news_dataset.tabular import tables
from news_dataset.views import views
from tests.building import build, compare
from tests.conftest import ROOT

# Replaces a release again and again, each time in a process that kills itself, with no chance to clean up, before the
# n-th change of the file system; prints what readers find each time. Forked, since to start anew takes a second.
KILLER = """
import os, shutil, signal, sys
from itertools import count
from pathlib import Path
from news_dataset import atomic, manifest

CHANGES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "ctypes.dlsym", "shutil.rmtree"}
old, new, release = map(Path, sys.argv[1:])

def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

files = contents(new)
files[manifest.NAME] = files.pop(manifest.NAME)

def replace_and_die(last):
    seen = 0
    def count_down(event, arguments):
        nonlocal seen
        if event in CHANGES and (event != "open" or str(release.parent) in str(arguments[0])):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count_down)
    atomic.replace(release, files)
    os._exit(0)

for last in count(1):
    shutil.rmtree(release)
    shutil.copytree(old, release)
    child = os.fork() or replace_and_die(last)
    status = os.waitpid(child, 0)[1]
    found = contents(manifest.release_folder(release))
    print("old" if found == contents(old) else "new" if found == contents(new) else "mix", status, flush=True)
    if status == 0:
        break
"""


@pytest.fixture
def release(dataset: Path) -> Path:
    """A release of the copy: the published one, which is what ``build`` makes of it."""
    return shutil.copytree(ROOT / "data" / "published", dataset / "data" / "published")


def retitled(dataset: Path) -> Path:
    """Change the records, so that the next release differs."""
    path = dataset / "data/curated/people/donald-trump.yaml"
    path.write_text(path.read_text("utf-8").replace("given_name: Donald\n", "given_name: Donald John\n"), "utf-8")
    return dataset


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_holds_tables_records_and_manifest(release: Path) -> None:
    """Tables and views as Parquet, eight types as JSON Lines, descriptors, a manifest; built alike again."""
    first = contents(release)
    names = set(first)
    build(release.parent.parent, release)

    expected = {f"{name}.parquet" for name in tables()} | {f"views/{name}.parquet" for name in views()}
    assert {name for name in names if name.endswith(".parquet")} == expected
    assert len([name for name in names if name.endswith(".jsonl")]) == 8
    assert set(DESCRIPTORS) <= names
    assert len(names) == len(expected) + 8 + len(DESCRIPTORS) + 1
    assert contents(release) == first


def test_parquet_says_what_it_is(release: Path) -> None:
    """Versions, keys and descriptions stand in the metadata; pages carry checksums."""
    file = pq.ParquetFile(release / "statements.parquet")
    about = file.schema_arrow.metadata

    assert (about[b"schema_version"], about[b"data_version"], about[b"key"]) == (b"1.2", b"2026.12.0.dev", b"id")
    assert file.schema_arrow.field("article").metadata[b"references"] == b"articles.id"
    assert file.schema_arrow.field("kind").type == pa.dictionary(pa.int32(), pa.string())
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_failing_build_writes_nothing(dataset: Path, release: Path) -> None:
    """The published release stays as it was, to the byte, and nothing lies about."""
    before = contents(release)
    (dataset / "data/curated/people/donald-trump.yaml").write_text("id: person/donald-trump\nnmae: x\n")
    with pytest.raises(InvalidDataError):
        build(dataset, release)

    assert contents(release) == before
    assert {path.name for path in release.parent.iterdir()} == {
        "curated",
        "dataset.yaml",
        "layers",
        "published",
        "redirects.yaml",
    }


def test_a_build_killed_at_any_moment_leaves_old_or_new(dataset: Path, release: Path) -> None:
    """SIGKILL before every change of the file system in turn: never a mix, never nothing; the next build cleans up."""
    old = shutil.copytree(release, dataset / "old")
    build(retitled(dataset), dataset / "new")
    command: list[str | Path] = [sys.executable, "-W", "ignore", "-c", KILLER, old, dataset / "new", release]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    outcomes = [line.split() for line in run.stdout.splitlines()]

    assert [status for _, status in outcomes] == [str(int(signal.SIGKILL))] * (len(outcomes) - 1) + ["0"]
    assert len(outcomes) > 60, "each of the 33 files is opened, at the least"
    assert {found for found, _ in outcomes} == {"old", "new"}
    assert not [path.name for path in release.parent.iterdir() if path.name.startswith(".")]


def test_without_an_atomic_exchange_the_old_release_steps_aside(
    dataset: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system cannot exchange two names, a cut-off build leaves the old release where readers look for it."""
    monkeypatch.setattr("news_dataset.atomic.exchange", lambda one, other: False)
    old = contents(release)
    release.rename(release.with_name(".published.news-dataset-previous"))

    assert contents(manifest.release_folder(release)) == old
    publish.verify(release)
    build(retitled(dataset), release)
    assert contents(release) != old
    assert not release.with_name(".published.news-dataset-previous").exists()


def test_two_builds_do_not_meet(dataset: Path, release: Path) -> None:
    """The second is refused at once, with one sentence; a lock dies with its holder."""
    code = (
        "import sys, time; from pathlib import Path; from news_dataset.filesystem import lock\n"
        "with lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", code, release], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(SetupError, match="another build"):
            build(dataset, release)
        holder.kill()
    build(dataset, release)


def test_a_folder_with_other_files_is_not_replaced(dataset: Path) -> None:
    """Nothing of anyone's is lost."""
    folder = dataset / "documents"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(SetupError, match="not ours to replace"):
        build(dataset, folder)

    assert contents(folder) == {"thesis.txt": b"years of work"}


@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_what_is_no_folder_is_not_replaced(dataset: Path, kind: str) -> None:
    """Neither a file nor a pipe (as little a device): it stays what it is, and nothing lies beside it."""
    path = dataset / "thing"
    path.write_text("years of work") if kind == "file" else os.mkfifo(path)
    before = path.lstat()
    with pytest.raises(SetupError, match="not a folder"):
        build(dataset, path)

    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert {one.name for one in dataset.iterdir()} == {"data", "thing"}


def test_what_cannot_be_written_is_the_environments_fault(dataset: Path) -> None:
    """One sentence, and no traceback."""
    (dataset / "file").write_text("x")
    with pytest.raises(SetupError, match="cannot be written"):
        build(dataset, dataset / "file" / "published")


def test_every_flipped_bit_is_noticed(release: Path) -> None:
    """In any file, at several places each; and the untouched release passes."""
    publish.verify(release)
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for at in {0, len(data) // 3, len(data) - 1}:
            if data:
                path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
                if path.name != manifest.NAME:
                    with pytest.raises(IntegrityError, match=path.name):
                        publish.verify(release)
        path.write_bytes(data)
    publish.verify(release)


@pytest.mark.parametrize("name", ["name", "title", "description", "license", "license_url", "data_version", "keywords"])
def test_a_changed_word_in_the_manifest_is_noticed(release: Path, name: str) -> None:
    """Nothing vouches for the manifest, but a descriptor says the same."""
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    said = found["dataset"][name]
    found["dataset"][name] = [*said[1:]] if isinstance(said, list) else said[:-1] + chr(ord(said[-1]) ^ 1)
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    with pytest.raises(IntegrityError, match=r"manifest\.json"):
        publish.verify(release)


def test_files_that_only_share_names_are_not_replaced(dataset: Path) -> None:
    """Without a manifest of a release beside them they may be anyone's."""
    folder = dataset / "mine"
    folder.mkdir()
    (folder / "people.parquet").write_text("mine")
    (folder / "manifest.json").write_text('{"mine": 1}')
    with pytest.raises(SetupError, match="not ours to replace"):
        build(dataset, folder)

    assert contents(folder) == {"people.parquet": b"mine", "manifest.json": b'{"mine": 1}'}


def test_missing_and_additional_files_are_noticed(release: Path) -> None:
    """All of them are named at once."""
    (release / "names.parquet").unlink()
    (release / "extra.txt").write_text("x")
    with pytest.raises(IntegrityError) as caught:
        publish.verify(release)

    assert "names.parquet cannot be read" in str(caught.value)
    assert "extra.txt is not in the manifest" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: {"tables": {name: one for name, one in found["tables"].items() if name != "people"}},
        lambda found: {"tables": found["tables"] | {"people": found["tables"]["people"] | {"rows": 7}}},
        lambda found: {"tables": found["tables"] | {"people": found["tables"]["people"] | {"content_hash": "0" * 64}}},
        lambda found: {"tables": found["tables"] | {"people": found["tables"]["people"] | {"rows": "x"}}},
        lambda found: {"dataset": found["dataset"] | {"schema_version": "0.9"}},
        lambda found: {"dataset": {}},
    ],
)
def test_a_manifest_that_does_not_fit_its_tables_is_refused(release: Path, change: Any) -> None:
    """Rows, content hashes, the list of tables and the version are looked at, too."""
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    (release / manifest.NAME).write_text(json.dumps(found | change(found)), "utf-8")
    with pytest.raises(IntegrityError, match="manifest"):
        publish.verify(release)


@pytest.mark.parametrize("name", ["people.parquet", "people.jsonl"])
def test_what_is_vouched_for_but_is_no_table_is_refused(release: Path, name: str) -> None:
    """A manifest that was made to fit does not make a table of anything."""
    (release / name).write_bytes(b'{"id": "nobody"}\n')
    found = json.loads((release / manifest.NAME).read_text("utf-8"))
    found["files"][name] = asdict(manifest.describe(b'{"id": "nobody"}\n'))
    (release / manifest.NAME).write_text(json.dumps(found), "utf-8")
    dataset = nd.Dataset.open(release)
    with pytest.raises(IntegrityError, match="people"):
        dataset.load("people") if name.endswith("parquet") else dataset.get("person/donald-trump")


@pytest.mark.parametrize("name", ["people.parquet", manifest.NAME])
def test_pipes_and_links_in_a_release_are_not_read(release: Path, name: str) -> None:
    """A pipe would hang; a link leads elsewhere."""
    (release / name).rename(release.parent / "aside")
    os.mkfifo(release / name)
    with pytest.raises(IntegrityError, match="not a regular file"):
        publish.verify(release)
    (release / name).unlink()
    (release / name).symlink_to(release.parent / "aside")
    with pytest.raises(IntegrityError, match="is a link"):
        publish.verify(release)


@pytest.mark.parametrize("text", ["[" * 100_000, "", "[]", "{}", '{"dataset": {}, "tables": 5, "files": {}}', "\xff"])
def test_what_is_no_manifest_is_refused(release: Path, text: str) -> None:
    """In one sentence."""
    (release / manifest.NAME).write_text(text, "latin-1")
    with pytest.raises(IntegrityError, match="manifest"):
        publish.verify(release)


def test_a_manifest_names_no_file_outside(release: Path) -> None:
    """A path in the manifest is not followed."""
    outside = release.parent / "dataset.yaml"
    found = manifest.read(release)
    found.files["../dataset.yaml"] = manifest.describe(outside.read_bytes())
    with pytest.raises(IntegrityError, match="does not vouch"):
        manifest.read_file(release, found, "../dataset.yaml")


def test_compare_says_what_is_not_up_to_date(dataset: Path, release: Path) -> None:
    """Nothing for the records that were published; the tables and files that a change touches."""
    assert compare(dataset, release) == []
    assert compare(retitled(dataset), release) == [
        "people: other rows than the records give",
        "people.jsonl: other records than the curated ones",
    ]


def test_compare_holds_under_another_writer_of_parquet(dataset: Path, release: Path) -> None:
    """Content hashes are compared, not bytes."""
    table = pq.read_table(release / "people.parquet")
    pq.write_table(table, release / "people.parquet", compression="none", write_page_checksum=True)
    found = manifest.read(release)
    found.files["people.parquet"] = manifest.describe((release / "people.parquet").read_bytes())
    for name, describe in DESCRIPTORS.items():
        (release / name).write_text(describe(found), "utf-8")
        found.files[name] = manifest.describe((release / name).read_bytes())
    (release / manifest.NAME).write_text(found.to_json(), "utf-8")

    assert compare(dataset, release) == []


def test_a_dataset_without_description_is_not_published(dataset: Path) -> None:
    """A release without title, licence and versions would be worth little."""
    (dataset / "data/dataset.yaml").unlink()
    with pytest.raises(InvalidDataError, match=r"dataset\.yaml"):
        build(dataset, dataset / "out")

    assert not os.path.lexists(dataset / "out")
