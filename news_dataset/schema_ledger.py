"""The frozen versions of the schemas: ``schemas/ledger.json`` holds the SHA-256 of each of their files.

A version in the ledger never changes again: no file more, none less, no byte different. The tests pin the
digest of each version's entry too, so that an entry cannot be changed along with the files.
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
    """Return the ledger in the folder *schemas*: version → file name → SHA-256; empty where there is none.

    Raises:
        ValueError: the ledger cannot be read.
    """
    path = schemas / NAME
    if not path.exists() and not path.is_symlink():
        return {}
    document = reader.read(path)
    if document.problems:
        raise UsageError(f"{path} {document.problems[0].message}")
    if not _is_ledger(document.data):
        raise UsageError(f"{path} is not a ledger: a version, its files, and their SHA-256")
    return dict(document.data)


def newest(schemas: Path, major: str) -> str | None:
    """Return the newest frozen version of a MAJOR version; None where none is frozen."""
    versions = [version for version in frozen(schemas) if version.partition(".")[0] == major]
    return max(versions, key=lambda version: int(version.partition(".")[2]), default=None)


def entry(folder: Path) -> Entry:
    """Return the files of a version with their digests, as they are now.

    Raises:
        UnsafeInputError: one of them is a link, no regular file, or too large.
        SetupError: one of them cannot be read.
    """
    found: Entry = {}
    for path in sorted(folder.iterdir()):
        try:
            found[path.name] = sha256(read_bytes(path, MAX_BYTES)).hexdigest()
        except ReadError as refusal:
            raise refusal.of(path) from refusal
    return found


def seal(found: Entry) -> str:
    """Return the digest of a version's entry, which the tests pin."""
    return sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def faults(schemas: Path) -> Iterator[tuple[str, str]]:
    """Yield each file of a frozen version that is not as it was frozen (or the version), and how it differs."""
    for version, wanted in sorted(frozen(schemas).items()):
        folder = schemas / version
        found = entry(folder) if folder.is_dir() else {}
        for name in sorted({*wanted, *found}):
            if name not in found:
                yield f"{version}/{name}", "is gone, but its version is frozen"
            elif name not in wanted:
                yield f"{version}/{name}", "is new, but its version is frozen"
            elif found[name] != wanted[name]:
                yield f"{version}/{name}", "has changed, but its version is frozen"


def freeze(schemas: Path, version: str) -> str:
    """Enter a version into the ledger, for good, and return the seal that the tests are to pin.

    Raises:
        ValueError: it is frozen already, or there is no such version.
    """
    ledger = frozen(schemas)
    if version in ledger:
        raise UsageError(f"{version} is frozen already")
    if not (schemas / version).is_dir():
        raise UsageError(f"there is no {schemas / version}")
    ledger[version] = entry(schemas / version)
    words = json.dumps(dict(sorted(ledger.items())), indent=2) + "\n"
    write_files(schemas, {schemas / NAME: words})
    return seal(ledger[version])


def _is_ledger(data: Any) -> bool:
    return isinstance(data, dict) and all(
        isinstance(files, dict) and all(isinstance(digest, str) for digest in files.values()) for files in data.values()
    )
