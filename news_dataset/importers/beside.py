"""The files beside the records of an import: the mapping that was used, and what was not taken over."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from news_dataset.annotations import Quarantined
from news_dataset.curate.mapping import NAME
from news_dataset.files import read_own
from news_dataset.importers.conversion import Leftover

QUARANTINE, LEFTOVERS = "quarantine.jsonl", "import-leftovers.jsonl"
"""The files, beside the records, of what was not taken over."""


def beside(
    folder: Path, mapping: str, quarantined: Sequence[Quarantined], leftovers: Sequence[Leftover]
) -> dict[Path, str]:
    """Return the text of each file beside the records, after the lines that earlier imports wrote there.

    Args:
        folder: the folder of the dataset.
        mapping: the text of the mapping; that of an earlier import keeps its file.
        quarantined: what is in quarantine.
        leftovers: what is left over.
    """
    files = {_mapping_path(folder, mapping): mapping}
    for name, items in ((QUARANTINE, quarantined), (LEFTOVERS, leftovers)):
        lines = [*_lines(folder / name), *(json.dumps(_members(item), ensure_ascii=True) for item in items)]
        files |= {folder / name: "".join(f"{line}\n" for line in lines)} if lines else {}
    return files


def _mapping_path(folder: Path, mapping: str) -> Path:
    """Return the first path for a mapping that is free, or where a file has the same text."""
    stem, dot, suffix = NAME.rpartition(".")
    for number in count(1):
        path = folder / (NAME if number == 1 else f"{stem}-{number}{dot}{suffix}")
        if not path.exists() or read_own(path) == mapping:
            return path
    raise AssertionError


def _lines(path: Path) -> list[str]:
    """Return the lines of a file; none if it is not there."""
    return read_own(path, None).splitlines() if os.path.lexists(path) else []


def _members(item: Quarantined | Leftover) -> dict[str, Any]:
    """Return the members of an item as it is written: without those that are empty."""
    data: dict[str, Any] = asdict(item)
    value = data.pop("value", None)
    members = {"file": data.pop("path")} | {name: member for name, member in data.items() if member not in ("", 0)}
    return members if value is None else members | {"value": value}
