"""Folders and files are synced, exchanged, removed and made, also on systems that lack or refuse something."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from news_dataset import filesystem
from news_dataset.filesystem import exchange, hidden, keep_access, new_text, remove, scratch, sync, write_new
from tests.test_locks import descriptors, fail

fcntl = pytest.importorskip("fcntl", reason="Windows has other locks")


@pytest.mark.parametrize("name", ["a", "日本", "n" * 255, "日" * 85], ids=len)
def test_a_hidden_name_is_one_of_a_file(name: str) -> None:
    """A name that leaves no room for more is told from others that begin alike."""
    path = hidden(Path("/x") / name, "purpose")

    assert path.parent == Path("/x")
    assert path.name.startswith(".")
    assert path.name.endswith(".news-dataset-purpose")
    assert len(os.fsencode(path.name)) <= 255
    assert (name in path.name) is (len(name) < 80)
    assert path != hidden(Path("/x") / (name[:-1] + "b"), "purpose")


def test_access_is_kept_with_the_group_where_that_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner is not given away; who may not give the group keeps the mode alone."""
    asked: list[tuple[int, ...]] = []
    for name in ("old", "new", "other"):
        (tmp_path / name).touch(0o600)
    (tmp_path / "old").chmod(0o7751)
    group = (tmp_path / "old").stat().st_gid
    status = Path.stat

    def refuse(_: Path, *ids: int) -> None:
        asked.append(ids)
        fail()

    monkeypatch.setattr(os, "chown", refuse)
    keep_access(tmp_path / "old", tmp_path / "new")
    assert asked == []
    monkeypatch.setattr(
        Path, "stat", lambda self, **how: _with_group(status(self, **how), group + (self.name == "old"))
    )
    keep_access(tmp_path / "old", tmp_path / "other")
    assert asked == [(-1, group + 1)]

    assert [stat.S_IMODE(status(tmp_path / name).st_mode) for name in ("new", "other")] == [0o7751] * 2


def _with_group(status: os.stat_result, group: int) -> os.stat_result:
    return os.stat_result([*status[:5], group, *status[6:]])


def test_what_is_synced_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where it fails; a file is opened for writing, without which some systems sync nothing."""
    modes: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda one: modes.append(fcntl.fcntl(one, fcntl.F_GETFL) & os.O_ACCMODE))
    (tmp_path / "file").touch()
    before = descriptors()
    sync(tmp_path / "file")
    sync(tmp_path)
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        sync(tmp_path / "file")

    assert modes == [os.O_RDWR, os.O_RDONLY]
    assert descriptors() == before


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EOPNOTSUPP, errno.EIO])
def test_only_of_a_folder_it_is_no_error_that_it_cannot_be_synced(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems cannot, and then it is no error of the disk."""

    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match=os.strerror(code)):
        sync(tmp_path / "file")
    with pytest.raises(OSError, match=os.strerror(code)) if code == errno.EIO else nullcontext():
        sync(tmp_path)


def test_on_windows_only_files_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder cannot be."""
    synced: list[int] = []
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "fsync", synced.append)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        sync(tmp_path)
        count = len(synced)
        sync(tmp_path / "file")
    assert (count, len(synced)) == (0, 1)


@pytest.mark.parametrize(
    ("platform", "function", "arguments"),
    [("linux", "renameat2", (-100, b"/a", -100, b"/b", 2)), ("darwin", "renamex_np", (b"/a", b"/b", 2))],
)
@pytest.mark.parametrize("result", [0, -1])
def test_names_are_exchanged_by_the_call_of_the_system(
    platform: str, function: str, arguments: object, result: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux and macOS have one; where it is missing or fails, or on another system, that is told."""
    asked: list[object] = []

    def call(*given: object) -> int:
        asked.append(given)
        return result

    libc = SimpleNamespace(**{function: call})
    one, other = Path("/a"), Path("/b")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: libc)
    monkeypatch.setattr(sys, "platform", platform)
    assert exchange(one, other) is (result == 0)
    assert asked == [arguments]
    for here in ("linux", "darwin", "freebsd14"):
        monkeypatch.setattr(sys, "platform", here)
        assert exchange(one, other) is (here == platform and result == 0)
    asked.clear()
    monkeypatch.setattr(sys, "platform", platform)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        is_done = exchange(one, other)
    assert (is_done, asked) == (False, [])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other calls")
def test_names_are_exchanged(tmp_path: Path) -> None:
    """And not if one is missing."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").touch()

    assert exchange(tmp_path / "a", tmp_path / "b")
    assert [(tmp_path / name).is_dir() for name in ("a", "b")] == [False, True]
    assert not exchange(tmp_path / "a", tmp_path / "gone")


# Removing and making


def test_all_below_a_folder_is_removed_and_nothing_behind_a_link(tmp_path: Path) -> None:
    """What is missing is removed already."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "kept").touch()
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    (tmp_path / "a" / "b" / "link").symlink_to("../../theirs")
    for name in ("a", "a", "gone"):
        remove(tmp_path / name)

    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["theirs", "theirs/kept"]


def test_a_folder_is_ours_alone_before_it_is_emptied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one that is write-protected would stay; nobody fills it meanwhile."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    for folder in (tmp_path / "a" / "b", tmp_path / "a"):
        folder.chmod(0o577)
    listed, modes = Path.iterdir, list[int]()

    def listing(path: Path) -> Iterator[Path]:
        modes.append(stat.S_IMODE(path.stat().st_mode))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", listing)
    remove(tmp_path / "a")
    assert set(modes) == {0o700}
    assert not (tmp_path / "a").exists()


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    """With its line ends, in a folder that may be new or not."""
    words = "é\r\n\n"
    for name in ("new/deep/a", "new/deep/b"):
        with new_text(tmp_path / name) as file:
            file.write(words)
        write_new(tmp_path / "other" / name, words)
        write_new(tmp_path / "bytes" / name, words.encode())

    found = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert found == [words.encode()] * 6


def test_a_temporary_folder_that_cannot_be_removed_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system removes it; what was to be done is done."""
    with monkeypatch.context() as patch, scratch() as folder:
        patch.setattr(os, "rmdir", fail)
    assert Path(folder).is_dir()
    os.rmdir(folder)
    assert filesystem.LAST_WRITTEN.maxlen == 1
