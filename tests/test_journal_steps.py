"""Several files change together: where their journal lies, what each step leaves, and what a broken disk does."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

import pytest

from news_dataset import filesystem, journal
from news_dataset.errors import SetupError
from news_dataset.files import ReadError
from news_dataset.filesystem import LAST_WRITTEN, hidden
from tests.each import each
from tests.test_journal import contents, cut_off


def fail(*_: object) -> NoReturn:
    """Fail as a disk does that is full, and names no file."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_files_change_and_nothing_is_left(home: Path) -> None:
    """Written, added in new folders, renamed with their access, removed with a folder that is empty then."""
    (home / "a").chmod(0o604)
    (home / "d").write_text("old d")
    (home / "d").chmod(0o640)
    files = {home / "a": "new a", home / "x" / "y" / "z": "é", home / "e": "new e"}
    journal.write_files(home, files, [home / "b" / "c"], {home / "e": home / "d"})

    assert contents(home) == {"a": b"new a", "x/y/z": "é".encode(), "e": b"new e"}
    assert not (home / "b").exists()
    assert [(home / name).stat().st_mode & 0o777 for name in ("a", "e")] == [0o604, 0o640]
    assert [*LAST_WRITTEN] == [home]
    journal.write_files(home, {}, [home / "x" / "y" / "z"])
    assert (home / "x").is_dir(), "of folders, the one of the file goes"


