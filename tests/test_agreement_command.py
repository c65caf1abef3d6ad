"""The command ``agreement`` on folders: layouts, refusals, and the same numbers in both formats."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.errors import InvalidDataError
from news_dataset.reliability import agreement, compare
from news_dataset.validation import checked
from tests.conftest import IS_FULL

ROWS = [
    "statements 3 2 2 1.000 (2/2) 0.667 (2/3) 0.800 (4/5)",
    "statements.claim_type 2 0.500 (1/2) 0.33 [0.00, 0.33] 0.14 intention / fact: 1",
    "statements.kind 2 1.000 (2/2) 1.00 [1.00, 1.00] 0.57",
    "statement_events.realis 1 1.000 (1/1) undefined: both use one code only –",
    "trigger exact 0 0 0 – (0/0) – (0/0) – (0/0)",
    "only in A statement/port-example/03 427–474",
]


@pytest.fixture
def readers(root: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A dataset and a second layer in it, without dataset.yaml and assessments, other codes, a statement less."""
    first, second = tmp_path / "set", tmp_path / "set/data/layers/second"
    shutil.copytree(root / "examples/second-article/data", first / "data", ignore=shutil.ignore_patterns("published"))
    shutil.copytree(first / "data/curated", second, ignore=shutil.ignore_patterns("assessments", "sources"))
    path = second / "statements/port-example/01.yaml"
    text = path.read_text("utf-8").replace("claim_type: intention", "claim_type: fact")
    path.write_text(text.replace("date: XXXX-06-09", "date: '2025-06-09'"), "utf-8")
    (second / "statements/port-example/03.yaml").unlink()
    return first, second


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """The exit code of the command, and what it prints."""
    code = main(["agreement", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_the_command(readers: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Every number with what it is made of; JSON says the same; twice the same."""
    code, text, talk = run(capsys, *readers)
    in_json = json.loads(run(capsys, *readers, "--format", "json")[1])
    found = agreement(*map(Collection.open, readers))
    lines = [" ".join(line.split()) for line in text.splitlines()]

    assert (code, talk, run(capsys, *readers)[1]) == (0, "", text)
    assert in_json == found.to_dict()
    assert [row for row in ROWS if row not in lines] == []
    assert "2 differences in coding, of 13" in text
    assert "XXXX-06-09 / 2025-06-09  event/footbridge-opening = event/footbridge-opening" in text


def test_layers_in_every_layout(readers: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Record folders directly or under curated, with dataset.yaml and without: the same; the dataset sees no layer."""
    first, second = readers
    expected = run(capsys, *readers)[1].replace(str(second), "B")
    records = [one.to_dict() for one in Collection.open(second).records()]
    shapes = {"one": ["."], "two": [".", "dataset.yaml"], "three": ["curated"], "four": ["curated", "dataset.yaml"],
              "people": ["."], "five": ["data/curated", "data/dataset.yaml"]}  # fmt: skip
    for name, (inside, *description) in shapes.items():
        place = first / "data/layers" / name
        shutil.copytree(second, place / inside)
        for file in description:
            shutil.copy(first / "data/dataset.yaml", place / file)

        assert [one.to_dict() for one in Collection.open(place).records()] == records
        if IS_FULL or name in ("two", "five"):
            code, text, _ = run(capsys, first, place)
            assert (code, text.replace(str(place), "B")) == (0, expected)
    assert not [one.path for one in Collection.open(first).documents if "data/layers" in one.path]
    assert run(capsys, first, first)[0] == run(capsys, first / "data/curated", second)[0] == 0


def test_a_layer_may_refer_to_the_dataset_that_it_lies_in(readers: tuple[Path, Path], tmp_path: Path) -> None:
    """To people, organizations, places, events and sources; elsewhere, or to a statement, it dangles. It may judge."""
    first, second = readers
    for name in ("people", "organizations", "places", "events"):
        shutil.rmtree(second / name, ignore_errors=True)
    for name in ("assessments", "statements"):
        shutil.copytree(first / "data/curated" / name, second / name, dirs_exist_ok=True)
    shutil.copytree(second, tmp_path / "elsewhere")

    inside, outside = checked(Collection.open(second)), checked(Collection.open(tmp_path / "elsewhere"))
    found = agreement(*map(Collection.open, (second, second)))

    assert "dangling_reference" not in {one.code for one in inside.errors}
    assert "dangling_reference" in {one.code for one in outside.errors}
    assert {pair.a == pair.b for pair in found.events.pairs} == {True}
    assert [one.n for one in found.fields if one.name == "type"] == [0]  # a shared event was coded by neither
    assert [one.n > 0 for one in found.fields if one.name == "verdict"] == [True]
    assert agreement(*map(Collection.open, (second, first))).events.pairs == found.events.pairs


def test_a_release_is_a_reader_too(readers: tuple[Path, Path], root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its records are the same."""
    release = root / "examples/second-article/data/published"

    assert run(capsys, release, readers[1])[1].replace(str(release), "A") == run(capsys, *readers)[1].replace(
        f"{readers[0]}:", "A:"
    )


def test_what_is_invalid_is_not_compared(readers: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Its report is shown, and nothing else; a missing assessment of a fact is no reason."""
    first, second = readers
    missing = [issue.code for issue in checked(Collection.open(second)).errors]
    path = second / "people/zoe-sample.yaml"
    path.write_text(path.read_text("utf-8").replace("name:", "nom:", 1), "utf-8")

    for sides in ((first, second), (second, first)):
        code, text, _ = run(capsys, *sides)

        assert (code, "found by both" in text) == (1, False)
        assert f"{path}:" in text
        assert "unassessed_fact" not in text
    assert missing == ["unassessed_fact"]
    with pytest.raises(InvalidDataError, match=r"unknown_key|missing_key"):
        agreement(Collection.open(first), Collection.open(second))


def test_what_cannot_be_compared_is_a_wrong_argument(
    readers: tuple[Path, Path], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line."""
    first, second = readers
    empty = first / "data/layers"
    path = second / "articles/port-example.yaml"
    path.write_text(path.read_text("utf-8").replace("3fe6ca21", "3fe6ca22"), "utf-8")

    for other, why in ((second, "share no text"), (first / "no", "there is no"), (empty, "holds no records")):
        code, text, talk = run(capsys, first, other)

        assert (code, text, talk.count("\n")) == (2, "", 1)
        assert why in talk


def test_an_event_of_both_is_not_listed_as_one_of_each(readers: tuple[Path, Path]) -> None:
    """One record is one event, whether the layer refers to it or has a copy, and though no words show it."""
    _, second = readers
    for entry in Collection.open(second).of("statement"):
        data = {**entry.data, "evidence": [row for row in entry.data["evidence"] if row["role"] == "content"]}
        path = second / f"statements/{entry.id.rpartition('/')[2]}.json"
        path.write_text(json.dumps(data), "utf-8")
    shutil.rmtree(second / "statements/port-example")
    with_copy = compare(*map(Collection.open, readers))
    shutil.rmtree(second / "events")

    for found in (with_copy, compare(*map(Collection.open, readers))):
        assert [one for one in found.unmatched if one.id.startswith("event/")] == []
        assert [(one.a, one.b) for one in found.events.pairs] == [
            ("event/footbridge-opening", "event/footbridge-opening")
        ]
