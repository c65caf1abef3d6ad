"""Docs: what they show is what happens, and what there is they mention."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.cli.arguments import parser
from tests.conftest import ROOT
from tests.test_layers import FLOORS

README = (ROOT / "README.md").read_text("utf-8")
PYTHON = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", README, re.DOTALL)
CONSOLE = re.findall(r"\$ news-dataset (.*)\n((?:.+\n)*?)```", README)


@pytest.mark.parametrize(("code", "output"), PYTHON)
def test_python_in_the_readme_prints_what_it_says(code: str, output: str) -> None:
    """To the character."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "README.md", "exec"), {})

    assert shown.getvalue() == output


@pytest.mark.parametrize(("command", "output"), CONSOLE)
def test_commands_in_the_readme_print_what_it_says(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the character."""
    monkeypatch.chdir(ROOT)

    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == output


def test_the_share_of_claims_that_hold_is_that_of_the_records() -> None:
    """The sentence on the first screen, in numbers."""
    verdicts = nd.who_said_what().drop_duplicates("statement")["verdict"].value_counts()
    checkable = int(verdicts.sum() - verdicts["not_checkable"])
    sentence = (
        f"its {verdicts.sum()} claims {checkable} can be checked; {verdicts['supported']} of these hold, "
        f"{verdicts['partly_supported']} hold in part, {verdicts['contradicted']} are contradicted"
    )

    assert sentence in " ".join(README.split())


def test_there_is_something_to_run() -> None:
    """The patterns above find the blocks."""
    assert len(PYTHON) == README.count("```python") == 3
    assert len(CONSOLE) == README.count("$ news-dataset") == 1


def test_the_example_of_an_error_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line that the README shows for a misspelt key."""
    words = (ROOT / "data/curated/people/ishiba-shigeru.yaml").read_text("utf-8")
    path = tmp_path / "people" / "ishiba-shigeru.yaml"
    path.parent.mkdir()
    path.write_text(words.replace("family_name:", "famly_name:"), "utf-8")
    main(["validate", str(path)])

    assert capsys.readouterr().out.splitlines()[0].removeprefix(f"{tmp_path}/") in README.splitlines()


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
    rows = [set(re.findall(r"`([a-z_]+)`", row.split("|")[1])) for row in page.splitlines() if row.startswith("| `")]

    assert rows == FLOORS[::-1]


def test_every_link_inside_leads_somewhere() -> None:
    """Files that the README names in its table exist."""
    for name in re.findall(r"^\| `([^`]+)`", README, re.MULTILINE):
        assert (ROOT / name).exists()
