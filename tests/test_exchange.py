"""A folder is replaced whatever stands beside it under our names, and nothing elsewhere is touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from news_dataset import atomic
from news_dataset.errors import SetupError

OLD, NEW = {"a": b"old", "b": b"old"}, {"a": b"new", "b": b"new"}
Plant = Callable[[Path], object]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder that was written once, beside one that is none of ours."""
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "kept").write_bytes(b"kept")
    atomic.replace(tmp_path / "published", OLD)
    return tmp_path / "published"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


FALSE_LOCKS: dict[str, Plant] = {
    "link to nothing": lambda path: path.symlink_to("made-by-build"),
    "link to a file": lambda path: path.symlink_to("beside/kept"),
    "link to a device": lambda path: path.symlink_to("/dev/null"),
    "pipe": lambda path: os.mkfifo(path),
    "folder": Path.mkdir,
}


@pytest.mark.parametrize("plant", FALSE_LOCKS.values(), ids=FALSE_LOCKS)
def test_a_lock_is_a_file(plant: Plant, release: Path) -> None:
    """Anything else of that name is refused at once; nothing is made where it leads."""
    lock = release.with_name(".published.news-dataset-lock")
    plant(lock)
    with pytest.raises(SetupError, match="is not a regular file"):
        atomic.replace(release, NEW)

    assert contents(release) == OLD
    assert contents(release.with_name("beside")) == {"kept": b"kept"}
    assert not release.with_name("made-by-build").exists()
    assert os.path.lexists(lock)


def _deep(path: Path) -> None:
    (path / "a" / "b").mkdir(parents=True)
    (path / "a" / "b" / "c").write_bytes(b"x")
    (path / "a" / "link").symlink_to("../../beside")
    (path / "a").chmod(0o500)


LEFT: dict[str, Plant] = {
    "file": lambda path: path.write_bytes(b"x"),
    "link to nothing": lambda path: path.symlink_to("gone"),
    "link to a folder": lambda path: path.symlink_to("beside"),
    "pipe": lambda path: os.mkfifo(path),
    "folder": Path.mkdir,
    "folder where nothing may be written": _deep,
}


@pytest.mark.parametrize("name", [".published.news-dataset-new", ".published.news-dataset-previous"])
@pytest.mark.parametrize("plant", LEFT.values(), ids=LEFT)
def test_nothing_of_our_names_blocks_a_build(plant: Plant, name: str, release: Path) -> None:
    """It goes, what a link leads to stays, and the next build succeeds as well."""
    plant(release.with_name(name))
    for files in (NEW, OLD):
        atomic.replace(release, files)

        assert contents(release) == files
        assert sorted(path.name for path in release.parent.iterdir()) == ["beside", "published"]
    assert contents(release.with_name("beside")) == {"kept": b"kept"}


@pytest.mark.parametrize("name", LEFT)
def test_a_link_cannot_have_stood_aside(name: str, release: Path) -> None:
    """A link of that name is not taken for the release that a build set aside."""
    for path in release.iterdir():
        path.unlink()
    release.rmdir()
    LEFT[name](release.with_name(".published.news-dataset-previous"))
    atomic.replace(release, NEW)

    assert contents(release) == NEW
    assert not release.is_symlink()
    assert contents(release.with_name("beside")) == {"kept": b"kept"}


def test_a_release_that_may_not_be_written_is_replaced(release: Path) -> None:
    """And leaves nothing behind."""
    for files in (NEW, OLD):
        (release / "a").chmod(0o400)
        release.chmod(0o500)
        atomic.replace(release, files)

        assert contents(release) == files
        assert sorted(path.name for path in release.parent.iterdir()) == ["beside", "published"]


def test_what_a_link_leads_to_is_not_replaced(release: Path) -> None:
    """It may be the release of another dataset."""
    link = release.with_name("link")
    link.symlink_to(release)
    with pytest.raises(SetupError, match="is a link"):
        atomic.replace(link, NEW)

    assert link.is_symlink()
    assert contents(release) == OLD
