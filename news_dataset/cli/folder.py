"""Which dataset a command takes: one rule for all of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args

from news_dataset.cli.output import tell
from news_dataset.collection import Collection
from news_dataset.dataset import Dataset
from news_dataset.errors import UsageError
from news_dataset.layered import Layers, next_step
from news_dataset.stores import Table, release_in

_RECORDS = ("articles", "people", "organizations", "places", "events", "statements", "assessments", "sources")


def reading(folder: Path | None) -> Dataset:
    """Return the dataset that a reading command takes.

    Args:
        folder: the folder that was named; None for the dataset of the current folder or of its nearest parent, and
            where there is none for the bundled one, which standard error then names.
    """
    found = folder or nearest(Path.cwd())
    if found is None:
        tell("news-dataset: no dataset in this folder or above it; this is the bundled one")
        return Dataset()
    return Dataset.open(found)


def tell_of_layers(dataset: Dataset, folder: Path | None) -> None:
    """Say on standard error where the statements of a dataset are, if it has none but in layers.

    Args:
        dataset: what ``reading`` returned.
        folder: the folder that was named, as for ``reading``.
    """
    folder = folder or nearest(Path.cwd())
    if folder is None or dataset.info()["rows"].get("statements"):
        return
    if apart := Layers.of(Collection.open(folder)).folders:
        tell(f"news-dataset: no statements but in layers; {next_step(apart)}")


def keeping(folder: Path | None) -> Path:
    """Return the place that a command which checks or writes takes; it is never the bundled dataset.

    Args:
        folder: the place that was named; None for the dataset of the current folder or of its nearest parent.

    Raises:
        UsageError: there is none.
    """
    found = folder or nearest(Path.cwd())
    if found is None:
        wanted = "expected records in data/curated, such as data/curated/articles/*.yaml"
        start = "go to its folder, name it, or start one: news-dataset init FOLDER"
        raise UsageError(f"no dataset in this folder or above it: {wanted}; {start}")
    return found


def nearest(start: Path) -> Path | None:
    """Return the dataset of a folder or of its nearest parent, relative to *start*; None where there is none.

    The search ends with the folder that holds ``.git``. A parent is a dataset if it has ``data/curated`` or the like;
    the first folder also where records, tables or lines lie in it, unless they are a part of such a dataset.
    """
    levels = [start, *start.parents]
    end = next((at for at, level in enumerate(levels) if (level / ".git").exists()), len(levels))
    home = next((level for level in levels[: end + 1] if _is_home(level)), None)
    parts = [home / "data", home / "data" / "curated", home / "data" / "published"] if home else []
    if start not in parts and _holds_data(start):
        return Path()
    return Path(os.path.relpath(home, start)) if home else None


def _is_home(folder: Path) -> bool:
    data = folder / "data"
    return (data / "curated").is_dir() or (data / "dataset.yaml").is_file() or release_in(data) is not None


def _holds_data(folder: Path) -> bool:
    """Return whether records, tables or lines lie in a folder, or a release."""
    if release_in(folder) is not None:
        return True
    if any((folder / f"{name}.{form}").is_file() for name in get_args(Table) for form in ("parquet", "jsonl")):
        return True
    places = [place / name for place in (folder, folder / "curated") for name in _RECORDS]
    forms = ("*.yaml", "*.json", "*.jsonl", "*.parquet")
    return any(next(place.glob(form), None) is not None for place in places if place.is_dir() for form in forms)
