"""What every harness gives: a promise, how many cases were tried, and those in which it did not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

NAMES: tuple[str, ...] = (
    "nasty",
    "cases",
    "faults",
    "kills",
    "full_disk",
    "races",
    "verify",
    "isolation",
    "bombs",
    "fuzz",
    "reproducible",
    "mutants",
)
"""The modules of this package that hold a harness, in the order of the table; each has one as ``HARNESS``."""


@dataclass(frozen=True)
class Outcome:
    """What one run of a harness found.

    Args:
        cases: how many cases were tried. A case that could not be tried is not counted.
        failures: one line for each case in which the promise did not hold.
        control: what the negative control showed, with its figures: the fault that was put in, and how often it was
            found. A control that stays unseen is a failure.
    """

    cases: int
    failures: list[str]
    control: str


@dataclass(frozen=True)
class Harness:
    """A promise, and how it is tried.

    Args:
        promise: one sentence that users read in the table.
        run: tries the promise in a folder of its own. The first argument is the share of the cases to try, at most 1
            (all of them).
        tests_try: the share that the tests of every commit try, in a few seconds.
    """

    promise: str
    run: Callable[[float, Path], Outcome]
    tests_try: float = 0.01


def harness(name: str) -> Harness:
    """Return the harness of a module of this package."""
    found: Harness = import_module(f"tests.trust.{name}").HARNESS
    return found
