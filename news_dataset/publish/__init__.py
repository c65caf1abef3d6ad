"""Publishing: records into a release on disk, and a release checked against its manifest."""

from __future__ import annotations

from news_dataset.publish.exchange import replace
from news_dataset.publish.large import Built, build_lines, lines_to_build
from news_dataset.publish.release import build, compare, verify

__all__ = ["Built", "build", "build_lines", "compare", "lines_to_build", "replace", "verify"]
