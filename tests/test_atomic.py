"""Folders and files take their place whole: what is written reaches the disk before, and nothing of others is lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from news_dataset import atomic, filesystem
from news_dataset.errors import SetupError
from news_dataset.filesystem import LAST_WRITTEN, hidden
from tests.conftest import ROOT
from tests.each import each

FILES = {"a": b"new a", "views/b": b"new b"}
OURS: Callable[[Path], str | None] = lambda path: None  # noqa: E731


def contents(folder: Path) -> dict[str, bytes]:
    """What lies in a folder: files and empty folders."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {name: path.read_bytes() if path.is_file() else b"" for name, path in found.items() if not any(
        other.startswith(f"{name}/") for other in found)}  # fmt: skip


def fail(*_: object) -> NoReturn:
    """Fail as a system does that names no file."""
    raise OSError(errno.EIO, "Input/output error")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that is ours to replace, the only one in its folder."""
    atomic.replace(tmp_path / "out", {"a": b"old a"})
    return tmp_path / "out"


# A folder


@pytest.mark.parametrize("is_new", [True, False])
def test_all_is_on_disk_before_it_takes_its_place(is_new: bool, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file and each folder; the name itself afterwards. Nothing else is left."""
    synced: list[tuple[str, bool]] = []
    folder = out.with_name("other") if is_new else out
    monkeypatch.setattr(
        atomic,
        "sync",
        lambda path: synced.append((path.relative_to(out.parent).as_posix(), contents(folder) == FILES)),
    )
    atomic.replace(folder, FILES)
    new = hidden(folder, "new").name

    assert sorted(synced[:-1]) == [(f"{new}{rest}", False) for rest in ("", "/a", "/views", "/views/b")]
    assert synced[-1] == (".", True)
    assert contents(folder) == FILES
    assert {path.name for path in out.parent.iterdir()} == {"out", folder.name}
    assert [*LAST_WRITTEN] == [folder]


def test_a_folder_keeps_the_access_of_what_it_replaces(out: Path) -> None:
    """Of each file that has the name of an old one, and of the folder; a link has none to keep."""
    out.with_name("theirs").touch(0o600)
    (out / "link").symlink_to("../theirs")
    out.chmod(0o750)
    (out / "a").chmod(0o604)
    atomic.replace(out, {"a": b"new a", "b": b"new b", "link": b"new"})

    usual = (out / "b").stat().st_mode & 0o777
    assert usual != 0o600
    assert [path.lstat().st_mode & 0o777 for path in (out, out / "a", out / "link")] == [0o750, 0o604, usual]


