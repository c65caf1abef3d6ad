"""The datasheet: its figures are those of the records, and every question is answered."""

from __future__ import annotations

import re
from collections import Counter

import pytest

import news_dataset as nd
from news_dataset.cli import main
from tests.conftest import ROOT

SHEET = (ROOT / "DATASHEET.md").read_text("utf-8")
WORDS = " ".join(SHEET.split())
SECTIONS = [
    "Motivation", "Composition", "Collection process", "Preprocessing, cleaning, labelling", "Uses", "Distribution",
    "Maintenance", "Known limits",
]  # fmt: skip


def test_every_standard_section_is_there_and_filled() -> None:
    """In the order of the standard, with at least two questions or points each."""
    parts = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", SHEET, re.MULTILINE))

    assert list(parts) == SECTIONS
    assert all(len(re.findall(r"^\*\*.+\?\*\* \S|^- \S", part, re.MULTILINE)) >= 2 for part in parts.values())


def test_it_is_about_this_version() -> None:
    """Of the data."""
    assert f"data version\n{nd.info()['data_version']}." in SHEET


@pytest.mark.parametrize(
    "table", ["people", "organizations", "places", "events", "statements", "assessments", "citations", "sources"]
)
def test_counts_are_those_of_the_tables(table: str) -> None:
    """As many as the sentence on instances says."""
    found = re.search(rf"instances are there.*?(\d+) (?:of \d+ )?{table}", WORDS)

    assert found
    assert int(found[1]) == nd.info()["rows"][table]


def test_rows_of_spans_are_those_of_the_tables() -> None:
    """Mentions and evidence."""
    assert f"{len(nd.load('mentions'))} rows of mentions and {len(nd.load('evidence'))} of evidence" in WORDS


def test_verdicts_are_those_of_the_records() -> None:
    """The gravest on each statement."""
    verdicts = Counter(nd.who_said_what().drop_duplicates("statement")["verdict"])
    sentence = ", ".join(f"{verdicts[code]} {code.replace('_', ' ')}" for code in (
        "supported", "partly_supported", "contradicted", "not_checkable"
    ))  # fmt: skip

    assert f"gravest verdict on each statement: {sentence}" in WORDS


def test_evaluations_that_are_rated_are_named() -> None:
    """Those of the article's own with a verdict on their veracity."""
    statements = nd.load("statements").set_index("id")
    own = statements[(statements["kind"] == "narrated") & (statements["claim_type"] == "evaluation")].index
    rated = nd.load("assessments").query("aspect == 'veracity' and verdict != 'not_checkable'")
    numbers = sorted(target[-2:] for target in rated["target"] if target in own)

    assert numbers
    assert re.findall(r"\((\d\d), (?:partly )?supported\)", WORDS) == numbers


def test_agreement_is_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every line of it, from the two layers as they were committed."""
    monkeypatch.chdir(ROOT)
    block = re.search(r"```text\n(found by both\n.*?)```", SHEET, re.DOTALL)

    assert main(["agreement", "data/layers/layer-a", "data/layers/layer-b"]) == 0
    assert block
    assert block[1] in capsys.readouterr().out
    assert len(block[1].splitlines()) > 25
