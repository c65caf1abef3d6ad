"""Columns that Python computes, once for each distinct value: bounds of dates, odd values, digests of quotations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from news_dataset import edtf
from news_dataset.checks.iso import unlisted
from news_dataset.checks.shape import nearest
from news_dataset.engine.rows import ColumnLimits, column_limits, date_rules, open_book
from news_dataset.records import Row
from news_dataset.records.fields import Codebook
from news_dataset.spans import span_digest

FIRST_DAY, LAST_DAY = (day.toordinal() - dt.date(1970, 1, 1).toordinal() for day in (dt.date.min, dt.date.max))
"""The first and last day of Python's calendar, in days from 1970 as Arrow counts them."""


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A column *name* of SQL type *type* that Python computes from each distinct value of the column *source*."""

    name: str
    source: str
    type: str
    function: Callable[[Any], Any]


@cache
def computed_columns(model: type[Row]) -> tuple[ComputedColumn, ...]:
    """Return the columns that Python computes: bounds of dates, whether values are odd, digests of quotations."""
    found = []
    for limits in column_limits(model):
        name, book = limits.column.name, open_book(limits.column)
        if limits.column.kind in ("edtf", "day"):
            found += [
                ComputedColumn(f"{name}_first", name, "DATE", first_day),
                ComputedColumn(f"{name}_last", name, "DATE", last_day),
            ]
            is_odd = is_odd_day if limits.column.kind == "day" else is_odd_date
            found.append(ComputedColumn(f"{name}_odd", name, "BOOLEAN", is_odd))
        elif book:
            found.append(ComputedColumn(f"{name}_odd", name, "BOOLEAN", partial(_is_odd_open_code, book, limits)))
        elif limits.column.listed:
            found.append(ComputedColumn(f"{name}_odd", name, "BOOLEAN", partial(_is_odd_listed_code, limits)))
        elif name == "quote":
            found.append(ComputedColumn("quote_digests", name, "VARCHAR", partial(quote_digests, limits.most or 0)))
    found += [ComputedColumn(f"{rule.field}_odd", rule.field, "BOOLEAN", is_odd_date) for rule in date_rules(model)]
    return tuple(found)


def quote_digests(most: int, quote: str) -> str | None:
    """Return the digests of a quotation and, if it has several, of its fragments, joined by ``|``.

    Returns None if the quotation has more than *most* characters.
    """
    if len(quote) > most:
        return None
    fragments = quote.split(" … ")
    return "|".join(map(span_digest, fragments if len(fragments) == 1 else [quote, *fragments]))


@lru_cache(maxsize=1 << 17)
def _bounds(text: str) -> tuple[dt.date | None, dt.date | None] | None:
    """Return the first and last day of a date, None for open ends; None if the text is no date."""
    if not re.fullmatch(edtf.PATTERN, text):
        return None
    try:
        return edtf.bounds(text)
    except ValueError:
        return None


def first_day(date: str) -> dt.date | None:
    """Return the first day that an EDTF text may mean; None if it is open, unknown or no date."""
    return (_bounds(date) or (None, None))[0]


def last_day(date: str) -> dt.date | None:
    """Return the last day that an EDTF text may mean; None if it is open, unknown or no date."""
    return (_bounds(date) or (None, None))[1]


def is_odd_date(date: str) -> bool:
    """Return whether a text is not an EDTF date of the calendar."""
    return _bounds(date) is None


def is_odd_day(date: str) -> bool:
    """Return whether a text is not a day of the calendar; a month or a year is not."""
    return not re.fullmatch(edtf.DAY_PATTERN, date) or is_odd_date(date)


def _is_odd_open_code(book: Codebook, limits: ColumnLimits, word: str) -> bool:
    """Return whether the word in a field with an open codebook is malformed, or nearly one of its codes."""
    if word in book.definitions:
        return False
    is_long = limits.most is not None and len(word) > limits.most
    return is_long or not re.fullmatch(limits.pattern, word) or bool(nearest(word, book))


def _is_odd_listed_code(limits: ColumnLimits, code: str) -> bool:
    """Return whether the code of a country or language is malformed, or in no standard."""
    return not re.fullmatch(limits.pattern, code) or unlisted(limits.column.listed, code) is not None
