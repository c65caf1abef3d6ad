"""File systems that lack something, files that systems leave, line ends, modes, and a release that is replaced."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset import atomic
from news_dataset.cli import main
from news_dataset.errors import IntegrityError, SetupError

fcntl = pytest.importorskip("fcntl", reason="Windows has other locks")

OLD, NEW = {"a": b"old"}, {"a": b"new"}
LEFT = [".DS_Store", "._people.parquet", "Thumbs.db", "desktop.ini", ".nfs00000001", "Icon\r"]


@pytest.fixture
def built(dataset: Path) -> Path:
    """A dataset with its release, which is a draft."""
    assert main(["build", str(dataset)]) == 0
    return dataset


def failing(code: int) -> Callable[..., None]:
    """Return a function that fails with an error of the system."""

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL])
def test_another_kind_of_lock_will_do(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Network file systems may have but one of two; where there is none, that is said, and nothing is left behind."""
    monkeypatch.setattr(fcntl, "flock", failing(code))
    atomic.replace(tmp_path / "out", NEW)
    assert (tmp_path / "out" / "a").read_bytes() == b"new"

    monkeypatch.setattr(fcntl, "lockf", failing(code))
    with pytest.raises(SetupError, match=r"has no locks .*--output"):
        atomic.replace(tmp_path / "out", OLD)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "a").read_bytes() == b"new"


