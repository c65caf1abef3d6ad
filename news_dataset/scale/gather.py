"""The report of a large dataset, put together from slices, single records and the questions across tables."""

from __future__ import annotations

from collections.abc import Iterable

from news_dataset import checks
from news_dataset.checks.evidence import NO_TEXT
from news_dataset.issues import Issue, Report, Sink, Tally
from news_dataset.scale.examine import Findings
from news_dataset.scale.judge import Verdict

KEPT = 100_000
"""So many issues a report holds at most; all are given to whoever takes them one by one."""


class Gathering:
    """Adds up what is found.

    Args:
        files: how many files are looked at.
        sink: takes every issue as it is found; None for nobody.
    """

    def __init__(self, files: int, sink: Sink | None = None) -> None:
        self._sink = sink
        self._files = files
        self._issues: list[Issue] = []
        self._left_out = 0
        self._at_fault: dict[str, set[str]] = {}
        self._tallies = {code.name: Tally(code.name, code.layer) for code in checks.CODES.values()}
        self.is_sound = True

    def add(self, findings: Findings) -> None:
        """Add what is proven of a slice."""
        for code, count in findings.looked.items():
            self._tallies[code].checked += count
        for code, count in findings.skipped.items():
            skipped = self._tallies[code].skipped
            skipped[NO_TEXT.reason] = skipped.get(NO_TEXT.reason, 0) + count

    def judge(self, verdict: Verdict) -> None:
        """Add what was found in single records."""
        self.is_sound &= verdict.is_sound
        for tally in verdict.tallies.values():
            if tally.code not in checks.OF_FILES:  # a file is one unit, however many of its lines are at fault
                self.count(tally)
        self.found(verdict.issues)

    def count(self, tally: Tally) -> None:
        """Add the units of a check."""
        known = self._tallies[tally.code]
        known.checked += tally.checked
        known.failed += tally.failed
        known.warned += tally.warned
        for reason, count in tally.skipped.items():
            known.skipped[reason] = known.skipped.get(reason, 0) + count

    def found(self, issues: Iterable[Issue]) -> None:
        """Add issues."""
        for issue in issues:
            if issue.code in checks.OF_FILES:
                self._at_fault.setdefault(issue.code, set()).add(issue.path)
            if self._sink:
                self._sink(issue)
            if len(self._issues) < KEPT:
                self._issues.append(issue)
            else:
                self._left_out += 1

    def report(self) -> Report:
        """Return everything as one report."""
        for code in checks.OF_FILES:
            self._tallies[code].checked = self._files
            self._tallies[code].failed = len(self._at_fault.get(code, ()))
        return Report.of(self._issues, self._tallies.values(), left_out=self._left_out)
