"""The frozen versions of the schemas: ``schemas/ledger.json`` holds the SHA-256 of each of their files.

The files of a version in the ledger never change, and none is added or removed. The tests pin the digest of each
version's entry too, so that an entry cannot be changed along with the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from news_dataset import reader
from news_dataset.errors import UsageError
from news_dataset.files import MAX_BYTES, ReadError, read_bytes
from news_dataset.journal import write_files

NAME = "ledger.json"

Entry = dict[str, str]


def frozen(schemas: Path) -> dict[str, Entry]:
    """Return the ledger in the folder *schemas*: version → file name → SHA-256; empty if it does not exist.

    Raises:
        UsageError: the ledger cannot be read; it is a ValueError.
    """
    path = schemas / NAME
    if not path.exists() and not path.is_symlink():
        return {}
    document = reader.read(path)
    if document.problems:
        raise UsageError(f"{path} {document.problems[0].message}")
    if not _is_ledger(document.data):
        raise UsageError(f"{path} is not a ledger; expected versions with files and their SHA-256")
    return dict(document.data)


def newest(schemas: Path, major: str) -> str | None:
    """Return the newest frozen version of a MAJOR version; None if none is frozen."""
    versions = [version for version in frozen(schemas) if version.partition(".")[0] == major]
    return max(versions, key=lambda version: int(version.partition(".")[2]), default=None)


def entry(folder: Path) -> Entry:
    """Return the names of the files in a version's folder with their current SHA-256.

    Raises:
        UnsafeInputError: a file is a link, not regular, or too large.
        SetupError: a file cannot be read.
    """
    digests: Entry = {}
    for path in sorted(folder.iterdir()):
        try:
            digests[path.name] = sha256(read_bytes(path, MAX_BYTES)).hexdigest()
        except ReadError as refusal:
            raise refusal.of(path) from refusal
    return digests


def seal(entry: Entry) -> str:
    """Return the SHA-256 of a version's entry, which the tests pin."""
    return sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def faults(schemas: Path) -> Iterator[tuple[str, str]]:
    """Yield each file that differs from its frozen version, as ``VERSION/NAME``, and how it differs."""
    for version, frozen_entry in sorted(frozen(schemas).items()):
        folder = schemas / version
        current = entry(folder) if folder.is_dir() else {}
        for name in sorted({*frozen_entry, *current}):
            if name not in current:
                yield f"{version}/{name}", "is gone, but its version is frozen"
            elif name not in frozen_entry:
                yield f"{version}/{name}", "is new, but its version is frozen"
            elif current[name] != frozen_entry[name]:
                yield f"{version}/{name}", "has changed, but its version is frozen"


def freeze(schemas: Path, version: str) -> str:
    """Add a version to the ledger, and return the seal for the tests to pin.

    Raises:
        UsageError: it is frozen already, or its folder does not exist; it is a ValueError.
    """
    ledger = frozen(schemas)
    if version in ledger:
        raise UsageError(f"{version} is frozen already")
    if not (schemas / version).is_dir():
        raise UsageError(f"{schemas / version} does not exist")
    ledger[version] = entry(schemas / version)
    text = json.dumps(dict(sorted(ledger.items())), indent=2) + "\n"
    write_files(schemas, {schemas / NAME: text})
    return seal(ledger[version])


def _is_ledger(data: Any) -> bool:
    return isinstance(data, dict) and all(
        isinstance(files, dict) and all(isinstance(digest, str) for digest in files.values()) for files in data.values()
    )
