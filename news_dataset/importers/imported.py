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
        refusals: of spreadsheets, what was found in them; any error lets nothing be written.
        counts: how many documents were read, and how many records, mentions and fragments were made.
        quarantined: what could not be taken over as it is; ``quarantine.jsonl`` has the same.
        leftovers: what the mapping has no rule for; ``import-leftovers.jsonl`` has the same.
        mapping: the mapping that was used or is suggested, as the text of its file.
        is_strict: whether anything in quarantine is an error.
        layers: the folders of the layers that were written to, one of each annotator where there are several.
        unused: what of the mapping fits nothing in the corpus, or is likely to be a slip.
        namesakes: names of people, organizations or places of several documents, of each of which there is a record.
        about: the description of a dataset that was started, in which something is left to say before a release.
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

    @property
    def report(self) -> Report:
        """What was found, as issues; what is in quarantine is an error where the import was strict."""
        found = [*(refusal.issue for refusal in self.refusals), *self.unused]
        return Report.of([*found, *map(self._issue, self.quarantined)])

    def _issue(self, one: Quarantined) -> Issue:
        message = f"{one.id}: {one.message}" if one.id else one.message
        column, severity = int(one.line > 0), "error" if self.is_strict else "warning"
        return Issue(one.path, message, code=one.reason, line=one.line, column=column,
                     severity="error" if severity == "error" else "warning")  # fmt: skip
