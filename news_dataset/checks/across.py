"""What the checks of several records say, whether the records lie in memory or in tables of millions of rows."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import NamedTuple

from news_dataset.issues import Severity

CANDIDATES = 5_000
"""Among so many ids at most the nearest one is looked for, so that a hint stays cheap."""


class Said(NamedTuple):
    """The words of an issue."""

    message: str
    hint: str = ""
    severity: Severity = "error"


def dangling(target: str, candidates: Collection[str]) -> Said:
    """Say that an id leads nowhere; *candidates* are ids of the types that may stand there."""
    near = get_close_matches(target, candidates, 1) if len(candidates) <= CANDIDATES else []
    hint = f"did you mean {near[0]}?" if near else "add the record, or correct the id"
    return Said(f"there is no {target}", hint)


def duplicate(identity: str, where: str) -> Said:
    """Say that an id was there before."""
    return Said(f"{identity} stands already at {where}", "ids are never reused: take the next free one")


def unused(identity: str) -> Said:
    """Say that a record is not referred to."""
    return Said(f"nothing refers to {identity}", "refer to it, or remove it")


def circular(identity: str) -> Said:
    """Say that a record lies within itself."""
    return Said(f"{identity} lies within itself")


def assessed_already(aspect: str, target: str, other: str) -> Said:
    """Say that an aspect has two assessments."""
    return Said(f"{aspect} of {target} is assessed by {other} already", "merge the two")


def no_article(owner: str, kind: str) -> Said:
    """Say that a numbered id carries the slug of no article."""
    return Said(f"there is no {owner}", f"begin the id with {kind}/ and the slug of an article")


def outside(end: int, length: int) -> Said:
    """Say that a span is not within its text."""
    return Said(f"end {end} is behind the end of the text, {length}")


def unassessed(identity: str, status: str) -> Said:
    """Say that a fact has no assessment; while its article is a draft, that is but a warning."""
    return Said(f"the fact {identity} has no assessment", severity="warning" if status == "draft" else "error")


def unbacked(identity: str, date: str) -> Said:
    """Say that no assessment has the date of an event."""
    return Said(f"no assessment of aspect date has correct_value {date} for {identity}")
