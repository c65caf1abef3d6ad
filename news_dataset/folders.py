"""What lies in a folder: tables as Parquet, records as JSON Lines, or curated records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from news_dataset.errors import SetupError, UnsafeInputError
from news_dataset.files import LINK, walk
from news_dataset.records import BY_TABLE
from news_dataset.tabular import tables


def parquet_files(folder: Path) -> dict[str, list[Path]]:
    """Return the Parquet files of each table in a folder: ``<table>.parquet``, or a folder ``<table>`` of such.

    Raises:
        UnsafeInputError: one of them is a link or no regular file, or a folder of them is a link.
        SetupError: one of the folders cannot be read.
    """
    return _files(folder, tables(), ".parquet")


def lines_files(folder: Path) -> dict[str, list[Path]]:
    """Return the files of JSON Lines of each record type in a folder, by table; errors as ``parquet_files``."""
    return _files(folder, BY_TABLE, ".jsonl")


def holds_records(folder: Path) -> bool:
    """Return whether curated records lie in a folder."""
    places = [folder / "data" / "curated", folder / "curated", *(folder / table for table in BY_TABLE)]
    return any(next(place.glob("*.yaml"), None) or place.name == "curated" for place in places if place.is_dir())


def _files(folder: Path, names: Iterable[str], suffix: str) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for name in names:
        for place in (folder / f"{name}{suffix}", folder / name):
            if place.is_symlink():
                raise UnsafeInputError(f"{place} {LINK.message}")
            for one in walk(place) if place.exists() else ():
                if one.problem:
                    kind = SetupError if one.problem.code == "unreadable_file" else UnsafeInputError
                    raise kind(f"{one.path} {one.problem.message}")
                if one.path.suffix == suffix:
                    found.setdefault(name, []).append(one.path)
    return found
