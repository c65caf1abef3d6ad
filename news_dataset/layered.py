"""The layers of a dataset, ``layers/NAME`` beside ``curated``: annotations that are not yet, or never, its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from news_dataset.collection import Collection, records_in, texts_in
from news_dataset.entries import Entry

MERGED = "adjudicated"
"""The layer that ``adjudicate`` writes."""


@dataclass(frozen=True)
class Layers:
    """What the layers of a dataset say of its records.

    Args:
        folders: the folders of those that hold annotations.
        ids: the records of the dataset that they refer to, and the articles that they annotate.
    """

    folders: tuple[Path, ...] = ()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, collection: Collection) -> Layers:
        """Return the layers that lie in a dataset; none for a layer, a release or a part."""
        if collection.home is None:
            return cls()
        folders, ids = list[Path](), set[str]()
        for folder in folders_in(collection.home):
            named = {one for entry in records_in(folder, collection.profile) for one in _referred(entry)}
            folders += [folder] if named else []
            ids |= named
        return cls(tuple(folders), frozenset(ids & collection.by_id.keys()))


def folders_in(home: Path) -> list[Path]:
    """Return the folders of the layers beside ``curated``, by their names."""
    return [one for one in sorted((home / "layers").glob("*")) if one.is_dir() and not one.is_symlink()]


def next_step(folders: Sequence[Path]) -> str:
    """Return how the annotations in some layers become those of the dataset."""
    alone = folders[:1] if len(folders) == 1 else [one for one in folders if one.name == MERGED]
    if not alone:
        return f"next: news-dataset agreement {folders[0]} {folders[1]}, then adjudicate with the same two"
    return f"once they are decided upon, copy what {alone[0]} holds into {alone[0].parent.parent / 'curated'}"


def _referred(entry: Entry) -> list[str]:
    """Return what an annotation names; an article without mentions is none."""
    if entry.kind == "article" and not entry.data.get("mentions"):
        return []
    own = () if entry.kind == "article" else ("id",)
    return texts_in({name: value for name, value in entry.data.items() if name not in own})
