"""One walker and one opener: regular files alone, no links, and nothing left out in silence."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from news_dataset import files
from news_dataset.errors import NewsDatasetError, SetupError, UnsafeInputError
from news_dataset.files import ReadError, begins_with, decode, link_between, open_file, read_bytes, read_own, walk
from tests.each import each

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
    places = [(one.line, one.column) for one in (files.LINK, *(found.problem for found in walk(folder))) if one]
    assert places == [(0, 0)] * 2
    assert refusal.value.problem.code == "unsafe_file"
    assert read_bytes(folder / "a.txt", None) == PERSON


def test_files_come_sorted_by_path_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    """Whatever order the file system gives."""
    left = (".git/config", "b/.x.txt", "Thumbs.db", "b/a.txt~", "#a.txt#")
    for name in ("b/c.txt", "b/a/x.txt", "a.txt", "b.txt", "B.txt", *left):
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

    with pytest.raises(ReadError, match="behind a link") as refusal:
        open_file(tmp_path / "root/link/deep/a.txt", tmp_path / "root")
    assert refusal.value.problem.code == "unsafe_file"

    with open_file(tmp_path / "root/data/deep/a.txt", tmp_path / "root") as file:
        assert file.read() == PERSON
    assert read_bytes(tmp_path / "root/link/deep/a.txt", None) == PERSON


@pytest.mark.parametrize("name", ["gone.txt", "a\0b", "a" * 300], ids=["missing", "NUL", "long name"])
def test_what_cannot_be_opened_is_unreadable(name: str, tmp_path: Path) -> None:
    """And no other error comes out."""
    with pytest.raises(ReadError) as refusal:
        open_file(tmp_path / name)

    assert refusal.value.problem.code == "unreadable_file"
    assert refusal.value.problem.hint
    assert (refusal.value.problem.line, refusal.value.problem.column) == (0, 0), "which means the whole file"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_takes_the_place_of_a_file_is_not_read(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at it and its opening: no link is followed, and no pipe waited for."""
    path, look = tmp_path / "a.txt", Path.lstat
    path.write_bytes(PERSON)
    (tmp_path / "secret.txt").write_bytes(PERSON)

    def swap(one: Path) -> os.stat_result:
        status = look(one)
        one.unlink()
        one.mkdir() if kind == "folder" else one.symlink_to("secret.txt") if kind == "link" else os.mkfifo(one)
        return status

    monkeypatch.setattr(Path, "lstat", swap)
    with pytest.raises(ReadError) as refusal:
        open_file(path)

    assert refusal.value.problem.code == ("unreadable_file" if kind == "link" else "unsafe_file")


def test_a_refused_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many may be refused before a command ends."""
    (tmp_path / "a.txt").write_bytes(PERSON)
    look, opened = os.fstat, list[int]()

    def irregular(descriptor: int) -> os.stat_result:
        opened.append(descriptor)
        return os.stat_result([0o010666, *look(descriptor)[1:]])

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", irregular)
        with pytest.raises(ReadError, match="not a regular file"):
            open_file(tmp_path / "a.txt")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[-1])


def test_what_came_with_the_package_may_be_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some installers store one copy of each file, and link to it; nobody else may."""
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.txt").write_bytes(PERSON)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "a.txt").symlink_to("../store/a.txt")
    (tmp_path / "package" / "more").symlink_to("../store")
    assert {one.problem and one.problem.code for one in walk(tmp_path / "package")} == {"unsafe_file"}
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "package")

    assert [(one.path.name, one.problem) for one in walk(tmp_path / "package")] == [("a.txt", None)] * 2
    with open_file(tmp_path / "package" / "more" / "a.txt", tmp_path / "package") as file:
        assert file.read() == PERSON


def test_a_limit_is_the_most_that_is_read(tmp_path: Path) -> None:
    """To the byte; without one a file may have any size."""
    (tmp_path / "a.txt").write_bytes(b"12345")

    assert read_bytes(tmp_path / "a.txt", 5) == read_bytes(tmp_path / "a.txt", None) == b"12345"
    with pytest.raises(ReadError, match="larger than 4 bytes") as refusal:
        read_bytes(tmp_path / "a.txt", 4)
    assert refusal.value.problem.code == "over_limit"


