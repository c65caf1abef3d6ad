"""Negative controls: guards that are switched off, and whether the fuzzing notices."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from re import compile as pattern
from unittest.mock import patch

from news_dataset import edtf, issues, manifest, markup
from news_dataset.importers import archive, soundness
from news_dataset.reader import yamlfile
from news_dataset.restoration import Finder
from tests.trust.fuzz.target import BrokenPromiseError, Target

Planted = AbstractContextManager[object]


def off(owner: object, name: str, instead: object = None) -> Callable[[], Planted]:
    """Return what switches a guard off: a function that does nothing, or what is given instead."""
    return lambda: patch.object(owner, name, instead or (lambda *_: None))


_NEVER = pattern("(?!)")
PLANTED: dict[str, tuple[str, Callable[[], Planted]]] = {
    "yaml": ("aliases are not refused", off(yamlfile, "_refuse")),
    "json": ("what issues say is not escaped", off(issues, "escape", str)),
    "manifest": ("the forms of a manifest are not compared", off(manifest, "require_match", lambda value, *_: value)),
    "edtf": ("a date may go on behind its end", off(edtf, "PATTERN", edtf.PATTERN.rstrip("$") + ".*")),
    "restoration": ("similar words count as the same", off(Finder, "_is_here", lambda self, at, span: (
        0 <= at <= len(self.copy.skeleton) - span.length))),
    "reports": ("commands of a workflow are not escaped", off(markup, "_COMMAND", _NEVER)),
    "brat": ("links that lead nowhere are not refused", off(soundness, "_link_faults", lambda *_: {})),
    "zip": ("names in an archive are not looked at", off(archive, "_check_member")),
}  # fmt: skip
"""By the target that has to notice it: a guard of the package, switched off."""

TRIES = 4_000
"""So many mutations may be needed until a guard that is switched off is noticed."""


QUICK = ("edtf", "restoration", "reports", "zip")
"""Those that are noticed at once."""


def planted(names: Iterable[str]) -> dict[str, int]:
    """Return after how many mutations each guard that is switched off was noticed; 0: it was not."""
    from random import Random

    from tests.trust.fuzz.mutation import mutated
    from tests.trust.fuzz.target import attempt
    from tests.trust.fuzz.targets import ALL

    found = {}
    for name in names:
        switch = PLANTED[name][1]
        target, dice = ALL[name], Random(1)
        seeds, words = list(target.seeds()), [one.encode() for one in target.words]
        with switch():
            tries = (at for at in range(1, TRIES + 1) if attempt(target.run, mutated(dice, seeds, words)))
            found[name] = next(tries, 0)
    return found


def _magic(data: bytes) -> None:
    """Break at a word that no seed has, and that is guessed letter by letter."""
    # Each letter has a branch of its own, which is what is measured.
    if data[:1] == b"p":  # noqa: SIM102
        if data[1:2] == b"e":  # noqa: SIM102
            if data[2:3] == b"a":  # noqa: SIM102
                if data[3:4] == b"r":
                    raise BrokenPromiseError("the word was found")


def _death(data: bytes) -> None:
    """Kill the process."""
    os.abort()


TARGETS = {
    "magic": Target(_magic, lambda: iter([b"apple"]), 200_000),
    "death": Target(_death, lambda: iter([b"apple"]), 1),
}
"""Targets that no product has: a word to be guessed, and a process that dies."""
