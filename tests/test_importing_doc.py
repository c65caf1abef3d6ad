"""docs/importing.md: its files, commands and Python do what they say, from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.annotations import REASONS
from news_dataset.cli import main
from news_dataset.importers import FORMATS
from news_dataset.records.mapping import Mapping, MappingRule
from tests.conftest import ROOT
from tests.running import assert_is_what_happens

PAGE = (ROOT / "docs" / "importing.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.*) \|$", re.MULTILINE)


def test_importing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every dataset that it makes is valid with its texts, can be published, and has statements, events or people."""
    pytest.importorskip("cassis")
    monkeypatch.chdir(tmp_path)

    assert_is_what_happens("importing.md")
    made = [path.parent for path in sorted(tmp_path.glob("*/import-mapping.yaml")) if (path.parent / "data").is_dir()]
    assert len(made) >= 12
    for folder in made:
        texts = ["--text", f"{folder}/texts"] if (folder / "texts").is_dir() else []
        assert main(["validate", *texts, str(folder)]) == 0, folder
        assert main(["build", str(folder), "-o", f"{folder}-release"]) == 0, folder
    again = "data/curated/statements/harbour.yaml"
    assert Path("port-again", again).read_bytes() == Path("port", again).read_bytes()
    assert nd.Dataset.open("port-release").claims().speakers.tolist() == ["Mira Example"]


def test_the_tables_name_all_keys_and_reasons() -> None:
    """Those of rules, those of the mapping, and why something is in quarantine, as the package says it."""
    rows = dict(ROW.findall(PAGE))

    assert set(rows) == set(MappingRule.model_fields) | set(Mapping.model_fields) | set(REASONS)
    assert {name: said for name, said in rows.items() if name in REASONS} == REASONS
    for record in MappingRule.model_json_schema()["properties"]["record"]["enum"]:
        assert f"`{record}`" in rows["record"]


def test_every_format_has_an_example() -> None:
    """All that import takes but spreadsheets, which docs/writing.md has."""
    done = set(re.findall(r"^\$ news-dataset import --from (\S+)", PAGE, re.MULTILINE))

    assert done == set(FORMATS) - {"csv"}
