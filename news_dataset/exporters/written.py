"""Counts of what was written for an annotation tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from news_dataset.annotations import Annotation


@dataclass
class Written:
    """How many documents and annotations were written, without those that the format cannot express."""

    documents: int = 0
    annotations: int = 0

    def add(self, annotations: Sequence[Annotation]) -> None:
        """Count one document and its annotations that were written."""
        self.documents += 1
        self.annotations += len(annotations)
