"""Write reports for a step of a GitHub workflow: log and summary.

Lines of the log that begin with ``::`` are commands. Their form and the 1 MiB limit of a summary are documented in
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, the limit of 10 annotations for
each level in https://docs.github.com/en/rest/checks/runs ("annotations" of a check run).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from news_dataset.issues import Issue, Report
from news_dataset.markup import code_span, escape
from news_dataset.reporters import closing, layers, rank

MAX_ANNOTATIONS = 10
"""GitHub shows no more annotations of one level."""
MAX_SUMMARY_BYTES = 1024 * 1024
"""GitHub drops a longer summary as a whole."""

_RESERVE = 200  # bytes for the line that says what was left out
_TABLE_HEADS = {
    "issues": "| level | place | code | what |\n|---|---|---|---|\n",
    "layers": "| layer | checked | skipped | failed | why skipped |\n|---|--:|--:|--:|---|\n",
}


def log(report: Report, has_summary: bool = False) -> str:
    """Return the log of a step: annotations of the worst issues, then counts.

    Args:
        report: the report, with paths relative to the repository (see ``placed``).
        has_summary: whether there is a summary that the log can refer to.
    """
    lines = [_annotation(issue) for issue in _worst_first(report)[:MAX_ANNOTATIONS]]
    if (more := len(report.issues) + report.left_out - MAX_ANNOTATIONS) > 0:
        where = "see the summary of this step" if has_summary else "news-dataset validate lists them"
        lines.append(f"… and {more} more: {where}")
    return "".join(f"{line}\n" for line in [*lines, *closing(report)])


def summary(report: Report, room: int = MAX_SUMMARY_BYTES) -> str:
    """Return the Markdown of a step's summary: issues, and the counts of each layer.

    Args:
        report: the report.
        room: the maximum size in bytes of UTF-8. Issues that do not fit are left out and counted; if even the page
            without issues does not fit, the result is empty.
    """
    head, foot = f"\n## news-dataset validate\n\n{report.summary}\n\n", f"\n{_TABLE_HEADS['layers']}"
    for layer in layers(report):
        cells = (code_span(layer.name), str(layer.checked), str(layer.skipped), str(layer.failed))
        foot += f"| {' | '.join([*cells, code_span(layer.reasons)])} |\n"
    free = room - _RESERVE - sum(len(part.encode()) for part in (head, foot, _TABLE_HEADS["issues"]))
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
    table = f"{_TABLE_HEADS['issues']}{''.join(rows)}" if rows else ""
    issues = len(report.issues) + report.left_out
    note = f"\nLeft out, since a summary has at most {MAX_SUMMARY_BYTES} bytes: {left_out} of {issues} issues.\n"
    return "".join([head, table, note if left_out else "", foot])


def placed(report: Report, root: Path) -> Report:
    """Return the report with paths below *root* made relative to it, with slashes."""
    roots = (_absolute(root), root.resolve())
    issues = (replace(issue, path=_relative(issue.path, roots)) for issue in report)
    return Report.of(issues, report.tallies, report.left_out)


def _relative(path: str, roots: Sequence[Path]) -> str:
    """Return a path relative to the first root above it, else unchanged."""
    absolute = _absolute(Path(path))
    above = next((root for root in roots if absolute.is_relative_to(root)), None)
    return path if above is None else absolute.relative_to(above).as_posix()


def _absolute(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))  # not resolved: the repository has the name of a link


def _worst_first(report: Report) -> list[Issue]:
    """Sort issues: errors first, then by exit code from the highest, then by ``rank``."""
    rank_of = rank(report)
    return sorted(report.issues, key=lambda issue: (issue.severity != "error", -issue.exit_code, rank_of(issue)))


def _annotation(issue: Issue) -> str:
    """Return the command for an annotation at the line of an issue.

    The message repeats the place, since the log does not show the properties of a command.
    """
    properties = {"file": issue.path}
    if issue.line:
        properties |= {"line": str(issue.line), "col": str(issue.column)}
    properties["title"] = issue.code
    escaped = {name: _escaped_data(value).replace(":", "%3A").replace(",", "%2C") for name, value in properties.items()}
    listed = ",".join(f"{name}={value}" for name, value in escaped.items())
    return f"::{issue.severity} {listed}::{_escaped_data(str(issue))}"


def _escaped_data(text: str) -> str:
    """Escape text for a terminal, and then as data of a workflow command."""
    return escape(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _row(issue: Issue) -> str:
    """Return an issue as a row of a Markdown table."""
    place = f"{issue.path}:{issue.line}:{issue.column}" if issue.line else issue.path
    what = code_span(issue.sentence)
    return f"| {issue.severity} | {code_span(place)} | {code_span(issue.code)} | {what} |\n"
