"""docs/exploring.md: its commands print what it says, its numbers are those of the code."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from news_dataset.cli import main
from news_dataset.explorer.part import LIMIT, SPARE
from tests.browser.hostile import payloads
from tests.conftest import ROOT
from tests.running import assert_shows

PATH = ROOT / "docs" / "exploring.md"
PAGE = PATH.read_text("utf-8")
APP = ROOT / "news_dataset" / "explorer" / "app"
COMMANDS = [
    (command, output)
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for command, output in re.findall(r"^\$ news-dataset (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


def test_commands_print_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the character, from top to bottom in one folder."""
    monkeypatch.chdir(tmp_path)
    second = ROOT / "examples" / "second-article"
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copytree(second / "data" / "published", tmp_path / "harbour")
    shutil.copyfile(second / "text.txt", tmp_path / "harbour.txt")

    def printed(command: str) -> str:
        code = main(shlex.split(command))
        shown = capsys.readouterr()
        said = shown.err.removeprefix("news-dataset: no dataset in this folder or above it; this is the bundled one\n")
        assert (code == 0) == (not said.startswith("news-dataset: "))
        return (shown.out if code == 0 else said).replace(str(tmp_path), "HERE")

    assert_shows(PATH, ((output, printed(command)) for command, output in COMMANDS))
    assert len(COMMANDS) == 6 == PAGE.count("$ news-dataset")


def test_its_numbers_are_those_of_the_code() -> None:
    """Limits, payloads, and what is left out first."""
    words = " ".join(PAGE.split())
    source = {path.stem: path.read_text("utf-8") for path in APP.glob("*.js")}
    limits = [re.findall(rf"const {name} = (\d+);", source[file])[0] for file, name in
              (("list", "PAGE"), ("timeline", "MOST"), ("people", "MOST_ROWS"), ("sources", "MOST"))]  # fmt: skip

    assert f"at most {LIMIT // 10**6} MB" in words
    assert f"({', '.join(SPARE)})" in words
    letters = re.findall(r"const MAX_LETTERS = (\w+);", source["copy"])[0]
    assert f"more than {int(letters):,} characters" in words
    assert f"{len(payloads())} attacks" in words
    assert "{} statements at a time, {} events, {} people, {} sources".format(*limits) in words


def test_filters_in_the_docs_are_those_of_the_page() -> None:
    """By name."""
    names = re.findall(r'key: "(\w+)",\s+name: "', (APP / "list.js").read_text("utf-8"))
    names += re.findall(r'key: "(\w+)",\s+question: "', (APP / "model.js").read_text("utf-8"))
    (row,) = re.findall(r"^\| Statements \|(.*)\|$", PAGE, re.MULTILINE)

    assert len(names) == 10
    assert all(word in row for word in names if word != "about")
    assert "who is spoken of" in row


def test_its_versions_are_pinned() -> None:
    """Every direct dependency by its exact version."""
    for folder in (APP, ROOT / "tests" / "browser"):
        wanted = json.loads((folder / "package.json").read_text("utf-8"))
        versions = {**wanted["dependencies"], **wanted.get("devDependencies", {})}
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
