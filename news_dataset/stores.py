"""Where the tables of a dataset come from: a release, tables in a folder, or curated records."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from news_dataset.frames import Store
    from news_dataset.records import Record
    from news_dataset.released import Release
    from news_dataset.stored import Curated, Tables

    Opened = Release | Curated | Tables

_HERE = Path(__file__).parent

Table = Literal[
    "articles", "people", "organizations", "places", "events", "statements", "assessments", "sources", "mentions",
    "names", "offices", "event_participants", "topics", "statement_participants", "statement_events", "evidence",
    "quantities",
    "citations", "entities", "records", "codes", "redirects",
]  # fmt: skip
"""The names of the tables, so that an editor completes them."""

Name = Table | str  # a release of somebody else may have other tables


def versions(store: Store) -> dict[str, Any]:
    """Return name, licence and versions, as ``DataFrame.attrs`` carries them: plain texts, so that files can too."""
    from news_dataset import __version__
    from news_dataset.manifest import VERSIONS

    return {name: store.dataset[name] for name in VERSIONS if name in store.dataset} | {"package_version": __version__}


def bundled() -> Path:
    """Return the folder of the release that came with the package."""
    inside = _HERE / "_published"  # in a wheel; a checkout has it in the root
    return inside if inside.is_dir() else _HERE.parent / "data" / "published"


def release_in(folder: Path) -> Path | None:
    """Return the release that *folder* is or holds; None where there is none."""
    from news_dataset import manifest

    places = (folder, folder / "data" / "published", folder / "published")
    return next((place for place in places if (manifest.located(place) / manifest.NAME).is_file()), None)


def opened(folder: Path | None) -> Opened:
    """Return the release of *folder*, else its tables, else its curated records; without one, the bundled release.

    Raises:
        InvalidDataError: there is nothing but records, and a check of them failed.
        UnsafeInputError: the release below the folder, or one of its tables, is a link.
    """
    from news_dataset.errors import UnsafeInputError
    from news_dataset.files import LINK, link_between
    from news_dataset.released import Release

    if folder is None:
        return Release(bundled(), is_bundled=True)
    if release := release_in(folder):
        if link := link_between(folder, release):
            raise UnsafeInputError(f"{link} {LINK.message}")
        return Release(release)
    from news_dataset.folders import holds_records, parquet_files

    if not holds_records(folder) and (files := parquet_files(folder)):
        from news_dataset.stored import Tables

        return Tables(folder, files)
    from news_dataset.collection import Collection
    from news_dataset.stored import Curated
    from news_dataset.validation import checked

    collection = Collection.open(folder)
    checked(collection).raise_for_errors()
    return Curated(collection)


def records(store: Opened, table: str) -> Iterator[Record]:
    """Iterate over the records of a table as models.

    Raises:
        KeyError: it is none of the eight tables of records.
        IntegrityError: its file is not the one that the manifest vouches for, or holds something else.
    """
    from news_dataset.names import known
    from news_dataset.records import BY_TABLE

    return store.records(known(table, list(BY_TABLE), "table of records"))


def get(store: Opened, record_id: str) -> Record:
    """Return a record by its id.

    Raises:
        KeyError: there is none; the message names the nearest id, or the one that took its place.
        IntegrityError: as ``records``.
    """
    from news_dataset.errors import UnknownNameError
    from news_dataset.names import known
    from news_dataset.records import BY_TYPE
    from news_dataset.released import Release

    if model := BY_TYPE.get(str(record_id).partition("/")[0]):
        # First the lines in which the id stands as it is usually written; a mistake costs a second look at all.
        first = store.records(model.table, f'"{record_id}"') if isinstance(store, Release) else ()
        for record in chain(first, store.records(model.table)):
            if record.id == record_id:
                return record
    for row in store.table("redirects").to_pylist():
        if row["old_id"] == record_id:
            gone = f"{record_id} was {row['reason']} in {row['release']}"
            raise UnknownNameError(f"{gone}; use {row['new_id']}" if row["new_id"] else gone)
    known(record_id, store.table("records", ["id"]).column("id").to_pylist(), "record")
    raise UnknownNameError(f"there is no record {record_id!r}")
