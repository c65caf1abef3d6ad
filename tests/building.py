"""Building, in the few words that tests need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from news_dataset.collection import Collection
from news_dataset.issues import Report
from news_dataset.publish import building, release


def build(records: Path, out: Path) -> Report:
    """Publish records in files."""
    return building.build(building.work_of(Collection.open(records)), out)


def build_lines(folder: Path, out: Path, partition_by: Sequence[str] = ()) -> Report:
    """Publish JSON Lines."""
    lines = building.lines_to_build(folder)
    return building.build(building.work_of_lines(folder, lines, out), out, partition_by=partition_by)


def compare(records: Path, out: Path) -> list[str]:
    """Return how a release differs from the one that records would become."""
    return release.compare(building.built(building.work_of(Collection.open(records))), out)
