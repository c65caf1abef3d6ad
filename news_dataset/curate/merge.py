"""Find out whether a record can be merged into another one, so that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.records.fields import NUMBERED


def is_merge(collection: Collection, old: str, new: str) -> bool:
    """Return whether both ids belong to records of a dataset that can be one: no articles, or parts of these."""
    return old != new and new in collection.by_id and old.partition("/")[0] not in ("article", *NUMBERED)


def file_to_remove(collection: Collection, layers: Sequence[Collection], old: str, new: str) -> Path:
    """Return the file of a record that another one replaces.

    Raises:
        UsageError: the record has something that the other lacks, a layer has it, too, or its file has others.
    """
    for layer in layers:
        if old in layer.by_id:
            raise UsageError(f"{old} is in a layer, too, and cannot be merged: {layer.by_id[old].document.path}")
    given, kept = collection.by_id[old], collection.by_id[new]
    if lost := [name for name, value in given.data.items() if name != "id" and not _has(kept.data.get(name), value)]:
        advice = f"to merge them, move what is to stay to {kept.document.path}, delete these fields, and rename again"
        raise UsageError(f"{given.document.path} has another {', '.join(lost)} than {new}: {advice}")
    path = Path(given.document.path)
    if [entry.id for entry in collection.entries if entry.document.path == str(path)] != [old]:
        raise UsageError(f"{path} holds other records, too: move {old} into a file of its own, and rename again")
    return path


def _has(kept: Any, value: Any) -> bool:
    """Return whether a value of a field is the one that is kept, or each of its rows is."""
    return bool(kept == value or (isinstance(kept, list) and isinstance(value, list) and all(r in kept for r in value)))
