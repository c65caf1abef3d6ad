"""docs/writing.md and docs/profiles.md: their Python, commands and files do what they say, from top to bottom."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from tests.conftest import ROOT
from tests.running import assert_is_what_happens


def test_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it ends at is a valid release of records in canonical form."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples/second-article/text.txt", tmp_path)

    assert_is_what_happens("writing.md")
    ds = nd.Dataset.open("bridge")
    assert ds.fmt(check=True).ok
    assert ds.build(check=True).ok
    assert ds.claims()["content_verdict"].notna().tolist() == [False, True, False]


def test_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples/match-report", tmp_path / "match-report", ignore=shutil.ignore_patterns("schemas"))
    monkeypatch.chdir(tmp_path / "match-report")

    assert_is_what_happens("profiles.md")
