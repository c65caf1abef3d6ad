"""What a run of the validator says, in words that do not depend on files, and how two such verdicts differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from news_dataset.issues import Issue, Report
from news_dataset.validation import validated
from tests.verdicts.forms import Places
from tests.verdicts.patches import HERE

OF_FILES = (
    "no_records", "unreadable_file", "unsafe_file", "altered_release", "misplaced_file", "bad_encoding", "over_limit",
    "bad_syntax", "unsafe_yaml", "duplicate_key", "not_a_record",
)  # fmt: skip
"""Checks that count files, so that their numbers differ where the same records lie in more of these."""

NUMBERS = ("checked", "failed", "warned")
Counts = dict[str, dict[str, int]]


@dataclass
class Verdict:
    """What was found and counted.

    Attributes:
        issues: ``severity code place``. A place is ``record#pointer``, ``table:row:column`` (the row as it stands in
            tables that are not shuffled), or a file.
        messages: ``[line:column] message (hint)`` of each issue.
        counts: for each check how many units were checked, failed, warned, and skipped for which reason, but no zeros.
        raises: the error that ended the run.
    """

    issues: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    raises: str = ""


def run(folder: Path, places: Places, text: Path | None = None) -> Verdict:
    """Validate a folder or file in which things stand where *places* says."""
    try:
        report = validated(folder, text=text)
    except Exception as error:  # noqa: BLE001 (a crash is a verdict too)
        return Verdict(raises=f"{type(error).__name__}: {_plain(str(error), folder)}")
    return of(report, folder, places)


def of(report: Report, folder: Path, places: Places) -> Verdict:
    """Return a report as a verdict."""
    found = sorted({(_issue(one, folder, places), _message(one, folder)) for one in report.issues})
    counts: Counts = {}
    for tally in report.tallies:
        count = counts.setdefault(tally.code, {})
        for name in NUMBERS:
            count[name] = count.get(name, 0) + getattr(tally, name)
        for reason, number in tally.skipped.items():
            count[reason] = count.get(reason, 0) + number
    kept = {code: {name: number for name, number in count.items() if number} for code, count in counts.items()}
    counts = {code: count for code, count in sorted(kept.items()) if count}
    return Verdict([issue for issue, _ in found], [message for _, message in found], counts)


def _issue(issue: Issue, folder: Path, places: Places) -> str:
    return f"{issue.severity} {issue.code} {_place(issue, folder, places)}"


def _place(issue: Issue, folder: Path, places: Places) -> str:
    path = _plain(issue.path, folder)
    if path in places.rows:
        column = issue.pointer.removeprefix("/")
        if issue.row < 0:
            return f"{path.partition('/')[0].removesuffix('.parquet')}::{column}"
        table, row = places.rows[path][issue.row]
        return f"{table}:{row}:{column}"
    if path not in places.keys:
        return f"{path}:{issue.row}:{issue.pointer}" if issue.row >= 0 else f"{path}#{issue.pointer}"
    keys, pointer = places.keys[path], issue.pointer
    if path in places.listed and (number := re.match(r"/(\d+)(?=/|$)", pointer)):
        return f"{keys[int(number[1])]}#{pointer[number.end() :]}"
    if path.endswith(".jsonl"):
        table = path.partition("/")[0].removesuffix(".jsonl")
        return f"{keys[issue.line - 1]}#{pointer}" if issue.line else f"{table}::"
    return f"{keys[0]}#{pointer}" if len(keys) == 1 and path not in places.listed else path


def _message(issue: Issue, folder: Path) -> str:
    place = f"{issue.line}:{issue.column} " if issue.line else ""
    hint = f" ({_plain(issue.hint, folder)})" if issue.hint else ""
    return f"{place}{_plain(issue.message, folder)}{hint}"


def _plain(words: str, folder: Path) -> str:
    return words.replace(f"{folder}/", "").replace(str(folder), ".").replace(f"{HERE}/", "")


@dataclass(frozen=True)
class Difference:
    """One thing that two verdicts do not both say.

    ``field`` is ``issue``, ``message``, ``raises``, ``checked``, ``failed``, ``warned`` or ``skipped``.
    """

    dataset: str
    form: str
    code: str
    field: str
    before: str
    now: str

    def __str__(self) -> str:
        before, now = self.before or "nothing", self.now or "nothing"
        return f"{self.dataset} [{self.form}] {self.code} {self.field}: was {before}, is {now}"


def differences(
    dataset: str, form: str, before: Verdict, now: Verdict, *, with_messages: bool = False
) -> Iterator[Difference]:
    """Yield what differs between the verdict recorded and the verdict of now; of derived forms not what files count."""
    is_derived = form.endswith("shuffled")
    if _kind(before.raises) != _kind(now.raises) or (with_messages and not is_derived and before.raises != now.raises):
        yield Difference(dataset, form, "", "raises", before.raises, now.raises)
    if before.raises or now.raises:
        return
    old, new = set(before.issues), set(now.issues)
    for one in sorted(old ^ new):
        yield Difference(
            dataset, form, one.split(" ")[1], "issue", one if one in old else "", one if one in new else ""
        )
    if with_messages and not is_derived:
        pairs = [set(zip(one.issues, one.messages, strict=True)) for one in (before, now)]
        for issue, message in sorted(pair for pair in pairs[0] ^ pairs[1] if pair[0] in old & new):
            was, now_is = (message if (issue, message) in pair else "" for pair in pairs)
            yield Difference(dataset, form, issue.split(" ")[1], "message", f"{issue}: {was}", f"{issue}: {now_is}")
    for code in sorted({*before.counts, *now.counts}):
        if not (is_derived and code in OF_FILES):
            yield from _counted(dataset, form, code, before.counts.get(code, {}), now.counts.get(code, {}))


def _kind(error: str) -> str:
    return error.partition(":")[0]


def _counted(dataset: str, form: str, code: str, old: dict[str, int], new: dict[str, int]) -> Iterator[Difference]:
    for name in NUMBERS:
        if old.get(name) != new.get(name):
            yield Difference(dataset, form, code, name, str(old.get(name, 0)), str(new.get(name, 0)))
    reasons = [{name: number for name, number in one.items() if name not in NUMBERS} for one in (old, new)]
    if reasons[0] != reasons[1]:
        yield Difference(dataset, form, code, "skipped", *(str(one) if one else "" for one in reasons))


Patterns = str | list[str]


@dataclass(frozen=True)
class Accepted:
    """A difference that is meant: patterns as of file names, one or several, and which side is right and why."""

    right: str
    why: str
    code: Patterns = "*"
    form: Patterns = "*"
    field: Patterns = "*"
    dataset: Patterns = "*"
    before: Patterns = "*"
    now: Patterns = "*"

    def covers(self, one: Difference) -> bool:
        """Return whether a difference is this one."""
        return all(_fits(value, getattr(self, name)) for name, value in vars(one).items())


def _fits(value: str, patterns: Patterns) -> bool:
    return any(fnmatchcase(value, one) for one in ([patterns] if isinstance(patterns, str) else patterns))
