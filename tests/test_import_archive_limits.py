"""Archives at their limits: to the byte, with the longest comment, with a 64-bit directory, and with no member."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from news_dataset.errors import UnsafeInputError
from news_dataset.importers.files import source_files
from tests.each import each
from tests.test_import_archive import PLAIN, crafted, header, pack, patched, with_info

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
MIB, GIB = 1024**2, 1024**3
END64, LOCATOR, END = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL"), struct.Struct("<4s4H2LH")


def refusal_of(data: bytes, folder: Path) -> str:
    """Return why an archive is not read."""
    with pytest.raises(UnsafeInputError) as refusal:
        contents(data, folder)
    return str(refusal.value)


def contents(data: bytes, folder: Path) -> dict[str, bytes]:
    """Return what is read from an archive, in this order."""
    (folder / "corpus.zip").write_bytes(data)
    return {one.name: one.read() for one in source_files(folder / "corpus.zip")}


def declaring(method: int, *sizes: tuple[int, int]) -> bytes:
    """Return an archive whose directory declares these sizes of its members, packed and unpacked, which is a lie."""
    data = pack({f"{number}.txt": b"x" for number in range(len(sizes))}, method)
    for number, (packed, size) in enumerate(sizes):
        at = data.index(b"%d.txt" % number, data.index(b"PK\1\2")) - 46
        data = data[: at + 20] + struct.pack("<2L", packed, size) + data[at + 28 :]
    return data


def as_64_bit(data: bytes, comment: bytes = b"") -> bytes:
    """Return an archive with a 64-bit directory, on whose count and place the other end says nothing."""
    _, _, _, _, count, length, start, _ = END.unpack(data[-END.size :])
    end = END64.pack(b"PK\6\6", END64.size - 12, 45, 45, 0, 0, count, count, length, start)
    locator = LOCATOR.pack(b"PK\6\7", 0, start + length, 1)
    most = 0xFFFF
    return (
        data[: -END.size]
        + end
        + locator
        + END.pack(b"PK\5\6", 0, 0, most, most, 2**32 - 1, 2**32 - 1, len(comment))
        + comment
    )


@each([
    ("has more than 2,147,483,648 bytes", declaring(STORED, (2 * GIB, 2 * GIB)), declaring(STORED, (2 * GIB + 1,) * 2)),
    ("grows more than 200-fold", declaring(DEFLATED, (1, MIB)), declaring(DEFLATED, (1, MIB + 1))),
    ("grows more than 200-fold", declaring(DEFLATED, (9_000, 1_800_000)), declaring(DEFLATED, (9_000, 1_800_001))),
    (
        "grows more than 100-fold",
        declaring(DEFLATED, (50_000, 8 * MIB), (50_000, 8 * MIB)),
        declaring(DEFLATED, (50_000, 8 * MIB), (50_000, 8 * MIB + 1)),
    ),
    (
        "grows more than 100-fold",
        declaring(DEFLATED, (70_000, 10_000_000), (130_000, 10_000_000)),
        declaring(DEFLATED, (70_000, 10_000_000), (130_000, 10_000_001)),
    ),
    (
        "too long a directory",
        patched(PLAIN, b"PK\5\6", 12, struct.pack("<L", 64 * MIB)),
        patched(PLAIN, b"PK\5\6", 12, struct.pack("<L", 64 * MIB + 1)),
    ),
])  # fmt: skip
def test_limits_hold_to_the_byte(said: str, most: bytes, more: bytes, tmp_path: Path) -> None:
    """The most that may be declared is refused for what it is, a lie; one byte more for the limit."""
    assert said in refusal_of(more, tmp_path)
    assert said not in refusal_of(most, tmp_path)


def test_an_end_is_found_behind_the_longest_comment(tmp_path: Path) -> None:
    """Where comments may have 65,535 bytes; with either kind of directory."""
    longest = b"c" * 65_535
    plain = PLAIN[:-2] + struct.pack("<H", len(longest)) + longest

    for data in (plain, as_64_bit(PLAIN), as_64_bit(PLAIN, longest)):
        assert contents(data, tmp_path) == {"a.txt": b"Rain. " * 9, "b/c.txt": b"Snow."}
    assert "its 64-bit directory is not where it should be" in refusal_of(
        as_64_bit(PLAIN).replace(b"PK\6\6", b"PK\6\0"), tmp_path
    )


def test_an_empty_archive_has_no_files(tmp_path: Path) -> None:
    """With either kind of directory."""
    assert contents(pack({}), tmp_path) == contents(as_64_bit(pack({})), tmp_path) == {}


def test_files_are_sorted_by_folder(tmp_path: Path) -> None:
    """What is in a folder stands together, whatever characters sort before a slash."""
    names = ["a/x", "a-b/x", "a.txt", "a/b/x", "a b"]

    assert [*contents(pack(dict.fromkeys(names, b"")), tmp_path)] == ["a/b/x", "a/x", "a b", "a-b/x", "a.txt"]


def test_a_name_in_the_old_encoding_is_read(tmp_path: Path) -> None:
    """Which is code page 437, unless a flag says UTF-8."""
    assert contents(crafted([(b"\x82", 0, b"x")], header(b"\x82", b"x") + b"x"), tmp_path) == {"é": b"x"}


def test_bytes_begin_behind_additional_fields(tmp_path: Path) -> None:
    """Of which the two headers may have different ones."""
    field = struct.pack("<2H", 0xCAFE, 3) + b"abc"

    assert contents(with_info(lambda one: setattr(one, "extra", field), b"Rain."), tmp_path) == {"a.txt": b"Rain."}


@pytest.mark.parametrize("change", [lambda data: data + b"x", lambda data: data[:-1]])
def test_packed_bytes_end_where_the_member_ends(change: object, tmp_path: Path) -> None:
    """Even where all that was packed is there, and unpacks to what is declared."""
    words = b"Rain. " * 9
    packed = change(zlib.compress(words, wbits=-15))  # type: ignore[operator]
    sizes = struct.pack("<L2L", zlib.crc32(words), len(packed), len(words))
    data = crafted([(b"a", 0, packed)], header(b"a", packed) + packed)
    data = patched(patched(data, b"PK\1\2", 10, b"\x08"), b"PK\1\2", 16, sizes)

    assert "/a is not what the directory of the archive declares" in refusal_of(data, tmp_path)
