"""docs/adjudicating.md: run as it stands, in the dataset of docs/curating.md, with the wheel installed."""

from __future__ import annotations

import re
import shutil

import pytest

from tests import test_curating as curating
from tests.conftest import ROOT
from tests.running import assert_current

PATH = ROOT / "docs" / "adjudicating.md"
PAGE = PATH.read_text("utf-8")

walk = curating.walk  # the fixture: an empty folder and the programs of an installation


@pytest.fixture(scope="module")
def walked(walk: curating.Walk) -> str:
    """The page as it would be if it showed what happens now."""
    shutil.copytree(curating.EXAMPLE, walk.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("published"))
    return curating.BOX.sub(walk.do, PAGE)


def test_the_page_prints_what_it_says(walked: str) -> None:
    """Every command, to the character."""
    assert_current(PATH, walked)


def test_the_walk_ends_without_a_mark(walked: str, walk: curating.Walk) -> None:
    """In a layer in which nothing is left to decide."""
    texts = [path.read_text("utf-8") for path in (walk.folder / "data/layers/adjudicated").rglob("*.yaml")]

    assert texts
    assert not any("# decide:" in text for text in texts)


def test_every_box_is_one_that_is_run() -> None:
    """No box is overlooked, none is of a kind that nothing happens to, and no change is lost."""
    boxes = curating.BOX.findall(PAGE)
    changes = "".join(body for kind, body in boxes if kind == "diff")

    assert len(boxes) * 2 == len(re.findall("^```", PAGE, re.MULTILINE))
    assert {kind for kind, _ in boxes} == {"console", "yaml", "diff"}
    assert len(curating.CHANGE.findall(changes)) * 2 == len(re.findall("^[-+]", changes, re.MULTILINE))
