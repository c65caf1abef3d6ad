"""The checks, in four layers; one pass runs them all.

A check is a generator over a ``Collection``: for every unit that it looks at it yields the issues found there (none:
passed), or ``Skipped`` with the reason. Its name is the code of its issues, its docstring their manual page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from inspect import cleandoc

from news_dataset.checks import assertions, evidence, policy, references, shape
from news_dataset.collection import Collection
from news_dataset.issues import Code, Issue, Outcome, Report, Skipped, Tally

Check = Callable[[Collection], Iterator[Outcome]]

LAYERS: dict[str, tuple[Check, ...]] = {
    "shape": shape.CHECKS,
    "references": references.CHECKS,
    "evidence": evidence.CHECKS,
    "policy": (*policy.CHECKS, *assertions.CHECKS),
}
CODES: dict[str, Code] = {
    check.__name__: Code(check.__name__, layer, cleandoc(check.__doc__ or ""), shape.EXIT_CODES.get(check.__name__, 1))
    for layer, checks in LAYERS.items()
    for check in checks
}


def run(collection: Collection) -> Report:
    """Run every check on *collection* and return everything that was found and counted."""
    issues: list[Issue] = []
    tallies = []
    for layer, checks in LAYERS.items():
        for check in checks:
            code = CODES[check.__name__]
            tally = Tally(code.name, layer)
            for outcome in check(collection):
                tally.count(outcome)
                if not isinstance(outcome, Skipped):
                    issues += [replace(issue, code=code.name, exit_code=code.exit_code) for issue in outcome]
            tallies.append(tally)
    return Report.of(issues, tallies)
