"""Write folders and files whole or not at all.

A release is written to a hidden folder beside the old one, synced to disk, and then takes its place in one step: Linux
and macOS can exchange two names atomically. Elsewhere the old folder is first renamed to ``manifest.PREVIOUS``; readers
look there too (``manifest.release_folder``), and the next build restores it. Files of others are never replaced.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from news_dataset import manifest
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.files import is_of_system
from news_dataset.filesystem import LAST_WRITTEN, exchange, hidden, keep_access, lock, remove, sync, write_new

Foreign = Callable[[Path], str | None]
"""A function that returns why a file is not ours to replace, as a clause after its name; None if it is ours."""


def replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make *folder* hold exactly *files*, in one step.

    Args:
        folder: the folder, which need not exist.
        files: the content of each file, by name.

    Raises:
        SetupError: the folder holds other files, another process is replacing it, or it cannot be written. The folder
            is as it was.
    """
    with new_folder(folder, files) as new:
        for name, data in files.items():
            write_new(new / name, data)


@contextmanager
def new_folder(folder: Path, ours: Container[str]) -> Iterator[Path]:
    """Yield a new folder, which replaces *folder* when the block succeeds.

    Args:
        folder: the folder, which need not exist.
        ours: the names of the files that may be replaced; those in folders as ``views/name``.

    Raises:
        SetupError: as ``replace``.
    """
    with locked_folder(folder) as whole, new_content(whole, ours) as new:
        yield new


@contextmanager
def locked_folder(folder: Path) -> Iterator[Path]:
    """Lock a folder to be replaced, and yield its resolved path for ``new_content``.

    Raises:
        SetupError: it is a link, is not a folder, or is locked by another process.
    """
    refuse_link(folder)
    whole = folder.resolve()
    if not whole.name or (whole.exists() and not whole.is_dir()):  # a file, and just as well a device or a pipe
        raise SetupError(f"{whole} is not a folder that could be replaced")
    with lock(whole):
        yield whole


@contextmanager
def new_content(folder: Path, ours: Container[str]) -> Iterator[Path]:
    """Yield a new folder to replace a locked one; otherwise as ``new_folder``."""
    leaves = ((name, path) for name, path in _leaves(folder) if not is_of_system(path))
    if others := [name for name, path in leaves if name not in ours or not path.is_file()]:
        raise SetupError(f"{folder} holds {', '.join(others[:3])}, which is not ours to replace")
    previous = folder.with_name(manifest.PREVIOUS.format(name=folder.name))
    with _system_errors(folder):
        if not folder.exists() and previous.is_dir() and not previous.is_symlink():
            previous.rename(folder)  # an exchange was interrupted
        with _workspace(folder, previous) as new:
            yield new
            _swap(folder, new, previous)
            LAST_WRITTEN.append(folder)
    with _system_errors(folder, "is in place, but may not survive a loss of power"):
        sync(folder.parent)


@contextmanager
def _system_errors(path: Path, message: str = "cannot be written") -> Iterator[None]:
    """Turn an OSError into a SetupError that names the file, or else *path*."""
    try:
        yield
    except OSError as error:
        raise SetupError(f"{error.filename or path} {message}: {error.strerror}") from error


@contextmanager
def _workspace(out: Path, previous: Path | None = None) -> Iterator[Path]:
    """Yield a new folder beside *out*; remove it and *previous* before and after.

    At the end *previous* is kept if *out* does not exist, since it then holds the only release.
    """
    new = hidden(out, "new")
    for path in (new, previous):
        if path:
            remove(path)
    try:
        new.mkdir()
        yield new
    finally:
        for path in (new, previous if out.exists() else None):
            with suppress(OSError):  # the next command removes it
                if path:
                    remove(path)


def refuse_link(folder: Path) -> None:
    """Raise SetupError if a folder is a link, which may lead to another dataset."""
    if folder.is_symlink():
        raise SetupError(f"{folder} is a link, and what it leads to is not ours to replace")


