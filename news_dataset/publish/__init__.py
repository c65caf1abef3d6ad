"""Publish records as a release, and verify a release against its manifest."""

from __future__ import annotations

from news_dataset.publish.building import build_dataset
from news_dataset.publish.release import verify, verify_dataset
from news_dataset.publish.schemas import schemas

__all__ = ["build_dataset", "schemas", "verify", "verify_dataset"]
