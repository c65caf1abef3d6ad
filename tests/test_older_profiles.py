"""A dataset of an older version with a profile: its own codes and fields are judged beside the frozen schemas."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset import frozen, manifest
from news_dataset.profile import BASE
from news_dataset.tabular import tables_of
from tests.conftest import ROOT

STATEMENT = "statements/harbour-cup/01.yaml"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A dataset of 1.1 with codes and fields of its own."""
    folder = tmp_path / "ds"
    shutil.copytree(ROOT / "examples/match-report", folder, ignore=shutil.ignore_patterns("published", "schemas"))
    change(folder / "data/dataset.yaml", f"schema_version: '{manifest.SCHEMA_VERSION}'", "schema_version: '1.1'")
    return folder


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text, text
    path.write_text(text.replace(before, after), "utf-8")


def errors(folder: Path) -> list[str]:
    return [f"{issue.code} {issue.pointer}" for issue in nd.validate(folder) if issue.severity == "error"]


def test_its_codes_and_fields_are_right(old: Path) -> None:
    """As under the package of its version; and they are columns of its tables."""
    assert errors(old) == []
    profile = nd.Dataset.open(old)._store().profile

    assert "x_minute" in {field.name for field in tables_of("1.1", profile)["statements"].fields}
    assert "x_minute" not in {field.name for field in tables_of("1.1")["statements"].fields}
    assert nd.Dataset.open(old).load("statements")["x_minute"].notna().any()


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("x_minute: 12", "x_minute: twelve", "wrong_type /x_minute"),
        ("x_minute: 12", "x_hour: 12", "unknown_key /x_hour"),
        ("topics: [", "topics: [unheard-of, ", "unknown_code /topics/0/topic"),
        ("claim_type: fact", "claim_type: unknown", "unknown_code /claim_type"),
        ("claim_type: fact", "external_id: T1\nclaim_type: fact", "unknown_key /external_id"),
    ],
)
def test_what_neither_it_nor_its_version_has_is_refused(old: Path, before: str, after: str, wanted: str) -> None:
    """Also what only a newer version has: the code unknown, the id of where it was imported from."""
    change(old / "data/curated" / STATEMENT, before, after)

    assert errors(old) == [wanted]


def test_a_codebook_is_judged_by_its_version(old: Path) -> None:
    """Each code is one row of the frozen schema of codebooks."""
    change(old / "data/codebooks/topic.yaml", "- code: ", "- weight: 1\n  code: ")

    assert {one.partition(" ")[0] for one in errors(old)} >= {"unknown_key"}


def test_the_frozen_schemas_themselves_stay_as_they_are() -> None:
    """A profile adds to a copy."""
    for kind in (*BASE.by_type, "dataset"):
        before = frozen.schema("1.1", kind)
        profile = nd.Dataset.open(ROOT / "examples/match-report")._store().profile
        frozen.schema("1.1", kind, profile)
        assert "x_minute" not in before["properties"]
        assert frozen.schema("1.1", kind) is before
