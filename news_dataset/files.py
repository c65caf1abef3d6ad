"""Find and read untrusted files: regular files only, within limits, strict UTF-8."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from news_dataset.errors import NewsDatasetError, SetupError, UnsafeInputError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Place = tuple[int, int]
"""Line and column, both from 1; columns count code points."""

MAX_BYTES = 1024 * 1024
"""The size limit of a record file."""

MAX_TEXT_BYTES = 5 * 1024 * 1024
"""The size limit of an article's text."""

_BOM = b"\xef\xbb\xbf"

_SYSTEM_FILES = re.compile(
    r"\.DS_Store|\._.+|\.localized|Icon\r|(eh)?Thumbs\.db|desktop\.ini|\.directory|\.nfs[0-9a-f]+|\.fuse_hidden[0-9a-f]+",
    re.I,
)
_EDITOR_BACKUPS = re.compile(r".+~|#.+#")

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Problem:
    """Describe what is wrong with a file, apart from its records.

    ``code`` is the check that reports it, ``message`` a clause that follows the file's name. Line and column count from
    1, columns in code points; 0 means the whole file or line.
    """

    code: str
    message: str
    line: int = 0
    column: int = 0
    hint: str = ""


LINK = Problem("unsafe_file", "is a link, and links are not followed")


class ReadError(Exception):
    """End the reading of one file; callers turn it into an issue or another error."""

    def __init__(self, code: str, message: str, place: Place = (0, 0), hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, *place, hint)

    def of(self, path: Path) -> NewsDatasetError:
        """Return the public error for the file at *path*: SetupError or UnsafeInputError."""
        kind = SetupError if self.problem.code == "unreadable_file" else UnsafeInputError
        return kind(f"{path} {self}")


def json_fault(error: JSONDecodeError) -> str:
    """Return the message of a JSON error without the preposition before its place.

    Example:
        >>> json_fault(JSONDecodeError("Invalid control character at", "", 0))
        'Invalid control character'
    """
    return re.sub("( starting)? at$", "", error.msg)


@dataclass(frozen=True, slots=True)
class Walked:
    """Hold a file found below a folder; with a problem, it cannot be read."""

    path: Path
    problem: Problem | None = None


def walk(folder: Path) -> Iterator[Walked]:
    """Yield every file below a folder, sorted by path.

    Names that begin with a dot, and files that systems and editors leave behind, are skipped. What cannot be read
    safely (a link, a pipe, a folder without permission) is yielded with its problem. The folder itself may be a link;
    no link below it is followed.
    """
    pending = [folder]
    while pending:
        path = pending.pop()
        try:
            mode = (path.stat() if path is folder or _is_packaged(path) else path.lstat()).st_mode
            if stat.S_ISDIR(mode):
                pending += sorted((entry for entry in path.iterdir() if not entry.name.startswith(".")), reverse=True)
                continue
            _refuse_irregular(mode)
        except OSError as error:
            yield Walked(path, _unreadable(error).problem)
        except ReadError as refusal:
            yield Walked(path, refusal.problem)
        else:
            if not (is_of_system(path) or _EDITOR_BACKUPS.fullmatch(path.name)):
                yield Walked(path)


def is_of_system(path: Path) -> bool:
    """Return whether an operating system made the file, such as ``.DS_Store``."""
    return bool(_SYSTEM_FILES.fullmatch(path.name)) and path.is_file() and not path.is_symlink()


