"""Why a check skipped something: the reason is the one that holds for what was given."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from news_dataset.checks.query import IN_LAYER
from news_dataset.cli import main
from news_dataset.issues import Report
from news_dataset.validation import validated
from tests.conftest import ROOT

BROKEN = "the article's record is missing or broken"
NOT_HERE = "only a part of a dataset: the article's record is not in it"
NO_HASH = "the article has no text_sha256, so that no text can be told to be its own"
OTHER_TEXT = "the text given is not the one that was annotated"


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    """The records of the second article, with its text two folders above."""
    shutil.copytree(ROOT / "examples/second-article", tmp_path / "ds")
    shutil.rmtree(tmp_path / "ds/data/published")
    return tmp_path / "ds/data/curated"


def reasons(report: Report) -> set[str]:
    """Return all reasons of a report."""
    return {reason for tally in report.tallies for reason in tally.skipped}


@pytest.mark.parametrize("part", ["statements/port-example/03.yaml", "statements"])
def test_of_a_part_it_is_not_said_that_the_article_is_broken(part: str, curated: Path) -> None:
    """It is not in the part; of the whole dataset, that it is broken."""
    assert NOT_HERE in reasons(validated(curated / part))
    assert BROKEN not in reasons(validated(curated / part))
    article = curated / "articles/port-example.yaml"
    assert not {BROKEN, NOT_HERE} & reasons(validated(curated.parent.parent))
    article.write_text(article.read_text("utf-8").replace("language: en", "language: 7"), "utf-8")
    assert {BROKEN, NOT_HERE} & reasons(validated(curated.parent.parent)) == {BROKEN}


def test_of_a_part_without_articles_a_text_is_refused_for_that(
    curated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text may well be that of the article, which is not given."""
    text = curated.parents[1] / "text.txt"
    assert main(["validate", str(curated / "statements"), "--text", str(text)]) == 2
    assert "text.txt cannot be matched: no article is given" in capsys.readouterr().err


def test_of_an_article_without_a_hash_that_is_said(curated: Path) -> None:
    """And of one with a hash that its text is another; neither of one whose text is given."""
    text, article = curated.parents[1] / "text.txt", curated / "articles/port-example.yaml"
    assert not {NO_HASH, OTHER_TEXT} & reasons(validated(curated.parent.parent, text=text))
    words = article.read_text("utf-8")
    for old, reason in ((r"text_(sha256|length): .*\n", NO_HASH), (r"(?<=text_sha256: ')....", OTHER_TEXT)):
        article.write_text(re.sub(old, "" if reason == NO_HASH else "0000", words), "utf-8")
        assert {NO_HASH, OTHER_TEXT} & reasons(validated(curated.parent.parent, text=text)) == {reason}


def test_of_a_layer_it_is_said_that_names_of_the_dataset_are_not_compared(curated: Path) -> None:
    """The same description is found in the dataset itself, where the person is."""
    layer = curated.parent / "layers/ann"
    for folder in ("articles", "statements"):
        shutil.copytree(curated / folder, layer / folder)
    for statement in (layer / "statements", curated / "statements"):
        path = statement / "port-example/02.yaml"
        path.write_text(path.read_text("utf-8").replace("person/mira-example", "Mira Example"), "utf-8")
    for place, codes, said in ((layer, [], {IN_LAYER}), (curated.parent.parent, ["unlinked_participant"], set[str]())):
        report = validated(place)
        assert ([issue.code for issue in report], reasons(report) & {IN_LAYER}) == (codes, said)
