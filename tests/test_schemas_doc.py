"""docs/schemas.md as it reads: its commands, its code, and its lists of what JSON Schema can say and what it cannot."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shlex
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from news_dataset.checks import CODES
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.entries import Entry
from tests.conftest import ROOT
from tests.constraints import load, validator

PAGE = (ROOT / "docs" / "schemas.md").read_text("utf-8")
EXAMPLES = ROOT / "tests" / "examples" / "codes"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR: Any = _generator()
BY_SCHEMA, BY_READER = GENERATOR.BY_SCHEMA, GENERATOR.BY_READER


def fits(entry: Entry) -> bool:
    """Return whether the published schema accepts a record as it was read."""
    listed = {"redirect": "redirects", "codebook": "codebook"}
    if entry.kind in listed:
        return validator(load(listed[entry.kind])).is_valid([entry.data])
    return validator(load(entry.kind)).is_valid(entry.data)


def opened(code: str) -> Collection:
    """Return the example of a code."""
    found = [path for path in (EXAMPLES / code).iterdir() if path.name in ("curated", "data")]
    return Collection.open(found[0].parent)


def test_the_page_lists_every_code_once() -> None:
    """In three tables."""
    assert sorted(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)) == sorted(CODES)


@pytest.mark.parametrize("code", BY_SCHEMA)
def test_what_the_schema_is_said_to_report_it_does(code: str) -> None:
    """The example of the code does not fit the published schema."""
    assert not all(map(fits, opened(code).entries))


@pytest.mark.parametrize("code", [code for code in CODES if code not in (*BY_SCHEMA, *BY_READER)])
def test_what_the_schema_is_said_not_to_see_it_accepts(code: str) -> None:
    """Each record of the example of the code fits, so that the list is neither too long nor wrong."""
    assert all(map(fits, opened(code).entries))


def test_the_code_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character."""
    monkeypatch.chdir(ROOT)
    ((code, output),) = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE, re.DOTALL)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "schemas.md", "exec"), {})

    assert shown.getvalue() == output


def test_the_command_prints_what_it_says(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """To the character."""
    monkeypatch.chdir(ROOT)
    ((command, output),) = re.findall(r"\$ news-dataset (.*)\n((?:.+\n)*?)```", PAGE)

    assert main(shlex.split(command)) == 0
    assert capsys.readouterr().out == output


def test_the_step_that_freezes_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy, as the page has it."""
    (tmp_path / "schemas" / "1.0").mkdir(parents=True)
    (tmp_path / "schemas" / "1.0" / "a.schema.json").write_text("{}", "utf-8")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r'^    python -c "(.*)"$', PAGE, re.MULTILINE)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "schemas.md", "exec"), {})

    assert re.fullmatch("[0-9a-f]{64}\n", shown.getvalue())
    assert "1.0" in (tmp_path / "schemas" / "ledger.json").read_text("utf-8")
