"""docs/large.md: its commands and Python print what it says, read from top to bottom in a new folder."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest

from news_dataset.cli import main
from tests.conftest import ROOT
from tests.running import assert_shows

PATH = ROOT / "docs" / "large.md"
PAGE = PATH.read_text("utf-8")
BLOCKS = re.findall(r"```(console|python)\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, re.DOTALL)


def shown(kind: str, code: str) -> str:
    """Return what a block of code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        if kind == "python":
            exec(compile(code, "large.md", "exec"), {})
        for command in re.findall(r"^\$ news-dataset (.*)$", code, re.MULTILINE) if kind == "console" else ():
            print(f"$ news-dataset {command}")
            assert main(shlex.split(command)) == 0
    return out.getvalue()


def test_the_page_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character."""
    monkeypatch.chdir(tmp_path)
    assert_shows(PATH, ((code if kind == "console" else output, shown(kind, code)) for kind, code, output in BLOCKS))


def test_there_is_something_to_run() -> None:
    """Every block is run, and those that show something are among them."""
    shown_only = 1  # the line of an issue, which another test shows to be one (tests/test_codes.py)
    assert PAGE.count("```") == 2 * len(BLOCKS) + 2 * sum(bool(output) for _, _, output in BLOCKS) + 2 * shown_only
    assert sum(bool(output) for _, _, output in BLOCKS) >= 2
    assert sum(kind == "console" for kind, _, _ in BLOCKS) >= 2
