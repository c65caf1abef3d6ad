"""Reports as text and JSON, and for a step of a GitHub workflow; untrusted words are escaped before printing.

``escape`` makes words safe on a terminal and in the log of a workflow, ``code_span`` in Markdown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from news_dataset.issues import Issue, Report
from news_dataset.markup import code_span, counted, escape, safe_json

__all__ = [
    "MOST", "REPORTERS", "as_json", "closing", "code_span", "counted", "escape", "layers",
    "listed", "rank", "text",
]  # fmt: skip

MOST = 200
"""How many issues a text lists."""
ROOM = 60_000
"""How many characters they may have together."""


def text(report: Report, all_in: str = ": --issues FILE.parquet keeps all") -> str:
    """Return the report for people: the issues, a line per layer with its denominators, a line that sums up.

    Args:
        report: the report.
        all_in: the words that say where all issues are, if not all are listed.
    """
    return "".join(f"{line}\n" for line in [*listed(report, all_in), *closing(report)])


def listed(report: Report, all_in: str = "") -> Iterator[str]:
    """Yield the issues, a line each, as many as somebody would read, and how many there are more.

    Args:
        report: the report.
        all_in: the words that say where all issues are.
    """
    shown, room = 0, ROOM
    for line in map(str, _first(report, MOST)):
        room -= len(line)
        if shown and room < 0:
            break
        shown += 1
        yield line
    if more := len(report.issues) + report.left_out - shown:
        yield f"… and {more} more{all_in}"


def _first(report: Report, most: int) -> list[Issue]:
    """Return *most* issues in the order of their places; of more, errors go first, and causes before consequences."""
    before = rank(report)
    chosen = sorted(range(len(report.issues)), key=lambda at: before(report.issues[at]))[:most]
    return [report.issues[at] for at in sorted(chosen)]


def rank(report: Report) -> Callable[[Issue], tuple[bool, int]]:
    """Return what puts errors first, and layers in order: a record of no right shape is missing to all that follow."""
    order = list(dict.fromkeys(tally.layer for tally in report.tallies))
    layer_of = {tally.code: order.index(tally.layer) for tally in report.tallies}
    return lambda issue: (issue.severity != "error", layer_of.get(issue.code, 0))


def closing(report: Report) -> Iterator[str]:
    """Yield the lines that end a report: the denominators of each layer, the sums, the next command."""
    for layer in layers(report):
        numbers = f"checked {layer.checked:>6}  skipped {layer.skipped:>5}  failed {layer.failed:>4}"
        yield escape(f"{layer.name:<10} {numbers}{f' ({layer.reasons})' if layer.reasons else ''}")
    yield report.summary
    if not report.ok:
        yield escape(f"next: news-dataset explain {min(report.errors, key=rank(report)).code}")


def as_json(report: Report) -> str:
    """Return the report as one JSON document: issues, tallies of every check, sums; ``docs/ci.md`` has its keys."""
    tallies = [
        {"code": one.code, "layer": one.layer, "checked": one.checked, "failed": one.failed, "warned": one.warned,
         "skipped": one.skipped}
        for one in report.tallies
    ]  # fmt: skip
    issues = {"issues": report.to_rows(), "left_out": report.left_out}
    whole = {"ok": report.ok, "counts": report.counts(), **issues, "checks": tallies}
    return safe_json(json.dumps(whole, indent=2)) + "\n"


REPORTERS = {"text": text, "json": as_json}


@dataclass(frozen=True, slots=True)
class Layer:
    """The denominators of one layer of checks, in units; why some were skipped."""

    name: str
    checked: int
    skipped: int
    failed: int
    reasons: str


def layers(report: Report) -> Iterator[Layer]:
    """Yield the denominators of each layer, in the order in which the layers ran."""
    for name in dict.fromkeys(tally.layer for tally in report.tallies):
        mine = [tally for tally in report.tallies if tally.layer == name]
        reasons: dict[str, int] = {}
        for tally in mine:
            for reason, count in tally.skipped.items():
                reasons[reason] = reasons.get(reason, 0) + count
        why = "; ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
        checked, failed = sum(tally.checked for tally in mine), sum(tally.failed for tally in mine)
        yield Layer(name, checked, sum(reasons.values()), failed, why)
