"""Publishing: records into a release on disk, and a release checked against its manifest."""

from __future__ import annotations

from news_dataset.publish.dataset import build_dataset, verify_dataset
from news_dataset.publish.exchange import replace
from news_dataset.publish.large import Built, build_lines, lines_to_build
from news_dataset.publish.release import build, compare, verify
from news_dataset.publish.schemas import schemas

__all__ = [
    "Built", "build", "build_dataset", "build_lines", "compare", "lines_to_build", "replace", "schemas", "verify",
    "verify_dataset",
]  # fmt: skip
