"""Write folders and files whole or not at all, whatever happens in between.

A release is written into a folder beside the old one, forced to disk, and then takes its place in one step: Linux and
macOS can exchange two names atomically. Elsewhere the old folder steps aside first; readers look there too
(``manifest.release_folder``), and the next build puts it back. What others made is never replaced.
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
"""Returns why a file is not ours to replace, in words that follow its name; None if it is."""


def replace(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make *folder* hold exactly *files*, all at once; the last of them is written last.

    Args:
        folder: the folder, which need not exist.
        files: name → bytes.

    Raises:
        SetupError: the folder holds something else, which would be lost; another process is replacing it; the disk is
            full; or something cannot be written. The folder is as it was.
    """
    with new_folder(folder, files) as new:
        for name, data in files.items():
            write_new(new / name, data)


@contextmanager
def new_folder(folder: Path, ours: Container[str]) -> Iterator[Path]:
    """Yield a new folder whose content takes the place of that of *folder*, once the block ends without an error.

    Args:
        folder: the folder, which need not exist.
        ours: the names of the files that may be in it, or as ``views/name`` in folders in it, and be lost.

    Raises:
        SetupError: as ``replace``.
    """
    with held(folder) as whole, new_content(whole, ours) as new:
        yield new


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Yield the whole path of a folder that nobody else replaces meanwhile, for ``new_content``.

    Raises:
        SetupError: it is a link or no folder, or another process holds it.
    """
    refuse_link(folder)
    whole = folder.resolve()
    if not whole.name or (whole.exists() and not whole.is_dir()):  # a file, and just as well a device or a pipe
        raise SetupError(f"{whole} is not a folder that could be replaced")
    with lock(whole):
        yield whole


@contextmanager
def new_content(folder: Path, ours: Container[str]) -> Iterator[Path]:
    """Yield a new folder that takes the place of one that is held; arguments and errors as ``new_folder``."""
    inside = ((name, path) for name, path in _inside(folder) if not is_of_system(path))
    if others := [name for name, path in inside if name not in ours or not path.is_file()]:
        raise SetupError(f"{folder} holds {', '.join(others[:3])}, which is not ours to replace")
    aside = folder.with_name(manifest.PREVIOUS.format(name=folder.name))
    with _written(folder):
        if not folder.exists() and aside.is_dir() and not aside.is_symlink():
            aside.rename(folder)  # an exchange was cut off
        with _desk(folder, aside) as new:
            yield new
            _put(folder, new, aside)
            LAST_WRITTEN.append(folder)
    with _written(folder, "is in place, but may not survive a loss of power"):
        sync(folder.parent)


@contextmanager
def _written(path: Path, what: str = "cannot be written") -> Iterator[None]:
    """Raise errors of the system as ours."""
    try:
        yield
    except OSError as error:
        raise SetupError(f"{error.filename or path} {what}: {error.strerror}") from error


@contextmanager
def _desk(out: Path, aside: Path | None = None) -> Iterator[Path]:
    """Yield a new folder beside a path, which goes at the end, as does what an earlier one left or put aside."""
    new = hidden(out, "new")
    for left in (new, aside):
        if left:
            remove(left)  # of a command that was killed
    try:
        new.mkdir()
        yield new
    finally:
        for left in (new, aside if out.exists() else None):
            with suppress(OSError):  # the next one removes it
                if left:
                    remove(left)


def refuse_link(folder: Path) -> None:
    """Raise if *folder* is a link: what it leads to may be the release of another dataset.

    Raises:
        SetupError: it is.
    """
    if folder.is_symlink():
        raise SetupError(f"{folder} is a link, and what it leads to is not ours to replace")


def _inside(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files in a folder, at any depth, and folders that are empty or links, with their names there."""
    waiting = sorted(folder.iterdir(), reverse=True) if folder.is_dir() else []
    while waiting:
        path = waiting.pop()
        inside = sorted(path.iterdir(), reverse=True) if path.is_dir() and not path.is_symlink() else []
        waiting += inside
        if not inside:
            yield path.relative_to(folder).as_posix(), path


@contextmanager
def new_output(out: Path, foreign: Foreign | None = None) -> Iterator[Path]:
    """Yield a path to write a new folder or file to, which takes the place of *out* once all of it is on disk.

    Args:
        out: where it goes.
        foreign: of a file, what says why one that is there is not ours to replace; None where it is a folder.

    Raises:
        SetupError: *out* is not ours to replace, lies in a release, or cannot be written; it is as it was.
    """
    out = out.resolve()
    sweep(out)
    with _written(out):
        _refuse(out, foreign)
    with lock(out):
        with _written(out), _desk(out) as desk:
            new = desk / out.name
            yield new
            for path in [*new.rglob("*"), new] if new.is_dir() else [new]:
                sync(path)
            _refuse(out, foreign)  # writing takes time, in which somebody else may have come
            if out.exists():
                keep_access(out, new)
            for path in filter(is_of_system, out.iterdir() if out.is_dir() else ()):
                path.unlink()
            try:
                new.replace(out)
            except OSError:
                out.rmdir()  # not every system can rename over it; fails if it is not an empty folder
                new.replace(out)
            LAST_WRITTEN.append(out)
        with _written(out, "is in place, but may not survive a loss of power"):
            sync(out.parent)


def write_output(out: Path, data: bytes | str, foreign: Foreign) -> None:
    """Write a file that takes the place of *out* once it is on disk; arguments and errors as ``new_output``."""
    with new_output(out, foreign) as new:
        write_new(new, data)


def _put(folder: Path, new: Path, aside: Path) -> None:
    """Force everything in *new* to disk, and put it in the place of *folder*."""
    for path in [*new.rglob("*"), new]:
        sync(path)
        if (old := folder / path.relative_to(new)).exists() and not old.is_symlink():
            keep_access(old, path)
    if not folder.exists():
        new.rename(folder)
    elif not exchange(new, folder):
        folder.rename(aside)
        try:
            new.rename(folder)
        except BaseException:  # an interruption, too
            aside.rename(folder)
            raise


def sweep(out: Path) -> None:
    """Remove what a command left beside a whole path that was killed while it wrote there.

    Raises:
        SetupError: another command is writing there, or it cannot be removed.
    """
    if any(os.path.lexists(hidden(out, what)) for what in ("new", "lock")):
        with lock(out), _written(out), _desk(out):
            pass


def refuse_in_release(out: Path) -> None:
    """Raise if a whole path lies in a release, which holds nothing but what its manifest lists.

    Raises:
        SetupError: it does.
    """
    for parent in out.parents:
        if _is_release(parent):
            raise SetupError(f"{out} lies in the release {parent}, which must stay as its manifest says")


def _refuse(out: Path, foreign: Foreign | None) -> None:
    refuse_in_release(out)
    if not out.name or (out.exists() and not (out.is_dir() or out.is_file())):  # such as a device or a pipe
        raise SetupError(f"{out} is neither a folder nor a file that could be replaced")
    if not out.exists():
        return
    if foreign is None and not out.is_dir():
        raise SetupError(f"{out} is a file, not a folder; it is not ours to replace")
    if foreign is None and (inside := sorted(path.name for path in out.iterdir() if not is_of_system(path))):
        raise SetupError(f"{out} holds {', '.join(inside[:3])}; export to a new or an empty folder")
    if foreign is not None and (why := "is a folder" if out.is_dir() else foreign(out)):
        raise SetupError(f"{out} {why}, so it is not ours to replace; export to a new file")


def _is_release(folder: Path) -> bool:
    try:
        return (folder / manifest.NAME).is_file() and bool(manifest.read(folder))
    except IntegrityError:
        return False
