"""Bytes and text of files that nobody vouches for: regular files only, within limits, strict UTF-8."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from news_dataset.reader.document import ReadError

MAX_BYTES = 1024 * 1024
"""The largest record file."""

MAX_TEXT_BYTES = 5 * 1024 * 1024
"""The largest text of an article."""

_BOM = b"\xef\xbb\xbf"


def read_bytes(path: Path, limit: int | None) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: the file; a link is not followed.
        limit: the most bytes that it may have; None for no limit.

    Raises:
        ReadError: it is no regular file, too large, or cannot be read.
    """
    try:
        # Not blocking, so that a FIFO with no writer does not hang before it is refused.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise ReadError("unsafe_file", "is not a regular file")
            data = file.read() if limit is None else file.read(limit + 1)
    except OSError as error:
        if path.is_symlink():
            raise ReadError("unsafe_file", "is a link, and links are not followed") from error
        if isinstance(error, IsADirectoryError):
            raise ReadError("unsafe_file", "is not a regular file") from error
        why = error.strerror or "unknown reason"
        hint = "check that it exists, and its permissions"
        raise ReadError("unreadable_file", f"cannot be read: {why}", hint=hint) from error
    if limit is not None and len(data) > limit:
        raise ReadError("over_limit", f"is larger than {limit:,} bytes", hint="split it into several files")
    return data


def decode(data: bytes) -> str:
    """Return *data* as text.

    Raises:
        ReadError: it is not UTF-8, or begins with a byte order mark.
    """
    if data.startswith(_BOM):
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
    """Return the text of a regular UTF-8 file, line ends untouched.

    Args:
        path: the file; a link is not followed.
        limit: the most bytes that it may have; None for no limit.

    Raises:
        ReadError: as ``read_bytes`` and ``decode``.
    """
    return decode(read_bytes(path, limit))
