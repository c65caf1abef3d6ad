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
AXES = {"attribution": ["attribution", "quotation"], "content": ["veracity", "date", "place", "quantity"]}
GRAVITY = ["contradicted", "unsupported", "partly_supported", "supported", "not_checkable"]
PERSON = ["birth_date", "country", "wikidata"]
ORGANIZATION = ["country", "wikidata"]
PLACE = ["country", "latitude", "longitude", "wikidata", "geonames"]
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


@pytest.mark.parametrize(("axis", "question"), [("attribution", "Did they say it?"), ("content", "Is it so?")])
def test_verdicts_are_those_of_the_records(axis: str, question: str) -> None:
    """The gravest on each statement, on each of the two questions apart."""
    assessments = nd.load("assessments").query(f"aspect in {AXES[axis]} and target.str.startswith('statement/')")
    gravest = assessments.groupby("target")["verdict"].agg(lambda verdicts: min(verdicts, key=GRAVITY.index))
    counts = Counter(gravest)
    words = ", ".join(f"{counts[code]} {code.replace('_', ' ')}" for code in GRAVITY if counts[code])

    assert re.search(rf"\*{re.escape(question)}\*[^*]+gravest verdict on each statement: {words}\.", WORDS)


def test_dates_and_sources_of_values_are_counted() -> None:
    """How many sources show a date, and how many values name a source."""
    published = int(nd.load("sources")["published"].notna().sum())
    values = [(nd.load("people"), PERSON), (nd.load("organizations"), ORGANIZATION), (nd.load("places"), PLACE)]
    filled = sum(int(frame[field].notna().sum()) for frame, fields in values for field in fields)
    names, offices = nd.load("names"), nd.load("offices")
    filled += names[names.columns[0]].nunique() + offices[offices.columns[0]].nunique()
    sourced = len(nd.load("value_sources").drop_duplicates(["entity", "field"]))

    assert f"Of the {len(nd.load('sources'))} sources {published} have a date of publication" in WORDS
    assert re.search(rf"Of the {filled} filled fields .*, {sourced} name one", WORDS)


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
    """Every line of it, from the layers as they were committed, and of the released records with the third."""
    monkeypatch.chdir(ROOT)
    first, third = re.findall(r"```text\n(found by both\n.*?)```", SHEET, re.DOTALL)

    assert main(["agreement", "data/layers/layer-a", "data/layers/layer-b"]) == 0
    assert first in capsys.readouterr().out
    assert len(first.splitlines()) > 25
    assert main(["agreement", "data", "data/layers/layer-c"]) == 0
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in third.splitlines() if line not in printed] == []
    assert len(third.splitlines()) == 16
