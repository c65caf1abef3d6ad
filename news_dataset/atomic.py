"""Write folders and files whole or not at all, whatever happens in between.

A release is written into a folder beside the old one, forced to disk, and then takes its place in one step: Linux and
macOS can exchange two names atomically. Elsewhere the old folder steps aside first; readers look there too
(``manifest.located``), and the next build puts it back. What others made is never replaced.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from news_dataset import manifest
from news_dataset.errors import IntegrityError, SetupError
from news_dataset.files import is_of_system
from news_dataset.filesystem import exchange, keep_access, lock, remove, sync, write_new

Foreign = Callable[[Path], str | None]
"""Returns why a file is not ours to replace, in words that follow its name; None if it is."""

_WRITERS = 16  # files that are forced to disk at once


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
    refuse_link(folder)
    folder = folder.resolve()
    if not folder.name or (folder.exists() and not folder.is_dir()):  # a file, and just as well a device or a pipe
        raise SetupError(f"{folder} is not a folder that could be replaced")
    with lock(folder):
        inside = ((name, path) for name, path in _inside(folder) if not is_of_system(path))
        if others := [name for name, path in inside if name not in ours or not path.is_file()]:
            raise SetupError(f"{folder} holds {', '.join(others[:3])}, which is not ours to replace")
        new = folder.with_name(f".{folder.name}.news-dataset-new")
        aside = folder.with_name(manifest.PREVIOUS.format(name=folder.name))
        try:
            _clear(folder, new, aside)
            yield new
            _put(folder, new, aside)
        except OSError as error:
            raise SetupError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
        finally:
            for left in (new, *([aside] if folder.exists() else [])):
                with suppress(OSError):
                    remove(left)
        try:
            sync(folder.parent)
        except OSError as error:
            raise SetupError(f"{folder} is in place, but may not survive a loss of power: {error.strerror}") from error


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
    try:
        _refuse(out, foreign)
        out.parent.mkdir(parents=True, exist_ok=True)
        # a folder of its own for each run, so that two at once do not write into each other's
        with TemporaryDirectory(prefix=f".{out.name[:100]}.news-dataset-", dir=out.parent) as desk:
            new = Path(desk) / out.name
            yield new
            for path in [*new.rglob("*"), new] if new.is_dir() else [new]:
                sync(path)
            _refuse(out, foreign)  # writing takes time, in which somebody else may have come
            if out.exists():
                keep_access(out, new)
            if out.is_dir():
                for path in filter(is_of_system, out.iterdir()):
                    path.unlink()
                out.rmdir()  # empty, else this fails; not every system can rename over it
            new.replace(out)
        sync(out.parent)
    except OSError as error:
        raise SetupError(f"{error.filename or out} cannot be written: {error.strerror}") from error


def write_output(out: Path, data: bytes | str, foreign: Foreign) -> None:
    """Write a file that takes the place of *out* once it is on disk; arguments and errors as ``new_output``."""
    with new_output(out, foreign) as new:
        write_new(new, data)


@contextmanager
def new_entries(folder: Path) -> Iterator[Path]:
    """Yield a new folder whose entries go into *folder*, all or none, once the block ends without an error.

    Args:
        folder: the folder; where there is none yet, it appears as a whole.

    Raises:
        SetupError: *folder* has an entry of such a name, or cannot be written; it is as it was.
    """
    if not folder.exists():
        with new_output(folder) as new:
            new.mkdir()
            yield new
        return
    placed: list[Path] = []
    try:
        with TemporaryDirectory(prefix=".news-dataset-", dir=folder) as desk:
            yield Path(desk)
            for path in Path(desk).rglob("*"):
                sync(path)
            try:
                for new in sorted(Path(desk).iterdir()):
                    if os.path.lexists(folder / new.name):
                        raise SetupError(f"{folder} holds {new.name}, which is not ours to replace")
                    placed.append(new.rename(folder / new.name))
            except BaseException:  # an interruption, too
                for path in placed:
                    path.rename(Path(desk) / path.name)
                raise
        sync(folder)
    except OSError as error:
        raise SetupError(f"{error.filename or folder} cannot be written: {error.strerror}") from error


def write_files(files: Mapping[Path, str], removed: Iterable[Path] = ()) -> None:
    """Write files, each replaced in one step, none before all are on disk; then remove others.

    Args:
        files: the text of each; one that is new may lie in a new folder.
        removed: what goes, with the folders that it leaves empty.

    Raises:
        SetupError: a file cannot be written or removed; all are as they were.
    """
    before: dict[Path, bytes | None] = {}
    try:
        with ThreadPoolExecutor(_WRITERS) as pool:  # a disk takes most of its time to say that a file is on it
            pending = list(zip(pool.map(_written_beside, files, files.values()), files, strict=True))
        for new, path in pending:
            data = path.read_bytes() if path.exists() else None
            new.replace(path)
            before[path] = data
        for path in removed:
            data = path.read_bytes()
            path.unlink()
            before[path] = data
    except BaseException as error:
        for path, data in before.items():
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        if isinstance(error, OSError):
            raise SetupError(f"{error.filename} cannot be written: {error.strerror}") from error
        raise
    finally:
        for path in files:
            _beside(path).unlink(missing_ok=True)
        for folder in {path.parent for path in (*files, *removed)}:
            with suppress(OSError):  # it is not empty
                folder.rmdir()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.news-dataset-new")


def _written_beside(path: Path, text: str) -> Path:
    """Write a text to disk beside the file that it will replace."""
    if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise SetupError(f"{path} may not be written: check its permissions")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = _beside(path)
    new.unlink(missing_ok=True)  # of a run that was killed; or somebody's link, which must not be followed
    with open(new, "xb") as file:
        if path.exists():
            keep_access(path, new)  # before there is anything to read in it
        file.write(text.encode())
    sync(new)
    return new


def _clear(folder: Path, new: Path, aside: Path) -> None:
    """Put back what a build that was cut off left aside, and make an empty folder for what is new."""
    if not folder.exists() and aside.is_dir() and not aside.is_symlink():
        aside.rename(folder)  # an exchange was cut off
    for left in (new, aside):
        remove(left)  # of a build that was killed
    new.mkdir()


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
        new.rename(folder)


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
