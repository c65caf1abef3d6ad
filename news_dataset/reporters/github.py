"""Reports for a step of a GitHub workflow: annotations in the log, and a page of Markdown for the step's summary.

The log is a text with commands: lines that begin with ``::``. Their form and the 1 MiB of a step's summary are from
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; that a step has at most 10
annotations of each level is from https://docs.github.com/en/rest/checks/runs ("annotations" of a check run).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from news_dataset.issues import Issue, Report
from news_dataset.markup import code_span, escape
from news_dataset.reporters import closing, layers, rank

MOST = 10
"""How many annotations a log has; GitHub shows no more of one level."""
LIMIT = 1024 * 1024
"""How many bytes a step's summary may have; GitHub drops a longer one as a whole."""

_RESERVE = 200  # bytes for the line that says what was left out
_HEADS = {
    "issues": "| level | place | code | what |\n|---|---|---|---|\n",
    "layers": "| layer | checked | skipped | failed | why skipped |\n|---|--:|--:|--:|---|\n",
}


def log(report: Report, has_summary: bool = False) -> str:
    """Return the log of a step: the worst issues as annotations, then the usual denominators.

    Args:
        report: what was found; its paths are best relative to the repository (see ``placed``).
        has_summary: whether ``summary`` is shown as well, so that the log may point to it.
    """
    lines = [_annotation(issue) for issue in _worst_first(report)[:MOST]]
    if (more := len(report.issues) + report.left_out - MOST) > 0:
        where = "see the summary of this step" if has_summary else "news-dataset validate lists them"
        lines.append(f"… and {more} more: {where}")
    return "".join(f"{line}\n" for line in [*lines, *closing(report)])


def summary(report: Report, room: int = LIMIT) -> str:
    """Return the page for a step's summary: all issues and the denominators, in at most *room* bytes of UTF-8.

    An issue that does not fit is left out, and their number is said; so is the whole page where not even its frame
    fits.
    """
    frame = [f"\n## news-dataset validate\n\n{report.summary}\n\n", f"\n{_HEADS['layers']}"]
    for layer in layers(report):
        cells = (code_span(layer.name), str(layer.checked), str(layer.skipped), str(layer.failed))
        frame[1] += f"| {' | '.join([*cells, code_span(layer.reasons)])} |\n"
    free = room - _RESERVE - sum(len(part.encode()) for part in [*frame, _HEADS["issues"]])
    if free < 0:
        return ""
    rows, left_out = [], 0
    for issue in _worst_first(report):
        row = _row(issue)
        size = len(row.encode())
        if size > free:
            left_out += 1
            continue
        free -= size
        rows.append(row)
    left_out += report.left_out
    table = f"{_HEADS['issues']}{''.join(rows)}" if rows else ""
    issues = len(report.issues) + report.left_out
    note = f"\nLeft out, since a summary has at most {LIMIT} bytes: {left_out} of {issues} issues.\n"
    return "".join([frame[0], table, note if left_out else "", frame[1]])


def placed(report: Report, root: Path) -> Report:
    """Return the report with the paths of what lies inside *root* written relative to it, with slashes."""
    roots = (_absolute(root), root.resolve())
    issues = (replace(issue, path=_relative(issue.path, roots)) for issue in report)
    return Report.of(issues, report.tallies, report.left_out)


def _relative(path: str, roots: Sequence[Path]) -> str:
    absolute = _absolute(Path(path))
    found = next((root for root in roots if absolute.is_relative_to(root)), None)
    return path if found is None else absolute.relative_to(found).as_posix()


def _absolute(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))  # not resolved: a link is named as the repository has it


def _worst_first(report: Report) -> list[Issue]:
    before = rank(report)
    return sorted(report.issues, key=lambda issue: (issue.severity != "error", -issue.exit_code, before(issue)))


def _annotation(issue: Issue) -> str:
    """Return a command that shows an issue at its line; the message repeats the place, which a log does not show."""
    properties = {"file": issue.path}
    if issue.line:
        properties |= {"line": str(issue.line), "col": str(issue.column)}
    properties["title"] = issue.code
    escaped = {name: _data(value).replace(":", "%3A").replace(",", "%2C") for name, value in properties.items()}
    written = ",".join(f"{name}={value}" for name, value in escaped.items())
    return f"::{issue.severity} {written}::{_data(str(issue))}"


def _data(words: str) -> str:
    return escape(words).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _row(issue: Issue) -> str:
    place = f"{issue.path}:{issue.line}:{issue.column}" if issue.line else issue.path
    what = code_span(issue.sentence)
    return f"| {issue.severity} | {code_span(place)} | {code_span(issue.code)} | {what} |\n"