def test_a_disk_that_fails_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file that cannot be read."""

    class Broken:
        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self, *_: int) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files, "open_file", lambda _: Broken())
    with pytest.raises(ReadError, match="cannot be read: Input/output error") as refusal:
        read_bytes(tmp_path / "a.txt", None)
    assert refusal.value.problem.code == "unreadable_file"


def test_the_first_link_on_a_way_is_named(tmp_path: Path) -> None:
    """Down from the root, which is not looked at; nothing outside of it is."""
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "again").symlink_to("deep")

    assert link_between(tmp_path, tmp_path / "link" / "again") == tmp_path / "link"
    assert link_between(tmp_path / "link", tmp_path / "link" / "again") == tmp_path / "link" / "again"
    assert link_between(tmp_path, tmp_path / "real" / "deep") is None
    assert link_between(tmp_path / "real", tmp_path / "link") is None


@each([
    (b"\xef\xbb\xbfa", (1, 1), "byte order mark"), (b"\xff", (1, 1), "0xff"),
    (b"\n\xff", (2, 1), "0xff"), ("é\n é".encode() + b"\xc3", (2, 3), "0xc3"),
])  # fmt: skip
def test_the_place_of_what_is_no_utf_8_is_told(data: bytes, place: tuple[int, int], said: str) -> None:
    """By line and column, in code points."""
    with pytest.raises(ReadError, match=said) as refusal:
        decode(data)
    problem = refusal.value.problem

    assert (problem.code, problem.line, problem.column) == ("bad_encoding", *place)
    assert "UTF-8" in problem.hint


def test_a_byte_order_mark_belongs_to_a_text(tmp_path: Path) -> None:
    """Where offsets are counted, but to no file of records."""
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfa\r\n")

    assert files.read_text(tmp_path / "a.txt", None) == "\ufeffa\r\n"
    with pytest.raises(UnsafeInputError, match="byte order mark"):
        read_own(tmp_path / "a.txt")


@each([("gone.txt", SetupError, "gone.txt cannot be read: No such"), ("link", UnsafeInputError, "link is a link")])
def test_a_file_of_the_user_is_read_or_refused_by_its_name(
    name: str, error: type[NewsDatasetError], said: str, tmp_path: Path
) -> None:
    """With the error that tells what lacks from what harms."""
    (tmp_path / "a.txt").write_bytes(PERSON)
    (tmp_path / "link").symlink_to("a.txt")

    assert read_own(tmp_path / "a.txt").encode() == PERSON
    starts = {PERSON[:3]: True, PERSON: True, b"": True, b'{"d': False, PERSON + b"x": False}
    assert {start: begins_with(tmp_path / "a.txt", start) for start in starts} == starts
    for read in (read_own, lambda path: begins_with(path, b"{")):
        with pytest.raises(error, match=said):
            read(tmp_path / name)


@each([
    (".DS_Store", True), ("._a", True), ("._", False), ("Icon\r", True), ("Icon", False), ("thumbs.db", True),
    ("ehthumbs.db", True), ("desktop.ini", True), (".nfs01af", True), (".nfs", False), ("a.txt", False),
])  # fmt: skip
def test_files_of_systems_are_known_by_name(name: str, is_one: bool, tmp_path: Path) -> None:
    """If they are files: no link, no folder."""
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / name).symlink_to(tmp_path / name)
    (tmp_path / "folder" / name).mkdir(parents=True)

    assert files.is_of_system(tmp_path / name) is is_one
    assert not files.is_of_system(tmp_path / "linked" / name)
    assert not files.is_of_system(tmp_path / "folder" / name)


@each([('"a\n"', "Invalid control character"), ('"a', "Unterminated string"), ("[1", "Expecting ',' delimiter")])
def test_a_fault_of_json_is_told_without_its_place(text: str, said: str) -> None:
    """Which stands elsewhere in a message."""
    with pytest.raises(json.JSONDecodeError) as fault:
        json.loads(text)

    assert files.json_fault(fault.value) == said
