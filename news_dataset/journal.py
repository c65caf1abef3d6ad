"""Change several files of a folder together: all of them or none, even if the process is killed in between.

A journal in the folder lists the files that change. What is replaced or removed keeps a second name beside it until all
changes are on disk; then the journal is marked as done. One that is not was cut off: whoever writes next puts back what
was there, and readers refuse until then.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from news_dataset import strict_json
from news_dataset.errors import SetupError
from news_dataset.files import ReadError, begins_with, read_bytes
from news_dataset.filesystem import LAST_WRITTEN, hidden, keep_access, locked, new_file, parents, sync, write_new

NAME = ".news-dataset-journal"
"""The file that lists what changes."""

_WRITERS = 16  # files that are forced to disk at once
_ABOVE = 6  # folders between a file of records and the folder of its dataset
_PENDING, _DONE = b"-", b"+"


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of a file.

    Args:
        name: the file, relative to the folder of the journal.
        sha256: of what it will hold; empty if it is removed.
        was: the hash of what it held; empty if there was no such file.
        folders: how many of its folders, from below, there were not.
    """

    name: str
    sha256: str
    was: str
    folders: int


def write_files(home: Path, files: Mapping[Path, str], removed: Iterable[Path] = ()) -> None:
    """Replace, add and remove files, all or none of them.

    Args:
        home: the folder of the dataset, or one file of it.
        files: the text of each; one that is new may lie in a new folder.
        removed: what goes, with the folders that it leaves empty.

    Raises:
        SetupError: a file cannot be written or removed, or another command writes there; all are as they were.
    """
    gone = [path.absolute() for path in removed]
    if not files and not gone:
        return
    whole = {path.absolute(): text for path, text in files.items()}
    places = [home.absolute() if home.is_dir() or not home.exists() else home.absolute().parent]
    folder = Path(os.path.commonpath([*places, *(path.parent for path in (*whole, *gone))]))
    with parents(folder / NAME), _journal(folder) as (file, _):
        changes = [_change(folder, path, whole.get(path)) for path in (*whole, *gone)]
        try:
            _write(file, _PENDING + json.dumps([asdict(one) for one in changes]).encode())
            os.fsync(file.fileno())
            _make(folder, changes, whole)
            _write(file, _DONE)
            os.fsync(file.fileno())
        except BaseException as error:  # an interruption, too
            with suppress(OSError):
                _write(file, _PENDING)  # in case that it is marked, and only that is not on disk
            with suppress(OSError, SetupError):  # the next command does it
                _undo(folder, changes)
                _end(folder, file)
            if isinstance(error, OSError):
                where = error.filename or folder
                raise SetupError(f"{where} cannot be written: {error.strerror}") from error
            raise
        LAST_WRITTEN.append(folder)
        with suppress(OSError):  # the next command does it
            _forget(folder, changes)
            _end(folder, file)


def put_back(place: Path) -> int:
    """Put back the files that a command was changing when it was cut off.

    Args:
        place: a file or folder of the dataset.

    Returns:
        How many it had changed.

    Raises:
        SetupError: another command is changing them, somebody has changed one of them since, or one cannot be written.
    """
    changed = 0
    for folder in filter(_is_there, _folders(place)):
        with _journal(folder) as (_, undone):
            changed += undone
    return changed


def refuse_half_changed(place: Path) -> None:
    """Raise if files around a place are being changed, or are left half-changed.

    Raises:
        SetupError: they are.
    """
    for folder in _folders(place):
        if _is_there(folder) and begins_with(folder / NAME, _PENDING):
            retry = f"wait until it ends, or put back what was there with: news-dataset fmt {folder}"
            raise SetupError(f"{folder} is half-changed, by a command at work or one that was cut off; {retry}")


def _is_there(folder: Path) -> bool:
    """Return whether a folder has a journal, and not one that a stranger put into a folder that all may write to."""
    try:
        found = (folder / NAME).lstat()
        owners = {folder.stat().st_uid, 0, getattr(os, "getuid", int)()}
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_uid in owners


def _folders(place: Path) -> list[Path]:
    """Return where the journal of a file or folder may lie: there, above, or in the folders of a dataset."""
    whole = place.absolute()
    return [*list(whole.parents)[_ABOVE::-1], whole, whole / "data", whole / "data" / "curated"]


