"""What was measured, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.contest import MEMORY
from benchmarks.goals import GOALS, figure, number


def section(state: Mapping[str, Any]) -> str:
    """Return the section of the page: what was measured where, and the goals."""
    return "\n".join(
        [
            f"## Large datasets, start-up and size (`make bench SIZE={state['size']}`)",
            "",
            f"{state['about']}. Fresh processes take turns; figures are medians of {state['rounds']} rounds. Where "
            "nothing else is said, seconds are those of the processor, of the whole tree of processes. Imports are "
            f"left out except for the bundled dataset and lines of code. `--memory {MEMORY}`.",
            "",
            "| goal | wanted | reached | figures | |",
            "|---|---|---|---|---|",
            *(goal.row(state["runs"]) for goal in GOALS),
            "",
            *_issues(state["runs"]),
        ]
    )


def figures(state: Mapping[str, Any]) -> str:
    """Return every contestant's figures, for the screen."""
    lines = [f"{'':46}{'processor s':>12}{'clock s':>10}{'peak MiB':>10}{'imports s':>10}"]
    for name, runs in state["runs"].items():
        if error := next((run["error"] for run in runs if "error" in run), None):
            lines.append(f"{name:46}  {error}")
        elif "cpu" in runs[0]:
            found = [figure(state["runs"], name, by) for by in ("cpu", "wall", "peak", "imports")]
            cells = ["" if one is None else number(one) for one in found]
            lines.append(f"{name:46}{cells[0]:>12}{cells[1]:>10}{cells[2]:>10}{cells[3]:>10}")
    return "\n".join(lines)


def put(page: Path, text: str, make: str = "make bench") -> None:
    """Put the section that a command of make writes where the last one stood, or behind everything else."""
    old = page.read_text("utf-8") if page.exists() else "# Results\n"
    begin, end = f"<!-- begin: {make} -->", f"<!-- end: {make} -->"
    before, _, rest = old.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before.rstrip()}\n\n{begin}\n{text}\n{end}\n{after.lstrip()}".rstrip() + "\n", "utf-8")


def _issues(runs: Mapping[str, Any]) -> Iterator[str]:
    """Say whether both sides report as many issues of each code."""
    for kind in ("tables", "lines"):
        now, before = ((runs.get(f"{kind} 0.1 % bad, {side}") or [{}])[0].get("issues") for side in ("now", "before"))
        if now is None or before is None:
            continue
        codes = sorted(code for code in now.keys() | before.keys() if now.get(code) != before.get(code))
        odd = "; ".join(f"{code} {now.get(code, 0)}, before {before.get(code, 0)}" for code in codes)
        yield f"Issues in {kind}, 0.1 % bad: {sum(now.values()):,}; {odd or 'of each code as many as before'}."
