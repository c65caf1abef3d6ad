"""The layers of a dataset, ``layers/NAME`` beside ``curated``: annotations that are not part of the dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from news_dataset.collection import Collection, records_in, texts_in
from news_dataset.entries import Entry
from news_dataset.markup import operand

MERGED = "adjudicated"
"""The layer that ``adjudicate`` writes."""


@dataclass(frozen=True)
class Layers:
    """The layers of a dataset that hold annotations.

    Args:
        folders: their folders.
        ids: the ids of the records of the dataset that they refer to, with the articles that they annotate.
    """

    folders: tuple[Path, ...] = ()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, collection: Collection) -> Layers:
        """Return the layers of a dataset; none for a layer, a release or a part of a dataset."""
        if collection.home is None:
            return cls()
        folders, ids = list[Path](), set[str]()
        for folder in folders_in(collection.home):
            referred = {text for entry in records_in(folder, collection.profile) for text in _texts_of(entry)}
            folders += [folder] if referred else []
            ids |= referred
        return cls(tuple(folders), frozenset(ids & collection.by_id.keys()))


def folders_in(home: Path) -> list[Path]:
    """Return the folders of the layers in a folder ``data``, sorted by name; links are left out."""
    return [path for path in sorted((home / "layers").glob("*")) if path.is_dir() and not path.is_symlink()]


def next_step(folders: Sequence[Path]) -> str:
    """Return the hint on how the annotations in layers, of which there is at least one, get into the dataset."""
    final = folders if len(folders) == 1 else [folder for folder in folders if folder.name == MERGED]
    if not final:
        two = " ".join(map(operand, folders[:2]))
        return f"next: news-dataset agreement {two}, then adjudicate with the same two"
    return f"once they are decided upon, copy what {final[0]} holds into {final[0].parent.parent / 'curated'}"


def _texts_of(entry: Entry) -> list[str]:
    """Return the texts of an annotation, ids that it refers to among them; none for an article without mentions."""
    if entry.kind == "article" and not entry.data.get("mentions"):
        return []
    own = () if entry.kind == "article" else ("id",)
    return texts_in({name: value for name, value in entry.data.items() if name not in own})
