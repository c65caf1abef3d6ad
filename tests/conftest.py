"""Where things are, for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("NEWS_DATASET_SHARED", ROOT.parent / "shared"))

# No deadline: a shared machine is slow at times, and these properties are about values.
settings.register_profile("default", deadline=None)
settings.load_profile("default")


@pytest.fixture
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture
def article_text() -> Path:
    """The text of the article, which is not redistributed."""
    path = SHARED / "source" / "article.txt"
    if not path.is_file():
        pytest.skip("the text of the article is not at hand: it may not be redistributed")
    return path


@pytest.fixture
def facts() -> Path:
    """What was researched about the article."""
    path = SHARED / "reference" / "facts.yaml"
    if not path.is_file():
        pytest.skip("the research notes are not at hand")
    return path
