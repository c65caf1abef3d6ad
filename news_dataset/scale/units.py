"""How many units each check of single records looks at in a slice, so that reports of any size have denominators.

What a unit is, each check says itself by what it yields; ``tests/test_scale.py`` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from news_dataset.records import Article, Assessment, Evidence, Statement
from news_dataset.records.columns import columns
from news_dataset.records.fields import NUMBERED
from news_dataset.rules import Admits, Less, NotAfter
from news_dataset.scale.proof import Rows, date_columns, dated_sometimes
from news_dataset.scale.slices import Slice

if TYPE_CHECKING:
    import numpy as np

    Mask = np.ndarray[Any, np.dtype[np.bool_]]

PER_RECORD = (
    "unquoted_scalar", "unknown_key", "missing_key", "wrong_type", "unknown_code", "bad_form", "out_of_range",
    "unanchored", "broken_rule",
)  # fmt: skip
_PER_STATEMENT = ("statement_without_evidence", "wrong_speakers", "several_dates")

Counts = dict[str, int]


def units(records: Slice, kept: Mask) -> tuple[Counts, Counts]:
    """Return how many units of each check there are in the records *kept*, all of which pass.

    Returns:
        Units that were looked at, and units that were skipped for want of a text; by the name of the check.
    """
    looked: Counts = dict.fromkeys(PER_RECORD, int(kept.sum()))
    skipped: Counts = {}
    for rows, chosen in _rows(records, kept):
        for code, count in _row_units(rows, chosen):
            looked[code] = looked.get(code, 0) + count
        if (spans := _spans(rows, chosen)) is not None:
            skipped["span_words"] = skipped.get("span_words", 0) + spans
        skipped["literal_words"] = skipped.get("literal_words", 0) + _literals(rows, chosen)
    if records.model.record_type in NUMBERED:
        looked["foreign_number"] = int((kept & _is_tied(records)).sum())
    for code, count in _record_units(records, kept):
        looked[code] = looked.get(code, 0) + count
    if records.model is Article:
        skipped["wrong_text"] = int(kept.sum())
    if records.model is Statement:
        part = records.parts["evidence"]
        skipped["unquoted_words"] = int((part.rows.equal("role", "quote") & kept[part.owners]).sum())
    return looked, {code: count for code, count in skipped.items() if count}


def row_counts(rows: Rows, kept: Mask) -> Counts:
    """Return how many units of the checks of single rows there are in rows whose records are not at hand."""
    looked = dict.fromkeys(PER_RECORD, int(kept.sum()))
    for code, count in _row_units(rows, kept):
        looked[code] = looked.get(code, 0) + count
    return looked


def _rows(records: Slice, kept: Mask) -> Iterator[tuple[Rows, Mask]]:
    yield records.parents, kept
    for part in records.parts.values():
        yield part.rows, kept[part.owners]


def _row_units(rows: Rows, chosen: Mask) -> Iterator[tuple[str, int]]:
    for column in columns(rows.model):
        if column.codebook and column.codebook.is_open:
            yield "unusual_code", int((rows.there(column.name) & chosen).sum())
    if any(isinstance(rule, Less | NotAfter) for rule in rows.model.rules):
        yield "out_of_order", int(chosen.sum())
    for name in date_columns(rows.model):
        yield "impossible_date", int((rows.there(name) & chosen).sum())
    if rows.model is Assessment:
        yield "impossible_date", int((dated_sometimes(rows) & chosen).sum())
    for rule in rows.model.rules:
        if isinstance(rule, Admits):
            yield "wrong_mode", int((rows.there(rule.field) & chosen).sum())


def _spans(rows: Rows, chosen: Mask) -> int | None:
    """Return how many spans there are; None where rows of the model have none."""
    return int(chosen.sum()) if "digest" in rows.model.model_fields else None


def _literals(rows: Rows, chosen: Mask) -> int:
    """Return how many literals there are that a text would have to show."""
    if rows.model is Article:  # its headline
        return int(chosen.sum())
    names = [name for name in ("as_written", "date_text") if name in rows.model.model_fields]
    return sum(int((rows.there(name) & chosen).sum()) for name in names)


def _is_tied(records: Slice) -> Mask:
    """Return which records are numbered within an article that they or their target name."""
    import pyarrow.compute as pc

    if records.model is Statement:
        return records.parents.there("article")
    tied = pc.starts_with(records.parents.column("target"), "statement/").fill_null(False)
    found: Mask = tied.to_numpy(zero_copy_only=False)
    return found


def _record_units(records: Slice, kept: Mask) -> Iterator[tuple[str, int]]:
    count = int(kept.sum())
    if records.model is Assessment:
        yield "uncited_verdict", count
    if records.model is Article:
        part = records.parts["mentions"]
        yield "span_numbers", int((kept & (part.counts(len(records)) > 0)).sum())
    if records.model is not Statement:
        return
    yield from ((code, count) for code in _PER_STATEMENT)
    part = records.parts["evidence"]
    rows, here = part.rows, kept[part.owners]
    assert rows.model is Evidence
    # In a record that is proven, rows of one role stand together, and so do those of one mention.
    yield "span_numbers", _changes(part.owners[here], rows.numbered("role")[here])
    yield "wrong_of", int((rows.there("of") & here).sum())
    yield "quote_without_span", int((records.parents.there("quote") & kept).sum())
    quoted = here & rows.equal("role", "quote")
    yield "quote_words", _changes(part.owners[quoted], rows.values("mention")[quoted])


def _changes(*columns: np.ndarray[Any, Any]) -> int:
    """Return how many runs of equal rows there are."""
    import numpy as np

    if len(columns[0]) == 0:
        return 0
    return 1 + int(np.logical_or.reduce([one[1:] != one[:-1] for one in columns]).sum())
