"""Hints of rules across records, and of what lies beside them, end the fault when they are followed to the letter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from tests.conftest import ROOT

CODES = ROOT / "tests" / "examples" / "codes"
LINE = "- {old_id: article/gone, new_id: article/port-example, reason: renamed, release: 2031.05.0}\n"
LOST = LINE.replace("port-example", "port-exampel")
TYPE = LINE.replace("article/gone", "person/gone")
WITHDRAWN = TYPE.replace("new_id: article/port-example, ", "").replace("renamed", "withdrawn")
USED = WITHDRAWN.replace("person/gone", "article/port-example")
NONE = LINE.replace("new_id: article/port-example, ", "")
COUNT = "row_counts: [{table: articles, %s}]\n"
COVERAGE = "coverage: [{of: %s, min_percent: %d}]\n"


@pytest.mark.parametrize(
    ("file", "wrong", "hint", "right"),
    [
        ("redirects.yaml", USED, "remove this redirect: it is for an id that no record has", "[]\n"),
        ("redirects.yaml", LINE + LINE, "remove one of the two redirects", LINE),
        ("redirects.yaml", NONE, "add new_id, or write reason: withdrawn", LINE),
        ("redirects.yaml", LOST, "redirect to a record that exists", LINE),
        ("redirects.yaml", TYPE, "redirect to a record of the same type, or", LINE),
        ("redirects.yaml", TYPE, "or to none: without new_id, reason: withdrawn", WITHDRAWN),
        ("dataset.yaml", COUNT % "min: 2", "add records, or lower min in dataset.yaml", COUNT % "min: 1"),
        ("dataset.yaml", COUNT % "max: 0", "add or remove records, or correct min and max", COUNT % "max: 1"),
        ("dataset.yaml", COUNT.replace(", %s", ""), "add min, max or both, such as min: 1", COUNT % "min: 1"),
        ("dataset.yaml", COUNT % "min: 2, max: 1", "swap the two, or correct one", COUNT % "min: 1, max: 2"),
        ("dataset.yaml", (COUNT % "max: 1").replace("les,", "le,"), "news-dataset tables lists them", COUNT % "max: 1"),
        (
            "dataset.yaml", COVERAGE % ("statements_with_content_evidence", 51),
            "give more statements evidence of role content, or lower min_percent in dataset.yaml",
            COVERAGE % ("statements_with_content_evidence", 50),
        ),
        (
            "dataset.yaml", COVERAGE % ("facts_assessed", 1),
            "assess more statements of claim_type fact, or lower min_percent in dataset.yaml",
            COVERAGE % ("facts_assessed", 0),
        ),
    ],
)  # fmt: skip
def test_what_lies_beside_records_is_mended_as_the_hint_says(
    file: str, wrong: str, hint: str, right: str, tmp_path: Path
) -> None:
    """Each line of ``redirects.yaml`` and each assertion of ``dataset.yaml``."""
    folder = shutil.copytree(CODES / "low_coverage", tmp_path / "mine")
    statements = folder / "curated" / "statements" / "port-example.yaml"
    statements.write_text(statements.read_text("utf-8").replace("claim_type: evaluation", "claim_type: fact"), "utf-8")
    about = (folder / "dataset.yaml").read_text("utf-8").partition("coverage:")[0]
    (folder / "dataset.yaml").write_text(about, "utf-8")
    assert not nd.validate(folder).errors
    before = about if file == "dataset.yaml" else ""

    (folder / file).write_text(before + wrong, "utf-8")
    assert [hint in str(issue.hint) for issue in nd.validate(folder).errors] == [True]
    (folder / file).write_text(before + right, "utf-8")
    assert not nd.validate(folder).errors


def test_an_id_that_is_gone_is_redirected_as_the_hint_says(tmp_path: Path) -> None:
    """With the line of the hint; the version at its place is that in the line."""
    folder = tmp_path / "mine"
    nd.Dataset.init(folder)
    assert nd.Dataset(folder).build().ok
    article = folder / "data" / "curated" / "articles" / "first-article.yaml"
    article.with_name("second.yaml").write_text(article.read_text("utf-8").replace("first-article", "second"), "utf-8")
    article.unlink()
    (issue,) = nd.validate(folder).errors
    about = (folder / "data" / "dataset.yaml").read_text("utf-8").splitlines()
    assert (issue.code, about[(issue.line or 0) - 1].partition(":")[0]) == ("lost_id", "data_version")

    line = str(issue.hint).partition("redirects.yaml: ")[2].partition("; or")[0]
    renamed = line.replace("withdrawn", "renamed, new_id: article/second")
    for written in (line, renamed):
        (folder / "data" / "redirects.yaml").write_text(f"{written}\n", "utf-8")
        assert not nd.validate(folder).errors, written
    assert nd.Dataset(folder).build().ok


@pytest.mark.parametrize("mended", ["opening", "week"])
def test_a_circle_ends_where_the_hint_says(mended: str, tmp_path: Path) -> None:
    """In either of its records."""
    folder = shutil.copytree(CODES / "circular_parent", tmp_path / "mine")
    errors = nd.validate(folder).errors
    assert {issue.hint for issue in errors} == {"remove parent here, or from another record of the circle"}

    path = folder / "curated" / "events" / f"harbour-{mended}.yaml"
    path.write_text(path.read_text("utf-8").partition("parent:")[0], "utf-8")
    assert not nd.validate(folder).errors


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("persons", "people"), ("person", "people"), ("speakers", "people"), ("organisations", "organizations")],
)
def test_a_folder_under_a_wrong_name_is_named_with_the_right_one(wrong: str, meant: str, tmp_path: Path) -> None:
    """In a dataset, and among record folders alone."""
    record = f"id: {'person' if meant == 'people' else 'organization'}/mira-example\nname: Mira Example\n"
    for place in (tmp_path / "data" / "curated", tmp_path / "loose"):
        (place / wrong).mkdir(parents=True)
        (place / "places").mkdir()
        (place / wrong / "mira-example.yaml").write_text(record, "utf-8")
        folder = tmp_path if place.name == "curated" else place
        found = [(issue.code, issue.message, issue.hint) for issue in nd.validate(folder)]
        assert found == [("misplaced_file", f"lies in {wrong}, which is no folder of records", f"move it to {meant}")]

        (place / wrong).rename(place / meant)
        assert "misplaced_file" not in {issue.code for issue in nd.validate(folder)}


def test_records_that_could_not_be_built_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the folder of a dataset has no ``dataset.yaml``: they are valid, and parts of datasets need none."""
    assert main(["init", str(tmp_path / "mine")]) == 0
    about = tmp_path / "mine" / "data" / "dataset.yaml"
    words = about.read_text("utf-8")
    capsys.readouterr()
    for path in ("", "data", "data/curated", "data/curated/articles", "data/curated/articles/first-article.yaml"):
        about.write_text(words, "utf-8")
        assert (main(["validate", str(tmp_path / "mine" / path)]), capsys.readouterr().err) == (0, "")
        about.unlink()
        assert main(["validate", str(tmp_path / "mine" / path)]) == 0
        said, _, line = capsys.readouterr().err.partition("write this line into it, with your own values: ")
        assert said == ("" if "articles" in path else f"news-dataset: there is no {about}, which build needs: ")
        if said:
            about.write_text(line, "utf-8")
            assert (main(["validate", str(tmp_path / "mine" / path)]), capsys.readouterr().err) == (0, "")
            about.unlink()
    assert main(["build", str(tmp_path / "mine")]) == 1
    line = capsys.readouterr().err.partition("write this line into it, with your own values: ")[2].splitlines()[0]
    about.write_text(line, "utf-8")
    assert main(["build", str(tmp_path / "mine")]) == 0
    about.unlink()
    monkeypatch.chdir(tmp_path / "mine" / "data" / "curated")
    assert main(["validate", "."]) == 0
    assert "there is no" in capsys.readouterr().err
    assert (main(["validate", str(ROOT / "data" / "published")]), capsys.readouterr().err) == (0, "")


def test_the_manual_page_of_another_text_has_the_whole_command() -> None:
    """``carry`` asks for an article and a text."""
    assert "news-dataset carry ARTICLE --text FILE" in " ".join(nd.explain("wrong_text").split())


@pytest.mark.parametrize("copied", ["a-copy", "z-copy"])
def test_of_two_files_with_one_id_the_one_named_after_it_is_right(copied: str, tmp_path: Path) -> None:
    """Whichever comes first; deleting the other one, as both of its issues propose, ends the fault."""
    people = tmp_path / "people"
    people.mkdir()
    for name in (copied, "mira-example"):
        (people / f"{name}.yaml").write_text("id: person/mira-example\nname: Mira Example\n", "utf-8")
    found = {(issue.code, issue.path): issue for issue in nd.validate(tmp_path).errors}
    assert set(found) == {(code, str(people / f"{copied}.yaml")) for code in ("duplicate_id", "misnamed_file")}
    message = found["duplicate_id", str(people / f"{copied}.yaml")].message
    assert message == f"person/mira-example is already used at {people / 'mira-example.yaml'}:1"

    (people / f"{copied}.yaml").unlink()
    assert not nd.validate(tmp_path).errors
