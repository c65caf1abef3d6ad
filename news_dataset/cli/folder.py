"""Find the dataset that a command works on."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import get_args

from news_dataset.cli.output import say, tell
from news_dataset.collection import Collection
from news_dataset.dataset import Dataset
from news_dataset.errors import UsageError
from news_dataset.files import MAX_BYTES, ReadError, read_text
from news_dataset.layered import Layers, next_step
from news_dataset.placeholders import description_to_fill_in
from news_dataset.stores import Records, Table, release_in


def dataset_to_read(folder: Path | None) -> Dataset:
    """Open the dataset of a command that only reads.

    Args:
        folder: the folder given by the user; None for the dataset of the current folder or of its nearest parent, else
            the bundled dataset, which is then named on standard error.
    """
    place = folder or nearest(Path.cwd())
    if place is None:
        tell("news-dataset: no dataset in this folder or above it; this is the bundled one")
        return Dataset()
    return Dataset.open(place)


def tell_of_layers(dataset: Dataset, folder: Path | None) -> None:
    """Print a notice on standard error if all statements of a dataset are in layers.

    Args:
        dataset: the result of ``dataset_to_read``.
        folder: its argument.
    """
    folder = folder or nearest(Path.cwd())
    if folder is None or dataset.info()["rows"].get("statements"):
        return
    if layer_folders := Layers.of(Collection.open(folder)).folders:
        tell(f"news-dataset: all statements are in layers; {next_step(layer_folders)}")


def tell_of_no_description(folder: Path) -> None:
    """Print a notice on standard error if ``dataset.yaml`` is missing, without which nothing can be built.

    It is no fault of the records, which may well be checked before anything is published.
    """
    places = (folder / "data" / "curated", folder / "curated", folder.resolve())
    curated = next((place for place in places if place.name == "curated" and place.is_dir()), None)
    if curated and not os.path.lexists(about := curated.parent / "dataset.yaml"):
        tell(f"news-dataset: there is no {about}, which build needs: {description_to_fill_in()}")


def say_of_words(output: Path) -> None:
    """Print that an output holds words of articles, unless it is in a folder that git ignores."""
    whole = output.resolve()
    for folder in whole.parents:
        with suppress(ReadError):  # there is none, or git cannot use it either
            ignored = read_text(folder / ".gitignore", MAX_BYTES).split()
            parts = whole.relative_to(folder).parts
            if any(f"{part}/" in ignored for part in parts) or f"/{parts[0]}/" in ignored:
                return
        if (folder / ".git").exists():
            break
    say(f"{output} holds words of articles: keep it out of what you publish, unless their rights permit it")


def folder_to_change(folder: Path | None) -> Path:
    """Return the folder for a command that checks or writes; never the bundled one.

    Args:
        folder: the folder given by the user; None for the dataset of the current folder or of its nearest parent.

    Raises:
        UsageError: there is no such dataset.
    """
    place = folder or nearest(Path.cwd())
    if place is None:
        wanted = "expected records in data/curated, such as data/curated/articles/*.yaml"
        start = "go to its folder, name it, or start one: news-dataset init FOLDER"
        raise UsageError(f"no dataset in this folder or above it: {wanted}; {start}")
    return place


def nearest(start: Path) -> Path | None:
    """Return the nearest dataset at or above *start*, relative to it, or None.

    The search ends with the folder that holds ``.git``. A parent counts if it has ``data/curated``,
    ``data/dataset.yaml`` or a release in ``data``; *start* itself also if it holds records, tables or JSON Lines,
    unless it is ``data``, ``data/curated`` or ``data/published`` of a dataset.
    """
    levels = [start, *start.parents]
    end = next((number for number, level in enumerate(levels) if (level / ".git").exists()), len(levels))
    home = next((level for level in levels[: end + 1] if _is_dataset(level)), None)
    parts = [home / "data", home / "data" / "curated", home / "data" / "published"] if home else []
    if start not in parts and _holds_data(start):
        return Path()
    return Path(os.path.relpath(home, start)) if home else None


def _is_dataset(folder: Path) -> bool:
    """Return whether ``data`` of a folder holds records, a description or a release."""
    data = folder / "data"
    return (data / "curated").is_dir() or (data / "dataset.yaml").is_file() or release_in(data) is not None


def _holds_data(folder: Path) -> bool:
    """Return whether a folder holds a release, records, tables or JSON Lines."""
    if release_in(folder) is not None:
        return True
    if any((folder / f"{table}.{suffix}").is_file() for table in get_args(Table) for suffix in ("parquet", "jsonl")):
        return True
    places = [parent / table for parent in (folder, folder / "curated") for table in get_args(Records)]
    patterns = ("*.yaml", "*.json", "*.jsonl", "*.parquet")
    return any(next(place.glob(pattern), None) is not None for place in places if place.is_dir()
               for pattern in patterns)  # fmt: skip