@each(["link", "file", "root"])
def test_what_is_no_folder_is_refused(kind: str, tmp_path: Path) -> None:
    """A link may lead to the folder of somebody else."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to("theirs")
    (tmp_path / "file").touch()
    place = Path("/") if kind == "root" else tmp_path / kind
    said = "is a link" if kind == "link" else "is not a folder"

    with pytest.raises(SetupError, match=said), atomic.locked_folder(place):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "theirs"]


@each([("b", b"x"), ("views/c", b"x"), ("a", None)])
def test_what_is_not_ours_stays(name: str, data: bytes | None, tmp_path: Path) -> None:
    """A file of another name, and a folder where a file of ours would be."""
    folder = tmp_path / "out"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(data) if data else (folder / name).mkdir()
    before = contents(folder)

    with pytest.raises(SetupError, match=rf"holds {name}, which is not ours to replace"):
        atomic.replace(folder, {"a": b""})
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_of_what_is_not_ours_the_first_three_are_named(tmp_path: Path) -> None:
    """In the order of their paths."""
    for name in ("out/d", "out/b/y", "out/b/x", "out/c", "out/.DS_Store"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    with pytest.raises(SetupError, match="/out holds b/x, b/y, c, which is not ours"):
        atomic.replace(tmp_path / "out", {})
    (tmp_path / "out" / "a").touch()
    with pytest.raises(SetupError, match="/out holds a, b, c; export"), atomic.new_output(tmp_path / "out"):
        pass


def test_of_an_interruption_the_old_content_comes_back(out: Path) -> None:
    """Where it was put aside; a link of that name is followed by nobody, and goes."""
    previous = out.with_name(".out.news-dataset-previous")
    out.rename(previous)
    with pytest.raises(KeyboardInterrupt), atomic.new_folder(out, {"a"}):
        raise KeyboardInterrupt
    assert contents(out) == {"a": b"old a"}
    assert not previous.exists()

    out.rename(out.with_name("theirs"))
    previous.symlink_to("theirs")
    with pytest.raises(KeyboardInterrupt), atomic.new_folder(out, {"a"}):
        raise KeyboardInterrupt
    assert [path.name for path in out.parent.iterdir()] == ["theirs"]
    assert contents(out.with_name("theirs")) == {"a": b"old a"}


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError])
def test_without_an_exchange_the_old_content_steps_back(
    failure: type[BaseException], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the new one cannot take its place."""
    rename = Path.rename

    def broken(self: Path, target: Path) -> Path:
        if self == hidden(out, "new"):
            raise failure
        return rename(self, target)

    monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", broken)
        with pytest.raises(SetupError if failure is OSError else failure):
            atomic.replace(out, FILES)
    assert contents(out.parent) == {"out/a": b"old a"}
    atomic.replace(out, FILES)
    assert contents(out) == FILES


def test_the_old_content_is_kept_while_it_is_the_only_one(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can neither be replaced nor step back."""
    rename = Path.rename

    def broken(self: Path, target: Path) -> Path:
        return rename(self, target) if target.name == ".out.news-dataset-previous" else fail()

    monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", broken)
        with pytest.raises(SetupError):
            atomic.replace(out, FILES)
    assert contents(out.parent) == {".out.news-dataset-previous/a": b"old a"}


def test_what_a_killed_command_left_is_no_content(out: Path) -> None:
    """It is removed before."""
    (hidden(out, "new") / "deep").mkdir(parents=True)
    (hidden(out, "new") / "deep" / "left").write_bytes(b"x")
    atomic.replace(out, FILES)

    assert contents(out) == FILES


def test_an_error_of_the_system_names_the_file_or_else_the_folder(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And tells what is in place from what is not."""
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "sync", fail)
        with pytest.raises(SetupError, match=r"/out cannot be written: Input/output error"):
            atomic.replace(out, FILES)
    with pytest.raises(SetupError, match=r"/\.out\.news-dataset-new/n{300} cannot be written: File name too long"):
        atomic.replace(out, FILES | {"n" * 300: b""})
    assert contents(out.parent) == {"out/a": b"old a"}
    writers: list[Callable[[], object]] = [
        lambda: atomic.replace(out, FILES), lambda: atomic.write_output(out / "page", b"x", OURS),
    ]  # fmt: skip
    for write in writers:
        monkeypatch.setattr(atomic, "sync", lambda path: fail() if path in (out, out.parent) else filesystem.sync(path))
        with pytest.raises(SetupError, match=r" is in place, but may not survive a loss of power: Input/output"):
            write()
    assert contents(out) == {**FILES, "page": b"x"}


# An output


