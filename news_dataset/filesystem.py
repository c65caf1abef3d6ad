"""Lock, sync, exchange and remove files and folders on any file system.

New files are created here as well, and only where nothing exists, so that nothing is written through a link.
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
"""The last path written by this process; an interrupted command names it."""

_AT_FDCWD = -100  # <fcntl.h>: paths relative to the working directory
_RENAME_EXCHANGE = 2  # <linux/fs.h>, for renameat2(2); the same value as RENAME_SWAP in macOS' renamex_np(2)
_MAX_NAME = 220  # bytes of a name to which a prefix and suffix are added: names have at most 255
_LOCK_IS_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_NO_FSYNC_OF_FOLDERS = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF)


def hidden(path: Path, purpose: str) -> Path:
    """Return the hidden sibling ``.<name>.news-dataset-<purpose>`` of a path.

    A long name is replaced by its hash.
    """
    is_long = len(os.fsencode(path.name)) > _MAX_NAME
    name = sha256(os.fsencode(path.name)).hexdigest() if is_long else path.name
    return path.with_name(f".{name}.news-dataset-{purpose}")


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Lock a file or folder that is to be replaced; the lock ends with the process.

    Raises:
        SetupError: another process holds the lock, the file system has no locks, or the lock file cannot be written.
    """
    with parents(path), locked(hidden(path, "lock"), f"another build is replacing {path}"):
        yield


@contextmanager
def locked(path: Path, message: str) -> Iterator[BinaryIO]:
    """Open, lock and yield an unbuffered file; at the end remove it if empty.

    Args:
        path: the file.
        message: what to say if another process holds the lock.

    Raises:
        SetupError: another process holds the lock, the file system has no locks, or the file cannot be written.
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
            is_ours = _try_lock(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            advice = "build with --output on another one, and copy the result"
            raise SetupError(f"the file system of {path.parent} has no locks ({error.strerror}); {advice}") from error
        if not is_ours or not _names_open_file(path, file.fileno()):
            raise SetupError(f"{message}; try again when it has ended")
        try:
            yield file
        finally:
            with suppress(OSError):  # the next holder removes it
                if not os.fstat(file.fileno()).st_size:
                    path.unlink()
    finally:
        with suppress(OSError):  # there is no buffer whose content could be lost
            file.close()
        if os.name == "nt":  # which does not remove an open file
            with suppress(OSError):
                if not path.stat().st_size:
                    path.unlink()


@contextmanager
def parents(path: Path) -> Iterator[None]:
    """Create the missing parents of a path; after an error, remove empty ones.

    Raises:
        SetupError: they cannot be created.
    """
    created: list[Path] = []
    try:
        try:
            for folder in [parent for parent in reversed(path.parents) if not parent.exists()]:
                folder.mkdir(exist_ok=True)
                created.append(folder)
        except OSError as error:
            raise SetupError(f"{error.filename or path} cannot be written: {error.strerror}") from error
        yield
    except BaseException:
        with suppress(OSError):
            for folder in reversed(created):
                folder.rmdir()
        raise


def _try_lock(descriptor: int) -> bool:
    """Try to lock an open file; return False if another process holds the lock.

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
            if error.errno in _LOCK_IS_HELD:
                raise
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # some network file systems have only this one
    except OSError as error:
        if error.errno in _LOCK_IS_HELD:
            return False
        raise
    return True


def _names_open_file(path: Path, descriptor: int) -> bool:
    """Return whether a path still names the open file, which may have been removed."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def keep_access(old: Path, new: Path) -> None:
    """Give *new* the mode of *old*, which it will replace, and if allowed its group."""
    status = old.stat()
    if hasattr(os, "chown") and new.stat().st_gid != status.st_gid:
        with suppress(OSError):  # only a member of the group may
            os.chown(new, -1, status.st_gid)
    new.chmod(status.st_mode & 0o7777)  # permissions with setuid, setgid and sticky


def sync(path: Path) -> None:
    """Force a file or a folder to disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot force a folder to disk
    is_folder = path.is_dir()
    descriptor = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems cannot sync folders; the files in them are safe all the same.
        if not is_folder or error.errno not in _NO_FSYNC_OF_FOLDERS:
            raise
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically; return False if system or file system cannot."""
    libc = ctypes.CDLL(None) if os.name == "posix" else None
    names = os.fsencode(one), os.fsencode(other)
    if libc and sys.platform == "linux" and hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
    if libc and sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(*names, _RENAME_EXCHANGE) == 0)
    return False


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder with its content, also a write-protected one."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    folders = [path]
    for folder in folders:
        folder.chmod(0o700)
        folders += [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    for folder in reversed(folders):  # the deepest first
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def new_file(path: Path) -> BinaryIO:
    """Create a file and open it for writing.

    Raises:
        FileExistsError: the path exists, even as a dangling link.
    """
    return open(path, "xb")


def new_text(path: Path, encoding: str = "utf-8") -> TextIO:
    """Create a file with its parents and open it as text, without newline translation."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return TextIOWrapper(new_file(path), encoding, newline="")


def write_new(path: Path, data: bytes | str) -> None:
    """Create a file with its parent folders and write it; text is encoded as UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_file(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)


def scratch() -> TemporaryDirectory[str]:
    """Return a context manager for a temporary folder."""
    return TemporaryDirectory(prefix="news-dataset-", ignore_cleanup_errors=True)
