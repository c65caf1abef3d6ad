"""The manifest of a release: every file with its hash and size, every table with its rows and content hash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from news_dataset.errors import IntegrityError

NAME = "manifest.json"
PREVIOUS = ".{name}.previous"
"""Where a release stands aside while another takes its place, on systems that cannot exchange two folders."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: SHA-256 in hex, size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Content:
    """A table of a release: number of rows, SHA-256 of its canonical rows (``tabular.content_hash``)."""

    rows: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says it holds. ``dataset`` is what ``dataset.yaml`` says."""

    dataset: dict[str, Any]
    tables: dict[str, Content]
    files: dict[str, File]

    def to_json(self) -> str:
        """Return the manifest as the text of its file."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def located(folder: Path) -> Path:
    """Return where the release of *folder* stands: there, or aside if its exchange was cut off."""
    aside = folder.with_name(PREVIOUS.format(name=folder.name))
    return aside if not folder.exists() and aside.exists() else folder


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in *folder*.

    Raises:
        IntegrityError: there is none, or it is not a manifest.
    """
    path = folder / NAME
    try:
        data = json.loads(path.read_text("utf-8"))
        return Manifest(
            dict(data["dataset"]),
            {str(name): Content(**content) for name, content in data["tables"].items()},
            {str(name): File(**file) for name, file in data["files"].items()},
        )
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{path} is not a manifest of a release") from error


def describe(data: bytes) -> File:
    """Return hash and size of a file's bytes."""
    return File(sha256(data).hexdigest(), len(data))


def read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    """Return the bytes of a file of a release, which are those that the manifest vouches for.

    Raises:
        IntegrityError: the file is not in the manifest, is missing, or differs from it.
    """
    if name not in manifest.files or Path(name).name != name:
        raise IntegrityError(f"{folder / NAME} does not vouch for {name}")
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise IntegrityError(f"{folder / name} cannot be read: {error.strerror}") from error
    if describe(data) != manifest.files[name]:
        raise IntegrityError(f"{folder / name} is not the file that the manifest vouches for")
    return data


def differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each file that is missing, changed, or not in the manifest."""
    for name in sorted(manifest.files):
        try:
            read_file(folder, manifest, name)
        except IntegrityError as error:
            yield str(error)
    for path in sorted(folder.iterdir()):
        if path.name not in manifest.files and path.name != NAME:
            yield f"{path} is not in the manifest"
