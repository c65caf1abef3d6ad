"""Tell a release from other folders that hold a ``manifest.json``."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from news_dataset.errors import UnsafeInputError
from news_dataset.files import LINK, ReadError, read_bytes
from news_dataset.manifest import NAME, release_folder
from news_dataset.strict_json import NotJsonError, parse_leniently

_KEYS = {"dataset", "tables", "files"}  # of a manifest; those of web applications and bundlers have at most one
_DESCRIPTORS = ("croissant.json", "datapackage.json")
_DATASET_FOLDERS = ("data", "curated", "published")
_MAX_BYTES = 2**24  # a larger manifest is not read


def holds_release(folder: Path) -> bool:
    """Return whether a folder is a release, intact or broken.

    It is a broken one if its ``manifest.json`` cannot be read, or has other keys but descriptors of a release beside
    it; unless a dataset lies in the folder, whose manifest then belongs to something else.
    """
    path = folder / NAME
    if not (path.exists() or path.is_symlink()):
        return False
    content = None
    with suppress(ReadError, NotJsonError):
        content = parse_leniently(read_bytes(path, _MAX_BYTES))
    if isinstance(content, dict) and len(_KEYS & content.keys()) > 1:
        return True
    if any((folder / name).is_dir() for name in _DATASET_FOLDERS):
        return False
    return content is None or any((folder / name).exists() for name in _DESCRIPTORS)


def release_beside(records: Path) -> Path:
    """Return the place of the release beside records, which need not exist.

    Raises:
        UnsafeInputError: it is a link, which may lead out of the dataset.
    """
    place = release_folder(records / "published")
    if place.is_symlink():
        raise UnsafeInputError(f"{place} {LINK.message}")
    return place
