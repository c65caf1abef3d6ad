"""docs/writing.md: its Python, commands and spreadsheets do what it says, from top to bottom in a new folder."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset.cli import main
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "writing.md").read_text("utf-8")
BLOCKS = re.compile(r"```(python|console|csv|diff)\n(.*?)```(?:\n```text\n(.*?)```)?", re.DOTALL)
FILE = re.compile(r"^# (\S+)\n", re.MULTILINE)


def done(kind: str, code: str, names: dict[str, Any]) -> str:
    """Do what a block says, and return what it prints."""
    out = io.StringIO()
    if kind in ("csv", "diff"):
        _, *parts = FILE.split(code)
        for name, words in zip(parts[::2], parts[1::2], strict=True):
            before = Path(name).read_text("utf-8") if kind == "diff" else ""
            for old, new in re.findall(r"^-(.*)\n\+(.*)\n", words, re.MULTILINE) if kind == "diff" else ():
                assert before.count(old) == 1
                before = before.replace(old, new)
            Path(name).write_text(before or words, "utf-8")
        return ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        if kind == "python":
            exec(compile(code, "writing.md", "exec"), names)
        for command in re.findall(r"^\$ news-dataset (.*)$", code, re.MULTILINE) if kind == "console" else ():
            print(f"$ news-dataset {command}")
            main(shlex.split(command))
    return out.getvalue()


def test_the_page_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character; what it ends at is a valid release of records in canonical form."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples/second-article/text.txt", tmp_path)
    names: dict[str, Any] = {}

    def shown(block: re.Match[str]) -> str:
        kind, code, _ = block.groups()
        found = done(kind, code, names)
        if kind == "console":
            return f"```console\n{found}```"
        return f"```{kind}\n{code}```" + (f"\n```text\n{found}```" if found else "")

    page = BLOCKS.sub(shown, PAGE)
    if "REWRITE" in os.environ:
        (ROOT / "docs" / "writing.md").write_text(page, "utf-8")
    assert page.splitlines() == PAGE.splitlines()
    ds = nd.Dataset.open("bridge")
    assert ds.fmt(check=True).ok
    assert ds.build(check=True).ok
    assert ds.claims()["content_verdict"].notna().tolist() == [False, True, False]


def test_every_block_is_run() -> None:
    """None is of a kind that nothing happens to."""
    assert PAGE.count("```") == sum(4 if block[3] is not None else 2 for block in BLOCKS.finditer(PAGE))
    assert {block[1] for block in BLOCKS.finditer(PAGE)} == {"python", "console", "csv", "diff"}
