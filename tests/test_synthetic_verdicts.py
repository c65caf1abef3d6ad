"""Synthetic files against validation at size: what was planted is found in its row or line, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset.testing import write_synthetic
from news_dataset.testing.faults import kinds

FORMS: tuple[Literal["parquet", "jsonl"], ...] = ("parquet", "jsonl")
NEED_ALL = {"unused_record", "unassessed_fact", "unbacked_date"}
"""Checks that look at nothing where any record is broken."""

Place = tuple[str, int, str]


def found(folder: Path) -> dict[Place, Any]:
    """Issues by table, row or line (from 0) and code."""
    report = nd.validate(folder)
    return {(Path(one.path).stem, max(one.row, one.line - 1), one.code): one for one in report.issues}


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_found_in_files_without_faults(form: Any, tmp_path: Path) -> None:
    """And everything was looked at."""
    write_synthetic(tmp_path / form, 2000, 11, form=form)
    report = nd.validate(tmp_path / form)

    assert report.issues == ()
    assert report.counts()["checked"] > 100_000


@pytest.mark.parametrize("form", FORMS)
def test_faults_are_found_where_they_were_planted(form: Any, tmp_path: Path) -> None:
    """More may be said of the same row; and the second row of an id is no longer known in tables made of others."""
    many = sum(kind.in_tables if form == "parquet" else kind.in_json for kind in kinds())
    write_synthetic(tmp_path / form, 4000, 12, faults=many / 4000, form=form)
    marks = pq.read_table(tmp_path / form / "faults.parquet").to_pylist()
    planted = {(mark["table"], mark["row"], mark["code"]) for mark in marks}
    rows = {(table, row) for table, row, _ in planted}
    twice = {mark["record"] for mark in marks if mark["code"] == "duplicate_id"}
    issues = found(tmp_path / form)
    strays = [one for place, one in issues.items() if place[:2] not in rows]

    assert {one for one in planted if one[2] not in NEED_ALL} - set(issues) == set()
    assert [one for one in strays if not any(one.message.endswith(f" {known}") for known in twice)] == []
    assert len(planted) == len(marks) > 0.97 * many