@each([("", "."), ("a", "."), ("gone", "gone"), ("b", ".")])
def test_a_journal_is_above_all_that_changes(
    place: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder of the dataset, which may be new or be given by a file of it; or higher, if files are elsewhere."""
    seen: list[Path] = []

    def look(*_: object) -> None:
        seen.extend(tmp_path.rglob(journal.NAME))
        fail()

    (tmp_path / "b").mkdir()
    (tmp_path / "a").touch()
    monkeypatch.setattr(journal, "_apply", look)
    with pytest.raises(SetupError, match=f"{tmp_path / where} cannot be written: No space left"):
        journal.write_files(tmp_path / place, {tmp_path / ("gone/x" if place == "gone" else "a"): "new"})
    assert seen == [tmp_path / where / journal.NAME]
    assert contents(tmp_path) == {"a": b""}
    assert not (tmp_path / "gone").exists()


def test_without_a_change_nothing_is_touched(tmp_path: Path) -> None:
    """Not even to look for a journal."""
    journal.write_files(tmp_path / "gone", {})
    assert [*tmp_path.iterdir()] == []


@each(["", *"123456", "data", "curated", "other"])
def test_a_journal_concerns_the_dataset_around_and_below(place: str, tmp_path: Path) -> None:
    """Six folders up, and in the folders of its records; anywhere else it is that of another dataset."""
    home, deep = tmp_path / "home", tmp_path / "home" / "1/2/3/4/5/6" / "file"
    below = {"data": home / "data", "curated": home / "data" / "curated", "other": home / "other"}
    folder = below.get(place) or next(one for one in deep.parents if one.name == (place or "home"))
    for one in (deep.parent, folder):
        one.mkdir(parents=True, exist_ok=True)
    (folder / journal.NAME).write_bytes(b"-[]")
    for one, concerns in ((deep, place not in below), (home, place in ("", "data", "curated"))):
        with pytest.raises(SetupError, match=said(folder)) if concerns else nullcontext():
            journal.refuse_half_changed(one)
    journal.put_back(home if place in below else deep)
    assert (folder / journal.NAME).exists() is (place == "other")


@each([(3, 1, 2, False), (0, 1, 2, True), (1, 1, 2, True), (2, 1, 2, True)])
def test_a_journal_is_of_somebody_who_may_write_it(
    owner: int, above: int, user: int, concerns: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the owner of the folder, of the system or of the user: nobody else may have put it there."""
    (tmp_path / journal.NAME).write_bytes(b"-[]")
    status = Path.stat

    def of(path: Path, **how: Any) -> os.stat_result:
        found = status(path, **how)
        return os.stat_result([*found[:4], owner if path.name == journal.NAME else above, *found[5:]])

    monkeypatch.setattr(Path, "stat", of)
    monkeypatch.setattr(os, "getuid", lambda: user)
    with pytest.raises(SetupError, match=said(tmp_path)) if concerns else nullcontext():
        journal.refuse_half_changed(tmp_path)


def said(folder: Path) -> str:
    """What readers say of a folder."""
    return f"^{folder} is half-changed, by a running .* news-dataset fmt {folder}$"


@each(["old", "new"])
def test_what_a_killed_command_left_is_in_the_way_of_nothing(purpose: str, tmp_path: Path) -> None:
    """A file or a link of our names, which nothing is written through."""
    for name in ("a", "b", "theirs"):
        (tmp_path / name).write_text(f"old {name}")
    hidden(tmp_path / "a", purpose).symlink_to("theirs")
    hidden(tmp_path / "b", purpose).write_text("left")
    journal.write_files(tmp_path, {tmp_path / "a": "new a", tmp_path / "b": "new b"})

    assert contents(tmp_path) == {"a": b"new a", "b": b"new b", "theirs": b"old theirs"}


def test_without_hard_links_copies_are_on_disk_before_a_file_is_replaced(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And have the access of the file whose place they may take again."""
    synced: list[tuple[str, bytes]] = []
    before = contents(home)
    (home / "a").chmod(0o604)
    monkeypatch.setattr(os, "link", fail)
    monkeypatch.setattr(journal, "sync", lambda path: synced.append((path.name, (home / "a").read_bytes())))
    cut_off(home, monkeypatch)
    assert (home / "a").read_bytes() == b"new"
    assert {one for one in synced if one[0].endswith("-old")} == {
        (hidden(home / name, "old").name, b"old a") for name in ("a", "b/c")
    }
    journal.put_back(home)
    assert contents(home) == before
    assert (home / "a").stat().st_mode & 0o777 == 0o604


def test_new_content_is_on_disk_before_a_file_is_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So are the folders that name it, which are synced again afterwards; access is kept from the beginning."""
    synced: list[tuple[str, bytes]] = []
    modes: list[int] = []
    (home / "a").chmod(0o600)

    def sync(path: Path) -> None:
        synced.append((path.relative_to(home).as_posix(), (home / "a").read_bytes()))
        modes.extend(path.stat().st_mode & 0o777 for path in home.glob(".a.*"))

    monkeypatch.setattr(journal, "sync", sync)
    journal.write_files(home, {home / "a": "new", home / "x/y": "new"}, [home / "b/c"])

    assert sorted(synced[:2]) == [(".a.news-dataset-new", b"old a"), ("x/.y.news-dataset-new", b"old a")]
    assert sorted(synced[2:5]) == [(".", b"old a"), ("b", b"old a"), ("x", b"old a")]
    assert sorted(synced[5:]) == [(".", b"new"), ("b", b"new"), ("x", b"new")]
    assert set(modes) == {0o600}


def test_a_file_that_cannot_be_read_is_not_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could not be put back."""

    def refuse(*_: object) -> None:
        raise ReadError("unreadable_file", "cannot be read: Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "read_bytes", refuse)
        with pytest.raises(SetupError, match="/a cannot be read: Input/output error"):
            journal.write_files(home, {home / "a": "new"})
    assert contents(home) == {"a": b"old a", "b/c": b"old b/c"}


def test_what_is_restored_in_several_folders_is_counted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing where all was done, of which the backups go."""
    (home / "data" / "b").mkdir(parents=True)
    (home / "data" / "a").write_text("old a")
    (home / "data" / "b" / "c").write_text("old c")
    for folder in (home, home / "data"):
        cut_off(folder, monkeypatch)
    assert journal.put_back(home) == 4
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_clean_up", fail)
        journal.write_files(home, {home / "a": "new"}, [home / "b" / "c"])
    assert hidden(home / "a", "old").exists()
    journal.refuse_half_changed(home)
    assert journal.put_back(home) == 0
    assert contents(home) == {"a": b"new", "data/a": b"old a", "data/b/c": b"old c"}
    assert not (home / "b").exists()


@pytest.mark.parametrize(("function", "step"), [*(("fsync", step) for step in range(10)), ("_write", 0), ("_write", 1)])
def test_an_error_of_the_system_leaves_all_as_it_was(
    function: str, step: int, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever step fails; then the same change is made."""
    before, steps, module = contents(home), itertools.count(), os if function == "fsync" else journal
    real: Callable[..., object] = getattr(module, function)
    change = ({home / "a": "new", home / "x/y": "new"}, [home / "b/c"])
    with monkeypatch.context() as patch:
        patch.setattr(module, function, lambda *given: fail() if next(steps) == step else real(*given))
        with pytest.raises(SetupError, match=f"{home} cannot be written: No space left on device"):
            journal.write_files(home, *change)
    assert contents(home) == before
    assert not (home / "x").exists()
    journal.write_files(home, *change)
    assert contents(home) == {"a": b"new", "x/y": b"new"}


def test_what_is_not_surely_done_is_undone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the mark was written, may not be on disk, and nothing could be put back at once: by the next command."""
    steps, before, fsync = itertools.count(), contents(home), os.fsync
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda one: fail() if next(steps) == 9 else fsync(one))
        patch.setattr(journal, "_restore", fail)
        with pytest.raises(SetupError, match="No space left"):
            journal.write_files(home, {home / "a": "new", home / "x/y": "new"}, [home / "b/c"])
        with pytest.raises(SetupError, match=f"^{home} cannot be written: No space left"):
            journal.put_back(home)
    assert contents(home) != before
    with pytest.raises(SetupError, match=said(home)):
        journal.refuse_half_changed(home)
    assert journal.put_back(home) == 3
    assert contents(home) == before


def test_a_journal_that_is_written_in_part_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the disk is full."""
    real = filesystem.locked

    class Half:
        def __init__(self, file: Any) -> None:
            self.file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, data: bytes) -> int:
            return int(self.file.write(data[: len(data) // 2]))

    @contextmanager
    def locked(*given: Any) -> Iterator[Any]:
        with real(*given) as file:
            yield Half(file)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "locked", locked)
        with pytest.raises(SetupError, match="No space left on device"):
            journal.write_files(home, {home / "a": "new"})
    assert contents(home) == {"a": b"old a", "b/c": b"old b/c"}


@each([True, False])
def test_a_file_that_may_not_be_written_is_not_replaced(
    effective: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though its folder may be; as the user whose rights count, where the system can tell."""
    asked: list[Any] = []

    def access(path: Path, mode: int, *, effective_ids: bool) -> bool:
        asked.append((path.name, mode, effective_ids))
        return False

    (tmp_path / "a").write_text("old")
    monkeypatch.setattr(os, "access", access)
    monkeypatch.setattr(os, "supports_effective_ids", {access} if effective else set())
    with pytest.raises(SetupError, match="/a may not be written: check its permissions"):
        journal.write_files(tmp_path, {tmp_path / "a": "new", tmp_path / "b": "new"})
    assert contents(tmp_path) == {"a": b"old"}
    assert asked == [("a", os.W_OK, effective)]


def test_a_journal_that_cannot_be_removed_is_emptied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where it is open."""
    unlink = Path.unlink
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda self, **how: fail() if self.name == journal.NAME else unlink(self, **how))
        journal.write_files(home, {home / "a": "new"})
    journal.refuse_half_changed(home)
    assert contents(home) == {"a": b"new", "b/c": b"old b/c"} | {journal.NAME: b""}
