"""What commands print: lines and reports."""

from __future__ import annotations

import sys

from news_dataset.issues import Report
from news_dataset.reporters import escape, text


def say(words: str, following: str = "") -> None:
    """Print a line that may hold names of files, and the next command to run."""
    print(escape(words))
    if following:
        print(f"next: news-dataset {escape(following)}")


def show(report: Report) -> int:
    """Print a report with all of its issues, and return its exit code."""
    sys.stdout.write(text(report, most=len(report.issues)))
    return report.exit_code
