"""Reports as text and as JSON; untrusted words are escaped before anyone prints them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from news_dataset.issues import Issue, Report

MOST = 200
"""How many issues a text lists."""

# Controls, separators, and marks that change the direction of writing or are invisible.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def escape(words: str) -> str:
    """Return *words* with control, invisible and direction characters as escapes, safe to print on a terminal."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), words)


def issue_line(issue: Issue) -> str:
    """Return an issue as one line: ``path:line:col: code message (hint)``."""
    place = f"{issue.path}:{issue.line}:{issue.column}" if issue.line else issue.path
    hint = f" ({issue.hint})" if issue.hint else ""
    warning = "warning: " if issue.severity == "warning" else ""
    return escape(f"{place}: {issue.code} {warning}{issue.message}{hint}")


def text(report: Report) -> str:
    """Return the report for people: the issues, a line per layer with its denominators, a line that sums up."""
    lines = [issue_line(issue) for issue in report.issues[:MOST]]
    if len(report.issues) > MOST:
        lines.append(f"… and {len(report.issues) - MOST} more")
    lines += _layers(report)
    counts, errors = report.counts(), len(report.errors)
    verdict = "ok" if report.ok else "failed"
    warnings = len(report.issues) - errors
    lines.append(
        f"{verdict}: {_number(errors, 'error')}, {_number(warnings, 'warning')}; "
        f"checked {counts['checked']}, skipped {counts['skipped']}, failed {counts['failed']}"
    )
    if not report.ok:
        lines.append(f"next: news-dataset explain {report.errors[0].code}")
    return "\n".join(lines) + "\n"


def as_json(report: Report) -> str:
    """Return the report as one JSON document: issues, tallies of every check, sums."""
    tallies = [
        {"code": one.code, "layer": one.layer, "checked": one.checked, "failed": one.failed, "warned": one.warned,
         "skipped": one.skipped}
        for one in report.tallies
    ]  # fmt: skip
    whole = {"ok": report.ok, "counts": report.counts(), "issues": report.to_rows(), "checks": tallies}
    return json.dumps(whole, indent=2) + "\n"  # ASCII only, so nothing needs escaping


REPORTERS = {"text": text, "json": as_json}


def _layers(report: Report) -> Iterator[str]:
    for layer in dict.fromkeys(tally.layer for tally in report.tallies):
        mine = [tally for tally in report.tallies if tally.layer == layer]
        reasons: dict[str, int] = {}
        for tally in mine:
            for reason, count in tally.skipped.items():
                reasons[reason] = reasons.get(reason, 0) + count
        why = f" ({'; '.join(f'{count} {reason}' for reason, count in sorted(reasons.items()))})" if reasons else ""
        checked, failed = sum(tally.checked for tally in mine), sum(tally.failed for tally in mine)
        yield escape(f"{layer:<10} checked {checked:>6}  skipped {sum(reasons.values()):>5}  failed {failed:>4}{why}")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
