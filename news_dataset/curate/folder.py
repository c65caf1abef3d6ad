"""The records of a folder for those who change its files: read whole, or refused."""

from __future__ import annotations

from pathlib import Path

from news_dataset.checks import OF_FILES
from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.issues import Report
from news_dataset.release_presence import holds_release
from news_dataset.validation import checked


def opened(place: Path) -> Collection:
    """Return the records of a folder or a file, every one of which can be read.

    Raises:
        FileNotFoundError: there is no such place, or it holds no records.
        InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
    """
    collection = Collection.open(place)
    if any(document.problems for document in collection.documents):
        Report.of(issue for issue in checked(collection) if issue.code in OF_FILES).raise_for_errors()
    return collection


def opened_whole(place: Path) -> Collection:
    """Return the records of a whole dataset; errors as ``opened``.

    Raises:
        UsageError: it is a part of a dataset, or a release.
    """
    if holds_release(place):
        raise UsageError(f"{place} is a release, which is never edited: name the dataset's folder")
    collection = opened(place)
    if not collection.is_whole:
        raise UsageError(f"{place} is a part of a dataset: name the dataset's folder")
    return collection


def layers_of(collection: Collection) -> list[Collection]:
    """Return the layers that lie in a dataset; errors as ``opened_whole``."""
    return [opened_whole(one) for one in sorted((base_of(collection) / "layers").glob("*")) if one.is_dir()]


def base_of(collection: Collection) -> Path:
    """Return the folder of ``dataset.yaml``, ``redirects.yaml``, ``published`` and ``layers``."""
    return collection.root.parent if collection.root.name == "curated" else collection.root
