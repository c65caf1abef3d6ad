"""Zip archives from untrusted sources: checked as a whole first, then read member by member, and never unpacked.

The format is that of PKWARE's APPNOTE.TXT. The standard library reads the directory; this module checks it, and reads a
member without taking a byte more than the directory declares.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO
from unicodedata import normalize

from news_dataset.errors import UnsafeInputError

MAX_MEMBERS = 100_000
MAX_TOTAL = 2 * 1024**3
"""The most bytes that all members of an archive may have together, unpacked."""

MAX_RATIO = 200
"""The most bytes that a packed byte may unpack to, in a member of more than ``RATIO_FROM`` bytes."""

RATIO_FROM = 1024 * 1024

TOTAL_RATIO = 100
"""The most bytes that a packed byte may unpack to in all members together, if they have more than ``TOTAL_FROM``."""

TOTAL_FROM = 16 * 1024 * 1024
MAX_DIRECTORY = 64 * 1024 * 1024

_END, _END64, _LOCATOR = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), 20
_HEADER = struct.Struct("<4s5H3L2H")
_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, zlib.error, OSError)
_UNSAFE_FLAGS = 0x1 | 0x20 | 0x40 | 0x2000  # encrypted, a patch of other data, strongly encrypted, directory encrypted

Opener = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: name with slashes, offsets of its header and its bytes."""

    name: str
    is_packed: bool
    header: int
    start: int
    end: int
    size: int
    crc: int

    def read(self, opener: Opener, path: str, limit: int) -> bytes:
        """Return the bytes of the member.

        Args:
            opener: opens the archive.
            path: what messages call the member.
            limit: the most bytes that it may have.

        Raises:
            UnsafeInputError: it is larger, or not what the directory of the archive declares.
        """
        if self.size > limit or self.end - self.start > limit:
            raise UnsafeInputError(f"{path} is larger than {limit:,} bytes")
        try:
            with opener() as file:
                file.seek(self.start)
                data = file.read(self.end - self.start)
            unpacker, is_whole = zlib.decompressobj(-zlib.MAX_WBITS), True
            if self.is_packed:
                data = unpacker.decompress(data, self.size + 1)
                is_whole = unpacker.eof and not unpacker.unused_data
        except _UNREADABLE as error:
            raise UnsafeInputError(f"{path} cannot be unpacked: {error}") from error
        if not is_whole or len(data) != self.size or zlib.crc32(data) != self.crc:
            raise UnsafeInputError(f"{path} is not what the directory of the archive declares: size or checksum differ")
        return data


def members(opener: Opener, path: str) -> list[Member]:
    """Return the files of an archive by name, without hidden ones and ``__MACOSX``.

    Args:
        opener: opens the archive.
        path: what messages call the archive.

    Raises:
        UnsafeInputError: it is no zip archive, or something in it is unsafe: a name that leads elsewhere or that two
            members have (case and Unicode normal form aside), a link or device, an encrypted or overlapping member,
            more bytes or members than the limits, or a directory that contradicts itself.
    """
    try:
        with opener() as file:
            expected = _expected_members(file)
            with zipfile.ZipFile(file) as archive:
                infos, directory = archive.infolist(), archive.start_dir
            if len(infos) != expected:
                raise _UnsafeError(f": its directory has {len(infos)} members, but declares {expected}")
            for info in infos:
                _check_member(info)
            _check_names([info.filename for info in infos])
            _check_total(infos)
            located = [(info, _member(info, file)) for info in infos]
            _check_overlap([member for _, member in located], directory)
    except _UnsafeError as refusal:
        raise UnsafeInputError(f"{path}{refusal}") from refusal
    except _UNREADABLE as error:
        raise UnsafeInputError(f"{path} cannot be read as a zip archive: {error}") from error
    files = [member for info, member in located if not info.filename.endswith("/") and not _is_hidden(member.name)]
    return sorted(files, key=lambda member: member.name.split("/"))


class _UnsafeError(Exception):
    """What is unsafe, to follow the path of the archive; never leaves this module."""


