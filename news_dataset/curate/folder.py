"""Open the records of a folder for a command that changes its files."""

from __future__ import annotations

from pathlib import Path

from news_dataset.checks import OF_FILES
from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.issues import Report
from news_dataset.release_presence import holds_release
from news_dataset.validation import checked


def open_readable(place: Path) -> Collection:
    """Open the records of a folder or file; refuse them if a file cannot be read.

    Raises:
        FileNotFoundError: there is no such place, or it holds no records.
        InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
    """
    collection = Collection.open(place)
    if any(document.problems for document in collection.documents):
        Report.of(issue for issue in checked(collection) if issue.code in OF_FILES).raise_for_errors()
    return collection


def open_dataset(place: Path) -> Collection:
    """Open the records of a whole dataset; errors as ``open_readable``.

    Raises:
        UsageError: it is a part of a dataset, or a release.
    """
    if holds_release(place):
        raise UsageError(f"{place} is a release, which is never edited: name the dataset's folder")
    collection = open_readable(place)
    if not collection.is_whole:
        raise UsageError(f"{place} is a part of a dataset: name the dataset's folder")
    return collection


def open_layers(collection: Collection) -> list[Collection]:
    """Open the layers of a dataset, sorted by name; errors as ``open_dataset``."""
    folders = sorted((base_of(collection) / "layers").glob("*"))
    return [open_dataset(folder) for folder in folders if folder.is_dir()]


def base_of(collection: Collection) -> Path:
    """Return the folder of ``dataset.yaml``, ``redirects.yaml``, ``published`` and ``layers``."""
    return collection.root.parent if collection.root.name == "curated" else collection.root
