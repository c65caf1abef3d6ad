"""Whether a folder is a release: also other programs call a file ``manifest.json``."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from news_dataset.errors import UnsafeInputError
from news_dataset.files import LINK, ReadError, read_bytes
from news_dataset.manifest import NAME, release_folder
from news_dataset.strict_json import NotJsonError, parse_leniently

_PARTS = {"dataset", "tables", "files"}  # of a manifest; those of web applications and bundlers have at most one
_OF_RELEASES = ("croissant.json", "datapackage.json")
_OF_DATASETS = ("data", "curated", "published")
_MOST = 2**24  # bytes of a manifest that is looked at


def holds_release(folder: Path) -> bool:
    """Return whether a folder is a release, sound or broken.

    A ``manifest.json`` that is none of a release, such as that of a web application, decides nothing. One that cannot
    be read, or has the rest of a release beside it, is that of a broken release, unless a dataset lies in the folder.
    """
    path = folder / NAME
    if not (path.exists() or path.is_symlink()):
        return False
    found = None
    with suppress(ReadError, NotJsonError):
        found = parse_leniently(read_bytes(path, _MOST))
    if isinstance(found, dict) and len(_PARTS & found.keys()) > 1:
        return True
    if any((folder / place).is_dir() for place in _OF_DATASETS):
        return False
    return found is None or any((folder / name).exists() for name in _OF_RELEASES)


def release_beside(records: Path) -> Path:
    """Return where the release beside records lies, whether there is one or not.

    Raises:
        UnsafeInputError: it is a link, which may lead out of the dataset.
    """
    place = release_folder(records / "published")
    if place.is_symlink():
        raise UnsafeInputError(f"{place} {LINK.message}")
    return place