def _leaves(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield relative name and path of all files, links and empty folders below."""
    pending = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    while pending:
        path = pending.pop()
        inside = sorted(path.iterdir(), reverse=True) if path.is_dir() and not path.is_symlink() else []
        pending += inside
        if not inside:
            yield path.relative_to(folder).as_posix(), path


@contextmanager
def new_output(out: Path, foreign: Foreign | None = None) -> Iterator[Path]:
    """Yield a path for a new folder or file, which replaces *out* when the block ends.

    Args:
        out: the final place: a new or empty folder, or a new file or one that is ours.
        foreign: for a file, the function that says why an existing one is not ours; None for a folder.

    Raises:
        SetupError: *out* is not ours to replace, lies in a release, or cannot be written; it is as it was.
    """
    out = out.resolve()
    sweep(out)
    with _system_errors(out):
        _refuse_foreign(out, foreign)
    with lock(out):
        with _system_errors(out), _workspace(out) as workspace:
            new = workspace / out.name
            yield new
            for path in [*new.rglob("*"), new] if new.is_dir() else [new]:
                sync(path)
            _refuse_foreign(out, foreign)  # again, since something may have been written there meanwhile
            if out.exists():
                keep_access(out, new)
            for path in filter(is_of_system, out.iterdir() if out.is_dir() else ()):
                path.unlink()
            try:
                new.replace(out)
            except OSError:
                out.rmdir()  # some systems cannot rename over a folder; this fails if it is not an empty folder
                new.replace(out)
            LAST_WRITTEN.append(out)
        with _system_errors(out, "is in place, but may not survive a loss of power"):
            sync(out.parent)


def write_output(out: Path, data: bytes | str, foreign: Foreign) -> None:
    """Write a file, which replaces *out* once it is on disk; errors as ``new_output``."""
    with new_output(out, foreign) as new:
        write_new(new, data)


def _swap(folder: Path, new: Path, previous: Path) -> None:
    """Sync everything in *new*, and put it in the place of *folder*.

    Afterwards the old content is at *new*, or at *previous* if the system cannot exchange names.
    """
    for path in [*new.rglob("*"), new]:
        sync(path)
        if (old := folder / path.relative_to(new)).exists() and not old.is_symlink():
            keep_access(old, path)
    if not folder.exists():
        new.rename(folder)
    elif not exchange(new, folder):
        folder.rename(previous)
        try:
            new.rename(folder)
        except BaseException:  # also an interruption
            previous.rename(folder)
            raise


def sweep(out: Path) -> None:
    """Remove what a killed command left beside *out*, an absolute path.

    Raises:
        SetupError: another command is writing there, or the remains cannot be removed.
    """
    if out.name and any(os.path.lexists(hidden(out, purpose)) for purpose in ("new", "lock")):
        with lock(out), _system_errors(out), _workspace(out):
            pass


def refuse_in_release(out: Path) -> None:
    """Raise SetupError if *out*, an absolute path, lies in a release."""
    for parent in out.parents:
        if _is_release(parent):
            raise SetupError(f"{out} lies in the release {parent}, which must stay as its manifest says")


def _refuse_foreign(out: Path, foreign: Foreign | None) -> None:
    """Raise SetupError if *out* must not be replaced; arguments as ``new_output``."""
    refuse_in_release(out)
    if not out.name or (out.exists() and not (out.is_dir() or out.is_file())):  # such as a device or a pipe
        raise SetupError(f"{out} is neither a folder nor a file that could be replaced")
    if not out.exists():
        return
    if foreign is None and not out.is_dir():
        raise SetupError(f"{out} is a file, not a folder; it is not ours to replace")
    if foreign is None and (inside := sorted(path.name for path in out.iterdir() if not is_of_system(path))):
        raise SetupError(f"{out} holds {', '.join(inside[:3])}; export to a new or an empty folder")
    if foreign is not None and (reason := "is a folder" if out.is_dir() else foreign(out)):
        raise SetupError(f"{out} {reason}, so it is not ours to replace; export to a new file")


def _is_release(folder: Path) -> bool:
    """Return whether a folder has a valid manifest."""
    try:
        return (folder / manifest.NAME).is_file() and bool(manifest.read(folder))
    except IntegrityError:
        return False
