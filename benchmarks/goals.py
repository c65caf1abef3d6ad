"""The goals: one contestant against another in the same run, or alone, and whether they are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Literal

Runs = Mapping[str, Sequence[Mapping[str, Any]]]
"""What each round took, by contestant."""

UNITS = {"cpu": "s", "wall": "s", "peak": "MiB", "count": ""}


@dataclass(frozen=True)
class Goal:
    """One contestant against another, or alone.

    Args:
        words: what is asked.
        one: who has to reach it.
        most: how much at most: times the other's, or in seconds, MiB or lines; more than the other's if *is_more*.
        by: what is compared.
        others: whom it is compared with: the one of them that takes least of the processor. None: a figure alone.
    """

    words: str
    one: str
    most: float
    by: Literal["cpu", "wall", "peak", "count"] = "cpu"
    others: tuple[str, ...] = ()
    is_more: bool = False

    def reached(self, runs: Runs) -> tuple[float, str] | None:
        """Return what was reached, and the figures behind it; None where it was not measured."""
        one, other = figure(runs, self.one, self.by), self._other(runs)
        if one is None or (self.others and other is None):
            return None
        if other is None:
            return one, f"{number(one)} {UNITS[self.by]}".strip()
        base = figure(runs, other, self.by) or 0
        unit = UNITS[self.by]
        words = f"{number(one)} {unit}, {other.rpartition(', ')[2]} {number(base)} {unit}"
        return one - base if self.is_more else one / base, words

    def row(self, runs: Runs) -> str:
        """Return its row in a table of Markdown."""
        wanted = f"≤ {self.most:,g} {UNITS[self.by] if self.is_more or not self.others else '×'}".strip()
        if any("error" in run for name in (self.one, *self.others) for run in runs.get(name, ())):
            return f"| {self.words} | {wanted} | | | **failed** |"
        found = self.reached(runs)
        if found is None:
            return f"| {self.words} | {wanted} | | | not measured |"
        verdict = "met" if found[0] <= self.most else "**missed**"
        return f"| {self.words} | {wanted} | {number(found[0])} | {found[1]} | {verdict} |"

    def _other(self, runs: Runs) -> str | None:
        known = [(taken, name) for name in self.others if (taken := figure(runs, name, "cpu")) is not None]
        return min(known)[1] if known else None


def figure(runs: Runs, name: str, by: str) -> float | None:
    """Return the median of a contestant's rounds."""
    found = [float(run[by]) for run in runs.get(name, ()) if by in run]
    return median(found) if found else None


def number(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def size_of_code(package: Path) -> Runs:
    """Return how many lines and files of Python the package has, and its engine with the checks."""
    lines = {file: len(file.read_text("utf-8").splitlines()) for file in package.rglob("*.py")}
    engine = sum(count for file, count in lines.items() if {"engine", "checks", "scale"} & set(file.parts))
    counts = {"package": sum(lines.values()), "files": len(lines), "engine and checks": engine}
    return {name: [{"count": count}] for name, count in counts.items()}


_POLARS = ("statements, Polars by hand", "statements, dataframely")
GOALS = (
    Goal("all 22 tables: processor, against before", "tables, now", 1, others=("tables, before",)),
    Goal("all 22 tables: clock, against Polars by hand", "tables, now", 1, "wall", ("tables, Polars by hand",)),
    Goal("all 22 tables: peak", "tables, now", 700, "peak"),
    Goal("statements alone: processor, against before", "statements, now", 0.65, others=("statements, before",)),
    Goal("statements alone: processor, against the best Polars", "statements, now", 1.2, others=_POLARS),
    Goal("statements alone: peak, against the best Polars", "statements, now", 0.333, "peak", _POLARS),
    Goal("all tables, 0.1 % bad: against clean", "tables 0.1 % bad, now", 1.3, others=("tables, now",)),
    Goal("JSON Lines, 0.1 % bad: against clean", "lines 0.1 % bad, now", 1.3, others=("lines, now",)),
    Goal("JSON Lines, every check: processor, against before", "lines, now", 1, others=("lines, before",)),
    Goal("JSON Lines, every check: processor, against jsonschema-rs", "lines, now", 1.3,
         others=("lines, jsonschema-rs",)),
    Goal("JSON Lines, every check: clock, against jsonschema-rs", "lines, now", 1, "wall", ("lines, jsonschema-rs",)),
    Goal("lines with keys reversed, against canonical", "a tenth of the lines, keys reversed", 1.3,
         others=("a tenth of the lines, canonical",)),
    Goal("lines with spaces, against canonical", "a tenth of the lines, spaced", 1.3,
         others=("a tenth of the lines, canonical",)),
    Goal("build: processor, against pyarrow plain", "build, now", 1.35, others=("build, pyarrow plain",)),
    Goal("build: peak", "build, now", 1536, "peak"),
    Goal("tables, ten times as much: processor", "tables, ten times", 10.5, others=("tables, now",)),
    Goal("tables, ten times as much: peak", "tables, ten times", 1280, "peak"),
    Goal("JSON Lines, ten times as much: processor", "lines, ten times", 10.5, others=("lines, now",)),
    Goal("JSON Lines, ten times as much: peak", "lines, ten times", 600, "peak"),
    Goal("build, ten times as much: processor, against pyarrow plain", "build, ten times", 1.35,
         others=("build, ten times, pyarrow plain",)),
    Goal("build, ten times as much: peak", "build, ten times", 1536, "peak"),
    Goal("bundled dataset: `validate`", "bundled validate, now", 0.6),
    Goal("bundled dataset: `build`", "bundled build, now", 0.9),
    Goal("`nd.load`, against before", "nd.load, now", 1.05, others=("nd.load, before",)),
    Goal("`nd.load`, against importing pandas and pyarrow.parquet", "nd.load, now", 1.25,
         others=("pandas and pyarrow.parquet",)),
    Goal("`nd.get`, against a pydantic model of one field", "nd.get", 1.5, others=("pydantic, a model of one field",)),
    Goal("`import news_dataset` imports nothing; over bare Python", "import", 0.005, others=("bare Python",),
         is_more=True),
    Goal("`news-dataset --help`, over bare Python", "--help", 0.06, others=("bare Python",), is_more=True),
    Goal("code: lines of the package", "package", 15_500, "count"),
    Goal("code: files of the package", "files", 125, "count"),
    Goal("code: lines of engine and checks", "engine and checks", 2_200, "count"),
)  # fmt: skip
