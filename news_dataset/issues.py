"""What a check finds (``Issue``), what it counted (``Tally``) and both together (``Report``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from news_dataset.errors import IntegrityError, InvalidDataError, NewsDatasetError, SetupError, UnsafeInputError
from news_dataset.markup import counted, escape, shortened

Severity = Literal["error", "warning"]

_SHOWN = 10  # issues of a report that is printed
_READ = 2_000  # characters of a message or hint that are printed


@dataclass(frozen=True, slots=True)
class Code:
    """The kind of an issue: its name, the exit code it leads to, and its manual page."""

    name: str
    layer: str
    manual: str
    exit_code: int = 1


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, at one place.

    ``pointer`` is a JSON Pointer (RFC 6901) into the whole file; ``line`` and ``column`` count from 1,
    columns in code points, and are 0 where the place has none (a Parquet file, a folder). ``row`` is the row of a
    Parquet file, from 0 as frames count, and -1 elsewhere; ``pointer`` then names the column.
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
        """What it says, with its hint, either cut where nobody reads on; not yet escaped."""
        said, hint = (f"{one[:_READ]}…" if len(one) > _READ else one for one in (self.message, self.hint))
        return f"{said} ({hint})" if hint else said

    def __str__(self) -> str:
        """Return the issue as one line that is safe to print: ``path:line:col: code message (hint)``.

        In a table it is ``path:row N: code message (hint) [id of the record]``, for a row alone does not say whose it
        is.
        """
        path = shortened(self.path)
        place = f"{path}:{self.line}:{self.column}" if self.line else path
        place = f"{path}:row {self.row}" if self.row >= 0 else place
        whose = f" [{self.record}]" if self.row >= 0 and self.record else ""
        warning = "warning: " if self.severity == "warning" else ""
        return escape(f"{place}: {self.code} {warning}{shortened(self.sentence)}{whose}")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A unit that a check did not look at, and why."""

    reason: str


Sink = Callable[[Issue], None]
"""Takes every issue as it is found."""

Progress = Callable[[int, int], None]
"""Is told how many records are done, and of how many, as far as that is known."""

Outcome = Sequence[Issue] | Skipped
"""What a check says of one unit: its issues (none: it passed), or that it was skipped."""


@dataclass(slots=True)
class Tally:
    """How many units one check looked at, skipped (by reason), and found at fault."""

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
        self.failed += any(issue.severity == "error" for issue in outcome)
        self.warned += bool(outcome) and all(issue.severity == "warning" for issue in outcome)


@dataclass(frozen=True, slots=True)
class Report:
    """Every issue of one pass, sorted by place, and the denominators of every check.

    ``left_out`` says how many more issues there were than a report holds; they are counted, but not in it.
    """

    issues: tuple[Issue, ...]
    tallies: tuple[Tally, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, issues: Iterable[Issue], tallies: Iterable[Tally] = (), left_out: int = 0) -> Report:
        """Return a report with *issues* sorted by path, line or row, column and code."""
        ordered = sorted(issues, key=lambda i: (i.path, i.line, i.row, i.column, i.pointer, i.code, i.message))
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
        """0 where all is well, else the highest exit code among the errors."""
        return max((issue.exit_code for issue in self.errors), default=0)

    def counts(self) -> dict[str, int]:
        """Return the sums over all checks: checked, skipped, failed, warned (units, not issues)."""
        return {
            "checked": sum(t.checked for t in self.tallies),
            "skipped": sum(sum(t.skipped.values()) for t in self.tallies),
            "failed": sum(t.failed for t in self.tallies),
            "warned": sum(t.warned for t in self.tallies),
        }

    @property
    def summary(self) -> str:
        """The sums in one line."""
        counts, errors = self.counts(), len(self.errors)
        warnings = len(self.issues) - errors
        errors += self.left_out
        return (
            f"{'ok' if self.ok else 'failed'}: {counted(errors, 'error')}, {counted(warnings, 'warning')}; "
            f"checked {counts['checked']}, skipped {counts['skipped']}, failed {counts['failed']}"
        )

    def __repr__(self) -> str:
        """Return the sums."""
        return f"<Report {self.summary}>"

    def __str__(self) -> str:
        """Return the first issues, a line each, and the sums."""
        more = len(self.issues) + self.left_out - _SHOWN
        lines = [*map(str, self.issues[:_SHOWN]), *([f"… and {more} more"] if more > 0 else []), self.summary]
        return "\n".join(lines)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the issues as plain rows, one dict an issue, ready for ``pandas.DataFrame``."""
        return [{name: getattr(issue, name) for name in Issue.__slots__} for issue in self.issues]

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the sums, every issue at its place, and the denominators of each check."""
        from news_dataset import markup

        issues = [
            {"place": f"{one.path}:{one.line}:{one.column}" if one.line else one.path, "severity": one.severity,
             "code": one.code, "message": one.message, "hint": one.hint}
            for one in self.issues
        ]  # fmt: skip
        checks = [
            {"check": one.code, "checked": one.checked, "skipped": sum(one.skipped.values()), "failed": one.failed,
             "why skipped": "; ".join(f"{count} {why}" for why, count in one.skipped.items())}
            for one in self.tallies
        ]  # fmt: skip
        sums = {**self.counts(), "checks": checks or "none"}
        return markup.card("ok" if self.ok else "failed", "", sums) + (markup.grid(issues) if issues else "")

    def raise_for_errors(self) -> None:
        """Raise if there is an error.

        Raises:
            InvalidDataError: the data breaks a rule.
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
        """Return an error that says *message* and carries the report, of the kind that its exit code asks for."""
        kinds: dict[int, type[NewsDatasetError]] = {3: UnsafeInputError, 4: IntegrityError, 5: SetupError}
        return kinds.get(self.exit_code, InvalidDataError)(message, self)
