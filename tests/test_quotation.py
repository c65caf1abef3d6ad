"""Quotation marks: the ranges of the rule as a regular expression, in linear time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset.spans import quoted_ranges
from tests.conftest import IS_FULL

RULE = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“”]*[“”]|«[^»]*»|「[^」]*」|‘(?:[^‘’]|’(?=\w))*’")
"""The rule in one line; a text of opening marks alone takes it quadratic time."""


@settings(max_examples=2_000 if IS_FULL else 200)
@given(st.text('“”"„«»「」‘’ab é1_\n', max_size=25))
def test_the_ranges_are_those_of_the_rule(words: str) -> None:
    """Marks of every kind in any order, apostrophes, letters, line breaks."""
    assert quoted_ranges(words) == [found.span() for found in RULE.finditer(words)]


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("He said “yes” and \"no\".", ["“yes”", '"no"']),
        ("‘I don’t know’, she said", ["‘I don’t know’"]),
        ("‘it’s all", ["‘it’"]),
        ("„ja“ „doch” «oui» 「はい」", ["„ja“", "„doch”", "«oui»", "「はい」"]),
        ("“not closed, “twice”", ["“not closed, “twice”"]),
        ("closed” before it is “opened", []),
    ],
)  # fmt: skip
def test_quotations(words: str, quoted: list[str]) -> None:
    """As they are written in several languages."""
    assert [words[start:end] for start, end in quoted_ranges(words)] == quoted


@pytest.mark.parametrize("piece", ["“", "„", "«", "「", "‘", '"', "‘a’b ", "„ «", "‘“", "’", "“ ” ‘"])
def test_a_text_of_marks_alone_takes_linear_time(piece: str) -> None:
    """A megabyte of any of them (a quarter outside the full profile), which would take hours in quadratic time."""
    started = time.process_time()
    quoted_ranges(piece * ((1_000_000 if IS_FULL else 250_000) // len(piece)))

    assert time.process_time() - started < 5
