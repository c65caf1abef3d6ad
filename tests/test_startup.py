"""Start-up times, with ceilings so generous that a busy machine stays below them; the goals are in the benchmark."""

from __future__ import annotations

import pytest

from benchmarks.startup import GOALS, LINES, Goal, Line, measured, verdict

SLACK = {"import news_dataset": 50, "news-dataset --help": 200}
TIMES = {"nd.load('statements')": 1.8, "nd.get('person/lee-jae-myung')": 2.5}


@pytest.fixture(scope="module")
def lines() -> dict[str, Line]:
    """What the goals speak of, measured a few times."""
    names = {goal.line for goal in GOALS} | {goal.base for goal in GOALS}
    return measured([Line(name, code) for name, code in LINES.items() if name in names], 3)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.line)
def test_no_call_is_far_from_its_goal(goal: Goal, lines: dict[str, Line]) -> None:
    """By the processor's time, which other programs disturb little."""
    ceiling = (TIMES if goal.is_ratio else SLACK)[goal.line]

    assert ceiling > goal.most
    assert verdict(Goal(goal.line, goal.base, ceiling, goal.is_ratio), lines)[0]


def test_a_missed_goal_is_told() -> None:
    """Negative control: a line that is too slow, by difference and by ratio."""
    lines = {"slow": Line("slow", "", cpu=[9.0, 30.0, 90.0]), "base": Line("base", "", cpu=[20.0])}

    assert verdict(Goal("slow", "base", 10, is_ratio=False), lines) == (True, "10.0 ms over base (goal: at most 10 ms)")
    assert not verdict(Goal("slow", "base", 9.9, is_ratio=False), lines)[0]
    assert verdict(Goal("slow", "base", 1.5, is_ratio=True), lines) == (True, "1.50 × base (goal: at most 1.5)")
    assert not verdict(Goal("slow", "base", 1.49, is_ratio=True), lines)[0]


def test_a_line_that_fails_is_no_time() -> None:
    """It is an error."""
    with pytest.raises(RuntimeError, match="broken failed"):
        measured([Line("broken", "raise SystemExit(3)")], 1)