def test_an_output_is_on_disk_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, or a folder with all in it."""
    synced: list[tuple[str, bool]] = []
    place = tmp_path / "page"
    monkeypatch.setattr(atomic, "sync", lambda path: synced.append((path.name, place.exists())))
    atomic.write_output(place, "words", OURS)
    assert synced == [("page", False), (tmp_path.name, True)]
    assert [*LAST_WRITTEN] == [place]

    synced.clear()
    place = tmp_path / "folder"
    with atomic.new_output(place) as new:
        (new / "in").mkdir(parents=True)
        (new / "in" / "a").touch()
    assert sorted(synced[:-1]) == [("a", False), ("folder", False), ("in", False)]
    assert synced[-1] == (tmp_path.name, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "page"]


def test_an_output_replaces_what_is_ours(tmp_path: Path) -> None:
    """With its access; an empty folder may hold files of a system, which go."""
    (tmp_path / "page").write_text("old")
    (tmp_path / "page").chmod(0o604)
    atomic.write_output(tmp_path / "page", "new", OURS)
    (tmp_path / "folder").mkdir(0o705)
    (tmp_path / "folder" / ".DS_Store").touch()
    with atomic.new_output(tmp_path / "folder") as new:
        new.mkdir()
        (new / "a").write_text("new")

    assert contents(tmp_path) == {"page": b"new", "folder/a": b"new"}
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("page", "folder")] == [0o604, 0o705]


def test_where_no_folder_is_renamed_over_another_the_empty_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, target: fail() if target.exists() else replace(self, target))
    (tmp_path / "folder").mkdir()
    with atomic.new_output(tmp_path / "folder") as new:
        new.mkdir()
        (new / "a").touch()

    assert contents(tmp_path) == {"folder/a": b""}


THEIRS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a file for a folder": (Path.touch, "folder", "is a file, not a folder"),
    "a folder with a file": (lambda path: (path / "theirs").mkdir(parents=True), "folder", "holds theirs; export"),
    "a folder for a file": (Path.mkdir, "file", "is a folder, so it is not ours"),
    "a file of somebody": (lambda path: path.write_text("theirs"), "file", "is a letter, so it is not ours"),
    "a pipe for a file": (os.mkfifo, "file", "is neither a folder nor a file"),
    "a pipe for a folder": (os.mkfifo, "folder", "is neither a folder nor a file"),
}


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize(("plant", "kind", "said"), THEIRS.values(), ids=THEIRS)
def test_what_is_of_others_is_not_replaced(
    plant: Callable[[Path], object], kind: str, said: str, is_late: bool, tmp_path: Path
) -> None:
    """Whether it was there before, or came while the output was written."""
    place, begun = tmp_path / "out", list[bool]()

    def write() -> None:
        with atomic.new_output(place, None if kind == "folder" else lambda _: "is a letter") as new:
            begun.append(True)
            new.mkdir() if kind == "folder" else new.write_text("new")
            plant(place)

    if not is_late:
        plant(place)
    with pytest.raises(SetupError, match=said):
        write()
    assert bool(begun) is is_late
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert b"new" not in contents(tmp_path).values() if place.is_file() else not (place / "new").exists()


def test_nothing_is_written_into_a_release(tmp_path: Path) -> None:
    """At any depth; a folder whose manifest is none is no release."""
    (tmp_path / "in").mkdir()
    (tmp_path / "manifest.json").write_bytes((ROOT / "data" / "published" / "manifest.json").read_bytes())
    with pytest.raises(SetupError, match=r"/in/page lies in the release .* which must stay"):
        atomic.write_output(tmp_path / "in" / "page", "words", OURS)
    assert not [*(tmp_path / "in").iterdir()]

    (tmp_path / "manifest.json").write_text("{}")
    atomic.write_output(tmp_path / "in" / "page", "words", OURS)
    assert contents(tmp_path / "in") == {"page": b"words"}


@pytest.mark.parametrize("purpose", ["new", "lock"])
def test_what_a_killed_command_left_beside_an_output_goes(purpose: str, tmp_path: Path) -> None:
    """Also where the next command is refused; where nothing is left, no lock is taken."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "theirs").touch()
    left = hidden(tmp_path / "folder", purpose)
    left.touch() if purpose == "lock" else left.mkdir()
    with pytest.raises(SetupError, match="holds theirs"), atomic.new_output(tmp_path / "folder"):
        pass

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_an_output_has_a_name() -> None:
    """The root has none."""
    with pytest.raises(SetupError, match="is neither a folder nor a file"), atomic.new_output(Path("/")):
        pass
