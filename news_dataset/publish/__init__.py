"""Publishing: records into a release on disk, and a release checked against its manifest."""

from __future__ import annotations

from news_dataset.publish.dataset import build_dataset, verify_dataset
from news_dataset.publish.exchange import replace
from news_dataset.publish.release import verify
from news_dataset.publish.schemas import schemas

__all__ = ["build_dataset", "replace", "schemas", "verify", "verify_dataset"]
