"""JSON Lines of any size: the fast way and the strict reader with pydantic say and count the same."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from news_dataset import checks
from news_dataset.collection import Collection
from news_dataset.issues import Report
from news_dataset.records import BY_TABLE
from news_dataset.scale import jsonlines
from news_dataset.scale.lined import LinesFile, validate_lines
from tests.conftest import ROOT
from tests.spoiling import Spoiler

PUBLISHED = ROOT / "data" / "published"
# So many lines for each of the eight tables; `make fuzz` raises it.
LINES = int(os.environ.get("FUZZ_LINES", "20000")) // len(BY_TABLE)


def records(table: str) -> list[dict[str, Any]]:
    """The published records, of an article no more than some mentions, which would take all the time."""
    found = [json.loads(line) for line in (PUBLISHED / f"{table}.jsonl").read_text("utf-8").splitlines()]
    return [one | {"mentions": one["mentions"][:8]} if "mentions" in one else one for one in found]


def numbered(record: dict[str, Any], number: int) -> dict[str, Any]:
    """A record with an id that few others have."""
    kind, slug, *last = record["id"].split("/")
    return record | {"id": f"{kind}/{slug}/{number % 9000:04}" if last else f"{kind}/{slug}-{number}"}


def tallies(report: Report) -> dict[str, Any]:
    return {one.code: (one.checked, one.failed, one.warned, one.skipped) for one in report.tallies}


def assert_same(path: Path) -> Report:
    slow = checks.run(Collection.open(path))
    fast = validate_lines([LinesFile(path)], is_whole=False)
    assert fast.issues == slow.issues
    assert tallies(fast) == tallies(slow)
    return fast


@pytest.mark.parametrize("table", BY_TABLE)
def test_the_published_lines(table: str) -> None:
    """Every line is proven, and counted as the checks count."""
    assert assert_same(PUBLISHED / f"{table}.jsonl").ok


@pytest.mark.parametrize("table", BY_TABLE)
def test_a_file_of_any_name_is_known_by_its_first_line(table: str, tmp_path: Path) -> None:
    """Though it names records of other types, too; a wrong guess would make it many times slower."""
    path = tmp_path / "lines.jsonl"
    path.write_bytes((PUBLISHED / f"{table}.jsonl").read_bytes())

    assert LinesFile(path).model is BY_TABLE[table]


@pytest.mark.parametrize("table", BY_TABLE)
def test_spoiled_lines(table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bad lines with the same messages, and the same denominators."""
    monkeypatch.setattr(jsonlines, "BLOCK", 1 << 16)
    good, spoiler, chance = records(table), Spoiler(20261126), random.Random(1)
    path = tmp_path / f"{table}.jsonl"
    failed = 0
    for start in range(0, LINES, 500):
        numbers = range(start, min(start + 500, LINES))
        lines = [spoiler.line(numbered(chance.choice(good), chance.choice([number, start]))) for number in numbers]
        path.write_bytes(b"\n".join(lines) + chance.choice([b"", b"\n"]))
        failed += len(assert_same(path).errors)

    assert failed > LINES / 4
