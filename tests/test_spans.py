"""Spans: offsets in code points, digests that typography does not reach."""

from __future__ import annotations

import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.spans import CONTEXT, Text, digest, hash_of, skeleton

WORDS = st.text(min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "bones"),
    [("Lee’s  “visit”", "leesvisit"), ("½ Straße", "12strasse"), ("é e\u0301", "ee"), ("이", "이"), ("A\r\nB", "ab"),
     ("\U0001f600!", ""), ("ﬁ", "fi"), ("Ⅳ", "iv")],
)  # fmt: skip
def test_skeletons(text: str, bones: str) -> None:
    """NFKD, casefolded, alphanumeric only, code point by code point."""
    assert skeleton(text) == unicodedata.normalize("NFKD", bones)


def test_a_span_is_what_the_design_says() -> None:
    """16 hex digits of SHA-256 over the skeleton, 8 over the 32 characters on each side."""
    words = "x" * 40 + " The visit! " + "y" * 10
    span = Text(words).span(41, 50)

    assert (span.start, span.end, span.length) == (41, 50, 8)
    assert span.digest == sha256(b"thevisit").hexdigest()[:16] == digest("The visit")
    assert span.prefix == sha256(b"x" * 32).hexdigest()[:8]
    assert span.suffix == sha256(b"y" * 10).hexdigest()[:8]


@given(WORDS, WORDS, WORDS)
def test_offsets_count_code_points(before: str, words: str, after: str) -> None:
    """The digest of a span is that of the words between its offsets, whatever stands around them."""
    text = Text(before + words + after)
    span = text.span(len(before), len(before) + len(words))

    assert (span.length, span.digest) == (len(skeleton(words)), digest(words))
    assert span.prefix == hash_of(skeleton(before)[-CONTEXT:], 8)
    assert span.suffix == hash_of(skeleton(after)[:CONTEXT], 8)
    assert text.skeleton == skeleton(before) + skeleton(words) + skeleton(after)
    assert len(text.origins) == len(text.skeleton)


@given(st.text(st.sampled_from("aB é’“”-– \n"), max_size=40))
def test_typography_does_not_reach_the_skeleton(words: str) -> None:
    """Quotation marks, dashes, blanks, case and accents may change."""
    plain = words.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', ord("–"): "-", ord("\n"): " "}).upper()

    assert skeleton(plain) == skeleton(words)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 6)])
def test_what_is_no_span(start: int, end: int) -> None:
    """Outside the text, or empty."""
    with pytest.raises(ValueError, match="not a span"):
        Text("words").span(start, end)
