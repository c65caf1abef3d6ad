"""Publishing: records into a release on disk, and a release checked against its manifest."""

from __future__ import annotations

from news_dataset.publish.exchange import replace
from news_dataset.publish.release import build, compare, verify

__all__ = ["build", "compare", "replace", "verify"]
