"""The source form of a record: what people write and review, and the reader expands before anything else sees it."""

from __future__ import annotations

from news_dataset.source_form.expand import Expanded, Origin, expand
from news_dataset.source_form.shorten import Shortened, same, shorten
from news_dataset.source_form.spelling import (
    FRAGMENTS,
    SHARED,
    SPAN,
    SPAN_PATTERN,
    WORDS,
    participant,
    role_keys,
    role_of,
    span_text,
    spans_of,
    spellings,
)

__all__ = [
    "FRAGMENTS", "SHARED", "SPAN", "SPAN_PATTERN", "WORDS", "Expanded", "Origin", "Shortened", "expand",
    "participant", "role_keys", "role_of", "same", "shorten", "span_text", "spans_of", "spellings",
]  # fmt: skip
