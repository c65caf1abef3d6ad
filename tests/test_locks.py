"""Locks and new folders: who holds one, what is left of it, and what systems do that have other locks or none."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from news_dataset.errors import SetupError
from news_dataset.filesystem import lock, locked, parents
from tests.each import each

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
        assert not (tmp_path / "journal").stat().st_mode & 0o111
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


@each([True, False])
def test_without_locks_that_is_told_and_nothing_is_left(
    is_gone: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if somebody removed the file before."""

    def refuse(*_: object) -> None:
        if is_gone:
            (tmp_path / "lock").unlink()
        fail()

    monkeypatch.setattr(fcntl, "flock", fail)
    monkeypatch.setattr(fcntl, "lockf", refuse)
    with pytest.raises(SetupError, match=f"the file system of {tmp_path} has no locks"), locked(tmp_path / "lock", ""):
        pass
    assert [*tmp_path.iterdir()] == []


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


def test_a_parent_that_came_since_the_look_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another command may have made it."""
    exists = Path.exists
    (tmp_path / "a").mkdir()
    monkeypatch.setattr(Path, "exists", lambda self: self.name != "a" and exists(self))
    with parents(tmp_path / "a" / "b" / "c"):
        pass
    assert (tmp_path / "a" / "b").is_dir()
