"""A slice of each harness of ``make trust``: the promises hold, and the negative controls are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.harness import NAMES, harness


@pytest.mark.parametrize("name", NAMES)
def test_promise(name: str, tmp_path: Path) -> None:
    found = harness(name)
    outcome = found.run(found.tests_try, tmp_path)

    assert outcome.cases > 0
    assert outcome.failures == []
    assert outcome.control
