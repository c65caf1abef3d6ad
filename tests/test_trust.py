"""A slice of each harness of ``make trust``: the promises hold, and the negative controls are seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.trust.fuzz import controls
from tests.trust.harness import NAMES, harness


@pytest.mark.parametrize("name", NAMES)
def test_promise(name: str, tmp_path: Path) -> None:
    found = harness(name)
    outcome = found.run(found.tests_try, tmp_path)

    assert outcome.cases > 0
    assert outcome.failures == []
    assert outcome.control


@pytest.mark.parametrize("name", controls.PLANTED)
def test_a_guard_can_be_switched_off(name: str) -> None:
    """It still has the name that the controls of the fuzzing know, also of those that only a longer run tries."""
    with controls.PLANTED[name][1]():
        pass


def test_the_readme_sums_up_what_was_tried() -> None:
    """As docs/trust.md has it, failures included."""
    rows = json.loads((ROOT / "docs" / "trust" / "results.json").read_text("utf-8")).values()
    cases, failures = (sum(row[name] for row in rows) for name in ("cases", "failures"))
    words = " ".join((ROOT / "README.md").read_text("utf-8").split())

    assert f"{len(rows)} promises were tried in {cases:,} cases, of which {failures} failed" in words
