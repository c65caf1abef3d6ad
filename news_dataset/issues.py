"""The results of checks: issues (``Issue``), counts (``Tally``), and both together (``Report``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from news_dataset.errors import IntegrityError, InvalidDataError, NewsDatasetError, SetupError, UnsafeInputError
from news_dataset.markup import counted, escape, shortened

Severity = Literal["error", "warning"]

_SHOWN = 10  # issues that a report prints
_MAX_LENGTH = 2_000  # characters of a message or hint that are printed


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of issue: its name, the layer of its check, its manual page, and the exit code that it leads to."""

    name: str
    layer: str
    manual: str
    exit_code: int = 1


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault at one place.

    ``pointer`` is a JSON Pointer (RFC 6901) into the whole file; ``line`` and ``column`` count from 1, columns in code
    points, and are 0 if the place has none (a Parquet file, a folder). ``row`` is the row of a Parquet file, counted
    from 0 as in frames, whose column ``pointer`` names; elsewhere it is -1.
    """

    path: str
    message: str
    pointer: str = ""
    code: str = ""
    hint: str = ""
    record: str = ""
    line: int = 0
    column: int = 0
    severity: Severity = "error"
    exit_code: int = 1
    row: int = -1

    @property
    def sentence(self) -> str:
        """Its message and hint, each shortened if it is very long; not escaped."""
        texts = (self.message, self.hint)
        message, hint = (f"{text[:_MAX_LENGTH]}…" if len(text) > _MAX_LENGTH else text for text in texts)
        return f"{message} ({hint})" if hint else message

    def __str__(self) -> str:
        """Return the issue as one line that is safe to print: ``path:line:col: code message (hint)``.

        In a table it is ``path:row N: code message (hint) [id of the record]``.
        """
        path = shortened(self.path)
        place = f"{path}:{self.line}:{self.column}" if self.line else path
        place = f"{path}:row {self.row}" if self.row >= 0 else place
        owner = f" [{self.record}]" if self.row >= 0 and self.record else ""
        warning = "warning: " if self.severity == "warning" else ""
        return escape(f"{place}: {self.code} {warning}{shortened(self.sentence)}{owner}")


@dataclass(frozen=True, slots=True)
class Skipped:
    """The outcome of a unit that was not checked, with the reason."""

    reason: str


Sink = Callable[[Issue], None]
"""A function that is given every issue as it is found."""

Progress = Callable[[int, int], None]
"""A function that is told how many records are done, and of how many if that is known."""

Outcome = Sequence[Issue] | Skipped
"""The result of a check for one unit: its issues (none: it passed), or that it was skipped."""


@dataclass(slots=True)
class Tally:
    """How many units one check has checked, found at fault or skipped (by reason)."""

    code: str
    layer: str
    checked: int = 0
    failed: int = 0
    warned: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> None:
        """Add the outcome of one unit."""
        if isinstance(outcome, Skipped):
            self.skipped[outcome.reason] = self.skipped.get(outcome.reason, 0) + 1
            return
        self.checked += 1
        if outcome:
            is_failed = any(issue.severity == "error" for issue in outcome)
            self.failed += is_failed
            self.warned += not is_failed


@dataclass(frozen=True, slots=True)
class Report:
    """Every issue of a validation, sorted by place, and the counts of every check.

    ``left_out`` is how many more issues were found and counted than the report holds.
    """

    issues: tuple[Issue, ...]
    tallies: tuple[Tally, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, issues: Iterable[Issue], tallies: Iterable[Tally] = (), left_out: int = 0) -> Report:
        """Return a report with issues sorted by path, line or row, column and code."""
        ordered = sorted(
            issues, key=lambda one: (one.path, one.line, one.row, one.column, one.pointer, one.code, one.message)
        )
        return cls(tuple(ordered), tuple(tallies), left_out)

    def __add__(self, other: Report) -> Report:
        """Return the issues and tallies of both."""
        return Report.of(self.issues + other.issues, self.tallies + other.tallies, self.left_out + other.left_out)

    def __iter__(self) -> Iterator[Issue]:
        """Iterate over the issues."""
        return iter(self.issues)

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that make the data invalid."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def ok(self) -> bool:
        """Whether there is no error (warnings may remain)."""
        return not self.errors

    @property
    def exit_code(self) -> int:
        """0 if there is no error, else the highest exit code among the errors."""
        return max((issue.exit_code for issue in self.errors), default=0)

    def counts(self) -> dict[str, int]:
        """Return how many units all checks together have checked, skipped, failed and warned of."""
        return {
            "checked": sum(tally.checked for tally in self.tallies),
            "skipped": sum(sum(tally.skipped.values()) for tally in self.tallies),
            "failed": sum(tally.failed for tally in self.tallies),
            "warned": sum(tally.warned for tally in self.tallies),
        }

    @property
    def summary(self) -> str:
        """The numbers of errors, warnings and units in one line."""
        counts, errors = self.counts(), len(self.errors)
        warnings = len(self.issues) - errors
        errors += self.left_out
        return (
            f"{'ok' if self.ok else 'failed'}: {counted(errors, 'error')}, {counted(warnings, 'warning')}; "
            f"checked {counts['checked']}, skipped {counts['skipped']}, failed {counts['failed']}"
        )

    def __repr__(self) -> str:
        """Return the summary."""
        return f"<Report {self.summary}>"

    def __str__(self) -> str:
        """Return the first issues, one per line, and the summary."""
        more = len(self.issues) + self.left_out - _SHOWN
        lines = [*map(str, self.issues[:_SHOWN]), *([f"… and {more} more"] if more > 0 else []), self.summary]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one dict per issue, ready for ``pandas.DataFrame``."""
        return [{name: getattr(issue, name) for name in Issue.__slots__} for issue in self.issues]

    def _repr_html_(self) -> str:
        """Return HTML for notebooks: the counts of each check, and every issue with its place."""
        from news_dataset import markup

        issues = [
            {"place": f"{issue.path}:{issue.line}:{issue.column}" if issue.line else issue.path,
             "severity": issue.severity, "code": issue.code, "message": issue.message, "hint": issue.hint}
            for issue in self.issues
        ]  # fmt: skip
        checks = [
            {"check": tally.code, "checked": tally.checked, "skipped": sum(tally.skipped.values()),
             "failed": tally.failed, "why skipped": "; ".join(f"{n} {reason}" for reason, n in tally.skipped.items())}
            for tally in self.tallies
        ]  # fmt: skip
        sums = {**self.counts(), "checks": checks or "none"}
        return markup.card("ok" if self.ok else "failed", "", sums) + (markup.grid(issues) if issues else "")

    def raise_for_errors(self) -> None:
        """Raise if there is an error.

        Raises:
            InvalidDataError: the data break a rule.
            UnsafeInputError: the input was refused as unsafe or over a limit.
            IntegrityError: a release is not what its manifest says.
            SetupError: a file cannot be read.
            FileNotFoundError: there are no records.
        """
        if self.ok:
            return
        first = self.errors[0]
        if self.exit_code == 2:
            raise FileNotFoundError(f"{first.path} {first.message}; {first.hint}")
        place = f"{first.path}:{first.line}: {first.code} {first.message}"
        raise self.error(f"{counted(len(self.errors) + self.left_out, 'error')}, the first at {place}")

    def error(self, message: str) -> NewsDatasetError:
        """Return an error with a message and this report, of the class that belongs to its exit code."""
        kinds: dict[int, type[NewsDatasetError]] = {3: UnsafeInputError, 4: IntegrityError, 5: SetupError}
        return kinds.get(self.exit_code, InvalidDataError)(message, self)
