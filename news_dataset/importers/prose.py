"""Puts texts of annotations that repeat the prose of an article into quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from news_dataset.annotations import Quarantined
from news_dataset.checks.words import LITERAL, RUN, runs
from news_dataset.importers.entities import Data, one_line
from news_dataset.spans import quoted_ranges

_EXEMPT = (*LITERAL, "id", "article")
_NAMES = {"name": 120, "label": 120, "title": 240}
"""Fields that a record needs, with the most characters that each may have."""


def without_prose(
    kind: str, records: Sequence[Data], reports: Sequence[Quarantined], texts: Iterable[tuple[str | None, str]]
) -> Iterator[Quarantined]:
    """Take from records, and yield, each text with a run of words of an article, as ``article_prose`` reports it.

    A name is shortened instead, since records need one; all of it is in the report.

    Args:
        kind: the type of the records.
        records: the records in the release form, which are changed.
        reports: for each record a report with its place in the origin.
        texts: the texts of the articles, each with its headline, which may be repeated.
    """
    values = [(row, report, name, runs(value)) for record, report in zip(records, reports, strict=True)
              for row in [record, *_children(record)]
              for name, value in row.items() if isinstance(value, str) and name not in _EXEMPT]  # fmt: skip
    wanted = {run for *_, value_runs in values for run in value_runs}
    if not wanted:
        return
    prose = {run for text, headline in texts if text for run in _prose(text, headline, wanted)}
    for row, report, name, value_runs in values:
        if prose.isdisjoint(value_runs):
            continue
        message = f"{kind}.{name}: repeats {RUN} or more words of an article in a row"
        yield replace(report, message=message, content=row[name])
        if name in _NAMES:
            row[name] = one_line(row[name], _NAMES[name])
        else:
            del row[name]


def _children(record: Data) -> Iterator[Data]:
    return (row for rows in record.values() if isinstance(rows, list) for row in rows)


def _prose(text: str, headline: str, wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return those of the wanted runs of words that a text has outside of quotation marks, and not in its headline."""
    quoted = {run for start, end in quoted_ranges(text) for run in runs(text[start:end])}
    return wanted.intersection(runs(text)) - quoted - {*runs(headline)}
