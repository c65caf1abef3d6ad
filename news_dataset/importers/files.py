"""The files of a source: a file, a folder, or a zip archive, which is read in place and never unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from news_dataset.errors import UnsafeInputError
from news_dataset.files import ReadError, read_bytes, walk

MAX_BYTES = 64 * 1024 * 1024
"""The largest file of a source."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a source.

    Args:
        path: what messages call it; ``corpus.zip/a.ann`` within an archive.
        name: its path below the source, with slashes; the file's own name where the source is one file.
        file: the file itself.
    """

    path: str
    name: str
    file: Path

    def read(self) -> bytes:
        """Return its bytes.

        Raises:
            UnsafeInputError: it is a link, larger than ``MAX_BYTES``, or cannot be read.
        """
        try:
            return read_bytes(self.file, MAX_BYTES)
        except ReadError as refusal:
            raise UnsafeInputError(f"{self.path} {refusal}") from refusal


def source_files(source: Path) -> Iterator[SourceFile]:
    """Yield the files of a source, sorted by name; a single file is a source of one.

    Raises:
        FileNotFoundError: there is no such file or folder.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    if not source.exists():
        raise FileNotFoundError(f"there is no {source}")
    if source.is_file():
        yield SourceFile(str(source), source.name, source)
        return
    for found in walk(source):
        if found.problem:
            raise UnsafeInputError(f"{found.path} {found.problem.message}")
        yield SourceFile(str(found.path), found.path.relative_to(source).as_posix(), found.path)
