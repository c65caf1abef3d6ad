"""What file systems do for files and folders, and some of them cannot: locks, modes, fsync, exchange of names.

New files are made here as well, and never where something is: what writes them writes through no link.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, TextIO

from news_dataset.errors import SetupError

LAST_WRITTEN: deque[Path] = deque(maxlen=1)
"""Where this process has written last; a command that is interrupted says so, or that it wrote nothing."""

_AT_FDCWD = -100  # <fcntl.h>: paths relative to the working directory
_RENAME_EXCHANGE = 2  # <linux/fs.h>, for renameat2(2); the same value as RENAME_SWAP in macOS' renamex_np(2)
_LONGEST = 220  # bytes of a name to which more is added: names have at most 255
_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_NOT_OF_FOLDERS = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF)


def hidden(path: Path, what: str) -> Path:
    """Return the name beside a file or folder under which something of ours lies, such as what is new."""
    is_long = len(os.fsencode(path.name)) > _LONGEST
    name = sha256(os.fsencode(path.name)).hexdigest() if is_long else path.name
    return path.with_name(f".{name}.news-dataset-{what}")


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the exclusive right to replace a file or folder; the lock dies with the process.

    Raises:
        SetupError: another process holds it, the file system has no locks, or the lock file cannot be written.
    """
    with parents(path), locked(hidden(path, "lock"), f"another build is replacing {path}"):
        yield


@contextmanager
def locked(path: Path, held: str) -> Iterator[BinaryIO]:
    """Yield a file that no other process holds, made if there is none; at the end it goes, if it is empty.

    Args:
        path: the file.
        held: what is said where another process holds it.

    Raises:
        SetupError: another process holds it, the file system has no locks, or the file cannot be written.
    """
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise SetupError(f"{path} is not a regular file, so it cannot be a lock; remove it")
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        file = os.fdopen(os.open(path, flags, 0o666), "r+b", buffering=0)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}") from error
    try:
        try:
            is_ours = _seize(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            advice = "build with --output on another one, and copy what it makes"
            raise SetupError(f"the file system of {path.parent} has no locks ({error.strerror}); {advice}") from error
        if not is_ours or not _is_still(path, file.fileno()):
            raise SetupError(f"{held}; try again when it has ended")
        try:
            yield file
        finally:
            with suppress(OSError):  # the next one removes it
                if not os.fstat(file.fileno()).st_size:
                    path.unlink(missing_ok=True)
    finally:
        with suppress(OSError):  # nothing waits to be written
            file.close()
        if os.name == "nt":  # which does not remove what is open
            with suppress(OSError):
                if not path.stat().st_size:
                    path.unlink()


@contextmanager
def parents(path: Path) -> Iterator[None]:
    """Make the folders in which a path is to lie; after an error those go again that are empty.

    Raises:
        SetupError: they cannot be made.
    """
    made: list[Path] = []
    try:
        try:
            for folder in [one for one in reversed(path.parents) if not one.exists()]:
                folder.mkdir(exist_ok=True)
                made.append(folder)
        except OSError as error:
            raise SetupError(f"{error.filename or path} cannot be written: {error.strerror}") from error
        yield
    except BaseException:
        with suppress(OSError):
            for folder in reversed(made):
                folder.rmdir()
        raise


def _seize(descriptor: int) -> bool:
    """Lock a file for this process; return whether no other process holds it.

    Raises:
        OSError: the file system has no locks.
    """
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            return True
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD:
                raise
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # which some network file systems have alone
    except OSError as error:
        if error.errno in _HELD:
            return False
        raise
    return True


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether *path* names the open file: its last holder may have removed it since it was opened."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def keep_access(old: Path, new: Path) -> None:
    """Give a file or folder the group and the mode of the one whose place it takes, as far as the system allows."""
    found = old.stat()
    if hasattr(os, "chown") and new.stat().st_gid != found.st_gid:
        with suppress(OSError):  # only a member of the group may
            os.chown(new, -1, found.st_gid)
    new.chmod(found.st_mode & 0o7777)


def sync(path: Path) -> None:
    """Force a file or a folder to disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot force a folder to disk
    is_folder = path.is_dir()
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems have no fsync of folders and say so, which tells nothing about the files.
        if not is_folder or error.errno not in _NOT_OF_FOLDERS:
            raise
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically; return False where system or filesystem cannot."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    here, there = os.fsencode(one), os.fsencode(other)
    if libc and sys.platform == "linux" and hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, here, _AT_FDCWD, there, _RENAME_EXCHANGE) == 0)
    if libc and sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(here, there, _RENAME_EXCHANGE) == 0)
    return False


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with all that is in it, even if nothing may be written there."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    folders = [path]
    for folder in folders:
        folder.chmod(0o700)
        folders += [one for one in folder.iterdir() if one.is_dir() and not one.is_symlink()]
    for folder in reversed(folders):  # what is deepest first
        for one in folder.iterdir():
            one.unlink()
        folder.rmdir()


def new_file(path: Path) -> BinaryIO:
    """Make a file, and open it to be written.

    Raises:
        FileExistsError: something is there, and be it a link to nothing.
    """
    return open(path, "xb")


def new_text(path: Path, encoding: str = "utf-8") -> TextIO:
    """Make a file and the folders that it lacks, to be written as text; line ends stay as they are, on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return TextIOWrapper(new_file(path), encoding, newline="")


def write_new(path: Path, data: bytes | str) -> None:
    """Make a file and the folders that it lacks, and write it; a text in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_file(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def scratch() -> TemporaryDirectory[str]:
    """Return a temporary folder, which goes when its block ends."""
    return TemporaryDirectory(prefix="news-dataset-", ignore_cleanup_errors=True)
