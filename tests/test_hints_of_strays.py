"""A file in a wrong place, an id without its type and a headline of another text get a hint that ends the fault."""

from __future__ import annotations

import re
from pathlib import Path

import news_dataset as nd
from tests.each import each

PERSON = "id: person/pim\nname: Pim Invented\n"
STATEMENT = "id: statement/first-article/01\nkind: indirect\nclaim_type: unknown\ngist: The fair is on Monday.\n"
TYPES = "move it to the folder of its type: people for id: person/…, organizations for organization/…, and so on"
NUMBERED = "numbered records lie in statements/first-article or assessments/first-article"
GENERAL = "records lie in articles, people, organizations, places, events, statements, assessments, sources and end in "


@each(
    [
        ("people/pim.yml", PERSON, "name it pim.yaml", "people/pim.yaml"),
        ("pim.yaml", PERSON, TYPES, "people/pim.yaml"),
        ("people/guests/pim.yaml", PERSON, "move it up to people", "people/pim.yaml"),
        ("persons/pim.yaml", PERSON, "move it to people", "people/pim.yaml"),
        ("statement/first-article/01.yaml", STATEMENT, "move it to statements", "statements/first-article/01.yaml"),
        ("first-article/01.yaml", STATEMENT, NUMBERED, "statements/first-article/01.yaml"),
        ("articles/first-article/01.yaml", STATEMENT, NUMBERED, "statements/first-article/01.yaml"),
        ("01.yaml", STATEMENT, NUMBERED.replace("first-article", "ARTICLE"), "statements/first-article/01.yaml"),
        ("people/01.yaml", STATEMENT, "move it to statements/first-article", "statements/first-article/01.yaml"),
        ("xyz/pim.yaml", PERSON, f"{GENERAL}.yaml or .json", "people/pim.yaml"),
        ("people/pim.txt", PERSON, f"{GENERAL}.yaml or .json", "people/pim.yaml"),
    ]
)
def test_a_file_in_a_wrong_place_is_sent_to_its_own(
    name: str, record: str, hint: str, right: str, tmp_path: Path
) -> None:
    """Where the place or the name says which that is; else all places are named."""
    nd.Dataset.init(tmp_path / "mine")
    curated = tmp_path / "mine" / "data" / "curated"
    (curated / name).parent.mkdir(parents=True, exist_ok=True)
    (curated / name).write_text(record, "utf-8")
    assert [(issue.code, issue.hint) for issue in nd.validate(tmp_path / "mine").errors] == [("misplaced_file", hint)]

    (curated / right).parent.mkdir(exist_ok=True)
    (curated / name).rename(curated / right)
    assert "misplaced_file" not in {issue.code for issue in nd.validate(tmp_path / "mine").errors}


@each(
    [
        ("people/pim.yaml", "move it to curated/people"), ("People/pim.json", "move it to curated/people"),
        ("curatd/people/pim.yaml", "move it to curated"), ("Curated/people/pim.yml", "move it to curated"),
        ("codebook/topic.yaml", "move it to codebooks"), ("redirect.yaml", "name it redirects.yaml"),
        ("datasets.yml", "name it dataset.yaml"),
    ]
)  # fmt: skip
def test_what_lies_beside_curated_by_mistake_is_told(name: str, hint: str, tmp_path: Path) -> None:
    """It would be read by nobody."""
    nd.Dataset.init(tmp_path / "mine")
    place = tmp_path / "mine" / "data" / name
    place.parent.mkdir(exist_ok=True, parents=True)
    place.write_text(PERSON, "utf-8")

    assert [(issue.code, Path(issue.path), issue.hint) for issue in nd.validate(tmp_path / "mine").errors] == [
        ("misplaced_file", place, hint)
    ]


@each([("notes.yaml",), ("people/list.txt",), ("interviews/pim.yaml",), ("dataset-of-last-year.yaml",)])
def test_what_else_lies_beside_curated_is_left_alone(name: str, tmp_path: Path) -> None:
    """It may be anything."""
    nd.Dataset.init(tmp_path / "mine")
    place = tmp_path / "mine" / "data" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(PERSON, "utf-8")

    assert nd.validate(tmp_path / "mine").ok


def test_a_description_under_a_wrong_ending_is_renamed(tmp_path: Path) -> None:
    nd.Dataset.init(tmp_path / "mine")
    about = tmp_path / "mine" / "data" / "dataset.yaml"
    about.rename(about.with_suffix(".yml"))

    assert [issue.hint for issue in nd.validate(tmp_path / "mine").errors] == ["name it dataset.yaml"]


@each([("library-night/03", "(write statement/library-night/03)"), ("library-night", "(write event/library-night)"),
       ("person/library-night", "(such as statement/some-slug/01)")])  # fmt: skip
def test_an_id_without_its_type_gets_the_one_with_its_form(target: str, hint: str, tmp_path: Path) -> None:
    """Only statements have a number, of those that may be assessed."""
    (tmp_path / "assessments").mkdir()
    (tmp_path / "assessments" / "library-night.yaml").write_text(
        f"- id: assessment/library-night/01\n  target: {target}\n  aspect: attribution\n  verdict: not_checkable\n"
        "  finding: None\n  assessed_by: Ann Invented\n  assessed_on: '2031-05-03'\n", "utf-8",
    )  # fmt: skip

    assert [hint in str(issue) for issue in nd.validate(tmp_path).errors] == [True]


def test_a_headline_that_no_line_resembles_is_compared_with_the_beginning(tmp_path: Path) -> None:
    """So that the curator sees which text it is."""
    nd.Dataset.init(tmp_path / "mine")
    article = tmp_path / "mine" / "data" / "curated" / "articles" / "first-article.yaml"
    words = article.read_text("utf-8")
    article.write_text(re.sub("(?m)^headline: .*", "headline: Storms over Quux", words), "utf-8")
    found = nd.validate(tmp_path / "mine", text=tmp_path / "mine" / "texts").errors

    hint = "write it as the text has it, which begins with 'Headline of the first article'"
    assert [(issue.code, issue.hint) for issue in found] == [("literal_words", hint)]
