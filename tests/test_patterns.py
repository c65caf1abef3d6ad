"""Patterns: what engines read differently is refused when a model is defined; what a pattern admits is told rightly."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, create_model

from news_dataset import edtf, patterns
from news_dataset.engine.rows import column_limits
from news_dataset.records import CHILDREN, DERIVED, RECORDS, Row
from news_dataset.records.fields import TEXT_PATTERN, Line, id_pattern
from news_dataset.rules import PatternIf, Rule, pattern_literal
from tests.spoiling import VALUES

MODELS: list[type[Row]] = [*RECORDS, *CHILDREN, *DERIVED]
PATTERNS = sorted({fact.pattern for model in MODELS for fact in column_limits(model) if fact.pattern})
FOREIGN = [
    r"^\d+$", r"^\w$", r"^\s*$", r"^\bx$", r"^\D$", r"^a(?=b)$", r"^(?!x)a$", r"^(?<=x)a$", r"^(a)\1$", r"^a\Z", "^a",
    "a$", r"^(?i)a$", r"^\p{L}$", "^[[:alpha:]]$", "^a|b$", "^(a$", r"^(?P<x>a)$", r"^[\w]$",
]  # fmt: skip


def test_a_model_with_a_pattern_that_engines_differ_on_is_refused() -> None:
    """When it is defined, wherever the pattern stands."""
    for pattern in FOREIGN:
        refused(pattern)


def refused(pattern: str) -> None:
    with pytest.raises(TypeError, match=r"Model\.word: "):
        create_model("Model", __base__=Row, word=(str, Field(pattern=pattern)))
    with pytest.raises(TypeError, match=r"Model\.word: "):
        create_model("Model", __base__=Row, word=(Annotated[str, Field(pattern=pattern)] | None, None))
    rules: tuple[Rule, ...] = (PatternIf("word", pattern, "a word", "word", ("x",)),)
    with pytest.raises(TypeError, match=r"Model\.word: "):
        type("Model", (Row,), {"rules": rules, "__annotations__": {"word": Line, "rules": ClassVar[tuple[Rule, ...]]}})


@pytest.mark.parametrize("pattern", [r"^\\d$", "^a$", "^(a|b)$", r"^[.]\.$", "^[^a-c]+$", r"^\\\\w$"])
def test_what_only_looks_foreign_is_not_refused(pattern: str) -> None:
    """A backslash may stand for itself."""
    patterns.refuse_unportable(pattern, "here")


@settings(max_examples=20)
@given(st.lists(st.text(st.characters(codec="utf-8", max_codepoint=0x2100), max_size=12), max_size=30))
def test_engines_agree_on_the_patterns_of_the_models(texts: list[str]) -> None:
    """Python's and DuckDB's, but for the line break that Python lets pass before the end."""
    texts += [value for value in VALUES if isinstance(value, str)]
    named = [f"regexp_matches(text, {pattern_literal(pattern)})" for pattern in PATTERNS]
    query = f"SELECT {', '.join(named)} FROM (SELECT unnest($1::VARCHAR[]) AS text)"
    for text, found in zip(texts, duckdb.execute(query, [texts]).fetchall(), strict=True):
        for pattern, matches in zip(PATTERNS, found, strict=True):
            assert matches is (re.search(pattern, text) is not None and not text.endswith("\n")), (pattern, text)


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if patterns.is_plain(pattern)])
@given(data=st.data())
def test_what_a_plain_pattern_admits_is_written_as_it_is(pattern: str, data: st.DataObject) -> None:
    """No quotation mark, no backslash, nothing beyond printable ASCII."""
    text = data.draw(st.from_regex(pattern, fullmatch=True))

    assert all(" " <= character <= "~" and character not in '"\\' for character in text.removesuffix("\n"))


def test_plain_patterns_are_told_from_others() -> None:
    """Both kinds exist, so that the test above looks at something."""
    assert patterns.is_plain(id_pattern("person", "statement"))
    assert patterns.is_plain(edtf.PATTERN)
    for other in (TEXT_PATTERN, "^[!-~]$", "^.$", '^"$', r"^\\$", "^é$", "^[^a]$"):
        assert not patterns.is_plain(other), other
