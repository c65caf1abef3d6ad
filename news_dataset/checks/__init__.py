"""The checks, in four layers; one pass runs them all.

A check is a generator over a ``Collection``: for every unit that it looks at it yields the issues found there (none:
passed), or ``Skipped`` with the reason. Its name is the code of its issues, its docstring their manual page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from inspect import cleandoc

from news_dataset.checks import assertions, evidence, policy, references, shape, tables
from news_dataset.collection import Collection
from news_dataset.issues import Code, Outcome, Report, Skipped, Tally

Check = Callable[[Collection], Iterator[Outcome]]

LAYERS: dict[str, tuple[Check, ...]] = {
    "shape": (*shape.CHECKS, *tables.CHECKS),
    "references": references.CHECKS,
    "evidence": evidence.CHECKS,
    "policy": (*policy.CHECKS, *assertions.CHECKS),
}
CODES: dict[str, Code] = {
    check.__name__: Code(check.__name__, layer, cleandoc(check.__doc__ or ""), shape.EXIT_CODES.get(check.__name__, 1))
    for layer, checks in LAYERS.items()
    for check in checks
}

OF_FILES = frozenset(check.__name__ for check in shape.OF_FILES)
"""The checks that look at files as files."""

ACROSS = frozenset(
    check.__name__
    for check in (*tables.CHECKS, *references.ACROSS, *evidence.ACROSS, *policy.ACROSS, *assertions.CHECKS)
)
"""The checks that look at several records at once; all others can be run on any part of a dataset."""


def run(collection: Collection, without: frozenset[str] = frozenset()) -> Report:
    """Run every check on *collection* but those *without*, and return everything that was found and counted."""
    chosen = [check for checks in LAYERS.values() for check in checks if check.__name__ not in without]
    reports = [counted(check.__name__, check(collection)) for check in chosen]
    return Report.of(
        [issue for report in reports for issue in report.issues],
        [tally for report in reports for tally in report.tallies],
    )


def counted(name: str, outcomes: Iterable[Outcome]) -> Report:
    """Return what a check found and counted.

    Args:
        name: its name.
        outcomes: what it yields.
    """
    code, issues = CODES[name], []
    tally = Tally(code.name, code.layer)
    for outcome in outcomes:
        tally.count(outcome)
        if not isinstance(outcome, Skipped):
            issues += [replace(issue, code=code.name, exit_code=code.exit_code) for issue in outcome]
    return Report.of(issues, [tally])
