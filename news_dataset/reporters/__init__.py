"""Write reports as text, as JSON, and for a step of a GitHub workflow.

Untrusted words are escaped: with ``escape`` for a terminal and the log of a workflow, with ``code_span`` for Markdown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from news_dataset.issues import Issue, Report
from news_dataset.markup import code_span, counted, escape, safe_json

__all__ = [
    "MAX_ISSUES", "REPORTERS", "as_json", "closing", "code_span", "counted", "escape", "layers",
    "listed", "rank", "text",
]  # fmt: skip

MAX_ISSUES = 200
"""The maximum number of issues in a text."""
MAX_CHARACTERS = 60_000
"""The maximum length of all their lines."""


def text(report: Report, rest: str = ": --issues FILE.parquet keeps all") -> str:
    """Return the report as text: issues, a line per layer with its counts, a summary.

    Args:
        report: the report.
        rest: the end of the line "… and N more", which says where to find the issues that are not listed.
    """
    return "".join(f"{line}\n" for line in [*listed(report, rest), *closing(report)])


def listed(report: Report, rest: str = "") -> Iterator[str]:
    """Yield a line for each issue up to a limit, then the number of the others.

    Args:
        report: the report.
        rest: as for ``text``.
    """
    shown, room = 0, MAX_CHARACTERS
    for line in map(str, _first(report, MAX_ISSUES)):
        room -= len(line)
        if shown and room < 0:
            break
        shown += 1
        yield line
    if more := len(report.issues) + report.left_out - shown:
        yield f"… and {more} more{rest}"


def _first(report: Report, limit: int) -> list[Issue]:
    """Return the *limit* most important issues, by ``rank``, in the report's order."""
    rank_of = rank(report)
    chosen = sorted(range(len(report.issues)), key=lambda index: rank_of(report.issues[index]))[:limit]
    return [report.issues[index] for index in sorted(chosen)]


def rank(report: Report) -> Callable[[Issue], tuple[bool, int]]:
    """Return a sort key for issues: errors first, then by layer in the order they ran.

    Later layers depend on earlier ones: a record of wrong shape is missing from the checks of references.
    """
    order = list(dict.fromkeys(tally.layer for tally in report.tallies))
    layer_of = {tally.code: order.index(tally.layer) for tally in report.tallies}
    return lambda issue: (issue.severity != "error", layer_of.get(issue.code, 0))


def closing(report: Report) -> Iterator[str]:
    """Yield the last lines of a report: counts by layer, summary, next command."""
    for layer in layers(report):
        numbers = f"checked {layer.checked:>6}  skipped {layer.skipped:>5}  failed {layer.failed:>4}"
        yield escape(f"{layer.name:<10} {numbers}{f' ({layer.reasons})' if layer.reasons else ''}")
    yield report.summary
    if not report.ok:
        yield escape(f"next: news-dataset explain {min(report.errors, key=rank(report)).code}")


def as_json(report: Report) -> str:
    """Return the report as a JSON document with a line feed at its end.

    Its keys: ``ok`` (there are no errors), ``counts`` (of units: checked, skipped, failed, warned), ``issues`` (one
    object each, with the fields of ``Issue``), ``left_out`` (number of issues not listed), and ``checks`` (the counts
    of each check). Control characters are written as JSON escapes. ``docs/ci.md`` shows an example.
    """
    tallies = [
        {"code": tally.code, "layer": tally.layer, "checked": tally.checked, "failed": tally.failed,
         "warned": tally.warned, "skipped": tally.skipped}
        for tally in report.tallies
    ]  # fmt: skip
    issues = {"issues": report.to_rows(), "left_out": report.left_out}
    whole = {"ok": report.ok, "counts": report.counts(), **issues, "checks": tallies}
    return safe_json(json.dumps(whole, indent=2)) + "\n"


REPORTERS = {"text": text, "json": as_json}


@dataclass(frozen=True, slots=True)
class Layer:
    """Hold the number of units that a layer of checks looked at, skipped and failed.

    ``reasons`` says why units were skipped, such as ``3 no text``.
    """

    name: str
    checked: int
    skipped: int
    failed: int
    reasons: str


def layers(report: Report) -> Iterator[Layer]:
    """Yield the counts of each layer, in the order in which the layers ran."""
    for name in dict.fromkeys(tally.layer for tally in report.tallies):
        tallies = [tally for tally in report.tallies if tally.layer == name]
        skipped = Counter[str]()
        for tally in tallies:
            skipped.update(tally.skipped)
        reasons = "; ".join(f"{count} {reason}" for reason, count in sorted(skipped.items()))
        checked, failed = sum(tally.checked for tally in tallies), sum(tally.failed for tally in tallies)
        yield Layer(name, checked, skipped.total(), failed, reasons)
