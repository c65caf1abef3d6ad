"""One walker and one opener: regular files alone, no links, and nothing left out in silence."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from news_dataset.files import ReadError, open_file, read_bytes, walk

PERSON = b'{"id":"person/a","name":"A"}\n'


def _link(path: Path) -> None:
    target = path.parents[1] / "elsewhere.txt"
    target.write_bytes(PERSON)
    path.symlink_to(target)


def _folder_link(path: Path) -> None:
    target = path.parents[1] / "elsewhere"
    target.mkdir()
    (target / "secret.txt").write_bytes(PERSON)
    path.symlink_to(target)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's address holds 108 bytes
        one.bind(path.name)
        os.chdir(here)


IRREGULAR: dict[str, Callable[[Path], object]] = {
    "link": _link,
    "link to nothing": lambda path: path.symlink_to("gone"),
    "link to itself": lambda path: path.symlink_to(path),
    "link to a folder": _folder_link,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "pipe": lambda path: os.mkfifo(path),
    "socket": _socket,
}


@pytest.mark.parametrize("plant", IRREGULAR.values(), ids=IRREGULAR)
def test_what_is_no_regular_file_is_reported_and_not_opened(plant: Callable[[Path], object], tmp_path: Path) -> None:
    """At any depth, and its neighbours are still found."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.txt").write_bytes(PERSON)
    (folder / "z.txt").write_bytes(PERSON)
    plant(folder / "m.txt")

    found = {one.path.name: one.problem and one.problem.code for one in walk(folder)}
    with pytest.raises(ReadError) as refusal:
        open_file(folder / "m.txt")

    assert found == {"a.txt": None, "m.txt": "unsafe_file", "z.txt": None}
    assert refusal.value.problem.code == "unsafe_file"
    assert read_bytes(folder / "a.txt", None) == PERSON


def test_files_come_sorted_by_path_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    """Whatever order the file system gives."""
    for name in ("b/c.txt", "b/a/x.txt", "a.txt", "b.txt", ".git/config", "b/.x.txt", "B.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")

    found = [one.path for one in walk(tmp_path)]

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "B.txt",
        "a.txt",
        "b/a/x.txt",
        "b/c.txt",
        "b.txt",
    ]
    assert found == sorted(found)


def test_a_locked_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its neighbours read; root may read everything, so the system's answer is played."""
    (tmp_path / "locked").mkdir()
    (tmp_path / "open.txt").write_bytes(b"")
    inside = Path.iterdir

    def listing(path: Path) -> Iterator[Path]:
        if path.name == "locked":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return inside(path)

    monkeypatch.setattr(Path, "iterdir", listing)

    found = {one.path.name: one.problem and one.problem.code for one in walk(tmp_path)}

    assert found == {"locked": "unreadable_file", "open.txt": None}


def test_folders_may_nest_deeper_than_the_stack(tmp_path: Path) -> None:
    """Down to where the system ends a path."""
    here, depth = os.open(tmp_path, os.O_RDONLY), sys.getrecursionlimit() + 500
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("x.txt", os.O_CREAT, dir_fd=here))
    os.close(here)

    found = list(walk(tmp_path))
    for _ in range(depth // 500):  # rmtree is recursive: shorten what is left to pytest
        parts = Path(*["d"] * 400)
        (tmp_path / parts / "d").rename(tmp_path / "e")
        shutil.rmtree(tmp_path / "d")
        (tmp_path / "e").rename(tmp_path / "d")

    assert [(len(one.path.relative_to(tmp_path).parts), one.problem) for one in found] == [(depth + 1, None)]


def test_the_folder_itself_may_be_a_link_or_missing(tmp_path: Path) -> None:
    """The user named it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_bytes(b"")
    (tmp_path / "link").symlink_to("real")

    missing = [one.problem.code for one in walk(tmp_path / "gone") if one.problem]

    assert [one.path.name for one in walk(tmp_path / "link")] == ["a.txt"]
    assert missing == ["unreadable_file"]


def test_no_folder_below_the_root_may_be_a_link(tmp_path: Path) -> None:
    """The root itself may be one, and so may what lies above it."""
    (tmp_path / "real/data/deep").mkdir(parents=True)
    (tmp_path / "real/data/deep/a.txt").write_bytes(PERSON)
    (tmp_path / "root").symlink_to("real")
    (tmp_path / "real/link").symlink_to("data")

    with pytest.raises(ReadError, match="behind a link"):
        open_file(tmp_path / "root/link/deep/a.txt", tmp_path / "root")

    with open_file(tmp_path / "root/data/deep/a.txt", tmp_path / "root") as file:
        assert file.read() == PERSON
    assert read_bytes(tmp_path / "root/link/deep/a.txt", None) == PERSON


@pytest.mark.parametrize("name", ["gone.txt", "a\0b", "a" * 300], ids=["missing", "NUL", "long name"])
def test_what_cannot_be_opened_is_unreadable(name: str, tmp_path: Path) -> None:
    """And no other error comes out."""
    with pytest.raises(ReadError) as refusal:
        open_file(tmp_path / name)

    assert refusal.value.problem.code == "unreadable_file"