@pytest.mark.parametrize("code", [errno.EWOULDBLOCK, errno.EACCES])
def test_a_lock_that_is_held_is_told_from_none(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(fcntl, "flock", failing(code))
    with pytest.raises(SetupError, match="another build is replacing"):
        atomic.replace(tmp_path / "out", NEW)


@pytest.mark.parametrize("is_of_folders", [True, False])
def test_folders_need_not_be_forced_to_disk(
    is_of_folders: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems cannot; of a file, the same answer is an error."""
    fsync = os.fsync

    def some(descriptor: int) -> None:
        is_folder = (os.fstat(descriptor).st_mode & 0o170000) == 0o040000
        failing(errno.EINVAL)() if is_folder == is_of_folders else fsync(descriptor)

    monkeypatch.setattr(os, "fsync", some)
    if is_of_folders:
        atomic.replace(tmp_path / "out", NEW)
        assert (tmp_path / "out" / "a").read_bytes() == b"new"
    else:
        with pytest.raises(SetupError, match="cannot be written: Invalid argument"):
            atomic.replace(tmp_path / "out", NEW)


def test_a_broken_disk_is_still_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: of a folder, too, any other answer is an error."""
    fsync = os.fsync

    def broken(descriptor: int) -> None:
        is_folder = (os.fstat(descriptor).st_mode & 0o170000) == 0o040000
        failing(errno.EIO)() if is_folder else fsync(descriptor)

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(SetupError, match="Input/output error"):
        atomic.replace(tmp_path / "out", NEW)


def test_what_is_replaced_keeps_its_mode(built: Path) -> None:
    """A private page stays private, and the folder of a group stays the group's."""
    page, table = built / "page.html", built / "n.db"
    release, record = built / "data" / "published", next((built / "data" / "curated" / "people").glob("*.yaml"))
    for command in (
        ["explore", str(built), "-o", str(page)],
        ["export", str(built), "--to", "sqlite", "-o", str(table)],
        ["build", str(built)],
        ["fmt", str(built)],
    ):
        assert main(command) == 0
        modes = {page: 0o600, table: 0o640, release: 0o2775, release / "people.parquet": 0o664, record: 0o660}
        modes = {path: mode for path, mode in modes.items() if path.exists()}
        for path, mode in modes.items():
            path.chmod(mode)
        record.write_text(record.read_text("utf-8").replace("name: ", "name:   ", 1), "utf-8")
        assert main(command) == 0
        assert {path: path.stat().st_mode & 0o7777 for path in modes} == modes


@pytest.mark.parametrize("name", LEFT)
def test_files_of_systems_do_not_matter(name: str, built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are named in a release, and in the way of nothing."""
    release = built / "data" / "published"
    for folder in (release, release / "views", built / "data" / "curated" / "people"):
        (folder / name).write_bytes(b"\0")
    capsys.readouterr()
    assert main(["verify", str(built)]) == 0
    assert capsys.readouterr().out.count("is of the operating system") == 2
    assert main(["validate", str(built)]) == main(["build", str(built)]) == 0
    assert not (release / name).exists()

    empty = built / "empty"
    empty.mkdir()
    (empty / name).write_bytes(b"\0")
    assert main(["export", str(built), "--to", "csv", "-o", str(empty)]) == 0


@pytest.mark.parametrize("name", ["people.yaml~", "#mira.yaml#"])
def test_backups_of_editors_are_no_records(name: str, built: Path) -> None:
    """But in a release they are not ours to remove."""
    (built / "data" / "curated" / "people" / name).write_text("id: [")
    assert main(["validate", str(built)]) == 0
    (built / "data" / "published" / name).write_bytes(b"x")
    assert main(["verify", str(built)]) == 4
    assert main(["build", str(built)]) == 5


@pytest.mark.parametrize("plant", ["link", "folder", "notes.txt"])
def test_anything_else_is_told(plant: str, built: Path) -> None:
    """Negative control: a link or folder of such a name is no file of a system."""
    for folder in (built / "data" / "curated" / "people", built / "data" / "published"):
        path = folder / ("notes.txt" if plant == "notes.txt" else "Thumbs.db")
        path.mkdir() if plant == "folder" else path.symlink_to("/dev/null") if plant == "link" else path.touch()
        (path / "x").touch() if plant == "folder" else None
    assert main(["validate", str(built)]) in (1, 3)
    assert main(["verify", str(built)]) == 4
    assert main(["build", str(built)]) != 0


def test_line_ends_are_told_from_damage(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Git may have made them CRLF: the release can be read, and verify says so; any other change is an error."""
    release = built / "data" / "published"
    people = nd.Dataset.open(release).get("person/lee-jae-myung")
    texts = [path for path in release.iterdir() if path.suffix in (".jsonl", ".json", ".md") and path.stat().st_size]
    for path in texts:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    capsys.readouterr()
    assert main(["verify", str(built)]) == 0
    assert capsys.readouterr().out.count("differs only in line ends") == len(texts) - 1  # not the manifest itself
    assert nd.Dataset.open(release).get("person/lee-jae-myung") == people

    path = release / "people.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Lee", b"Lea", 1))
    assert main(["verify", str(built)]) == 4
    with pytest.raises(IntegrityError):
        nd.Dataset.open(release).get("person/lee-jae-myung")


def test_a_release_that_is_built_again(built: Path, tmp_path: Path) -> None:
    """A dataset that is open reads a draft that took the place of the one it knows, and refuses another version."""
    about = built / "data" / "dataset.yaml"
    opened = nd.Dataset.open(built / "data" / "published")
    before = opened.load("people", as_="arrow")
    about.write_text(about.read_text("utf-8").replace("title: ", "homepage: https://example.org/\ntitle: ", 1), "utf-8")
    assert main(["build", str(built)]) == 0
    assert opened.load("people", as_="arrow").equals(before)
    assert len(opened.claims()) == len(nd.Dataset.open(built / "data" / "published").claims())

    words = about.read_text("utf-8")
    about.write_text(words.replace("data_version: 2026.12.0.dev", "data_version: 2027.01.0.dev"), "utf-8")
    assert about.read_text("utf-8") != words
    record = built / "data" / "curated" / "people" / "ishiba-shigeru.yaml"
    record.write_text(record.read_text("utf-8") + "note: Again.\n", "utf-8")
    assert main(["build", str(built)]) == 0
    with pytest.raises(SetupError, match="was replaced since it was opened; open it again"):
        opened.load("places")
    with pytest.raises(SetupError, match="open it again"):
        next(iter(opened.iter_records("people")))

    damaged = nd.Dataset.open(built / "data" / "published")
    damaged.load("people")
    shutil.copy(built / "data" / "published" / "people.parquet", built / "data" / "published" / "places.parquet")
    with pytest.raises(IntegrityError):
        damaged.load("places")
