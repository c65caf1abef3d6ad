"""Whole datasets in JSON Lines: the same is said across records, whichever stand twice, or lie within themselves."""

from __future__ import annotations

import copy
import json
import os
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset import checks
from news_dataset.collection import Collection
from news_dataset.issues import Issue, Report
from news_dataset.records import BY_TABLE
from news_dataset.scale import portions
from news_dataset.scale.lined import LinesFile, validate_lines
from tests.conftest import ROOT

PUBLISHED = ROOT / "data" / "published"
FUZZ = settings(max_examples=int(os.environ.get("FUZZ_ORDERS", "60")), deadline=None)
Lines = dict[str, list[dict[str, Any]]]


def published() -> Lines:
    return {
        name: list(map(json.loads, (PUBLISHED / f"{name}.jsonl").read_text("utf-8").splitlines())) for name in BY_TABLE
    }


def spoil(lines: Lines, chance: random.Random) -> None:
    """Change what records have to do with each other, in one way."""
    table = chance.choice(["statements", "statements", "events", "assessments", "articles", chance.choice([*BY_TABLE])])
    rows = lines[table]
    if not rows:
        return
    at, way = chance.randrange(len(rows)), chance.randrange(8)
    if way == 0:  # the same id again, here or in front
        rows.insert(chance.choice([0, len(rows)]), copy.deepcopy(rows[at]))
    elif way == 1:  # another record under an id that is there
        rows[at]["id"] = chance.choice(rows).get("id", "")
    elif way == 2:
        del rows[at]
    elif way == 3:
        del rows[at][chance.choice(list(rows[at]))]
    else:
        rows[at] |= changed(lines, table, chance)


def changed(lines: Lines, table: str, chance: random.Random) -> dict[str, Any]:
    """Other values of a record, which are right by themselves."""
    parent = chance.choice(lines[table]).get("id", "")
    if table == "statements":
        return chance.choice([{"claim_type": "fact"}, {"claim_type": "evaluation"}, {"parent": parent}])
    if table == "events":
        return chance.choice([{"date": chance.choice(["2025-08-23", "2024"])}, {"parent": parent}])
    if table == "articles":
        return {"text_length": chance.choice([100, 9999]), "status": chance.choice(["draft", "reviewed"])}
    return {"target": chance.choice(lines["statements"]).get("id", "")} if table == "assessments" else {}


def write(lines: Lines, folder: Path) -> list[Path]:
    found = []
    for name, rows in lines.items():
        found.append(folder / f"{name}.jsonl")
        written = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
        found[-1].write_text("".join(written), "utf-8")
    return [path for path in found if path.stat().st_size]


def judged(paths: list[Path]) -> Report:
    """What the named checks say of all of them as one dataset."""
    opened = [Collection.open(path) for path in paths]
    documents = tuple(document for one in opened for document in one.documents)
    return checks.run(Collection(paths[0].parent, documents, tuple(entry for one in opened for entry in one.entries)))


def said(report: Report) -> list[Issue]:
    """All issues; among several ids as near as each other, any may be the hint."""
    return [replace(one, hint="") for one in report.issues]


def tallies(report: Report) -> dict[str, Any]:
    return {
        one.code: (one.checked, one.failed, one.warned, one.skipped)
        for one in report.tallies
        if one.code not in checks.OF_FILES
    }


@pytest.mark.parametrize("portion", [7, 500_000])
@FUZZ
@given(seed=st.integers(0, 10**9), number=st.sampled_from([0, 1, 2, 3, 12]))
def test_records_across(portion: int, seed: int, number: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    chance, lines = random.Random(seed), published()
    for _ in range(number):
        spoil(lines, chance)
    paths = write(lines, tmp_path_factory.mktemp("whole"))
    slow = judged(paths)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "PORTION", portion)
        fast = validate_lines([LinesFile(path) for path in paths], is_whole=True)

    assert said(fast) == said(slow)
    assert tallies(fast) == tallies(slow)
