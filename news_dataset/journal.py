"""Change several files together: all or none, even if the process is killed.

A journal in the folder lists the changes. Each file that is replaced or removed keeps a second name, its backup, until
all changes are on disk; then the journal is marked as done. If it is not, the command was interrupted: the next command
that writes restores the files, and readers refuse until then.
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
from news_dataset.markup import operand

NAME = ".news-dataset-journal"
"""The name of the journal."""

_WRITERS = 16  # files that are synced to disk at once
_MAX_DEPTH = 6  # folders between a file of records and the folder of its dataset
_PENDING, _DONE = b"-", b"+"  # the first byte of a journal


@dataclass(frozen=True, slots=True)
class _Change:
    """A change to a file.

    Args:
        name: the file, relative to the folder of the journal.
        sha256: the hash of the new content; empty if the file is removed.
        was: the hash of the old content; empty if the file is new.
        folders: the number of its parent folders that are new.
    """

    name: str
    sha256: str
    was: str
    folders: int


def write_files(
    home: Path, files: Mapping[Path, str], removed: Iterable[Path] = (), moved: Mapping[Path, Path] | None = None
) -> None:
    """Replace, add, remove and rename files, all or none.

    Args:
        home: the folder of the dataset, or a file in it.
        files: the text of each file to write; missing folders are created.
        removed: the files to remove, with folders that become empty.
        moved: new path, which is one of *files*, → old path of each renamed file, which keeps its permissions.

    Raises:
        SetupError: a file cannot be written or removed, or another command is changing files; all are as they were.
    """
    old_paths = {new.absolute(): old.absolute() for new, old in (moved or {}).items()}
    to_remove = [*(path.absolute() for path in removed), *old_paths.values()]
    if not files and not to_remove:
        return
    texts = {path.absolute(): text for path, text in files.items()}
    top = home.absolute() if home.is_dir() or not home.exists() else home.absolute().parent
    folder = Path(os.path.commonpath([top, *(path.parent for path in (*texts, *to_remove))]))
    with parents(folder / NAME), _journal(folder) as (file, _):
        changes = [_planned_change(folder, path, texts.get(path)) for path in (*texts, *to_remove)]
        try:
            _write(file, _PENDING + json.dumps([asdict(change) for change in changes]).encode())
            os.fsync(file.fileno())
            _apply(folder, changes, texts, old_paths)
            _write(file, _DONE)
            os.fsync(file.fileno())
        except BaseException as error:  # also an interruption
            with suppress(OSError):
                _write(file, _PENDING)  # the mark may have been written, and only its fsync failed
            with suppress(OSError, SetupError):  # the next command does it
                _restore(folder, changes)
                _remove_journal(folder, file)
            if isinstance(error, OSError):
                raise SetupError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
            raise
        LAST_WRITTEN.append(folder)
        with suppress(OSError):  # the next command does it
            _clean_up(folder, changes)
            _remove_journal(folder, file)


def put_back(place: Path) -> int:
    """Restore the files that an interrupted command was changing; return their number.

    Args:
        place: a file or folder of the dataset.

    Raises:
        SetupError: another command is changing the files, one was changed after the interruption, or one cannot be
            written.
    """
    count = 0
    for folder in filter(_has_journal, _journal_folders(place)):
        with _journal(folder) as (_, restored):
            count += restored
    return count


def refuse_half_changed(place: Path) -> None:
    """Raise SetupError if files around a place are being or were left half-changed."""
    for folder in _journal_folders(place):
        if _has_journal(folder) and begins_with(folder / NAME, _PENDING):
            retry = f"wait until it ends, or restore the files with: news-dataset fmt {operand(folder)}"
            raise SetupError(f"{folder} is half-changed, by a running or an interrupted command; {retry}")


def _has_journal(folder: Path) -> bool:
    """Return whether a folder has a journal that no stranger placed there."""
    try:
        status = (folder / NAME).lstat()
        owners = {folder.stat().st_uid, 0, getattr(os, "getuid", int)()}
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_uid in owners


def _journal_folders(place: Path) -> list[Path]:
    """Return the folders where a journal that concerns a file or folder may lie."""
    whole = place.absolute()
    return [*list(whole.parents)[_MAX_DEPTH::-1], whole, whole / "data", whole / "data" / "curated"]


@contextmanager
def _journal(folder: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yield the locked, empty journal of a folder, and the number of files restored.

    If it lists the changes of an interrupted command, they are undone first; errors as ``put_back``.
    """
    restored = 0
    with locked(folder / NAME, f"another command is changing files of {folder}") as file:
        try:
            data = file.read()
            if data and (changes := _parse_journal(folder, data)):
                if data.startswith(_DONE):
                    _clean_up(folder, changes)
                else:
                    restored = _restore(folder, changes)
            if data:
                file.seek(0)
                file.truncate()
        except OSError as error:
            raise SetupError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
        yield file, restored