@contextmanager
def _journal(folder: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yield the journal of a folder, empty, once what an earlier one lists is put back, and how many files that is."""
    undone = 0
    with locked(folder / NAME, f"another command is changing files of {folder}") as file:
        try:
            data = file.read()
            if data and (changes := _listed(folder, data)):
                undone = (_forget if data.startswith(_DONE) else _undo)(folder, changes)
            if data:
                file.seek(0)
                file.truncate()
        except OSError as error:
            raise SetupError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
        yield file, undone


def _listed(folder: Path, data: bytes) -> list[_Change]:
    """Return what a journal lists; nothing if it was cut off itself, which was before the first change.

    Raises:
        SetupError: it names a file outside of its folder.
    """
    try:
        changes = [_Change(**one) for one in strict_json.parse(data[1:])]
    except (strict_json.NotJsonError, TypeError):
        return []
    root = folder.resolve()
    for change in changes:
        path = Path(str(change.name))
        is_inside = (folder / path).parent.resolve().is_relative_to(root) and path.name not in ("", "..")
        if path.is_absolute() or ".." in path.parts or not is_inside or not isinstance(change.folders, int):
            raise SetupError(f"{folder / NAME} is not of this package: it names {change.name!r}; remove it")
    return changes


def _change(folder: Path, path: Path, text: str | None) -> _Change:
    name = path.relative_to(folder).as_posix()
    missing = [one for one in path.parents if one.is_relative_to(folder) and not one.exists()]
    digest = "" if text is None else sha256(text.encode()).hexdigest()
    return _Change(name, digest, _digest(path), len(missing))


def _make(folder: Path, changes: list[_Change], texts: Mapping[Path, str]) -> None:
    """Make the changes, after all of what is new is on disk and all of what was has a second name."""
    with ThreadPoolExecutor(_WRITERS) as pool:  # a disk takes most of its time to say that a file is on it
        list(pool.map(_write_beside, texts, texts.values()))
    paths = [folder / change.name for change in changes]
    for change, path in zip(changes, paths, strict=True):
        if change.was:
            _keep(path)
    touched = {path.parent for path in paths}
    for one in touched:
        sync(one)
    for change, path in zip(changes, paths, strict=True):
        if not change.sha256:
            path.unlink()
        elif not change.was and os.path.lexists(path):
            raise SetupError(f"{path} is there already, and not ours to replace")
        else:
            hidden(path, "new").replace(path)
    for one in touched:
        sync(one)


def _write_beside(path: Path, text: str) -> None:
    """Write a text to disk beside the file that it will replace."""
    if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise SetupError(f"{path} may not be written: check its permissions")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = hidden(path, "new")
    new.unlink(missing_ok=True)  # somebody's link must not be followed
    with new_file(new) as file:
        if path.exists():
            keep_access(path, new)  # before there is anything to read in it
        file.write(text.encode())
    sync(new)


def _keep(path: Path) -> None:
    """Give a file a second name."""
    kept = hidden(path, "old")
    kept.unlink(missing_ok=True)
    try:
        os.link(path, kept)
    except OSError:  # a file system without hard links
        write_new(kept, _bytes(path))
        keep_access(path, kept)
        sync(kept)


def _undo(folder: Path, changes: list[_Change]) -> int:
    """Put back what was there, and return how many files had been changed.

    A file that somebody has changed since, and whose kept copy they have removed, stays as it is.

    Raises:
        SetupError: somebody has changed a file since, and its kept copy is there; nothing was put back.
    """
    paths = [folder / change.name for change in changes]
    found = [_digest(path) for path in paths]
    for change, path, digest in zip(changes, paths, found, strict=True):
        kept = hidden(path, "old")
        if change.was and os.path.lexists(kept) and digest not in ("", change.sha256, change.was):
            raise SetupError(
                f"{path} was changed after a command was cut off that was writing it: to keep it, remove {kept}; "
                f"to get back what was there before, which that holds, remove {path.name}"
            )
    count = 0
    for change, path, digest in zip(changes, paths, found, strict=True):
        kept = hidden(path, "old")
        if change.was and _digest(kept) == change.was:  # a copy may have been cut off, before anything was replaced
            kept.replace(path)
            count += digest != change.was
        elif not change.was and digest == change.sha256:
            path.unlink(missing_ok=True)
            count += 1
        kept.unlink(missing_ok=True)  # two names of one file, too, after the one replaced the other
        hidden(path, "new").unlink(missing_ok=True)
    for change, path in zip(changes, paths, strict=True):
        for one in list(path.parents)[: change.folders]:
            with suppress(OSError):  # it is not empty
                one.rmdir()
    return count


def _forget(folder: Path, changes: list[_Change]) -> int:
    """Remove the second names of what was there, and folders that are left empty; none of it was to be put back."""
    for change in changes:
        path = folder / change.name
        hidden(path, "old").unlink(missing_ok=True)
        if not change.sha256:
            with suppress(OSError):  # it is not empty
                path.parent.rmdir()
    return 0


def _end(folder: Path, file: BinaryIO) -> None:
    """Remove a journal; what is open cannot be removed everywhere, and goes when it is empty."""
    try:
        (folder / NAME).unlink()
    except OSError:
        file.truncate(0)


def _digest(path: Path) -> str:
    return sha256(_bytes(path)).hexdigest() if path.is_file() else ""


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path, None)
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def _write(file: BinaryIO, data: bytes) -> None:
    """Write to the begin of a file that has no buffer."""
    file.seek(0)
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
