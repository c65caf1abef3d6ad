"""The benchmark itself: it runs, its peers find what they can, and its page says what was measured. Speed is no matter.

Only a gross slowdown fails here; ``make bench`` is for figures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.contest import COLUMNS, GROUPS, OURS, OURS_BAD, Contestant
from benchmarks.goals import Goal, ratio
from benchmarks.made import Made
from benchmarks.peers import lines
from benchmarks.race import judged
from benchmarks.results import BEGIN, END, put
from benchmarks.scale import main


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A page and what it was made of: two groups of a tiny size, with the peers that are installed."""
    folder = tmp_path_factory.mktemp("bench")
    page = folder / "RESULTS.md"
    options = ["--installed", "--size", "1500", "--rounds", "1", "--faults", "0.05", "--data", str(folder)]
    assert main(["statements", "lines", *options, "--results", str(page)]) == 0
    state = json.loads((folder / "results-1500.json").read_text("utf-8"))
    assert main(["lines", *options, "--results", str(page)]) == 0  # goes on where it was: there is nothing to do
    assert json.loads((folder / "results-1500.json").read_text("utf-8")) == state
    return page, state["groups"]


def test_page_has_every_contestant_and_goal(measured: tuple[Path, dict[str, Any]]) -> None:
    page, groups = measured
    text = page.read_text("utf-8")
    for name, group in groups.items():
        assert group["runs"].keys() >= {GROUPS[name].contestants[0].name, OURS}
        for one, runs in group["runs"].items():
            assert "error" not in runs[0], (one, runs)
            assert min(runs[0][figure] for figure in ("wall", "cpu", "peak", "records")) > 0
            assert f"| {one} | {runs[0]['records']:,} |" in text
        assert all(one in text for one in group["left_out"])
    assert text.count("\n## ") == 1
    assert text.count("not measured") > 3


@pytest.mark.parametrize(
    ("group", "one"),
    [("statements", OURS_BAD), ("lines", OURS), ("lines", "pydantic per line")],
)
def test_planted_rows_are_found(measured: tuple[Path, dict[str, Any]], group: str, one: str) -> None:
    (run,) = measured[1][group]["runs"][one]
    assert run["judged"]["found"] > 5
    assert run["judged"]["others"] == 0
    assert run["judged"]["overlooked"] == {}


def test_nothing_is_found_where_nothing_is_planted(measured: tuple[Path, dict[str, Any]]) -> None:
    for one in (OURS, "polars by hand"):
        (run,) = measured[1]["statements"]["runs"][one]
        assert run["judged"] == {"planted": 0, "found": 0, "others": 0, "missed": {}, "overlooked": {}}


def test_no_gross_slowdown(measured: tuple[Path, dict[str, Any]]) -> None:
    runs = measured[1]["lines"]["runs"]
    assert ratio(runs[OURS], runs["pydantic per line"], "cpu") < 100
    assert ratio(measured[1]["statements"]["runs"][OURS], runs["pydantic per line"], "cpu") < 100


def test_peer_that_finds_nothing_is_said_to_overlook(measured: tuple[Path, dict[str, Any]]) -> None:
    faults = next(measured[0].parent.rglob("tables-bad/faults.parquet"))
    made = Made(faults.parent, 1500, faults)
    found = judged({"statements": []}, made, 1500, Contestant("dummy", "", "", sees=COLUMNS))
    assert found["found"] == 0
    assert sum(found["overlooked"].values()) > 5
    elsewhere = judged({"statements": [1499]}, made, 1500, Contestant("dummy", "", "", is_whole=True))
    assert elsewhere["planted"] > found["planted"]
    assert elsewhere["others"] == 1


def test_figures_are_medians_of_the_ratios_of_rounds() -> None:
    runs: dict[str, list[dict[str, Any]]] = {
        "slow": [{"wall": wall, "records": 10} for wall in (9.0, 4.0, 8.0)],
        "fast": [{"wall": wall, "records": 10} for wall in (3.0, 2.0, 1.0)],
        "once": [{"wall": 3, "records": 5}],
    }
    assert ratio(runs["slow"], runs["fast"], "wall") == 3
    assert ratio(runs["fast"], runs["once"], "wall") == pytest.approx(2 / 6)
    goal = Goal("", "group", "fast", "slow", times=3)
    assert goal.figure({"group": runs}) == pytest.approx(3)
    assert goal.verdict({"group": runs}) == "met"
    assert Goal("", "group", "fast", "slow", times=3.1).verdict({"group": runs}) == "**missed**"
    assert Goal("", "group", "slow", most=8).verdict({"group": runs}) == "met"
    assert Goal("", "group", "slow", most=7.9).verdict({"group": runs}) == "**missed**"
    assert Goal("", "group", "absent", most=8).verdict({"group": runs}) == "not measured"
    assert Goal("", "group", "slow", "broken", most=8).figure({"group": runs | {"broken": [{"error": ""}]}}) is None


def test_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text("# Results\n\n## One\n\nwords\n", "utf-8")
    put(page, "first")
    put(page, "second")
    assert page.read_text("utf-8") == f"# Results\n\n## One\n\nwords\n\n{BEGIN}\nsecond\n{END}\n"


def test_unknown_group_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["line"])
    assert "there is no group line; there are statements" in capsys.readouterr().err


def test_schema_that_peers_judge_by_is_the_newest() -> None:
    from news_dataset.manifest import SCHEMA_VERSION

    assert f":{SCHEMA_VERSION}:" in lines._schema()["$id"]
