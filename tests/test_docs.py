"""Docs: what they show is what happens, and what there is they mention."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.cli.arguments import parser
from tests.conftest import ROOT
from tests.running import assert_shows, printed, printed_by
from tests.test_layers import FLOORS

README = (ROOT / "README.md").read_text("utf-8")
LOADING = (ROOT / "docs" / "loading.md").read_text("utf-8")
PYTHON = re.compile(r"```python\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
CONSOLE = re.findall(r"\$ news-dataset (.*)\n((?:.+\n)*?)```", README)


def test_what_is_shown_and_not_printed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control; REWRITE=1 puts it right."""
    page = tmp_path / "page.md"
    page.write_text("```text\n5\n```\nfive\n```text\n6\n```\n", "utf-8")
    monkeypatch.delenv("REWRITE", raising=False)
    assert_shows(page, [("5\n", "5\n"), ("", ""), ("6\n", "6\n")])
    for shown, printed_now in (("6\n", "7\n"), ("8\n", "8\n"), ("", "8\n")):
        with pytest.raises(AssertionError):
            assert_shows(page, [(shown, printed_now)])
    monkeypatch.setenv("REWRITE", "1")
    assert_shows(page, [("5\n", "6\n"), ("6\n", "7\n")])

    assert page.read_text("utf-8") == "```text\n6\n```\nfive\n```text\n7\n```\n"


@pytest.mark.parametrize("name", ["README.md", "docs/loading.md"])
def test_python_in_the_docs_prints_what_it_says(name: str) -> None:
    """To the character."""
    page = (ROOT / name).read_text("utf-8")
    assert_shows(ROOT / name, ((output, printed_by(code)) for code, output in PYTHON.findall(page)))


def test_commands_in_the_readme_print_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character."""
    monkeypatch.chdir(ROOT)
    assert_shows(ROOT / "README.md", ((output, printed(f"news-dataset {command}")) for command, output in CONSOLE))


def test_commands_in_sentences_of_the_readme_run_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a code and a folder in the place of CODE and FOLDER."""
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"`news-dataset ([^`]+)`", README)
    values = {"CODE": "wrong_text", "FOLDER": "mine"}
    assert [main([values.get(word, word) for word in words.split()]) for words in commands] == [0] * len(commands)
    assert {path.name for path in tmp_path.iterdir()} == {"page.html", "tables", "mine"}


def test_a_dataset_of_ones_own_is_a_frame_as_the_readme_says() -> None:
    """With rows, of pandas, and not those of the bundled dataset."""
    (code,) = re.findall(r'`(nd\.Dataset\.open\("FOLDER"\)[^`]+)`', README)
    frame = eval(code.replace("FOLDER", str(ROOT / "examples" / "match-report")), {"nd": nd})

    assert frame["article"].unique().tolist() == ["article/harbour-cup"]


def test_the_finding_is_that_of_the_records() -> None:
    """The sentences on the first screen, in numbers, each question for itself."""
    claims = nd.claims()
    content, attribution = claims["content_verdict"].value_counts(), claims["attribution_verdict"].value_counts()
    checked = content.drop("not_checkable")
    held = f"{checked['supported']} hold, {checked['partly_supported']} hold in part"
    wrong = claims.loc[claims["content_verdict"] == "contradicted", "reported_date"]
    lost = attribution[["contradicted", "unsupported"]]

    said = (
        f"Of the article's {len(claims)} claims, {checked.sum()} could be checked: {held}, and "
        f"{checked['contradicted']} are contradicted, both of them dates."
    )
    spoken = (
        f"The article attributes {(claims['kind'] != 'narrated').sum()} claims to somebody: "
        f"{attribution['supported']} of these attributions hold, {attribution['partly_supported']} hold in part, "
        f"{lost['contradicted']} are contradicted, and {lost['unsupported']} appear in no report of what was said. "
        f"The last {lost.sum()} count against the article"
    )
    assert f"*Is it so?* {said} *Did they say it?* {spoken}" in " ".join(README.split())
    assert attribution.sum() == (claims["kind"] != "narrated").sum()
    assert len(wrong) == 2
    assert checked.sum() == checked[["supported", "partly_supported", "contradicted"]].sum()
    assert set(nd.sql("select aspect from claim_sources where verdict = 'contradicted'")["aspect"]) == {
        "attribution", "date",
    }  # fmt: skip


