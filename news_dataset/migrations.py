"""Documents of older versions of the schemas: how they become documents of the newest.

A document is judged by the schemas of its own version first (``frozen``); then each step takes it one version further.
A step is pure: it returns a new document and looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Change = Callable[[str, Document], Document]
"""Takes the kind of a document (a record type, ``dataset`` or ``redirect``) and the document."""


@dataclass(frozen=True, slots=True)
class Step:
    """What changes from one version to the next."""

    old: str
    new: str
    change: Change


def _unchanged(kind: str, document: Document) -> Document:
    return document


STEPS: tuple[Step, ...] = (Step("1.0", "1.1", _unchanged),)
"""Every step, oldest first. 1.1 only adds: statements may have quantities."""


def migrate(kind: str, document: Document, version: str, steps: Sequence[Step] = STEPS) -> Document:
    """Return a document of *version* as one of the newest; *document* itself stays as it is.

    Args:
        kind: a record type, ``dataset`` or ``redirect``.
        document: the document, valid by the schemas of *version*.
        version: its version.
        steps: the steps, oldest first, each from where the one before ends.

    Raises:
        ValueError: no steps lead from *version* to the newest.
    """
    newest, known = steps[-1].new, [step.old for step in steps]
    if version not in (*known, newest):
        raise ValueError(f"nothing leads from schema {version} to {newest}")
    found = dict(document)
    for step in steps[known.index(version) :] if version in known else ():
        found = step.change(kind, dict(found))
    if kind == "dataset":
        found["schema_version"] = newest
    return found