def _expected_members(file: BinaryIO) -> int:
    """Return the number of members that the end of the archive declares."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 0xFFFF - _END.size - _LOCATOR - _END64.size))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise zipfile.BadZipFile("it has no directory")
    _, _, _, _, count, length, _, _ = _END.unpack_from(tail, end)
    locator = end - _LOCATOR
    if locator >= _END64.size and tail[locator : locator + 4] == b"PK\x06\x07":
        mark, _, _, _, _, _, _, count, length, _ = _END64.unpack_from(tail, locator - _END64.size)
        if mark != b"PK\x06\x06":
            raise zipfile.BadZipFile("its 64-bit directory is not where it should be")
    if count > MAX_MEMBERS or length > MAX_DIRECTORY:
        raise _UnsafeError(f" has more than {MAX_MEMBERS:,} members, or too long a directory")
    return int(count)


def _member(info: zipfile.ZipInfo, file: BinaryIO) -> Member:
    """Return a member by its local header, which must agree with the directory."""
    if info.header_offset < 0:
        raise zipfile.BadZipFile("its beginning is missing")
    file.seek(info.header_offset)
    mark, _, flags, _, _, _, _, _, _, name_length, extra_length = _HEADER.unpack(file.read(_HEADER.size))
    if mark != b"PK\x03\x04":
        raise _UnsafeError(f"/{info.orig_filename} is not where the directory of the archive says")
    name = file.read(name_length).decode("utf-8" if info.flag_bits & 0x800 else "cp437")
    if name != info.orig_filename or (flags ^ info.flag_bits) & 0x1:
        raise _UnsafeError(f"/{info.orig_filename} is called {name!r}, or encrypted, in its own header only")
    start = info.header_offset + _HEADER.size + name_length + extra_length
    is_packed = info.compress_type == zipfile.ZIP_DEFLATED
    end = start + info.compress_size
    return Member(_normal(info.filename), is_packed, info.header_offset, start, end, info.file_size, info.CRC)


def _normal(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _check_member(info: zipfile.ZipInfo) -> None:
    """Refuse a member that is unsafe by itself."""
    file_type, path = stat.S_IFMT(info.external_attr >> 16), f"/{info.orig_filename}"
    for name in (info.orig_filename, info.filename):  # which differ where an extra field has the name in Unicode
        if not _normal(name) or re.search(r"[\\\0-\x1f\x7f]|^/|^[A-Za-z]:|(^|/)\.\.(/|$)", name):
            raise _UnsafeError(f" has a member with an unsafe name: {name!r}")
    if file_type not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _UnsafeError(f"{path} is a link or a device")
    if info.flag_bits & _UNSAFE_FLAGS:
        raise _UnsafeError(f"{path} is encrypted, or a patch of other data")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _UnsafeError(f"{path} is packed by method {info.compress_type}; expected 0 (stored) or 8 (deflated)")
    if info.compress_type == zipfile.ZIP_STORED and info.file_size != info.compress_size:
        raise _UnsafeError(f"{path} is stored, but its two sizes differ")
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * info.compress_size:
        raise _UnsafeError(f"{path} grows more than {MAX_RATIO}-fold when it is unpacked")


def _check_names(names: list[str]) -> None:
    """Refuse two members of one name, apart from case and Unicode normal form."""
    seen: dict[str, str] = {}
    for name in names:
        key = normalize("NFC", _normal(name).casefold())
        if key in seen:
            raise _UnsafeError(f" has two members of one name, case and normal form aside: {seen[key]!r}, {name!r}")
        seen[key] = name


def _check_total(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse members that together are too large, or packed too well."""
    total, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if total > MAX_TOTAL:
        raise _UnsafeError(f" has more than {MAX_TOTAL:,} bytes when it is unpacked")
    if total > TOTAL_FROM and total > TOTAL_RATIO * packed:
        raise _UnsafeError(f" grows more than {TOTAL_RATIO}-fold when it is unpacked")


def _check_overlap(members: list[Member], directory: int) -> None:
    """Refuse bytes of two members, or of a member and the directory at that offset."""
    ordered = sorted(members, key=lambda member: member.header)
    for member, following in pairwise(ordered):
        if member.end > following.header:
            raise _UnsafeError(f"/{following.name} overlaps /{member.name}")
    if ordered and ordered[-1].end > directory:
        raise _UnsafeError(f"/{ordered[-1].name} reaches into the directory of the archive")


def _is_hidden(name: str) -> bool:
    """Return whether a member is hidden, or what macOS adds to an archive."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)
