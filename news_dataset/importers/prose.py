"""Texts of annotations that repeat an article are no words of their own, and go into quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from news_dataset.annotations import Quarantined
from news_dataset.checks.words import LITERAL, RUN, runs
from news_dataset.importers.entities import Data, line
from news_dataset.spans import quoted_ranges

_NOT_OWN = (*LITERAL, "id", "article")
_NAMES = {"name": 120, "label": 120, "title": 240}
"""Fields that a record needs, with the longest text in them."""


def without_prose(
    kind: str, records: Sequence[Data], places: Sequence[Quarantined], texts: Iterable[tuple[str | None, str]]
) -> Iterator[Quarantined]:
    """Take from records each text that repeats as many words of an article as ``article_prose`` reports.

    A name is shortened instead, since records need one; all of it is in quarantine.

    Args:
        kind: the type of the records.
        records: the records in the release form, which are changed.
        places: for each record the place in the origin that is named for what is taken.
        texts: the texts of the articles, each with its headline, which may be repeated.
    """
    said = [(row, place, name, runs(value)) for record, place in zip(records, places, strict=True)
            for row in [record, *_children(record)]
            for name, value in row.items() if isinstance(value, str) and name not in _NOT_OWN]  # fmt: skip
    wanted = {run for *_, found in said for run in found}
    if not wanted:
        return
    there = {run for text, headline in texts if text for run in _prose(text, headline, wanted)}
    for row, place, name, found in said:
        if there.isdisjoint(found):
            continue
        why = f"{kind}.{name}: repeats {RUN} or more words of an article in a row"
        yield replace(place, message=why, content=row[name])
        if name in _NAMES:
            row[name] = line(row[name], _NAMES[name])
        else:
            del row[name]


def _children(record: Data) -> Iterator[Data]:
    return (row for rows in record.values() if isinstance(rows, list) for row in rows)


def _prose(text: str, headline: str, wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return the wanted runs of words that a text has, and not in its headline or in quotation marks."""
    quoted = {run for start, end in quoted_ranges(text) for run in runs(text[start:end])}
    return wanted.intersection(runs(text)) - quoted - {*runs(headline)}
