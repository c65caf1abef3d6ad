"""The result of an import, and the files in which it is kept beside the records."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from news_dataset.annotations import Quarantined
from news_dataset.curate import Refusal
from news_dataset.curate.mapping import NAME
from news_dataset.files import read_own
from news_dataset.importers.conversion import Leftover
from news_dataset.issues import Issue, Report

QUARANTINE, LEFTOVERS = "quarantine.jsonl", "import-leftovers.jsonl"
"""The files, beside the records, of what was not taken over."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import.

    Args:
        files: the files of records that were written.
        refusals: what is wrong with spreadsheets; if any of it is an error, nothing was written.
        counts: how many documents were read, and how many records, mentions and fragments were made.
        quarantined: what could not be taken over as it is; ``quarantine.jsonl`` has the same.
        leftovers: what the mapping has no rule for; ``import-leftovers.jsonl`` has the same.
        mapping: the mapping that was used or is suggested, as the text of its file.
        is_strict: whether anything in quarantine is an error.
        layers: the folders of the layers that were written to, one of each annotator where there are several.
        unused: parts of the mapping that fit nothing in the corpus, or are likely to be slips.
        namesakes: names that people, organizations or places of several documents have, each with a record.
        found: the path of the mapping, if none was given and the source has one.
        about: the description of a new dataset, to be completed before a release.
    """

    files: tuple[Path, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    mapping: str = ""
    is_strict: bool = False
    layers: tuple[Path, ...] = ()
    unused: tuple[Issue, ...] = ()
    about: Path | None = None
    namesakes: tuple[str, ...] = ()
    found: str = ""

    @property
    def report(self) -> Report:
        """All issues; in a strict import what is in quarantine is an error."""
        issues = [*(refusal.issue for refusal in self.refusals), *self.unused]
        return Report.of([*issues, *map(self._issue, self.quarantined)])

    def _issue(self, fault: Quarantined) -> Issue:
        message = f"{fault.id}: {fault.message}" if fault.id else fault.message
        return Issue(fault.path, message, code=fault.reason, line=fault.line, column=int(fault.line > 0),
                     severity="error" if self.is_strict else "warning")  # fmt: skip


def files_beside(
    folder: Path, mapping: str, quarantined: Sequence[Quarantined], leftovers: Sequence[Leftover]
) -> dict[Path, str]:
    """Return the files beside the records, with the lines of earlier imports.

    Args:
        folder: the folder of the dataset.
        mapping: the text of the mapping; that of an earlier import keeps its file.
        quarantined: what is in quarantine.
        leftovers: what is left over.
    """
    files = {mapping_path(folder, mapping): mapping}
    for name, items in ((QUARANTINE, quarantined), (LEFTOVERS, leftovers)):
        lines = [*_lines(folder / name), *(json.dumps(_members(item), ensure_ascii=True) for item in items)]
        files |= {folder / name: "".join(f"{line}\n" for line in lines)} if lines else {}
    return files


def mapping_path(folder: Path, mapping: str) -> Path:
    """Return the first path for a mapping that is free, or has the same text."""
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
