"""The goals, as ratios of contestants in one run or as figures, and whether they are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from typing import Any, Literal

from benchmarks.contest import OURS, OURS_BAD

Run = Mapping[str, Any]
Groups = Mapping[str, Mapping[str, Sequence[Run]]]
"""Group → contestant → what each round took."""


@dataclass(frozen=True)
class Goal:
    """One contestant against another, or alone.

    Args:
        words: what is asked.
        group: where both are.
        one: who has to reach it.
        other: whom it is compared with; empty for a figure alone.
        by: what is compared: seconds on the clock or of the processor, or MiB of memory at the peak.
        times: how much faster at least; else ``most``.
        most: how much more at most: times the other's, or seconds or MiB.
    """

    words: str
    group: str
    one: str
    other: str = ""
    by: Literal["wall", "cpu", "peak"] = "wall"
    times: float | None = None
    most: float | None = None
    is_total: bool = False

    @property
    def wanted(self) -> str:
        """The goal as text."""
        if self.times is not None:
            return f"≥ {self.times:g} × {self.other}"
        unit = f" × {self.other}" if self.other else {"wall": " s", "cpu": " s", "peak": " MiB"}[self.by]
        return f"≤ {self.most:,g}{unit}"

    def figure(self, groups: Groups) -> float | None:
        """Return what was reached; None where one of both was not measured."""
        runs = groups.get(self.group, {})
        ones, others = _done(runs.get(self.one, ())), _done(runs.get(self.other, ()))
        if not ones or (self.other and not others):
            return None
        if not self.other:
            return median(float(one[self.by]) for one in ones)
        found = ratio(ones, others, self.by, self.is_total)
        return 1 / found if self.times is not None else found

    def verdict(self, groups: Groups) -> str:
        """Return whether it is met, in a word."""
        figure = self.figure(groups)
        if figure is None:
            return "not measured"
        is_met = figure >= self.times if self.times is not None else self.most is not None and figure <= self.most
        return "met" if is_met else "**missed**"


def ratio(ones: Sequence[Run], others: Sequence[Run], by: str, is_total: bool = False) -> float:
    """Return how many times more the one took than the other, per record: the median of the ratios of the rounds.

    Who ran in fewer rounds is compared again.
    """

    def amount(run: Run) -> float:
        return float(run[by]) if is_total or by == "peak" else float(run[by]) / int(run["records"])

    pairs = (
        zip(ones, cycle(others), strict=False) if len(ones) >= len(others) else zip(cycle(ones), others, strict=False)
    )
    return median(amount(one) / amount(other) for one, other in pairs)


def _done(runs: Sequence[Run]) -> list[Run]:
    return [run for run in runs if "error" not in run]


_READ = "pl.read_parquet"
GOALS = (
    Goal("JSON Lines, 0.1 % bad, clock", "lines", OURS, "jsonschema-rs", times=2.5),
    Goal("JSON Lines, 0.1 % bad, clock", "lines", OURS, "pydantic per line", times=3.5),
    Goal("JSON Lines, 0.1 % bad, processor", "lines", OURS, "jsonschema-rs", "cpu", times=1.5),
    Goal("JSON Lines, no line canonical, processor", "odd", OURS, "reader and pydantic", "cpu", most=1.15),
    Goal("Parquet, statements, clean, processor", "statements", OURS, _READ, "cpu", most=1.25),
    Goal("Parquet, statements, clean, clock", "statements", OURS, _READ, most=1.25),
    Goal("Parquet, statements, clean, clock", "statements", OURS, "pandera (Polars)", times=3),
    Goal("Parquet, statements, clean, clock", "statements", OURS, "dataframely", times=2),
    Goal("Parquet, statements, clean, clock", "statements", OURS, "pandera (pandas)", times=10),
    Goal("Parquet, all tables, clean, processor", "tables", OURS, _READ, "cpu", most=1.7),
    Goal("Parquet, all tables, clean, clock", "tables", OURS, _READ, most=1.7),
    Goal("Parquet, all tables, clean, clock", "tables", OURS, "pandera (Polars)", times=3),
    Goal("Parquet, statements, 0.1 % bad, processor", "statements", OURS_BAD, OURS, "cpu", most=1.4),
    Goal("Parquet, all tables, 0.1 % bad, processor", "tables", OURS_BAD, OURS, "cpu", most=1.4),
    Goal("Parquet, ten times as much, clock", "growth", "Parquet, ten times", "Parquet", most=11, is_total=True),
    Goal("JSON Lines, ten times as much, clock", "growth", "JSON Lines, ten times", "JSON Lines", most=11,
         is_total=True),
    Goal("Parquet, ten times as much, peak", "growth", "Parquet, ten times", by="peak", most=1536),
    Goal("JSON Lines, ten times as much, peak", "growth", "JSON Lines, ten times", by="peak", most=300),
    Goal("build with validation, processor", "build", OURS, "polars, plain", "cpu", most=1.5),
    Goal("build, ten times as much, peak", "growth", "build, ten times", by="peak", most=4096),
    Goal("curated YAML, records a second", "curated", OURS, "check-jsonschema", times=5),
    Goal("curated YAML, 10,000 records", "curated", OURS, most=6),
)  # fmt: skip
