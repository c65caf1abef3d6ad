"""Annotated documents for tests: a strategy for them, and what is equal in two of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from news_dataset.annotations import SPACE_JOINED, Annotation, Document, Fragments
from tests.conftest import IS_FULL

ROUND_TRIPS = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "100" if IS_FULL else "30")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Settings of a round trip; ``make fuzz`` tries 2,000 documents or more."""

PIECES = [
    "Mira Example", "said", "rain", " ", "  ", "\n", "\r\n", "\r", "\t", "\xa0", ".", '"', "\\", "\\n", "é", "e\u0301",
    "ﬁ", "\u212b", "שלום", "\u200f", "\u200b", "\ufeff", "\u2028", "\x85", "\x0b", "\x1c", "\x00", "\x7f", "\x1b",
    "日本", "🙂", "\U0001f469\u200d\U0001f680", "🇰🇷", "𝔘", "\U0010ffff", "\ufffe", "<b>", "&amp;", "]]>", "%s", "{}",
    "https://example.org/a.txt",
]  # fmt: skip
"""What texts are made of: two UTF-16 units, several code points, line ends of every kind, what XML cannot hold."""

CONTROLS = {"\x00", "\x0b", "\x1c", "\x7f", "\x1b", "\x85", "\ufffe"}
"""Pieces that a format may refuse: control characters, and what is no character."""

NAMES = [
    "Says",
    "Event-1",
    "speaker",
    "Theme2",
    "Arg",
    "Arg1",
    "a b",
    "x:y",
    "Äußerung",
    "1st",
    "T1",
    "#",
    "*",
    "news_dataset",
]
IDS = [
    "T1",
    "T2",
    "T01",
    "E1",
    "E12",
    "R1",
    "R3",
    "A1",
    "#1",
    "*",
    "a b",
    "x\ty",
    "x\ny",
    "日本",
    "-1",
    "1",
    "🙂",
    "a:b",
    ".",
]
VALUES: list[Any] = [
    True, False, 0, 1, -7, 2**53 - 1, 0.0, -0.5, 1e300, 1.0, "", " ", "true", "True", "1", "1.0", "null", "-", "L1",
    "two words", " blank at the ends ", "a\tb", "a\nb", "a\r\nb", "a\\nb", "a\x85b", "a\u2028b", "\ufeff", "🙂",
    '{"id": "T1"}', "Q90", "Wikidata:Q90", "[]", "\\",
]  # fmt: skip


def texts(without: frozenset[str] | set[str] = frozenset()) -> st.SearchStrategy[str]:
    """Return a strategy for texts.

    Args:
        without: pieces that they do not hold, such as ``CONTROLS``.
    """
    pieces = st.sampled_from([one for one in PIECES if one not in without])
    return st.lists(pieces, max_size=12).map("".join)


@st.composite
def fragments_of(draw: st.DrawFn, text: str, most: int = 3) -> Fragments:
    """Fragments of a text, in any order; they do not overlap, and may touch."""
    cuts = st.integers(0, len(text))
    ends = sorted(draw(st.sets(cuts, min_size=2, max_size=2 * most)))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    if len(ends) > 2 and draw(st.booleans()):
        pairs = list(pairwise(ends))[:most]
    return tuple(draw(st.permutations(pairs)))


def values() -> st.SearchStrategy[Any]:
    """Return a strategy for values of attributes: one, or several as a tuple."""
    one = st.sampled_from(VALUES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    return one | st.lists(one, min_size=2, max_size=3).map(tuple)


NAMED = st.sampled_from(NAMES) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
ATTRIBUTES = st.dictionaries(NAMED | st.sampled_from(["AnnotatorNotes", "Reference:Wikidata"]), values(), max_size=3)


@st.composite
def documents(draw: st.DrawFn, without: frozenset[str] | set[str] = frozenset()) -> Document:
    """A sound document: spans that cross, nest or are the same, links to any annotation, ids and values of any kind.

    Args:
        draw: what Hypothesis gives.
        without: pieces that its text does not hold.
    """
    text = draw(texts(without))
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=6))
    ids += draw(st.lists(st.just(""), max_size=2))
    found: list[Annotation] = []
    for one in draw(st.permutations(ids)):
        used = [annotation.fragments for annotation in found]
        spans = st.just(()) | fragments_of(text) | fragments_of(text) if len(text) > 1 else st.just(())
        fragments = draw(spans | st.sampled_from(used) if used else spans)
        found.append(
            Annotation(one, draw(NAMED), fragments, draw(ATTRIBUTES), draw(_links([one for one in ids if one])))
        )
    return Document(
        path="",
        id=draw(st.sampled_from(["a", "A", "a/b", "../a", "a.ann", "con", "日本", "x y", "12"]) | NAMED),
        text=text,
        annotations=tuple(found),
        attributes=draw(ATTRIBUTES),
        annotator=draw(st.sampled_from(["", "Ann Example", "b"])),
        text_rule=draw(st.sampled_from(["", "", SPACE_JOINED])),
    )


def _links(ids: list[str]) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    if not ids:
        return st.just(())
    return st.just(()) | st.lists(st.tuples(NAMED, st.sampled_from(ids)), max_size=3).map(tuple)


def plain(document: Document) -> Document:
    """Return what a round trip keeps of a document: all but file, lines and configuration, which are others then."""
    annotations = tuple(replace(one, line=0, attributes=_typed(one.attributes)) for one in document.annotations)
    return replace(document, path="", annotations=annotations, attributes=_typed(document.attributes), scheme=None)


def _typed(attributes: Any) -> dict[str, Any]:
    """Return attributes with the type of each value, since True, 1 and 1.0 are equal."""
    return {name: repr(value) for name, value in sorted(attributes.items())}


def kinds_of(documents: Iterator[Document]) -> list[tuple[str, int, str]]:
    """Return the reason, line and id of all that is in quarantine."""
    return [(one.reason, one.line, one.id) for document in documents for one in document.quarantined]