def test_the_readme_is_short() -> None:
    """One reads it to the end."""
    assert len(README.splitlines()) <= 120


def test_there_is_something_to_run() -> None:
    """The patterns above find the blocks."""
    assert README.count("```python") == 2
    assert len(PYTHON.findall(README + LOADING)) == (README + LOADING).count("```python") == 8
    assert len(CONSOLE) == README.count("$ news-dataset") == 1


def test_the_example_of_an_error_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line that the README shows for a misspelt key."""
    words = (ROOT / "data/curated/people/ishiba-shigeru.yaml").read_text("utf-8")
    path = tmp_path / "people" / "ishiba-shigeru.yaml"
    path.parent.mkdir()
    path.write_text(words.replace("family_name:", "famly_name:"), "utf-8")
    main(["validate", str(path)])

    assert capsys.readouterr().out.splitlines()[0].removeprefix(f"{tmp_path}/") in README.splitlines()


def test_the_types_in_the_docs_are_those_of_the_frames() -> None:
    """In every form, for each kind of column; and every kind is there."""
    rows = [re.findall(r"[^|]+", row) for row in LOADING.splitlines() if row.startswith("| ") and row.count("|") == 6]
    words = {row[0].strip().split(",")[0].split()[0]: [re.findall(r"`(.+?)`", cell)[0] for cell in row[1:]]
             for row in rows[1:]}  # fmt: skip
    seen: dict[str, list[str]] = {}
    for table in nd.tables():
        frame, arrow, polars = nd.load(table), nd.load(table, as_="arrow"), nd.load(table, as_="polars")
        for column, kind in nd.describe(table).set_index("column")["type"].items():
            values = [value for value in arrow[str(column)].to_pylist() if value is not None]
            if values:
                name = f"{type(values[0]).__module__}.{type(values[0]).__name__}".removeprefix("builtins.")
                arrow_type = str(arrow.schema.field(column).type).partition("<")[0].partition("[")[0]
                seen[str(kind)] = [str(frame[column].dtype), arrow_type, str(polars[str(column)].dtype), name]

    assert seen == words


def test_make_targets_in_the_docs_exist() -> None:
    """Every ``make target`` that is mentioned."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        assert set(re.findall(r"`?\bmake ([a-z]+)(?=`|  )", path.read_text("utf-8"))) <= targets


def test_every_command_is_in_the_changelog() -> None:
    """What the command can do is told to its users."""
    commands = next(action for action in parser()._actions if action.choices)
    lines = (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines()
    told = " ".join(line for line in lines if "news-dataset " in line)

    assert set(commands.choices or ()) <= set(re.findall(r"[a-z]+", told))


def test_every_room_is_in_the_architecture() -> None:
    """And in the order of its floor."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rows = [set(re.findall(r"`([a-z0-9_]+)`", row.split("|")[1])) for row in page.splitlines() if row.startswith("| `")]

    assert rows == FLOORS[::-1]


def test_what_a_change_touches_is_there() -> None:
    """Every file of docs/changing.md, and every name in it."""
    page = (ROOT / "docs" / "changing.md").read_text("utf-8")
    paths = re.findall(r"`((?:news_dataset|tests|docs|examples|benchmarks|data|schemas|\.ci|\.github)/[^`<>*]*)`", page)
    names = re.findall(r"`([\w.]+)`(?: and `[\w.]+`)?\s(?:in|of)\s`([^`<>*]+\.[a-z]+)`", page)

    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert len(paths) > 100
    lacking = [(name, path) for name, path in names if name.split(".")[-1] not in (ROOT / path).read_text("utf-8")]
    assert lacking == []
    assert len(names) > 40


def test_every_link_inside_leads_somewhere() -> None:
    """Files that the README links to exist."""
    links = re.findall(r"\]\(([^)]+)\)", README)

    assert len(links) > 15
    assert [link for link in links if not (ROOT / link).exists()] == []
