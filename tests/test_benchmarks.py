"""The benchmark itself: it runs, its peers find what they can, and its page says what was measured. Speed is no matter.

Only calls that are far from their goals fail here; ``make bench`` is for figures.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import benchmarks.__main__ as bench
from benchmarks.contest import GROUPS
from benchmarks.data import Data
from benchmarks.environments import has_memory, here
from benchmarks.goals import GOALS, Goal
from benchmarks.peers import frames, sql
from benchmarks.race import Race, measure
from benchmarks.results import put
from tests.conftest import IS_FULL

COLUMNS = {"missing_key", "bad_form", "unknown_code", "out_of_range", "wrong_type", "broken_rule", "duplicate_id"}
"""What rules of columns and of rows can see in one table."""
NOT_HERE = {"statements, dataframely", "lines, jsonschema-rs"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Files of a tiny size, all sides in this environment."""
    return Data(tmp_path_factory.mktemp("bench") / "data" / "1500", 1500, 0.1, here())


def test_run_measures_every_contestant_and_goes_on_where_it_was(
    data: Data, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "_commit", lambda: "0123abc")
    home = data.folder.parents[1]
    options = ["--here", "--size", "1500", "--rounds", "1", "--share", "0.1", "--home", str(home)]

    measured = ["statements", "lines"] if IS_FULL else ["lines"]
    assert bench.main([*measured, *options]) == 0

    kept = home / "results-1500-0123abc.json"
    groups: dict[str, dict[str, Any]] = json.loads(kept.read_text("utf-8"))
    assert groups.keys() == {*measured}
    for name, group in groups.items():
        assert group.keys() == {one.name for one in GROUPS[name]}
        for one in group.keys() - NOT_HERE:
            assert min(group[one][0][figure] for figure in ("wall", "cpu", "peak")) > 0, (one, group[one])
    assert groups[measured[0]][f"{measured[0]}, now"][0]["imports"] > 0.05
    assert sum(groups["lines"]["lines 0.1 % bad, now"][0]["issues"].values()) > 20
    page = capsys.readouterr().out
    assert "; of each code as many as before." in page
    assert all(goal.words in page for goal in GOALS)
    time = kept.stat().st_mtime_ns
    assert bench.main(["lines", *options]) == 0
    assert kept.stat().st_mtime_ns == time
    assert "[lines] measured before" in capsys.readouterr().err


def test_peers_find_what_is_planted_and_nothing_else(data: Data) -> None:
    import pyarrow.parquet as pq

    faults = pq.read_table(data.path("tables-bad/faults.parquet")).to_pylist()
    planted = {one["row"] for one in faults if one["table"] == "statements" and one["code"] in COLUMNS}
    assert len(planted) > 5
    for peer in (frames.by_hand, sql.by_hand):
        assert planted <= set(peer(data.path("tables-bad"), data.about, Path()))
        assert peer(data.path("alone"), data.about, Path()) == []
    assert set(map(tuple, frames.by_hand_all(data.path("tables"), data.about, Path()).values())) == {()}


def test_odd_lines_hold_the_same_records_and_are_not_canonical(data: Data) -> None:
    lines = [data.path(f"{form}/statements.jsonl").read_text("utf-8").splitlines() for form in
             ("canonical", "reversed", "spaced")]  # fmt: skip
    assert len(lines[0]) == 150
    for canonical, backward, spaced in zip(*lines, strict=True):
        assert json.loads(canonical) == json.loads(backward) == json.loads(spaced)
        assert len({canonical, backward, spaced}) == 3


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="descendants are followed in /proc alone")
def test_descendants_count(tmp_path: Path) -> None:
    child = "import time; held = bytearray(60 * 2**20)\nwhile time.process_time() < 0.3: pass\ntime.sleep(1)"
    start = f"[subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in '12']"
    two = f"import subprocess, sys\nfor one in {start}: one.wait()"

    took = measure([sys.executable, "-c", two], tmp_path, os.environ)

    assert took["code"] == 0
    assert took["cpu"] > 0.6
    assert took["peak"] > 120


def test_limit_of_memory_is_given_where_a_command_takes_one(tmp_path: Path) -> None:
    for name, options in (("with", "[--memory SIZE]"), ("without", "[--hash]")):
        python = tmp_path / name
        python.write_text(f"#!/bin/sh\necho 'usage: news-dataset validate {options}'\n", "utf-8")
        python.chmod(0o755)
        assert has_memory(str(python), "validate") == (name == "with")


def test_failure_is_no_figure(data: Data) -> None:
    line = next(one for one in GROUPS["bundled"] if one.name == "import")
    heavy = replace(line, command=("-c", f"import pandas; {line.command[1]}"))
    runs = Race(here(), data, 1).run([heavy])
    assert "exit code 1" in runs["import"][0]["error"]
    assert Goal("", "import", 1).row(runs).endswith("**failed** |")


def test_no_call_is_far_from_its_goal(data: Data) -> None:
    """Ceilings so generous that a busy machine stays below them."""
    ceilings = {"nd.load, now": 1.8, "nd.get": 2.5, "import": 0.05, "--help": 0.2}
    goals = [goal for goal in GOALS if goal.one in ceilings and "nd.load, before" not in goal.others]
    names = ceilings.keys() | {name for goal in goals for name in goal.others}
    runs = Race(here(), data, 1).run([one for one in GROUPS["bundled"] if one.name in names])
    assert {goal.one for goal in goals} == ceilings.keys()
    for goal in goals:
        assert ceilings[goal.one] > goal.most
        assert replace(goal, most=ceilings[goal.one]).row(runs).endswith("| met |"), goal.row(runs)


def test_goals_compare_medians() -> None:
    runs: dict[str, list[dict[str, float]]] = {
        "slow": [{"cpu": cpu, "peak": 90} for cpu in (9.0, 4.0, 8.0)],
        "fast": [{"cpu": cpu, "peak": 60} for cpu in (3.0, 2.0, 1.0)],
        "lean": [{"cpu": 5, "peak": 30}],
    }
    assert Goal("", "slow", 4, others=("fast",)).reached(runs) == (4, "8 s, fast 2 s")
    assert Goal("", "slow", 4, others=("fast",)).row(runs).endswith("| met |")
    assert Goal("", "slow", 3.9, others=("fast",)).row(runs).endswith("| **missed** |")
    assert Goal("", "slow", 2, "peak", ("lean", "fast")).reached(runs) == (1.5, "90 MiB, fast 60 MiB")
    assert Goal("", "slow", 7, others=("fast",), is_more=True).reached(runs) == (6, "8 s, fast 2 s")
    assert Goal("", "slow", 8).row(runs).endswith("| met |")
    assert Goal("", "absent", 8).row(runs).endswith("| not measured |")
    assert Goal("", "slow", 8, others=("absent",)).row(runs).endswith("| not measured |")


def test_goals_name_contestants() -> None:
    known = {one.name for group in GROUPS.values() for one in group} | {"package", "files", "engine and checks"}
    assert len(known) == sum(map(len, GROUPS.values())) + 3
    assert {name for goal in GOALS for name in (goal.one, *goal.others)} <= known


def test_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text("# Results\n\n## One\n\nwords\n", "utf-8")
    put(page, "first")
    put(page, "second")
    assert (
        page.read_text("utf-8")
        == "# Results\n\n## One\n\nwords\n\n<!-- begin: make bench -->\nsecond\n<!-- end: make bench -->\n"
    )


def test_unknown_group_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench.main(["line"])
    assert "there is no group line; there are tables, statements" in capsys.readouterr().err
