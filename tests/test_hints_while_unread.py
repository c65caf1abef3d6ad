"""A record that lies in a file which is broken or in a wrong place is not said to be missing."""

from __future__ import annotations

import json
from pathlib import Path

import news_dataset as nd
from news_dataset.records import BY_TABLE
from tests.each import each

HERALD = "id: organization/example-herald\nname: Example Herald\nkind: media\n"
REDIRECT = "- {old_id: person/gone, new_id: person/ann, reason: renamed, release: 2031.05.0}\n"


def started(tmp_path: Path) -> Path:
    """Return the folder of curated records of a dataset from ``init``, whose article has a publisher."""
    nd.Dataset.init(tmp_path / "mine")
    curated = tmp_path / "mine" / "data" / "curated"
    article = curated / "articles" / "first-article.yaml"
    lines = [line for line in article.read_text("utf-8").splitlines() if not line.startswith("publisher:")]
    article.write_text("\n".join([*lines, "publisher: organization/example-herald", ""]), "utf-8")
    return curated


def codes(curated: Path) -> set[str]:
    """The codes of the errors of a dataset."""
    return {issue.code for issue in nd.validate(curated.parent.parent).errors}


@each(
    ["people/example-herald.yaml", "people/herald.yaml", "organisations/example-herald.yaml", "example-herald.yaml",
     "organizations/example-herald.yml", "organizations/news/example-herald.yaml"]
)  # fmt: skip
def test_a_reference_to_a_record_in_a_wrong_place_is_not_reported(name: str, tmp_path: Path) -> None:
    """Its file is; to write the record again would make a second one."""
    mine = started(tmp_path)
    assert codes(mine) == {"dangling_reference"}

    (mine / name).parent.mkdir(exist_ok=True)
    (mine / name).write_text(HERALD, "utf-8")
    assert codes(mine) == {"misplaced_file"}


def test_a_statement_in_a_wrong_place_may_have_any_number(tmp_path: Path) -> None:
    """The name of a list of statements does not say how many there are."""
    mine = started(tmp_path)
    assessment = mine / "assessments" / "first-article.yaml"
    assessment.write_text(
        "- {id: assessment/first-article/01, target: statement/first-article/07, aspect: attribution, finding: None, "
        "verdict: not_checkable, assessed_by: Ann Invented, assessed_on: '2031-05-03'}\n",
        "utf-8",
    )
    (mine / "organizations" / "example-herald.yaml").write_text(HERALD, "utf-8")
    assert codes(mine) == {"dangling_reference"}

    (mine / "statement").mkdir()
    (mine / "statement" / "first-article.yaml").write_text("- id: statement/first-article/07\n", "utf-8")
    assert codes(mine) == {"misplaced_file"}


@each(["people/example-harold.yaml", "persons/example-herald.txt", "notes.md", "../dataset.yml", "../codebooks/x.yml"])
def test_a_file_that_cannot_be_the_record_hides_nothing(name: str, tmp_path: Path) -> None:
    """Negative control: another name or id, no file of records, or a file beside them."""
    mine = started(tmp_path)
    (mine / name).parent.mkdir(exist_ok=True)
    (mine / name).write_text("id: person/example-harold\nname: Harold Example\n", "utf-8")

    assert "dangling_reference" in codes(mine)


def test_a_line_among_those_of_another_type_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """As in files of a record each."""
    event = {"id": "event/fair", "title": "Fair", "type": "OTHER", "factuality": "confirmed", "parent": "event/week"}
    for name in BY_TABLE:
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(event) + "\n" if name == "events" else "", "utf-8")
    assert "dangling_reference" in {issue.code for issue in nd.validate(tmp_path).errors}

    (tmp_path / "people.jsonl").write_text('{"id": "event/week", "title": "Week"}\n', "utf-8")
    assert {issue.code for issue in nd.validate(tmp_path).errors} == {"misplaced_file"}


@each(["id: person/ann\nname: [", "id: ann\nname: Ann Invented\n"])
def test_a_redirect_to_a_record_that_cannot_be_read_is_not_reported(record: str, tmp_path: Path) -> None:
    """While something is unread, nobody knows what there is; once all is read, it is."""
    mine = started(tmp_path)
    (mine / "organizations" / "example-herald.yaml").write_text(HERALD, "utf-8")
    (mine.parent / "redirects.yaml").write_text(REDIRECT, "utf-8")
    assert codes(mine) == {"bad_redirect"}

    path = mine / "people" / "ann.yaml"
    path.write_text(record, "utf-8")
    assert "bad_redirect" not in codes(mine)
    path.write_text("id: person/ann\nname: Ann Invented\n", "utf-8")
    assert codes(mine) == set()
