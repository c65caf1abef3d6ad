"""All targets by their names, and the inputs that once broke a promise."""

from __future__ import annotations

from pathlib import Path

from tests.trust.fuzz import controls, importers, readers, texts
from tests.trust.fuzz.target import Target

TARGETS = readers.TARGETS | importers.TARGETS | texts.TARGETS
ALL: dict[str, Target] = TARGETS | controls.TARGETS
REGRESSIONS = Path(__file__).parent / "regressions"


def runs(target: Target, share: float) -> int:
    """Return the number of inputs that a share of a whole run tries."""
    return max(1, round(target.executions * share))


def regressions(name: str) -> list[Path]:
    """Return the inputs that once broke a promise of a target."""
    return sorted((REGRESSIONS / name).glob("*"))
