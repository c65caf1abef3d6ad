"""PYTHONOPTIMIZE: docstrings, which are data here, come from the source, and no assertion carries a meaning."""

from __future__ import annotations

import ast
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from news_dataset import docstrings
from news_dataset.errors import SetupError
from tests.conftest import ROOT
from tests.each import each

SAID = (
    "import json, sys; from news_dataset import json_schemas, tabular, checks\n"
    "pages = {name: code.manual for name, code in checks.CODES.items()}\n"
    "tables = {name: table.description for name, table in tabular.tables().items()}\n"
    "json.dump([sys.flags.optimize, pages, tables, json_schemas.derive()], sys.stdout)"
)


@each([1, 2])
def test_the_same_words_at_every_level(level: int) -> None:
    """Pages of the manual, descriptions of tables, schemas."""
    (here, *wanted), (there, *found) = said(0), said(level)

    assert (here, there) == (0, level)
    assert found == wanted


def said(level: int) -> list[object]:
    """Return what the package says of itself where the interpreter optimizes."""
    done = subprocess.run(
        [sys.executable, "-c", SAID],
        env=os.environ | {"PYTHONOPTIMIZE": str(level) if level else ""},
        check=True,
        capture_output=True,
    )
    found: list[object] = json.loads(done.stdout)
    return found


def test_without_a_source_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen applications have none; a poorer release that verifies would be worse."""
    model = type("Gone", (), {"__module__": "news_dataset.gone"})
    monkeypatch.setattr(docstrings, "_is_dropped", lambda _: True)
    monkeypatch.setattr(docstrings, "find_spec", lambda _: None)

    with pytest.raises(SetupError, match="run it without -OO"):
        docstrings.docstring(model)


@each(["news_dataset.records.articles", "news_dataset.checks.words", "news_dataset.spans"])
def test_what_the_source_says(module: str) -> None:
    """It is what the interpreter knows, of classes and functions alike."""
    found = docstrings._docstrings(module)
    known = {
        name: one.__doc__
        for name, one in vars(importlib.import_module(module)).items()
        if getattr(one, "__module__", "") == module and isinstance(one.__doc__, str) and name in found
    }

    assert known
    assert {name: found[name] for name in known} == known


def says_something(condition: ast.expr) -> bool:
    """Return whether a condition is more than what type checkers have to be told."""
    if isinstance(condition, ast.Call):
        return not (isinstance(condition.func, ast.Name) and condition.func.id == "isinstance")
    if isinstance(condition, ast.Compare):
        return not (isinstance(condition.ops[0], ast.IsNot) and ast.unparse(condition.comparators[0]) == "None")
    return not isinstance(condition, ast.Name)


@each(sorted((ROOT / "news_dataset").rglob("*.py")))
def test_assertions_only_tell_types(path: Path) -> None:
    """What guards raises an error of its own: assertions are left out at level 1."""
    tree = ast.parse(path.read_text("utf-8"))

    assert not [one.lineno for one in ast.walk(tree) if isinstance(one, ast.Assert) and says_something(one.test)]


def test_assertions_that_guard_are_seen() -> None:
    """The law above is none otherwise."""
    guards = ["len(a) == 2", "a.is_file()", "a <= b", "not a"]

    assert all(says_something(ast.parse(guard, mode="eval").body) for guard in guards)
