"""Building, in the few words that tests need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from news_dataset.collection import Collection
from news_dataset.issues import Report
from news_dataset.publish import building, release
from news_dataset.testing import write_synthetic
from tests.conftest import ROOT


def build(records: Path, out: Path) -> Report:
    """Publish records in files."""
    return building.build(building.input_of_records(Collection.open(records)), out)


def build_lines(folder: Path, out: Path, partition_by: Sequence[str] = ()) -> Report:
    """Publish JSON Lines."""
    lines = building.lines_to_build(folder)
    return building.build(building.input_of_lines(folder, lines, out), out, partition_by=partition_by)


def compare(records: Path, out: Path) -> list[str]:
    """Return how a release differs from the one that records would become."""
    return release.compare(building.manifest_to_build(building.input_of_records(Collection.open(records))), out)


def synthetic_lines(folder: Path) -> Path:
    """Write JSON Lines of records that are in order, and a description of them."""
    write_synthetic(folder, 1_000, 4, form="jsonl")
    (folder / "faults.parquet").unlink()
    about = yaml.safe_load((ROOT / "data" / "dataset.yaml").read_text("utf-8"))
    own = {name: value for name, value in about.items() if name not in ("row_counts", "coverage", "keeps_ids")}
    (folder / "dataset.yaml").write_text(yaml.safe_dump(own), "utf-8")
    return folder
