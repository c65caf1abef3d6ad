"""What was measured as tables of Markdown, and as a section of RESULTS.md between two marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contest import GROUPS, Group
from benchmarks.goals import GOALS, ratio

BEGIN, END = "<!-- begin: make bench -->", "<!-- end: make bench -->"

ABOUT = (
    "Every figure is the median of fresh processes that take turns, every ratio the median of the ratios of the "
    "rounds, per record. The import of libraries is left out and stands apart; memory is the peak of the process, "
    "with its libraries and the pages that it maps. Rows beside those that were planted are at fault because of these: "
    "what refers to a record whose id was changed, or a second row of the same key."
)


def section(state: Mapping[str, Any]) -> str:
    """Return the section: the goals, then a table for each group."""
    return "\n".join(_lines(state))


def put(path: Path, text: str) -> None:
    """Put a section where the last one stood, or behind everything else."""
    old = path.read_text("utf-8") if path.exists() else "# Results\n"
    before, _, rest = old.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before.rstrip()}\n\n{BEGIN}\n{text}\n{END}\n{after.lstrip()}".rstrip() + "\n", "utf-8")


def _lines(state: Mapping[str, Any]) -> Iterator[str]:
    yield f"## Millions of records (`make bench SIZE={state['size']}`)"
    yield ""
    yield f"{state['size']:,} invented statements with all that belongs to them. {ABOUT} {state['about']}."
    yield ""
    yield "| goal | wanted | reached | |"
    yield "|---|---|---|---|"
    runs = {name: group["runs"] for name, group in state["groups"].items()}
    for goal in GOALS:
        figure = goal.figure(runs)
        shown = "" if figure is None else _number(figure)
        yield f"| {goal.words} | {goal.wanted} | {shown} | {goal.verdict(runs)} |"
    for name, found in state["groups"].items():
        yield from _group(GROUPS[name], found)


def _group(group: Group, found: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"### {group.title}"
    yield ""
    if group.about:
        yield group.about
        yield ""
    yield (
        f"| what | records | s, clock | s, processor | × {group.base}, clock | processor | peak MiB | import s "
        "| faulty rows found | misses |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    base = [run for run in found["runs"].get(group.base, ()) if "error" not in run]
    for one in group.contestants:
        if one.name in found["runs"]:
            yield _row(one.name, found["runs"][one.name], base)
    limits = [f"{one.name}: {one.cannot}" for one in group.contestants if one.cannot and one.name in found["runs"]]
    yield ""
    yield f"{found['when']}; rounds: {found['rounds']}."
    if limits:
        yield f"Not checked, or not all of it: {'; '.join(limits)}."
    if found["left_out"]:
        yield f"Not installed: {', '.join(found['left_out'])}."


def _row(name: str, runs: Sequence[Mapping[str, Any]], base: Sequence[Mapping[str, Any]]) -> str:
    done = [run for run in runs if "error" not in run]
    if not done:
        return f"| {name} | | | | | | | | | {runs[0]['error']} |"
    cells = [f"{done[0]['records']:,}"]
    cells += [_number(median(run[by] for run in done)) for by in ("wall", "cpu")]
    cells += [_number(ratio(done, base, by)) if base else "" for by in ("wall", "cpu")]
    cells += [f"{median(run['peak'] for run in done):,.0f}", f"{median(run['imported'] for run in done):.2f}"]
    return f"| {name} | {' | '.join(cells)} | {_found(done[0])} |"


def _found(run: Mapping[str, Any]) -> str:
    judged = run.get("judged")
    if not judged:
        return "|"
    if not (judged["planted"] or judged["others"]):
        return "none, as there are none |"
    beside = f", and {judged['others']} others" if judged["others"] else ""
    missed = ", ".join(f"{count} {code}" for code, count in sorted(judged["missed"].items()))
    return f"{judged['found']:,} of {judged['planted']:,}{beside} | {missed}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