def _parse_journal(folder: Path, data: bytes) -> list[_Change]:
    """Return the changes in a journal; none if it is incomplete.

    Raises:
        SetupError: it names a file outside of its folder.
    """
    try:
        changes = [_Change(**change) for change in strict_json.parse(data[1:])]
    except (strict_json.NotJsonError, TypeError):
        return []
    root = folder.resolve()
    for change in changes:
        path = Path(str(change.name))
        is_inside = (folder / path).parent.resolve().is_relative_to(root) and path.name not in ("", "..")
        if path.is_absolute() or ".." in path.parts or not is_inside or not isinstance(change.folders, int):
            raise SetupError(f"{folder / NAME} is not of this package: it names {change.name!r}; remove it")
    return changes


def _planned_change(folder: Path, path: Path, text: str | None) -> _Change:
    """Return the change of a file to a text, or of its removal if that is None."""
    missing = [parent for parent in path.parents if parent.is_relative_to(folder) and not parent.exists()]
    digest = "" if text is None else sha256(text.encode()).hexdigest()
    return _Change(path.relative_to(folder).as_posix(), digest, _digest(path), len(missing))


def _apply(folder: Path, changes: list[_Change], texts: Mapping[Path, str], old_paths: Mapping[Path, Path]) -> None:
    """Make changes, once all new content is on disk and all old files have backups."""
    with ThreadPoolExecutor(_WRITERS) as pool:  # most of the time is spent waiting for fsync
        list(pool.map(_write_beside, texts, texts.values(), [old_paths.get(path, path) for path in texts]))
    paths = [folder / change.name for change in changes]
    for change, path in zip(changes, paths, strict=True):
        if change.was:
            _back_up(path)
    touched = {path.parent for path in paths}
    for parent in touched:
        sync(parent)
    for change, path in zip(changes, paths, strict=True):
        if not change.sha256:
            path.unlink()
        elif not change.was and os.path.lexists(path):
            raise SetupError(f"{path} exists already, and is not ours to replace")
        else:
            hidden(path, "new").replace(path)
    for parent in touched:
        sync(parent)


def _write_beside(path: Path, text: str, old: Path) -> None:
    """Write a text, synced, to a hidden file beside *path*, with the permissions of the *old* file, if there is one."""
    if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise SetupError(f"{path} may not be written: check its permissions")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = hidden(path, "new")
    new.unlink(missing_ok=True)  # it may be a link, which must not be followed
    with new_file(new) as file:
        if old.exists():
            keep_access(old, new)  # before it has any content to read
        file.write(text.encode())
    sync(new)


def _back_up(path: Path) -> None:
    """Give a file a second name, its backup; or copy it where there are no hard links."""
    backup = hidden(path, "old")
    backup.unlink(missing_ok=True)
    try:
        os.link(path, backup)
    except OSError:
        write_new(backup, _bytes(path))
        keep_access(path, backup)
        sync(backup)


def _restore(folder: Path, changes: list[_Change]) -> int:
    """Undo changes, as far as they were made; return the number of files restored.

    A file that was changed after the interruption stays as it is if its backup was removed.

    Raises:
        SetupError: a file was changed after the interruption, and its backup exists; nothing was restored.
    """
    paths = [folder / change.name for change in changes]
    digests = [_digest(path) for path in paths]
    for change, path, digest in zip(changes, paths, digests, strict=True):
        backup = hidden(path, "old")
        if change.was and os.path.lexists(backup) and digest not in ("", change.sha256, change.was):
            raise SetupError(
                f"{path} was changed after a command that was writing it was interrupted: to keep it, remove {backup}; "
                f"to get back its earlier content, which that file holds, remove {path.name}"
            )
    count = 0
    for change, path, digest in zip(changes, paths, digests, strict=True):
        backup = hidden(path, "old")
        if change.was and _digest(backup) == change.was:  # else the backup is incomplete, and nothing was replaced yet
            backup.replace(path)
            count += digest != change.was
        elif not change.was and digest == change.sha256:
            path.unlink()
            count += 1
        backup.unlink(missing_ok=True)  # replace() does nothing if both are names of one file
        hidden(path, "new").unlink(missing_ok=True)
    for change, path in zip(changes, paths, strict=True):
        for parent in list(path.parents)[: change.folders]:
            with suppress(OSError):  # it is not empty
                parent.rmdir()
    return count


def _clean_up(folder: Path, changes: list[_Change]) -> None:
    """Remove the backups of completed changes, and folders that removals left empty."""
    for change in changes:
        path = folder / change.name
        hidden(path, "old").unlink(missing_ok=True)
        if not change.sha256:
            with suppress(OSError):  # it is not empty
                path.parent.rmdir()


def _remove_journal(folder: Path, file: BinaryIO) -> None:
    """Remove a journal, or empty it where an open file cannot be removed."""
    try:
        (folder / NAME).unlink()
    except OSError:
        file.truncate(0)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file; empty if there is no such file."""
    return sha256(_bytes(path)).hexdigest() if path.is_file() else ""


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file; raise the public error if it cannot be read."""
    try:
        return read_bytes(path, None)
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def _write(file: BinaryIO, data: bytes) -> None:
    """Write to the start of an unbuffered file; raise OSError if the disk is full."""
    file.seek(0)
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
