"""Archives are read in place, as a whole or not at all; what is unsafe in one is refused before a file is read."""

from __future__ import annotations

import io
import struct
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from news_dataset.errors import UnsafeInputError
from news_dataset.importers import archive, files
from news_dataset.importers.files import source_files

LOCAL, CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")


def pack(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


def with_info(change: Callable[[zipfile.ZipInfo], object], data: bytes = b"../etc/passwd") -> bytes:
    out, info = io.BytesIO(), zipfile.ZipInfo("a.txt")
    info.create_system = 3
    change(info)
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(info, data)
    return out.getvalue()


def named(name: bytes, data: bytes = b"x") -> bytes:
    """Return an archive whose member has a name that the library would not write."""
    return pack({"n" * len(name): data}).replace(b"n" * len(name), name)


def crafted(entries: list[tuple[bytes, int, bytes]], body: bytes, count: int | None = None) -> bytes:
    """Return an archive of stored members: name, offset of the header in the body, data as the directory says."""
    directory = b"".join(
        CENTRAL.pack(
            b"PK\1\2", 20, 20, 0, 0, 0, 0, zlib.crc32(data), len(data), len(data), len(name), 0, 0, 0, 0, 0, at
        )
        + name
        for name, at, data in entries
    )
    many = len(entries) if count is None else count
    return body + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, many, many, len(directory), len(body), 0)


def header(name: bytes, data: bytes) -> bytes:
    return LOCAL.pack(b"PK\3\4", 20, 0, 0, 0, 0, zlib.crc32(data), len(data), len(data), len(name), 0) + name


def overlapping() -> bytes:
    """The second member lies within the first."""
    inner = header(b"b", b"xyz") + b"xyz"
    return crafted([(b"a", 0, inner), (b"b", 31, b"xyz")], header(b"a", inner) + inner)


def shared() -> bytes:
    """Two entries of the directory lead to one place."""
    return crafted([(b"a", 0, b"xyz"), (b"a", 0, b"xyz")], header(b"a", b"xyz") + b"xyz")


def patched(data: bytes, mark: bytes, at: int, value: bytes) -> bytes:
    """Return an archive with other bytes in the first header of a kind."""
    start = data.index(mark) + at
    return data[:start] + value + data[start + len(value) :]


