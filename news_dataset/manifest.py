"""The manifest of a release: every file with its hash and size, every table with its rows and content hash."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from news_dataset.errors import IntegrityError, SetupError
from news_dataset.records import Description

NAME = "manifest.json"
PREVIOUS = ".{name}.news-dataset-previous"
"""Where a release stands aside while another takes its place, on systems that cannot exchange two folders."""

_MOST = 16 * 1024 * 1024  # bytes of a manifest
_Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Number = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class File(_Part):
    """A file of a release: SHA-256 in hex, size in bytes."""

    sha256: _Digest
    bytes: _Number


class Content(_Part):
    """A table of a release: number of rows, SHA-256 of its canonical rows (``tabular.content_hash``)."""

    rows: _Number
    content_sha256: _Digest


class Manifest(_Part):
    """What a release says it holds. ``dataset`` is what ``dataset.yaml`` says."""

    dataset: Description
    tables: dict[str, Content]
    files: dict[str, File]

    def to_json(self) -> str:
        """Return the manifest as the text of its file."""
        whole = self.model_dump(mode="json") | {"dataset": self.dataset.to_dict()}
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def located(folder: Path) -> Path:
    """Return where the release of *folder* stands: there, or aside if its exchange was cut off."""
    whole = folder.resolve()
    aside = whole.with_name(PREVIOUS.format(name=whole.name)) if whole.name else whole
    return aside if not folder.exists() and aside.exists() else folder


def read(folder: Path) -> Manifest:
    """Return the manifest of the release in *folder*.

    Raises:
        IntegrityError: there is none, or it is not a manifest of this version of the schemas.
        SetupError: its permissions forbid to read it.
    """
    path = folder / NAME
    try:
        return Manifest.model_validate_json(_read(path, _MOST))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise IntegrityError(
            f"{path} is not a manifest of a release: {where or 'it'} {first['msg'].lower()}"
        ) from error


def describe(data: bytes) -> File:
    """Return hash and size of a file's bytes."""
    return File(sha256=sha256(data).hexdigest(), bytes=len(data))


def read_file(folder: Path, manifest: Manifest, name: str) -> bytes:
    """Return the bytes of a file of a release, which are those that the manifest vouches for.

    Raises:
        IntegrityError: the file is not in the manifest, is missing, or differs from it.
        SetupError: its permissions forbid to read it.
    """
    if name not in manifest.files or Path(name).name != name:
        raise IntegrityError(f"{folder / NAME} does not vouch for {name}")
    data = _read(folder / name, manifest.files[name].bytes)
    if describe(data) != manifest.files[name]:
        raise IntegrityError(f"{folder / name} is not the file that the manifest vouches for")
    return data


def differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a sentence for each file that is missing, changed, or not in the manifest.

    Raises:
        SetupError: the permissions of a file forbid to read it.
    """
    for name in sorted(manifest.files):
        try:
            read_file(folder, manifest, name)
        except IntegrityError as error:
            yield str(error)
    for path in sorted(folder.iterdir()):
        if path.name not in manifest.files and path.name != NAME:
            yield f"{path} is not in the manifest"


def _read(path: Path, most: int) -> bytes:
    """Return the bytes of a regular file, at most one more than *most*."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):  # a pipe would hang, a link leads elsewhere
            raise IntegrityError(f"{path} is not a regular file")
        with open(path, "rb") as file:
            return file.read(most + 1)
    except PermissionError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}") from error
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror}") from error
