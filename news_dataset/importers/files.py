"""The files of a source: a file, a folder, or a zip archive, which is read in place and never unpacked."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from news_dataset.errors import UnsafeInputError
from news_dataset.files import ReadError, open_file, read_bytes, walk
from news_dataset.importers import archive

MAX_BYTES = 64 * 1024 * 1024
"""The largest file of a source."""

ARCHIVE = ".zip"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source.

    Args:
        path: what messages call it; ``corpus.zip/a.ann`` within an archive.
        name: its path below the source, with slashes; the file's own name where the source is one file.
        read: returns its bytes; raises ``UnsafeInputError`` if it is a link or larger than ``MAX_BYTES``, and
            ``SetupError`` if it cannot be read.
        depth: the number of archives that it lies in.
    """

    path: str
    name: str
    read: Callable[[], bytes]
    depth: int = 0

    @property
    def stem(self) -> str:
        """Its name without the suffix."""
        return self.name.removesuffix(Path(self.name).suffix)

    @property
    def is_archive(self) -> bool:
        """Whether its name is that of a zip archive."""
        return self.name.lower().endswith(ARCHIVE)

    def files(self) -> Iterator[SourceFile]:
        """Yield the files of this archive by name; their names begin with its own.

        An archive in it is a file like others, which this method opens too; a third level is refused.

        Raises:
            UnsafeInputError: the archive is unsafe, or one in it is at the third level.
        """
        data = self.read()
        yield from _members(lambda: io.BytesIO(data), self.path, f"{self.name}/", self.depth + 1)


def source_files(source: Path) -> Iterator[SourceFile]:
    """Yield the files of a source, sorted by name; a single file is a source of one.

    A source that is a zip archive is read as its files. Archives below it are yielded as files.

    Raises:
        FileNotFoundError: there is no such file or folder.
        UnsafeInputError: the source has a link, or an archive is unsafe.
    """
    if not source.exists():
        raise FileNotFoundError(f"there is no {source}")
    if source.is_file() and source.name.lower().endswith(ARCHIVE):
        yield from _members(partial(_open, source), str(source), "", 1)
    elif source.is_file():
        yield SourceFile(str(source), source.name, partial(_read, source))
    else:
        for entry in walk(source):
            if entry.problem:
                raise UnsafeInputError(f"{entry.path} {entry.problem.message}")
            name = entry.path.relative_to(source).as_posix()
            yield SourceFile(str(entry.path), name, partial(_read, entry.path))


def all_files(source: Path) -> Iterator[SourceFile]:
    """Yield the files of a source and of archives in it; errors as ``source_files``."""
    for file in source_files(source):
        yield from file.files() if file.is_archive else (file,)


def files_ending_in(source: Path, endings: Sequence[str]) -> list[SourceFile]:
    """Return the files with one of the endings; a single file whatever its name.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: the source has a link, or an archive is unsafe.
    """
    wanted = tuple(endings)
    if files := [file for file in all_files(source) if file.name == source.name or file.name.lower().endswith(wanted)]:
        return files
    raise FileNotFoundError(f"{source}: expected a file whose name ends in {', '.join(sorted(endings))}")


def _members(opener: archive.Opener, path: str, prefix: str, depth: int) -> Iterator[SourceFile]:
    """Yield the members of an archive at a *depth*; *prefix* begins their names."""
    members = archive.members(opener, path)
    if depth > 1 and (nested := [member.name for member in members if member.name.lower().endswith(ARCHIVE)]):
        raise UnsafeInputError(f"{path}/{nested[0]} is an archive within an archive within an archive")
    for member in members:
        read = partial(member.read, opener, f"{path}/{member.name}", MAX_BYTES)
        yield SourceFile(f"{path}/{member.name}", prefix + member.name, read, depth)


def _open(path: Path) -> BinaryIO:
    """Open a file; raise SetupError or UnsafeInputError if it cannot be read."""
    try:
        return open_file(path)
    except ReadError as refusal:
        raise refusal.of(path) from refusal


def _read(path: Path) -> bytes:
    """Read a file; raise SetupError or UnsafeInputError if it cannot be read."""
    size = path.lstat().st_size if path.exists() else 0
    try:
        return read_bytes(path, min(size, MAX_BYTES))  # a limit beyond the size would be so much memory
    except ReadError as refusal:
        raise refusal.of(path) from refusal
