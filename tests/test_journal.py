"""Several files change together: what a killed command left is put back, and nobody else's work is lost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from news_dataset import journal
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.dataset import Dataset
from news_dataset.errors import SetupError


class Killed(BaseException):
    """Stands for SIGKILL: nothing is cleaned up."""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cut_off(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace a file, add one in a new folder and remove one, in a process that dies after the first."""
    unlink = Path.unlink

    def die(self: Path, missing_ok: bool = False) -> None:
        if self.name == "c":
            raise Killed
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", die)
        patch.setattr(journal, "_restore", lambda *_: die(Path("c")))
        with pytest.raises(Killed):
            journal.write_files(home, {home / "a": "new", home / "x/y": "new"}, [home / "b/c"])


def test_the_next_command_puts_back_what_was_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then readers refuse."""
    before = contents(home)
    cut_off(home, monkeypatch)
    assert (home / "a").read_text() == "new"
    for place in (home, home / "b", home / "b" / "c"):
        with pytest.raises(SetupError, match="half-changed"):
            Collection.open(place)

    assert journal.put_back(home / "b") == 2
    assert contents(home) == before
    assert not (home / "x").exists()
    journal.refuse_half_changed(home)
    assert journal.put_back(home) == 0


def test_what_is_put_back_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once, by the command that does it and in Python; of files that were not changed yet nothing is said."""
    told = "restored 2 files that an interrupted command had changed"
    cut_off(home, monkeypatch)
    assert main(["fmt", str(home)]) == main(["fmt", str(home)])
    assert capsys.readouterr().err.count(f"news-dataset: {told}\n") == 1
    cut_off(home, monkeypatch)
    with pytest.warns(UserWarning, match=told), pytest.raises(FileNotFoundError):
        Dataset(home).fmt()


def test_what_somebody_changed_since_is_not_lost(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left to them; nothing else is put back before."""
    cut_off(home, monkeypatch)
    (home / "a").write_text("mine")
    before = contents(home)
    with pytest.raises(SetupError, match=r"/a was changed after .*\.a\.news-dataset-old"):
        journal.put_back(home)
    assert contents(home) == before

    (home / "a").unlink()
    journal.put_back(home)
    assert contents(home) == {"a": b"old a", "b/c": b"old b/c"}


def test_what_somebody_changed_since_is_kept_without_the_copy(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message offers it: the copy is removed, the others are put back."""
    cut_off(home, monkeypatch)
    (home / "a").write_text("mine")
    (home / ".a.news-dataset-old").unlink()
    journal.put_back(home)
    assert contents(home) == {"a": b"mine", "b/c": b"old b/c"}


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "b/../../outside", "link/outside", ".."])
def test_a_journal_names_nothing_outside(name: str, home: Path) -> None:
    """It may have come with a clone."""
    (home / "b" / "link").symlink_to("..")
    (home / "b" / "outside").write_text("mine")
    change: dict[str, Any] = {"name": name, "sha256": "", "was": "", "folders": 0}
    (home / "b" / journal.NAME).write_text("-" + json.dumps([change]))
    before = contents(home)
    with pytest.raises(SetupError, match="is not of this package"):
        journal.put_back(home / "b")
    assert contents(home) == before


@pytest.mark.parametrize("words", ["", "-", "-[{", "-[1]", '-{"a": 1}', "+", "-" + "[" * 100_000])
def test_a_journal_that_was_cut_off_changes_nothing(words: str, home: Path) -> None:
    """It goes; the first change comes after it."""
    before = contents(home)
    (home / journal.NAME).write_text(words)
    journal.put_back(home)
    assert contents(home) == before


def test_two_do_not_meet(home: Path) -> None:
    """The second is refused at once."""
    with (
        journal._journal(home),
        pytest.raises(SetupError, match="another command is changing files"),
    ):
        journal.write_files(home, {home / "a": "new"})
    assert (home / "a").read_text() == "old a"


def test_a_file_that_came_meanwhile_is_not_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are as they were."""
    keep = journal._back_up

    def come(path: Path) -> None:
        (home / "new").write_text("mine")
        keep(path)

    monkeypatch.setattr(journal, "_back_up", come)
    with pytest.raises(SetupError, match="new exists already"):
        journal.write_files(home, {home / "a": "new", home / "new": "new"})
    assert contents(home) == {"a": b"old a", "b/c": b"old b/c", "new": b"mine"}


def test_fmt_puts_back_and_its_check_only_says_so(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the command."""
    data = dataset / "data"
    before = contents(dataset)
    record = next(path for path in sorted((data / "curated" / "people").iterdir()))
    replace = Path.replace

    def die(self: Path, target: Path) -> Path:
        replace(self, target)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        patch.setattr(journal, "_restore", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            journal.write_files(dataset, {record: "x", data / "y.yaml": "z"})
    assert main(["fmt", "--check", str(dataset)]) == main(["validate", str(dataset)]) == 5
    assert main(["fmt", str(record)]) == 0
    assert contents(dataset) == before


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root gives files away")
def test_a_journal_of_a_stranger_is_passed_over(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may put one into a folder such as /tmp, but it would have to be in one of theirs."""
    cut_off(home, monkeypatch)
    os.chown(home / journal.NAME, 12345, -1)
    journal.refuse_half_changed(home)
    journal.put_back(home)
    assert (home / "a").read_text() == "new"
    os.chown(home, 12345, -1)
    journal.put_back(home)
    assert (home / "a").read_text() == "old a"
