"""Files that nobody vouches for: one walker and one opener; regular files only, within limits, strict UTF-8."""

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
"""The largest record file."""

MAX_TEXT_BYTES = 5 * 1024 * 1024
"""The largest text of an article."""

_BOM = b"\xef\xbb\xbf"

_OF_SYSTEMS = re.compile(
    r"\.DS_Store|\._.+|\.localized|Icon\r|(eh)?Thumbs\.db|desktop\.ini|\.directory|\.nfs[0-9a-f]+|\.fuse_hidden[0-9a-f]+",
    re.I,
)
_OF_EDITORS = re.compile(r".+~|#.+#")

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a file as a file; ``code`` names the check that reports it."""

    code: str
    message: str
    line: int = 0
    column: int = 0
    hint: str = ""


LINK = Problem("unsafe_file", "is a link, and links are not followed")


class ReadError(Exception):
    """Ends the reading of one file; never leaves this package."""

    def __init__(self, code: str, message: str, place: Place = (0, 0), hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, *place, hint)

    def of(self, path: Path) -> NewsDatasetError:
        """Return the error of this package that says which file it is."""
        kind = SetupError if self.problem.code == "unreadable_file" else UnsafeInputError
        return kind(f"{path} {self}")


def json_fault(error: JSONDecodeError) -> str:
    """Return what is wrong with JSON in words that need no place behind them.

    Example:
        >>> json_fault(JSONDecodeError("Invalid control character at", "", 0))
        'Invalid control character'
    """
    return re.sub("( starting)? at$", "", error.msg)


@dataclass(frozen=True, slots=True)
class Walked:
    """A file below a folder, or what lies there but is not read, with the reason."""

    path: Path
    problem: Problem | None = None


def walk(folder: Path) -> Iterator[Walked]:
    """Yield every file below a folder, sorted by path; names that begin with a dot are left out.

    What systems and editors leave behind is left out, too, and nothing else: what cannot be read safely (a link, a
    pipe, a folder without permission) is yielded with its problem. The folder itself is what the caller chose, and may
    be a link; no link below it is followed.
    """
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            mode = (path.stat() if path is folder or _is_own(path) else path.lstat()).st_mode
            if stat.S_ISDIR(mode):
                waiting += sorted((one for one in path.iterdir() if not one.name.startswith(".")), reverse=True)
                continue
            _refuse_irregular(mode)
        except OSError as error:
            yield Walked(path, _unreadable(error).problem)
        except ReadError as refusal:
            yield Walked(path, refusal.problem)
        else:
            if not (is_of_system(path) or _OF_EDITORS.fullmatch(path.name)):
                yield Walked(path)


def is_of_system(path: Path) -> bool:
    """Return whether a file is one that operating systems leave in folders, such as ``.DS_Store``."""
    return bool(_OF_SYSTEMS.fullmatch(path.name)) and path.is_file() and not path.is_symlink()


def open_file(path: Path, root: Path | None = None) -> BinaryIO:
    """Open a regular file for reading.

    Args:
        path: the file; a link is not followed, but within this package.
        root: a folder above the file, where one is known: no folder between them may be a link.

    Raises:
        ReadError: it is no regular file, lies behind a link, or cannot be read.
    """
    # O_NONBLOCK: a pipe that takes the file's place after lstat must not block.
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if _is_own(path):
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


def _is_own(path: Path) -> bool:
    """Return whether a file came with this package: some installers put links to their cache in its folder."""
    return _PACKAGE in path.parents


def read_bytes(path: Path, limit: int | None) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: the file; a link is not followed.
        limit: the most bytes that it may have; None for no limit.

    Raises:
        ReadError: it is no regular file, too large, or cannot be read.
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
    """Return the first link on the way from a folder down to a path below it; None where there is none."""
    here = root
    for name in path.relative_to(root).parts if path != root and root in path.parents else ():
        here /= name
        if here.is_symlink():
            return here
    return None


def _refuse_irregular(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise ReadError(LINK.code, LINK.message)
    if not stat.S_ISREG(mode):
        raise ReadError("unsafe_file", "is not a regular file")


def _unreadable(error: OSError | ValueError) -> ReadError:
    why = getattr(error, "strerror", None) or "unknown reason"
    hint = "check that it exists, and its permissions"
    return ReadError("unreadable_file", f"cannot be read: {why}", hint=hint)


def decode(data: bytes, *, keeps_mark: bool = False) -> str:
    """Return *data* as text.

    Args:
        data: the bytes of a file.
        keeps_mark: whether a byte order mark is the first code point of the text; else it is refused.

    Raises:
        ReadError: it is not UTF-8, or begins with a byte order mark that is refused.
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
    """Return the text of a regular UTF-8 file, untouched: line ends as they are, a byte order mark as a code point.

    Args:
        path: the file; a link is not followed.
        limit: the most bytes that it may have; None for no limit.

    Raises:
        ReadError: as ``read_bytes`` and ``decode``.
    """
    return decode(read_bytes(path, limit), keeps_mark=True)


def read_own(path: Path, limit: int | None = MAX_BYTES) -> str:
    """Return the text of a file of a dataset that is about to be changed.

    Args:
        path: the file; a link is not followed.
        limit: the most bytes that it may have; None for no limit.

    Raises:
        SetupError, UnsafeInputError: as ``read_bytes`` and ``decode``, with the path.
    """
    try:
        return decode(read_bytes(path, limit))
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def begins_with(path: Path, start: bytes) -> bool:
    """Return whether a regular file begins with some bytes.

    Raises:
        SetupError, UnsafeInputError: as ``open_file``, with the path.
    """
    try:
        with open_file(path) as file:
            return file.read(len(start)) == start
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def read_packaged(path: Path | Traversable) -> str:
    """Return the text of a file that this package carries."""
    return path.read_text("utf-8")
