"""Dates: what is read, what is refused, and which days they may mean."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given

from news_dataset import edtf
from news_dataset.testing.strategies import dates

D = dt.date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", D(2025, 1, 1), D(2025, 12, 31)),
        ("2025?", D(2025, 1, 1), D(2025, 12, 31)),
        ("2025-08", D(2025, 8, 1), D(2025, 8, 31)),
        ("2024-02~", D(2024, 2, 1), D(2024, 2, 29)),
        ("2025-08-23", D(2025, 8, 23), D(2025, 8, 23)),
        ("2025-08-XX", D(2025, 8, 1), D(2025, 8, 31)),
        ("2025-XX-XX", D(2025, 1, 1), D(2025, 12, 31)),
        ("202X", D(2020, 1, 1), D(2029, 12, 31)),
        ("19XX%", D(1900, 1, 1), D(1999, 12, 31)),
        ("XXXX-06-12", None, None),
        ("2025-08-23/2025-08-24", D(2025, 8, 23), D(2025, 8, 24)),
        ("../2025", None, D(2025, 12, 31)),
        ("2025-08-23/..", D(2025, 8, 23), None),
        ("2025/", D(2025, 1, 1), None),
        ("0001", D(1, 1, 1), D(1, 12, 31)),
        ("9999-12-31", D(9999, 12, 31), D(9999, 12, 31)),
    ],
)
def test_bounds(text: str, first: dt.date | None, last: dt.date | None) -> None:
    """A date means every day from its first to its last."""
    assert re.fullmatch(edtf.PATTERN, text)
    assert edtf.bounds(text) == (first, last)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-02-29", "2025-08-24/2025-08-23", "XXXX-04-31", "0000"])
def test_days_that_the_calendar_does_not_have(text: str) -> None:
    """Well formed, and refused."""
    assert re.fullmatch(edtf.PATTERN, text)
    with pytest.raises(ValueError, match=r"20|XX|00"):
        edtf.bounds(text)


@pytest.mark.parametrize(
    "text",
    ["", "25", "2025-8-23", "2025-13", "2025-08-32", "23.08.2025", "2025-08-23T10:00", "../..", "/", "..", "2025-21",
     "-0044", "Y12025", "2025??", "٢٠٢٥", "2025\n"],
)  # fmt: skip
def test_what_is_no_date_here(text: str) -> None:
    """Everything outside the subset has another spelling."""
    assert not re.fullmatch(edtf.PATTERN, text)


@given(dates())
def test_generated_dates_are_read(text: str) -> None:
    """The first day never comes after the last, and the pattern knows every date that has bounds."""
    first, last = edtf.bounds(text)

    assert re.fullmatch(edtf.PATTERN, text)
    assert first is None or last is None or first <= last


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [("2025", "2024", True), ("2025", "2025-08", False), ("2025-08-24", "2025-08-23", True),
     ("XXXX-06-12", "1900", False), ("2025/..", "2024", True), ("../2025", "2024", False)],
)  # fmt: skip
def test_surely_after(earlier: str, later: str, expected: bool) -> None:
    """Only what cannot be in order is out of order."""
    assert edtf.after(earlier, later) is expected