def two(one: str, other: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            made.writestr(one, b"1")
            made.writestr(other, b"2")
        return out.getvalue()


PLAIN = pack({"a.txt": b"Rain. " * 9, "b/c.txt": b"Snow."})
UNSAFE: dict[str, tuple[Callable[[], bytes], str]] = {
    "parent": (lambda: pack({"../a.txt": b"x"}), "unsafe name: '../a.txt'"),
    "parent within": (lambda: pack({"a/../../b.txt": b"x"}), "unsafe name"),
    "parent at the end": (lambda: pack({"a/..": b"x"}), "unsafe name"),
    "absolute": (lambda: pack({"/etc/a.txt": b"x"}), "unsafe name: '/etc/a.txt'"),
    "drive": (lambda: pack({"C:/a.txt": b"x"}), "unsafe name: 'C:/a.txt'"),
    "drive, relative": (lambda: pack({"c:a.txt": b"x"}), "unsafe name"),
    "backslash": (lambda: pack({"a\\..\\b.txt": b"x"}), "unsafe name"),
    "network": (lambda: pack({"\\\\server\\a.txt": b"x"}), "unsafe name"),
    "NUL": (lambda: named(b"a.txt\0.png"), "unsafe name"),
    "line end": (lambda: pack({"a\n.txt": b"x"}), "unsafe name"),
    "link": (lambda: with_info(lambda one: setattr(one, "external_attr", 0o120777 << 16)), "/a.txt is a link or"),
    "device": (lambda: with_info(lambda one: setattr(one, "external_attr", 0o060666 << 16)), "/a.txt is a link or"),
    "pipe": (lambda: with_info(lambda one: setattr(one, "external_attr", 0o010666 << 16)), "/a.txt is a link or"),
    "same name": (lambda: two("a.txt", "a.txt"), "two members of one name"),
    "other case": (lambda: two("a/B.txt", "A/b.TXT"), "two members of one name"),
    "sharp s": (lambda: two("ß", "SS"), "two members of one name"),
    "other normal form": (lambda: two("é.txt", unicodedata.normalize("NFD", "é.txt")), "two members of one name"),
    "same path": (lambda: two("a/b.txt", "a/./b.txt"), "two members of one name"),
    "file and folder": (lambda: two("a", "a/"), "two members of one name"),
    "encrypted": (lambda: patched(patched(PLAIN, b"PK\1\2", 8, b"\1"), b"PK\3\4", 6, b"\1"), "/a.txt is encrypted"),
    "a patch": (lambda: patched(PLAIN, b"PK\1\2", 8, b"\x20"), "/a.txt is encrypted, or a patch of other data"),
    "encrypted in one header": (lambda: patched(PLAIN, b"PK\3\4", 6, b"\1"), "in its own header only"),
    "other name in its header": (lambda: PLAIN.replace(b"a.txt", b"z.txt", 1), "/a.txt is called 'z.txt'"),
    "bzip2": (lambda: pack({"a.txt": b"x"}, zipfile.ZIP_BZIP2), "packed by method 12"),
    "stored, of two sizes": (
        lambda: patched(pack({"a.txt": b"x"}, zipfile.ZIP_STORED), b"PK\1\2", 24, b"\2"), "its two sizes differ"),
    "small bombs": (
        lambda: pack({f"{n}.txt": b"\0" * 1_000_000 for n in range(17)}),
        " grows more than 100-fold when it is unpacked",
    ),
    "bomb": (lambda: pack({"a.txt": b"\0" * 2_000_000}), "/a.txt grows more than 200-fold"),
    "overlapping": (overlapping, "/b overlaps /a"),
    "one place twice": (shared, "two members of one name"),
    "into the directory": (lambda: crafted([(b"a", 0, b"xyz")], header(b"a", b"xyz")), "/a reaches into"),
    "count of members": (lambda: crafted([(b"a", 0, b"x")], header(b"a", b"x") + b"x", 2), "but declares 2"),
    "65,535 members": (lambda: crafted([(b"a", 0, b"x")], header(b"a", b"x") + b"x", 65535), "but declares 65535"),
    "header elsewhere": (lambda: crafted([(b"a", 1, b"x")], header(b"a", b"x") + b"x"), "/a is not where"),
    "header outside": (lambda: crafted([(b"a", 9**9, b"x")], header(b"a", b"x") + b"x"), "cannot be read as a zip"),
    "no archive": (lambda: b"Rain.", "cannot be read as a zip archive: it has no directory"),
    "empty file": (lambda: b"", "cannot be read as a zip archive"),
    "end is missing": (lambda: PLAIN[:-10], "cannot be read as a zip archive"),
    "beginning is missing": (lambda: PLAIN[9:], "cannot be read as a zip archive"),
    "not UTF-8": (lambda: patched(named(b"\xff\xfe"), b"PK\1\2", 8, b"\0\x08"), "cannot be read as a zip archive"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "said"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_archive_is_refused_before_a_file_is_read(
    make: Callable[[], bytes], said: str, tmp_path: Path
) -> None:
    """As a source, and within an archive that is none."""
    source, outer = tmp_path / "corpus.zip", tmp_path / "outer.zip"
    source.write_bytes(make())
    outer.write_bytes(pack({"inner.zip": make()}, zipfile.ZIP_STORED))
    (inner,) = source_files(outer)

    with pytest.raises(UnsafeInputError) as refusal:
        next(source_files(source))
    with pytest.raises(UnsafeInputError) as nested:
        next(inner.files())

    assert said in str(refusal.value)
    assert str(refusal.value).startswith(str(source))
    assert str(nested.value) == str(refusal.value).replace(str(source), f"{outer}/inner.zip")
    assert "\n" not in str(refusal.value)
    assert refusal.value.exit_code == 3


def test_a_good_archive_is_read_in_place(tmp_path: Path) -> None:
    """Sorted by path, without hidden files; nothing is written."""
    source = tmp_path / "corpus.ZIP"
    given = {"b/c.txt": b"Snow.", "b/": b"", "a.txt": b"Rain. " * 999, "B.txt": b"", "é 日本.txt": "é".encode(),
             "12:30.txt": b"x", ".git/config": b"x", "b/.x": b"x", "__MACOSX/._a.txt": b"x"}  # fmt: skip
    given["much.txt"] = Random(1).randbytes(1_000_000) + b"Rain. " * 900_000
    shown = {name for name in given if "/." not in f"/{name}" and name not in ("b/", "__MACOSX/._a.txt", ".git/config")}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        source.write_bytes(b"#!/bin/sh\n" + pack(given, method))

        found = list(source_files(source))

        assert {one.name for one in found} == shown
        assert [one.name for one in found] == sorted(shown, key=lambda name: name.split("/"))
        assert {one.name: one.read() for one in found} == {name: given[name] for name in shown}
        assert {one.path for one in found} == {f"{source}/{name}" for name in shown}
        assert [path.name for path in tmp_path.iterdir()] == ["corpus.ZIP"]


def test_an_archive_in_an_archive_is_a_file_that_can_be_opened(tmp_path: Path) -> None:
    """Once; not a third time."""
    source = tmp_path / "corpus.zip"
    source.write_bytes(pack({"x/ann.zip": pack({"b/a.xmi": b"<x/>"}), "y/deep.zip": pack({"z.zip": PLAIN})}))

    good, deep = source_files(source)

    assert [(one.name, one.path, one.read()) for one in good.files()] == [
        ("x/ann.zip/b/a.xmi", f"{source}/x/ann.zip/b/a.xmi", b"<x/>")
    ]
    with pytest.raises(UnsafeInputError, match=r"corpus.zip/y/deep.zip/z.zip is an archive within an archive"):
        list(deep.files())


@pytest.mark.parametrize("declared", [0, 3, 53, 55, 10_000])
def test_a_member_has_the_size_that_is_declared(declared: int, tmp_path: Path) -> None:
    """No byte more or less is unpacked; 54 would be right."""
    source = tmp_path / "corpus.zip"
    size = struct.pack("<L", declared)
    source.write_bytes(patched(patched(PLAIN, b"PK\1\2", 24, size), b"PK\3\4", 22, size))

    with pytest.raises(UnsafeInputError, match=r"/a.txt is not what the directory of the archive declares"):
        next(source_files(source)).read()


def test_a_member_has_the_checksum_that_is_declared(tmp_path: Path) -> None:
    """And is packed as is declared."""
    source = tmp_path / "corpus.zip"
    broken = pack({"a.txt": b"Rain."}, zipfile.ZIP_STORED).replace(b"Rain.", b"Snow.")
    for data, said in ((broken, "is not what"), (patched(PLAIN, b"a.txt", 5, b"\xff\xff\xff"), "cannot be unpacked")):
        source.write_bytes(data)
        with pytest.raises(UnsafeInputError, match=rf"corpus.zip/a.txt {said}"):
            next(source_files(source)).read()


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of members, of bytes in total, and of a file; each is reached and passed."""
    source = tmp_path / "corpus.zip"
    source.write_bytes(pack({"a": b"x" * 60, "b": b"y" * 40}, zipfile.ZIP_STORED))
    for module, name, enough, said in (
        (archive, "MAX_MEMBERS", 2, "has more than 1 members"),
        (archive, "MAX_TOTAL", 100, "has more than 99 bytes when"),
        (files, "MAX_BYTES", 60, "/a is larger than 59 bytes"),
    ):
        monkeypatch.setattr(module, name, enough)
        assert [len(one.read()) for one in source_files(source)] == [60, 40]
        monkeypatch.setattr(module, name, enough - 1)
        with pytest.raises(UnsafeInputError, match=said):
            [one.read() for one in source_files(source)]
        monkeypatch.undo()
    monkeypatch.setattr(archive, "MAX_DIRECTORY", 10)
    with pytest.raises(UnsafeInputError, match="or too long a directory"):
        next(source_files(source))
    monkeypatch.undo()
    source.write_bytes(pack({"a": b"x" * 60}))  # which is shorter as it lies there
    monkeypatch.setattr(files, "MAX_BYTES", 59)
    with pytest.raises(UnsafeInputError, match="/a is larger than 59 bytes"):
        next(source_files(source)).read()


def test_more_than_65_535_members(tmp_path: Path) -> None:
    """Archives with a 64-bit directory are read; a member too many is refused before the directory is."""
    source = tmp_path / "corpus.zip"
    with zipfile.ZipFile(source, "w") as made:
        for number in range(65_600):
            made.writestr(f"{number}.txt", b"")
    data = source.read_bytes()

    assert sum(1 for _ in source_files(source)) == 65_600
    source.write_bytes(data.replace(struct.pack("<Q", 65_600), struct.pack("<Q", 100_001)))
    with pytest.raises(UnsafeInputError, match="has more than 100,000 members"):
        next(source_files(source))


def test_a_folder_and_a_file_are_sources_too(tmp_path: Path) -> None:
    """Links below it are refused; a zip archive below it is a file that can be opened."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.txt").write_bytes(b"Snow.")
    (tmp_path / "a.zip").write_bytes(PLAIN)

    found = list(source_files(tmp_path))

    assert [(one.name, one.is_archive) for one in found] == [("a.zip", True), ("b/c.txt", False)]
    assert [one.name for one in found[0].files()] == ["a.zip/a.txt", "a.zip/b/c.txt"]
    assert found[1].read() == b"Snow."
    assert [one.name for one in source_files(tmp_path / "b" / "c.txt")] == ["c.txt"]
    (tmp_path / "b" / "d.txt").symlink_to("c.txt")
    with pytest.raises(UnsafeInputError, match=r"d\.txt is a link"):
        list(islice(source_files(tmp_path), 9))
    with pytest.raises(FileNotFoundError, match="there is no"):
        next(source_files(tmp_path / "x"))
