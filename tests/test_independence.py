"""Verdicts rest on decisive sources, and independence is said of these alone, also where an older version said more."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset import frozen, validate
from news_dataset.dataset import Dataset
from news_dataset.frozen import migrate
from tests.conftest import ROOT

EXAMPLE = ROOT / "tests" / "examples" / "codes" / "uncited_verdict" / "curated"
STANCES = ("supports", "contradicts", "context")
INDEPENDENCES = ("independent", "shared_origin", "single")
LEAVE_OUT = "but no cited source supports or contradicts (leave independence out)"
MISSING = "independence is missing: a cited source supports or contradicts (add independence: single)"
CITE = "add to citations: {source: source/…, stance: …}, or write verdict: not_checkable"
CORRECT = "write another verdict, such as supported, or correct the stance"
ONE = "decisive source (write independence: single)"
SEVERAL = "decisive sources (write independence: independent, or shared_origin)"
INDEPENDENT, SINGLE = "/independence independent", "/independence single"


def assessment(verdict: str, stances: list[str], independence: str | None) -> dict[str, Any]:
    """Return an assessment that cites sources a, b, … with these stances."""
    cited = [
        {"source": f"source/{name}", "stance": one, "says": "A page."}
        for name, one in zip("abc", stances, strict=False)
    ]
    found = {
        "id": "assessment/port-example/01", "target": "statement/port-example/01", "aspect": "veracity",
        "verdict": verdict, "finding": "What the pages show.", "independence": independence,
        "assessed_by": "Ann Example", "assessed_on": "2031-05-06", "citations": cited or None,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def said_of(one: dict[str, Any], folder: Path) -> list[str]:
    """Return what the check says of an assessment, each with the field that it blames."""
    data = Path(copytree(EXAMPLE, folder / "curated"))
    (data / "assessments" / "port-example.yaml").unlink()
    (data / "assessments" / "port-example.json").write_text(json.dumps(one), "utf-8")
    for name in "abc":
        source = {"id": f"source/{name}", "url": "https://example.org", "publisher": "A", "kind": "news"}
        (data / "sources" / f"{name}.json").write_text(json.dumps(source), "utf-8")
    found = [issue for issue in validate(folder) if issue.code == "uncited_verdict"]
    return [f"{issue.pointer} {issue.message}" + (f" ({issue.hint})" if issue.hint else "") for issue in found]


@pytest.mark.parametrize(
    ("verdict", "stances", "independence", "said"),
    [
        ("not_checkable", [], None, ""),
        ("not_checkable", [], "single", f"/independence single, {LEAVE_OUT}"),
        ("not_checkable", ["context", "context"], None, ""),
        ("not_checkable", ["context", "context"], "independent", f"/independence independent, {LEAVE_OUT}"),
        ("unsupported", ["context"], None, ""),
        ("unsupported", ["context"], "single", f"/independence single, {LEAVE_OUT}"),
        ("unsupported", [], None, f"/verdict the verdict unsupported cites no source ({CITE})"),
        ("unsupported", ["supports"], "single", f"/verdict unsupported, but a cited source supports it ({CORRECT})"),
        ("supported", ["supports"], "single", ""),
        ("supported", ["supports", "context"], "single", ""),
        ("supported", ["supports"], None, f" {MISSING}"),
        ("supported", ["supports", "context"], "independent", f"{INDEPENDENT}, with 1 {ONE}"),
        ("contradicted", ["contradicts", "supports"], "shared_origin", ""),
        ("contradicted", ["contradicts", "contradicts"], "single", f"{SINGLE}, with 2 {SEVERAL}"),
    ],
)  # fmt: skip
def test_independence_is_said_of_decisive_sources(
    verdict: str, stances: list[str], independence: str | None, said: str, tmp_path: Path
) -> None:
    """It is there exactly where one is cited, and single where it is the only one."""
    assert said_of(assessment(verdict, stances, independence), tmp_path) == ([said] if said else [])


@given(st.lists(st.sampled_from(STANCES), max_size=3), st.sampled_from(INDEPENDENCES))
def test_an_older_assessment_follows_the_rule_once_it_is_migrated(stances: list[str], independence: str) -> None:
    """Independence is dropped without a decisive source, single with one, and else as it was."""
    old = assessment("not_checkable", stances, independence)
    before = json.dumps(old)
    decisive = len(stances) - stances.count("context")

    assert frozen.faults("1.0", "assessment", old) is None
    new = migrate("assessment", old, "1.0")
    assert json.dumps(old) == before
    assert new.get("independence") == (independence if decisive > 1 else "single" if decisive else None)
    assert new | {"independence": independence} == old


def test_sources_that_are_cited_twice_count_once() -> None:
    """A source that supports one part and contradicts another is still a single one."""
    old = assessment("contradicted", ["supports", "contradicts"], "independent")
    old["citations"][1]["source"] = old["citations"][0]["source"]

    assert migrate("assessment", old, "1.0")["independence"] == "single"


def test_a_new_assessment_asks_for_it() -> None:
    """Beside the verdict; with the codes, and not among what is optional."""
    draft = Dataset(ROOT / "examples" / "second-article").new("assessment", output="-")
    asked, _, _ = str(draft).partition("# Optional:")
    assert "\nindependence:  # independent, shared_origin, single\n" in asked
    assert "independence" in draft.blanks