def open_file(path: Path, root: Path | None = None) -> BinaryIO:
    """Open a regular file for reading.

    Args:
        path: the file; a link is followed only within this package.
        root: a folder above the file; no folder between the two may be a link. None to allow such links.

    Raises:
        ReadError: it is not a regular file, lies behind a link, or cannot be read.
    """
    # O_NONBLOCK: a pipe that takes the file's place after lstat must not block.
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if _is_packaged(path):
        path, root = path.resolve(), None
    try:
        if root and link_between(root, path.parent):
            raise ReadError("unsafe_file", "lies behind a link, and links are not followed")
        _refuse_irregular(path.lstat().st_mode)
        file = open(path, "rb", opener=lambda name, mode: os.open(name, mode | flags))  # noqa: SIM115 (the caller closes it)
    except IsADirectoryError as error:
        raise ReadError("unsafe_file", "is not a regular file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(error) from error
    try:
        _refuse_irregular(os.fstat(file.fileno()).st_mode)
    except ReadError:
        file.close()
        raise
    return file


def _is_packaged(path: Path) -> bool:
    """Return whether a file came with this package, where some installers use links."""
    return _PACKAGE in path.parents


def read_bytes(path: Path, limit: int | None) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: the file; a link is not followed.
        limit: the maximum size in bytes; None for no limit.

    Raises:
        ReadError: it is not a regular file, is too large, or cannot be read.
    """
    with open_file(path) as file:
        try:
            data = file.read() if limit is None else file.read(limit + 1)
        except OSError as error:
            raise _unreadable(error) from error
    if limit is not None and len(data) > limit:
        raise ReadError("over_limit", f"is larger than {limit:,} bytes", hint="split it into several files")
    return data


def link_between(root: Path, path: Path) -> Path | None:
    """Return the first link on the way from *root* down to *path*, or None.

    *path* itself is looked at, *root* is not. A path that does not lie below *root* gives None.
    """
    current = root
    for name in path.relative_to(root).parts if root in path.parents else ():
        current /= name
        if current.is_symlink():
            return current
    return None


def _refuse_irregular(mode: int) -> None:
    """Raise ReadError if a mode is not that of a regular file."""
    if stat.S_ISLNK(mode):
        raise ReadError(LINK.code, LINK.message)
    if not stat.S_ISREG(mode):
        raise ReadError("unsafe_file", "is not a regular file")


def _unreadable(error: OSError | ValueError) -> ReadError:
    """Return an error of the system as ReadError."""
    reason = getattr(error, "strerror", None) or "unknown reason"
    return ReadError("unreadable_file", f"cannot be read: {reason}", hint="check that it exists, and its permissions")


def decode(data: bytes, *, keeps_mark: bool = False) -> str:
    """Decode UTF-8.

    Args:
        data: the bytes of a file.
        keeps_mark: whether to keep a byte order mark as the first code point; else it is an error.

    Raises:
        ReadError: the data are not UTF-8, or begin with a byte order mark that is an error.
    """
    if data.startswith(_BOM) and not keeps_mark:
        raise ReadError("bad_encoding", "begins with a byte order mark", (1, 1), "save it as UTF-8 without BOM")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        message = f"is not UTF-8: byte 0x{data[error.start]:02x}"
        raise ReadError("bad_encoding", message, (line, column), "save it as UTF-8") from error


def read_text(path: Path, limit: int | None) -> str:
    """Return the text of a UTF-8 file, with its line ends and byte order mark.

    Arguments are those of ``read_bytes``.

    Raises:
        ReadError: as ``read_bytes`` and ``decode``.
    """
    return decode(read_bytes(path, limit), keeps_mark=True)


def read_own(path: Path, limit: int | None = MAX_BYTES) -> str:
    """Return the text of a file of the user's dataset; arguments as ``read_bytes``.

    Raises:
        SetupError: it cannot be read.
        UnsafeInputError: it is a link, too large, not UTF-8, or begins with a byte order mark.
    """
    try:
        return decode(read_bytes(path, limit))
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def begins_with(path: Path, start: bytes) -> bool:
    """Return whether a regular file begins with the bytes *start*.

    Raises:
        SetupError: it cannot be read.
        UnsafeInputError: it is not a regular file.
    """
    try:
        with open_file(path) as file:
            return file.read(len(start)) == start
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def read_packaged(path: Path | Traversable) -> str:
    """Return the text of a data file of this package."""
    return path.read_text("utf-8")
