"""Analysts' questions in ``examples/``: each prints what it printed for the bundled release, and runs on any folder."""

from __future__ import annotations

import re
import runpy
import shutil
import sys
from pathlib import Path

import pytest

import news_dataset as nd
from tests.conftest import ROOT

EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
ANSWERS = ROOT / "tests" / "analyses"
ANALYSES = sorted(path.stem for path in ANSWERS.glob("*.txt"))
SECOND = {
    "quotes_per_speaker": "Mira Example           1     11",
    "reported_and_assessed_dates": "Opening of the footbridge in Port Example",
    "share_contradicted": "3 claims, 1 assessed, 1 of these can be checked; the share is of them",
    "who_said_what": "Zoë Sample",
    "who_speaks_about_whom": "no statement mentions anybody",
}


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Answer:
    """How to run an example and get what it prints."""
    return Answer(monkeypatch, capsys)


class Answer:
    """Runs an example with arguments."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, name: str, *arguments: Path) -> str:
        """Return what an example prints; warnings are errors."""
        path = ROOT / "examples" / f"{name}.py"
        self.monkeypatch.setattr(sys, "argv", [str(path), *map(str, arguments)])
        runpy.run_path(str(path), run_name="__main__")
        return self.capsys.readouterr().out


@pytest.mark.parametrize("name", ANALYSES)
def test_the_bundled_release_gives_this_answer(name: str, answer: Answer) -> None:
    """To the character."""
    assert answer(name) == (ANSWERS / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_folder_may_be_given(name: str, answer: Answer) -> None:
    """The second article's release is read, not the bundled one."""
    expected = SECOND.get(name, "contradicted      government  contradicts          1        1")

    assert expected in answer(name, ROOT / "examples" / "second-article")


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"duckdb_join"}))
def test_records_that_were_not_built_yet_are_enough(name: str, answer: Answer, tmp_path: Path) -> None:
    """They give the same answer as their release."""
    source = ROOT / "examples" / "second-article"
    shutil.copytree(source / "data", tmp_path / "data", ignore=shutil.ignore_patterns("published"))

    assert answer(name, tmp_path) == answer(name, source)


def test_every_analysis_is_short_and_has_its_answer() -> None:
    """At most 25 lines; none is forgotten here."""
    lines = {name: (ROOT / "examples" / f"{name}.py").read_text("utf-8").count("\n") for name in ANALYSES}

    assert {*ANALYSES, "who_said_what"} == set(EXAMPLES)
    assert len(ANALYSES) == 5
    assert max(lines.values()) <= 25


def test_the_shares_add_up(answer: Answer) -> None:
    """Claims by claim type and kind are those of the verdicts, counted another way."""
    *rows, total = re.findall(r"(\d+) +(\d+) +\d+%$", answer("share_contradicted"), re.MULTILINE)
    assessments = nd.load("assessments", as_="records")
    about: dict[str, set[str]] = {}
    for row in assessments:
        about.setdefault(row["target"], set()).add(row["verdict"])
    claims = [verdicts for target, verdicts in about.items() if target.startswith("statement/")]
    checkable = [verdicts for verdicts in claims if verdicts != {"not_checkable"}]

    assert [int(number) for number in total] == [len(checkable), sum("contradicted" in one for one in checkable)]
    assert [sum(int(row[column]) for row in rows) for column in (0, 1)] == [int(number) for number in total]


def test_who_is_spoken_about_is_counted_by_hand(answer: Answer) -> None:
    """One cell, recounted from plain rows: in how many statements of Lee South Korea is mentioned."""
    printed = answer("who_speaks_about_whom").splitlines()
    speakers = re.split(" {2,}", printed[0].strip())[1:]
    row = next(line for line in printed if line.strip().startswith("South Korea "))
    cell = int(row.split()[-len(speakers) :][speakers.index("Lee Jae Myung")])
    named = [one for one in nd.load("mentions", as_="records") if one["referent"] == "organization/south-korea"]
    lee = {
        one["statement"]
        for one in nd.load("statement_participants", as_="records")
        if one["entity"] == "person/lee-jae-myung"
    }
    found = {
        span["statement"]
        for span in nd.load("evidence", as_="records")
        if span["statement"] in lee
        and span["role"] == "content"
        and any(span["start"] <= one["start"] and one["end"] <= span["end"] for one in named)
    }

    assert cell == len(found) > 0
