"""Report a row without a span, or with a part of one, once instead of once for each field that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from news_dataset.checks.wording import pointer
from news_dataset.entries import Entry
from news_dataset.issues import Issue
from news_dataset.spans import SPAN_FIELDS, WORDS_ALONE

Row = tuple[str | int, ...]
"""The location of a row in a record: a field and the number of an item."""


def missing_spans(entry: Entry, errors: Sequence[Any]) -> tuple[list[Any], list[Issue]]:
    """Return the other errors of a record, and an issue for each span that lacks several of its fields.

    Nobody writes these by hand in a file of records; rows of lines and tables have an error for each.
    """
    if entry.document.path.endswith((".jsonl", ".parquet")):
        return list(errors), []
    lacking: dict[Row, list[str]] = {}
    for error in errors:
        if _is_missing(error):
            lacking.setdefault(error["loc"][:-1], []).append(error["loc"][-1])
    lacking = {row: names for row, names in lacking.items() if len(names) > 1}
    rest = [error for error in errors if not (_is_missing(error) and error["loc"][:-1] in lacking)]
    places = {entry.source.origin(pointer(row)): row for row in reversed(lacking)}  # several rows may share one
    return rest, [_issue(entry, row, lacking[row]) for row in reversed(places.values())]


def _is_missing(error: Any) -> bool:
    """Return whether an error is about a missing field of a span."""
    return error["type"] == "missing" and error["loc"][-1] in SPAN_FIELDS and len(error["loc"]) == 3


def _issue(entry: Entry, row: Row, names: Sequence[str]) -> Issue:
    """Return the issue of a row whose span lacks the fields *names*."""
    at, written = pointer(row), [name for name in SPAN_FIELDS if name not in names]
    if not written and any(at in pointers for pointers, _ in entry.words):
        return entry.issue(at, *WORDS_ALONE)
    message = f"the span has {', '.join(written)}, but no {', '.join(names)}" if written else "the span is missing"
    instead = f" instead of {', '.join(written)}" if written else ""
    return entry.issue(at, message, f"write find: and the words{instead}, then news-dataset anchor --text FILE")
