"""What an import did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from news_dataset.annotations import Quarantined
from news_dataset.curate import Refusal
from news_dataset.importers.conversion import Leftover
from news_dataset.issues import Issue, Report


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

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

    @property
    def report(self) -> Report:
        """All issues; what is in quarantine is an error where the import was strict, else a warning."""
        issues = [*(refusal.issue for refusal in self.refusals), *self.unused]
        return Report.of([*issues, *map(self._issue, self.quarantined)])

    def _issue(self, fault: Quarantined) -> Issue:
        message = f"{fault.id}: {fault.message}" if fault.id else fault.message
        return Issue(fault.path, message, code=fault.reason, line=fault.line, column=int(fault.line > 0),
                     severity="error" if self.is_strict else "warning")  # fmt: skip
