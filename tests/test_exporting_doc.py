"""docs/exporting.md: its commands, Python and SQL print what it says, read from top to bottom in a new folder."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from news_dataset.cli import main
from news_dataset.cli.arguments import parser
from tests.conftest import ROOT
from tests.running import assert_shows

PATH = ROOT / "docs" / "exporting.md"
PAGE = PATH.read_text("utf-8")
BLOCKS = re.findall(r"```(console|python|sql)\n(.*?)```(?:\n```text\n(.*?)```)?", PAGE, re.DOTALL)


def shown(kind: str, code: str) -> str:
    """Return what a block of code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        if kind == "python":
            exec(compile(code, "exporting.md", "exec"), {})
        elif kind == "console":
            for command in re.findall(r"^\$ news-dataset (.*)$", code, re.MULTILINE):
                print(f"$ news-dataset {command}")
                assert main(shlex.split(command)) == 0
        else:
            with closing(sqlite3.connect("news.db")) as base:
                for row in base.execute(code):
                    print("|".join(map(str, row)))
    return out.getvalue()


def test_the_page_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character."""
    monkeypatch.chdir(tmp_path)
    assert_shows(PATH, ((code if kind == "console" else output, shown(kind, code)) for kind, code, output in BLOCKS))


def test_there_is_something_to_run() -> None:
    """Every block but that for DuckDB, which is not available here."""
    outputs = [output for _, _, output in BLOCKS if output]
    assert {kind for kind, _, _ in BLOCKS} == {"console", "python", "sql"}
    assert PAGE.count("```") == 2 * (len(BLOCKS) + len(outputs) + 1)
    assert all(output or kind == "console" for kind, _, output in BLOCKS)


def test_duckdb_is_told_what_its_client_tells_it() -> None:
    """The client is run in an environment of its own."""
    client = (ROOT / "tests/clients/duckdb/client.py").read_text("utf-8").replace("\\", "")
    options = re.findall(r"\.csv', (all_varchar.*?)\)", PAGE)

    assert len(options) == 1
    assert options[0] in client


def test_the_query_in_the_help_is_a_query(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It finds what it is for, with the form explained beside it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        parser().parse_args(["export", "--help"])
    words = capsys.readouterr().out
    main(["export", "--to", "sqlite", "-o", "news.db"])
    query = re.search(r"SELECT.*?;", words, re.DOTALL)

    assert query
    assert "statement/lee-ishiba-tokyo/40" in shown("sql", query[0])
    assert "children inside" in " ".join(words.split())
