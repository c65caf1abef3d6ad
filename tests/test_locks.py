"""Locks, new folders, syncing and exchanging: what each does on systems that lack or refuse something."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from news_dataset import filesystem
from news_dataset.errors import SetupError
from news_dataset.filesystem import (
    exchange,
    hidden,
    keep_access,
    lock,
    locked,
    new_text,
    parents,
    remove,
    scratch,
    sync,
)

fcntl = pytest.importorskip("fcntl", reason="Windows has other locks")


def fail(*_: object, **__: object) -> NoReturn:
    """Fail as a disk does that is broken."""
    raise OSError(errno.EIO, "Input/output error")


def interrupt(path: Path) -> NoReturn:
    """Make a file, and end."""
    path.touch()
    raise KeyboardInterrupt


def descriptors() -> list[str]:
    """Which descriptors of this process are open."""
    return sorted(os.listdir("/dev/fd"))


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


# Locks


def test_a_lock_is_gone_with_its_file_and_its_folder(tmp_path: Path) -> None:
    """After an error as well; a folder that was there before stays."""
    before = descriptors()
    for _ in range(2):
        with lock(tmp_path / "new" / "deep" / "out"):
            assert [path.name for path in (tmp_path / "new" / "deep").iterdir()] == [".out.news-dataset-lock"]
            with (
                pytest.raises(SetupError, match=r"another build is replacing .*; try again"),
                lock(tmp_path / "new/deep/out"),
            ):
                pass
        assert [*(tmp_path / "new" / "deep").iterdir()] == []
    with pytest.raises(KeyboardInterrupt), lock(tmp_path / "more" / "deep" / "out"):
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert descriptors() == before


def test_what_is_written_to_a_lock_stays(tmp_path: Path) -> None:
    """It is a journal, which the next command reads."""
    with locked(tmp_path / "journal", "") as file:
        file.write(b"words")
        assert (tmp_path / "journal").read_bytes() == b"words", "nothing is buffered"
    with locked(tmp_path / "journal", "") as file:
        assert file.read() == b"words"
    assert (tmp_path / "journal").is_file()


def test_a_lock_is_no_link_that_came_since_the_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is made where it leads; a pipe is not waited for."""
    (tmp_path / "link").symlink_to("made")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(SetupError, match="link cannot be written"), locked(tmp_path / "link", ""):
        pass
    with (
        pytest.raises(OSError, match=r"not seekable|Illegal seek|Invalid argument"),
        locked(tmp_path / "pipe", "") as file,
    ):
        file.seek(0)

    assert not os.path.lexists(tmp_path / "made")


@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_lock_that_somebody_removed_is_none(
    is_replaced: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its opening and its locking, by the one that held it; who comes next may have made another."""
    flock = fcntl.flock

    def remove_first(descriptor: int, how: int) -> None:
        (tmp_path / "lock").unlink()
        if is_replaced:
            (tmp_path / "lock").touch()
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", remove_first)
    with pytest.raises(SetupError, match="held; try again when it has ended"), locked(tmp_path / "lock", "held"):
        pass
    assert (tmp_path / "lock").exists() is is_replaced, "it is not ours to remove"


def test_the_other_kind_of_lock_is_told_from_none_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the first kind is missing, and somebody holds the second."""

    def refuse(code: int) -> Any:
        def no(*_: object) -> NoReturn:
            raise OSError(code, os.strerror(code))

        return no

    monkeypatch.setattr(fcntl, "flock", refuse(errno.ENOLCK))
    monkeypatch.setattr(fcntl, "lockf", refuse(errno.EAGAIN))
    with pytest.raises(SetupError, match="held; try again"), locked(tmp_path / "lock", "held"):
        pass


def test_the_other_kind_of_lock_is_exclusive_and_waits_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the first is."""
    asked: list[int] = []
    monkeypatch.setattr(fcntl, "flock", fail)
    monkeypatch.setattr(fcntl, "lockf", lambda _, how: asked.append(how))
    with locked(tmp_path / "lock", ""):
        pass

    assert asked == [fcntl.LOCK_EX | fcntl.LOCK_NB]


@pytest.mark.parametrize("words", [b"", b"words"])
def test_on_windows_a_lock_is_removed_once_it_is_closed(
    words: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an open file cannot be removed, and locks are of another kind."""
    calls: list[Any] = []
    unlink = Path.unlink

    def of_windows(self: Path, missing_ok: bool = False) -> None:
        if len(descriptors()) > count:
            raise PermissionError(errno.EACCES, "is open")
        unlink(self, missing_ok)

    count = len(descriptors())
    monkeypatch.setitem(
        sys.modules, "msvcrt", SimpleNamespace(locking=lambda *words: calls.append(words[1:]), LK_NBLCK=7)
    )
    monkeypatch.setattr(Path, "unlink", of_windows)
    path = tmp_path / "lock"
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        with locked(path, "") as file:
            file.write(words)

    assert calls == [(7, 1)]
    assert path.exists() is bool(words)


def test_a_lock_that_cannot_be_looked_at_does_not_hide_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was to be done is done; the next holder removes it."""
    with monkeypatch.context() as patch, locked(tmp_path / "lock", ""):
        patch.setattr(os, "fstat", fail)
    assert (tmp_path / "lock").exists()


def test_parents_that_cannot_be_made_leave_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names which; with something in it, a new one stays."""
    with (
        pytest.raises(SetupError, match=r"/n{300} cannot be written: File name"),
        parents(tmp_path / "a" / ("n" * 300) / "b"),
    ):
        pass
    assert [*tmp_path.iterdir()] == []
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", fail)
        with pytest.raises(SetupError, match="/a/b cannot be written: Input/output"), parents(tmp_path / "a" / "b"):
            pass
    with pytest.raises(KeyboardInterrupt), parents(tmp_path / "a" / "b" / "c"):
        interrupt(tmp_path / "a" / "kept")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept"]
    with parents(tmp_path / "b" / "c"):
        pass
    assert (tmp_path / "b").is_dir()


# Access and syncing


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


def test_on_windows_only_files_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder cannot be."""
    synced: list[int] = []
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr(os, "name", "nt")
    sync(tmp_path)
    assert not synced
    sync(tmp_path / "file")
    assert len(synced) == 1


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
    monkeypatch.setattr(ctypes, "CDLL", lambda name, use_errno: libc)
    monkeypatch.setattr(sys, "platform", platform)
    assert exchange(one, other) is (result == 0)
    assert asked == [arguments]
    for here in ("linux", "darwin", "freebsd14"):
        monkeypatch.setattr(sys, "platform", here)
        assert exchange(one, other) is (here == platform and result == 0)
    asked.clear()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(os, "name", "nt")
    assert exchange(one, other) is False
    assert asked == []


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


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    """With its line ends, in a folder that may be new or not."""
    for name in ("new/a", "new/b"):
        with new_text(tmp_path / name) as file:
            file.write("é\r\n\n")

    assert (tmp_path / "new" / "b").read_bytes() == "é\r\n\n".encode()


def test_a_temporary_folder_that_cannot_be_removed_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system removes it; what was to be done is done."""
    with monkeypatch.context() as patch, scratch() as folder:
        patch.setattr(os, "rmdir", fail)
    assert Path(folder).is_dir()
    os.rmdir(folder)
    assert filesystem.LAST_WRITTEN.maxlen == 1
